"""What a bill comes to: lines without the tax that is added on top, since the house counts it apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from loyalty.wire import Line
from pos_adapters.bills import line
from pos_adapters.square.shapes import LineItem, Order, Return, Tax


@dataclass(frozen=True, slots=True)
class Taxes:
    amount: int
    included: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one return, in positive amounts."""

    currency: str
    total: int
    tax: int
    tip: int
    service: int


def line_of(item: LineItem, taxes: Sequence[Tax]) -> Line:
    return line(
        item.name,
        item.total_money.amount - item.total_service_charge_money.amount - _added(item, taxes),
        quantity=item.quantity,
        variation=item.variation_name,
        modifiers=(one.name for one in item.modifiers),
        sku=item.catalog_object_id,
        list_price=_unit_price(item),
    )


def tax_of(items: Sequence[LineItem], taxes: Sequence[Tax], total: int) -> Taxes:
    """All of it where it was added on top; where some is inside the prices, only what is not; else what is inside."""
    inside = sum(_inside(item, taxes) for item in items)
    if inside and inside >= total:
        return Taxes(total, True)
    return Taxes(total - inside, False)


def sums_of(order: Order, returned: Return, alone: bool) -> Sums:
    """As the return says, or the order where it is its only one; a return among several: the sum of its lines."""
    amounts = returned.return_amounts or (order.return_amounts if alone else None)
    lines = returned.return_line_items
    if amounts is None or not amounts.total_money.currency:
        currency = lines[0].total_money.currency if lines else order.total_money.currency
        total = sum(line.total_money.amount for line in lines)
        return Sums(currency, total, sum(line.total_tax_money.amount for line in lines), 0, 0)
    total, tax, tip, service = (
        abs(money.amount)
        for money in (amounts.total_money, amounts.tax_money, amounts.tip_money, amounts.service_charge_money)
    )
    return Sums(amounts.total_money.currency, total, tax, tip, service)


def _added(item: LineItem, taxes: Sequence[Tax]) -> int:
    return item.total_tax_money.amount - _inside(item, taxes)


def _inside(item: LineItem, taxes: Sequence[Tax]) -> int:
    """The tax that this line's price holds."""
    inclusive = {tax.uid for tax in taxes if tax.type == "INCLUSIVE"}
    if inclusive and not item.applied_taxes and len(inclusive) == len(taxes):
        return item.total_tax_money.amount
    return sum(one.applied_money.amount for one in item.applied_taxes if one.tax_uid in inclusive)


def _unit_price(item: LineItem) -> int | None:
    """One of it with its modifiers, before discounts. None where a modifier is not had by the whole."""
    if item.base_price_money is None:
        return None
    price = Decimal(item.base_price_money.amount)
    for one in item.modifiers:
        price += Decimal(one.quantity) * one.base_price_money.amount
    return int(price) if price == price.to_integral_value() else None
