"""What customers say of themselves, sealed with their own key: an allergy is nobody's business but theirs."""

from __future__ import annotations

from msgspec import json

from loyalty.core.mine import NONE, Wishes, together
from loyalty.store.secrets import Vault
from loyalty.store.session import Session

_read = json.Decoder(Wishes).decode


def opened(vault: Vault, secret: bytes | None, sealed: bytes | None) -> Wishes:
    if secret is None or sealed is None:
        return NONE
    return _read(vault.person(secret).open(sealed))


def of(session: Session, vault: Vault, person: str) -> Wishes:
    """Together with those of whoever is one person with them."""
    own, *others = by_member(session, vault, person)
    return together(own[1], tuple(one for _, one in others))


def by_member(session: Session, vault: Vault, person: str) -> list[tuple[str, Wishes]]:
    """Their own, then of each who was merged into them."""
    rows = session.rows(
        "SELECT id, secret, wishes FROM customers WHERE id = ? OR merged_into = ?"
        " ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END, id",
        (person, person, person),
    )
    return [(id, opened(vault, secret, sealed)) for id, secret, sealed in rows] or [(person, NONE)]


def keep(session: Session, vault: Vault, person: str, wishes: Wishes) -> None:
    row = session.row("SELECT secret FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    sealed = vault.person(row[0]).seal(json.encode(wishes).decode()) if wishes != NONE else None
    session.run("UPDATE customers SET wishes = ? WHERE id = ?", (sealed, person))
