"""What staff may give: within its limits, however many ask at once; booked, taken back, and gone with who is erased."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from loyalty.core import surprise as surprise_core
from loyalty.core.days import DAY, moment
from loyalty.store.gifts import went_wrong
from loyalty.wire import ID_CHARS_MAX
from loyalty.wire_gifts import A_WEEK_MAX, REASON_CHARS_MAX
from tests import make
from tests.promises.guests import guest
from tests.promises.team import OTIENO, WANJIRU, asked, deeds, employ, take
from tests.running import Enrolled, Message, Shop

pytestmark = pytest.mark.slow
PERKS, SURPRISES, BUDGET = "/v1/perks", "/v1/surprises", "/v1/surprises/budget"
LARGER: Message = {"id": "larger", "name": "A size up", "kind": "larger", "tiers": ["house-friend"], "cost": 8000}
BISCUIT: Message = {"id": "biscuit", "name": "A biscuit", "kind": "extra", "tiers": ["house-friend"], "cost": 3000}
TIER: Message = {"id": "house-friend", "name": "Zebrawood", "measure": "spend", "at_least": 100000}


def program(shop: Shop, *perks: Message, **rest: Any) -> None:
    wanted = {"earn": [{"kind": "visit", "points": 1}], "tiers": [TIER], "perks": [*perks]} | rest
    answer = shop.http("PUT", "/v1/program", shop.owner_key, wanted)
    assert answer.status_code == 200, answer.text


def friend(shop: Shop, who: make.Who = make.AMINA, days: int = 14, **fields: Any) -> Enrolled:
    """Somebody who holds the tier: a large sum in fourteen visits, a medium latte each."""
    known = shop.enrol(who, **fields)
    latte = make.line("Latte", price=make.LATTE, variation="Medium")
    ago = range(days, 0, -1)
    shop.post([shop.sale(latte, who=who, at=shop.service.now - timedelta(days=day)) for day in ago])
    return known


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    program(shop, LARGER)
    return friend(shop)


def give(shop: Shop, body: Message, path: str = PERKS, key: str | None = None) -> httpx.Response:
    return shop.http("POST", path, key or shop.screen_key, body)


def perk(amina: Enrolled, key: str = "k1", **fields: Any) -> Message:
    return {"customer": amina.id, "perk": "larger", "till": "1", "key": key} | fields


def surprise(amina: Enrolled, key: str = "s1", **fields: Any) -> Message:
    return {"customer": amina.id, "reason": "thanks", "till": "1", "key": key} | fields


def made(answer: httpx.Response, status: int = 201) -> Message:
    assert answer.status_code == status, answer.text
    found: Message = answer.json()
    return found


def refused(answer: httpx.Response, status: int, code: str) -> Message:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    found: Message = answer.json()["error"]
    return found


def undo(shop: Shop, gift: Message) -> httpx.Response:
    return shop.http("POST", f"{PERKS}/{gift['id']}/undo", shop.screen_key)


def gifts(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.service.rows(
        "SELECT customer, kind, perk, name, cost, reason, undone_at IS NULL FROM gifts WHERE shop = ? ORDER BY at, id",
        shop.id,
    )


def act(shop: Shop, who: make.Who = make.AMINA, **fields: Any) -> list[Message]:
    found: list[Message] = shop.checkin(shop.presence(who, **fields))["cue"]["act"]
    return found


def budget(shop: Shop, a_week: int = 2, cost: int = 30000, **fields: Any) -> Message:
    wanted = {"shop": shop.id, "a_week": a_week, "cost": cost} | fields
    return made(shop.http("PUT", BUDGET, shop.owner_key, wanted), 200)


# -- a perk -----------------------------------------------------------------------------------------------------------
def test_a_perk_is_shown_as_one_permission_and_given_with_one_request(shop: Shop, amina: Enrolled) -> None:
    cue = shop.checkin()["cue"]
    assert [one["text"] for one in cue["act"]] == ["One size up, same price"]
    [shown] = cue["act"]
    assert (shown["kind"], shown["give"]) == ("upgrade", {"customer": amina.id, "perk": "larger", "given": None})
    gift = made(give(shop, perk(amina, cue=cue["id"])))
    assert {name: gift[name] for name in ("kind", "perk", "name", "undone")} == {
        "kind": "perk",
        "perk": "larger",
        "name": "A size up",
        "undone": False,
    }
    assert gifts(shop) == [(amina.id, "perk", "larger", "A size up", 8000, "perk", 1)]


def test_the_sentence_is_concrete_where_their_size_and_the_next_are_known(shop: Shop, amina: Enrolled) -> None:
    large = make.line("Latte", price=make.LATTE + 5000, variation="Large")
    shop.post(shop.sale(large, at=shop.service.now - timedelta(days=2)))
    cue = shop.checkin()["cue"]
    assert "latte" in cue["say"]
    assert [one["text"] for one in cue["act"]] == ["You may serve a large for the price of a medium"]


def test_a_cue_never_shows_a_tier_or_what_somebody_spent(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 1000)
    cue = shop.checkin()["cue"]
    assert cue["act"] != [], "or there would be nothing to tell"
    shown = json.dumps(cue)
    assert not [one for one in ("ebrawood", "house-friend", "KES") if one in shown]
    told = " ".join((cue["say"], *(one["text"] for one in cue["act"])))
    assert not set(told) & set("0123456789"), "neither what they spent nor what it costs"


@pytest.mark.parametrize("greeting", ["points", "none"])
def test_who_is_greeted_quietly_is_offered_nothing_on_the_screen_and_may_be_given_it(shop: Shop, greeting: str) -> None:
    program(shop, LARGER)
    budget(shop, 1000)
    amina = friend(shop, greeting=greeting)
    cue = shop.checkin()["cue"]
    assert cue["act"] == []
    choices = made(shop.http("GET", f"{PERKS}?cue={cue['id']}", shop.screen_key), 200)
    assert choices["perks"] == [{"perk": "larger", "name": "A size up"}]
    made(give(shop, {"perk": "larger", "cue": cue["id"], "key": "k"}))
    assert len(gifts(shop)) == 1
    assert gifts(shop)[0][0] == amina.id


def test_a_reward_that_is_due_comes_first(shop: Shop) -> None:
    program(shop, LARGER, rewards=[{"id": "coffee", "name": "Coffee", "points": 10}])
    friend(shop)
    assert [one["kind"] for one in act(shop)] == ["reward"]


def test_a_perk_is_given_once_a_day_and_then_not_offered(shop: Shop, amina: Enrolled) -> None:
    made(give(shop, perk(amina)))
    assert act(shop) == []
    assert "tomorrow" in refused(give(shop, perk(amina, "k2")), 409, "limit")["message"]
    assert made(shop.http("GET", f"{PERKS}?customer={amina.id}", shop.screen_key), 200)["perks"] == []
    shop.service.pass_time(days=1)
    assert [one["kind"] for one in act(shop)] == ["upgrade"]
    made(give(shop, perk(amina, "k3")))


def test_the_limit_of_a_customer_holds_across_the_shops_of_a_business(shop: Shop, amina: Enrolled) -> None:
    other = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    made(give(shop, perk(amina)))
    refused(give(shop, perk(amina, "k2"), key=other["screen_key"]), 409, "limit")


def test_the_limit_of_a_shop_holds_for_all_its_people(shop: Shop) -> None:
    program(shop, LARGER | {"a_day_shop": 1, "a_day": 3})
    amina, ben = friend(shop), friend(shop, make.BEN)
    made(give(shop, perk(amina)))
    assert act(shop, make.BEN) == []
    refused(give(shop, perk(ben, "k2")), 409, "limit")
    other = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    made(give(shop, perk(ben, "k3"), key=other["screen_key"]))


def test_when_the_first_perk_is_used_up_the_next_is_offered(shop: Shop) -> None:
    program(shop, LARGER, BISCUIT)
    amina = friend(shop)
    made(give(shop, perk(amina)))
    [shown] = act(shop)
    assert (shown["kind"], shown["text"]) == ("extra", "You may add, on the house: A biscuit")


def test_of_twenty_gifts_of_one_perk_at_once_one_succeeds(shop: Shop, amina: Enrolled) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: give(shop, perk(amina, f"race-{n}")), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"limit"}
    assert len(gifts(shop)) == 1


def test_the_same_key_is_the_same_gift_and_with_another_body_refused(shop: Shop, amina: Enrolled) -> None:
    first = made(give(shop, perk(amina)))
    made(undo(shop, first), 200)
    assert made(give(shop, perk(amina))) == first, "answered as the first time"
    assert "till" in refused(give(shop, perk(amina, till="2")), 422, "key-reused")["message"]
    refused(give(shop, surprise(amina, "k1"), SURPRISES), 422, "key-reused")
    ben = friend(shop, make.BEN)
    refused(give(shop, perk(ben)), 422, "key-reused")
    assert len(gifts(shop)) == 1


def test_the_same_key_is_the_same_gift_also_once_its_customer_is_one_with_somebody(shop: Shop, amina: Enrolled) -> None:
    """And two again; whose gift it was stays what the key is for."""
    ben, cleo = friend(shop, make.BEN), friend(shop, make.CLEO)
    budget(shop)
    said = surprise(ben, "s1", reason="other", said="it rained")
    gave = [(perk(ben), PERKS), (said, SURPRISES)]
    first = [made(give(shop, *one)) for one in gave]
    merged = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})["id"]
    assert [made(give(shop, *one)) for one in gave] == first
    refused(give(shop, said | {"said": "it snowed"}, SURPRISES), 422, "key-reused")
    refused(give(shop, perk(cleo)), 422, "key-reused")
    shop.owner("POST", f"/v1/merges/{merged}/undo")
    assert [made(give(shop, *one)) for one in gave] == first
    assert len(gifts(shop)) == 2


def test_who_does_not_hold_it_is_not_granted_it(shop: Shop) -> None:
    program(shop, LARGER)
    ben = shop.enrol(make.BEN)
    assert "Zebrawood" not in refused(give(shop, perk(ben)), 409, "not-granted")["message"]
    refused(give(shop, perk(ben, perk="nothing")), 404, "unknown-perk")
    refused(give(shop, {"perk": "larger", "customer": "nobody", "key": "k"}), 404, "unknown-customer")
    refused(give(shop, {"perk": "larger", "key": "k"}), 422, "bad-field")
    refused(give(shop, perk(ben, cue="no-cue")), 404, "unknown-cue")
    refused(give(shop, perk(ben, "k" * (ID_CHARS_MAX + 1))), 422, "bad-field")
    assert gifts(shop) == []


def test_a_gift_is_for_whom_its_cue_is_about(shop: Shop, amina: Enrolled) -> None:
    ben = friend(shop, make.BEN)
    cue = shop.checkin()["cue"]
    refused(give(shop, perk(ben, cue=cue["id"])), 422, "other-person")


def test_the_cost_is_what_the_program_said_at_that_moment(shop: Shop, amina: Enrolled) -> None:
    made(give(shop, perk(amina)))
    program(shop, LARGER | {"cost": 9000, "a_day": 2})
    made(give(shop, perk(amina, "k2")))
    assert sorted(row[4] for row in gifts(shop)) == [8000, 9000]


def test_a_perk_may_not_carry_the_name_of_a_tier(shop: Shop) -> None:
    wanted = {"earn": [], "tiers": [TIER], "perks": [LARGER | {"name": "zebrawood’s size up"}]}
    found = refused(shop.http("PUT", "/v1/program", shop.owner_key, wanted), 422, "bad-field")
    assert found["at"] == "perks[0].name"


# -- taken back -------------------------------------------------------------------------------------------------------
def test_a_gift_is_taken_back_within_half_a_minute_and_twice_is_as_once(shop: Shop, amina: Enrolled) -> None:
    cue = shop.checkin()["cue"]
    gift = made(give(shop, perk(amina, cue=cue["id"])))
    assert made(undo(shop, gift), 200)["undone"]
    assert made(undo(shop, gift), 200)["undone"]
    assert [one["give"]["given"] for one in act(shop)] == [None], "it is offered again"
    made(give(shop, perk(amina, "k2")))
    shop.service.pass_time(seconds=31)
    refused(undo(shop, made(give(shop, perk(amina, "k2")))), 409, "too-late")
    refused(undo(shop, {"id": "nothing"}), 404, "unknown-gift")


def test_giving_and_taking_back_leaves_a_name_each_time(shop: Shop, amina: Enrolled) -> None:
    wanjiru = employ(shop)
    token = take(shop, wanjiru)
    for n in range(3):
        gift = made(asked(shop, "POST", PERKS, perk(amina, f"k{n}"), token))
        for _ in range(2):
            made(asked(shop, "POST", f"{PERKS}/{gift['id']}/undo", token=token), 200)
    done = [deed[:4] for deed in deeds(shop) if deed[0] in ("perk", "take-back")]
    assert done == [("perk", wanjiru, "1", amina.id), ("take-back", wanjiru, "1", amina.id)] * 3


def test_what_was_given_is_told_on_every_screen_of_the_till(shop: Shop, amina: Enrolled) -> None:
    cue = shop.checkin(shop.presence(till="1"))["cue"]
    with shop.counter("1") as screen:
        assert [one["id"] for one in screen.opened()["cues"]] == [cue["id"]]
        gift = made(give(shop, perk(amina, cue=cue["id"])))
        assert screen.next()["cue"]["act"][0]["give"]["given"] == gift["id"]
        made(undo(shop, gift), 200)
        assert screen.next()["cue"]["act"][0]["give"]["given"] is None


def test_what_was_given_to_the_wrong_person_is_booked_on_nobody(shop: Shop, amina: Enrolled) -> None:
    cue = shop.checkin(shop.presence(till="1"))["cue"]
    made(give(shop, perk(amina, cue=cue["id"])))
    with shop.counter("1") as screen:
        screen.opened()
        screen.say({"type": "done", "cue": cue["id"], "outcome": "wrong-person"})
        assert screen.next()["type"] == "closed"
    assert [row[-1] for row in gifts(shop)] == [0]
    assert [one["kind"] for one in act(shop)] == ["upgrade"]


# -- surprises --------------------------------------------------------------------------------------------------------
def test_a_shop_without_a_budget_gives_no_surprise(shop: Shop, amina: Enrolled) -> None:
    assert "owner" in refused(give(shop, surprise(amina), SURPRISES), 409, "no-budget")["message"]
    budget(shop, 0)
    refused(give(shop, surprise(amina), SURPRISES), 409, "no-budget")
    assert made(shop.http("GET", f"{PERKS}?customer={amina.id}", shop.screen_key), 200)["surprises"] is False


def test_surprises_end_with_the_week_and_begin_again_on_monday(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 2)
    for n in range(2):
        made(give(shop, surprise(amina, f"s{n}"), SURPRISES))
    assert "Monday" in refused(give(shop, surprise(amina, "s2"), SURPRISES), 409, "limit")["message"]
    shop.service.pass_time(days=4)  # to Sunday
    refused(give(shop, surprise(amina, "s2"), SURPRISES), 409, "limit")
    shop.service.pass_time(days=1)
    made(give(shop, surprise(amina, "s2"), SURPRISES))


def test_beyond_the_budget_only_where_the_owner_allows_it(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 0, beyond=True)
    made(give(shop, surprise(amina), SURPRISES))
    found = made(shop.http("GET", SURPRISES, shop.owner_key), 200)
    assert (found["given"], found["left"], found["cost_week"]) == (1, 0, 30000)


def test_of_twenty_surprises_at_once_as_many_succeed_as_are_left(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 3)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: give(shop, surprise(amina, f"race-{n}"), SURPRISES), range(20)))
    assert sorted(answer.status_code for answer in answers) == [*[201] * 3, *[409] * 17]


def test_a_change_of_the_budget_is_a_version_and_holds_from_its_day(shop: Shop, amina: Enrolled) -> None:
    first = budget(shop, 1, 30000)
    made(give(shop, surprise(amina), SURPRISES))
    shop.service.pass_time(days=1)
    second = budget(shop, 2, 40000)
    made(give(shop, surprise(amina, "s2"), SURPRISES))
    assert (first["since"], second["since"]) == ("2026-11-04", "2026-11-05")
    assert [row[4] for row in gifts(shop)] == [30000, 40000]
    rows = shop.service.rows("SELECT version, a_week, cost FROM budgets WHERE shop = ? ORDER BY version", shop.id)
    assert rows == [(1, 1, 30000), (2, 2, 40000)]


@pytest.mark.parametrize(
    "wrong", [{"a_week": -1}, {"a_week": A_WEEK_MAX + 1}, {"cost": -1}, {"a_week": 1.5}, {"shop": "nowhere"}]
)
def test_a_budget_that_cannot_be_is_refused(shop: Shop, wrong: Message) -> None:
    answer = shop.http("PUT", BUDGET, shop.owner_key, {"shop": shop.id, "a_week": 1, "cost": 1} | wrong)
    assert answer.status_code in (403, 422)
    assert shop.service.rows("SELECT 1 FROM budgets WHERE shop = ?", shop.id) == []


HOSTILE = "\u202e<script>alert(1)</script>\u0007\n\r {0} %s '; DROP TABLE gifts; --"


def test_a_reason_in_ones_own_words_is_kept_sealed_and_harmless(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 9)
    made(give(shop, surprise(amina, reason="other", said=HOSTILE), SURPRISES))
    made(give(shop, surprise(amina, reason="other", said=HOSTILE), SURPRISES))  # once more is as once
    refused(give(shop, surprise(amina, reason="other", said="else"), SURPRISES), 422, "key-reused")
    kept = shop.http("GET", f"/v1/customers/{amina.id}/copy", shop.owner_key).json()["gifts"]
    [read] = shop.http("GET", "/v1/card/knows", amina.card_key).json()["gifts"]
    assert read.items() <= kept[0].items(), "they read the same"
    assert [one["said"] for one in kept] == ["<script>alert(1)</script> {0} %s '; DROP TABLE gifts; --"]
    [(said,)] = shop.service.rows("SELECT said FROM gifts WHERE shop = ?", shop.id)
    assert b"script" not in bytes(said)


@pytest.mark.parametrize("said", ["", "   ", "\u200f\u0007", "x" * (REASON_CHARS_MAX + 1)])
def test_another_reason_has_to_be_said_and_briefly(shop: Shop, amina: Enrolled, said: str) -> None:
    budget(shop)
    refused(give(shop, surprise(amina, reason="other", said=said), SURPRISES), 422, "bad-field")
    refused(give(shop, surprise(amina, reason="because"), SURPRISES), 422, "bad-field")
    assert gifts(shop) == []


# -- suggested --------------------------------------------------------------------------------------------------------
def old_friends(shop: Shop, n: int) -> list[make.Who]:
    """People who have come twice a week for four months."""
    program(shop)
    found = [guest(place) for place in range(n)]
    for who in found:
        shop.enrol(who)
    start = shop.service.now - timedelta(days=120)
    sales = [shop.sale(who=who, at=start + timedelta(days=day)) for day in range(0, 120, 4) for who in found]
    for place in range(0, len(sales), 500):
        shop.post(sales[place : place + 500])
    return found


def test_a_surprise_is_suggested_given_with_one_touch_and_not_suggested_again(shop: Shop) -> None:
    friends = old_friends(shop, 12)
    budget(shop, 700)
    who, cue = due(shop, friends)
    assert cue["act"][0]["text"] == "Surprise: this one is on the house"
    assert "Part of this house for a long time" in cue["why"]
    customer = cue["act"][0]["give"]["customer"]
    body = {"customer": customer, "reason": "due", "key": "s", "cue": cue["id"]}
    made(give(shop, body, SURPRISES))
    again = shop.checkin(shop.presence(who))["cue"]
    assert again["act"] == []


def due(shop: Shop, friends: list[make.Who]) -> tuple[make.Who, Message]:
    """The first of them to be surprised, with their cue. Each is drawn anew each day, and seldom is nobody drawn."""
    for _ in range(10):
        for who in friends:
            cue = shop.checkin(shop.presence(who))["cue"]
            if [one["kind"] for one in cue["act"]] == ["surprise"]:
                return who, cue
        shop.service.pass_time(days=1)
    pytest.fail("so large a budget makes somebody due within days")


def test_nobody_is_suggested_without_a_budget_or_before_they_have_come_for_long(shop: Shop) -> None:
    friends = old_friends(shop, 4)
    assert all(shop.checkin(shop.presence(who))["cue"]["act"] == [] for who in friends)
    budget(shop, 1000)
    shop.enrol(make.BEN)
    shop.post([shop.sale(who=make.BEN, at=shop.service.now - timedelta(days=day)) for day in range(20, 0, -1)])
    assert all(one["kind"] != "surprise" for one in act(shop, make.BEN))


def test_a_visit_went_wrong_where_the_usual_was_not_taken_or_it_was_put_right_by_hand(shop: Shop) -> None:
    friends = [friend(shop, who) for who in (make.AMINA, make.BEN, guest(1))]
    for who, outcome in zip(friends[:2], ("other", "usual"), strict=True):
        cue = shop.checkin(shop.presence(who.who, till="1"))["cue"]
        with shop.counter("1") as screen:
            screen.opened()
            screen.say({"type": "done", "cue": cue["id"], "outcome": outcome})
            assert screen.next()["type"] == "closed"
    nobodys = shop.sale()
    shop.post(nobodys)
    wanted = {"shop": shop.id, "source": nobodys.source, "id": nobodys.id, "customer": friends[2].id}
    shop.owner("POST", "/v1/sales/assign", wanted)
    with closing(shop.service.place.open(only_reads=True)) as session:
        now = moment(shop.service.now)
        assert [went_wrong(session, one.id, now) for one in friends] == [True, False, True]
        later = now + (surprise_core.WRONG_DAYS + 1) * DAY
        assert [went_wrong(session, one.id, later) for one in friends] == [False, False, False]


# -- clocks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("night", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)])
def test_days_and_weeks_are_the_shops_also_where_the_clocks_are_changed(shop: Shop, night: datetime) -> None:
    """Both nights are from Saturday to Sunday; the week ends on Monday at four, as Berlin's clocks have it."""
    berlin = shop.service.open_shop("Kiosk", "EUR", "Europe/Berlin")
    berlin.service.move(night - timedelta(days=20))
    berlin.enrol(make.AMINA)
    program(berlin, LARGER)
    berlin.service.move(night - timedelta(days=1))
    amina = Enrolled(make.AMINA, berlin.checkin()["customer"]["id"], "", "")
    latte = make.line("Latte", price=50000)
    berlin.post([berlin.sale(latte, who=make.AMINA, at=night - timedelta(days=day)) for day in (18, 17, 16)])
    budget(berlin, 1)

    def at(**after: float) -> None:
        berlin.service.move(night + timedelta(**after))

    at(hours=1, minutes=30)  # before four on Sunday: still Saturday's business day
    made(give(berlin, perk(amina, "a")))
    made(give(berlin, surprise(amina, "b"), SURPRISES))
    at(hours=1, minutes=50)
    refused(give(berlin, perk(amina, "c")), 409, "limit")
    at(hours=12)
    made(give(berlin, perk(amina, "d")))
    refused(give(berlin, surprise(amina, "e"), SURPRISES), 409, "limit")
    at(days=1, hours=1)  # Monday before four
    refused(give(berlin, perk(amina, "f")), 409, "limit")
    refused(give(berlin, surprise(amina, "g"), SURPRISES), 409, "limit")
    at(days=1, hours=6)
    made(give(berlin, perk(amina, "h")))
    made(give(berlin, surprise(amina, "i"), SURPRISES))


# -- erased, and told -------------------------------------------------------------------------------------------------
def test_who_is_erased_takes_their_gifts_along(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 1)
    made(give(shop, perk(amina)))
    made(give(shop, surprise(amina), SURPRISES))
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    assert gifts(shop) == []
    refused(give(shop, perk(amina, "k9")), 410, "gone")
    ben = friend(shop, make.BEN)
    made(give(shop, surprise(ben, "s9"), SURPRISES))


def test_the_owner_sees_what_was_given_and_that_nobody_can_tell_yet(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 3)
    made(give(shop, perk(amina)))
    made(give(shop, surprise(amina), SURPRISES))
    taken = made(give(shop, surprise(amina, "s2"), SURPRISES))
    made(undo(shop, taken), 200)
    found = made(shop.http("GET", f"{SURPRISES}?shop={shop.id}", shop.owner_key), 200)
    said = {name: found[name] for name in ("given", "left", "cost_week", "perks_weeks", "perks_cost", "people", "top")}
    assert said == {"given": 1, "left": 2, "cost_week": 30000, "perks_weeks": 1, "perks_cost": 8000} | {
        "people": 1,
        "top": 1,
    }
    assert (found["to_people"], found["by_staff"], found["at_hours"]) == ("cannot-tell",) * 3
    assert found["budget"] == {"a_week": 3, "cost": 30000, "beyond": False, "since": "2026-11-04"}


def test_favouritism_shows(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 100)
    for who in old_friends(shop, 10):
        shop.checkin(shop.presence(who))
    for n in range(14):
        made(give(shop, surprise(amina, f"s{n}"), SURPRISES))
    found = made(shop.http("GET", SURPRISES, shop.owner_key), 200)
    assert (found["top"], found["to_people"]) == (14, "more-than-chance")
    assert found["fair"] < 14


def spread(shop: Shop) -> Message:
    return made(shop.http("GET", SURPRISES, shop.owner_key), 200)


def test_two_cards_of_one_person_are_one(shop: Shop, amina: Enrolled) -> None:
    budget(shop, 100)
    ben = friend(shop, make.BEN)
    for n in range(14):
        made(give(shop, surprise((amina, ben)[n % 2], f"s{n}"), SURPRISES))
    assert (spread(shop)["people"], spread(shop)["top"]) == (2, 7)
    shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
    assert (spread(shop)["people"], spread(shop)["top"]) == (1, 14)


TEAM = (WANJIRU, OTIENO, ("Achieng", "55512"))


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize(
    ("days", "gave", "said"),
    [
        pytest.param((19, 1, 0), (14, 1, 0), "fair", id="as much as they worked"),
        pytest.param((5, 5, 5), (15, 0, 0), "more-than-chance", id="the others gave none"),
        pytest.param((1, 19, 0), (14, 1, 0), "more-than-chance", id="who hardly worked gave most"),
        pytest.param((0, 10, 10), (14, 0, 0), "cannot-tell", id="how much they worked is not known"),
        pytest.param((20, 0, 0), (14, 0, 0), "cannot-tell", id="nobody to compare with"),
    ],
)
def test_staff_are_compared_by_how_much_they_worked(
    shop: Shop, amina: Enrolled, days: tuple[int, ...], gave: tuple[int, ...], said: str, screen: bool
) -> None:
    """By the till's word, or by who held its screen."""
    budget(shop, 100)
    tills = dict(zip((employ(shop, *one) for one in TEAM), ("5", "6", "7"), strict=True))
    tokens = [take(shop, one, pin, tills[one]) for one, (_, pin) in zip(tills, TEAM, strict=True)]
    shop.service.pass_time(minutes=1)
    for (name, _), till, worked in zip(TEAM, tills.values(), days, strict=True):
        now = shop.service.now
        sold = [shop.sale(till=till, at=now - timedelta(days=0 if screen else day)) for day in range(worked)]
        shop.post(sold if screen else [msgspec.structs.replace(one, staff=name) for one in sold])
    for token, n in zip(tokens, gave, strict=True):
        for one in range(n):
            made(asked(shop, "POST", SURPRISES, surprise(amina, f"s{token[:8]}{one}"), token))
    found = spread(shop)
    assert found["by_staff"] == said
    assert found["staff"][0] == {"staff": TEAM[0][0], "given": gave[0]}
