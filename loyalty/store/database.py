"""Opening the database: its address, whether it is up to date, its master key."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from loyalty.errors import RegularsError
from loyalty.store.lite import LiteSession
from loyalty.store.postgres import CONNECT_SECONDS, PostgresSession
from loyalty.store.secrets import Vault, master_key
from loyalty.store.session import Session

APP = "regulars"
MODELS = tuple(
    f"loyalty.store.{name}"
    for name in (
        *("models", "models_owners", "models_redemptions", "models_care", "models_counter", "models_tills"),
        *("models_tiers", "models_staff", "models_people", "models_gifts", "models_feedback", "models_wallets"),
        "models_receipts",
    )
)
LITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
KEY = "loyalty.key"
PREPARING = 7_305_201  # the advisory lock of whoever brings the database up to date
# Texts are in the order of their bytes, as Python and SQLite have them, whatever the locale of the database.
NOT_IN_PLAIN_ORDER = (
    "SELECT format('ALTER TABLE %I ALTER COLUMN %I TYPE %s COLLATE \"C\"', c.relname, a.attname,"
    " format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_collation l ON l.oid = a.attcollation WHERE c.relkind = 'r'"
    " AND c.relnamespace = current_schema::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND l.collname <> 'C'"
)


class NoDatabase(RegularsError):
    """There is nothing at that address."""


class Place(ABC):
    """Where the data lives: a SQLite file, or a PostgreSQL database."""

    name: str  # of the kind; Tortoise keeps the statements it made for a connection of that name
    key_path: Path

    @staticmethod
    def of(url: str, key: str = "") -> Place:
        """`key`: where the master key lies, else beside the file or in the working directory."""
        if url.startswith(LITE):
            path = Path(url.removeprefix(LITE))
            return LitePlace(path, Path(key) if key else path.parent / KEY)
        if url.startswith(POSTGRES):
            return PostgresPlace(_conninfo(url), Path(key or KEY))
        scheme = url.partition(":")[0]
        raise NoDatabase(
            "expected sqlite:///relative/path, sqlite:////absolute/path or postgresql://user@host/name,"
            f" got {scheme!r}:…",
            at="database",
        )

    @property
    def config(self) -> dict[str, Any]:
        """For Tortoise."""
        app = {
            "models": list(MODELS),
            "default_connection": self.name,
            "migrations": "loyalty.store.migrations",
        }
        return {"connections": {self.name: self._connection()}, "apps": {APP: app}}

    @abstractmethod
    def _connection(self) -> Any: ...

    @abstractmethod
    def open(self, *, only_reads: bool = False, tidied: bool = False) -> Session:
        """`tidied`: another session of the same process sees to `Session.tidy`."""

    @abstractmethod
    def holds_anything(self) -> bool:
        """Whether somebody made the database before."""

    @abstractmethod
    def prepared(self) -> Iterator[None]:
        """Around the migrations: what has to be there before, and what is put right after them."""

    @abstractmethod
    def keep_copy(self) -> None:
        """Before an upgrade."""


@dataclass(frozen=True, slots=True)
class LitePlace(Place):
    path: Path
    key_path: Path
    name = "sqlite"

    def _connection(self) -> Any:
        """Tortoise's default would truncate the WAL at each checkpoint."""
        options = "journal_mode=WAL&synchronous=FULL&journal_size_limit=-1&busy_timeout=30000"
        return f"sqlite://{self.path.resolve()}?{options}"

    def open(self, *, only_reads: bool = False, tidied: bool = False) -> Session:
        return LiteSession(self.path, only_reads=only_reads, tidied=tidied)

    def holds_anything(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def prepared(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            self.path.touch(0o600)  # for the owner of the process alone, as the key is
        yield

    def keep_copy(self) -> None:
        """A consistent copy of the file as it was."""
        copy_path = self.path.with_suffix(".before-upgrade.db")
        copy_path.touch(0o600)  # it holds what the file itself holds
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(copy_path)) as copy:
            source.backup(copy)

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresPlace(Place):
    conninfo: str  # may hold a password
    key_path: Path
    name = "postgresql"

    def _connection(self) -> Any:
        rest = conninfo_to_dict(self.conninfo)
        known = {name: rest.pop(name, None) for name in ("host", "user", "password")}
        port, database = rest.pop("port", None) or 5432, rest.pop("dbname", None)
        # Tortoise 1.1.9 notes which migrations were applied with $1, which psycopg's plain cursors do not know.
        cursors = {"autocommit": True, "row_factory": dict_row, "cursor_factory": psycopg.AsyncRawCursor}
        credentials = {**known, "port": port, "database": database, "server_settings": rest, "kwargs": cursors}
        return {"engine": "tortoise.backends.psycopg", "credentials": credentials}

    def open(self, *, only_reads: bool = False, tidied: bool = False) -> Session:
        with _in_words(self):
            return PostgresSession(self.conninfo, only_reads=only_reads)

    def holds_anything(self) -> bool:
        with _in_words(self), psycopg.connect(self.conninfo, connect_timeout=CONNECT_SECONDS) as db:
            return db.execute("SELECT to_regclass('businesses')").fetchone() != (None,)

    def prepared(self) -> Iterator[None]:
        """One process at a time: all of them may be started at once."""
        with _in_words(self):
            db = psycopg.connect(self.conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS)
        with closing(db):
            db.execute("SELECT pg_advisory_lock(%s)", (PREPARING,))
            yield
            for (statement,) in db.execute(NOT_IN_PLAIN_ORDER).fetchall():
                db.execute(statement)

    def keep_copy(self) -> None:
        """Its owner's own backups are the copy; a migration that fails leaves nothing behind."""

    def __str__(self) -> str:
        """Without the password."""
        told = conninfo_to_dict(self.conninfo)
        return f"PostgreSQL, database {told.get('dbname', '')} at {told.get('host', 'this machine')}"


async def prepare(place: Place) -> Vault:
    """Creates the database or brings it up to date; answers the vault of its master key."""
    with contextmanager(place.prepared)():
        fresh = not place.holds_anything()
        vault = Vault(master_key(place.key_path, make=fresh))
        if fresh or not _is_up_to_date(place):
            from loyalty.store import migrating  # with all of Tortoise, which an up-to-date database never needs

            await migrating.bring_up_to_date(place, fresh=fresh)
    return vault


def _is_up_to_date(place: Place) -> bool:
    with closing(place.open(only_reads=True)) as session:
        try:
            return set(applied(session)) == migrations()
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):  # it was begun and never made
            return False


def migrations() -> set[str]:
    """Those that this version knows."""
    return {path.stem for path in (Path(__file__).parent / "migrations").glob("[0-9]*.py")}


def applied(session: Session) -> tuple[str, ...]:
    """Those that were applied to this database."""
    rows = session.rows("SELECT name FROM tortoise_migrations WHERE app = ? ORDER BY name", (APP,))
    return tuple(row[0] for row in rows)


def open_vault(place: Place) -> Vault:
    """The vault of a database that exists already."""
    must_exist(place)
    return Vault(master_key(place.key_path, make=False))


def must_exist(place: Place) -> None:
    if not place.holds_anything():
        raise NoDatabase(f"there is no database at {place}; `loyalty init` makes one", at="database")


def _conninfo(url: str) -> str:
    try:
        return make_conninfo(url)
    except psycopg.Error as error:
        raise NoDatabase(f"this postgresql:// address cannot be read: {error}", at="database") from error


@contextmanager
def _in_words(place: Place) -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise NoDatabase(f"{place} cannot be opened: {str(error).strip()}", at="database") from error
