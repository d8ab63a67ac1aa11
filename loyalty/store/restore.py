"""A backup put back: checked, with the key it needs, into a database that holds nothing or is told to make room.

A SQLite file is made beside the old one and takes its place once it is whole; the old one is kept. Message numbers of
every shop go up by a million, so that no screen takes a new message for one it had; who was erased since is erased
again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec

from loyalty.errors import RegularsError
from loyalty.store.backup import FORMAT, KEY, MANIFEST, Manifest, Part, Watch, back_up
from loyalty.store.database import LitePlace, Place, migrations, prepare
from loyalty.store.erased import Erased
from loyalty.store.migrating import bring_to, in_order
from loyalty.store.save import NUMBERS_ON
from loyalty.store.secrets import NoMasterKey, Vault, keep_key
from loyalty.store.session import EVERYBODY, Session

PAGE = 1_000
LINE_BYTES_MAX = 64 * 1024 * 1024  # of one row
Again = Callable[[Session, Vault, tuple[str, ...]], object]  # erases these once more

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, msgspec.MsgspecError, UnicodeDecodeError, KeyError)


class BadBackup(RegularsError):
    """The file is no backup, or not a whole one."""


async def restore(place: Place, path: Path, key: Path | None, *, replace: bool, again: Again, watch: Watch) -> Manifest:
    """Raises RegularsError in words; then nothing was changed."""
    with _opened(path) as packed:
        manifest = _manifest(packed, path)
        master = _master(packed, manifest, place, key)
        _make_room(place, replace=replace)
        undo_key = keep_key(place.key_path, master, replace=replace)
        try:
            if isinstance(place, LitePlace):
                await _into_file(place, packed, manifest, again, watch)
            else:
                await _into_server(place, packed, manifest, again, watch)
        except BaseException:
            undo_key()
            raise
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
    if made.format > FORMAT or not set(made.migrations) <= migrations():
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
    if not place.holds_anything():
        return
    with closing(place.open()) as session:
        there = _businesses(session)
        if there and not replace:
            raise RegularsError(
                f"{place} holds a business already: say --replace to put the backup in its place, or name another"
                " with --database"
            )
        if isinstance(place, LitePlace):
            return
        row = session.row(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if row and row[0]:
            raise _served(place)


def _businesses(session: Session) -> int:
    try:
        row = session.row("SELECT COUNT(*) FROM businesses")
    except sqlite3.OperationalError:  # a file of somebody's, without our tables
        return 0
    return row[0] if row else 0


def _served(place: Place) -> RegularsError:
    return RegularsError(f"{place} is being served: stop `loyalty serve` first")


# -- into a SQLite file -----------------------------------------------------------------------------------------------
async def _into_file(place: LitePlace, packed: zipfile.ZipFile, manifest: Manifest, again: Again, watch: Watch) -> None:
    """Made beside the old one, which steps aside once the new one is whole."""
    _nobody_there(place)
    fresh = LitePlace(place.path.with_name(f"{place.path.name}.restoring"), place.key_path)
    try:
        await _as_file(fresh, packed, manifest, watch)
        with closing(fresh.open()) as session, session.transaction():
            _go_on(session, place, again)
        _swap(fresh.path, place.path)
    finally:
        _remove(fresh.path)


def _nobody_there(place: LitePlace) -> None:
    if not place.holds_anything():
        return
    with closing(sqlite3.connect(place.path, timeout=1, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
        except sqlite3.OperationalError as error:
            raise _served(place) from error


async def _as_file(fresh: LitePlace, packed: zipfile.ZipFile, manifest: Manifest, watch: Watch) -> None:
    """A database as the backup's was, then brought up to date like any other."""
    _remove(fresh.path)
    await bring_to(fresh, [name for name in in_order() if name in manifest.migrations][-1])
    with closing(fresh.open()) as session:
        session.run("PRAGMA synchronous=OFF")  # the file is nothing yet; it is made safe before it takes its place
        for part in manifest.tables:
            with session.transaction():
                _load(session, packed, part, watch)
    await bring_to(fresh, None)


def _remove(path: Path) -> None:
    for left in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)


def _swap(fresh: Path, path: Path) -> None:
    """Everything in one file, on the disk; then the old one steps aside."""
    with closing(sqlite3.connect(fresh, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous=FULL")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    if path.exists() and path.stat().st_size:
        path.replace(path.with_suffix(".before-restore.db"))
    fresh.replace(path)


# -- into PostgreSQL --------------------------------------------------------------------------------------------------
async def _into_server(place: Place, packed: zipfile.ZipFile, manifest: Manifest, again: Again, watch: Watch) -> None:
    """In one transaction. A backup of an older version becomes a file of this one first."""
    await prepare(place)
    if set(manifest.migrations) == migrations():
        _in_one(place, packed, manifest, again, watch)
        return
    with tempfile.TemporaryDirectory(prefix="regulars-restore-") as folder:
        between = LitePlace(Path(folder) / "between.db", place.key_path)
        await _as_file(between, packed, manifest, watch)
        anew = Path(folder) / "anew.zip"
        with closing(between.open(only_reads=True)) as session:
            vault = Vault(place.key_path.read_bytes())
            made = back_up(between, session, vault, anew, version=manifest.regulars, now=manifest.made_at, watch=watch)
        with _opened(anew) as repacked:
            _in_one(place, repacked, made, again, watch)


def _in_one(place: Place, packed: zipfile.ZipFile, manifest: Manifest, again: Again, watch: Watch) -> None:
    with closing(place.open()) as session, session.transaction():
        session.turn((EVERYBODY,))
        for part in manifest.tables:
            _load(session, packed, part, watch)
        _go_on(session, place, again)


# -- rows -------------------------------------------------------------------------------------------------------------
def _go_on(session: Session, place: Place, again: Again) -> None:
    """No screen may take a new message for one it had, and nobody who was erased since comes back."""
    session.run("UPDATE shops SET seq = seq + ?", (NUMBERS_ON,))
    again(session, Vault(place.key_path.read_bytes()), Erased(place.key_path.parent).ids())


def _load(session: Session, packed: zipfile.ZipFile, part: Part, watch: Watch) -> None:
    names = ", ".join(name for name, _ in part.columns)
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
