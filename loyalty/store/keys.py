"""Who may do what: keys by their hash, kept in memory, since every request asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from loyalty.store.secrets import Vault
from loyalty.store.session import Session

READ_EVERY = timedelta(seconds=1)
Role = Literal["owner", "adapter", "screen"]


class Grant(NamedTuple):
    """What a key opens: a business, and one shop of it or (None) all."""

    role: Role
    business: str
    shop: str | None
    key: str  # the hash: names the key in limits and logs


class Keys:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._grants: dict[str, Grant] = {}
        self._read_at: datetime | None = None

    def read(self, session: Session) -> None:
        """All keys in force."""
        rows = session.rows("SELECT hash, role, business, shop FROM keys WHERE revoked_at IS NULL AND role <> 'setup'")
        self._grants = {row[0]: Grant(row[1], row[2], row[3], row[0]) for row in rows}

    def may_read(self, now: datetime) -> bool:
        """Keys that another process made are looked for, but not more than once a second."""
        if self._read_at is not None and abs(now - self._read_at) < READ_EVERY:
            return False
        self._read_at = now
        return True

    def find(self, key: str) -> Grant | None:
        return self._grants.get(self._vault.key_hash(key))
