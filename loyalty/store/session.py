"""The writer's connection: plain statements, one transaction at a time, on the writer's own thread.

Tortoise owns the tables and everything that is read for people's eyes. The line itself reads and writes in bulk here:
a statement through the asynchronous driver costs a thread hop of some 60 µs, and one sale takes a dozen of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loyalty.errors import Passing

BUSY_SECONDS = 30
PARAMS_MAX = 30_000  # of one statement; SQLite allows 32,766
WAL_PAGES = 4_000  # checkpoint after some 16 MB
Row = tuple[Any, ...]


class Session:
    """One connection, used by one thread."""

    def __init__(self, path: Path, *, only_reads: bool = False) -> None:
        self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "journal_size_limit=-1", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        self._db.execute("PRAGMA cache_size=-65536")
        self._db.execute(f"PRAGMA query_only={'ON' if only_reads else 'OFF'}")
        self._written: int | None = None  # what SQLite counts up whenever another connection has written

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything inside becomes durable together, or not at all. A fault that passes is raised as Passing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self
            self._db.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, sqlite3.OperationalError):
                raise Passing(f"the database cannot write just now ({error}); send it again") from error
            raise

    def turn(self, businesses: Collection[str]) -> bool:
        """Takes the turn of these businesses, until the commit; called first in a transaction that decides.

        False where somebody else wrote since this session's last turn: what is remembered may no longer hold.
        """
        (written,) = self._db.execute("PRAGMA data_version").fetchone()
        holds: bool = written == self._written
        self._written = written
        return holds

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Reads inside see one state of the database, whatever is written meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield self
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def nested(self) -> Iterator[Session]:
        """What fails inside is taken back alone; the transaction around it goes on."""
        self._db.execute("SAVEPOINT nested")
        try:
            yield self
        except BaseException:
            self._db.execute("ROLLBACK TO nested")
            raise
        finally:
            self._db.execute("RELEASE nested")

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        return self._db.execute(sql, params).fetchall()

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        found: Row | None = self._db.execute(sql, params).fetchone()
        return found

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """The number of rows that changed."""
        return self._db.execute(sql, params).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._db.executemany(sql, rows)

    def matching(self, sql: str, wanted: Sequence[Sequence[Any]]) -> list[Row]:
        """Runs `WITH w (…) AS (VALUES {}) SELECT … FROM w CROSS JOIN …` for tuples of equal length, in pieces that fit.

        Joined from the wanted rows outwards, each is one look-up in an index. `(a, b) IN (VALUES …)` reads the whole
        table instead (SQLite 3.40).
        """
        found: list[Row] = []
        if not wanted:
            return found
        width = len(wanted[0])
        one = f"({','.join('?' * width)})"
        step = PARAMS_MAX // width
        for start in range(0, len(wanted), step):
            piece = wanted[start : start + step]
            values = ",".join([one] * len(piece))
            found += self.rows(sql.replace("{}", values), [value for row in piece for value in row])
        return found

    def close(self) -> None:
        self._db.close()
