"""Who of this shop is it? Asked at the counter, by the beginning of a name, a phone number or a card's letters."""

from __future__ import annotations

from typing import Any

from loyalty import wire
from loyalty.core.cues import greeting_of
from loyalty.core.facts import Mark, Person
from loyalty.store.acquainted import PAUSED
from loyalty.store.roster import CANDIDATES_MAX, fold
from loyalty.store.view import View

FOUND_MAX = 6  # more would not be read by somebody who has a queue
LETTERS = 2


def read(view: View, business: str, query: str, marks: list[Mark]) -> wire.FoundPeople:
    """By number or card: exactly that person. By name: whoever lets themselves be named, latest visitors first."""
    sure = _by_mark(view, business, marks)
    named = [person for person in view.roster.page(view.session, business).find(query) if person not in sure]
    rows = _rows(view, business, [*sure, *named])
    found = [_found(view, rows[person], sure=True) for person in sure if person in rows]
    kept = [rows[person] for person in named if person in rows and _may_be_named(view, rows[person])]
    names = view.names.of(view.session, {row[0] for row in kept})
    called = [row for row in kept if _fits(names[row[0]], query)]
    called.sort(key=lambda row: (fold(names[row[0]]) != fold(query), -(row[5] or 0)))
    found += [_found(view, row, sure=False) for row in called[: FOUND_MAX + 1]]
    return wire.FoundPeople(
        people=tuple(found[:FOUND_MAX]), more=len(found) > FOUND_MAX or len(named) == CANDIDATES_MAX
    )


def _by_mark(view: View, business: str, marks: list[Mark]) -> list[str]:
    rows = view.session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT COALESCE(c.merged_into, c.id) FROM w"
        " CROSS JOIN links l ON l.business = a AND l.hash = b CROSS JOIN customers c ON c.id = l.customer"
        " WHERE l.until IS NULL",
        [(business, mark.hash) for mark in marks],
    )
    return sorted({row[0] for row in rows})


def _rows(view: View, business: str, people: list[str]) -> dict[str, tuple[Any, ...]]:
    """As they are now: the roster is only where they were looked for."""
    rows = view.session.matching(
        "WITH w (a) AS (VALUES {}) SELECT c.id, c.secret, c.card, c.greeting, c.recognise,"
        " (SELECT MAX(at) FROM sales WHERE person = a AND counts), c.business, c.erased_at, c.remember, c.held_out,"
        f" c.merged_into, {PAUSED} FROM w CROSS JOIN customers c ON c.id = a",
        [(person,) for person in people],
    )
    return {
        row[0]: row for row in rows if row[6] == business and row[7] is None and row[1] is not None and row[10] is None
    }


def _may_be_named(view: View, row: tuple[Any, ...]) -> bool:
    """Held to what holds for a cue: what they chose and agreed to, and nothing for who is held out."""
    held = bool(row[9]) and row[6] in view.settings.holding
    person = Person(row[0], row[3], bool(row[4]), bool(row[8]), held=held, paused=row[11])
    return greeting_of(person) in ("full", "name")


def _fits(name: str, query: str) -> bool:
    """Still so called."""
    said, wanted = fold(name), fold(query)
    return said == wanted or f" {wanted}" in f" {said}"


def _found(view: View, row: tuple[Any, ...], *, sure: bool) -> wire.Found:
    letters = view.vault.person(row[1]).open(row[2])[-LETTERS:]
    name = view.names.of(view.session, {row[0]})[row[0]] if _may_be_named(view, row) else None
    return wire.Found(id=row[0], name=name, letters=letters, sure=sure)
