"""Every word of the program does what it says, over the API, each sale by the program of its own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests import make
from tests.running import Enrolled, Message, Shop, wait_until

pytestmark = pytest.mark.slow
VISIT = {"kind": "visit", "points": 1}
SPEND = {"kind": "spend", "points": 1, "per": 100}
COFFEE = {"id": "free-coffee", "name": "Free coffee", "points": 2, "kind": "free-item"}


def judges(shop: Shop, *earn: Message, **fields: Any) -> None:
    shop.owner("PUT", "/v1/program", {"earn": list(earn)} | fields)


def sold(shop: Shop, *lines: Any, who: make.Who = make.AMINA, **fields: Any) -> None:
    shop.post(shop.sale(*lines, who=who, **fields))


def earned(shop: Shop, who: Enrolled) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in shop.customer(who)["entries"]:
        found[entry["reason"]] = found.get(entry["reason"], 0) + entry["points"]
    return found


def card_of(shop: Shop, who: Enrolled) -> Message:
    found: Message = shop.http("GET", "/v1/card", who.card_key).json()
    return found


def at(hour: str, day: int) -> datetime:
    """A Monday is day 0."""
    return make.at(hour, day)


def test_what_is_put_is_what_is_there_and_nothing_more(shop: Shop) -> None:
    hours = {"weekdays": [1], "start": "14:00", "end": "16:00"}
    wanted = {
        "earn": [VISIT, {"kind": "hours", "hours": hours, "percent": 200}],
        "rewards": [COFFEE | {"a_day": 1, "minimum": 500, "until": "2027-01-31"}],
        "tiers": [],
        "expire_days": 90,
        "exclude": [{"category": "Gift cards"}],
        "unit": "stamps",
    }
    assert shop.owner("PUT", "/v1/program", wanted) == wanted
    assert shop.owner("GET", "/v1/program") == wanted


def test_bonus_hours_make_more_of_it_by_the_shops_clock(shop: Shop) -> None:
    amina = shop.enrol()
    hours = {"weekdays": [1, 2], "start": "14:00", "end": "16:00"}
    judges(shop, {"kind": "visit", "points": 5}, {"kind": "hours", "hours": hours, "percent": 150})
    shop.service.move(at("23:00", 9))
    for hour, day in (("13:59", 0), ("14:00", 7), ("15:59", 8), ("16:00", 7), ("14:30", 9)):
        sold(shop, at=at(hour, day))
    assert earned(shop, amina) == {"visit": 25, "hours": 4}


def test_tax_is_no_spend_unless_the_owner_says_so(shop: Shop) -> None:
    """C34"""
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    cake = make.line("Cake", price=1160)
    judges(shop, SPEND)
    sold(shop, cake, tax=160, tax_included=True)
    sold(shop, make.line("Cake", price=1000), tax=160, tax_included=False, tip=300)
    assert earned(shop, amina) == {"spend": 20}
    judges(shop, SPEND | {"tax": True})
    shop.service.pass_time(hours=1)
    sold(shop, cake, who=make.BEN, tax=160, tax_included=True)
    sold(shop, make.line("Cake", price=1000), who=make.BEN, tax=160, tax_included=False, tip=300)
    assert earned(shop, ben) == {"spend": 22}


def test_what_is_excluded_earns_nothing_and_is_not_taken_back(shop: Shop) -> None:
    amina = shop.enrol()
    judges(shop, VISIT, SPEND, exclude=[{"name": "Gift card"}])
    gift = make.line("Gift card", price=5000)
    sold(shop, gift, id="1")
    assert earned(shop, amina) == {}
    shop.service.pass_time(hours=1)
    mixed = shop.sale(gift, make.line("Latte", price=400), who=make.AMINA, id="2", at=shop.service.now)
    shop.post([mixed, make.refund_of(mixed, gift, id="3")])
    assert earned(shop, amina) == {"visit": 1, "spend": 4}


def test_a_welcome_is_given_once_and_goes_with_the_sale_that_brought_it(shop: Shop) -> None:
    amina = shop.enrol()
    judges(shop, VISIT, {"kind": "welcome", "points": 5})
    first = shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=2))
    shop.post([first, shop.sale(who=make.AMINA, at=shop.service.now)])
    assert earned(shop, amina) == {"visit": 2, "welcome": 5}
    shop.post(make.void_of(first))
    assert shop.customer(amina)["points"] == 6
    shop.post([shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=1))])
    assert shop.customer(amina)["points"] == 7


def test_points_wait_until_they_are_safe(shop: Shop) -> None:
    """Pending points count, and cannot be spent."""
    amina = shop.enrol()
    judges(shop, VISIT, rewards=[COFFEE], pending_hours=24)
    for day in (2, 1):
        sold(shop, at=shop.service.now - timedelta(days=day, hours=-1))
    known = shop.customer(amina)
    assert (known["points"], known["pending"]) == (1, 1)
    asked = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": "k"}
    assert shop.refused(asked, 409, "/v1/redemptions", shop.screen_key)["code"] == "not-enough-points"
    shop.service.pass_time(hours=2)
    assert (shop.customer(amina)["points"], shop.customer(amina)["pending"]) == (2, 0)
    assert shop.http("POST", "/v1/redemptions", shop.screen_key, asked).status_code == 201


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"until": "2026-10-01"}, "over"),
        ({"hours": {"weekdays": [7], "start": "06:00", "end": "07:00"}}, "not-now"),
        ({"tiers": ["gold"]}, "not-granted"),
        ({"a_day_shop": 1}, "limit"),
        ({"a_day": 1}, "limit"),
    ],
)
def test_a_reward_is_refused_in_words_where_its_conditions_do_not_hold(
    shop: Shop, conditions: Message, code: str
) -> None:
    amina = shop.enrol()
    gold = {"id": "gold", "name": "Gold", "measure": "visits", "at_least": 99}
    judges(shop, VISIT, rewards=[COFFEE | {"points": 1} | conditions], tiers=[gold])
    shop.service.move(at("12:00", 9))
    for day in range(4):
        sold(shop, at=at("08:00", day))
    asked = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": "k"}
    if code == "limit":
        assert shop.http("POST", "/v1/redemptions", shop.screen_key, asked).status_code == 201
    before = shop.customer(amina)["points"]
    told = shop.refused(asked | {"key": "k2"}, 409, "/v1/redemptions", shop.screen_key)
    assert (told["code"], told["at"]) == (code, "reward")
    assert shop.customer(amina)["points"] == before
    if code == "limit":
        shop.service.pass_time(days=1)
        assert shop.http("POST", "/v1/redemptions", shop.screen_key, asked | {"key": "k3"}).status_code == 201


def test_what_only_the_till_knows_is_said_before_the_reward_is_used(shop: Shop) -> None:
    amina = shop.enrol()
    asks = {"kind": "percent-off", "percent": 20, "minimum": 50_000, "match": {"name": "Latte"}}
    judges(shop, VISIT, rewards=[COFFEE | {"points": 1} | asks])
    sold(shop, at=shop.service.now - timedelta(hours=2))
    said = {"percent": 20, "minimum": 50_000, "of": "Latte", "currency": "KES"}
    assert card_of(shop, amina)["reward"] == {"name": "Free coffee", "points": 1} | said
    due = shop.checkin(shop.presence())["cue"]["act"][0]["redeem"]
    assert {name: due[name] for name in said} == said
    assert due["text"] == "Points: 1 go, 0 stay."


def test_points_are_called_what_the_owner_calls_them(shop: Shop) -> None:
    amina = shop.enrol()
    for unit, said in (("points", "Points: 1 go, 0 stay."), ("stamps", "Stamps: 1 go, 0 stay.")):
        judges(shop, VISIT, rewards=[COFFEE | {"points": 1}], unit=unit)
        if unit == "points":
            sold(shop, at=shop.service.now - timedelta(hours=2))
        assert shop.checkin(shop.presence())["cue"]["act"][0]["redeem"]["text"] == said
        assert card_of(shop, amina)["stamps"] is (unit == "stamps")


# -- bringing somebody along ------------------------------------------------------------------------------------------
def test_whoever_brings_somebody_along_is_thanked_once_they_bought(shop: Shop) -> None:
    amina = shop.enrol()
    judges(shop, VISIT, {"kind": "referral", "points": 5, "friend": 2})
    wanted = replace(make.enrolment(make.BEN), brought_by=f" {amina.card.lower()} ")
    ben = shop.enrol_as(make.BEN, wanted)
    assert (earned(shop, amina), earned(shop, ben)) == ({}, {})
    first = shop.sale(who=make.BEN, at=shop.service.now)
    shop.post([first, first])
    assert (earned(shop, amina), earned(shop, ben)) == ({"referral": 5}, {"visit": 1, "referral": 2})
    sold(shop, who=make.BEN, at=shop.service.now - timedelta(days=1))
    assert (shop.customer(amina)["points"], shop.customer(ben)["points"]) == (5, 4)
    for revision, state, points in ((3, "voided", 5), (4, "paid", 5)):
        shop.post(replace(first, state=state, revision=revision))
        assert shop.customer(amina)["points"] == points
    shop.post([make.void_of(sale) for sale in (replace(first, revision=8),)])
    assert shop.customer(ben)["points"] == 3


def test_a_friend_whose_only_sale_is_called_off_brought_nothing(shop: Shop) -> None:
    amina = shop.enrol()
    judges(shop, VISIT, {"kind": "referral", "points": 5})
    shop.enrol_as(make.BEN, replace(make.enrolment(make.BEN), brought_by=amina.card))
    only = shop.sale(who=make.BEN, at=shop.service.now)
    shop.post(only)
    assert shop.customer(amina)["points"] == 5
    shop.post(make.void_of(only))
    assert shop.customer(amina)["points"] == 0
    shop.post(replace(only, revision=9))
    assert shop.customer(amina)["points"] == 5
    shop.verified()


def test_a_card_that_nobody_has_brings_nobody(shop: Shop) -> None:
    wanted = replace(make.enrolment(make.BEN), brought_by="ZZZZ9999")
    told = shop.refused(wanted, 422, "/v1/customers", shop.screen_key)
    assert (told["code"], told["at"]) == ("unknown-card", "brought_by")
    assert shop.http("GET", "/v1/customers", shop.owner_key).json()["people"] == []


# -- by hand ----------------------------------------------------------------------------------------------------------
def adjusted(shop: Shop, who: Enrolled, points: Any, key: str = "a", **fields: Any) -> Any:
    wanted = {"points": points, "key": key, "note": "Card was full"} | fields
    return shop.http("POST", f"/v1/customers/{who.id}/adjustments", shop.owner_key, wanted)


def test_points_by_hand_are_given_and_taken_once(shop: Shop) -> None:
    amina = shop.enrol()
    for _ in range(2):
        answer = adjusted(shop, amina, 7)
        assert (answer.status_code, answer.json()["points"], answer.json()["balance"]) == (201, 7, 7)
    assert adjusted(shop, amina, -3, key="b").json()["balance"] == 4
    assert [entry["points"] for entry in shop.customer(amina)["entries"]] == [-3, 7]
    assert earned(shop, amina) == {"adjust": 4}


@pytest.mark.parametrize(
    ("points", "key", "status", "code"),
    [(8, "a", 422, "key-reused"), (-8, "b", 409, "not-enough-points"), (0, "b", 422, "bad-field"),
     (1.5, "b", 422, "bad-field"), (10**7, "b", 422, "bad-field"), ("7", "b", 422, "bad-field")],
)  # fmt: skip
def test_what_cannot_be_done_by_hand_changes_nothing(shop: Shop, points: Any, key: str, status: int, code: str) -> None:
    amina = shop.enrol()
    assert adjusted(shop, amina, 7).status_code == 201
    refused = adjusted(shop, amina, points, key=key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert shop.customer(amina)["points"] == 7


def test_points_by_hand_end_as_others_do(shop: Shop) -> None:
    amina = shop.enrol()
    judges(shop, VISIT, expire_days=1)
    assert adjusted(shop, amina, 7).json()["balance"] == 7
    assert [one["points"] for one in shop.customer(amina)["expiring"]] == [7]
    shop.service.pass_time(days=3)
    wait_until(lambda: earned(shop, amina) == {"adjust": 7, "expire": -7})
    assert shop.customer(amina)["points"] == 0


# -- what tiers make of it --------------------------------------------------------------------------------------------
def test_a_tier_makes_more_of_it_from_when_it_is_theirs(shop: Shop) -> None:
    amina = shop.enrol()
    gold = {"id": "gold", "name": "Gold", "measure": "visits", "at_least": 2, "percent": 150}
    judges(shop, {"kind": "visit", "points": 10}, tiers=[gold])
    last = shop.sale(who=make.AMINA, at=shop.service.now)
    for day in (3, 2):
        sold(shop, at=shop.service.now - timedelta(days=day))
    shop.post(last)
    assert earned(shop, amina) == {"visit": 30, "tier": 5}
    shop.post(make.void_of(last))
    assert shop.customer(amina)["points"] == 20
