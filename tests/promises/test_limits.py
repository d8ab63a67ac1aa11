"""Limits on rewards: at a till within an hour, by one of the staff within a shift, by a customer on a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from loyalty.wire_staff import LIMIT_MAX, SHIFT_HOURS
from tests import make
from tests.promises.guests import crowd
from tests.promises.team import OTIENO, by, deeds, employ, hire, take
from tests.promises.test_redemptions import REDEMPTIONS, end, points, with_points
from tests.running import Enrolled, Message, Shop

pytestmark = pytest.mark.slow
LIMITS = "/v1/limits"
NONE = {"till_hour": None, "shift": None, "customer_day": None}


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    """As many points as any of these tests uses."""
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 100}], "rewards": [COFFEE]})
    return with_points(shop, 5)


COFFEE = {"id": "free-coffee", "name": "Free coffee", "points": 10}


def limit(shop: Shop, **most: int | None) -> None:
    assert shop.owner("PUT", LIMITS, most) == NONE | most


def use(
    shop: Shop, who: Enrolled, key: str, token: str | None = None, screen: str | None = None, **fields: Any
) -> httpx.Response:
    """By the shop's screen, or by another one's key."""
    wanted = {"customer": who.id, "reward": "free-coffee", "till": "1", "key": key} | fields
    return shop.http("POST", REDEMPTIONS, screen or shop.screen_key, wanted, headers=by(token))


def another_screen(shop: Shop) -> str:
    made: str = shop.owner("POST", "/v1/keys", {"role": "screen", "shop": shop.id})["key"]
    return made


def used(answer: httpx.Response) -> Message:
    assert answer.status_code == 201, answer.text
    made: Message = answer.json()
    return made


def spend(shop: Shop, answer: httpx.Response) -> None:
    """Used, and over: what is only reserved runs out."""
    end(shop, used(answer), "confirm")


def beyond(answer: httpx.Response, at: str, words: str) -> None:
    """Refused with what was reached, and what to do."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["at"]) == (409, "limit", at), answer.text
    assert words in error["message"]
    assert "the owner may raise it" in error["message"]


def test_there_is_no_limit_until_the_owner_sets_one(shop: Shop) -> None:
    assert shop.owner("GET", LIMITS) == NONE
    limit(shop, till_hour=3)
    limit(shop, customer_day=2)
    assert shop.owner("GET", LIMITS) == NONE | {"customer_day": 2}, "what is left out is no limit"


@pytest.mark.parametrize("most", [-1, LIMIT_MAX + 1, 1.5, "3", True])
def test_what_is_no_number_is_refused_and_changes_nothing(shop: Shop, most: object) -> None:
    limit(shop, till_hour=LIMIT_MAX)
    error = shop.http("PUT", LIMITS, shop.owner_key, {"till_hour": most}).json()["error"]
    assert (error["code"], error["at"]) == ("bad-field", "till_hour")
    assert shop.owner("GET", LIMITS) == NONE | {"till_hour": LIMIT_MAX}


def test_a_till_uses_so_many_within_an_hour(shop: Shop, amina: Enrolled) -> None:
    limit(shop, till_hour=2)
    first = used(use(shop, amina, "a"))
    end(shop, first, "confirm")
    shop.service.pass_time(minutes=10)
    spend(shop, use(shop, amina, "b"))
    before, done = points(shop, amina), deeds(shop)
    beyond(use(shop, amina, "c"), "till", "2 rewards within an hour")
    assert (points(shop, amina), deeds(shop)) == (before, done), "nothing changed"
    assert used(use(shop, amina, "a")) == first, "the same key is the same redemption, and no more"
    spend(shop, use(shop, amina, "d", screen=another_screen(shop), till="2"))
    shop.service.pass_time(minutes=50, seconds=-1)
    beyond(use(shop, amina, "c"), "till", "2 rewards")


def test_an_hour_later_a_till_uses_more(shop: Shop, amina: Enrolled) -> None:
    """Only what was used counts: this hour's two were confirmed."""
    limit(shop, till_hour=1)
    end(shop, used(use(shop, amina, "a")), "confirm")
    shop.service.pass_time(hours=1, seconds=-1)
    beyond(use(shop, amina, "b"), "till", "1 reward within an hour")
    shop.service.pass_time(seconds=1)
    used(use(shop, amina, "b"))


def test_a_screen_of_every_till_has_a_limit_of_its_own(shop: Shop, amina: Enrolled) -> None:
    limit(shop, till_hour=1)
    used(use(shop, amina, "a", till=None))
    beyond(use(shop, amina, "b", till=None), "till", "1 reward")
    used(use(shop, amina, "c", screen=another_screen(shop)))


def test_a_screen_that_says_it_is_another_till_has_no_more(shop: Shop, amina: Enrolled) -> None:
    """Which till it is, a screen says itself; which screen it is, its key says."""
    limit(shop, till_hour=2)
    made = [used(use(shop, amina, f"k{till}", till=till)) for till in ("1", None)]
    for till in ("2", "made up", "1", None):
        beyond(use(shop, amina, f"more {till}", till=till), "till", "2 rewards within an hour")
    end(shop, made[0], "release")
    spend(shop, use(shop, amina, "d", till="3"))
    beyond(use(shop, amina, "e", till="4"), "till", "2 rewards")
    other = another_screen(shop)
    used(use(shop, amina, "f", screen=other, till="2"))
    used(use(shop, amina, "g", screen=other, till="2"))
    third = another_screen(shop)
    beyond(
        use(shop, amina, "h", screen=third, till="2"), "till", "2 rewards"
    )  # and a till has no more with two screens
    shop.service.pass_time(hours=1)
    used(use(shop, amina, "i"))


def test_what_is_given_back_does_not_count(shop: Shop, amina: Enrolled) -> None:
    limit(shop, till_hour=1, customer_day=1)
    for key in ("a", "b", "c"):
        end(shop, used(use(shop, amina, key)), "release")
    used(use(shop, amina, "d"))
    beyond(use(shop, amina, "e"), "till", "1 reward")


def test_a_shift_of_one_person_uses_so_many_on_whatever_screens(shop: Shop, amina: Enrolled) -> None:
    wanjiru, otieno = hire(shop), hire(shop, *OTIENO)
    limit(shop, shift=2)
    first, second = take(shop, wanjiru), take(shop, wanjiru, till="2")
    used(use(shop, amina, "a", first))
    used(use(shop, amina, "b", second, till="2"))
    again = take(shop, wanjiru, token=first)
    beyond(use(shop, amina, "c", again), "staff", f"2 rewards within {SHIFT_HOURS} hours")
    used(use(shop, amina, "c", take(shop, otieno, OTIENO[1])))
    shop.service.pass_time(hours=SHIFT_HOURS)
    used(use(shop, amina, "e", take(shop, wanjiru)))


def test_where_shifts_are_limited_and_somebody_works_nobody_s_screen_uses_no_reward(
    shop: Shop, amina: Enrolled
) -> None:
    """Signing off would be a shift without a limit."""
    limit(shop, shift=1)
    spend(shop, use(shop, amina, "a"))  # nobody has a PIN here
    wanjiru = employ(shop)
    before, done = points(shop, amina), deeds(shop)
    error = use(shop, amina, "b").json()["error"]
    assert (error["code"], error["at"]) == ("sign-on", "staff")
    assert "take this screen with their PIN" in error["message"]
    assert (points(shop, amina), deeds(shop)) == (before, done), "nothing changed"
    assert used(use(shop, amina, "a"))["state"] == "reserved", "the same key is answered as the first time"
    spend(shop, use(shop, amina, "b", take(shop, wanjiru)))
    wanted = {"customer": amina.id, "reward": "free-coffee", "till": "9", "key": "c", "shop": shop.id}
    used(shop.http("POST", REDEMPTIONS, shop.owner_key, wanted))
    limit(shop, till_hour=9)
    used(use(shop, amina, "d"))


def test_a_reservation_that_ran_out_does_not_count(shop: Shop, amina: Enrolled) -> None:
    """Not even in the moment before its points are given back."""
    token = take(shop, hire(shop))
    limit(shop, till_hour=1, shift=1, customer_day=1)
    used(use(shop, amina, "a", token))
    shop.service.pass_time(minutes=15, seconds=-1)
    beyond(use(shop, amina, "b", token), "till", "1 reward")
    shop.service.pass_time(seconds=1)
    used(use(shop, amina, "b", token))


def test_what_one_of_the_staff_gives_back_does_not_count(shop: Shop, amina: Enrolled) -> None:
    token = take(shop, hire(shop))
    limit(shop, shift=1)
    made = used(use(shop, amina, "a", token))
    shop.http("POST", f"{REDEMPTIONS}/{made['id']}/release", shop.screen_key, headers=by(token))
    used(use(shop, amina, "b", token))
    beyond(use(shop, amina, "c", token), "staff", "1 reward within")


def test_a_customer_uses_so_many_on_a_business_day_in_whichever_shop(shop: Shop, amina: Enrolled) -> None:
    """The day ends at four in the morning, not at midnight."""
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    shop.service.move(make.at("23:50", 40))
    limit(shop, customer_day=2)
    spend(shop, use(shop, amina, "a"))
    wanted = {"customer": amina.id, "reward": "free-coffee", "till": "7", "key": "b"}
    answer = shop.http("POST", REDEMPTIONS, sister["screen_key"], wanted)
    assert shop.http("POST", f"{REDEMPTIONS}/{used(answer)['id']}/confirm", sister["screen_key"]).status_code == 200
    beyond(use(shop, amina, "c"), "customer", "2 rewards today")
    shop.service.move(make.at("03:59", 41))
    beyond(use(shop, amina, "c"), "customer", "2 rewards today")
    shop.service.move(make.at("04:00", 41))
    used(use(shop, amina, "c"))


def test_none_is_a_limit_too(shop: Shop, amina: Enrolled) -> None:
    limit(shop, customer_day=0)
    beyond(use(shop, amina, "a"), "customer", "none")
    limit(shop)
    used(use(shop, amina, "a"))


def test_the_owner_s_own_key_keeps_to_them_too(shop: Shop, amina: Enrolled) -> None:
    limit(shop, customer_day=1)
    used(use(shop, amina, "a"))
    wanted = {"customer": amina.id, "reward": "free-coffee", "till": "9", "key": "b", "shop": shop.id}
    beyond(shop.http("POST", REDEMPTIONS, shop.owner_key, wanted), "customer", "1 reward today")


def test_a_clock_that_was_ahead_and_is_put_right_stops_nobody(shop: Shop, amina: Enrolled) -> None:
    limit(shop, till_hour=1, shift=1, customer_day=1)
    right = shop.service.now
    token = take(shop, hire(shop))
    shop.service.move(right + timedelta(days=300))
    token = take(shop, hire(shop, *OTIENO), OTIENO[1])
    used(use(shop, amina, "a", token))
    shop.service.move(right)
    used(use(shop, amina, "b", token))
    beyond(use(shop, amina, "c", token), "till", "1 reward")


def test_tills_at_once_pass_no_limit_between_them(shop: Shop, amina: Enrolled) -> None:
    """C19, C21: of twenty at the same moment three are used, and seventeen are told why not."""
    limit(shop, customer_day=3)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda n: use(shop, amina, f"k{n}", till=str(n)), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 17
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"limit"}
    assert points(shop, amina) == 500 - 30


def test_screens_at_once_pass_no_limit_of_a_shift(shop: Shop, amina: Enrolled) -> None:
    """Two screens, two people at them, one limit each."""
    others = crowd(shop, 6)
    shop.post([shop.sale(who=one.who, at=shop.service.now - timedelta(days=1)) for one in others])
    limit(shop, shift=2)
    tokens = [take(shop, hire(shop)), take(shop, hire(shop, *OTIENO), OTIENO[1])]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda n: use(shop, others[n // 2], f"k{n}", tokens[n % 2], till=str(n)), range(12)))
    assert [sum(a.status_code == 201 for a in answers[half::2]) for half in (0, 1)] == [2, 2]
