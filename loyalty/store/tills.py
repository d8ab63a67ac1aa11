"""Tills' connections and what their vendors delivered, as rows. Everything here runs inside the caller's transaction.

Whoever works on something first moves its time on, in one conditional statement: so nobody else takes it meanwhile, and
it comes up again by itself if they die.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from loyalty.core.days import DAY, SECOND
from loyalty.errors import Passing, Unknown
from loyalty.store.session import Session

LEASE = 30 * SECOND  # so long what somebody works on is theirs; who needs longer says so again
FAR = 2 * DAY  # nothing is put off for so long: a time beyond it was written by a clock that ran ahead
WAITING_MAX = 10_000  # deliveries of one connection that are not worked off
HINTS_MAX = 500  # of them those that nobody signed: strangers may send them, and never keep out what is signed


class ConnectionRow(Struct, frozen=True):
    """A connection as it is stored; times in microseconds."""

    id: str
    business: str
    shop: str
    vendor: str
    settings: bytes
    made_at: int
    arrived_at: int | None = None
    asked_at: int | None = None
    refused: str | None = None
    refused_at: int | None = None
    trouble: str | None = None
    trouble_at: int | None = None


class Taken(Struct, frozen=True):
    """A delivery that somebody works on now."""

    id: int
    verdict: str
    body: bytes
    received_at: int
    tries: int
    told: bool


class Tally(Struct, frozen=True):
    """Of a connection's deliveries."""

    unread: int
    aside: int


COLUMNS = ", ".join(ConnectionRow.__struct_fields__)


# -- connections ------------------------------------------------------------------------------------------------------
def connections(session: Session, business: str | None = None) -> list[ConnectionRow]:
    """All, or a business's, oldest first; but for those that have ended."""
    where, params = ("", ()) if business is None else (" AND business = ?", (business,))
    rows = session.rows(f"SELECT {COLUMNS} FROM connections WHERE ended_at IS NULL{where} ORDER BY made_at, id", params)
    return [ConnectionRow(*row) for row in rows]


def add_connection(session: Session, row: ConnectionRow) -> None:
    session.run(
        "INSERT INTO connections (id, business, shop, vendor, settings, made_at, ask_at) VALUES (?, ?, ?, ?, ?, ?, 0)",
        (row.id, row.business, row.shop, row.vendor, row.settings, row.made_at),
    )


def change_settings(session: Session, connection: str, sealed: bytes) -> None:
    """With other settings everything is tried again at once."""
    session.run(
        "UPDATE connections SET settings = ?, ask_at = 0, trouble = NULL, trouble_at = NULL WHERE id = ?",
        (sealed, connection),
    )
    session.run("UPDATE deliveries SET due_at = 0 WHERE connection = ? AND state = 'waiting'", (connection,))


def end(session: Session, connection: str, nothing: bytes, fault: bytes, now: int) -> int | None:
    """Takes nothing and asks nothing any more, and its tokens are gone. What waits is set aside, and counted.

    None: there is no such connection, or it has ended already.
    """
    ended = "UPDATE connections SET ended_at = ?, settings = ? WHERE id = ? AND ended_at IS NULL"
    if not session.run(ended, (now, nothing, connection)):
        return None
    session.run(
        "INSERT INTO set_aside (business, received_at, reason, body) SELECT c.business, d.received_at, ?, d.body"
        " FROM deliveries d JOIN connections c ON c.id = d.connection WHERE c.id = ? AND d.state = 'waiting'",
        (fault, connection),
    )
    return session.run(
        "UPDATE deliveries SET state = 'aside' WHERE connection = ? AND state = 'waiting'", (connection,)
    )


def note_refused(session: Session, connection: str, why: str, now: int) -> None:
    session.run("UPDATE connections SET refused = ?, refused_at = ? WHERE id = ?", (why, now, connection))


def tell(session: Session, connection: str, notice: str, now: int) -> None:
    """A word to the owner that stands until the next delivery."""
    note_refused(session, connection, notice, now)


def note_trouble(session: Session, connection: str, why: str | None, now: int) -> None:
    """Since when the same trouble lasts is kept. None: all is well."""
    session.run(
        "UPDATE connections SET trouble_at = CASE WHEN trouble = ? THEN trouble_at ELSE ? END, trouble = ?"
        " WHERE id = ?",
        (why or "", now if why else None, why, connection),
    )


# -- deliveries -------------------------------------------------------------------------------------------------------
def take(session: Session, connection: str, digest: str, verdict: str, sealed: bytes, now: int) -> bool:
    """Whether it is new. A body that came before and was believed is the same delivery."""
    waiting = session.rows(
        "SELECT 1 FROM deliveries WHERE connection = ? AND state = 'waiting' LIMIT ?", (connection, WAITING_MAX)
    )
    if len(waiting) >= WAITING_MAX or (verdict == "hint" and _hints(session, connection) >= HINTS_MAX):
        raise Passing("more of these wait than we can work off; send it again later")
    if not session.run(
        "UPDATE connections SET arrived_at = ?, refused = NULL, refused_at = NULL WHERE id = ? AND ended_at IS NULL",
        (now, connection),
    ):
        raise Unknown("this till was disconnected; `loyalty connect` makes another address")
    new = session.run(
        "INSERT INTO deliveries (connection, digest, verdict, body, received_at, state, due_at, tries, told)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', 0, 0, ?) ON CONFLICT (connection, digest) DO NOTHING",
        (connection, digest, verdict, sealed, now, False),
    )
    return new > 0


def _hints(session: Session, connection: str) -> int:
    query = "SELECT 1 FROM deliveries WHERE connection = ? AND state = 'waiting' AND verdict = 'hint' LIMIT ?"
    return len(session.rows(query, (connection, HINTS_MAX)))


def claim(session: Session, connection: str, machine: int, most: int, *, untold: bool = False) -> list[Taken]:
    """The oldest that are due, now ours for LEASE. `machine` is the machine's own time."""
    wanted = " AND told IS NOT TRUE" if untold else ""
    rows = session.rows(
        "UPDATE deliveries SET due_at = ?, tries = tries + 1 WHERE (due_at <= ? OR due_at > ?) AND state = 'waiting'"
        " AND id IN (SELECT id FROM deliveries WHERE connection = ? AND state = 'waiting'"
        f" AND (due_at <= ? OR due_at > ?){wanted} ORDER BY id LIMIT ?)"
        " RETURNING id, verdict, body, received_at, tries, told",
        (machine + LEASE, machine, machine + FAR, connection, machine, machine + FAR, most),
    )
    found = [Taken(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]
    return sorted(found, key=lambda taken: taken.id)


def keep_claimed(session: Session, deliveries: Sequence[int], machine: int) -> None:
    """Whoever works on them is alive."""
    session.many("UPDATE deliveries SET due_at = ? WHERE id = ?", [(machine + LEASE, id) for id in deliveries])


def give_back(session: Session, untried: Sequence[Taken]) -> None:
    """Claimed, and not begun for a reason of our own: that counts as no try, unless somebody claimed them since."""
    session.many(
        "UPDATE deliveries SET tries = tries - 1 WHERE id = ? AND tries = ? AND state = 'waiting'",
        [(taken.id, taken.tries) for taken in untried],
    )


def told(session: Session, delivery: int) -> None:
    """What it says by itself is in the line: whatever else happens, it is not said again."""
    session.run("UPDATE deliveries SET told = ? WHERE id = ?", (True, delivery))


def finish(session: Session, delivery: int, state: str) -> None:
    """A hint that is worked off is gone: it said nothing of its own, and strangers may send any number."""
    if state == "done" and session.run("DELETE FROM deliveries WHERE id = ? AND verdict = 'hint'", (delivery,)):
        return
    session.run("UPDATE deliveries SET state = ? WHERE id = ?", (state, delivery))


def put_off(session: Session, delivery: int, due_at: int, tries: int) -> None:
    session.run("UPDATE deliveries SET due_at = ?, tries = ? WHERE id = ?", (due_at, tries, delivery))


# -- whose turn it is -------------------------------------------------------------------------------------------------
def due(session: Session, machine: int) -> set[str]:
    """Connections with something to do."""
    waiting = session.rows(
        "SELECT DISTINCT connection FROM deliveries WHERE state = 'waiting' AND (due_at <= ? OR due_at > ?)",
        (machine, machine + FAR),
    )
    asking = session.rows(
        "SELECT id FROM connections WHERE (ask_at <= ? OR ask_at > ?) AND ended_at IS NULL", (machine, machine + FAR)
    )
    return {row[0] for row in waiting + asking}


def claim_asking(session: Session, connection: str, machine: int) -> tuple[str] | None:
    """The cursor to ask from, if it is time and nobody else does."""
    row = session.row(
        "UPDATE connections SET ask_at = ? WHERE id = ? AND (ask_at <= ? OR ask_at > ?) RETURNING cursor",
        (machine + LEASE, connection, machine, machine + FAR),
    )
    return None if row is None else (row[0] or "",)


def asked(session: Session, connection: str, cursor: str, machine: int, now: int) -> None:
    """Everything up to here is in the line: the next question goes on from there. Ours for another LEASE."""
    session.run(
        "UPDATE connections SET cursor = ?, asked_at = ?, ask_at = ? WHERE id = ?",
        (cursor, now, machine + LEASE, connection),
    )


def told_by(session: Session, connection: str, digest: str) -> None:
    session.run("UPDATE deliveries SET told = ? WHERE connection = ? AND digest = ?", (True, connection, digest))


def arrived_at(session: Session, connection: str) -> int | None:
    """When its last delivery came that was believed."""
    row = session.row("SELECT arrived_at FROM connections WHERE id = ?", (connection,))
    return row[0] if row is not None else None


def ask_again(session: Session, connection: str, at: int) -> None:
    session.run("UPDATE connections SET ask_at = ? WHERE id = ?", (at, connection))


def tallies(session: Session, business: str) -> dict[str, Tally]:
    rows = session.rows(
        "SELECT d.connection, SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN d.state = 'aside' THEN 1 ELSE 0 END) FROM deliveries d JOIN connections c"
        " ON c.id = d.connection WHERE c.business = ? AND d.state <> 'done' GROUP BY d.connection",
        (business,),
    )
    return {row[0]: Tally(int(row[1]), int(row[2])) for row in rows}
