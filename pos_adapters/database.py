"""Opens the outbox's file: durable, owned by one process, and never a damaged one silently thrown away."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import structlog

from loyalty.errors import Conflict, Passing, Unfit

APPLICATION = 0x52454755  # "REGU", so that no other program's database is taken for an outbox
VERSION = 2
TAKEN = """
CREATE TABLE taken (  -- vendors' deliveries, answered and not worked off yet
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL, verdict TEXT NOT NULL, raw BLOB NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,  -- whether what it says by itself waits already
    wall REAL NOT NULL, ticks REAL NOT NULL, boot TEXT NOT NULL
);
"""
SCHEMA = f"""
BEGIN EXCLUSIVE;
{TAKEN}
CREATE TABLE waiting (  -- what the service has not acknowledged, in the order it happened
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: it numbers the frames of the stream
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    wall REAL NOT NULL, ticks REAL NOT NULL, boot TEXT NOT NULL  -- when it was put in: elapsed.Moment
);
CREATE TABLE parked (  -- what the service refused, and why
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    code TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE mark (  -- where a source has got to; the newest of a space are kept
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL,
    UNIQUE (space, name)
);
CREATE INDEX mark_age ON mark (space, n);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
COMMIT;
"""
FROM_1 = f"BEGIN EXCLUSIVE; {TAKEN} PRAGMA user_version = {VERSION}; COMMIT;"
TRIM = """
DELETE FROM mark WHERE space = :space AND n <= (
    SELECT n FROM mark WHERE space = :space ORDER BY n DESC LIMIT 1 OFFSET :max)
"""
FORGET = "DELETE FROM parked WHERE seq <= (SELECT seq FROM parked ORDER BY seq DESC LIMIT 1 OFFSET :max)"
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

log = structlog.get_logger()


class Damaged(Exception):
    """The file is not what was written to it."""


def opened(path: Path) -> sqlite3.Connection:
    """The outbox at `path`, made where there is none. A damaged file is set aside under another name, and said so."""
    try:
        return _connected(path)
    except Damaged as error:
        aside = _set_aside(path)
        log.error("outbox-damaged", file=str(path), because=str(error), set_aside_as=str(aside), next=_ADVICE)
        return _connected(path)


_ADVICE = (
    "a new outbox was begun and files will be read again from the start, which does no harm; what waited in the "
    "damaged file may still be saved from it with `sqlite3 FILE .recover`, so keep it until the tills agree"
)


def why(error: sqlite3.DatabaseError) -> Exception:
    """SQLite's complaint as one of ours: damage, another owner, or a fault that passes (a full or missing disk)."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the rest says more about the same
    if code in _DAMAGE:
        return Damaged(str(error))
    if code in _BUSY:
        return Conflict("another pos-adapter is using this outbox; stop it, or give this one an outbox of its own")
    return Passing(f"the outbox cannot be written: {error}")


def _connected(path: Path) -> sqlite3.Connection:
    """Raises Damaged, Conflict, Passing, or Unfit where the file belongs to somebody else."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # names and numbers of people wait in it
    except OSError as error:
        raise Unfit(f"the outbox {path} cannot be opened: {error.strerror}", at="outbox.path") from error
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=1.0)
    try:
        _prepare(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise why(error) from error
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA locking_mode = EXCLUSIVE")  # one owner, and no shared memory beside the file
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if tables and application != APPLICATION:
        raise Unfit(f"{path} is a database of another program; name another file", at="outbox.path")
    if tables and version not in (1, VERSION):
        raise Unfit(f"{path} was written by another version of pos-adapter ({version})", at="outbox.path")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(FROM_1 if tables and version == 1 else "BEGIN EXCLUSIVE; COMMIT;" if tables else SCHEMA)
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise Damaged(verdict)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
