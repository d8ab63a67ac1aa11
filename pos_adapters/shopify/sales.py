"""An order of Shopify's into a sale of ours, and a refund of Shopify's into a receipt of its own.

A refund is told in two shapes with the same id: nested, since an order holds its refunds, and as a receipt, since that
is what `refunds/create` is. The house counts each id once, and both say the same of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import UNSET

from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from loyalty.wire import Refund as Nested
from pos_adapters import bills, money
from pos_adapters.base import Elsewhere, Event, Ignored, Settings
from pos_adapters.reading import fitting
from pos_adapters.shopify.shapes import ZERO, Both, Customer, Id, Item, Named, Order, Refund, Returned, Taken
from pos_adapters.tills import till_of

SOURCE = "shopify"
State = Literal["open", "paid", "voided"]
STATES: dict[str | None, State] = {"paid": "paid", "partially_refunded": "paid", "refunded": "paid", "voided": "voided"}
RANKS: dict[State, int] = {"open": 0, "paid": 1, "voided": 2}
FIVE_BITS = 31
SIGNS = {"sale": 1, "capture": 1, "change": -1}  # of what was paid; `change` is cash that was handed back
HELD = ("sale", "authorization")  # while they stood at the till
FAILED = ("failure", "error")
LOYALTY = "loyalty"  # `loyalty:m-000412` among a customer's tags, or an order's attribute of this name


def events_of(order: Order, given: Settings) -> Iterator[Event]:
    """The sale, and each of its refunds as the receipt that a webhook of its own makes of it: so they are the same,
    whichever came, and one that failed is taken back. What stands in both counts once."""
    if elsewhere := of_another(order.location_id, given):
        yield elsewhere
        return
    yield fitting(_sale(order, given))
    for refund in order.refunds or ():
        if refund.refund_line_items or refund.transactions:
            yield fitting(_receipt(refund, order.id, order.currency, revision(order), given))


def of_another(location: Id | None, given: Settings) -> Ignored | None:
    """Sold online there is no location."""
    own = given["location_id"]
    return Elsewhere(f"of another location, {location or 'online'}") if own and str(location) != own else None


# -- what was bought --------------------------------------------------------------------------------------------------
def _sale(order: Order, given: Settings) -> Transaction:
    state = _state(order)

    def in_minor(value: Decimal) -> int:
        return money.amount(value, order.currency)

    tips = sum((item.price * item.quantity for item in order.line_items if _is_tip(item)), ZERO)
    went = [one for one in order.transactions or () if one.status == "success" and one.kind != "refund"]
    return Transaction(
        id=str(order.id),
        source=SOURCE,
        shop=given["shop"],
        till=_till(went, given),
        revision=revision(order),
        state=state,
        at=_at(order, state, went),
        changed_at=order.updated_at if state == "open" else None,
        currency=order.currency,
        lines=tuple(_line(item, order.currency) for item in order.line_items if not _is_tip(item)),
        tax=in_minor(order.total_tax),
        tax_included=order.taxes_included,
        tip=in_minor(tips if order.total_tip_received is None else order.total_tip_received),
        service_charge=in_minor(sum(map(_after_discounts, order.shipping_lines or ()), ZERO)),
        total=in_minor(order.total_price),
        tenders=tuple(_tender(one, SIGNS[one.kind], order.currency) for one in went if one.kind in SIGNS),
        refunds=tuple(_nested(one, order.currency) for one in order.refunds or () if not _failed(one)),
        customer=_customer(order),
    )


def revision(order: Order) -> int:
    """When it changed; Shopify says that in whole seconds, and an order is made and paid within one. So behind it how
    far it has got, and last how much is known: a copy without its transactions never replaces one that has them."""
    known = 0 if order.transactions is None else 1 + len(order.transactions)
    got = RANKS[_state(order)] << 10 | min(len(order.refunds or ()), FIVE_BITS) << 5 | min(known, FIVE_BITS)
    return bills.since_epoch(order.updated_at or order.created_at) << 12 | got


def _state(order: Order) -> State:
    return "voided" if order.cancelled_at else STATES.get(order.financial_status, "open")


def _at(order: Order, state: State, went: Iterable[Taken]) -> datetime:
    """When it was paid: a card that was held to the till counts then, not when the bank was asked for the money."""
    begun = order.processed_at or order.created_at
    if state == "voided":
        return order.cancelled_at or begun
    paid = [at for one in went if one.kind in HELD and (at := one.processed_at or one.created_at)]
    return max([begun, *paid]) if state == "paid" else begun


def _is_tip(item: Item) -> bool:
    return item.tip_payment_gateway is not UNSET


def _line(item: Item, currency: str) -> Line:
    return bills.line(
        item.title,
        money.amount(_after_discounts(item), currency),
        quantity=item.quantity,
        variation=item.variant_title,
        modifiers=_modifiers(item),
        sku=item.sku,
        list_price=money.amount(item.price, currency),
    )


def _after_discounts(item: Item) -> Decimal:
    """Discounts on the whole order are in here too: Shopify says what each line has of them."""
    return item.price * item.quantity - sum((one.amount for one in item.discount_allocations or ()), ZERO)


def _modifiers(item: Item) -> list[str]:
    """`Milk: Oat`. What begins with _ is between apps."""
    shown = (one for one in item.properties or () if not str(one.name).startswith("_"))
    return [f"{one.name}: {one.value}" for one in shown if one.value not in (None, "")]


def _customer(order: Order) -> Evidence | None:
    who = order.customer or Customer()
    return bills.evidence(
        pos_id=who.id,
        phone=who.phone or order.phone,
        email=who.email or order.email,
        reference=_reference(who.tags or "", order.note_attributes or ()),
    )


def _reference(tags: str, attributes: Iterable[Named]) -> str | None:
    named = [str(one.value) for one in attributes if str(one.name).strip().lower() == LOYALTY]
    pairs = (tag.strip().partition(":") for tag in tags.split(","))
    return next(iter([*named, *(value for name, _, value in pairs if name.lower() == LOYALTY)]), None)


# -- what was given back ----------------------------------------------------------------------------------------------
def receipt_of(refund: Refund, given: Settings) -> Transaction | Ignored:
    """A refund by itself. It says in which currency only where it says an amount."""
    said = [one.subtotal_set.shop_money.currency_code for one in refund.refund_line_items if one.subtotal_set]
    currency = next(filter(None, [*said, *(one.currency for one in refund.transactions)]), None)
    if currency is None or refund.order_id is None:
        return Ignored("a refund of nothing")
    at = bills.since_epoch(refund.processed_at or refund.created_at) << 12
    return fitting(_receipt(refund, refund.order_id, currency, at, given))


def _receipt(refund: Refund, of: Id, currency: str, revision: int, given: Settings) -> Transaction:
    """What staff gave beyond the lines, or kept, is its order discount, so that it sums up."""
    nested, paid = _nested(refund, currency), _paid_back(refund)
    bought = sum(line.total for line in nested.lines)
    tax = sum(_tax(one, currency) for one in refund.refund_line_items)
    included = bool(tax) and bought == nested.amount
    return Transaction(
        id=nested.id,
        source=SOURCE,
        shop=given["shop"],
        till=_till(paid, given),
        revision=revision,
        state="voided" if _failed(refund) else "paid",
        at=nested.at,
        currency=currency,
        refund_of=RefundOf(id=str(of)),
        lines=nested.lines,
        order_discount=bought + (0 if included else tax) - nested.amount if nested.lines else 0,
        tax=tax,
        tax_included=included,
        total=nested.amount,
        tenders=tuple(_tender(one, 1, currency) for one in paid),
    )


def _nested(refund: Refund, currency: str) -> Nested:
    """As much as was paid back; where nothing was (an exchange, a removed line), as much as the lines come to."""
    returned = [one for one in refund.refund_line_items if one.line_item is None or not _is_tip(one.line_item)]
    lines = tuple(_back(one, currency) for one in returned)
    paid = [money.amount(one.amount, currency) for one in _paid_back(refund)]
    worth = sum(line.total for line in lines) + sum(_tax(one, currency) for one in returned)
    at = refund.processed_at or refund.created_at
    return Nested(id=str(refund.id), at=at, amount=sum(paid) if paid else worth, lines=lines)


def _back(returned: Returned, currency: str) -> Line:
    item = returned.line_item or Item()
    total = _exact(returned.subtotal_set, returned.subtotal, currency)
    return bills.line(
        item.title, total, quantity=returned.quantity, variation=item.variant_title,
        modifiers=_modifiers(item), sku=item.sku, list_price=money.amount(item.price, currency),
    )  # fmt: skip


def _tax(returned: Returned, currency: str) -> int:
    return _exact(returned.total_tax_set, returned.total_tax, currency)


def _exact(said: Both | None, plain: Decimal, currency: str) -> int:
    return money.nearest(said.shop_money.amount if said else plain, currency)


def _paid_back(refund: Refund) -> list[Taken]:
    """Without what failed, unless all of it did."""
    all_of = [one for one in refund.transactions if one.kind == "refund"]
    return [one for one in all_of if one.status not in FAILED] or all_of


def _failed(refund: Refund) -> bool:
    paid = _paid_back(refund)
    return bool(paid) and all(one.status in FAILED for one in paid)


# -- how it was paid --------------------------------------------------------------------------------------------------
def _tender(one: Taken, sign: int, currency: str) -> Tender:
    number = one.payment_details and one.payment_details.credit_card_number
    kind = "card" if number or one.gateway == "shopify_payments" else one.gateway or "other"
    return Tender(kind=kind, amount=sign * money.amount(one.amount, currency), last4=number[-4:] if number else None)


def _till(went: Iterable[Taken], given: Settings) -> str | None:
    return till_of(next((one.device_id for one in went if one.device_id), None), given)
