"""A year of trade, day by day: the same seed gives the same year, in order of delivery."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from msgspec.structs import replace

from loyalty.demo import baskets, sales
from loyalty.demo.hours import Hours, hours
from loyalty.demo.people import Person, part_of
from loyalty.demo.sales import TILLS, Order
from loyalty.wire import Presence, Transaction

WALK_INS = 40  # on a weekday
SUNDAY_SHARE = 0.6
OPEN_FIRST_SHARE = 1 / 3  # of orders are told before they are paid
OFFLINE_DAYS = 1 / 12  # have an hour in which one till is cut off
PHONE_FIRST_SHARE = 0.6  # say their number before ordering; the others when they pay
BURST = 600  # times faster than it happened: the hour in six seconds
DELAY_S = (0.2, 1.5)  # from the till to us
NO_CARDS: Mapping[str, str] = MappingProxyType({})

Mishap = Literal["none", "void", "walk-out", "refund", "brought back"]
MISHAPS: dict[Mishap, int] = {"none": 972, "void": 6, "walk-out": 6, "refund": 8, "brought back": 8}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a till tells, and when it gets through."""

    deliver_at: datetime
    event: Transaction | Presence


@dataclass(frozen=True, slots=True)
class Setting:
    """What one day of trade depends on."""

    shop: str
    crowd: Sequence[Person]
    cards: Mapping[str, str]
    walk_ins: float
    hours: Hours
    renamed: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    at: datetime
    person: Person | None


def year(
    seed: int,
    start: date,
    crowd: Sequence[Person],
    *,
    days: int = 365,
    shop: str = "demo",
    cards: Mapping[str, str] = NO_CARDS,
    walk_ins: float = WALK_INS,
) -> Iterator[tuple[Happening, ...]]:
    """Each open day's happenings in order of delivery, also across days.

    `cards` are the codes given at enrolment, by the person's key; without them cards are not scanned and all else is
    the same. In the middle of the year one drink gets another name.
    """
    brought_back: tuple[Transaction, ...] = ()
    for day in (start + timedelta(days=number) for number in range(days)):
        open_hours = hours(day)
        if open_hours is not None:
            renamed = day >= start + timedelta(days=days // 2)
            rng = random.Random(f"{seed}/{day}")
            setting = Setting(shop, crowd, cards, walk_ins, open_hours, renamed)
            happenings, brought_back = trade(rng, setting, brought_back)
            yield happenings


def trade(
    rng: random.Random, setting: Setting, brought_back: Sequence[Transaction] = ()
) -> tuple[tuple[Happening, ...], tuple[Transaction, ...]]:
    """One day, and which of its sales are brought back on the next."""
    told = list(_receipts(rng, setting, brought_back))
    regretted = []
    for order, paid_at in _orders(rng, setting):
        opened = rng.random() < OPEN_FIRST_SHARE
        sale = replace(sales.paid(order, rng, revision=2 if opened else 1), changed_at=paid_at)
        mishap = rng.choices(list(MISHAPS), list(MISHAPS.values()))[0]
        named = rng.random() < PHONE_FIRST_SHARE or order.person is None or order.person.shows != "phone"
        if named:
            told += _checked_in(rng, order, setting.cards)
        told += _told(rng, sale, mishap, setting.hours.closes, opened=opened, named=named)
        if mishap == "brought back":
            regretted.append(sale)
    ordered = sorted(told, key=lambda happening: happening.deliver_at)
    return _cut_off(rng, setting.hours, ordered), tuple(regretted)


def _orders(rng: random.Random, setting: Setting) -> Iterator[tuple[Order, datetime]]:
    """Whoever comes in goes to the till that is free first. With each order comes the moment it is paid."""
    opens, closes = setting.hours.opens, setting.hours.closes
    free = dict.fromkeys(TILLS, opens)
    for number, arrival in enumerate(_arrivals(rng, setting), 1):
        till = min(free, key=free.__getitem__)
        at = max(arrival.at, free[till])
        if at > closes - timedelta(minutes=5):
            break
        person = arrival.person
        part = part_of(setting.hours.minute(at))
        basket = baskets.of(person, part, rng) if person else baskets.of_a_walk_in(rng)
        paid_at = free[till] = at + _seconds(rng, 15, 60)
        id = f"{setting.hours.day:%Y%m%d}-{number:04}"
        yield Order(id, setting.shop, till, at, basket, person, setting.renamed), paid_at


def _arrivals(rng: random.Random, setting: Setting) -> list[Arrival]:
    day = setting.hours
    minutes: list[tuple[int, Person | None]]
    minutes = [(minute, person) for person in setting.crowd for minute in person.visits(rng, day.day)]
    minutes += [(minute, None) for minute in _walk_in_minutes(rng, setting)]
    arrivals = [
        Arrival(day.midnight + timedelta(minutes=minute, seconds=rng.randrange(60)), person)
        for minute, person in minutes
    ]
    first, last = day.opens + timedelta(minutes=3), day.closes - timedelta(minutes=15)
    return sorted((each for each in arrivals if first <= each.at <= last), key=lambda each: each.at)


def _walk_in_minutes(rng: random.Random, setting: Setting) -> Iterator[int]:
    """Rush at eight and a small one at one o'clock, but a Sunday begins slowly."""
    sunday = setting.hours.day.weekday() == 6
    mean = setting.walk_ins * (SUNDAY_SHARE if sunday else 1)
    opens = setting.hours.minute(setting.hours.opens)
    for _ in range(round(max(rng.gauss(mean, mean**0.5), 0))):
        match rng.choices(("eight", "one", "any"), (0, 3, 7) if sunday else (9, 3, 8))[0]:
            case "eight":
                yield round(rng.gauss(485, 25))
            case "one":
                yield round(rng.gauss(785, 20))
            case _:
                yield opens + rng.randrange(setting.hours.minutes)


def _checked_in(rng: random.Random, order: Order, cards: Mapping[str, str]) -> Iterator[Happening]:
    """Some seconds to two minutes before the order."""
    at = order.at - _seconds(rng, 5, 120)
    deliver_at = at + _seconds(rng, *DELAY_S)
    presence = sales.presence(order, at, cards)  # no draw after this, so that a year is the same without cards
    if presence is not None:
        yield Happening(deliver_at, presence)


def _told(
    rng: random.Random, sale: Transaction, mishap: Mishap, closes: datetime, *, opened: bool, named: bool
) -> Iterator[Happening]:
    """The revisions of one sale."""
    paid_at = sale.changed_at
    assert paid_at is not None
    later = min(paid_at + _seconds(rng, 120, 2400), closes)
    if mishap == "walk-out":
        left = sales.opened(replace(sale, revision=2), named=named)
        yield _happening(rng, sale.at, left)
        yield _happening(rng, later, sales.voided(left, later))
        return
    if opened:
        yield _happening(rng, sale.at, sales.opened(sale, named=named))
    yield _happening(rng, paid_at, sale)
    if mishap == "void":
        yield _happening(rng, later, sales.voided(sale, later))
    elif mishap == "refund":
        yield _happening(rng, later, sales.refunded(sale, rng.choice(sale.lines), later))


def _receipts(rng: random.Random, setting: Setting, brought_back: Sequence[Transaction]) -> Iterator[Happening]:
    """What was bought the day before and comes back, as receipts of their own."""
    for number, sale in enumerate(brought_back, 1):
        at = setting.hours.opens + _seconds(rng, 600, 4 * 3600)
        id = f"{setting.hours.day:%Y%m%d}-R{number}"
        yield _happening(rng, at, sales.refund_receipt(sale, rng.choice(sale.lines), at, id=id, till=rng.choice(TILLS)))


def _cut_off(rng: random.Random, open_hours: Hours, day: list[Happening]) -> tuple[Happening, ...]:
    """One day in twelve a till is offline for an hour: what it had to tell comes in a burst when the hour is over."""
    if rng.random() >= OFFLINE_DAYS:
        return tuple(day)
    till = rng.choice(TILLS)
    begins = open_hours.opens + timedelta(minutes=rng.randrange(open_hours.minutes - 75))
    ends = begins + timedelta(hours=1)
    told = [
        Happening(ends + (each.deliver_at - begins) / BURST, each.event)
        if each.event.till == till and begins <= each.deliver_at < ends
        else each
        for each in day
    ]
    return tuple(sorted(told, key=lambda happening: happening.deliver_at))


def _happening(rng: random.Random, at: datetime, event: Transaction | Presence) -> Happening:
    return Happening(at + _seconds(rng, *DELAY_S), event)


def _seconds(rng: random.Random, least: float, most: float) -> timedelta:
    return timedelta(milliseconds=round(rng.uniform(least, most) * 1000))
