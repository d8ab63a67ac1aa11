"""Promise 3, for rewards that are used: points go once, come back once, and nobody spends what they do not have."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.acts.redemptions import reserve as reserve_in
from loyalty.acts.redemptions import run_out
from loyalty.wire import ID_CHARS_MAX, NewRedemption
from tests import make
from tests.promises.inside import Bench, batches
from tests.promises.stories import NOW, Story, stories
from tests.running import Counter, Enrolled, Message, Shop, serving, wait_until

pytestmark = pytest.mark.slow
REDEMPTIONS = "/v1/redemptions"
FREE = make.line("Latte", price=make.LATTE, total=0)


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    """Twelve visits: ten points go, two stay."""
    return with_points(shop, 12)


def with_points(shop: Shop, points: int, who: make.Who = make.AMINA, **fields: Any) -> Enrolled:
    known = shop.enrol(who, **fields)
    days = range(points, 0, -1)
    shop.post([shop.sale(who=who, at=shop.service.now - timedelta(days=day)) for day in days])
    return known


def wanted(amina: Enrolled, key: str = "k1", **fields: Any) -> Message:
    return {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": key} | fields


def asked(shop: Shop, amina: Enrolled, key: str = "k1", **fields: Any) -> httpx.Response:
    return shop.http("POST", REDEMPTIONS, shop.screen_key, wanted(amina, key, **fields))


def reserve(shop: Shop, amina: Enrolled, key: str = "k1", **fields: Any) -> Message:
    answer = asked(shop, amina, key, **fields)
    assert answer.status_code == 201, answer.text
    found: Message = answer.json()
    return found


def end(shop: Shop, made: Message, how: str, status: int = 200) -> Message:
    answer = shop.http("POST", f"{REDEMPTIONS}/{made['id']}/{how}", shop.screen_key)
    assert answer.status_code == status, answer.text
    found: Message = answer.json()
    return found


def points(shop: Shop, amina: Enrolled) -> int:
    """The balance, which is the sum of its entries."""
    known = shop.customer(amina)
    total: int = known["points"]
    assert sum(entry["points"] for entry in known["entries"]) == total
    return total


# -- reserving --------------------------------------------------------------------------------------------------------
def test_a_reservation_takes_its_points_at_once_and_says_until_when(shop: Shop, amina: Enrolled) -> None:
    """C23"""
    made = reserve(shop, amina)
    assert set(made) == {"id", "state", "points", "expires_at"}
    assert (made["state"], made["points"]) == ("reserved", 10)
    assert datetime.fromisoformat(made["expires_at"]) == shop.service.now + timedelta(minutes=15)
    assert points(shop, amina) == 2
    entry = shop.customer(amina)["entries"][0]
    assert (entry["points"], entry["reason"], entry["redemption"]) == (-10, "redeem", made["id"])


def test_a_reservation_shows_on_the_card_at_once(shop: Shop, amina: Enrolled) -> None:
    """C56: no stale balance."""
    reserve(shop, amina)
    assert shop.http("GET", "/v1/card", amina.card_key).json()["points"] == 2
    assert shop.checkin()["recognition"]["points"] == 2


def test_the_same_key_is_the_same_redemption(shop: Shop, amina: Enrolled) -> None:
    first = reserve(shop, amina)
    assert reserve(shop, amina) == first
    shop.service.pass_time(minutes=3)
    end(shop, first, "confirm")
    assert reserve(shop, amina) == first, "answered as the first time, whatever became of it"
    assert points(shop, amina) == 2


@pytest.mark.parametrize("other", [{"till": "2"}, {"till": None}, {"reward": "free-beer"}, {"customer": "ben"}])
def test_a_key_that_was_used_for_something_else_is_refused(shop: Shop, amina: Enrolled, other: Message) -> None:
    reserve(shop, amina)
    if "customer" in other:
        other = {"customer": with_points(shop, 12, make.BEN).id}
    error = shop.refused(wanted(amina, **other), 422, REDEMPTIONS, shop.screen_key)
    assert (error["code"], error["at"]) == ("key-reused", "key")
    assert next(iter(other)) in error["message"]
    assert points(shop, amina) == 2


@pytest.mark.parametrize("had", [0, 9])
def test_nobody_uses_what_they_do_not_have(shop: Shop, had: int) -> None:
    amina = with_points(shop, had)
    error = shop.refused(wanted(amina), 409, REDEMPTIONS, shop.screen_key)
    assert (error["code"], error["at"]) == ("not-enough-points", "reward")
    assert f"takes 10 points; there are {had}" in error["message"]
    assert points(shop, amina) == had
    shop.post([shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=20 + day)) for day in range(10)])
    assert reserve(shop, amina)["state"] == "reserved", "a refusal uses up no key"


def test_who_owes_points_uses_none_until_they_are_earned(shop: Shop) -> None:
    amina = shop.enrol()
    sales = [shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=day)) for day in range(1, 11)]
    shop.post(sales)
    end(shop, reserve(shop, amina), "confirm")
    shop.post(make.void_of(sales[0]))
    assert points(shop, amina) == -1
    error = shop.refused(wanted(amina, "k2"), 409, REDEMPTIONS, shop.screen_key)
    assert error["code"] == "not-enough-points"
    assert "below zero" in error["message"]


UNFIT: dict[str, list[Any]] = {
    "customer": [None, 7, "", "x" * (ID_CHARS_MAX + 1)],
    "reward": [None, 7, ""],
    "key": [None, 7, "", "x" * (ID_CHARS_MAX + 1)],
    "till": [7, "", "x" * (ID_CHARS_MAX + 1)],
}


@pytest.mark.parametrize("field", UNFIT)
def test_an_unfit_redemption_is_answered_with_its_path(shop: Shop, amina: Enrolled, field: str) -> None:
    for value in UNFIT[field]:
        error = shop.refused(wanted(amina) | {field: value}, 422, REDEMPTIONS, shop.screen_key)
        assert (error["code"], error["at"]) == ("bad-field", field), value
    if field != "till":
        body = {name: value for name, value in wanted(amina).items() if name != field}
        assert shop.refused(body, 422, REDEMPTIONS, shop.screen_key)["at"] == field
    assert points(shop, amina) == 12


@pytest.mark.parametrize(
    ("field", "value", "code"), [("customer", "nobody", "unknown-customer"), ("reward", "gold-bar", "unknown-reward")]
)
def test_what_is_unknown_is_said_to_be(shop: Shop, amina: Enrolled, field: str, value: str, code: str) -> None:
    error = shop.refused(wanted(amina) | {field: value}, 404, REDEMPTIONS, shop.screen_key)
    assert (error["code"], error["at"]) == (code, field)
    for how in ("confirm", "release"):
        error = shop.refused(b"", 404, f"{REDEMPTIONS}/nowhere/{how}", shop.screen_key)
        assert error["code"] == "unknown-redemption"
    assert points(shop, amina) == 12


def test_the_owner_reserves_too_in_a_shop_they_may_name(shop: Shop, amina: Enrolled) -> None:
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    made = shop.owner("POST", REDEMPTIONS, wanted(amina))
    assert shop.service.one("SELECT shop FROM redemptions WHERE id = ?", made["id"]) == shop.id, "where they were last"
    assert shop.owner("POST", REDEMPTIONS, wanted(amina)) == made
    shop.owner("POST", f"{REDEMPTIONS}/{made['id']}/release")
    there = shop.owner("POST", REDEMPTIONS, wanted(amina, "k2", shop=sister["id"]))
    for how in ("confirm", "release"):
        answer = shop.http("POST", f"{REDEMPTIONS}/{there['id']}/{how}", shop.screen_key)
        assert answer.status_code == 404, "a screen ends what was reserved in its own shop"
    answer = shop.http("POST", REDEMPTIONS, shop.screen_key, wanted(amina, "k3", shop=sister["id"]))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "other-shop")


# -- at the same time -------------------------------------------------------------------------------------------------
def test_twenty_at_once_are_one_success_and_nineteen_clear_refusals(shop: Shop, amina: Enrolled) -> None:
    """C19, C20, C21, C22"""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: asked(shop, amina, f"k{n}", till=str(n % 3)), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {error["code"] for error in refused} == {"not-enough-points"}
    assert points(shop, amina) == 2
    shop.verified()


def test_twenty_at_once_with_one_key_are_one_redemption(shop: Shop, amina: Enrolled) -> None:
    """C14, C22"""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: reserve(shop, amina), range(20)))
    assert len({answer["id"] for answer in answers}) == 1
    assert points(shop, amina) == 2


def test_confirming_and_releasing_at_once_end_in_one_of_them(shop: Shop, amina: Enrolled) -> None:
    made = reserve(shop, amina)

    def ended(n: int) -> tuple[str, int]:
        how = ("confirm", "release")[n % 2]
        return how, shop.http("POST", f"{REDEMPTIONS}/{made['id']}/{how}", shop.screen_key).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(ended, range(20)))
    won = next(how for how, status in answers if status == 200)
    assert answers == {(won, 200), ("release" if won == "confirm" else "confirm", 409)}
    assert points(shop, amina) == (2 if won == "confirm" else 12)


# -- ending -----------------------------------------------------------------------------------------------------------
def test_releasing_gives_the_same_points_back_once(shop: Shop, amina: Enrolled) -> None:
    """C25"""
    made = reserve(shop, amina)
    first = end(shop, made, "release")
    assert first == made | {"state": "released"}
    assert end(shop, made, "release") == first
    assert points(shop, amina) == 12
    error = end(shop, made, "confirm", 409)["error"]
    assert (error["code"], "was released" in error["message"]) == ("released", True)


def test_confirming_is_once(shop: Shop, amina: Enrolled) -> None:
    """C14"""
    made = reserve(shop, amina)
    first = end(shop, made, "confirm")
    assert first == made | {"state": "confirmed"}
    assert end(shop, made, "confirm") == first
    assert end(shop, made, "release", 409)["error"]["code"] == "confirmed"
    assert points(shop, amina) == 2


def test_a_reservation_runs_out_by_itself(shop: Shop, amina: Enrolled) -> None:
    made = reserve(shop, amina)
    shop.service.pass_time(minutes=15)
    wait_until(lambda: points(shop, amina) == 12)
    assert end(shop, made, "confirm", 409)["error"]["code"] == "released"
    assert end(shop, made, "release")["state"] == "released"
    assert [entry["reason"] for entry in shop.customer(amina)["entries"][:2]] == ["release", "redeem"]
    assert points(shop, amina) == 12
    shop.verified()


# -- the sale that uses it --------------------------------------------------------------------------------------------
def test_the_next_paid_sale_at_that_till_uses_it(shop: Shop, amina: Enrolled) -> None:
    """C23, C24"""
    made = reserve(shop, amina)
    shop.post(shop.sale(who=make.AMINA, till="2"))
    assert state(shop, made) == "reserved"
    sale = shop.sale(FREE, make.line("Cake"), who=make.AMINA)
    shop.post([sale, sale])
    assert state(shop, made) == "confirmed"
    assert end(shop, made, "confirm")["state"] == "confirmed"
    shop.service.pass_time(minutes=60)
    assert points(shop, amina) == 12 - 10 + 1, "one visit, however many sales it took"
    shop.verified()


def test_a_sale_that_names_it_uses_it(shop: Shop, amina: Enrolled) -> None:
    """C24: the till did not say whose sale it is."""
    made = reserve(shop, amina)
    shop.post(shop.sale(till="7", redemptions=(made["id"],)))
    assert state(shop, made) == "confirmed"
    assert points(shop, amina) == 2


def test_a_sale_of_another_business_uses_nothing(shop: Shop, amina: Enrolled) -> None:
    made = reserve(shop, amina)
    other = shop.service.open_shop()
    assert other.post(other.sale(redemptions=(made["id"],)))["accepted"] == 1
    assert state(shop, made) == "reserved"


def test_a_sale_that_was_kept_at_the_till_uses_what_ran_out_meanwhile(shop: Shop, amina: Enrolled) -> None:
    """C38, C40: the line was down for an hour."""
    made = reserve(shop, amina)
    sold_at = shop.service.pass_time(minutes=2)
    shop.service.pass_time(minutes=60)
    wait_until(lambda: points(shop, amina) == 12)
    shop.post(shop.sale(who=make.AMINA, at=sold_at))
    assert (state(shop, made), points(shop, amina)) == ("confirmed", 3)
    shop.verified()


def state(shop: Shop, made: Message) -> str:
    found: str = shop.service.one("SELECT state FROM redemptions WHERE id = ?", made["id"])
    return found


BACK = {
    "void": lambda sale: [make.void_of(sale)],
    "refund": lambda sale: [make.refunded(sale)],
    "receipt": lambda sale: [make.refund_of(sale)],
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kind", BACK)
def test_taking_the_sale_back_gives_the_reward_back_once(shop: Shop, amina: Enrolled, kind: str, named: bool) -> None:
    """C3, C6, C11"""
    made = reserve(shop, amina)
    sale = shop.sale(FREE, make.line("Cake"), who=make.AMINA, redemptions=(made["id"],) if named else ())
    back = [replace(each, id=f"{each.id}-{sale.id}") if each.refund_of else each for each in BACK[kind](sale)]
    shop.post(sale)
    assert points(shop, amina) == 3
    for _ in range(3):
        shop.post([*back, sale])
        assert points(shop, amina) == 12
    entries = [(one["points"], one["reason"]) for one in shop.customer(amina)["entries"] if one["redemption"]]
    assert entries == [(10, "give-back"), (-10, "redeem")]
    assert end(shop, made, "confirm", 409)["error"]["code"] == "released"
    assert points(shop, amina) == 12
    shop.verified()


def test_a_part_that_is_refunded_touches_no_reward(shop: Shop, amina: Enrolled) -> None:
    """C4: all the money came back, and what was free was had."""
    made = reserve(shop, amina)
    sale = shop.sale(FREE, make.line("Cake"), who=make.AMINA)
    shop.post(sale)
    shop.post(make.refunded(sale, make.line("Cake")))
    assert (state(shop, made), points(shop, amina)) == ("confirmed", 3)


def test_what_a_reward_paid_for_earns_nothing_and_the_rest_earns_as_ever(shop: Shop) -> None:
    """C34, C36"""
    amina = with_points(shop, 10)
    shop.owner(
        "PUT",
        "/v1/program",
        {
            "earn": [
                {"kind": "visit", "points": 1},
                {"kind": "spend", "points": 1, "per": 100},
                {"kind": "item", "match": {"name": "Latte"}, "points": 5},
            ],
            "rewards": [{"id": "free-coffee", "name": "Free coffee", "points": 10}],
        },
    )
    reserve(shop, amina)
    shop.post(shop.sale(FREE, make.line("Latte", price=300), make.line("Cake", price=200), who=make.AMINA))
    earned = {entry["reason"]: entry["points"] for entry in shop.customer(amina)["entries"][:3]}
    assert earned == {"visit": 1, "spend": 5, "item": 5}


# -- the counter ------------------------------------------------------------------------------------------------------
def test_a_due_reward_is_celebrated_and_says_what_using_it_changes(shop: Shop) -> None:
    with_points(shop, 10)
    with shop.counter() as screen:
        screen.opened()
        told = shop.checkin()["cue"]
        assert screen.next()["cue"] == told
    assert (told["tone"], told["say"]) == ("celebrate", "\u2068Amina\u2069\u00a0— this one is on the house")
    [act] = told["act"]
    assert (act["kind"], act["text"]) == ("reward", "Free coffee")
    assert act["redeem"] == {
        "customer": shop.service.one("SELECT customer FROM cues WHERE id = ?", told["id"]),
        "reward": "free-coffee",
        "name": "Free coffee",
        "points": 10,
        "stays": 0,
        "off": None,
        "percent": None,
        "minimum": 0,
        "of": None,
        "currency": "",
        "word": False,
        "ask": "Use \u2068Amina\u2069\u2019s free\u00a0coffee on this sale?",
        "text": "Stamps: 10 go, 0 stay.",
    }


def test_a_reward_is_celebrated_once_and_then_waits_below_the_usual(shop: Shop) -> None:
    with_points(shop, 12)
    told = shop.checkin()["cue"]
    assert "latte" in told["say"]
    assert [act["text"] for act in told["act"]] == ["Waiting for them: free\u00a0coffee"]
    assert told["act"][0]["redeem"]["stays"] == 2


def test_what_comes_off_is_told_where_the_program_says_what_the_reward_is_worth(shop: Shop, amina: Enrolled) -> None:
    reward = {"id": "free-coffee", "name": "Free coffee", "points": 10, "kind": "free-item", "worth": 30_000}
    shop.owner("PUT", "/v1/program", {"earn": [], "rewards": [reward]})
    assert shop.owner("GET", "/v1/program")["rewards"] == [reward]
    redeem = shop.checkin()["cue"]["act"][0]["redeem"]
    assert (redeem["off"], redeem["currency"]) == (30_000, "KES")


@pytest.mark.parametrize("greeting", ["points", "none"])
def test_a_quiet_card_stays_quiet_with_a_reward_due(shop: Shop, greeting: Any) -> None:
    with_points(shop, 10, greeting=greeting)
    told = shop.checkin()["cue"]
    assert (told["tone"], told["act"], told["name"]) == ("inform", [], None)


@contextmanager
def at_the_counter(shop: Shop, amina: Enrolled) -> Iterator[tuple[Counter, Message, Message]]:
    """The screen, its cue for her, and the reward that was reserved by the first touch."""
    with shop.counter() as screen:
        screen.opened()
        cue = shop.checkin()["cue"]
        screen.next()
        yield screen, cue, reserve(shop, amina)


def test_two_touches_use_a_reward_and_undo_takes_it_back(shop: Shop, amina: Enrolled) -> None:
    with at_the_counter(shop, amina) as (screen, cue, made):
        screen.say({"type": "done", "cue": cue["id"], "outcome": "redeemed"})
        closed = screen.next()
        assert (closed["type"], closed["outcome"]) == ("closed", "redeemed")
        screen.say({"type": "undo", "cue": cue["id"]})
        assert screen.next()["cue"]["id"] == cue["id"]
        assert (state(shop, made), points(shop, amina)) == ("released", 12)


def test_the_wrong_persons_reward_is_let_go(shop: Shop, amina: Enrolled) -> None:
    """C41, C43"""
    with at_the_counter(shop, amina) as (screen, cue, made):
        screen.say({"type": "done", "cue": cue["id"], "outcome": "wrong-person"})
        assert screen.next()["outcome"] == "wrong-person"
        assert (state(shop, made), points(shop, amina)) == ("released", 12)


def test_the_wrong_persons_sale_gives_their_reward_back(shop: Shop, amina: Enrolled) -> None:
    """C41, C43: noticed only when the sale was rung up."""
    made = reserve(shop, amina)
    with shop.counter() as screen:
        screen.opened()
        shop.post(shop.sale(who=make.AMINA))
        cue = screen.next()["cue"]
        assert state(shop, made) == "confirmed"
        screen.say({"type": "done", "cue": cue["id"], "outcome": "wrong-person"})
        screen.next()
        assert (state(shop, made), points(shop, amina)) == ("released", 12)
        screen.say({"type": "undo", "cue": cue["id"]})
        screen.next()
        assert (state(shop, made), points(shop, amina)) == ("confirmed", 3)
    shop.verified()


# -- whatever is told around it ---------------------------------------------------------------------------------------
@given(stories(), st.booleans())
def test_whatever_is_told_around_a_redemption_it_is_borne_out_by_its_entries(
    bench: Bench, story: Story, named: bool
) -> None:
    """Late, twice, voided, refunded, corrected, taken off: real decisions, real SQLite."""
    with bench.house(NOW) as house:
        house.deliver(*(make.sale(id=f"p{day}", at=make.at("07:00", day - 60)) for day in range(20)))
        wanted = NewRedemption(customer=house.cafe.people["Amina"], reward="free", key="k", till="1")
        with house.session.transaction():
            made = reserve_in(house.line, house.cafe.business, wanted)
        for batch in batches(story.shuffled, story.sizes):
            house.deliver(
                *(replace(sale, redemptions=(made.id,)) if named and sale.id < "4" else sale for sale in batch)
            )
        house.move(NOW + timedelta(minutes=15))
        with house.session.transaction():
            run_out(house.line, house.cafe.business)
        [(state, moved)] = house.session.rows(
            "SELECT r.state, SUM(e.points) FROM redemptions r JOIN entries e ON e.redemption = r.id GROUP BY r.state"
        )
        assert (state, moved) in (("confirmed", -50), ("released", 0))
        for points, total, _ in house.balances().values():
            assert points == total
        assert house.differences() == []


# -- proof ------------------------------------------------------------------------------------------------------------
def test_verify_finds_a_redemption_that_its_entries_do_not_bear_out(tmp_path: Any, fresh_database: str) -> None:
    with serving(tmp_path, make.at("12:00", 30), database=fresh_database) as service:
        shop = service.open_shop()
        amina = with_points(shop, 12)
        made = reserve(shop, amina)
        service.verified()
        with closing(service.place.open()) as session, session.transaction():
            session.run("UPDATE redemptions SET state = 'released' WHERE id = ?", (made["id"],))
        done = service.command("verify")
        assert done.returncode == 1
        assert f"entries of redemption {made['id']} sum to -10, should be 0" in done.stdout
