"""Tiers set by hand: what holds stands beside the person, how it came about in rows of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from loyalty.core.account import held_in
from loyalty.core.held import Held
from loyalty.core.multiplying import HandSet
from loyalty.core.standing import Hand
from loyalty.store.session import Session


class HandRow(Struct, frozen=True):
    tier: str
    until: int
    reason: bytes
    set_at: int
    ended_at: int | None = None


def put(session: Session, business: str, person: str, row: HandRow, today: int) -> None:
    """In the place of the one before, if any. Inside the caller's transaction."""
    end(session, person, row.set_at)
    session.run(
        "INSERT INTO hand_tiers (business, customer, tier, from_day, until_day, staff, reason, set_at)"
        " VALUES (?, ?, ?, ?, ?, NULL, ?, ?)",
        (business, person, row.tier, today, row.until, row.reason, row.set_at),
    )
    _hold(session, person, row.tier, row.until)


def end(session: Session, person: str, now: int) -> None:
    session.run("UPDATE hand_tiers SET ended_at = ? WHERE customer = ? AND ended_at IS NULL", (now, person))
    _hold(session, person, None, None)


def hold_again(session: Session, person: str, order: Sequence[str], today: int) -> None:
    """What holds for somebody after a merge into them, or the end of one: the highest that was set for any of those who
    are they now and has not ended, by the program's order; of equals the one that holds longer. Rows stay whose they
    are."""
    rows = session.rows(
        "SELECT h.tier, h.until_day, h.customer FROM customers c JOIN hand_tiers h ON h.customer = c.id"
        " WHERE (c.id = ? OR c.merged_into = ?) AND h.ended_at IS NULL ORDER BY h.id",
        (person, person),
    )
    own = next(((tier, until) for tier, until, who in rows if who == person), (None, None))
    there = [(order.index(tier), until, tier) for tier, until, _ in rows if until >= today and tier in order]
    others = any(who != person for *_, who in rows)
    best = max(there, default=None) if others else None
    _hold(session, person, *((best[2], best[1]) if best is not None else own))


def _hold(session: Session, person: str, tier: str | None, until: int | None) -> None:
    session.run("UPDATE customers SET hand_tier = ?, hand_until = ? WHERE id = ?", (tier, until, person))


def all_of(session: Session, person: str) -> list[HandRow]:
    """Every tier that was ever set for them, the newest first."""
    rows = session.rows(
        "SELECT tier, until_day, reason, set_at, ended_at FROM hand_tiers WHERE customer = ?"
        " ORDER BY set_at DESC, id DESC",
        (person,),
    )
    return [HandRow(*row) for row in rows]


def hands_of(session: Session, people: Collection[str]) -> dict[str, list[HandSet]]:
    """Every tier that was ever set for these people, and for those who were merged into them."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT a, tier, set_at, until_day, ended_at FROM w"
        " CROSS JOIN hand_tiers ON customer = a"
        " UNION ALL SELECT a, tier, set_at, until_day, ended_at FROM w"
        " CROSS JOIN customers c ON c.merged_into = a CROSS JOIN hand_tiers h ON h.customer = c.id",
        [(person,) for person in sorted(people)],
    )
    found: dict[str, list[HandSet]] = {}
    for person, *row in rows:
        found.setdefault(person, []).append(HandSet(*row))
    return found


def beside(session: Session, people: Collection[str]) -> dict[str, tuple[Held, Hand | None]]:
    """What these people hold, and what was set for them by hand."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT c.id, s.account, c.hand_tier, c.hand_until FROM w"
        " CROSS JOIN customers c ON c.id = a LEFT JOIN states s ON s.customer = c.id",
        [(person,) for person in sorted(people)],
    )
    return {person: kept(account, tier, until) for person, account, tier, until in rows}


def kept(account: bytes | None, tier: str | None, until: int) -> tuple[Held, Hand | None]:
    """As it stands in the rows of a person."""
    return held_in(account or b""), (tier, until) if tier is not None else None
