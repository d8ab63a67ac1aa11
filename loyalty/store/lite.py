"""A session on SQLite: the write lock is taken with BEGIN, so there is one who decides at any moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from loyalty.errors import Passing
from loyalty.store.session import Row

BUSY_SECONDS = 30
PARAMS_MAX = 30_000  # of one statement; SQLite allows 32,766
STATEMENTS_MAX = 512  # kept prepared
TIDY_MS = 10  # that the writer may have to wait for the log to be begun anew
ROWS_MAX = 256  # of one insert
WAL_PAGES = 4_000  # checkpoint after some 16 MB
WAL_PAGES_TIDIED = 64_000  # and where somebody else does it, only after 256


class LiteSession:
    """One connection to the file; see Session for what each of these promises."""

    def __init__(self, path: Path, *, only_reads: bool = False, tidied: bool = False) -> None:
        self._db = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_MAX,
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "journal_size_limit=-1", "foreign_keys=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES_TIDIED if tidied else WAL_PAGES}")
        self._db.execute("PRAGMA cache_size=-65536")
        self._db.execute(f"PRAGMA query_only={'ON' if only_reads else 'OFF'}")
        self._long = WAL_PAGES  # of the log, to be begun anew
        self._written: int | None = None  # what SQLite counts up whenever another connection has written

    @contextmanager
    def transaction(self) -> Iterator[LiteSession]:
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
        """The write lock is everybody's turn already; whether anybody else has written meanwhile, SQLite counts."""
        (written,) = self._db.execute("PRAGMA data_version").fetchone()
        holds: bool = written == self._written
        self._written = written
        return holds

    def announce(self, notices: Sequence[str]) -> None:
        """SQLite tells nobody; where several processes serve one file, they tell each other over the bus."""

    @contextmanager
    def snapshot(self) -> Iterator[LiteSession]:
        self._db.execute("BEGIN")
        try:
            yield self
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def nested(self) -> Iterator[LiteSession]:
        self._db.execute("SAVEPOINT nested")
        try:
            yield self
        except BaseException:
            self._db.execute("ROLLBACK TO nested")
            raise
        finally:
            self._db.execute("RELEASE nested")

    def _roll_back(self) -> None:
        self._written = None  # nothing that was remembered is certain
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        return self._db.execute(sql, params).fetchall()

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        found: Row | None = self._db.execute(sql, params).fetchone()
        return found

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        return self._db.execute(sql, params).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts go many rows a statement: one for each power of two, so that few statements serve any number.

        Row by row, sqlite3 would let go of the interpreter and wait for it again with every one of them.
        """
        head, values, tail = sql.partition(" VALUES ")
        if not values or len(rows) < 2:
            if rows:
                self._db.executemany(sql, rows)
            return
        row, _, tail = tail.partition(")")
        one, start = f"{row})", 0
        while start < len(rows):
            size = min(ROWS_MAX, 1 << (len(rows) - start).bit_length() - 1)
            piece = rows[start : start + size]
            start += size
            self._db.execute(f"{head} VALUES {','.join([one] * size)}{tail}", list(chain.from_iterable(piece)))

    def matching(self, sql: str, wanted: Sequence[Sequence[Any]]) -> list[Row]:
        """In pieces that fit. Joined from the wanted rows outwards, each is one look-up in an index; `(a, b) IN
        (VALUES …)` reads the whole table instead (SQLite 3.40).
        """
        if not wanted:
            return []
        width = len(wanted[0])
        one = f"({','.join('?' * width)})"
        found: list[Row] = []
        for start in range(0, len(wanted), PARAMS_MAX // width):
            piece = wanted[start : start + PARAMS_MAX // width]
            found += self.rows(sql.replace("{}", ",".join([one] * len(piece))), list(chain.from_iterable(piece)))
        return found

    def tidy(self) -> None:
        """Copies into the file what is committed: 12 ms after some two hundred sales, which one of them would wait.

        Once the log is long, it is begun anew: a commit into a file that grows takes a third longer. For that the
        writer waits, but by then hardly anything is left to copy. Where somebody reads for long (a backup), nobody
        waits for them, and it is tried again when the log is twice as long.
        """
        _, pages, _ = self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages > self._long:
            self._db.execute(f"PRAGMA busy_timeout={TIDY_MS}")
            busy, pages, _ = self._db.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            self._long = 2 * pages if busy else WAL_PAGES

    def close(self) -> None:
        self._db.close()
