"""Bringing a database up to date. Migrations are Tortoise's own.

Before one runs on a SQLite file that holds anything, a copy of it is put beside it; PostgreSQL takes a migration that
fails back as a whole.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO

from tortoise import Tortoise
from tortoise.migrations.api import migrate, plan

from loyalty.store.database import APP, LitePlace, Place, migrations


async def bring_up_to_date(place: Place, *, fresh: bool) -> None:
    try:
        with redirect_stdout(StringIO()):  # both print as they go
            if not fresh and len(await plan(config=place.config)) > 1:
                place.keep_copy()
            await migrate(config=place.config)
    finally:
        await Tortoise.close_connections()


async def bring_to(place: LitePlace, migration: str | None) -> None:
    """A file as it was at a migration, which an old backup is put into; None brings it up to date."""
    place.path.touch(0o600)
    try:
        with redirect_stdout(StringIO()):
            await migrate(config=place.config, target=f"{APP}.{migration}" if migration else None)
    finally:
        await Tortoise.close_connections()


def in_order() -> tuple[str, ...]:
    """The migrations that this version knows, each after the one it depends on."""
    names = migrations()
    after = {name: depends_on(name) for name in names}
    found: list[str] = []
    while len(found) < len(names):
        found += sorted(name for name in names if name not in found and after[name] <= set(found))
    return tuple(found)


def depends_on(migration: str) -> set[str]:
    module = import_module(f"loyalty.store.migrations.{migration}")
    return {name for _, name in module.Migration.dependencies}
