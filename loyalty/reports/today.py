"""Who is expected today, who is late by their own rhythm, who is becoming a regular?

The columns beside each memory tell who may be meant, so that only their memories are opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from loyalty import wire_pages
from loyalty.core import account, expect, memory, rhythm
from loyalty.core.days import MINUTE, when
from loyalty.core.house import House
from loyalty.core.memory import Memory
from loyalty.core.reading import Reading
from loyalty.reports.standing import counts_in, reading_of, usual_of
from loyalty.store import wishes
from loyalty.store.view import View

REGULARS_MAX = 5_000  # looked at, the most recent first
ROWS_MAX = 60  # of one list
ARRIVALS_MAX = 40  # sales that tell when somebody comes
MARKED_DAYS = 60
MONTH = 30
FRESH_DAYS = 7


class Regular(Struct, frozen=True):
    person: str
    known: Memory
    points: int
    came: list[int]  # business days, of half a year


def read(view: View, business: str, shop: str) -> wire_pages.Today:
    facts = view.settings.shops[shop]
    today, _ = facts.calendar.read(view.now)
    house = view.houses.read(view.session, shop, today)
    regulars = _some(view, shop, "regular_until >= ?", (business, shop, today))
    becoming = _some(view, shop, "becoming_until >= ? AND regular_until < ?", (business, shop, today, today))
    expected = _expected(house, regulars, today)
    late = _overdue(house, regulars, today)
    becoming.sort(key=lambda one: (one.known.pace.recent, one.person), reverse=True)
    listed = {one.person for one in (*expected[:ROWS_MAX], *late[:ROWS_MAX], *becoming[:ROWS_MAX])}
    names = view.names.of(view.session, listed)
    rows = sorted(
        (_expected_row(view, shop, one, names[one.person], today) for one in expected[:ROWS_MAX]), key=_by_time
    )
    return wire_pages.Today(
        at=when(view.now),
        timezone=facts.calendar.zone.key,
        counts=counts_in(view, business, shop, today),
        expected=tuple(rows),
        expected_count=len(expected),
        arrived_count=sum(1 for one in expected if one.came[-1] == today),
        overdue=tuple(_overdue_row(house, one, names[one.person], today) for one in late[:ROWS_MAX]),
        overdue_count=len(late),
        becoming=tuple(_becoming_row(view, shop, one, names[one.person], today) for one in becoming[:ROWS_MAX]),
        due=tuple(names[one.person] for one in expected[:ROWS_MAX] if _is_due(view, shop, one, today)),
    )


def _some(view: View, shop: str, condition: str, params: tuple[Any, ...]) -> list[Regular]:
    rows = view.session.rows(
        f"SELECT customer, memory, points, account FROM states WHERE business = ? AND shop = ? AND {condition}"
        " ORDER BY last_at DESC LIMIT ?",
        (*params, REGULARS_MAX),
    )
    today, _ = view.settings.shops[shop].calendar.read(view.now)
    found = (
        (person, memory.load(blob), account.available(points, lots or b"", view.now))
        for person, blob, points, lots in rows
    )
    return [
        Regular(person, known, points, expect.days_of(known.days, today - 2 * MARKED_DAYS))
        for person, known, points in found
    ]


def _expected(house: House, regulars: Sequence[Regular], today: int) -> list[Regular]:
    """The surest first."""
    chances = [(expect.chance(one.came, house.open_days, today), one) for one in regulars]
    sure = [(chance, one) for chance, one in chances if chance >= expect.EXPECTED]
    return [one for _, one in sorted(sure, key=lambda found: (-found[0], found[1].person))]


def _overdue(house: House, regulars: Sequence[Regular], today: int) -> list[Regular]:
    """The longest away for their rhythm first."""
    late = [
        (house.open_since(one.known.pace.day, today) / rhythm.typical_gap(one.known.pace, house.log_gap), one)
        for one in regulars
        if rhythm.overdue(one.known.pace, house.open_since(one.known.pace.day, today), house.log_gap, house.limits)
    ]
    return [one for _, one in sorted(late, key=lambda found: (-found[0], found[1].person))]


def _expected_row(view: View, shop: str, one: Regular, name: str, today: int) -> wire_pages.ExpectedRow:
    arrivals = arrivals_of(view, shop, one.person)
    arrived = arrivals.pop(today, None)
    half = expect.middle_half(list(arrivals.values()))
    language = view.settings.shops[shop].language
    mine = wishes.of(view.session, view.vault, one.person)
    usual = usual_of(one.known, reading_of(view, shop, one.known, one.points, wishes=mine), language)
    opens, shuts = half or (None, None)
    return wire_pages.ExpectedRow(id=one.person, name=name, usual=usual, opens=opens, shuts=shuts, arrived=arrived)


def _by_time(row: wire_pages.ExpectedRow) -> tuple[int, str]:
    return (row.arrived if row.arrived is not None else row.opens if row.opens is not None else 9_999, row.name)


def arrivals_of(view: View, shop: str, person: str) -> dict[int, int]:
    """The minute of the day of somebody's first sale on each of their last days, by business day."""
    calendar = view.settings.shops[shop].calendar
    rows = view.session.rows(
        "SELECT day, at FROM sales WHERE person = ? AND counts ORDER BY at DESC LIMIT ?", (person, ARRIVALS_MAX)
    )
    return {day: (at - calendar.starts(day)) // MINUTE + calendar.ends for day, at in rows}  # the earliest comes last


def _overdue_row(house: House, one: Regular, name: str, today: int) -> wire_pages.OverdueRow:
    return wire_pages.OverdueRow(
        id=one.person,
        name=name,
        every=max(1, round(rhythm.typical_gap(one.known.pace, house.log_gap))),
        away=today - one.known.pace.day,
        marks=tuple(today - day for day in one.came if today - day <= MARKED_DAYS),
    )


def _becoming_row(view: View, shop: str, one: Regular, name: str, today: int) -> wire_pages.BecomingRow:
    recent = [day for day in one.came if day > today - MONTH]
    third = one.came[2] if len(one.came) > 2 and one.known.pace.days == len(one.came) else 0
    mine = wishes.of(view.session, view.vault, one.person)
    reading: Reading = reading_of(view, shop, one.known, one.points, wishes=mine)
    usual = usual_of(one.known, reading, view.settings.shops[shop].language)
    return wire_pages.BecomingRow(
        id=one.person,
        name=name,
        visits=len(recent),
        within=today - recent[0] + 1 if recent else MONTH,
        usual=usual if reading.foresight.say else None,
        fresh=third > today - FRESH_DAYS,
    )


def _is_due(view: View, shop: str, one: Regular, today: int) -> bool:
    facts = view.settings.shops[shop]
    rewards = view.settings.programs[facts.business, facts.program].rewards
    cheapest = min((reward.points for reward in rewards), default=None)
    return cheapest is not None and one.points >= cheapest and one.came[-1] != today
