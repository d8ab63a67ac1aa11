"""C26 to C32: points end on their day by the shop's own clock, each lot by itself, and nothing is stuck at midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests import make
from tests.complaints.books import books, receipt
from tests.complaints.rewards import ask, end, moves, reserve, state
from tests.promises.guests import guest
from tests.running import Enrolled, Message, Service, Shop, wait_until

pytestmark = pytest.mark.slow
DAYS = 10
LATTE = make.line("Latte")
REWARD = {"id": "free-coffee", "name": "Free coffee", "points": 10}


def program(days: int | None = DAYS, each: int = 10, **fields: Any) -> Message:
    earn = [{"kind": "item", "match": {"name": "Latte"}, "points": each}]
    return {"earn": earn, "rewards": [REWARD], "expire_days": days} | fields


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Ten points a latte, gone at the end of the tenth day after."""
    shop.owner("PUT", "/v1/program", program())
    return shop


def bought(shop: Shop, who: Enrolled, at: datetime, lattes: int = 1, **fields: Any) -> Any:
    sale = shop.sale(*[LATTE] * lattes, who=who.who, at=at, **fields)
    shop.post(sale)
    return sale


def points(shop: Shop, who: Enrolled) -> int:
    """What can be spent now; what has ended is booked out a moment later."""
    found: int = shop.customer(who)["points"]
    return found


def becomes(shop: Shop, who: Enrolled, due: int) -> None:
    """At once where it is told, and soon in the entries too."""
    told = shop.checkin(shop.presence(who.who))["recognition"]["points"]
    card = shop.http("GET", "/v1/card", who.card_key).json()["points"]
    assert (told, card, points(shop, who)) == (due, due, due)
    wait_until(lambda: sum(moved for moved, _ in reasons(shop, who)) == due, seconds=20)
    assert books(shop, who).points == due


def reasons(shop: Shop, who: Enrolled) -> list[tuple[int, str]]:
    return [(one["points"], one["reason"]) for one in shop.customer(who)["entries"][::-1]]


def last_moment(sold: datetime, days: int = DAYS, zone: ZoneInfo = make.ZONE) -> datetime:
    """The business day ends at four in the morning, on the wall clock of the shop."""
    local = (sold.astimezone(zone) - timedelta(hours=4)).date() + timedelta(days=days + 1)
    return datetime(local.year, local.month, local.day, 4, tzinfo=zone)


# -- a date that does something ---------------------------------------------------------------------------------------
def test_points_are_there_to_the_last_minute_of_their_last_day_and_gone_in_the_next(cafe: Shop) -> None:
    """C26, C32: not hours early, and not a day late."""
    amina = cafe.enrol(make.AMINA)
    sale = bought(cafe, amina, cafe.service.now)
    over = last_moment(sale.at)
    cafe.service.move(over - timedelta(seconds=1))
    assert points(cafe, amina) == 10
    made = reserve(cafe, amina)
    assert end(cafe, made, "release").status_code == 200
    cafe.service.move(over)
    refused = ask(cafe, amina, "k2")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not-enough-points")
    becomes(cafe, amina, 0)
    assert reasons(cafe, amina)[-1] == (-10, "expire")
    cafe.service.pass_time(days=30)
    becomes(cafe, amina, 0)
    assert [reason for _, reason in reasons(cafe, amina)].count("expire") == 1


def test_what_was_spent_does_not_end_and_what_was_not_ends_once(cafe: Shop) -> None:
    """C27: a ledger, not a log: the lot that ends first is spent first, and only the rest of it ends."""
    amina = cafe.enrol(make.AMINA)
    begins = cafe.service.now
    for day, lattes in ((0, 1), (3, 2), (6, 1)):
        cafe.service.move(begins + timedelta(days=day))
        bought(cafe, amina, cafe.service.now, lattes)
    assert end(cafe, reserve(cafe, amina, "k1"), "confirm").status_code == 200
    assert end(cafe, reserve(cafe, amina, "k2"), "confirm").status_code == 200
    for sold, due in ((0, 20), (3, 10), (6, 0)):
        cafe.service.move(last_moment(begins + timedelta(days=sold)))
        becomes(cafe, amina, due)
    ended = [points for points, reason in reasons(cafe, amina) if reason == "expire"]
    assert ended == [-10, -10], "the first lot was spent whole, the second by half"


def test_every_lot_says_when_it_ends(cafe: Shop) -> None:
    """C28: not the earliest alone."""
    amina = cafe.enrol(make.AMINA)
    begins = cafe.service.now
    for day in range(5):
        cafe.service.move(begins + timedelta(days=day))
        bought(cafe, amina, cafe.service.now)
    known = cafe.customer(amina)["entries"][::-1]
    due = [str((begins + timedelta(days=day + DAYS)).date()) for day in range(5)]
    assert [one["expires_on"] for one in known] == due
    ends = [{"points": 10, "on": day} for day in due]
    assert cafe.customer(amina)["expiring"] == ends
    assert cafe.http("GET", "/v1/card", amina.card_key).json()["expiring"] == ends
    made = reserve(cafe, amina)
    [taken] = [one for one in cafe.customer(amina)["entries"] if one["redemption"] == made["id"]]
    assert taken["expires_on"] == due[0], "what is spent first"


@pytest.mark.parametrize("days", [1, 30, 3_650, None])
def test_the_owner_says_how_long_points_last(shop: Shop, days: int | None) -> None:
    """C29"""
    shop.owner("PUT", "/v1/program", program(days))
    amina = shop.enrol(make.AMINA)
    sale = bought(shop, amina, shop.service.now)
    expires = shop.customer(amina)["entries"][0]["expires_on"]
    assert expires == (str((sale.at + timedelta(days=days)).date()) if days else None)
    shop.service.move(last_moment(sale.at, (days or 3_649) - 1))
    assert points(shop, amina) == 10
    shop.service.move(last_moment(sale.at, days or 3_650))
    becomes(shop, amina, 0 if days else 10)


def test_a_program_that_is_changed_ends_nothing_that_was_earned_before(cafe: Shop) -> None:
    """C29: each sale by the program of its own time."""
    amina = cafe.enrol(make.AMINA)
    first = bought(cafe, amina, cafe.service.now)
    cafe.owner("PUT", "/v1/program", program(2))
    cafe.service.pass_time(hours=1)
    second = bought(cafe, amina, cafe.service.now)
    cafe.owner("PUT", "/v1/program", program(None))
    cafe.service.pass_time(hours=1)
    bought(cafe, amina, cafe.service.now)
    for over, due in ((last_moment(second.at, 2), 20), (last_moment(first.at), 10)):
        cafe.service.move(over - timedelta(minutes=1))
        assert points(cafe, amina) == due + 10
        cafe.service.move(over)
        becomes(cafe, amina, due)


# -- by date, not by label --------------------------------------------------------------------------------------------
def test_lots_end_by_their_own_date_in_whatever_order_they_arrive(cafe: Shop) -> None:
    """C30: the same four sales and one reward, told in every order; the same balance on every day after."""
    begins = cafe.service.now - timedelta(days=9)
    people = [cafe.enrol(guest(number)) for number in range(24)]
    for number, chosen in enumerate(permutations(range(4))):
        for place in chosen:
            cafe.post(cafe.sale(LATTE, who=people[number].who, at=begins + timedelta(days=2 * place)))
        assert end(cafe, reserve(cafe, people[number], f"k{number}"), "confirm").status_code == 200
    for day, due in ((0, 30), (2, 20), (4, 10), (6, 0)):
        cafe.service.move(last_moment(begins + timedelta(days=day)))
        for who in people:
            becomes(cafe, who, due)


def test_a_lot_that_comes_late_takes_over_what_was_spent_of_a_later_one(cafe: Shop) -> None:
    """C30: the till of the first day was offline; its points end first, so it is they that were spent."""
    amina, ben = cafe.enrol(make.AMINA), cafe.enrol(make.BEN)
    begins = cafe.service.now - timedelta(days=5)
    for who, early in ((amina, False), (ben, True)):
        if early:
            bought(cafe, who, begins)
        bought(cafe, who, begins + timedelta(days=4))
        assert end(cafe, reserve(cafe, who, who.who.name), "confirm").status_code == 200
        if not early:
            bought(cafe, who, begins)
        assert points(cafe, who) == 10
    cafe.service.move(last_moment(begins))
    for who in (amina, ben):
        becomes(cafe, who, 10)
    cafe.service.move(last_moment(begins + timedelta(days=4)))
    for who in (amina, ben):
        becomes(cafe, who, 0)


def test_a_sale_that_comes_after_its_points_have_ended_leaves_nothing_but_its_trace(cafe: Shop) -> None:
    """C30, C40: a month in a till; and what it would have settled then it settles."""
    amina = cafe.enrol(make.AMINA)
    begins = cafe.service.now
    cafe.service.move(begins + timedelta(days=40))
    bought(cafe, amina, begins)
    becomes(cafe, amina, 0)
    assert books(cafe, amina).visits == 1


# -- the shop's own clock ---------------------------------------------------------------------------------------------
ZONES = ("Pacific/Kiritimati", "Pacific/Honolulu", "Africa/Nairobi", "Asia/Kolkata", "America/St_Johns")


@pytest.mark.parametrize("zone", ZONES)
def test_points_end_by_the_clock_on_the_shops_wall(service: Service, zone: str) -> None:
    """C31: whatever zone the customer's phone, the till or UTC are in."""
    there = ZoneInfo(zone)
    shop = service.open_shop("There", "KES", zone)
    shop.owner("PUT", "/v1/program", program())
    amina = shop.enrol(make.AMINA)
    for clock in ((3, 59), (4, 0), (23, 59)):
        sold = datetime(2026, 11, 4, *clock, tzinfo=there)
        service.move(sold)
        bought(shop, amina, sold.astimezone(UTC))
    service.move(last_moment(datetime(2026, 11, 4, 3, 59, tzinfo=there), zone=there) - timedelta(seconds=1))
    assert points(shop, amina) == 30
    service.pass_time(seconds=1)
    becomes(shop, amina, 20)
    service.pass_time(days=1, seconds=-1)
    assert points(shop, amina) == 20
    service.pass_time(seconds=1)
    becomes(shop, amina, 0)


CLOCK_CHANGES = {
    "summer begins": ("Europe/Berlin", "2027-03-18T09:00"),
    "summer ends": ("Europe/Berlin", "2027-10-21T09:00"),
    "within the hour that is twice": ("Europe/Berlin", "2027-10-20T02:30"),
    "at midnight": ("America/Santiago", "2027-08-27T09:00"),
    "a leap day": ("Africa/Nairobi", "2028-02-19T09:00"),
    "from a leap day": ("Africa/Nairobi", "2028-02-29T09:00"),
}


@pytest.mark.parametrize("case", CLOCK_CHANGES)
def test_a_clock_that_is_put_on_or_back_ends_nothing_early_or_late(service: Service, case: str) -> None:
    """C32: days are counted, never hours."""
    zone, sold = CLOCK_CHANGES[case]
    there = ZoneInfo(zone)
    shop = service.open_shop("There", "KES", zone)
    shop.owner("PUT", "/v1/program", program())
    amina = shop.enrol(make.AMINA)
    at = datetime.fromisoformat(sold).replace(tzinfo=there)
    service.move(at)
    bought(shop, amina, at.astimezone(UTC))
    over = last_moment(at, zone=there)
    service.move(over.astimezone(UTC) - timedelta(seconds=1))
    assert points(shop, amina) == 10
    service.pass_time(seconds=1)
    becomes(shop, amina, 0)


def test_a_reward_reserved_before_midnight_is_not_stuck_after_it(cafe: Shop) -> None:
    """C31: reserved while the points were good, used when their day is over; and used by a sale that was late."""
    people = [cafe.enrol(guest(number)) for number in range(3)]
    sale, *_ = [bought(cafe, who, cafe.service.now) for who in people]
    over = last_moment(sale.at)
    cafe.service.move(over - timedelta(minutes=2))
    made = [reserve(cafe, who, who.id) for who in people]
    cafe.service.move(over + timedelta(minutes=2))
    assert end(cafe, made[0], "confirm").status_code == 200
    cafe.post(cafe.sale(make.line("Cake"), who=people[1].who))
    cafe.service.pass_time(minutes=20)
    wait_until(lambda: state(cafe, made[2]) != "reserved")
    cafe.post(cafe.sale(make.line("Cake"), who=people[2].who, at=over + timedelta(minutes=1)))
    assert [state(cafe, one) for one in made] == ["confirmed"] * 3
    for who in people:
        becomes(cafe, who, 0)


# -- what comes back --------------------------------------------------------------------------------------------------
ENDINGS: dict[str, Callable[[Shop, Enrolled, Message], None]] = {
    "released by hand": lambda shop, who, made: _release(shop, made),
    "run out": lambda shop, who, made: _run_out(shop, made),
    "its sale voided": lambda shop, who, made: _void(shop, who, made),
}


def _release(shop: Shop, made: Message) -> None:
    assert end(shop, made, "release").status_code == 200


def _run_out(shop: Shop, made: Message) -> None:
    shop.service.pass_time(minutes=16)
    wait_until(lambda: state(shop, made) == "released")


def _void(shop: Shop, who: Enrolled, made: Message) -> None:
    sale = shop.sale(make.line("Cake"), who=who.who, redemptions=(made["id"],))
    shop.post([sale, make.void_of(sale)])


@pytest.mark.parametrize("how", ENDINGS)
def test_a_reward_that_comes_back_is_the_lot_it_was(cafe: Shop, how: str) -> None:
    """C25, C27: not a new lot with a new date: on its own day it ends, and if that is over it is over."""
    amina, ben = cafe.enrol(make.AMINA), cafe.enrol(make.BEN)
    sale = bought(cafe, amina, cafe.service.now)
    bought(cafe, ben, cafe.service.now)
    over = last_moment(sale.at)
    made = reserve(cafe, amina, "early")
    ENDINGS[how](cafe, amina, made)
    assert (points(cafe, amina), sum(amount for amount, _ in moves(cafe, amina, made))) == (10, 0)
    cafe.service.move(over - timedelta(minutes=1))
    assert points(cafe, amina) == 10
    late = reserve(cafe, ben, "late")
    cafe.service.move(over)
    becomes(cafe, amina, 0)
    ENDINGS[how](cafe, ben, late)
    becomes(cafe, ben, 0)
    assert sum(points for points, _ in reasons(cafe, ben)) == 0


TAKEN_BACK: dict[str, Callable[[Any], Any]] = {
    "voided": make.void_of,
    "refunded": make.refunded,
    "refunded on a receipt": receipt,
}


@pytest.mark.parametrize("way", TAKEN_BACK)
def test_a_sale_taken_back_after_its_points_have_ended_takes_nothing_more(cafe: Shop, way: str) -> None:
    """C2, C26: they are gone already."""
    amina = cafe.enrol(make.AMINA)
    sale = bought(cafe, amina, cafe.service.now)
    cafe.service.move(last_moment(sale.at))
    becomes(cafe, amina, 0)
    cafe.post([TAKEN_BACK[way](sale)] * 2)
    becomes(cafe, amina, 0)
    cafe.post(replace(sale, revision=9))
    becomes(cafe, amina, 0)


@pytest.mark.parametrize("way", TAKEN_BACK)
def test_a_sale_taken_back_whose_points_were_spent_leaves_a_debt_that_never_ends(cafe: Shop, way: str) -> None:
    """C10, C26: what is owed does not run out with the lot it came from."""
    amina = cafe.enrol(make.AMINA)
    sale = bought(cafe, amina, cafe.service.now)
    assert end(cafe, reserve(cafe, amina), "confirm").status_code == 200
    cafe.post(TAKEN_BACK[way](sale))
    becomes(cafe, amina, -10)
    cafe.service.move(last_moment(sale.at) + timedelta(days=5))
    becomes(cafe, amina, -10)
    bought(cafe, amina, cafe.service.now, 2)
    becomes(cafe, amina, 10)
    cafe.service.move(last_moment(cafe.service.now))
    becomes(cafe, amina, 0)


# -- pending ----------------------------------------------------------------------------------------------------------
def test_points_that_are_pending_are_seen_and_cannot_be_spent_yet(shop: Shop) -> None:
    """C1: bought, spent and given back within the hour."""
    shop.owner("PUT", "/v1/program", program(None, pending_hours=2))
    amina = shop.enrol(make.AMINA)
    sale = bought(shop, amina, shop.service.now)
    assert ask(shop, amina).status_code == 409
    shop.post(make.refunded(sale))
    shop.service.pass_time(hours=3)
    assert (ask(shop, amina).status_code, points(shop, amina)) == (409, 0)
    bought(shop, amina, shop.service.now - timedelta(hours=2, seconds=1))
    assert reserve(shop, amina, "k2")["state"] == "reserved"
