"""What a customer wrote on their own card, each with when they did last: one small JSON text in their row."""

from __future__ import annotations

from msgspec import json

from loyalty.store.session import Session
from loyalty.wire_card import Written

_decode = json.Decoder(dict[Written, int]).decode


def written_by(text: str | None) -> dict[Written, int]:
    """From the column `written`: null where they never wrote anything."""
    return _decode(text) if text is not None else {}


def note(session: Session, person: str, what: Written, now: int) -> None:
    row = session.row("SELECT written FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    text = json.encode(written_by(row[0]) | {what: now}).decode()
    session.run("UPDATE customers SET written = ? WHERE id = ?", (text, person))


def when_written(session: Session, person: str, what: Written) -> int | None:
    row = session.row("SELECT written FROM customers WHERE id = ?", (person,))
    return written_by(row[0]).get(what) if row is not None else None


def set_back(session: Session, person: str, what: Written, at: int | None) -> None:
    """They wrote it at that moment, and not since; None: never."""
    row = session.row("SELECT written FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    known = {one: when for one, when in written_by(row[0]).items() if one != what}
    known |= {what: at} if at is not None else {}
    session.run(
        "UPDATE customers SET written = ? WHERE id = ?", (json.encode(known).decode() if known else None, person)
    )
