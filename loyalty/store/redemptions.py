"""Redemptions and adjustments as rows: read with the people they belong to, written with what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import msgpack

from loyalty.core.account import NEVER
from loyalty.core.books import Lots
from loyalty.core.facts import Ident
from loyalty.core.redemption import Adjustment, Claim, Event, Redemption
from loyalty.store.session import Session

COLUMNS = (
    "id, business, shop, till, customer, reward, name, points, sent_key, at, expires_at, state, ended_at, ended_by,"
    " used_shop, used_source, used_ref, used_at, lots, claims, taken, origin"
)
INSERT = (
    f"INSERT INTO redemptions ({COLUMNS}) VALUES ({','.join('?' * 22)}) ON CONFLICT (id) DO UPDATE"
    " SET customer = excluded.customer, origin = excluded.origin, lots = excluded.lots, claims = excluded.claims,"
    " taken = excluded.taken, state = excluded.state, ended_at = excluded.ended_at, ended_by = excluded.ended_by,"
    " used_shop = excluded.used_shop, used_source = excluded.used_source, used_ref = excluded.used_ref,"
    " used_at = excluded.used_at"
)
MARK_CUSTOMER = (
    "UPDATE customers SET reserved_until = ? WHERE id = ? AND (reserved_until IS NULL OR reserved_until < ?)"
)


def of_ids(session: Session, ids: Iterable[str]) -> dict[str, Redemption]:
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) SELECT {COLUMNS} FROM w CROSS JOIN redemptions ON id = a",
        [(id,) for id in sorted(ids)],
    )
    return {row[0]: redemption_of(row) for row in rows}


def of_people(session: Session, people: Iterable[str], after: int) -> dict[str, Redemption]:
    """Those that had not run out by then."""
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) SELECT {COLUMNS} FROM w CROSS JOIN redemptions"
        f" ON customer = a AND expires_at > {after}",
        [(person,) for person in sorted(people)],
    )
    return {row[0]: redemption_of(row) for row in rows}


def all_of(session: Session, person: str) -> tuple[Redemption, ...]:
    rows = session.rows(f"SELECT {COLUMNS} FROM redemptions WHERE customer = ? ORDER BY at, id", (person,))
    return tuple(redemption_of(row) for row in rows)


def of_key(session: Session, business: str, key: str) -> Redemption | None:
    row = session.row(f"SELECT {COLUMNS} FROM redemptions WHERE business = ? AND sent_key = ?", (business, key))
    return redemption_of(row) if row else None


def run_out(session: Session, now: int, most: int) -> list[Redemption]:
    """Reservations whose time is over."""
    rows = session.rows(
        f"SELECT {COLUMNS} FROM redemptions WHERE state = 'reserved' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
        (now, most),
    )
    return [redemption_of(row) for row in rows]


def save_redemptions(session: Session, changed: Iterable[Redemption]) -> None:
    """And on their customers until when a sale may meet one, so that everybody else's sales look for none."""
    found = list(changed)
    session.many(INSERT, [_row(one) for one in found])
    session.many(MARK_CUSTOMER, [(one.expires_at, one.person, one.expires_at) for one in found])


def redemption_of(row: tuple[Any, ...]) -> Redemption:
    """A row of COLUMNS."""
    (id, business, shop, till, person, reward, name, points, key, at, expires_at, state, ended_at, ended_by,
     used_shop, source, ref, used_at, lots, claims, taken, origin) = row  # fmt: skip
    sale = Ident(used_shop, source, ref) if used_shop is not None else None
    return Redemption(
        id, business, shop, till, person, reward, name, points, key, at, expires_at, state, ended_at, ended_by,
        sale, used_at or 0, _lots(lots, 0 if state == "released" else -points), _claims(claims, sale, used_at or 0),
        bool(taken), origin,
    )  # fmt: skip


def _claims(blob: bytes | None, sale: Ident | None, at: int) -> tuple[Claim, ...]:
    """Before claims were recorded: the sale that it was used on has one."""
    if blob is not None:
        found = msgpack.decode(blob, type=tuple[tuple[bool, int, tuple[str, str, str]], ...])
        return tuple(Claim(named, when, Ident(*ident)) for named, when, ident in found)
    return (Claim(False, at, sale),) if sale is not None else ()


def _lots(blob: bytes | None, amount: int) -> Lots:
    """What it has moved; before there were lots, all of it lay in the one that never ends."""
    if blob is not None:
        return msgpack.decode(blob, type=Lots)
    return ((NEVER, amount),) if amount else ()


def _row(one: Redemption) -> tuple[Any, ...]:
    return (
        one.id, one.business, one.shop, one.till, one.person, one.reward, one.name, one.points, one.key, one.at,
        one.expires_at, one.state, one.ended_at, one.ended_by, *(one.sale or (None, None, None)), one.sale_at or None,
        msgpack.encode(one.lots), msgpack.encode(one.claims) if one.claims else None, one.taken or None,
        one.origin,
    )  # fmt: skip


# -- adjustments ------------------------------------------------------------------------------------------------------
ADJUSTED = "id, business, shop, customer, points, why, at, until, made_by, note, sent_key, standing, lots, origin"
INSERT_ADJUSTMENT = (
    f"INSERT INTO adjustments ({ADJUSTED}) VALUES ({','.join('?' * 14)}) ON CONFLICT (id) DO UPDATE"
    " SET customer = excluded.customer, standing = excluded.standing, lots = excluded.lots,"
    " origin = excluded.origin"
)


def save_adjustments(session: Session, changed: Iterable[Adjustment]) -> None:
    session.many(INSERT_ADJUSTMENT, [_adjusted_row(one) for one in changed])


def adjustments_of(session: Session, person: str, after: int) -> tuple[Adjustment, ...]:
    """Those made at a moment or later."""
    rows = session.rows(f"SELECT {ADJUSTED} FROM adjustments WHERE customer = ? AND at >= ?", (person, after))
    return tuple(adjustment_of(row) for row in rows)


def adjustments_of_ids(session: Session, ids: Iterable[str]) -> dict[str, Adjustment]:
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) SELECT {ADJUSTED} FROM w CROSS JOIN adjustments ON id = a",
        [(id,) for id in sorted(ids)],
    )
    return {row[0]: adjustment_of(row) for row in rows}


def adjustment_of_key(session: Session, business: str, key: str) -> Adjustment | None:
    row = session.row(f"SELECT {ADJUSTED} FROM adjustments WHERE business = ? AND sent_key = ?", (business, key))
    return adjustment_of(row) if row else None


def events_of(session: Session, person: str, after: int) -> tuple[Event, ...]:
    """Whatever moved somebody's points at a moment or later, beside their sales."""
    rows = session.rows(f"SELECT {COLUMNS} FROM redemptions WHERE customer = ? AND at >= ?", (person, after))
    return (*(redemption_of(row) for row in rows), *adjustments_of(session, person, after))


def adjustment_of(row: tuple[Any, ...]) -> Adjustment:
    """A row of ADJUSTED."""
    id, business, shop, person, points, why, at, until, by, note, key, standing, lots, origin = row
    moved = msgpack.decode(lots, type=Lots)
    return Adjustment(
        id, business, shop, person, points, why, at, until or 0, by, note or "", key, bool(standing), moved, origin
    )


def _adjusted_row(one: Adjustment) -> tuple[Any, ...]:
    return (
        one.id, one.business, one.shop, one.person, one.points, one.why, one.at, one.until or None, one.by,
        one.note or None, one.key, one.standing, msgpack.encode(one.lots), one.origin,
    )  # fmt: skip
