"""What customers say of themselves, sealed with their own key: an allergy is nobody's business but theirs."""

from __future__ import annotations

from msgspec import json

from loyalty.core.mine import NONE, Wishes
from loyalty.store.secrets import Vault
from loyalty.store.session import Session

_read = json.Decoder(Wishes).decode


def opened(vault: Vault, secret: bytes | None, sealed: bytes | None) -> Wishes:
    if secret is None or sealed is None:
        return NONE
    return _read(vault.person(secret).open(sealed))


def of(session: Session, vault: Vault, person: str) -> Wishes:
    row = session.row("SELECT secret, wishes FROM customers WHERE id = ?", (person,))
    return opened(vault, row[0], row[1]) if row is not None else NONE


def keep(session: Session, vault: Vault, person: str, wishes: Wishes) -> None:
    row = session.row("SELECT secret FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    sealed = vault.person(row[0]).seal(json.encode(wishes).decode()) if wishes != NONE else None
    session.run("UPDATE customers SET wishes = ? WHERE id = ?", (sealed, person))
