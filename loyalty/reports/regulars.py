"""Who are the regulars? Everybody who has enrolled, the most recent visitors first."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty import wire_pages
from loyalty.core import expect, memory, rhythm
from loyalty.core.days import when
from loyalty.core.facts import Mark
from loyalty.errors import Unfit
from loyalty.reports.standing import first_shop, reading_of, usual_of
from loyalty.store.view import View

PAGE_MAX = 100
SCAN_MAX = 5_000  # customers whose names are looked through for one page
WEEKS = 12
STAGES = ("", "regular", "becoming", "resting", "known", "new")
UNSEEN = "-"  # in a cursor: past everybody who has ever come
# Of a row of `states`, with today's ordinal once for each `?`.
IN_STAGE = {
    "": ("1 = 1", 0),
    "regular": ("s.regular_until >= ?", 1),
    "becoming": ("s.becoming_until >= ? AND s.regular_until < ?", 2),
    "resting": ("s.regular_until > 0 AND s.regular_until < ? AND s.becoming_until < ?", 2),
    "known": ("s.regular_until = 0 AND s.becoming_until < ?", 1),
}
Row = tuple[str, bytes, int, int | None]  # customer, memory, points, last seen


def read(
    view: View, business: str, query: str, marks: list[Mark], stage: str, after: str | None, shop: str | None = None
) -> wire_pages.Regulars:
    """By name, or by the phone number or card letters that `marks` stand for.

    Names are encrypted, so a search opens the names it looks through: bounded, most recent first.
    """
    if stage not in STAGES:
        raise Unfit(f"expected one of {', '.join(STAGES[1:])}", at="stage")
    wanted = query.strip().casefold()
    found = _marked(view, business, marks) if after is None else []
    marked = {row[0] for row in found}
    last: str | None = None
    looked = 0
    for piece in _pieces(view, business, stage, _cursor(after), shop):
        names = view.names.of(view.session, {row[0] for row in piece}) if wanted else {}
        for row in piece:
            looked += 1
            last = f"{UNSEEN if row[3] is None else row[3]}.{row[0]}"
            if row[0] not in marked and (not wanted or wanted in names[row[0]].casefold()):
                found.append(row)
            if len(found) == PAGE_MAX or looked == SCAN_MAX:
                return _page(view, business, found, last)
    return _page(view, business, found, None)


def _page(view: View, business: str, found: list[Row], onward: str | None) -> wire_pages.Regulars:
    shop = first_shop(view, business)
    names = view.names.of(view.session, {row[0] for row in found})
    return wire_pages.Regulars(people=tuple(row_of(view, shop, names[row[0]], row) for row in found), next=onward)


def _pieces(
    view: View, business: str, stage: str, cursor: tuple[int, str] | str, shop: str | None
) -> Iterator[list[Row]]:
    """Who has come, the newest first, then who never has; read off the index, a page at a time."""
    while isinstance(cursor, tuple) and stage != "new":
        rows = _seen(view, business, stage, cursor, shop)
        if rows:
            yield rows
            at, person = rows[-1][3], rows[-1][0]
            assert at is not None
            cursor = (at, person)
        if len(rows) < PAGE_MAX:
            break
    person = cursor if isinstance(cursor, str) else ""
    while stage in ("", "new"):
        unseen = view.session.rows(
            "SELECT c.id FROM customers c LEFT JOIN states s ON s.customer = c.id WHERE c.business = ? AND c.id > ?"
            " AND c.erased_at IS NULL AND s.last_at IS NULL ORDER BY c.id LIMIT ?",
            (business, person, PAGE_MAX),
        )
        if unseen:
            yield [(row[0], b"", 0, None) for row in unseen]
            person = unseen[-1][0]
        if len(unseen) < PAGE_MAX:
            return


def _seen(view: View, business: str, stage: str, cursor: tuple[int, str], shop: str | None) -> list[Row]:
    condition, days = IN_STAGE[stage]
    today, _ = view.settings.shops[first_shop(view, business)].calendar.read(view.now)
    here, params = ("AND s.shop = ?", (shop,)) if shop is not None else ("", ())
    rows = view.session.rows(
        f"SELECT s.customer, s.memory, s.points, s.last_at FROM states s WHERE s.business = ? AND s.last_at <= ?"
        f" AND (s.last_at < ? OR s.customer > ?) AND {condition} {here} ORDER BY s.last_at DESC, s.customer LIMIT ?",
        (business, cursor[0], *cursor, *((today,) * days), *params, PAGE_MAX),
    )
    return [(person, blob, points, last) for person, blob, points, last in rows]


def row_of(view: View, shop: str, name: str, row: Row) -> wire_pages.RegularRow:
    person, blob, points, last = row
    known = memory.load(blob)
    here = known.shop or shop
    today, _ = view.settings.shops[here].calendar.read(view.now)
    house = view.houses.read(view.session, here, today)
    reading = reading_of(view, here, known, points)
    every = rhythm.typical_gap(known.pace, house.log_gap) if known.pace.gaps >= rhythm.CLASSES[0] else None
    return wire_pages.RegularRow(
        id=person,
        name=name,
        stage=stage_of(known, today, seen=last is not None),
        overdue=reading.overdue and reading.regular,
        visits=reading.visits,
        points=points,
        every=max(1, round(every)) if every is not None else None,
        weeks=expect.by_week(expect.days_of(known.days, today - WEEKS * expect.WEEK), today, WEEKS),
        last_at=when(last) if last is not None else None,
        usual=usual_of(known, reading, view.settings.shops[here].language),
    )


def stage_of(known: memory.Memory, today: int, *, seen: bool) -> wire_pages.Stage:
    if rhythm.regular(known.pace, today):
        return "regular"
    if rhythm.becoming(known.pace, today):
        return "becoming"
    if known.pace.regular:
        return "resting"
    return "known" if seen else "new"


def _marked(view: View, business: str, marks: list[Mark]) -> list[Row]:
    """Whose number or card that is: found at once, however long ago they came."""
    rows = view.session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT l.customer, s.memory, COALESCE(s.points, 0), s.last_at FROM w"
        " CROSS JOIN links l ON l.business = a AND l.hash = b LEFT JOIN states s ON s.customer = l.customer"
        " WHERE l.until IS NULL",
        [(business, mark.hash) for mark in marks],
    )
    found = {person: (person, blob or b"", points, last) for person, blob, points, last in rows}
    return list(found.values())


def _cursor(after: str | None) -> tuple[int, str] | str:
    """Where to go on: after a moment and an id, or, past everybody who has come, after an id."""
    if after is None:
        return 2**62, ""
    at, _, person = after.partition(".")
    if at == UNSEEN and 0 < len(person) <= 32:
        return person
    if not (at.isascii() and at.isdigit()) or len(at) > 18 or not 0 < len(person) <= 32:
        raise Unfit("expected the `next` of an earlier answer", at="next")
    return int(at), person
