"""Owners who sign in, found by the keyed hash of an e-mail address or a name. A session is an owner's key that ends."""

from __future__ import annotations

from typing import NamedTuple

from loyalty.core.days import DAY
from loyalty.errors import Conflict
from loyalty.store.secrets import Vault, new_key
from loyalty.store.session import Session

SESSION_DAYS = 14


class Known(NamedTuple):
    business: str
    password: str  # its slow hash


def login_hash(vault: Vault, login: str) -> str:
    """Of an e-mail address or a name, however its letters are written. One on the whole service."""
    return vault.mark("", "login", " ".join(login.casefold().split()))


def find(session: Session, login: str) -> Known | None:
    row = session.row("SELECT business, password FROM owners WHERE login = ?", (login,))
    return Known(*row) if row is not None else None


def keep(session: Session, business: str, login: str, password: str, now: int) -> None:
    """A new owner, or another password for one of the same business."""
    known = find(session, login)
    if known is not None and known.business != business:
        raise Conflict("somebody signs in by this already; choose another", at="login", code="taken")
    session.run(
        "INSERT INTO owners (business, login, password, created_at, changed_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (login) DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at",
        (business, login, password, now, now),
    )


def open_session(session: Session, vault: Vault, business: str, now: int) -> tuple[str, int]:
    """The secret of a new session, in the only moment it can be read, and when it ends."""
    key, until = new_key("session"), now + SESSION_DAYS * DAY
    session.run(
        "INSERT INTO keys (hash, business, role, created_at, expires_at) VALUES (?, ?, 'owner', ?, ?)",
        (vault.key_hash(key), business, now, until),
    )
    return key, until


def end_session(session: Session, hash: str, now: int) -> None:
    """Signed out. A key without an end is no session and is left alone."""
    session.run("UPDATE keys SET revoked_at = ? WHERE hash = ? AND expires_at IS NOT NULL", (now, hash))


def end_sessions_of(session: Session, business: str, now: int) -> None:
    """After a new password."""
    session.run(
        "UPDATE keys SET revoked_at = ? WHERE business = ? AND expires_at IS NOT NULL AND revoked_at IS NULL",
        (now, business),
    )


def purge_sessions(session: Session, business: str, now: int) -> None:
    session.run("DELETE FROM keys WHERE business = ? AND expires_at IS NOT NULL AND expires_at < ?", (business, now))
