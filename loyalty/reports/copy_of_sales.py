"""Of a customer's copy every sale of theirs, whole: also those that did not count, and their refunds."""

from __future__ import annotations

from typing import Any

from msgspec import json

from loyalty.core.facts import NOBODY, Sale
from loyalty.reports.copy_of import Part, Whose, ref, told
from loyalty.store.rows import SALE_COLUMNS, sale_of

SALES_MAX = 100_000
ASIDE_MAX = 10_000
NAMED_MAX = 1_000
# Who served is not theirs to know; who it was is told by `recognised`, and a bill holds no identifier.
NOT_THEIRS = ("staff", "customer")
_bill = json.Decoder(dict[str, Any]).decode


def read(whose: Whose) -> Part:
    return {
        "sales": _sales(whose),
        "not_learned": _not_learned(whose),
        "undecided": _undecided(whose),
    }


def _sales(whose: Whose) -> list[Part]:
    """Newest first. With refund receipts that name nobody, of sales that are theirs."""
    session, of = whose.view.session, ", ".join(f"r.{name}" for name in SALE_COLUMNS.split(", "))
    found = session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
        (whose.person, SALES_MAX),
    )
    found += session.rows(
        f"SELECT {of} FROM sales s JOIN sales r ON r.shop = s.shop AND r.source = s.source AND r.refund_of = s.ref"
        " WHERE s.person = ? AND r.refund_of IS NOT NULL AND r.person IS NULL ORDER BY r.at DESC LIMIT ?",
        (whose.person, SALES_MAX),
    )
    sales = sorted(map(sale_of, found), key=lambda sale: sale.key, reverse=True)
    return [_sale(sale) for sale in sales]


def _sale(sale: Sale) -> Part:
    """As its till told it, and what became of it here. `came_with`: which of those who are one person now."""
    bill = _bill(sale.body)
    for name in NOT_THEIRS:
        bill.pop(name, None)
    return bill | {
        "at": told(sale.at),
        "received_at": told(sale.received_at),
        "counts": sale.taken.counts,
        "recognised": sale.note,
        "by": sorted({mark.kind for mark in sale.marks}),
        "by_hand": sale.assigned is not None,
        "came_with": sale.origin if sale.origin != NOBODY else None,
        "earned": sale.earned,
        "settled": sale.owed,
        "percent": sale.times or None,
        "rewards": list(sale.used),
        "odd": sale.odd or None,
    }


def _not_learned(whose: Whose) -> list[Part]:
    """Sales that earned and from which nothing was learned, beside what they agreed to: in a pause, not as usual, or
    before they had their usual forgotten."""
    rows = whose.view.session.rows(
        "SELECT shop, source, ref, CASE WHEN unlearned THEN 'paused' WHEN freed IS NOT NULL THEN 'not-as-usual'"
        " ELSE 'forgotten' END FROM sales WHERE person = ? AND counts"
        " AND (freed IS NOT NULL OR unlearned OR forgotten IS NOT NULL)"
        " ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
        (whose.person, ASIDE_MAX),
    )
    return [{"shop": shop, "source": source, "id": id, "why": why} for shop, source, id, why in rows]


def _undecided(whose: Whose) -> list[Part]:
    """Sales that are nobody's and hold an identifier that is or was theirs: for a week, or as they name somebody else
    as well. Whose they are is not known, so what was bought is not told."""
    rows: list[tuple[Any, ...]] = []
    for table, why in (("loose", "nobody"), ("two_people", "two-people")):
        rows += whose.rows(
            f"SELECT DISTINCT x.shop, x.source, x.ref, x.received_at, '{why}' FROM links l JOIN {table} x"
            " ON x.business = l.business AND x.hash = l.hash WHERE l.customer IN {ALL} AND l.kind <> 'shared'"
            " ORDER BY x.received_at DESC",
            NAMED_MAX,
        )
    rows += whose.rows(
        "SELECT shop, source, ref, received_at, 'two-people' FROM two_people WHERE hash IN {ALL}"
        " ORDER BY received_at DESC",
        NAMED_MAX,
    )
    return [{"sale": ref(*row[:3]), "received_at": told(row[3]), "why": row[4]} for row in dict.fromkeys(rows)]
