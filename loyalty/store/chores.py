"""When was it done last: what the owner does to keep the house safe, so that the doctor can say so; and what the house
does by itself once an hour."""

from __future__ import annotations

from loyalty.store.session import Session

BACKUP, KEY_COPIED, PURGED = "backup", "key-copied", "purged"


def did(session: Session, name: str, at: int, note: str = "") -> None:
    """Inside the caller's transaction."""
    session.run(
        "INSERT INTO chores (name, at, note) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at, note = excluded.note",
        (name, at, note),
    )


def last(session: Session, name: str) -> tuple[int, str] | None:
    """When, and what was noted."""
    row = session.row("SELECT at, note FROM chores WHERE name = ?", (name,))
    return None if row is None else (row[0], row[1])
