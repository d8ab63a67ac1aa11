"""Receipts that customers claim: the sales they may tell of, what was found, and how often somebody may try."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, json

from loyalty.core.days import DAY
from loyalty.core.facts import Ident
from loyalty.core.known import ShopFacts
from loyalty.core.receipts import Bill
from loyalty.errors import SlowDown
from loyalty.store.rows import marks_of
from loyalty.store.session import Session

MISSES_MAX = 5  # claims of one person that found nothing, within 24 hours
CLAIMS_MAX = 5  # and sales that they claimed, within seven days
WEEK = 7 * DAY
THEIRS = "(SELECT id FROM customers WHERE id = ? OR merged_into = ?)"  # who is one person with them


NOBODYS = " OR (person IS NULL AND assigned IS NULL AND note NOT IN ('two-people', 'erased'))"


class Claim(NamedTuple):
    """When somebody tried, and what they found."""

    at: int
    sale: Ident | None


class _Total(Struct):
    total: int


_total = json.Decoder(_Total).decode


# -- the sales --------------------------------------------------------------------------------------------------------
def bills(session: Session, shops: Iterable[ShopFacts], person: str, day: int, *, theirs: bool = False) -> list[Bill]:
    """Sales of these shops around a date that are theirs or nobody's. What names somebody who has not joined yet waits
    for them; what named two people, or was somebody's who is erased, for nobody. `theirs`: those alone."""
    nobodys = "" if theirs else NOBODYS
    found: list[Bill] = []
    for shop in shops:
        rows = session.rows(
            "SELECT source, ref, at, day, person, marks, body FROM sales WHERE shop = ? AND day BETWEEN ? AND ?"
            f" AND counts AND state = 'paid' AND refund_of IS NULL AND odd <> 'currency' AND (person = ?{nobodys})",
            (shop.id, day - 1, day + 1, person),
        )
        for source, ref, at, of, whose, marks, body in rows:
            if whose is None and not _is_bare(marks):
                continue
            ident = Ident(shop.id, source, ref)
            found.append(Bill(ident, of, shop.calendar.wall(at), _total(body).total, whose is not None))
    return found


def is_free(session: Session, ident: Ident) -> bool:
    """Whether it still is what can be claimed."""
    row = session.row(
        "SELECT marks FROM sales WHERE shop = ? AND source = ? AND ref = ? AND person IS NULL AND assigned IS NULL"
        " AND counts AND state = 'paid' AND note NOT IN ('two-people', 'erased')",
        ident,
    )
    return row is not None and _is_bare(row[0])


def _is_bare(marks: bytes) -> bool:
    """Whether nobody is named on it. A bank card that nobody has linked may be anybody's."""
    return all(mark.kind == "fingerprint" for mark in marks_of(marks))


def is_theirs(session: Session, ident: Ident, person: str) -> bool:
    sql = "SELECT 1 FROM sales WHERE shop = ? AND source = ? AND ref = ? AND person = ?"
    return session.row(sql, (*ident, person)) is not None


# -- the claims -------------------------------------------------------------------------------------------------------
def check(session: Session, person: str, now: int) -> None:
    """SlowDown where they, or whoever is one with them, tried too often: receipts are not to be guessed."""
    row = session.row(
        "SELECT SUM(CASE WHEN shop IS NULL AND at > ? THEN 1 ELSE 0 END), COUNT(shop)"
        f" FROM claims WHERE customer IN {THEIRS} AND at > ?",
        (now - DAY, person, person, now - WEEK),
    )
    missed, claimed = row or (0, 0)
    if (missed or 0) >= MISSES_MAX:
        said = f"{MISSES_MAX} receipts within a day were not found; try again tomorrow, or ask at the counter"
        raise SlowDown(said, code="too-many")
    if (claimed or 0) >= CLAIMS_MAX:
        said = f"{CLAIMS_MAX} receipts within a week are the most; ask at the counter"
        raise SlowDown(said, code="too-many")


def keep(session: Session, business: str, person: str, now: int, sale: Ident | None) -> None:
    shop, source, ref = sale or (None, None, None)
    session.run(
        "INSERT INTO claims (business, customer, at, shop, source, ref) VALUES (?, ?, ?, ?, ?, ?)",
        (business, person, now, shop, source, ref),
    )


def of_person(session: Session, person: str) -> list[Claim]:
    """Theirs, and of whoever was merged into them, the newest first."""
    rows = session.rows(
        f"SELECT at, shop, source, ref FROM claims WHERE customer IN {THEIRS} ORDER BY at DESC, id DESC",
        (person, person),
    )
    return [Claim(at, None if shop is None else Ident(shop, source, ref)) for at, shop, source, ref in rows]


def claimed(session: Session, person: str) -> set[Ident]:
    """The sales that they claimed, also those that were moved away since."""
    return {one.sale for one in of_person(session, person) if one.sale is not None}


def purge(session: Session, business: str, now: int) -> None:
    """What found nothing counts for a day."""
    session.run("DELETE FROM claims WHERE business = ? AND shop IS NULL AND at < ?", (business, now - DAY))
