"""What Loyverse says: receipts, in a webhook and in what it answers. Amounts in major units, the currency beside them.

A webhook knows neither the currency nor who the customer is: `api` asks for both and puts them into its document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

from loyalty.errors import Unfit
from loyalty.wire import RefundOf, Tender, Transaction
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.money import nearest
from pos_adapters.reading import exact, fitting, read_each, shaped
from pos_adapters.tills import till_of

When = Annotated[datetime, Meta(tz=True)]
NOTHING = Decimal(0)


class Modifier(Struct, frozen=True):
    name: str = ""
    option: str = ""
    price: Decimal = NOTHING


class Item(Struct, frozen=True):
    """`gross_total_money`: with modifiers, before discounts and before taxes that are added."""

    quantity: Decimal
    gross_total_money: Decimal
    item_name: str = ""
    variant_name: str | None = None
    sku: str | None = None
    price: Decimal = NOTHING
    total_discount: Decimal = NOTHING
    line_modifiers: tuple[Modifier, ...] = ()


class Tax(Struct, frozen=True):
    type: str = "INCLUDED"
    money_amount: Decimal = NOTHING


class Payment(Struct, frozen=True):
    money_amount: Decimal
    type: str = "OTHER"
    payment_details: dict[str, Any] = {}


class Receipt(Struct, frozen=True):
    receipt_number: str
    total_money: Decimal
    receipt_date: When  # by the till; created_at is when it was sent to Loyverse
    updated_at: When
    receipt_type: str = "SALE"
    refund_for: str | None = None
    cancelled_at: str | None = None
    store_id: str = ""
    pos_device_id: str | None = None
    customer_id: str | None = None
    total_tax: Decimal = NOTHING
    tip: Decimal = NOTHING
    surcharge: Decimal = NOTHING
    total_taxes: tuple[Tax, ...] = ()
    line_items: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()


class Customer(Struct, frozen=True):
    phone_number: str | None = None
    email: str | None = None
    customer_code: str | None = None


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = shaped(exact(raw), dict[str, Any])
    kind = said.get("type", "")
    if kind not in ("", "receipts.update"):
        yield Ignored(f"{kind} says nothing of a sale")
        return
    if "receipts" not in said:
        raise Unfit("expected receipts of Loyverse's", at="receipts")
    items = [(f"receipts[{place}]", document(one)) for place, one in enumerate(said["receipts"])]
    yield from read_each(items, lambda one: _events(shaped(exact(one), Receipt), said, settings))


def _events(receipt: Receipt, said: Mapping[str, Any], settings: Settings) -> Iterator[Event]:
    told = "type" in said  # by webhook, and signed only if there is a secret to sign with
    currency = settings["currency"] or said.get("currency", "")
    if settings["store_id"] and receipt.store_id != settings["store_id"]:
        yield Ignored(f"a receipt of another store, {receipt.store_id}")
    elif receipt.receipt_type == "REFUND" and not receipt.refund_for:
        yield Ignored("a refund that names no sale")
    elif not currency or (told and not settings["client_secret"]):
        yield Fetch("receipt", receipt.receipt_number)
    else:
        known = {one["id"]: one for one in said.get("customers", ())}
        customer = shaped(known.get(receipt.customer_id, {}), Customer)
        yield fitting(_sale(receipt, customer, currency, settings))
        if told and receipt.customer_id:
            yield Fetch("receipt", receipt.receipt_number)  # for the customer's phone and e-mail


def _sale(receipt: Receipt, customer: Customer, currency: str, settings: Settings) -> Transaction:
    def minor(value: Decimal) -> int:
        return nearest(value, currency)

    lines = tuple(
        line(
            item.item_name,
            minor(item.gross_total_money - item.total_discount),
            quantity=item.quantity,
            variation=item.variant_name,
            modifiers=[": ".join(filter(None, (one.name, one.option))) for one in item.line_modifiers],
            sku=item.sku,
            list_price=minor(item.price + sum((one.price for one in item.line_modifiers), NOTHING)),
        )
        for item in receipt.line_items
    )
    added = minor(sum((tax.money_amount for tax in receipt.total_taxes if tax.type == "ADDED"), NOTHING))
    tip, surcharge, total = minor(receipt.tip), minor(receipt.surcharge), minor(_total(receipt))
    due = sum(one.total for one in lines) + added + tip + surcharge
    richer = customer != Customer() or not receipt.customer_id  # than a webhook of the same moment
    return Transaction(
        id=receipt.receipt_number,
        source="loyverse",
        shop=settings["shop"],
        till=till_of(receipt.pos_device_id, settings),
        revision=since_epoch(receipt.updated_at) * 2 + richer,
        state="voided" if receipt.cancelled_at else "paid",
        at=receipt.receipt_date,
        currency=currency,
        refund_of=RefundOf(id=receipt.refund_for) if receipt.refund_for else None,
        lines=lines,
        order_discount=due - total,  # what no line explains: points that were paid with, and rounding
        tax=added or minor(receipt.total_tax),
        tax_included=not added,
        tip=tip,
        service_charge=surcharge,
        total=total,
        tenders=tuple(_tender(payment, currency) for payment in receipt.payments),
        customer=evidence(
            pos_id=receipt.customer_id,
            phone=customer.phone_number,
            email=customer.email,
            reference=customer.customer_code,
        ),
    )


def _total(receipt: Receipt) -> Decimal:
    """Whether total_money holds the tip is not documented: what was paid says so."""
    paid = sum((payment.money_amount for payment in receipt.payments), NOTHING)
    return paid if paid == receipt.total_money + receipt.tip else receipt.total_money


def _tender(payment: Payment, currency: str) -> Tender:
    """A terminal that is built in says more, but not in every country; a number may be masked, or missing."""
    digits = str(payment.payment_details.get("card_number", ""))[-4:]
    card = "CARD" in payment.type or bool(payment.payment_details)
    return Tender(
        kind="card" if card else payment.type.lower(),
        amount=nearest(payment.money_amount, currency),
        last4=digits if digits.isdecimal() and len(digits) == 4 else None,
    )
