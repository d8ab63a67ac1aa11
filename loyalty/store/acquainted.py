"""The people of a batch: whom its marks name, and whom it names otherwise, each with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from loyalty.core.days import VISIT_GAP
from loyalty.core.facts import NOBODY, Person, State
from loyalty.core.known import Known
from loyalty.core.mine import NONE, Wishes
from loyalty.store import merged, wishes
from loyalty.store.merged import SHARED
from loyalty.store.names import Names
from loyalty.store.rows import cue_of
from loyalty.store.session import Session

# Also while somebody who was merged into them pauses: only then does the row say what they agreed to by themselves.
PAUSED = (
    "COALESCE(c.paused_at, CASE WHEN c.agreed IS NOT NULL THEN"
    " (SELECT MIN(m.paused_at) FROM customers m WHERE m.merged_into = c.id) END)"
)
PERSON = (
    "c.id, c.greeting, c.recognise, c.remember, c.reserved_until, c.held_out, c.other_at, c.brought_by, c.hand_tier,"
    " c.hand_until, c.given_at, c.surprised_at, c.care_until, c.wishes, c.agreed IS NOT NULL,"
    " c.business, c.secret, c.name, c.spoken, c.merged_into,"
    " (SELECT b.merged_into FROM customers b WHERE b.id = c.brought_by),"
    f" {PAUSED}, c.rested_from, c.rested_until, c.forgot_at,"
    " s.memory, s.points, s.entries, s.account, q.body FROM w"
)
STANDING = "LEFT JOIN states s ON s.customer = c.id LEFT JOIN cues q ON q.customer = c.id AND q.renewed_at > recent"
LINKED = (
    f"WITH w (a, b, recent) AS (VALUES {{}}) SELECT l.business, l.hash, l.kind, l.until, {PERSON}"
    " CROSS JOIN links l ON l.business = a AND l.hash = b"
    f" CROSS JOIN customers c ON c.id = l.customer {STANDING}"
)
PEOPLE = f"WITH w (a, recent) AS (VALUES {{}}) SELECT {PERSON} CROSS JOIN customers c ON c.id = a {STANDING}"


def linked(session: Session, known: Known, names: Names, marks: set[tuple[str, str]], now: int) -> None:
    """Whose the marks are, or were until they were taken away, each with what is known of them."""
    since = now - VISIT_GAP
    found = session.matching(LINKED, [(business, mark, since) for business, mark in sorted(marks)])
    for business, mark, kind, until, *row in found:
        if kind == SHARED:
            merged.shares(known, (business, mark), row[0], until)
        elif until is None:
            known.links[business, mark] = row[0]
        elif (until, row[0]) not in (ended := known.ended.setdefault((business, mark), [])):
            ended.append((until, row[0]))
        _person(session, known, names, row)


def people(session: Session, known: Known, names: Names, wanted: Set[str | None], now: int) -> None:
    """Who is in it beside whom its marks name."""
    since = now - VISIT_GAP
    ids = sorted(person for person in wanted if person is not None and person != NOBODY)
    for row in session.matching(PEOPLE, [(person, since) for person in ids]):
        _person(session, known, names, row)


def _person(session: Session, known: Known, names: Names, row: Sequence[Any]) -> None:
    """A row for each of their marks, and each of their recent cues."""
    (person, greeting, recognise, remember, until, held_out, other, brought_by, hand, hand_until, given, surprised,
     care, mine, several, business, secret, name, spoken, into, brought_into, paused, rested, over, forgot, memory,
     points, entries, account, cue) = row  # fmt: skip
    if person not in known.people:
        held = bool(held_out) and business in known.holding
        known.people[person] = Person(
            person, greeting, bool(recognise), bool(remember), until or 0, held, other, brought_by=brought_by,
            hand=(hand, hand_until) if hand is not None else None, given_at=given or 0,
            surprised_at=surprised or 0, wishes=_wishes(session, names, person, secret, mine, several),
            paused=paused, rested=(rested, over) if rested is not None else None,
            forgot=forgot,
        )  # fmt: skip
        if brought_by is not None:
            known.friends.add(person)
            if brought_into is not None:
                known.merged[brought_by] = brought_into
        if care is not None:
            known.care[person] = care
        names.learn(person, secret, name, spoken)
        if secret is None:
            known.erased.add(person)
        if into is not None:
            known.merged[person] = into
        if memory is not None:
            known.states[person] = State(person, memory, points, entries, account or b"")
    if cue is not None:
        recent = known.cues.setdefault(person, [])
        cue = cue_of(cue)
        if cue not in recent:
            recent.append(cue)


def _wishes(
    session: Session, names: Names, person: str, secret: bytes | None, sealed: bytes | None, several: object
) -> Wishes:
    """`several`: others are one person with them; else nothing more is read."""
    if several:
        return wishes.of(session, names.vault, person)
    return wishes.opened(names.vault, secret, sealed) if sealed is not None else NONE
