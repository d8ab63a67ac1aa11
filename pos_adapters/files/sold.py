"""What one row of a sheet says, and the rows of one receipt as a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from loyalty.errors import Unfit
from loyalty.wire import LINES_MAX, Transaction
from pos_adapters import paying
from pos_adapters.files.options import Options


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What an export says once of a whole receipt. `refunded`: of the total."""

    subtotal: int
    shipping: int
    tax: int
    total: int
    refunded: int
    open: bool = False


class Sold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row, understood. `reading` names the pass over a file in which it was found. `within`: its tax is in it."""

    reading: str
    kind: Literal["sale", "discount", "refund"]
    at: datetime
    name: str
    amount: int
    currency: str
    quantity: str = "1"
    variation: str | None = None
    modifiers: tuple[str, ...] = ()
    till: str | None = None
    reference: str | None = None
    price: int | None = None
    tax: int = 0
    within: bool = False
    voided: bool = False
    category: str | None = None
    sku: str | None = None
    staff: str | None = None
    last4: str | None = None
    tender: str | None = None
    pos_id: str | None = None
    phone: str | None = None
    email: str | None = None
    order: Order | None = None


def transaction(id: str, refund_of: str | None, rows: tuple[Sold, ...], options: Options) -> Transaction:
    """Checked against the wire's limits. Amounts of a refund's own receipt are positive."""
    voided = _is_voided(rows)
    rows = tuple(row for row in rows if voided or not row.voided)
    lines = [row for row in rows if row.kind != "discount"]
    if not lines:
        raise Unfit("a negative amount, and nothing sold beside it: what is given back needs a negative quantity")
    if len(lines) > LINES_MAX:
        raise Unfit(f"a receipt has at most {LINES_MAX} lines")
    if len({row.currency for row in rows}) > 1:
        raise Unfit("a receipt has one currency")
    bill = _bill(rows, lines)
    given = {
        "id": id,
        "source": options.source,
        "shop": options.shop,
        "till": _first(rows, "till") or options.till or None,
        "staff": _first(rows, "staff"),
        "state": "voided" if voided else "open" if any(row.order.open for row in rows if row.order) else "paid",
        "at": lines[0].at,
        "currency": lines[0].currency,
        "lines": [_line(row) for row in lines],
        **bill,
        "tenders": _tenders(rows, bill["total"]),
        "refunds": _refunds(id, rows),
        "customer": _customer(rows),
        "refund_of": None if refund_of is None else {"id": refund_of},
    }
    return msgspec.convert(given, Transaction)


def _bill(rows: tuple[Sold, ...], lines: list[Sold]) -> dict[str, Any]:
    """As far as the export says it: where it has a total, a tip is what is left of that."""
    sold = sum(row.amount for row in lines)
    discount = -sum(row.amount for row in rows if row.kind == "discount")
    order = next((row.order for row in rows if row.order), None)
    if order is None:
        tax, within = sum(row.tax for row in lines), any(row.within for row in lines)
        total = sold - discount + (0 if within else tax)
        return {"order_discount": discount, "tax": tax, "tax_included": within and bool(tax), "total": total}
    rest = order.total - order.subtotal - order.shipping
    within = rest < order.tax
    return {
        "order_discount": discount + sold - discount - order.subtotal,
        "tax": order.tax,
        "tax_included": within and bool(order.tax),
        "tip": rest - (0 if within else order.tax),
        "service_charge": order.shipping,
        "total": order.total,
    }


def _line(row: Sold) -> dict[str, Any]:
    return {
        "name": row.name,
        "variation": row.variation,
        "modifiers": row.modifiers,
        "sku": row.sku,
        "category": row.category,
        "quantity": row.quantity,
        "list_price": row.price,
        "total": row.amount,
    }


def _tenders(rows: tuple[Sold, ...], total: int) -> list[dict[str, Any]]:
    """Only where all of it was paid in one way: how much of it in which, an export of items does not say."""
    named = {row.tender for row in rows if row.tender}
    last4s = {row.last4 for row in rows}
    kinds = {paying.kind_of(one) for one in named}
    if len(last4s) == 1 and None not in last4s and not named:
        return [{"kind": "card", "amount": total, "last4": last4s.pop()}]
    if len(kinds) == 1 and "" not in kinds and not any("+" in one for one in named):
        return [{"kind": kinds.pop(), "amount": total, "last4": next(iter(last4s)) if len(last4s) == 1 else None}]
    return []


def _refunds(id: str, rows: tuple[Sold, ...]) -> list[dict[str, Any]]:
    """When it was given back, such an export does not say: the sale's own time stands for it."""
    back = sum(row.order.refunded for row in rows if row.order)
    return [{"id": f"{id}-refunded", "at": rows[0].at, "amount": back}] if back > 0 else []


def _customer(rows: tuple[Sold, ...]) -> dict[str, str] | None:
    names = ("reference", "pos_id", "phone", "email")
    return {name: text for name in names if (text := _first(rows, name))} or None


def _is_voided(rows: tuple[Sold, ...]) -> bool:
    """The whole of it, where that is said once; else if every row is."""
    return all(row.voided for row in [row for row in rows if row.order] or rows)


def _first(rows: tuple[Sold, ...], name: str) -> str | None:
    return next((text for row in rows if (text := getattr(row, name))), None)
