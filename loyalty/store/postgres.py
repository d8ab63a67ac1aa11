"""A session on PostgreSQL: the same statements, in its words, and turns that are taken business by business.

A transaction that decides first locks its businesses' rows, in the order of their ids. Every row that it reads or
writes after that belongs to one of them, so nobody else changes it before the commit: no update is lost, nothing
deadlocks, no message gets its number out of order, and businesses do not wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import errors as said
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper, NumericBinaryLoader
from psycopg.types.string import StrBinaryDumper, StrDumper

from loyalty.errors import Passing
from loyalty.store.session import EVERYBODY, Row

CONNECT_SECONDS = 5
LOCK_SECONDS = 30  # waiting for somebody else's turn
IDLE_SECONDS = 60  # a process that stands still in the middle of a transaction is let go, so that others go on
PREPARED_MAX = 500  # statements kept ready for a connection
WORDS_MAX = 1_000  # statements remembered in PostgreSQL's words
CHANNEL = "regulars"

PASSING = (psycopg.OperationalError, psycopg.InterfaceError, said.ReadOnlySqlTransaction)
TAKE = (
    "WITH mine AS (SELECT id FROM businesses WHERE {} ORDER BY id FOR UPDATE)"
    " UPDATE businesses b SET turn = b.turn + 1 FROM mine WHERE b.id = mine.id RETURNING b.id, b.turn"
)
COLUMNS = (
    "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute"
    " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped"
)
INSERT = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\)\s+VALUES \(([?, ]+)\)(.*)", re.DOTALL)
TARGET = re.compile(r"\s*ON CONFLICT \(([\w, ]+)\)")
BYTES = re.compile(r"\bx'([0-9a-fA-F]*)'")
TYPES = {str: "text", int: "bigint", bytes: "bytea", bool: "boolean", float: "double precision"}


class Whole(NumericBinaryLoader):
    """Sums of whole numbers are whole numbers, as they are on SQLite."""

    def load(self, data: Any) -> Any:
        found = super().load(data)
        return int(found) if found == found.to_integral_value() else float(found)


class PostgresSession:
    """One connection, made again when it was lost; see Session for what each of these promises."""

    def __init__(self, conninfo: str, *, only_reads: bool = False) -> None:
        self._conninfo = conninfo
        self._only_reads = only_reads
        self._turns: dict[str, int] = {}  # of each business: the last turn that was ours
        self._taken: dict[str, int] = {}  # by the transaction that is open
        self._bulk: dict[str, Insert | None] = {}
        self._db = self._connect()
        self._cursor = self._db.cursor(binary=True)

    # -- transactions -------------------------------------------------------------------------------------------------
    @contextmanager
    def transaction(self) -> Iterator[PostgresSession]:
        with self._between("BEGIN", "COMMIT"):
            yield self
        self._turns |= self._taken

    @contextmanager
    def snapshot(self) -> Iterator[PostgresSession]:
        with self._between("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "COMMIT"):
            yield self

    @contextmanager
    def nested(self) -> Iterator[PostgresSession]:
        self._do("SAVEPOINT nested")
        try:
            yield self
        except BaseException:
            with suppress(*PASSING):  # where the connection is gone, all of it is taken back anyway
                self._do("ROLLBACK TO nested")
            raise
        self._do("RELEASE nested")

    @contextmanager
    def _between(self, begin: str, end: str) -> Iterator[None]:
        """A lost connection, a deadlock, a full disk, a server that is shutting down: all of that passes."""
        self._taken = {}
        try:
            self._begin(begin)
            yield
            self._do(end)
        except BaseException as error:
            self._taken = {}
            self._turns.clear()  # nothing that was remembered is certain
            self._roll_back()
            if isinstance(error, PASSING):
                raise Passing(f"the database cannot do it just now ({_brief(error)}); send it again") from error
            raise
        assert end != "COMMIT" or self._cursor.statusmessage == "COMMIT", "a transaction that failed was committed"

    def _begin(self, begin: str) -> None:
        """A connection that was lost while nobody used it is made again, and nobody is any the wiser."""
        with suppress(*PASSING):
            if not self._db.closed:
                self._do(begin)
                return
        if self._db.closed:
            self._db = self._connect()
            self._cursor = self._db.cursor(binary=True)
        self._do(begin)

    def turn(self, businesses: Collection[str]) -> bool:
        if not businesses:
            return True
        if EVERYBODY in businesses:
            taken = self.rows(TAKE.format("TRUE"))
        else:
            taken = self.rows(TAKE.format("id = ANY(?)"), (list(businesses),))
        holds = all(self._turns.get(business) == turn - 1 for business, turn in taken)
        self._taken |= dict(taken)
        return holds

    def announce(self, notices: Sequence[str]) -> None:
        for notice in notices:
            self.row("SELECT pg_notify(?, ?)", (CHANNEL, notice))

    # -- statements ---------------------------------------------------------------------------------------------------
    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        return self._cursor.execute(translated(sql), params).fetchall()

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        found: Row | None = self._cursor.execute(translated(sql), params).fetchone()
        return found

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        return self._cursor.execute(translated(sql), params).rowcount

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Plain inserts go as one statement over arrays: it is planned once, whatever the number of rows."""
        if not rows:
            return
        insert = self._insert(sql)
        if insert is not None and insert.takes(rows):
            self._cursor.execute(insert.sql, [list(column) for column in zip(*rows, strict=True)])
        else:
            self._cursor.executemany(translated(sql), rows)

    def matching(self, sql: str, wanted: Sequence[Sequence[Any]]) -> list[Row]:
        """What is wanted goes as one array a column, so that one plan serves any number of rows."""
        if not wanted:
            return []
        columns = [list(column) for column in zip(*wanted, strict=True)]
        arrays = ", ".join(f"?::{_type_of(column)}[]" for column in columns)
        return self.rows(sql.replace("VALUES {}", f"SELECT * FROM unnest({arrays})"), columns)

    def _insert(self, sql: str) -> Insert | None:
        if sql not in self._bulk:
            match = INSERT.fullmatch(sql)
            types: dict[str, str] = dict(self.rows(COLUMNS, (match[1],))) if match else {}
            self._bulk[sql] = Insert(match, types) if match and types else None
        return self._bulk[sql]

    def _do(self, sql: str) -> None:
        self._cursor.execute(sql)

    # -- the connection -----------------------------------------------------------------------------------------------
    def _connect(self) -> psycopg.Connection[Row]:
        db = psycopg.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            cursor_factory=psycopg.RawCursor,
            prepare_threshold=1,
        )
        db.prepared_max = PREPARED_MAX
        for dumper in (Int8Dumper, Int8BinaryDumper):  # one plan for small numbers and large ones, in arrays too
            db.adapters.register_dumper(int, dumper)
        for plain in (StrDumper, StrBinaryDumper):  # a text, also where PostgreSQL cannot tell from around it
            db.adapters.register_dumper(str, plain)
        db.adapters.register_loader("numeric", Whole)
        db.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        db.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        db.execute(f"SET default_transaction_read_only = {'on' if self._only_reads else 'off'}")
        if db.execute("SHOW synchronous_commit").fetchone() == ("off",):
            db.execute("SET synchronous_commit = on")  # what is answered is on the disk, whatever the server's default
        return db

    def _roll_back(self) -> None:
        """Leaves a connection that can begin again, or a closed one."""
        try:
            if not self._db.closed:
                self._do("ROLLBACK")
        except psycopg.Error:
            self._db.close()

    def tidy(self) -> None:
        """The server does it."""

    def close(self) -> None:
        self._db.close()


class Insert:
    """`INSERT INTO t (…) VALUES (?, …)` as one statement over an array for each column."""

    def __init__(self, match: re.Match[str], types: dict[str, str]) -> None:
        table, columns, _, rest = match.groups()
        names = [name.strip() for name in columns.split(",")]
        arrays = ", ".join(f"${n}::{types[name]}[]" for n, name in enumerate(names, 1))
        self.sql = f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}){translated(rest)}"
        target = TARGET.match(rest)
        self._keys = [names.index(name.strip()) for name in target[1].split(",")] if target else None

    def takes(self, rows: Sequence[Sequence[Any]]) -> bool:
        """One statement changes no row twice, so rows that would must go one after another."""
        if self._keys is None:
            return True
        return len({tuple(row[place] for place in self._keys) for row in rows}) == len(rows)


@lru_cache(WORDS_MAX)
def translated(sql: str) -> str:
    """In PostgreSQL's words. On SQLite CROSS JOIN keeps the order in which it is written; here the planner chooses."""
    sql = BYTES.sub(r"'\\x\1'::bytea", sql.replace("CROSS JOIN", "JOIN"))
    first, *others = sql.split("?")
    return first + "".join(f"${n}{part}" for n, part in enumerate(others, 1))


def _type_of(column: list[Any]) -> str:
    return TYPES[type(next((value for value in column if value is not None), ""))]


def _brief(error: BaseException) -> str:
    """The first line, which names no row."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
