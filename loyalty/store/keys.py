"""Who may do what: keys by their hash, kept in memory, since every request asks."""

from __future__ import annotations

from typing import Literal, NamedTuple

from loyalty.store.secrets import Vault
from loyalty.store.session import Session

Role = Literal["owner", "adapter", "screen"]


class Grant(NamedTuple):
    """What a key opens: a business, and one shop of it or (None) all."""

    role: Role
    business: str
    shop: str | None
    key: str  # the hash: names the key in limits and logs
    until: int | None = None  # of an owner who signed in with a password


class Keys:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._grants: dict[str, Grant] = {}

    def read(self, session: Session) -> None:
        """All keys in force."""
        rows = session.rows(
            "SELECT hash, role, business, shop, expires_at FROM keys WHERE revoked_at IS NULL AND role <> 'setup'"
        )
        self._grants = {row[0]: Grant(row[1], row[2], row[3], row[0], row[4]) for row in rows}

    def find(self, key: str) -> Grant | None:
        return self._grants.get(self._vault.key_hash(key))
