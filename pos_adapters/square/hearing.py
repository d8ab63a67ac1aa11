"""What Square says: webhooks as it sends them, and what it answered when it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from loyalty.errors import Unfit
from loyalty.wire import Line, Tender, Transaction
from pos_adapters.base import Elsewhere, Event, Fetch, Ignored, Settings
from pos_adapters.bills import UNNAMED, since_epoch
from pos_adapters.reading import fault_in, fitting, read_each, without_nulls
from pos_adapters.square import sales, tills
from pos_adapters.square.shapes import Customer, Found, Payment, Refund, order_of
from pos_adapters.square.shapes import Event as Webhook

STATES = {"APPROVED": "open", "PENDING": "open", "COMPLETED": "paid", "CANCELED": "voided", "FAILED": "voided"}


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, or what `fetch` and `pull` brought. One order that cannot be read costs no other."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = msgspec.json.decode(raw)
    if not isinstance(said, dict):
        raise Unfit("expected an event or an answer of Square's, as a JSON object")
    if "type" in said:
        yield from _webhook(msgspec.convert(without_nulls(said), Webhook), settings)
    else:
        yield from _found(said, settings)


# -- what it tells ----------------------------------------------------------------------------------------------------
def _webhook(event: Webhook, settings: Settings) -> Iterator[Event]:
    kind, _, what = event.type.partition(".")
    told = event.data.get("object", {})
    if kind == "payment":
        yield from _payment(_part(told, "payment", Payment), settings)
    elif kind == "refund":
        yield from _refund(_part(told, "refund", Refund), settings)
    elif kind == "order" and what in ("created", "updated", "fulfillment.updated"):
        yield _order(told.get(f"order_{what.replace('.', '_')}"), settings)
    elif kind == "customer":
        yield Ignored("a customer's details are asked for when they next buy")
    else:
        yield Ignored(f"{event.type} says nothing of a sale")


def _part(told: Any, name: str, kind: Any) -> Any:
    if not isinstance(told, dict) or name not in told:
        raise Unfit(f"expected {name}", at=f"data.object.{name}")
    try:
        return msgspec.convert(told[name], kind)
    except msgspec.ValidationError as error:
        fault = fault_in(error, f"data.object.{name}")
        raise Unfit(fault.message, at=fault.at) from error


def _order(told: Any, settings: Settings) -> Event:
    """Thin: it only says that there is something to ask for."""
    if not isinstance(told, dict) or not isinstance(told.get("order_id"), str):
        raise Unfit("expected the id of an order", at="data.object")
    return _elsewhere(str(told.get("location_id", "")), settings) or Fetch("order", told["order_id"])


def _payment(payment: Payment, settings: Settings) -> Iterator[Event]:
    """What was bought is asked for. A card that is being held to the till says at once who is there."""
    elsewhere = _elsewhere(payment.location_id, settings)
    if elsewhere is not None:
        yield elsewhere
        return
    if payment.order_id is None:
        yield fitting(_alone(payment, settings))
        return
    known = payment.customer_id or payment.card_details.card.fingerprint
    if payment.status in ("APPROVED", "PENDING") and known:
        yield fitting(_somebody(payment, payment.order_id, settings))
    yield Fetch("order", payment.order_id)


def _refund(refund: Refund, settings: Settings) -> Iterator[Event]:
    yield _elsewhere(refund.location_id, settings) or (
        Fetch("order", refund.order_id) if refund.order_id else Fetch("refund", refund.id)
    )


def _elsewhere(location: str, settings: Settings) -> Ignored | None:
    own = settings["location_id"]
    return Elsewhere(f"of another location, {location}") if own and location and location != own else None


# -- a payment by itself ----------------------------------------------------------------------------------------------
def _somebody(payment: Payment, order: str, settings: Settings) -> Transaction:
    """The order that it pays for, still open and empty: any version of the order itself comes after it."""
    return _of_payment(payment, order, (), 0, 0, settings)


def _alone(payment: Payment, settings: Settings) -> Transaction:
    """A payment without an order: an amount that somebody typed."""
    bought = Line(name=UNNAMED, quantity="1", total=payment.amount_money.amount)
    tip, total = payment.tip_money.amount, payment.amount_money.amount + payment.tip_money.amount
    return _of_payment(payment, payment.id, (bought,), tip, total, settings)


def _of_payment(
    payment: Payment, id: str, lines: tuple[Line, ...], tip: int, total: int, settings: Settings
) -> Transaction:
    card = payment.card_details.card
    paid = payment.total_money if payment.total_money.currency else payment.amount_money
    tender = Tender(
        kind=payment.source_type.lower(), amount=paid.amount, fingerprint=card.fingerprint, last4=card.last_4
    )
    return Transaction(
        id=id,
        source=sales.SOURCE,
        shop=settings["shop"],
        till=tills.till_of([payment], settings),
        revision=since_epoch(payment.updated_at or payment.created_at),
        state=STATES.get(payment.status, "open"),  # type: ignore[arg-type]
        at=payment.offline_payment_details.client_created_at or payment.created_at,
        currency=paid.currency,
        lines=lines,
        tip=tip,
        total=total,
        tenders=(tender,),
        customer=sales.evidence(Customer(payment.customer_id or ""), payment.buyer_email_address),
    )


# -- what it answered -------------------------------------------------------------------------------------------------
def _found(said: dict[str, Any], settings: Settings) -> Iterator[Event]:
    found = msgspec.convert(
        {**without_nulls(said), "order": said.get("order"), "orders": said.get("orders", [])}, Found
    )
    customers = (*found.customers, *([found.customer] if found.customer is not None else ()))
    singles = [("order", found.order)] if found.order is not None else []
    orders = singles + [(f"orders[{place}]", order) for place, order in enumerate(found.orders)]
    raws = [(where, msgspec.json.encode(order)) for where, order in orders]

    def sold(raw: bytes) -> list[Event]:
        return sales.events_of(order_of(msgspec.json.decode(raw)), found.payments, customers, settings)

    yield from read_each(raws, sold)
    for refund in found.refunds:
        yield _given_back(refund, found.payments, settings)
    if not raws and not found.refunds:
        yield Ignored("an answer without an order")


def _given_back(refund: Refund, payments: tuple[Payment, ...], settings: Settings) -> Event:
    of = next((payment for payment in payments if payment.id == refund.payment_id), None)
    if of is None:
        return Ignored("a refund of a payment that is not known")
    return sales.refund_without_order(refund, of.order_id or of.id, settings)
