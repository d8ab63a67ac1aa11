"""What the owner did last of what keeps the house safe, so that the doctor can say when it was."""

from __future__ import annotations

from loyalty.store.session import Session

BACKUP, KEY_COPIED = "backup", "key-copied"


def did(session: Session, name: str, at: int, note: str) -> None:
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
