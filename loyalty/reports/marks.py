"""By what is somebody known here, and with whom do they share a card? For the owner, and for the counter."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty import wire, wire_card, wire_people
from loyalty.core.cues import greeting_of
from loyalty.core.facts import Person
from loyalty.reports import identifiers
from loyalty.reports.merging import LETTERS, letters_of, name_of
from loyalty.store import merges
from loyalty.store.acquainted import PAUSED
from loyalty.store.merged import SHARED
from loyalty.store.view import View

SHARERS_MAX = 20


def read(view: View, business: str, asked: str, *, owner: bool) -> wire_people.PersonMarks:
    person = merges.kept_id(view.session, business, asked)
    return wire_people.PersonMarks(
        id=person,
        name=said_name(view, person, owner=owner),
        letters=letters_of(view, person)[-LETTERS:],
        marks=tuple(one if owner else _covered(one) for one in identifiers.marks_of(view, person)),
        sharers=sharers(view, person, owner=owner),
    )


def _covered(mark: wire_card.CardMark) -> wire_card.CardMark:
    """A screen that a bystander reads shows no card's letters but the last two."""
    return replace(mark, shown=f"{identifiers.HIDDEN * 4}{mark.shown[-LETTERS:]}") if mark.kind == "card" else mark


def sharers(view: View, person: str, *, owner: bool) -> tuple[wire.Sharer, ...]:
    """Who uses a card of theirs, and whose card they use."""
    found: dict[str, bool] = {}
    for one, _ in merges.members(view.session, person):
        rows = view.session.rows(
            "SELECT o.customer, o.kind FROM links l JOIN links o ON o.business = l.business AND o.hash = l.hash"
            " WHERE l.customer = ? AND o.customer <> l.customer AND l.until IS NULL AND o.until IS NULL"
            " AND (l.kind = ? OR o.kind = ?) LIMIT ?",
            (one, SHARED, SHARED, SHARERS_MAX),
        )
        for other, kind in rows:
            row = view.session.row("SELECT COALESCE(merged_into, id) FROM customers WHERE id = ?", (other,))
            if row is not None and row[0] != person:
                found[row[0]] = kind == "card"
    return tuple(_sharer(view, other, holds, owner) for other, holds in sorted(found.items()))


def _sharer(view: View, other: str, holds: bool, owner: bool) -> wire.Sharer:
    name = said_name(view, other, owner=owner)
    return wire.Sharer(id=other, name=name, letters=letters_of(view, other)[-LETTERS:], holds=holds)


def said_name(view: View, person: str, *, owner: bool) -> str | None:
    """Null of who does not let theirs be said, unless the owner asks."""
    row = view.session.row(
        f"SELECT c.greeting, c.recognise, c.remember, c.held_out, c.business, {PAUSED} FROM customers c WHERE c.id = ?",
        (person,),
    )
    assert row is not None, person
    held = bool(row[3]) and row[4] in view.settings.holding
    one = Person(person, row[0], bool(row[1]), bool(row[2]), held=held, paused=row[5])
    return name_of(view, one, greeting_of(one), owner=owner)
