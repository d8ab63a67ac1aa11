"""Erasing somebody: their key is destroyed, what names or describes them goes, and their sales are nobody's.

The id stays, so that it is answered 410 ever after. Ids that were erased stand on a list beside the master key, outside
the database: `restore` brings an old copy of the database back, and takes them out of that too.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from msgspec import json
from msgspec.structs import replace

from loyalty.core.facts import NOBODY
from loyalty.store.houses import Houses
from loyalty.store.rows import counts_of, marks_of, pack
from loyalty.store.session import Session
from loyalty.wire import Transaction

LIST_NAME = "loyalty.erased"
OF_A_PERSON = (
    "links",
    "states",
    "checkpoints",
    "entries",
    "cues",
    "redemptions",
    "choices",
    "hand_tiers",
    "adjustments",
    "gifts",
    "questions",
    "sentences",
    "claims",
)  # tables whose `customer` goes with all they hold
_body = json.Decoder(Transaction).decode


class Erased:
    """The list beside the master key: one id a line, only ever added to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LIST_NAME

    def add(self, *people: str) -> None:
        """Durable when it returns; written before the database is, so that no erased id can be missing. In one write:
        who was erased as one person stands there whole, or not at all."""
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, "".join(f"{person}\n" for person in people).encode())
            os.fsync(file)
        finally:
            os.close(file)

    def ids(self) -> tuple[str, ...]:
        if not self.path.exists():
            return ()
        return tuple(dict.fromkeys(self.path.read_text("ascii").split()))


def erase(session: Session, houses: Houses, person: str, now: int) -> None:
    """Inside the caller's transaction. The card link's hash stays, so that the phone is told."""
    _sales_to_nobody(session, houses, person)
    _unmark(session, person)
    session.run(
        "DELETE FROM loose WHERE EXISTS (SELECT 1 FROM links WHERE links.customer = ?"
        " AND links.business = loose.business AND links.hash = loose.hash)",
        (person,),
    )
    houses.tallies.changed()
    session.run(  # whoever else used their card uses it no more
        "DELETE FROM links WHERE kind = 'shared' AND EXISTS (SELECT 1 FROM links AS own WHERE own.customer = ?"
        " AND own.kind = 'card' AND own.business = links.business AND own.hash = links.hash)",
        (person,),
    )
    session.run(
        "DELETE FROM used_codes WHERE EXISTS (SELECT 1 FROM links WHERE links.customer = ?"
        " AND links.kind = 'card' AND links.business = used_codes.business AND links.hash = used_codes.hash)",
        (person,),
    )
    for table in OF_A_PERSON:
        session.run(f"DELETE FROM {table} WHERE customer = ?", (person,))
    # What staff did stays theirs; of whom it was, and on which sale, goes.
    session.run("UPDATE deeds SET customer = NULL, source = NULL, ref = NULL WHERE customer = ?", (person,))
    session.run("UPDATE staff SET customer = NULL WHERE customer = ?", (person,))
    session.run("DELETE FROM merges WHERE kept = ? OR gone = ?", (person, person))
    session.run("UPDATE customers SET merged_into = NULL WHERE merged_into = ?", (person,))
    session.run(
        "UPDATE customers SET secret = NULL, name = ?, card = ?, greeting = 'none', recognise = ?, remember = ?,"
        " messages = ?, offers = ?, other_at = NULL, held_out = NULL, reserved_until = NULL, hand_tier = NULL,"
        " hand_until = NULL, brought_by = NULL, merged_into = NULL, agreed = NULL,"
        " given_at = NULL, surprised_at = NULL, spoken = NULL, birthday = NULL, paused_at = NULL, wishes = NULL,"
        " care_until = NULL,"
        " rested_from = NULL, rested_until = NULL, forgot_at = NULL, joined = NULL, written = NULL,"
        " erased_at = ? WHERE id = ?",
        (b"", b"", False, False, False, False, now, person),
    )


def _sales_to_nobody(session: Session, houses: Houses, person: str) -> None:
    """The sales stay, without a person, an identifier or the end of a bank card's number. What they gave to the sums
    of their days is taken off those; a reward of somebody else that was used on one stays used."""
    rows = session.rows(
        "SELECT shop, source, ref, day, counts, gave, body, used FROM sales WHERE person = ?",
        (person,),
    )
    gave: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for shop, _, _, day, counts, blob, _, _ in rows:
        for key, n in counts_of(blob).items() if counts else ():
            sums = gave[shop, day]
            sums[key] = sums.get(key, 0) + n
    bodies = [_body(row[6]) for row in rows]
    theirs = _of_others(session, person, {id for body in bodies for id in body.redemptions})
    session.many(
        "UPDATE sales SET person = NULL, assigned = CASE WHEN assigned IS NULL THEN NULL ELSE ? END, origin = NULL,"
        " freed = NULL, unlearned = NULL, forgotten = NULL, quiet_of = NULL, used = ?, lot = NULL, owed = NULL,"
        " times = NULL, note = 'erased', marks = ?, gave = ?, earned = ?, body = ?"
        " WHERE shop = ? AND source = ? AND ref = ?",
        [
            (NOBODY, _kept(row[7], theirs), pack(()), pack({}), pack({}), _bare(body, theirs), *row[:3])
            for row, body in zip(rows, bodies, strict=True)
        ],
    )
    houses.take_off(session, gave)
    _strip_refunds(session, [row[:3] for row in rows])


def _strip_refunds(session: Session, sales: list[tuple[str, str, str]]) -> None:
    """Receipts of what they gave back are nobody's, and hold the same bank card and identifiers."""
    rows = session.matching(
        "WITH w (a, b, c) AS (VALUES {}) SELECT id, body FROM w CROSS JOIN sales"
        " ON shop = a AND source = b AND refund_of = c WHERE person IS NULL",
        sorted(sales),
    )
    bare = [(pack(()), _without_cards(_body(body)), id) for id, body in rows]
    session.many("UPDATE sales SET marks = ?, body = ? WHERE id = ?", bare)


def _unmark(session: Session, person: str) -> None:
    """Sales that were nobody's, since they named this person and another, name the other alone."""
    rows = session.rows(
        "SELECT x.id, x.hash, s.id, s.marks, s.body FROM links l"
        " JOIN two_people x ON x.business = l.business AND x.hash = l.hash"
        " JOIN sales s ON s.shop = x.shop AND s.source = x.source AND s.ref = x.ref"
        " WHERE l.customer = ? AND l.kind <> 'shared' AND NOT EXISTS (SELECT 1 FROM links other"
        " WHERE other.business = l.business AND other.hash = l.hash AND other.customer <> l.customer)",
        (person,),
    )
    theirs = {row[1] for row in rows}
    bare = {
        sale: (pack([mark for mark in marks_of(blob) if mark.hash not in theirs]), _without_cards(_body(body)))
        for _, _, sale, blob, body in rows
    }
    session.many("UPDATE sales SET marks = ?, body = ? WHERE id = ?", [(*row, sale) for sale, row in bare.items()])
    session.many("DELETE FROM two_people WHERE id = ?", [(row[0],) for row in rows])


def _of_others(session: Session, person: str, ids: set[str]) -> set[str]:
    """Redemptions of somebody else: only by its name does a sale use one."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT id, customer FROM w CROSS JOIN redemptions ON id = a",
        [(id,) for id in sorted(ids)],
    )
    return {id for id, customer in rows if customer != person}


def _kept(used: str | None, theirs: set[str]) -> str | None:
    return " ".join(id for id in (used or "").split() if id in theirs) or None


def _bare(sale: Transaction, theirs: set[str]) -> bytes:
    return _without_cards(replace(sale, redemptions=tuple(id for id in sale.redemptions if id in theirs)))


def _without_cards(sale: Transaction) -> bytes:
    return json.encode(replace(sale, tenders=tuple(replace(tender, last4=None) for tender in sale.tenders)))
