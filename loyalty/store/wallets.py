"""Cards in wallets, as rows: passes, who is told of their changes, and what has still to be told.

What changed and that it is to be told are one commit. Whoever tells takes the row by moving its time on, and ends that
when it was done: after a crash it is told again, which makes a telephone ask once more.
"""

from __future__ import annotations

from msgspec import Struct

from loyalty.core.days import DAY, HOUR, MINUTE, SECOND
from loyalty.store.session import Session

COLUMNS = "serial, business, customer, kind, mark, language, shown, changed_at"
DEVICES_MAX = 16  # that are told of one pass; one more, and the oldest is not
TRIES_MAX = 10  # to tell of one change: the last some eight hours after the first
AGAIN = MINUTE  # after the first try; each time twice as long
AGAIN_MAX = 6 * HOUR  # longer no try waits
VOID = "void"  # in place of a digest: a pass that shows nothing any more
GONE_DAYS = 30  # in which the telephones of who was erased are told
OLD = "SELECT serial FROM passes WHERE business = ? AND customer IS NULL AND changed_at < ?"


class Pass(Struct, frozen=True):
    """One row of `passes`."""

    serial: str
    business: str
    customer: str | None  # none: erased
    kind: str
    mark: str
    language: str
    shown: str
    changed_at: int

    @property
    def changed_s(self) -> int:
        """In whole seconds, as HTTP tells times: never before it changed, and another for each change."""
        return -(-self.changed_at // SECOND)


class Telling(Struct, frozen=True):
    """Somebody who is to be told of a change."""

    id: int
    due_at: int
    tries: int
    push: bytes
    secret: bytes | None  # of the person, wrapped; none: erased
    one: Pass


# -- passes -----------------------------------------------------------------------------------------------------------
def of_serial(session: Session, serial: str) -> Pass | None:
    row = session.row(f"SELECT {COLUMNS} FROM passes WHERE serial = ?", (serial,))
    return Pass(*row) if row is not None else None


def of_person(session: Session, person: str) -> list[tuple[Pass, list[int]]]:
    """Each with the moments since which somebody has it."""
    rows = session.rows(f"SELECT {COLUMNS} FROM passes WHERE customer = ? ORDER BY kind, serial", (person,))
    sql = "SELECT since FROM pass_devices WHERE serial = ? ORDER BY since"
    return [(Pass(*row), [since for (since,) in session.rows(sql, (row[0],))]) for row in rows]


def of_ticket(session: Session, ticket: str, now: int) -> Pass | None:
    """`ticket`: its hash. None for one that was used, or is too old."""
    row = session.row(f"SELECT {COLUMNS} FROM passes WHERE ticket = ? AND ticket_until > ?", (ticket, now))
    return Pass(*row) if row is not None else None


def keep(session: Session, one: Pass, now: int) -> None:
    """A pass that is there already keeps all but its language."""
    session.run(
        f"INSERT INTO passes ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (serial) DO UPDATE SET language = excluded.language",
        (one.serial, one.business, one.customer, one.kind, one.mark, one.language, one.shown,
         _next(session, one.business, now)),
    )  # fmt: skip


def give_ticket(session: Session, serial: str, ticket: str, until: int) -> None:
    """Instead of the one that was given before."""
    session.run("UPDATE passes SET ticket = ?, ticket_until = ? WHERE serial = ?", (ticket, until, serial))


def take_ticket(session: Session, ticket: str) -> bool:
    """Whether it was there to be used: once."""
    return session.run("UPDATE passes SET ticket = NULL, ticket_until = NULL WHERE ticket = ?", (ticket,)) > 0


def changed(session: Session, one: Pass, shown: str, now: int) -> None:
    """It shows something else: everybody who has it is to be told. Nothing, if another process noted it first."""
    at = max(_next(session, one.business, now), one.changed_at + SECOND)
    sql = "UPDATE passes SET shown = ?, changed_at = ? WHERE serial = ? AND shown = ?"
    if session.run(sql, (shown, at, one.serial, one.shown)):
        session.run("UPDATE pass_devices SET due_at = ?, tries = 0 WHERE serial = ?", (now, one.serial))


def _next(session: Session, business: str, now: int) -> int:
    """In the turn of the business, so that who asks for what changed since a moment misses nothing."""
    row = session.row("SELECT MAX(changed_at) FROM passes WHERE business = ?", (business,))
    return max(now, 1 + ((row[0] or 0) if row else 0))


# -- who is told ------------------------------------------------------------------------------------------------------
def register(session: Session, one: Pass, device: str, push: bytes, now: int) -> bool:
    """`device`: its hash. Whether it is new; else the address of its notices is the one it says now."""
    row = session.row("SELECT id FROM pass_devices WHERE serial = ? AND device = ?", (one.serial, device))
    if row is not None:
        session.run("UPDATE pass_devices SET push = ? WHERE id = ?", (push, row[0]))
        return False
    session.run(
        "DELETE FROM pass_devices WHERE id IN"
        " (SELECT id FROM pass_devices WHERE serial = ? ORDER BY since DESC, id DESC LIMIT 1000 OFFSET ?)",
        (one.serial, DEVICES_MAX - 1),
    )
    session.run(
        "INSERT INTO pass_devices (serial, customer, device, push, since, tries) VALUES (?, ?, ?, ?, ?, 0)",
        (one.serial, one.customer, device, push, now),
    )
    return True


def tell_at(session: Session, serial: str, at: int) -> None:
    """Whoever has it is told then, although nothing changed; sooner, if something does."""
    session.run("UPDATE pass_devices SET due_at = ?, tries = 0 WHERE serial = ? AND due_at IS NULL", (at, serial))


def unregister(session: Session, serial: str, device: str) -> None:
    session.run("DELETE FROM pass_devices WHERE serial = ? AND device = ?", (serial, device))


def listed(session: Session, device: str, kind: str, since: int) -> list[tuple[str, int]]:
    """The passes on a telephone that changed after a moment (µs): serial, and when."""
    rows = session.rows(
        "SELECT p.serial, p.changed_at FROM pass_devices d JOIN passes p ON p.serial = d.serial"
        " WHERE d.device = ? AND p.kind = ? AND p.changed_at > ? ORDER BY p.changed_at, p.serial",
        (device, kind, since),
    )
    return [(serial, at) for serial, at in rows]


def watched(session: Session, after: str, most: int) -> list[tuple[Pass, tuple[object, ...]]]:
    """Passes that somebody is told of, in the order of their serials, each with what its look depends on."""
    columns = ", ".join(f"p.{name}" for name in COLUMNS.split(", "))
    rows = session.rows(
        f"SELECT {columns}, c.card, k.id, k.name, k.greeting, k.recognise, k.hand_tier, k.hand_until,"
        " s.points, s.account, s.entries, s.last_at FROM passes p JOIN customers c ON c.id = p.customer"
        " JOIN customers k ON k.id = COALESCE(c.merged_into, c.id) LEFT JOIN states s ON s.customer = k.id"
        " WHERE p.serial > ? AND EXISTS (SELECT 1 FROM pass_devices d WHERE d.serial = p.serial)"
        " ORDER BY p.serial LIMIT ?",
        (after, most),
    )
    return [(Pass(*row[:8]), row[8:]) for row in rows]


# -- what has still to be told ----------------------------------------------------------------------------------------
def due(session: Session, now: int, most: int) -> list[Telling]:
    columns = ", ".join(f"p.{name}" for name in COLUMNS.split(", "))
    rows = session.rows(
        f"SELECT d.id, d.due_at, d.tries, d.push, c.secret, {columns} FROM pass_devices d"
        " JOIN passes p ON p.serial = d.serial LEFT JOIN customers c ON c.id = d.customer"
        " WHERE d.due_at IS NOT NULL AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?",
        (now, most),
    )
    return [Telling(id, at, tries, push, secret, Pass(*rest)) for id, at, tries, push, secret, *rest in rows]


def claim(session: Session, telling: Telling, now: int) -> int | None:
    """Until when it is ours to tell, and when it is tried again else; None: somebody else tells, or nobody any more."""
    until = now + min(AGAIN * 2**telling.tries, AGAIN_MAX)
    sql = "UPDATE pass_devices SET due_at = ?, tries = tries + 1 WHERE id = ? AND due_at = ?"
    return until if session.run(sql, (until, telling.id, telling.due_at)) else None


def is_over(telling: Telling, now: int) -> bool:
    """Whether it was tried often enough. What is to be void is tried as long as it is kept: a name is on it."""
    to_end = telling.one.shown == VOID and now < telling.one.changed_at + GONE_DAYS * DAY
    return telling.tries >= TRIES_MAX and not to_end


def give_up(session: Session, telling: Telling) -> bool:
    """It is not told, until the pass changes again. Whether that is so: it may have changed meanwhile."""
    return _end(session, telling.id, telling.due_at)


def told(session: Session, telling: Telling, until: int) -> None:
    """It was done; unless the pass has changed once more meanwhile."""
    _end(session, telling.id, until)


def _end(session: Session, id: int, due_at: int) -> bool:
    sql = "UPDATE pass_devices SET due_at = NULL, tries = 0 WHERE id = ? AND due_at = ?"
    return session.run(sql, (id, due_at)) > 0


def forget(session: Session, telling: Telling) -> None:
    """There is nobody at that address any more."""
    session.run("DELETE FROM pass_devices WHERE id = ?", (telling.id,))


# -- who was erased ---------------------------------------------------------------------------------------------------
def pushes_of(session: Session, person: str) -> list[tuple[int, bytes]]:
    """Every address of theirs, under their key: by row."""
    rows = session.rows("SELECT id, push FROM pass_devices WHERE customer = ?", (person,))
    return [(id, push) for id, push in rows]


def part(session: Session, person: str, pushes: list[tuple[int, bytes]], now: int) -> None:
    """Their passes are void, and nobody's. `pushes`: the addresses, under a key that stays for GONE_DAYS."""
    found = session.rows(f"SELECT {COLUMNS} FROM passes WHERE customer = ?", (person,))
    for row in found:
        changed(session, Pass(*row), VOID, now)
    session.many("UPDATE pass_devices SET push = ?, customer = NULL WHERE id = ?", [(push, id) for id, push in pushes])
    session.run(
        "UPDATE passes SET customer = NULL, mark = '', ticket = NULL, ticket_until = NULL WHERE customer = ?", (person,)
    )


def purge(session: Session, business: str, now: int) -> None:
    """Passes of who was erased, and with them who was to be told."""
    params = (business, now - GONE_DAYS * DAY)
    session.run(f"DELETE FROM pass_devices WHERE serial IN ({OLD})", params)
    session.run(f"DELETE FROM passes WHERE serial IN ({OLD})", params)


def untold(session: Session, business: str, now: int) -> int:
    """How many were never told, although they are to be purged."""
    sql = f"SELECT COUNT(*) FROM pass_devices WHERE due_at IS NOT NULL AND serial IN ({OLD})"
    row = session.row(sql, (business, now - GONE_DAYS * DAY))
    return int(row[0]) if row is not None else 0
