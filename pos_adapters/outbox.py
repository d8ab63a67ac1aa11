"""The durable outbox of an adapter: an event that was put in is kept until the service has acknowledged it.

SQLite (WAL, FULL) in a file of its own. What was put in survives `kill -9` at any instruction and a power cut, in
order. Where a source has got to (`marks`) is written in the same commit as the events found there: neither is ever
there without the other. The file is bounded; when it is full, `put` refuses and the source waits where it is. What is
parked waits for nobody: of that the oldest go, so that what cannot be sent never keeps out what can.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import structlog

from loyalty.errors import Passing
from loyalty.wire import Fault, Presence, Transaction
from pos_adapters import database, elapsed
from pos_adapters.elapsed import Moment

EVENTS_MAX = 100_000  # waiting and parked together: months of a café, some 100 MB
PARKED_SHARE = 0.2  # of EVENTS_MAX that may be parked; beyond, the oldest go
HINTS_MAX = 500  # of one connection, which nobody signed: strangers may send them, and never keep out what is signed
NEARLY_FULL = 0.8  # of EVENTS_MAX: said aloud from here on
MARKS_MAX = 20_000  # of one space; the oldest go
TRIM_EVERY = 1_000  # marks written between two looks at MARKS_MAX

Kind = Literal["transaction", "presence", "delivery"]
Mark = tuple[str, str]  # space and name

log = structlog.get_logger()


class Full(Passing):
    """The outbox holds as much as it may: the event stays with its source, which tries again."""

    code = "outbox-full"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event in JSON, its number, and when it was put in."""

    seq: int
    kind: Kind
    body: bytes = field(repr=False)
    since: Moment


@dataclass(frozen=True, slots=True)
class Parked:
    """What the service will not take, and why."""

    seq: int
    kind: Kind
    body: bytes = field(repr=False)
    reason: Fault = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A vendor's delivery, answered and not worked off."""

    n: int
    verdict: str
    raw: bytes = field(repr=False)
    told: bool
    since: Moment


class Outbox:
    """May be used from several threads; one process owns the file. `room` is the limit, smaller only in tests."""

    def __init__(self, path: Path, *, room: int = EVENTS_MAX, clock: Callable[[], Moment] = elapsed.now) -> None:
        self.room, self._clock = room, clock
        self._lock = threading.RLock()
        self._db = database.opened(path)
        self._held = self._count("waiting") + self._count("parked")
        self._warned = False
        self._untrimmed: dict[str, int] = {}
        self._heard: Callable[[], object] | None = None

    def put(
        self,
        events: Iterable[Transaction | Presence] = (),
        marks: Mapping[Mark, bytes] | None = None,
        told: int = 0,
        done: int = 0,
    ) -> None:
        """All or nothing, on disk when it returns. Raises Full, or Passing where the disk is.

        `told` and `done` number a delivery of which this was all that it says by itself, or all.
        """
        since = self._clock()
        kinds = {Transaction: "transaction", Presence: "presence"}
        rows = [(kinds[type(one)], msgspec.json.encode(one), since.wall, since.ticks, since.boot) for one in events]
        with self._lock:
            if rows and self._held + len(rows) > self.room:
                raise Full(f"the outbox holds {self._held} of {self.room} events; is the service within reach?")
            with self._commit() as db:
                db.executemany("INSERT INTO waiting (kind, body, wall, ticks, boot) VALUES (?, ?, ?, ?, ?)", rows)
                self._write(db, marks or {})
                db.execute("UPDATE taken SET told = 1 WHERE n = ?", (told,))
                db.execute("DELETE FROM taken WHERE n = ?", (done,))
            self._held += len(rows)
            self._say_if_nearly_full()
            if rows and self._heard:
                self._heard()

    def take(self, space: str, name: str, verdict: str, raw: bytes) -> bool:
        """A vendor's delivery, on disk when it returns. One that came before under that name is not taken again."""
        since = self._clock()
        with self._lock:
            if self.mark(space, name) is not None:
                return False
            alike = self._read("SELECT count(*) FROM taken WHERE space = ? AND verdict = ?", space, verdict)[0][0]
            if self._count("taken") >= self.room or (verdict == "hint" and alike >= HINTS_MAX):
                raise Full("more deliveries wait than we can work off; is the vendor's API within reach?")
            with self._commit() as db:
                row = (space, verdict, raw, since.wall, since.ticks, since.boot)
                db.execute("INSERT INTO taken (space, verdict, raw, wall, ticks, boot) VALUES (?, ?, ?, ?, ?, ?)", row)
                self._write(db, {(space, name): b""})
        return True

    def taken(self, space: str, limit: int) -> list[Taken]:
        """The oldest."""
        query = "SELECT n, verdict, raw, told, wall, ticks, boot FROM taken WHERE space = ? ORDER BY n LIMIT ?"
        rows = self._read(query, space, limit)
        return [Taken(n, verdict, raw, bool(told), Moment(*moment)) for n, verdict, raw, told, *moment in rows]

    def set_aside(self, raw: bytes, reason: Fault, done: int = 0) -> None:
        """A delivery, or a part of one, that nobody understands: parked as it came."""
        with self._lock:
            with self._commit() as db:
                insert = "INSERT INTO waiting (kind, body, wall, ticks, boot) VALUES ('delivery', ?, 0, 0, '')"
                seq = db.execute(insert, (raw,)).lastrowid
                gone = self._move(db, seq or 0, reason)
                db.execute("DELETE FROM taken WHERE n = ?", (done,))
            self._held += 1 - gone
            self._say_if_nearly_full()

    def waiting(self, after: int = 0, limit: int = 1_000) -> list[Waiting]:
        """The oldest that wait, from the one behind number `after` on."""
        query = "SELECT seq, kind, body, wall, ticks, boot FROM waiting WHERE seq > ? ORDER BY seq LIMIT ?"
        rows = self._read(query, after, limit)
        return [Waiting(seq, kind, body, Moment(*moment)) for seq, kind, body, *moment in rows]

    def acknowledge(self, up_to: int) -> None:
        """The service has these for good: forget them."""
        with self._lock:
            with self._commit() as db:
                gone = db.execute("DELETE FROM waiting WHERE seq <= ?", (up_to,)).rowcount
            self._held -= gone
            self._say_if_nearly_full()

    def park(self, seq: int, reason: Fault) -> None:
        """Sending it again would not help: set it aside with the reason."""
        with self._lock:
            with self._commit() as db:
                gone = self._move(db, seq, reason)
            self._held -= gone

    def parked(self) -> list[Parked]:
        rows = self._read("SELECT seq, kind, body, code, message, at FROM parked ORDER BY seq")
        return [Parked(n, kind, body, Fault(code=code, message=why, at=at)) for n, kind, body, code, why, at in rows]

    def mark(self, space: str, name: str) -> bytes | None:
        """What was last written there, unless MARKS_MAX others of the space came since."""
        found = self._read("SELECT value FROM mark WHERE space = ? AND name = ?", space, name)
        return bytes(found[0][0]) if found else None

    def marks(self, space: str) -> dict[str, bytes]:
        return dict(self._read("SELECT name, value FROM mark WHERE space = ? ORDER BY n", space))

    def listen(self, heard: Callable[[], object] | None) -> None:
        """`heard` is called after each put, in the thread that put; never again once this returns with another."""
        with self._lock:
            self._heard = heard

    @property
    def held(self) -> int:
        """Waiting and parked."""
        return self._held

    @property
    def nearly_full(self) -> bool:
        return self._held >= self.room * NEARLY_FULL

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _move(self, db: sqlite3.Connection, seq: int, reason: Fault) -> int:
        """How many of those that were parked first had to go."""
        move = "INSERT INTO parked SELECT seq, kind, body, ?, ?, ? FROM waiting WHERE seq = ?"
        db.execute(move, (reason.code, reason.message, reason.at, seq))
        db.execute("DELETE FROM waiting WHERE seq = ?", (seq,))
        gone = db.execute(database.FORGET, {"max": int(self.room * PARKED_SHARE)}).rowcount
        if gone:
            log.error("parked-forgotten", parked=gone, next="why so much is refused stands in what is parked still")
        return gone

    def _count(self, table: Literal["waiting", "parked", "taken"]) -> int:
        return int(self._read(f"SELECT count(*) FROM {table}")[0][0])

    def _read(self, query: str, *values: object) -> list[Any]:
        with self._lock, _in_words():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _in_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _write(self, db: sqlite3.Connection, marks: Mapping[Mark, bytes]) -> None:
        rows = [(space, name, value) for (space, name), value in marks.items()]
        db.executemany("INSERT OR REPLACE INTO mark (space, name, value) VALUES (?, ?, ?)", rows)
        for space, _, _ in rows:
            self._untrimmed[space] = self._untrimmed.get(space, 0) + 1
            if self._untrimmed[space] >= TRIM_EVERY:
                self._untrimmed[space] = 0
                db.execute(database.TRIM, {"space": space, "max": MARKS_MAX})

    def _say_if_nearly_full(self) -> None:
        if self.nearly_full and not self._warned:
            log.warning("outbox-nearly-full", held=self._held, room=self.room, parked=self._count("parked"))
        self._warned = self.nearly_full


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise  # ours, not the world's
    except sqlite3.DatabaseError as error:
        raise database.why(error) from error
