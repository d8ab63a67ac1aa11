"""Redemptions as rows: read with the people and the sales they belong to, written with what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty.core.facts import Ident
from loyalty.core.redemption import Redemption
from loyalty.store.session import Session

COLUMNS = (
    "id, business, shop, till, customer, reward, name, points, sent_key, at, expires_at, state, ended_at, ended_by,"
    " used_shop, used_source, used_ref, used_at, origin"
)
INSERT = (
    f"INSERT INTO redemptions ({COLUMNS}) VALUES ({','.join('?' * 19)}) ON CONFLICT (id) DO UPDATE"
    " SET state = excluded.state, ended_at = excluded.ended_at, ended_by = excluded.ended_by,"
    " used_shop = excluded.used_shop, used_source = excluded.used_source, used_ref = excluded.used_ref,"
    " used_at = excluded.used_at, customer = excluded.customer, origin = excluded.origin"
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
     used_shop, source, ref, used_at, origin) = row  # fmt: skip
    sale = Ident(used_shop, source, ref) if used_shop is not None else None
    return Redemption(
        id, business, shop, till, person, reward, name, points, key, at, expires_at, state, ended_at, ended_by,
        sale, used_at or 0, origin,
    )  # fmt: skip


def _row(one: Redemption) -> tuple[Any, ...]:
    return (
        one.id, one.business, one.shop, one.till, one.person, one.reward, one.name, one.points, one.key, one.at,
        one.expires_at, one.state, one.ended_at, one.ended_by, *(one.sale or (None, None, None)), one.sale_at or None,
        one.origin,
    )  # fmt: skip
