"""Proof of what leads where: who was merged is led to who is kept, and every sale stands where its origin leads."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty.store.session import Session

LISTED_MAX = 1_000  # differences of one kind


def merged(session: Session) -> Iterator[str]:
    kept: dict[str, str] = dict(session.rows("SELECT gone, kept FROM merges WHERE undone_at IS NULL"))
    led: dict[str, str] = dict(session.rows("SELECT id, merged_into FROM customers WHERE merged_into IS NOT NULL"))
    for person in sorted(kept.keys() | led.keys()):
        root = kept.get(person)
        while root is not None and root in kept:
            root = kept[root]
        if led.get(person) != root:
            yield f"customer {person} is led to {led.get(person)}, the merges lead to {root}"
    rows = session.rows(
        "SELECT s.ref, s.person FROM sales s JOIN customers c ON c.id = s.person WHERE c.merged_into IS NOT NULL"
        " LIMIT ?",
        (LISTED_MAX,),
    )
    yield from (f"sale {ref} is of customer {person}, who was merged into somebody" for ref, person in rows)
    rows = session.rows(
        "SELECT s.ref, s.person, s.origin FROM sales s JOIN customers c ON c.id = s.origin"
        " WHERE s.origin IS NOT NULL AND (s.person IS NULL OR COALESCE(c.merged_into, c.id) <> s.person) LIMIT ?",
        (LISTED_MAX,),
    )
    yield from (f"sale {ref} is of customer {person}, its origin {own} leads elsewhere" for ref, person, own in rows)
