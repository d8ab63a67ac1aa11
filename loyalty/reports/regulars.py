"""Who are the regulars? Everybody who has enrolled, the most recent visitors first."""

from __future__ import annotations

from typing import Any

from loyalty import wire
from loyalty.core import memory
from loyalty.core.days import when
from loyalty.core.facts import Mark
from loyalty.core.reading import Reading
from loyalty.errors import Unfit
from loyalty.reports.standing import of
from loyalty.store.view import View
from loyalty.words import catalogue

PAGE_MAX = 100
SCAN_MAX = 5_000  # customers looked through for one page
STAGES = ("", "regular", "becoming", "known", "new")


def read(view: View, business: str, query: str, marks: list[Mark], stage: str, after: str | None) -> wire.People:
    """By name, or by the phone number or card letters that `marks` stand for.

    Names are encrypted, so a search opens the names it looks through: bounded, most recent first.
    """
    if stage not in STAGES:
        raise Unfit(f"expected one of {', '.join(STAGES[1:])}", at="stage")
    offset = _offset(after)
    rows = view.session.rows(
        "SELECT c.id, COALESCE(s.memory, x''), COALESCE(s.points, 0),"
        " (SELECT MAX(at) FROM sales WHERE person = c.id AND counts) AS last FROM customers c"
        " LEFT JOIN states s ON s.customer = c.id WHERE c.business = ? AND c.erased_at IS NULL"
        " ORDER BY last DESC NULLS LAST, c.id LIMIT ? OFFSET ?",
        (business, SCAN_MAX, offset),
    )
    names = view.names.of(view.session, {row[0] for row in rows})
    shop = _first_shop(view, business)
    wanted = query.strip().casefold()
    marked = {
        row[0]
        for row in view.session.matching(
            "WITH w (a, b) AS (VALUES {}) SELECT customer FROM w CROSS JOIN links ON business = a AND hash = b"
            " WHERE until IS NULL",
            [(business, mark.hash) for mark in marks],
        )
    }
    found: list[wire.PersonRow] = []
    for place, row in enumerate(rows, offset):
        if wanted and row[0] not in marked and wanted not in names[row[0]].casefold():
            continue
        shown = _row(view, shop, names[row[0]], row)
        if not stage or shown.stage == stage:
            found.append(shown)
        if len(found) == PAGE_MAX:
            return wire.People(people=tuple(found), next=str(place + 1))
    return wire.People(people=tuple(found), next=str(offset + SCAN_MAX) if len(rows) == SCAN_MAX else None)


def _row(view: View, shop: str, name: str, row: tuple[Any, ...]) -> wire.PersonRow:
    person, blob, points, last = row
    reading = of(view, shop, blob, points)
    known = memory.load(blob)
    top = reading.foresight.items[0] if reading.foresight.items else None
    own = top is not None and top.key in known.habits
    words = catalogue(view.settings.shops[shop].language)
    return wire.PersonRow(
        id=person,
        name=name,
        stage=_stage(reading, last is not None),
        overdue=reading.overdue,
        visits=reading.visits,
        points=points,
        last_at=when(last) if last is not None else None,
        usual=words.order(top.drink.name, top.drink.variation, top.drink.modifiers)
        if top is not None and own
        else None,
    )


def _stage(reading: Reading, seen: bool) -> Any:
    if reading.regular:
        return "regular"
    if reading.becoming:
        return "becoming"
    return "known" if seen else "new"


def _first_shop(view: View, business: str) -> str:
    row = view.session.row("SELECT id FROM shops WHERE business = ? ORDER BY created_at, id LIMIT 1", (business,))
    assert row is not None, business
    return str(row[0])


def _offset(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit()) or len(after) > 9:
        raise Unfit("expected the `next` of an earlier answer", at="next")
    return int(after)
