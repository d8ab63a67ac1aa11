"""An order of Square's into sales of ours: one for what was bought, one for every return that it records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from loyalty.wire import Evidence, Line, Refund, RefundOf, Tender, Transaction
from pos_adapters.base import Elsewhere, Event, Ignored, Settings
from pos_adapters.bills import MS_BITS, since_epoch
from pos_adapters.reading import fitting
from pos_adapters.square import bills, tills
from pos_adapters.square.shapes import Customer, Order, Payment, Return
from pos_adapters.square.shapes import Refund as SquareRefund
from pos_adapters.square.shapes import Tender as SquareTender

SOURCE = "square"
UNTAKEN = ("AUTHORIZED", "VOIDED", "FAILED")  # of a card: nothing was taken from it
UNDONE = {"REJECTED", "FAILED"}  # of a refund: nothing was given back

State = Literal["open", "paid", "voided"]


def events_of(order: Order, payments: Sequence[Payment], customers: Sequence[Customer], given: Settings) -> list[Event]:
    """`payments` and `customers` may hold others' as well."""
    if given["location_id"] and order.location_id != given["location_id"]:
        return [Elsewhere(f"an order of another location, {order.location_id}")]
    if order.state == "DRAFT":
        return [Ignored("a draft, which nobody has ordered yet")]
    own = [payment for payment in payments if payment.order_id == order.id]
    found: list[Event] = []
    if order.line_items or not order.returns:
        found.append(fitting(_sale(order, own, customers, given)))
    found.extend(_returns(order, own, given))
    return found


# -- what was bought --------------------------------------------------------------------------------------------------
def _sale(order: Order, payments: Sequence[Payment], customers: Sequence[Customer], given: Settings) -> Transaction:
    state, tax = _state(order), bills.tax_of(order.line_items, order.taxes, order.total_tax_money.amount)
    return Transaction(
        id=order.id,
        source=SOURCE,
        shop=given["shop"],
        till=tills.till_of(payments, given),
        revision=revision(order, payments),
        state=state,
        at=_at(order, state, payments),
        changed_at=order.updated_at if state == "open" else None,  # a paid one was there when it was paid
        currency=order.total_money.currency,
        lines=tuple(bills.line_of(line, order.taxes) for line in order.line_items),
        order_discount=-order.rounding_adjustment.amount_money.amount,
        tax=tax.amount,
        tax_included=tax.included,
        tip=order.total_tip_money.amount,
        service_charge=order.total_service_charge_money.amount,
        total=order.total_money.amount,
        tenders=tuple(tender_of(tender) for tender in order.tenders),
        refunds=_refunds(order),
        customer=_customer(order, payments, customers),
    )


def revision(order: Order, payments: Sequence[Payment]) -> int:
    """The order's version; behind it, how late we know of: a payment gets its customer without a new version."""
    known = [order.updated_at or order.created_at, *(payment.updated_at or payment.created_at for payment in payments)]
    return (order.version << MS_BITS) + since_epoch(max(known))


def _state(order: Order) -> State:
    if order.state == "CANCELED":
        return "voided"
    return "paid" if order.state == "COMPLETED" or _paid_up(order) else "open"


def _paid_up(order: Order) -> bool:
    """An order that is paid and waits to be picked up stays OPEN."""
    due = order.net_amount_due_money
    taken = all(tender.card_details.status not in UNTAKEN for tender in order.tenders)
    return due is not None and due.amount == 0 and bool(order.tenders) and taken


def _at(order: Order, state: State, payments: Sequence[Payment]) -> datetime:
    """When it was paid, by the till's own clock where the till was offline; an open one: when it was opened."""
    if state != "paid":
        return order.created_at
    offline = [p.offline_payment_details.client_created_at or p.created_at for p in payments if p.is_offline_payment]
    tendered = [tender.created_at for tender in order.tenders if tender.created_at is not None]
    if offline or (tendered and order.fulfillments):  # handed over later than it was paid
        return max(offline or tendered)
    return order.closed_at or max(tendered, default=order.created_at)


def tender_of(tender: SquareTender) -> Tender:
    card = tender.card_details.card
    return Tender(
        kind=tender.type.lower().removeprefix("square_"),
        amount=tender.amount_money.amount,
        fingerprint=card.fingerprint,
        last4=card.last_4,
    )


def _customer(order: Order, payments: Sequence[Payment], customers: Sequence[Customer]) -> Evidence | None:
    """Whom the order names, else whom all of its payments agree on: friends who split a bill are several."""
    said = [tender.customer_id for tender in order.tenders] + [payment.customer_id for payment in payments]
    named = {id for id in said if id}
    id = order.customer_id or (named.pop() if len(named) == 1 else None)
    emails = {payment.buyer_email_address for payment in payments if payment.buyer_email_address}
    known = next((one for one in customers if one.id == id), Customer(id or ""))
    return evidence(known, emails.pop() if len(emails) == 1 else None)


def evidence(customer: Customer, email: str | None = None) -> Evidence | None:
    if not customer.id and not email:
        return None
    return Evidence(
        pos_id=customer.id or None,
        phone=customer.phone_number or None,
        email=customer.email_address or email,
        reference=customer.reference_id or None,
    )


# -- what was given back ----------------------------------------------------------------------------------------------
def _refunds(order: Order) -> tuple[Refund, ...]:
    """Refunds without returned items; those with some come as an order of their own, which holds its refunds too."""
    if order.returns:
        return ()
    given_back = (one for one in order.refunds if one.status not in UNDONE)
    return tuple(Refund(id=one.id, at=one.created_at, amount=abs(one.amount_money.amount)) for one in given_back)


def _returns(order: Order, payments: Sequence[Payment], given: Settings) -> Iterator[Event]:
    alone = len(order.returns) == 1
    for returned in order.returns:
        if returned.source_order_id is None or returned.source_order_id == order.id:
            yield Ignored("a return that names no sale")
            continue
        id = order.id if alone and not order.line_items else f"{order.id}/{returned.uid or returned.source_order_id}"
        yield fitting(_return(order, returned, id, bills.sums_of(order, returned, alone), payments, given))


def _return(
    order: Order, returned: Return, id: str, sums: bills.Sums, payments: Sequence[Payment], given: Settings
) -> Transaction:
    undone = order.state == "CANCELED" or (bool(order.refunds) and all(one.status in UNDONE for one in order.refunds))
    tax = bills.tax_of(returned.return_line_items, returned.return_taxes, sums.tax)
    lines: tuple[Line, ...] = tuple(bills.line_of(line, returned.return_taxes) for line in returned.return_line_items)
    return Transaction(
        id=id,
        source=SOURCE,
        shop=given["shop"],
        till=tills.till_of(payments, given),
        revision=revision(order, payments),
        state="voided" if undone else "paid",
        at=order.closed_at or order.created_at,
        currency=sums.currency,
        refund_of=RefundOf(id=returned.source_order_id or ""),
        lines=lines,
        tax=tax.amount,
        tax_included=tax.included,
        tip=sums.tip,
        service_charge=sums.service,
        total=sums.total,
    )


def refund_without_order(refund: SquareRefund, sale: str, given: Settings) -> Transaction:
    """Money given back that belongs to no return order: a share of the sale, without its lines."""
    return fitting(
        Transaction(
            id=refund.id,
            source=SOURCE,
            shop=given["shop"],
            revision=since_epoch(refund.updated_at or refund.created_at),
            state="voided" if refund.status in UNDONE else "paid",
            at=refund.created_at,
            currency=refund.amount_money.currency,
            refund_of=RefundOf(id=sale),
            lines=(),
            total=abs(refund.amount_money.amount),
        )
    )
