"""What the line asks of a database: plain statements, one transaction at a time, on one thread.

Tortoise owns the tables and their migrations. The line itself reads and writes in bulk through a session: a statement
through an asynchronous driver costs a thread hop of some 60 µs, and one sale takes a dozen of them. There are two:
`lite` on sqlite3, `postgres` on psycopg. Statements are written once, for both: `?` for a value, TRUE and FALSE,
ON CONFLICT, every column named in GROUP BY; what PostgreSQL says otherwise, its session puts into its own words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

EVERYBODY = "*"  # in place of a business: all of them, always right, and the slowest
Row = tuple[Any, ...]


class Session(Protocol):
    """One connection, used by one thread at a time."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Everything inside becomes durable together, or not at all. A fault that passes is raised as Passing."""

    def turn(self, businesses: Collection[str]) -> bool:
        """Takes the turn of these businesses, until the commit; called first in a transaction that decides.

        False where somebody else decided for one of them since this session's last turn: what is remembered may no
        longer hold.
        """

    def announce(self, notices: Sequence[str]) -> None:
        """Goes out with the commit, to every process that listens to this database; nowhere where none can."""

    def snapshot(self) -> AbstractContextManager[Session]:
        """Reads inside see one state of the database, whatever is written meanwhile."""

    def nested(self) -> AbstractContextManager[Session]:
        """What fails inside is taken back alone; the transaction around it goes on."""

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]: ...

    def row(self, sql: str, params: Sequence[Any] = ()) -> Row | None: ...

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """The number of rows that changed."""

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...

    def matching(self, sql: str, wanted: Sequence[Sequence[Any]]) -> list[Row]:
        """Runs `WITH w (…) AS (VALUES {}) SELECT … FROM w CROSS JOIN … ON …` for tuples of equal length."""

    def tidy(self) -> None:
        """What has to be done now and then, and must hold up nobody who writes; by a connection of its own."""

    def close(self) -> None: ...
