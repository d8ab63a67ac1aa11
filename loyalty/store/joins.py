"""Codes by which customers join: kept by the hash of their token, used once. The poster's is made of the master key."""

from __future__ import annotations

import hmac

from msgspec import Struct

from loyalty.store.secrets import Vault, new_id
from loyalty.store.session import Session

POSTER = "poster"


class Code(Struct, frozen=True, kw_only=True):
    """Where a code was shown, and what had just happened there."""

    id: str
    business: str
    shop: str
    till: str | None = None
    instead: str | None = None
    source: str | None = None
    ref: str | None = None
    made_at: int = 0
    poster: bool = False


def keep_code(session: Session, token: str, code: Code, expires_at: int, used_at: int | None = None) -> None:
    """`token`: its hash."""
    session.run(
        "INSERT INTO joins (id, token, business, shop, till, instead, source, ref, made_at, poster, expires_at,"
        " used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (code.id, token, code.business, code.shop, code.till, code.instead, code.source, code.ref, code.made_at,
         code.poster, expires_at, used_at),
    )  # fmt: skip


def find_code(session: Session, vault: Vault, token: str, now: int) -> Code | None:
    """The code of this token, if it can still be used."""
    if token.startswith(f"{POSTER}_"):
        return _poster(session, vault, token)
    row = session.row(
        "SELECT id, business, shop, till, instead, source, ref, made_at FROM joins"
        " WHERE token = ? AND used_at IS NULL AND expires_at > ?",
        (vault.key_hash(token), now),
    )
    if row is None:
        return None
    fields = ("id", "business", "shop", "till", "instead", "source", "ref", "made_at")
    return Code(**dict(zip(fields, row, strict=True)))


def use_code(session: Session, token: str, code: Code, now: int) -> bool:
    """False where somebody was faster. What the poster is used for is counted."""
    if code.poster:
        keep_code(session, new_id(), code, now, now)
        return True
    return session.run("UPDATE joins SET used_at = ? WHERE token = ? AND used_at IS NULL", (now, token)) == 1


def open_codes(session: Session, shop: str, now: int) -> int:
    row = session.row(
        "SELECT COUNT(*) FROM joins WHERE shop = ? AND expires_at > ? AND used_at IS NULL",
        (shop, now),
    )
    return row[0] if row is not None else 0


def poster_uses(session: Session, shop: str, since: int) -> int:
    row = session.row("SELECT COUNT(*) FROM joins WHERE shop = ? AND expires_at > ? AND poster", (shop, since))
    return row[0] if row is not None else 0


def poster_token(vault: Vault, business: str, shop: str) -> str:
    """Always the same, so that every print of the poster leads here."""
    return f"{POSTER}_{shop}_{vault.mark(business, POSTER, shop)}"


def _poster(session: Session, vault: Vault, token: str) -> Code | None:
    shop = token.split("_")[1] if token.count("_") == 2 else ""
    row = session.row("SELECT business FROM shops WHERE id = ?", (shop,))
    if row is None or not hmac.compare_digest(token.encode(), poster_token(vault, row[0], shop).encode()):
        return None
    return Code(id=new_id(), business=row[0], shop=shop, poster=True)
