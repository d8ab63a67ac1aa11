"""An order of Clover's into a sale of ours. All its amounts are integers in minor units, its times in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec.structs import replace

from loyalty.wire import Evidence, Line, Refund, Tender, Transaction
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.clover.shapes import Back, Item, Order, Payment
from pos_adapters.reading import fitting
from pos_adapters.tills import till_of

ZERO = datetime(1970, 1, 1, tzinfo=UTC)
PAID = {"PAID", "REFUNDED", "PARTIALLY_REFUNDED", "MANUALLY_REFUNDED", "CREDITED"}
NOT_TAKEN = {"FAIL", "INITIATED", "VOIDED", "VOIDING"}  # of a payment: it brought nothing
KINDS = {"credit_card": "card", "debit_card": "card"}
State = Literal["open", "paid", "voided"]
CLOSES_WITHIN = timedelta(minutes=1)  # after its last payment. Changed later, it is for a tip or a refund


def time(ms: int) -> datetime:
    return ZERO + timedelta(milliseconds=ms)


def sold(order: Order, given: Settings) -> Event:
    if order.test_mode:
        return Ignored("an order of the till's training mode")
    if order.credits and not order.payments:
        return Ignored("a manual refund, which names no sale")
    voided = {one.id for one in order.voids}
    taken = [one for one in order.payments if one.result not in NOT_TAKEN and one.id not in voided]
    state, tips = _state(order, taken), sum(one.tip_amount for one in taken)
    devices = [order.device.id, *(one.device.id for one in order.payments)]
    lines = {item.id or str(place): _line(item) for place, item in enumerate(order.line_items) if not item.exchanged}
    sale = Transaction(
        id=order.id,
        source="clover",
        shop=given["shop"],
        till=till_of(next(filter(None, devices), None), given),
        revision=_revision(order),
        state=state,
        at=_at(order, taken if state == "paid" else ()),
        changed_at=time(order.modified_time or order.created_time) if state == "open" else None,
        currency=order.currency,
        lines=tuple(lines.values()),
        tip=tips,
        total=order.total + tips,
        tenders=tuple(_tender(one) for one in taken),
        refunds=tuple(_refund(one, lines, order) for one in (*order.refunds, *order.credits) if not one.voided),
        customer=_customer(order),
    )
    return fitting(_billed(sale, order, taken))


def _state(order: Order, taken: Sequence[Payment]) -> State:
    """Voiding all of its payments opens it again; deleting it voids it."""
    if order.deleted_timestamp:
        return "voided"
    if not taken and (order.voids or order.payments):
        return "open"
    covered = bool(taken) and sum(one.amount for one in taken) >= order.total
    return "paid" if (order.payment_state in PAID if order.payment_state else covered) else "open"


def _at(order: Order, taken: Sequence[Payment]) -> datetime:
    """When the last of its payments closed it, by the till's own clock where that was offline; else: when it began."""
    if not taken:
        return time(order.created_time)
    last = max(taken, key=lambda one: one.created_time)
    at = time(last.client_created_time if last.offline and last.client_created_time else last.created_time)
    closed = time(order.modified_time)
    return closed if at < closed <= at + CLOSES_WITHIN else at


def _revision(order: Order) -> int:
    """The newest that it knows of: what was voided or given back may be later than its own last change."""
    paid = [max(one.created_time, one.modified_time) for one in (*order.payments, *order.voids)]
    back = [one.created_time for one in (*order.refunds, *order.credits)]
    newest = max(order.created_time, order.modified_time, order.deleted_timestamp, *paid, *back)
    return since_epoch(time(newest)) + bool(order.deleted_timestamp)


# -- the bill ---------------------------------------------------------------------------------------------------------
def _line(item: Item) -> Line:
    """Modifiers are on every unit; discounts on the whole line."""
    each = item.price + sum(one.amount for one in item.modifications)
    quantity = Decimal(1) if item.unit_qty is None else Decimal(item.unit_qty) / 1000
    whole = int((each * quantity).quantize(Decimal(1), ROUND_HALF_UP))
    return line(
        item.name,
        whole - sum(one.of(whole) for one in item.discounts),
        quantity=quantity,
        modifiers=(one.name for one in item.modifications),
        sku=item.item.id,
        list_price=each,
    )


def _billed(sale: Transaction, order: Order, taken: Sequence[Payment]) -> Transaction:
    """Tax stands on the payments alone: an order that has none yet owes whatever its lines do not explain.

    Once the tax is known, the discount is: how Clover rounds a percentage is not documented.
    """
    lines = sum(one.total for one in sale.lines)
    discount = sum(one.of(lines) for one in order.discounts)
    charged = sum(one.service_charge.amount for one in taken)
    service = charged or order.service_charge.of(lines - discount)
    left = order.total - (lines - discount + service)
    tax = sum(one.tax_amount for one in taken)
    if order.is_vat or order.tax_removed or (taken and sale.state == "paid"):
        left -= 0 if order.is_vat else tax
        discount -= left if abs(left) <= len(sale.lines) else 0  # what is more is no rounding, and stays to be seen
    else:
        tax = left
    return replace(sale, order_discount=discount, tax=tax, tax_included=order.is_vat, service_charge=service)


def _tender(payment: Payment) -> Tender:
    kind = payment.tender.label_key.rpartition(".")[2] or payment.tender.label.lower() or "other"
    return Tender(
        kind=KINDS.get(kind, kind), amount=payment.amount + payment.tip_amount, last4=payment.card_transaction.last4
    )


def _refund(back: Back, lines: dict[str, Line], order: Order) -> Refund:
    """Its lines share what was given back for them: they were sold with the order's discount."""
    returned = [lines[one.id] for one in back.line_items if one.id in lines]
    worth = back.amount - back.tip_amount - (0 if order.is_vat else back.tax_amount)
    whole = sum(one.total for one in returned) or 1
    shares = [worth * one.total // whole for one in returned]
    rest = [worth - sum(shares)] + [0] * len(returned)
    shared = tuple(replace(one, total=a + b) for one, a, b in zip(returned, shares, rest, strict=False))
    return Refund(id=back.id, at=time(back.created_time), amount=back.amount, lines=shared)


def _customer(order: Order) -> Evidence | None:
    """Phone numbers are as somebody typed them, without a country."""
    if not order.customers:
        return None
    first = order.customers[0]
    emails = sorted(first.email_addresses, key=lambda one: not one.primary_email)
    return evidence(
        pos_id=first.id,
        phone=next((one.phone_number for one in first.phone_numbers), None),
        email=next((one.email_address for one in emails), None),
    )
