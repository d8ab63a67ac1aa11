"""A backup: one file with every row of every table as of one moment, made while the shop sells.

It is a zip: `tables/<name>.jsonl`, a row a line, and last `manifest.json` with versions, counts and checksums. Nothing
in it is of SQLite or PostgreSQL, so what one gave the other takes. The master key is left out unless it is asked for.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from loyalty.errors import RegularsError
from loyalty.store.database import Place, applied, migrations
from loyalty.store.secrets import Vault
from loyalty.store.session import Session
from loyalty.store.tables import Table, tables

FORMAT = 1
PAGE = 1_000  # rows read at once
MANIFEST, KEY = "manifest.json", "loyalty.key"

Watch = Callable[[str, int], None]


class Part(Struct, frozen=True):
    """One table of a backup."""

    name: str
    rows: int
    sha256: str
    columns: tuple[tuple[str, str], ...]


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup is. `key` tells which master key it needs; `migrations` how its tables look."""

    regulars: str  # the version that made it
    format: int
    made_at: str
    database: str
    migrations: tuple[str, ...]
    key: str
    with_key: bool
    tables: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables)


def back_up(
    place: Place,
    session: Session,
    vault: Vault,
    to: Path,
    *,
    version: str,
    now: str,
    watch: Watch,
    with_key: bool = False,
) -> Manifest:
    """Writes beside the target first, so a half-written file never stands in its place. Raises RegularsError."""
    half = to.with_name(f"{to.name}.part")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed, session.snapshot():
                made = _write(place, session, vault, packed, version, now, with_key, watch)
            file.flush()
            os.fsync(file.fileno())
        half.replace(to)
    except OSError as error:
        raise RegularsError(f"the backup cannot be written to {to}: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)
    return made


def _write(
    place: Place, session: Session, vault: Vault, packed: zipfile.ZipFile, version: str, now: str, with_key: bool,
    watch: Watch,
) -> Manifest:  # fmt: skip
    there = applied(session)
    if set(there) != migrations():
        raise RegularsError(
            "the database is of another version of Regulars: `loyalty serve` of this one brings it up to date first"
        )
    parts = tuple(_table(session, table, packed, watch) for table in tables())
    manifest = Manifest(
        regulars=version,
        format=FORMAT,
        made_at=now,
        database=place.name,
        migrations=there,
        key=vault.fingerprint,
        with_key=with_key,
        tables=parts,
    )
    if with_key:
        packed.writestr(KEY, place.key_path.read_bytes())
    packed.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def _table(session: Session, table: Table, packed: zipfile.ZipFile, watch: Watch) -> Part:
    digest, count = hashlib.sha256(), 0
    with packed.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for page in _pages(session, table):
            lines = msgspec.json.Encoder().encode_lines([_plain(row, table) for row in page])
            digest.update(lines)
            file.write(lines)
            count += len(page)
            watch(table.name, len(page))
    return Part(table.name, count, digest.hexdigest(), table.columns)


def _pages(session: Session, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """In the order of the key, so that the numbers that are given anew stand in the same order."""
    select, order = f"SELECT {table.order}, {table.names} FROM {table.name}", f"ORDER BY {table.order} LIMIT {PAGE}"
    page = session.rows(f"{select} {order}")
    while page:
        yield [row[1:] for row in page]
        last = page[-1][0]
        page = session.rows(f"{select} WHERE {table.order} > ? {order}", (last,))


def _plain(row: tuple[Any, ...], table: Table) -> list[Any]:
    return [_value(value, kind) for value, (_, kind) in zip(row, table.columns, strict=True)]


def _value(value: Any, kind: str) -> Any:
    """As JSON has it, and the same from every kind of database."""
    if value is None:
        return None
    if kind == "bytes":
        return b64encode(value).decode()
    return bool(value) if kind == "bool" else value
