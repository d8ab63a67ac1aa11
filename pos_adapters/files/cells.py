"""One row's cells, by our names, into what was sold: as any till writes them, and as the known exports do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from loyalty.errors import Unfit
from pos_adapters import bills, money
from pos_adapters.files.amounts import amount, quantity
from pos_adapters.files.options import Options
from pos_adapters.files.presets import zone_of
from pos_adapters.files.sold import Order, Sold
from pos_adapters.files.table import Table
from pos_adapters.files.times import moment

_MODIFIERS = re.compile(r"[,;|+]")

Cells = Mapping[str, str]


def sold(cells: Cells, table: Table, options: Options, reading: str) -> Sold:
    """Raises Unfit, or what a cell that is none makes its reader raise."""
    currency = (cells.get("currency") or options.currency).upper()
    many = quantity(cells["quantity"]) if cells.get("quantity") else Decimal(1)
    paid = _paid(cells, many, table.decimal, currency)
    tax = _minor(cells, "tax", table.decimal, currency)
    back = many < 0 or table.preset.marked("refund", cells)
    kind: Literal["sale", "discount", "refund"] = "refund" if back else "discount" if paid < 0 else "sale"
    name, variation = _named(cells, table.preset.name_and_variation)
    return Sold(
        reading=reading,
        kind=kind,
        at=_at(cells, table, options),
        name=name,
        amount=abs(paid) if back else paid,
        currency=currency,
        quantity=bills.many(many),
        variation=variation,
        modifiers=tuple(part for text in _MODIFIERS.split(cells.get("modifiers", "")) if (part := text.strip())),
        till=cells.get("till") or None,
        reference=cells.get("customer") or None,
        price=_minor(cells, "price", table.decimal, currency) if cells.get("price") else None,
        tax=abs(tax) if back else tax,
        within=_within(cells, table, options),
        voided=table.preset.marked("voided", cells) or bool(cells.get("cancelled")),
        category=cells.get("category") or None,
        sku=cells.get("sku") or None,
        staff=cells.get("staff") or None,
        last4=cells.get("last4") or None,
        tender=cells.get("tender") or None,
        pos_id=cells.get("pos_id") or None,
        **_contacts(cells),
        order=_order(cells, table, currency),
    )


def number_of(cells: Cells, one: Sold, table: Table, options: Options) -> tuple[str, str | None]:
    """The row's transaction, and the one it gives back of. The first is empty where the row has no number."""
    number = cells.get("id", "").removeprefix("#")
    if one.kind == "refund" and not number:
        raise Unfit("something is given back, and no receipt number says of which sale")
    if one.kind == "refund" and not _names_its_sale(cells, table):
        raise Unfit("something is given back, and this export does not say of which sale")
    if number and options.receipt_numbers == "daily":
        number = f"{one.at.astimezone(options.zone or UTC):%Y-%m-%d}-{number}"
    if one.kind != "refund":
        return number, None
    return cells.get("refund_id") or f"{number}-refund-{stamp(one.at)}", number


def _names_its_sale(cells: Cells, table: Table) -> bool:
    """A refund that has a number of its own does not, unless another column tells the two apart."""
    return not table.preset.refund or "refund_id" in cells


def stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


# -- single cells -----------------------------------------------------------------------------------------------------
def _at(cells: Cells, table: Table, options: Options) -> datetime:
    """Date and time, from one cell or from two; the row's own zone, else the shop's."""
    at, time = cells["at"], cells.get("time", "")
    zone = zone_of(cells["zone"]) if cells.get("zone") else options.zone
    return moment(f"{at} {time}" if time and ":" not in at else at, zone, options.date_order or table.preset.date_order)


def _paid(cells: Cells, many: Decimal, decimal: str, currency: str) -> int:
    """What the row came to, after its discount."""
    if "amount" in cells:
        return money.minor(amount(cells["amount"], decimal), currency)
    if not cells.get("price"):
        return 0
    off = amount(cells["discount"], decimal) if cells.get("discount") else Decimal(0)
    return money.nearest(amount(cells["price"], decimal) * many - off, currency)


def _minor(cells: Cells, name: str, decimal: str, currency: str) -> int:
    return money.minor(amount(cells[name], decimal), currency) if cells.get(name) else 0


def _named(cells: Cells, between: str) -> tuple[str, str | None]:
    """`Latte - Large` is one cell in some exports."""
    item, variation = cells["item"], cells.get("variation") or None
    if between and between in item and variation is None:
        name, _, last = item.rpartition(between)
        return name, last
    return item, variation


def _within(cells: Cells, table: Table, options: Options) -> bool:
    if cells.get("inclusion") and not options.tax:
        return "not" not in cells["inclusion"].casefold()
    return (options.tax or table.preset.tax) == "within"


def _contacts(cells: Cells) -> dict[str, str | None]:
    """Phone and e-mail, from a cell each or both in one; an apostrophe keeps spreadsheets from calculating with +1."""
    parts = [part.strip().removeprefix("'") for part in re.split("[;,]", cells.get("contacts", ""))]
    phone = (cells.get("phone") or cells.get("billing_phone", "")).removeprefix("'")
    email = cells.get("email", "")
    return {
        "phone": phone or next((part for part in parts if part and "@" not in part), None),
        "email": email or next((part for part in parts if "@" in part), None),
    }


def _order(cells: Cells, table: Table, currency: str) -> Order | None:
    """What stands once for the whole of a receipt, on its first row."""
    if not cells.get("order_total"):
        return None
    amounts = {
        name: _minor(cells, f"order_{name}", table.decimal, currency)
        for name in ("subtotal", "shipping", "tax", "total", "refunded")
    }
    return Order(**amounts, open=table.preset.marked("open", cells))
