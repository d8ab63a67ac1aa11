"""Who are the regulars? Everybody who has enrolled, the most recent visitors first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty import wire_pages
from loyalty.core import account, expect, memory, rhythm
from loyalty.core.days import when
from loyalty.core.facts import Mark
from loyalty.core.held import Held
from loyalty.core.standing import Hand
from loyalty.errors import Unfit
from loyalty.reports import losing, tiers
from loyalty.reports.standing import first_shop, reading_of, usual_of
from loyalty.store import wishes
from loyalty.store.tiers import beside
from loyalty.store.view import View

PAGE_MAX = 100
PIECE_MAX = 5_000  # people looked through in one statement, where many have the name that is searched
FEW_MAX = 1_000  # people of a name who are looked up one by one instead
WEEKS = 12
STAGES = ("", "regular", "becoming", "resting", "known", "new")
LOSING = "losing"  # about to lose their tier, whatever their stage
UNSEEN = "-"  # in a cursor: past everybody who has ever come
# Of a row of `states`, with today's ordinal once for each `?`.
IN_STAGE = {
    "": ("1 = 1", 0),
    "regular": ("s.regular_until >= ?", 1),
    "becoming": ("s.becoming_until >= ? AND s.regular_until < ?", 2),
    "resting": ("s.regular_until > 0 AND s.regular_until < ? AND s.becoming_until < ?", 2),
    "known": ("s.regular_until = 0 AND s.becoming_until < ?", 1),
}
Seen = tuple[str, int | None]  # customer, and when last
Row = tuple[str, bytes, int, int | None]  # customer, memory, points, last seen


def read(
    view: View, business: str, query: str, marks: list[Mark], stage: str, after: str | None, shop: str | None = None
) -> wire_pages.Regulars:
    """By name, or by the phone number or card letters that `marks` stand for; however many there are."""
    if stage not in (*STAGES, LOSING):
        raise Unfit(f"expected one of {', '.join(STAGES[1:])}, {LOSING}", at="stage")
    cursor = _cursor(after)
    called = view.roster.page(view.session, business).containing(query) if query.strip() else None
    if stage == LOSING:
        start = cursor if isinstance(cursor, tuple) else (0, "")
        return _page(view, business, *losing.read(view, business, start, shop, called, PAGE_MAX))
    found: list[Seen] = _marked(view, business, marks) if after is None else []
    marked = {person for person, _ in found}
    if called is not None and len(called) <= FEW_MAX:
        pieces: Iterable[list[Seen]] = [_few(view, business, stage, cursor, shop, called)]
    else:
        pieces = _pieces(view, business, stage, cursor, shop, PAGE_MAX if called is None else PIECE_MAX)
    for piece in pieces:
        for person, last in piece:
            if person not in marked and (called is None or person in called):
                found.append((person, last))
            if len(found) == PAGE_MAX:
                return _page(view, business, found, f"{UNSEEN if last is None else last}.{person}")
    return _page(view, business, found, None)


def _page(view: View, business: str, found: list[Seen], onward: str | None) -> wire_pages.Regulars:
    shop = first_shop(view, business)
    names = view.names.of(view.session, {person for person, _ in found})
    known = {
        row[0]: (row[1], account.available(row[2], row[3] or b"", view.now))
        for row in view.session.matching(
            "WITH w (a) AS (VALUES {}) SELECT customer, memory, points, account FROM w"
            " CROSS JOIN states ON customer = a",
            [(person,) for person, _ in found],
        )
    }
    mine = beside(view.session, [person for person, _ in found])
    rows = ((person, *known.get(person, (b"", 0)), last) for person, last in found)
    people = tuple(row_of(view, shop, names[row[0]], row, *mine[row[0]]) for row in rows)
    return wire_pages.Regulars(people=people, next=onward)


def _few(
    view: View, business: str, stage: str, cursor: tuple[int, str] | str, shop: str | None, called: set[str]
) -> list[Seen]:
    """Of these people, in the order of `_pieces`."""
    today, _ = view.settings.shops[first_shop(view, business)].calendar.read(view.now)
    condition = "s.last_at IS NULL" if stage == "new" else IN_STAGE[stage][0].replace("?", str(today))
    rows = view.session.matching(
        "WITH w (a) AS (VALUES {}) SELECT c.id, s.last_at, s.shop FROM w CROSS JOIN customers c ON c.id = a"
        f" LEFT JOIN states s ON s.customer = c.id WHERE c.erased_at IS NULL AND c.merged_into IS NULL AND {condition}",
        [(person,) for person in sorted(called)],
    )
    after = (0, -cursor[0], cursor[1]) if isinstance(cursor, tuple) else (1, 0, cursor)
    seen = [(0, -last, person) for person, last, place in rows if last is not None and shop in (None, place)]
    unseen = [(1, 0, person) for person, last, _ in rows if last is None]
    return [(place[2], None if place[0] else -place[1]) for place in sorted(seen + unseen) if place > after]


def _pieces(
    view: View, business: str, stage: str, cursor: tuple[int, str] | str, shop: str | None, most: int
) -> Iterator[list[Seen]]:
    """Who has come, the newest first, then who never has; read off the index, so many at a time."""
    while isinstance(cursor, tuple) and stage != "new":
        rows = _seen(view, business, stage, cursor, shop, most)
        if rows:
            yield rows
            person, at = rows[-1]
            assert at is not None
            cursor = (at, person)
        if len(rows) < most:
            break
    person = cursor if isinstance(cursor, str) else ""
    while stage in ("", "new"):
        unseen = view.session.rows(
            "SELECT c.id FROM customers c LEFT JOIN states s ON s.customer = c.id WHERE c.business = ? AND c.id > ?"
            " AND c.erased_at IS NULL AND c.merged_into IS NULL AND s.last_at IS NULL ORDER BY c.id LIMIT ?",
            (business, person, most),
        )
        if unseen:
            yield [(row[0], None) for row in unseen]
            person = unseen[-1][0]
        if len(unseen) < most:
            return


def _seen(view: View, business: str, stage: str, cursor: tuple[int, str], shop: str | None, most: int) -> list[Seen]:
    condition, days = IN_STAGE[stage]
    today, _ = view.settings.shops[first_shop(view, business)].calendar.read(view.now)
    here, params = ("AND s.shop = ?", (shop,)) if shop is not None else ("", ())
    rows = view.session.rows(
        f"SELECT s.customer, s.last_at FROM states s WHERE s.business = ? AND s.last_at <= ?"
        f" AND (s.last_at < ? OR s.customer > ?) AND {condition} {here} ORDER BY s.last_at DESC, s.customer LIMIT ?",
        (business, cursor[0], *cursor, *((today,) * days), *params, most),
    )
    return [(person, last) for person, last in rows]


def row_of(view: View, shop: str, name: str, row: Row, held: Held, hand: Hand | None) -> wire_pages.RegularRow:
    person, blob, points, last = row
    known = memory.load(blob)
    here = known.shop or shop
    today, _ = view.settings.shops[here].calendar.read(view.now)
    house = view.houses.read(view.session, here, today)
    mine = wishes.of(view.session, view.vault, person)
    reading = reading_of(view, here, known, points, wishes=mine)
    tier = tiers.standing_of(view, here, known, tiers.ranked(view, here, held, hand))
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
        losing=tier if tier is not None and tier.losing else None,
    )


def stage_of(known: memory.Memory, today: int, *, seen: bool) -> wire_pages.Stage:
    if rhythm.regular(known.pace, today):
        return "regular"
    if rhythm.becoming(known.pace, today):
        return "becoming"
    if known.pace.regular:
        return "resting"
    return "known" if seen else "new"


def _marked(view: View, business: str, marks: list[Mark]) -> list[Seen]:
    """Whose number or card that is: found at once, however long ago they came."""
    rows = view.session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT COALESCE(c.merged_into, c.id), s.last_at FROM w CROSS JOIN links l"
        " ON l.business = a AND l.hash = b CROSS JOIN customers c ON c.id = l.customer"
        " LEFT JOIN states s ON s.customer = COALESCE(c.merged_into, c.id) WHERE l.until IS NULL",
        [(business, mark.hash) for mark in marks],
    )
    return list(dict(rows).items())


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
