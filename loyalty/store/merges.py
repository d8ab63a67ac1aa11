"""Who was merged into whom, as rows: `customers.merged_into` names who stands at the end, and is made from these.

Merges that were not undone are the branches of trees: whoever is gone is gone into one person, who may be gone in
turn. Each keeps their own row, key, links and cards; whoever reads looks where it leads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from loyalty.core.facts import Ident
from loyalty.errors import Gone, Unknown
from loyalty.store.session import Session

COLUMNS = "id, business, kept, gone, sent_key, at, undone_at"


class Merge(Struct, frozen=True):
    id: str
    business: str
    kept: str
    gone: str
    key: str
    at: int
    undone_at: int | None = None


# -- who is meant -----------------------------------------------------------------------------------------------------
def kept_id(session: Session, business: str, person: str, at: str = "") -> str:
    """Who is meant by this id now: whoever they were merged into, else they themselves. Unknown, or Gone."""
    row = session.row("SELECT merged_into, erased_at FROM customers WHERE id = ? AND business = ?", (person, business))
    if row is None:
        raise Unknown("there is no such customer in this business", at=at, code="unknown-customer")
    if row[1] is not None:
        raise Gone("this customer was erased", at=at)
    return row[0] or person


def members(session: Session, person: str) -> list[tuple[str, bytes]]:
    """The person and everybody merged into them, each with their wrapped key."""
    rows = session.rows(
        "SELECT id, secret FROM customers WHERE (id = ? OR merged_into = ?) AND secret IS NOT NULL", (person, person)
    )
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: (row[0] != person, row[0]))


# -- the rows ---------------------------------------------------------------------------------------------------------
def of_id(session: Session, business: str, id: str) -> Merge | None:
    row = session.row(f"SELECT {COLUMNS} FROM merges WHERE id = ? AND business = ?", (id, business))
    return Merge(*row) if row is not None else None


def of_key(session: Session, business: str, key: str) -> Merge | None:
    row = session.row(f"SELECT {COLUMNS} FROM merges WHERE business = ? AND sent_key = ?", (business, key))
    return Merge(*row) if row is not None else None


def newest(session: Session, business: str, most: int) -> list[Merge]:
    rows = session.rows(
        f"SELECT {COLUMNS} FROM merges WHERE business = ? ORDER BY at DESC, id DESC LIMIT ?", (business, most)
    )
    return [Merge(*row) for row in rows]


def add(session: Session, merge: Merge) -> None:
    session.run(
        f"INSERT INTO merges ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (merge.id, merge.business, merge.kept, merge.gone, merge.key, merge.at, merge.undone_at),
    )


def end(session: Session, id: str, now: int) -> None:
    session.run("UPDATE merges SET undone_at = ? WHERE id = ?", (now, id))


def gone_into(session: Session, person: str) -> str | None:
    """Whom they were merged into themselves, by a merge that holds."""
    row = session.row("SELECT kept FROM merges WHERE gone = ? AND undone_at IS NULL", (person,))
    return row[0] if row is not None else None


def across(session: Session, people: Collection[str]) -> list[Merge]:
    """Merges that hold between one of these people and one who is none of them."""
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) SELECT {COLUMNS} FROM w CROSS JOIN merges"
        " ON (kept = a OR gone = a) AND undone_at IS NULL",
        [(who,) for who in sorted(people)],
    )
    found = [Merge(*row) for row in rows]
    return [one for one in found if (one.kept in people) != (one.gone in people)]


def below(session: Session, person: str) -> list[str]:
    """The person and everybody who is gone into them, also by way of others."""
    found = [person]
    for one in found:
        found += [
            row[0] for row in session.rows("SELECT gone FROM merges WHERE kept = ? AND undone_at IS NULL", (one,))
        ]
    return found


def ever_one(session: Session, one: str, other: str) -> bool:
    """Whether one of them is the other, or was merged into them at any time, whatever was undone since."""
    return one in _ever_into(session, other) or other in _ever_into(session, one)


def _ever_into(session: Session, person: str) -> list[str]:
    found = [person]
    for one in found:
        rows = session.rows("SELECT DISTINCT kept FROM merges WHERE gone = ?", (one,))
        found += [row[0] for row in rows if row[0] not in found]
    return found


def point(session: Session, people: Iterable[str], root: str) -> None:
    """Whoever asks for one of these gets `root` from now on."""
    session.many(
        "UPDATE customers SET merged_into = ? WHERE id = ?", [(None if who == root else root, who) for who in people]
    )


# -- what moves -------------------------------------------------------------------------------------------------------
def count_sales(session: Session, people: Iterable[str]) -> int:
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT COUNT(*) FROM w CROSS JOIN sales ON person = a", [(who,) for who in people]
    )
    return sum(row[0] for row in rows)


def between(session: Session, some: Collection[str], others: Collection[str], most: int) -> list[Ident]:
    """Sales that are nobody's since they name one of these and one of those; the newest, if they are more."""
    theirs = _of_two(session, others)
    newest = sorted(((at, ident) for ident, at in _of_two(session, some).items() if ident in theirs), reverse=True)
    return [ident for _, ident in newest[:most]]


def _of_two(session: Session, people: Collection[str]) -> dict[Ident, int]:
    """Sales that are nobody's and name one of these, by what is theirs or by their id; and when each was heard of."""
    columns = "SELECT x.shop, x.source, x.ref, x.received_at FROM w"
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) {columns} CROSS JOIN links l ON l.customer = a"
        " CROSS JOIN two_people x ON x.business = l.business AND x.hash = l.hash"
        f" UNION ALL {columns} CROSS JOIN customers c ON c.id = a"
        " CROSS JOIN two_people x ON x.business = c.business AND x.hash = c.id",
        [(who,) for who in sorted(people)],
    )
    return {Ident(*row[:3]): row[3] for row in rows}


def brought_among(session: Session, people: Collection[str]) -> list[str]:
    """Whom another of these people brought along: who is one person with them brought themselves."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT id, brought_by FROM w CROSS JOIN customers ON id = a",
        [(who,) for who in people],
    )
    return sorted(person for person, by in rows if by in people)


def used_since(session: Session, merge: Merge, people: Iterable[str], now: int) -> bool:
    """Whether any of them has used a reward since then, or is about to, or had points taken by hand: by the order in
    which it was written down, whatever the clock said meanwhile."""
    row = session.row(
        "SELECT MIN(id) FROM deeds WHERE business = ? AND what = 'merge' AND customer = ? AND at = ?",
        (merge.business, merge.kept, merge.at),
    )
    after, since = (row[0], 0) if row is not None and row[0] is not None else (0, merge.at)
    sql = (
        "SELECT 1 FROM deeds d LEFT JOIN redemptions r ON r.id = d.redemption WHERE d.customer = ? AND d.id > ?"
        " AND d.at >= ? AND ((d.what = 'adjust' AND d.points < 0) OR (d.what = 'redeem'"
        " AND (r.state = 'confirmed' OR (r.state = 'reserved' AND r.expires_at > ?)))) LIMIT 1"
    )
    return any(session.row(sql, (who, after, since, now)) is not None for who in people)


def in_debt(session: Session, people: Iterable[str]) -> set[str]:
    """Those of them who have fewer points than none."""
    return {who for who in people if session.row("SELECT 1 FROM states WHERE customer = ? AND points < 0", (who,))}


def reserved_again(session: Session, people: Iterable[str]) -> None:
    """Until when a sale may meet a reward that they reserved, from what is theirs now."""
    session.many(
        "UPDATE customers SET reserved_until = (SELECT MAX(expires_at) FROM redemptions WHERE customer = ?)"
        " WHERE id = ?",
        [(who, who) for who in people],
    )
