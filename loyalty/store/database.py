"""Opening the database: its address, its migrations, the key beside it.

Migrations are Tortoise's own. Before one runs on a database that holds anything, a copy of the file is put beside it.
"""

from __future__ import annotations

import sqlite3
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.migrations.api import migrate, plan

from loyalty.errors import RegularsError
from loyalty.store.secrets import Vault, master_key

APP = "regulars"
PREFIX = "sqlite:///"


class NoDatabase(RegularsError):
    """There is nothing at that address."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data lives: `sqlite:///relative/path` or `sqlite:////absolute/path`."""

    path: Path

    @classmethod
    def of(cls, url: str) -> Place:
        if not url.startswith(PREFIX):
            raise NoDatabase(
                f"expected sqlite:///relative/path or sqlite:////absolute/path, got {url!r}", at="database"
            )
        return cls(Path(url.removeprefix(PREFIX)))

    @property
    def key_path(self) -> Path:
        return self.path.parent / "loyalty.key"

    @property
    def config(self) -> dict[str, Any]:
        """For Tortoise; its default would truncate the WAL at each checkpoint."""
        url = (
            f"sqlite://{self.path.resolve()}?journal_mode=WAL&synchronous=FULL&journal_size_limit=-1&busy_timeout=30000"
        )
        app = {
            "models": ["loyalty.store.models", "loyalty.store.models_redemptions"],
            "default_connection": "default",
            "migrations": "loyalty.store.migrations",
        }
        return {"connections": {"default": url}, "apps": {APP: app}}


async def prepare(place: Place) -> Vault:
    """Creates the database or brings it up to date; answers the vault of its master key."""
    fresh = not place.path.exists() or place.path.stat().st_size == 0
    place.path.parent.mkdir(parents=True, exist_ok=True)
    if fresh:
        place.path.touch(0o600)  # for the owner of the process alone, as the key is
    vault = Vault(master_key(place.key_path, make=fresh))
    try:
        with redirect_stdout(StringIO()):  # both print as they go
            if not fresh and len(await plan(config=place.config)) > 1:
                _copy_beside(place.path)
            await migrate(config=place.config)
    finally:
        await Tortoise.close_connections()
    return vault


def open_vault(place: Place) -> Vault:
    """The vault of a database that exists already."""
    if not place.path.exists():
        raise NoDatabase(f"there is no database at {place.path}; `loyalty init` makes one", at="database")
    return Vault(master_key(place.key_path, make=False))


def _copy_beside(path: Path) -> None:
    """A consistent copy of the file as it was before the upgrade."""
    with sqlite3.connect(path) as source, sqlite3.connect(path.with_suffix(".before-upgrade.db")) as copy:
        source.backup(copy)
