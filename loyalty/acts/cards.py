"""What a customer does on their own card: opened by the secret in its link, nothing else."""

from __future__ import annotations

from typing import Any

from loyalty.acts.erasing import erase
from loyalty.errors import Gone, NoKey, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store.erased import Erased
from loyalty.store.people import free_card
from loyalty.store.session import Session
from loyalty.wire_pages import LETTERS, CardChange


def holder(session: Session, token: str) -> tuple[str, str]:
    """Whose card it is, by the hash of the link's token: the person and their business."""
    row = session.row("SELECT id, business, erased_at FROM customers WHERE token = ?", (token,))
    if row is None:
        raise NoKey("this link opens no card; ask at the counter for a new one", code="unknown-card")
    if row[2] is not None:
        raise Gone("whose card this was has been erased")
    return row[0], row[1]


def change(line: Line, token: str, wanted: CardChange) -> None:
    """How they are greeted, and whether today is different: in force on the next scan."""
    person, _ = holder(line.session, token)
    if wanted.greeting is not None:  # whoever chooses is greeted as they chose from then on, held out or not
        line.session.run("UPDATE customers SET greeting = ?, held_out = NULL WHERE id = ?", (wanted.greeting, person))
    if wanted.other_today is not None:
        said = line.now if wanted.other_today else None
        line.session.run("UPDATE customers SET other_at = ? WHERE id = ?", (said, person))


def new_code(line: Line, token: str) -> None:
    """Other letters for the card, and so another QR code; with the old ones nobody is known any more."""
    person, business = holder(line.session, token)
    own = line.vault.person(_of(line.session, "secret", person))
    card, now = free_card(line.session, line.vault, business), line.now
    line.session.run("UPDATE links SET until = ? WHERE customer = ? AND kind = 'card' AND until IS NULL", (now, person))
    line.session.run(
        "INSERT INTO links (business, kind, hash, value, customer, since) VALUES (?, 'card', ?, ?, ?, ?)",
        (business, line.vault.mark(business, "card", card), own.seal(card), person, now),
    )
    line.session.run("UPDATE customers SET card = ? WHERE id = ?", (own.seal(card), person))


def forget_mark(line: Line, token: str, link: int) -> None:
    """An identifier stops telling that it is them, now. What was bought with it before stays theirs."""
    person, _ = holder(line.session, token)
    changed = line.session.run(
        "UPDATE links SET until = ? WHERE id = ? AND customer = ? AND kind <> 'card' AND until IS NULL",
        (line.now, link, person),
    )
    if not changed:
        raise Unknown("there is no such identifier on this card", at="id", code="unknown-identifier")


def erase_me(line: Line, erased: Erased, token: str, letters: str) -> None:
    """Only with the end of the code, as proof that it is meant."""
    person, business = holder(line.session, token)
    code = line.vault.person(_of(line.session, "secret", person)).open(_of(line.session, "card", person))
    if letters.upper() != code[-LETTERS:]:
        raise Unfit("these are not the last four letters of the code", at="letters", code="wrong-letters")
    erase(line, erased, business, person)


def _of(session: Session, column: str, person: str) -> Any:
    row = session.row(f"SELECT {column} FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return row[0]
