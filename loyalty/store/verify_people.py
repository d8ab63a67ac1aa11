"""Proof of what leads where: who was merged to who is kept, and all that is theirs to where its origin leads."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty.store.session import Session

LISTED_MAX = 1_000  # differences of one kind
THINGS = (  # that are somebody's, and remember whose they would be
    ("sales", "sale", "ref", "person"),
    ("redemptions", "redemption", "id", "customer"),
    ("adjustments", "adjustment", "id", "customer"),
)


def merged(session: Session) -> Iterator[str]:
    kept: dict[str, str] = dict(session.rows("SELECT gone, kept FROM merges WHERE undone_at IS NULL"))
    led: dict[str, str] = dict(session.rows("SELECT id, merged_into FROM customers WHERE merged_into IS NOT NULL"))
    for person in sorted(kept.keys() | led.keys()):
        root = kept.get(person)
        while root is not None and root in kept:
            root = kept[root]
        if led.get(person) != root:
            yield f"customer {person} is led to {led.get(person)}, the merges lead to {root}"
    for table, what, id, column in THINGS:
        rows = session.rows(
            f"SELECT t.{id}, t.{column} FROM {table} t JOIN customers c ON c.id = t.{column}"
            " WHERE c.merged_into IS NOT NULL LIMIT ?",
            (LISTED_MAX,),
        )
        yield from (f"{what} {ref} is of customer {person}, who was merged into somebody" for ref, person in rows)
        rows = session.rows(
            f"SELECT t.{id}, t.{column}, t.origin FROM {table} t JOIN customers c ON c.id = t.origin"
            f" WHERE t.origin IS NOT NULL AND (t.{column} IS NULL OR COALESCE(c.merged_into, c.id) <> t.{column})"
            " LIMIT ?",
            (LISTED_MAX,),
        )
        yield from (f"{what} {ref} is of customer {who}, its origin {own} leads elsewhere" for ref, who, own in rows)
