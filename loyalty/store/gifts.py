"""Gifts and budgets as rows, and what of them the line has to know of the people in a batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty.core import surprise
from loyalty.core.days import DAY
from loyalty.core.gifts import Budget, Gift
from loyalty.store.rows import cue_of
from loyalty.store.session import Session

COLUMNS = "id, business, shop, till, customer, kind, perk, name, cost, staff, reason, sent_key, cue, at, day, undone_at"
INSERT = (
    f"INSERT INTO gifts ({COLUMNS}) VALUES ({','.join('?' * 16)})"
    " ON CONFLICT (id) DO UPDATE SET undone_at = excluded.undone_at"
)
LATELY = 2 * DAY  # a gift of today, in whichever zone, is no older
WRONG_CUES_MAX = 20  # of somebody's last cues looked at for what went wrong
THEIRS = "SELECT m.id FROM customers m WHERE m.id = customers.id OR m.merged_into = customers.id"
MARK_AGAIN = (
    f"UPDATE customers SET given_at = (SELECT MAX(at) FROM gifts WHERE customer IN ({THEIRS}) AND undone_at IS NULL),"
    f" surprised_at = (SELECT MAX(at) FROM gifts WHERE customer IN ({THEIRS}) AND undone_at IS NULL"
    " AND kind = 'surprise') WHERE id = ?"
)


def of_id(session: Session, id: str) -> Gift | None:
    row = session.row(f"SELECT {COLUMNS} FROM gifts WHERE id = ?", (id,))
    return gift_of(row) if row else None


def of_key(session: Session, business: str, key: str) -> tuple[Gift, bytes | None] | None:
    """With the reason in somebody's own words, sealed."""
    row = session.row(f"SELECT {COLUMNS}, said FROM gifts WHERE business = ? AND sent_key = ?", (business, key))
    return (gift_of(row[:-1]), row[-1]) if row else None


def save_gifts(session: Session, changed: Iterable[Gift]) -> None:
    """And on their customers when they were last given something: the line asks for nobody else's."""
    found = list(changed)
    session.many(INSERT, [_row(one) for one in found])
    mark_again(session, {one.person for one in found})


def undo_of_cue(session: Session, person: str, cue: str, now: int) -> bool:
    """What was given by a cue was for somebody else: it is booked on nobody. Whether there was anything."""
    sql = "UPDATE gifts SET undone_at = ? WHERE customer = ? AND cue = ? AND undone_at IS NULL"
    changed = session.run(sql, (now, person, cue)) > 0
    if changed:
        mark_again(session, [person])
    return changed


def mark_again(session: Session, people: Iterable[str]) -> None:
    """After gifts of these people were made or taken back, or two of them became one, or two again: a gift stays with
    whom it was given to, and whoever they were merged into is reminded of it."""
    wanted = sorted(people)
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT merged_into FROM w CROSS JOIN customers"
        " ON id = a AND merged_into IS NOT NULL",
        [(person,) for person in wanted],
    )
    session.many(MARK_AGAIN, [(person,) for person in sorted({*wanted, *(row[0] for row in rows)})])


def lately(session: Session, people: Iterable[str], now: int) -> dict[str, dict[tuple[str | None, int], int]]:
    """What these people were given on the days that may be today somewhere."""
    found: dict[str, dict[tuple[str | None, int], int]] = {}
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT a, g.perk, g.day FROM w"
        " CROSS JOIN customers m ON m.id = a OR m.merged_into = a"
        f" CROSS JOIN gifts g ON g.customer = m.id AND g.at > {now - LATELY} AND g.undone_at IS NULL",
        [(person,) for person in sorted(people)],
    )
    for person, perk, day in rows:
        counts = found.setdefault(person, {})
        counts[perk, day] = counts.get((perk, day), 0) + 1
    return found


def went_wrong(session: Session, person: str, now: int) -> bool:
    """Whether a visit of theirs went wrong lately: the usual was offered and not taken, or they were taken for
    somebody else and their sale put right by hand; or they said so of it, and no greeting was changed by that yet."""
    since = now - surprise.WRONG_DAYS * DAY
    if session.row("SELECT 1 FROM customers WHERE id = ? AND care_until > ?", (person, now)):
        return True
    if session.row(
        "SELECT 1 FROM sales s WHERE s.person = ? AND s.at >= ? AND s.assigned = s.person LIMIT 1",
        (person, since),
    ):
        return True
    rows = session.rows(
        "SELECT body FROM cues WHERE customer = ? AND renewed_at >= ? ORDER BY renewed_at DESC LIMIT ?",
        (person, since, WRONG_CUES_MAX),
    )
    cues = (cue_of(body) for (body,) in rows)
    return any(cue.offer and cue.outcome == "other" for cue in cues)


def gift_of(row: tuple[Any, ...]) -> Gift:
    """A row of COLUMNS."""
    (id, business, shop, till, person, kind, perk, name, cost, staff, reason, key, cue, at, day, undone_at) = row
    return Gift(
        id, business, shop, till, person, kind, perk, name, cost, staff, reason, key, cue, at, day, undone_at
    )  # fmt: skip


def _row(one: Gift) -> tuple[Any, ...]:
    return (
        one.id, one.business, one.shop, one.till, one.person, one.kind, one.perk, one.name, one.cost, one.staff,
        one.reason, one.key, one.cue, one.at, one.day, one.undone_at,
    )  # fmt: skip


# -- budgets ----------------------------------------------------------------------------------------------------------
def budgets(session: Session) -> dict[str, Budget]:
    """The one in force in each shop that has one."""
    rows = session.rows(
        "SELECT b.shop, b.version, b.day, b.a_week, b.cost, b.beyond FROM budgets b"
        " JOIN (SELECT shop, MAX(version) AS newest FROM budgets GROUP BY shop) n"
        " ON n.shop = b.shop AND n.newest = b.version"
    )
    return {row[0]: Budget(row[1], row[2], row[3], row[4], bool(row[5])) for row in rows}


def put_budget(session: Session, shop: str, budget: Budget, now: int) -> None:
    session.run(
        "INSERT INTO budgets (shop, version, day, a_week, cost, beyond, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (shop, budget.version, budget.day, budget.a_week, budget.cost, budget.beyond, now),
    )
