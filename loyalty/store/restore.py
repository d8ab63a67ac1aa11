"""A backup put back: checked, with the key it needs, into a database that holds nothing or is told to make room.

A SQLite file is made beside the old one and takes its place once it is whole; the old one is kept. Message numbers of
every shop go up by a million, so that no screen takes a new message for one it had; who was erased since is erased
again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec

from loyalty.errors import RegularsError
from loyalty.store.backup import FORMAT, KEY, MANIFEST, Manifest, Part, Watch
from loyalty.store.database import Place, bring_to, known_migrations
from loyalty.store.secrets import NoMasterKey, Vault, keep_key
from loyalty.store.session import Session

NUMBERS_ON = 1_000_000
PAGE = 1_000
LINE_BYTES_MAX = 64 * 1024 * 1024  # of one row
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, msgspec.MsgspecError, UnicodeDecodeError, KeyError)


class BadBackup(RegularsError):
    """The file is no backup, or not a whole one."""


async def restore(place: Place, path: Path, key: Path | None, *, replace: bool, now: int, watch: Watch) -> Manifest:
    """Raises RegularsError in words; then nothing was changed."""
    with _opened(path) as packed:
        manifest = _manifest(packed, path)
        master = _master(packed, manifest, place, key)
        _make_room(place, replace=replace)
        undo_key = keep_key(place.key_path, master, replace=replace)
        fresh = Place(place.path.with_name(f"{place.path.name}.restoring"))
        try:
            await _fill(fresh, packed, manifest, now, watch)
            _swap(fresh.path, place.path)
        except BaseException:
            undo_key()
            raise
        finally:
            for left in (fresh.path, *(_side(fresh.path, end) for end in ("-wal", "-shm"))):
                left.unlink(missing_ok=True)
    return manifest


# -- what is there ----------------------------------------------------------------------------------------------------
@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror or error}") from error
    except DAMAGED as error:
        raise BadBackup(f"{path} is no whole backup of Regulars ({error}); nothing was changed") from error


def _manifest(packed: zipfile.ZipFile, path: Path) -> Manifest:
    if MANIFEST not in packed.namelist():
        raise BadBackup(f"{path} is no backup of Regulars: it has no {MANIFEST}")
    made = msgspec.json.decode(packed.read(MANIFEST), type=Manifest)
    if made.format > FORMAT or not set(made.migrations) <= set(known_migrations()):
        raise BadBackup(f"{path} was made by Regulars {made.regulars}, which is newer: install that one first")
    return made


def _master(packed: zipfile.ZipFile, manifest: Manifest, place: Place, key: Path | None) -> bytes:
    """The key that was given, else the one in the backup, else the one in its place; and it has to be the one."""
    if key is not None:
        try:
            master, whence = key.read_bytes(), str(key)
        except OSError as error:
            raise NoMasterKey(f"the key {key} cannot be read: {error.strerror}") from error
    elif manifest.with_key:
        master, whence = packed.read(KEY), "the backup"
    elif place.key_path.exists():
        master, whence = place.key_path.read_bytes(), str(place.key_path)
    else:
        raise NoMasterKey(
            "this backup needs the key file of the database it was made of: name your copy of loyalty.key with"
            " --key FILE. Without it no name in it can be read"
        )
    if Vault(master).fingerprint != manifest.key:
        raise NoMasterKey(
            f"the key from {whence} is not the one this backup needs: name the copy of loyalty.key that belongs to it"
            " with --key FILE"
        )
    return master


def _make_room(place: Place, *, replace: bool) -> None:
    """Refuses where something is there that nobody said may go, or where somebody still works with it."""
    if not place.path.exists() or place.path.stat().st_size == 0:
        return
    with closing(sqlite3.connect(place.path, timeout=1, isolation_level=None)) as database:
        try:
            there = database.execute("SELECT COUNT(*) FROM businesses").fetchone()[0]
        except sqlite3.OperationalError:
            there = 0
        if there and not replace:
            raise RegularsError(
                f"{place.path} holds {there} businesses: say --replace to put the backup in its place (the old file is"
                " kept), or name another with --database"
            )
        try:
            database.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
        except sqlite3.OperationalError as error:
            raise RegularsError(f"{place.path} is being served: stop `loyalty serve` first") from error


# -- filling ----------------------------------------------------------------------------------------------------------
async def _fill(fresh: Place, packed: zipfile.ZipFile, manifest: Manifest, now: int, watch: Watch) -> None:
    """A database as the backup's was, then brought up to date like any other."""
    fresh.path.unlink(missing_ok=True)
    await bring_to(fresh, [name for name in known_migrations() if name in manifest.migrations][-1])
    with closing(Session(fresh.path)) as session:
        session.run("PRAGMA synchronous=OFF")  # the file is nothing yet; it is made safe before it takes its place
        for part in manifest.tables:
            with session.transaction():
                _load(session, packed, part, watch)
    await bring_to(fresh, known_migrations()[-1])
    with closing(Session(fresh.path)) as session, session.transaction():
        session.run("UPDATE shops SET seq = seq + ?", (NUMBERS_ON,))


def _load(session: Session, packed: zipfile.ZipFile, part: Part, watch: Watch) -> None:
    names = ", ".join(f'"{name}"' for name, _ in part.columns)
    insert = f"INSERT INTO {part.name} ({names}) VALUES ({', '.join('?' * len(part.columns))})"
    session.run(f"DELETE FROM {part.name}")
    digest, count = hashlib.sha256(), 0
    with packed.open(f"tables/{part.name}.jsonl") as file:
        while lines := list(islice(_lines(file), PAGE)):
            digest.update(b"".join(lines))
            session.many(insert, [_row(line, part) for line in lines])
            count += len(lines)
            watch(part.name, len(lines))
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise BadBackup(f"the table {part.name} is not what the backup says of it; nothing was changed")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LINE_BYTES_MAX):
        yield line


def _row(line: bytes, part: Part) -> list[Any]:
    values: list[Any] = msgspec.json.decode(line)
    return [
        b64decode(value) if kind == "bytes" and value is not None else value
        for value, (_, kind) in zip(values, part.columns, strict=True)
    ]


def _side(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _swap(fresh: Path, path: Path) -> None:
    """Everything in one file, on the disk; then the old one steps aside."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    if path.exists() and path.stat().st_size:
        path.replace(path.with_suffix(".before-restore.db"))
    fresh.replace(path)
