"""Tiers over the API, with the clock moved: their end, what keeps them, one set by hand, a place among the best."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loyalty import wire
from loyalty.core.best import BEST_OF_MIN
from loyalty.wire_tiers import BY_HAND_DAYS_MAX
from tests import make
from tests.promises.guests import guest
from tests.running import Enrolled, Message, Service, Shop, again, wait_until

pytestmark = pytest.mark.slow
BERLIN = ZoneInfo("Europe/Berlin")
SILVER = {"id": "silver", "name": "Silver", "measure": "visits", "at_least": 1, "window_days": 60}
GOLD = {"id": "gold", "name": "Gold", "measure": "visits", "at_least": 3, "window_days": 30}
BEST = {"id": "best", "name": "Best", "measure": "top-spend", "at_least": 10, "window_days": 365}


def program(shop: Shop, *tiers: Message) -> None:
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 1}], "tiers": list(tiers)})


def visited(shop: Shop, who: Enrolled, *days_ago: int) -> None:
    shop.post([shop.sale(who=who.who, at=shop.service.now - timedelta(days=ago)) for ago in days_ago])


def standing(shop: Shop, who: Enrolled) -> Message:
    """As it is told to the owner; the line and the card say the same."""
    known = shop.customer(who)
    found: Message = known["standing"]
    assert known["recognition"]["tier"] == (found and found["tier"])
    card = shop.http("GET", "/v1/card", who.card_key).json()["tier"]
    assert (card and card["standing"]) == found
    return found


def tier(shop: Shop, who: Enrolled) -> str | None:
    found = standing(shop, who)
    return found["tier"]["id"] if found else None


def told(shop: Shop, who: Enrolled) -> str | None:
    """The tier alone, while it may change between two requests."""
    found = shop.customer(who)["standing"]
    return found["tier"]["id"] if found else None


def by_hand(shop: Shop, who: Enrolled, tier: str, until: date | str, **fields: Any) -> Message:
    body = {"tier": tier, "until": str(until), "reason": "our first customer"} | fields
    return shop.owner("PUT", f"/v1/customers/{who.id}/tier", body)


# -- what is earned ---------------------------------------------------------------------------------------------------
def test_the_owner_and_the_customer_see_the_end_of_a_tier_and_exactly_what_keeps_it(shop: Shop) -> None:
    program(shop, SILVER, GOLD)
    amina = shop.enrol()
    visited(shop, amina, 25, 24, 2)
    found = standing(shop, amina)
    last = shop.service.now.date() + timedelta(days=4)
    assert found == {
        "tier": {"id": "gold", "name": "Gold"},
        "until": str(last),
        "last": str(last),
        "grace": False,
        "by_hand": False,
        "best": False,
        "losing": True,
        "below": {"id": "silver", "name": "Silver"},
        "need": {"amount": 1, "unit": "visits", "by": str(last)},
    }
    shop.service.pass_time(days=4)
    assert tier(shop, amina) == "gold"
    shop.service.pass_time(days=1)
    assert tier(shop, amina) == "silver"
    shop.service.pass_time(days=-1)
    shop.post(shop.sale(who=amina.who))
    shop.service.pass_time(days=1)
    assert tier(shop, amina) == "gold", "that one visit kept it"


def test_spend_that_is_missing_is_named_to_the_minor_unit(shop: Shop) -> None:
    program(shop, {"id": "big", "name": "Big", "measure": "spend", "at_least": 100_000, "window_days": 90})
    amina = shop.enrol()
    now = shop.service.now
    for ago, total in ((80, 60_001), (1, 39_999)):
        shop.post(shop.sale(make.line(price=total), who=amina.who, at=now - timedelta(days=ago)))
    assert standing(shop, amina)["need"] == {
        "amount": 60_001,
        "unit": "spend",
        "by": str(now.date() + timedelta(days=9)),
    }
    shop.service.pass_time(days=9)
    shop.post(shop.sale(make.line(price=60_000), who=amina.who))
    assert standing(shop, amina)["need"]["amount"] == 1
    shop.service.pass_time(minutes=1)
    shop.post(shop.sale(make.line(price=1), who=amina.who))
    shop.service.pass_time(days=1)
    assert tier(shop, amina) == "big"


def test_a_refund_takes_the_upper_tier_and_a_late_sale_gives_it(shop: Shop) -> None:
    """C37, erpnext: the upper tier given wrongly."""
    program(shop, SILVER, GOLD)
    amina = shop.enrol()
    visited(shop, amina, 3, 2)
    sale = shop.sale(who=amina.who, at=shop.service.now - timedelta(days=1))
    shop.post(sale)
    assert tier(shop, amina) == "gold"
    shop.post(make.refunded(sale))
    assert tier(shop, amina) == "silver"
    visited(shop, amina, 20)
    assert tier(shop, amina) == "gold", "it came late and counts on its own day"
    late = shop.sale(who=amina.who, at=shop.service.now - timedelta(days=29))
    shop.post(late)
    shop.post(again(late, state="voided"))
    assert standing(shop, amina)["need"]["amount"] == 1
    shop.verified()


HELD = [
    {"id": "silver", "name": "Silver", "measure": "visits", "at_least": 2, "window_days": 10, "hold_days": 20},
    {"id": "gold", "name": "Gold", "measure": "visits", "at_least": 4, "window_days": 10}
    | {"hold_days": 30, "grace_days": 14},
]


def test_a_tier_is_held_then_in_grace_then_one_step_down(service: Service) -> None:
    """Over the days on which Berlin puts its clocks back, New Year's Eve and a check-in of the past."""
    shop = service.open_shop(timezone=BERLIN.key)
    program(shop, *HELD)
    start = datetime(2026, 10, 20, 12, tzinfo=BERLIN)
    service.move(start)
    amina = shop.enrol()
    visited(shop, amina, 3, 2, 1, 0)  # the window holds all four until the 26th: reached to then, held to 25 November
    seen = {}
    for ahead in (0, 36, 37, 50, 51, 70, 71):
        service.move(start + timedelta(days=ahead))
        found = standing(shop, amina)
        seen[ahead] = (found["tier"]["id"], found["last"], found["grace"]) if found else None
    assert seen == {
        0: ("gold", "2026-12-09", False),
        36: ("gold", "2026-12-09", False),
        37: ("gold", "2026-12-09", True),
        50: ("gold", "2026-12-09", True),
        51: ("silver", "2026-12-29", False),
        70: ("silver", "2026-12-29", False),
        71: None,
    }
    then = shop.presence(amina.who, at=start + timedelta(days=40))
    assert shop.checkin(then)["recognition"]["tier"]["id"] == "gold", "as of a moment at which it was held"
    service.verified()


def test_the_held_tier_is_kept_by_exactly_what_was_named(shop: Shop) -> None:
    program(shop, *HELD)
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    for who in (amina, ben):
        visited(shop, who, 3, 2, 1, 0)
    shop.service.pass_time(days=48)
    need = standing(shop, amina)["need"]
    assert need == {"amount": 4, "unit": "visits", "by": str(shop.service.now.date() + timedelta(days=2))}
    for who, visits in ((amina, 4), (ben, 3)):
        for _ in range(visits):
            shop.post(shop.sale(who=who.who))
            shop.service.pass_time(minutes=31)
    shop.service.pass_time(days=3)
    assert (tier(shop, amina), tier(shop, ben)) == ("gold", "silver")


def test_a_sale_that_comes_late_or_is_refunded_holds_what_it_should_have(shop: Shop) -> None:
    program(shop, *HELD)
    amina = shop.enrol()
    visited(shop, amina, 40, 39, 38)
    last = shop.sale(who=amina.who, at=shop.service.now - timedelta(days=37))
    assert tier(shop, amina) is None
    shop.post(last)
    assert standing(shop, amina)["tier"]["id"] == "gold", "held since then"
    shop.post(make.refunded(last))
    assert tier(shop, amina) is None
    shop.verified()


def test_a_promise_outlives_the_program_that_made_it(shop: Shop) -> None:
    program(shop, *HELD)
    amina = shop.enrol()
    visited(shop, amina, 3, 2, 1, 0)
    program(shop, HELD[0], HELD[1] | {"hold_days": 0, "grace_days": 0})
    shop.service.pass_time(days=36)
    assert tier(shop, amina) == "gold"
    program(shop, HELD[0])
    assert tier(shop, amina) is None, "there is no Gold any more"


CLOCKS = [
    ("the clocks are put back", BERLIN, date(2026, 10, 20), 10),
    ("the clocks are put on", BERLIN, date(2027, 3, 20), 12),
    ("a leap day", ZoneInfo("Africa/Nairobi"), date(2028, 2, 25), 8),
    ("a year ends", ZoneInfo("America/New_York"), date(2026, 12, 28), 7),
    ("the other side of the date line", ZoneInfo("Pacific/Auckland"), date(2027, 4, 1), 9),
]


@pytest.mark.parametrize(("zone", "first", "window"), [case[1:] for case in CLOCKS], ids=[case[0] for case in CLOCKS])
def test_a_tier_ends_with_its_last_business_day(service: Service, zone: ZoneInfo, first: date, window: int) -> None:
    """Days are read off the wall clock, and end at four in the morning."""
    shop = service.open_shop(timezone=zone.key)
    program(shop, GOLD | {"at_least": 1, "window_days": window})
    service.move(datetime.combine(first, time(23, 59), zone).astimezone(UTC))
    amina = shop.enrol()
    shop.post(shop.sale(who=amina.who))
    last = first + timedelta(days=window - 1)
    assert standing(shop, amina)["last"] == str(last)
    over = datetime.combine(last + timedelta(days=1), time(4), zone)
    service.move(over.astimezone(UTC) - timedelta(seconds=1))
    assert tier(shop, amina) == "gold"
    service.move(over.astimezone(UTC))
    assert tier(shop, amina) is None


# -- by hand ----------------------------------------------------------------------------------------------------------
def test_a_tier_by_hand_holds_to_the_end_of_its_last_day_and_no_longer(shop: Shop) -> None:
    """C37, open-loyalty#74: a level set by hand became a floor for ever. On a leap day, at that."""
    program(shop, SILVER, GOLD)
    shop.service.move(make.at("12:00", (date(2028, 2, 20) - make.MONDAY).days))
    amina = shop.enrol()
    visited(shop, amina, 1)
    made = by_hand(shop, amina, "gold", "2028-02-29")
    assert made["set_at"].startswith("2028-02-20T09:00:00")
    assert {key: made[key] for key in ("tier", "until", "reason")} == {
        "tier": {"id": "gold", "name": "Gold"},
        "until": "2028-02-29",
        "reason": "our first customer",
    }
    found = standing(shop, amina)
    assert (found["tier"]["id"], found["by_hand"], found["last"]) == ("gold", True, "2028-02-29")
    assert (found["below"]["id"], found["need"]) == ("silver", {"amount": 2, "unit": "visits", "by": "2028-02-29"})
    shop.service.move(datetime(2028, 3, 1, 0, 59, 59, tzinfo=UTC))  # a second to four in the morning in Nairobi
    assert tier(shop, amina) == "gold"
    shop.service.move(datetime(2028, 3, 1, 1, 0, tzinfo=UTC))
    assert tier(shop, amina) == "silver"
    assert page(shop, amina)["tiers"]["by_hand"] is None


def page(shop: Shop, who: Enrolled) -> Message:
    return shop.owner("GET", f"/v1/customers/{who.id}/page")


def test_the_counter_is_told_of_it_with_the_next_scan_and_no_cue_speaks_of_it(shop: Shop) -> None:
    program(shop, SILVER, GOLD)
    amina = shop.enrol()
    assert shop.checkin()["recognition"]["tier"] is None
    by_hand(shop, amina, "gold", shop.service.now.date())
    answered = shop.checkin()
    assert answered["recognition"]["tier"] == {"id": "gold", "name": "Gold"}
    assert "gold" not in str(answered["cue"]).lower(), "a tier is no word for bystanders"
    assert "standing" not in answered["recognition"]


def test_a_higher_tier_that_is_earned_shows_over_it(shop: Shop) -> None:
    program(shop, SILVER, GOLD)
    amina = shop.enrol()
    visited(shop, amina, 3, 2, 1)
    by_hand(shop, amina, "silver", shop.service.now.date() + timedelta(days=300))
    found = standing(shop, amina)
    assert (found["tier"]["id"], found["by_hand"], found["below"]["id"]) == ("gold", False, "silver")


def test_another_takes_its_place_and_taking_it_away_twice_is_once(shop: Shop) -> None:
    program(shop, SILVER, GOLD)
    amina = shop.enrol()
    tomorrow = shop.service.now.date() + timedelta(days=1)
    by_hand(shop, amina, "gold", tomorrow)
    shop.service.pass_time(minutes=1)
    by_hand(shop, amina, "silver", tomorrow, reason="gold was a mistake")
    assert tier(shop, amina) == "silver"
    shown = page(shop, amina)["tiers"]
    assert (shown["by_hand"]["reason"], [one["id"] for one in shown["choices"]]) == (
        "gold was a mistake",
        ["silver", "gold"],
    )
    for _ in range(2):
        assert shop.http("DELETE", f"/v1/customers/{amina.id}/tier", shop.owner_key).status_code == 204
        assert tier(shop, amina) is None
    copy = shop.http("GET", "/v1/card/copy", amina.card_key).json()["tiers_by_hand"]
    assert [(one["tier"], one["reason"], one["ended_at"] is not None) for one in copy] == [
        ("silver", "gold was a mistake", True),
        ("gold", "our first customer", True),
    ]


def test_why_somebody_has_it_is_sealed_and_goes_with_them(shop: Shop) -> None:
    program(shop, GOLD)
    amina = shop.enrol()
    by_hand(shop, amina, "gold", shop.service.now.date(), reason="her brother's wedding")
    stored = shop.service.one("SELECT reason FROM hand_tiers WHERE customer = ?", amina.id)
    assert b"wedding" not in bytes(stored)
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    assert shop.service.rows("SELECT 1 FROM hand_tiers WHERE customer = ?", amina.id) == []
    left = shop.service.rows("SELECT hand_tier, hand_until FROM customers WHERE id = ?", amina.id)
    assert left == [(None, None)]
    refused = shop.http("PUT", f"/v1/customers/{amina.id}/tier", shop.owner_key, fit(shop))
    assert refused.status_code == 410


def fit(shop: Shop, **fields: Any) -> Message:
    return {"tier": "gold", "until": str(shop.service.now.date()), "reason": "why"} | fields


UNFIT: dict[str, list[Any]] = {
    "tier": ["platinum", "", None],
    "until": ["yesterday", None, -1, BY_HAND_DAYS_MAX + 1],
    "reason": ["", None, "r" * (wire.NAME_CHARS_MAX + 1)],
}


@pytest.mark.parametrize(("at", "value"), [(at, value) for at, values in UNFIT.items() for value in values])
def test_a_tier_that_cannot_be_set_is_refused_with_the_path_and_nothing_changes(
    shop: Shop, at: str, value: Any
) -> None:
    program(shop, GOLD)
    amina = shop.enrol()
    if isinstance(value, int):
        value = str(shop.service.now.date() + timedelta(days=value))
    answer = shop.http("PUT", f"/v1/customers/{amina.id}/tier", shop.owner_key, fit(shop, **{at: value}))
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, at)
    assert tier(shop, amina) is None
    assert shop.service.rows("SELECT 1 FROM hand_tiers WHERE customer = ?", amina.id) == []


def test_a_tier_can_be_set_two_years_ahead_for_the_longest_reason(shop: Shop) -> None:
    """BY_HAND_DAYS_MAX"""
    program(shop, GOLD)
    amina = shop.enrol()
    until = shop.service.now.date() + timedelta(days=BY_HAND_DAYS_MAX)
    assert by_hand(shop, amina, "gold", until, reason="r" * wire.NAME_CHARS_MAX)["until"] == str(until)


def test_nobody_is_given_a_tier_who_is_not_there(shop: Shop) -> None:
    for method in ("PUT", "DELETE"):
        answer = shop.http(method, "/v1/customers/nobody/tier", shop.owner_key, fit(shop))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown-customer")


# -- the owner's list -------------------------------------------------------------------------------------------------
def listed(shop: Shop, **query: str) -> list[Message]:
    answer = shop.http("GET", "/v1/customers", shop.owner_key, params=query)
    assert answer.status_code == 200, answer.text
    found: list[Message] = answer.json()["people"]
    return found


def test_the_owner_finds_who_is_about_to_lose_their_tier(shop: Shop) -> None:
    program(shop, SILVER | {"window_days": 90})
    amina, ben, fresh = shop.enrol(), shop.enrol(make.BEN), shop.enrol(guest(3))
    visited(shop, amina, 70)
    visited(shop, ben, 85)
    visited(shop, fresh, 1)
    losing = listed(shop, stage="losing")
    assert [one["id"] for one in losing] == [amina.id, ben.id]
    by = str(shop.service.now.date() + timedelta(days=19))
    assert losing[0]["losing"]["need"] == {"amount": 1, "unit": "visits", "by": by}
    assert [one["id"] for one in listed(shop, stage="losing", query="Ben")] == [ben.id]
    marked = {one["id"]: one["losing"] is not None for one in listed(shop)}
    assert marked == {amina.id: True, ben.id: True, fresh.id: False}


# -- the best ---------------------------------------------------------------------------------------------------------
def test_the_best_are_counted_by_the_day_and_stay_in_for_the_day(shop: Shop) -> None:
    people = [shop.enrol(guest(n)) for n in range(BEST_OF_MIN)]
    now = shop.service.now
    shop.post(
        [
            shop.sale(make.line(price=1_000 + 10 * n), who=one.who, at=now - timedelta(days=3))
            for n, one in enumerate(people)
        ]
    )
    program(shop, SILVER, BEST)
    wait_until(lambda: told(shop, people[-1]) == "best")
    assert [tier(shop, one) for one in people[-3:]] == ["silver", "best", "best"]
    found = standing(shop, people[-1])
    assert (found["best"], found["last"], found["need"], found["losing"]) == (True, None, None, False)
    shop.post(shop.sale(make.line(price=10**6), who=people[0].who))
    assert tier(shop, people[0]) == "silver", "what they spend today counts tomorrow"
    shop.service.pass_time(days=1)
    wait_until(lambda: told(shop, people[0]) == "best")
    assert [tier(shop, one) for one in people[-3:]] == ["silver", "silver", "best"]
    shop.service.pass_time(days=-1)
    assert tier(shop, people[0]) == "silver", "yesterday is answered as it was"
    assert shop.checkin(shop.presence(people[-2].who))["recognition"]["tier"]["id"] == "best"


def test_of_too_few_customers_nobody_is_among_the_best_and_the_owner_is_told(shop: Shop) -> None:
    amina = shop.enrol()
    visited(shop, amina, 3, 2)
    program(shop, BEST)
    wait_until(lambda: page(shop, amina)["tiers"]["too_few"] == 1)
    assert tier(shop, amina) is None


@pytest.mark.parametrize("field", ["hold_days", "grace_days"])
def test_a_place_among_the_best_is_not_held(shop: Shop, field: str) -> None:
    answer = shop.http("PUT", "/v1/program", shop.owner_key, {"earn": [], "tiers": [BEST | {field: 3}]})
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, f"tiers[0].{field}")
