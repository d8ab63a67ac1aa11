"""What Zettle says: purchases, in a webhook as text within its JSON, and in what it answers. Amounts in minor units.

A refund is a purchase with negative amounts. Its webhook does not name the sale, so that it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec import Struct, field

from loyalty.errors import Unfit
from loyalty.wire import RefundOf, Tender, Transaction
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.bills import line, since_epoch
from pos_adapters.pulling import time_in
from pos_adapters.reading import exact, fitting, read_each, shaped
from pos_adapters.tills import till_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Told(Struct, frozen=True):
    """A webhook. `payload` is JSON once more, as text; of a test message it is an object."""

    eventName: str
    payload: Any = ""
    timestamp: str = ""


class Discount(Struct, frozen=True):
    """On the whole row: one of the two."""

    amount: Decimal = Decimal(0)
    percentage: Decimal = Decimal(0)


class Product(Struct, frozen=True):
    quantity: Decimal
    unitPrice: int
    name: str = ""
    variantName: str | None = None
    sku: str | None = None
    discount: Discount = Discount()


class Payment(Struct, frozen=True):
    """`amount` holds `gratuityAmount`; the purchase's own amount does not."""

    amount: int
    type: str
    gratuityAmount: int = 0
    attributes: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Any] = field(default_factory=dict)


class Charge(Struct, frozen=True):
    amount: int = 0


class Purchase(Struct, frozen=True):
    currency: str
    timestamp: int | str
    purchaseUuid: str = ""  # in a webhook
    purchaseUUID1: str = ""  # from the API, whose purchaseUUID is the same in another spelling
    vatAmount: int = 0
    udid: str | None = None
    taxationMode: str = "INCLUSIVE"
    refund: bool = False
    refundsPurchaseUUID1: str | None = None
    serviceCharge: Charge = Charge()
    products: tuple[Product, ...] = ()
    payments: tuple[Payment, ...] = ()


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = shaped(exact(raw), dict[str, Any])
    kind = said.get("eventName", "")
    if kind == "PurchaseCreated":
        yield _event(shaped(exact(shaped(said, Told).payload.encode()), Purchase, "payload"), settings)
    elif kind:
        yield Ignored(f"{kind} says nothing of a sale")
    elif "purchases" in said:
        items = [(f"purchases[{place}]", document(one)) for place, one in enumerate(said["purchases"])]
        yield from read_each(items, lambda one: [_event(shaped(exact(one), Purchase), settings)])
    else:
        yield _event(shaped(said, Purchase), settings)


def _event(purchase: Purchase, settings: Settings) -> Event:
    back = purchase.refund or any(one.amount < 0 or "refundsPayment" in one.references for one in purchase.payments)
    if not back or purchase.refundsPurchaseUUID1:
        return fitting(_sale(purchase, settings))
    if not purchase.purchaseUUID1:
        return Fetch("purchase", purchase.purchaseUuid)
    return Ignored("a refund that names no sale")


def _sale(purchase: Purchase, settings: Settings) -> Transaction:
    """Of a refund, what was given back: as positive as what was bought."""
    at = _time(purchase.timestamp)
    lines = tuple(
        line(
            one.name,
            _row(one),
            quantity=one.quantity,
            variation=one.variantName,
            sku=one.sku,
            list_price=one.unitPrice,
        )
        for one in purchase.products
    )
    total = abs(sum(one.amount for one in purchase.payments))
    tip = abs(sum(one.gratuityAmount for one in purchase.payments))
    tax, included = abs(purchase.vatAmount), purchase.taxationMode != "EXCLUSIVE"
    charge = abs(purchase.serviceCharge.amount)
    due = sum(one.total for one in lines) + tip + charge + (0 if included else tax)
    return Transaction(
        id=purchase.purchaseUUID1 or purchase.purchaseUuid,
        source="zettle",
        shop=settings["shop"],
        till=till_of(purchase.udid, settings),
        revision=since_epoch(at),  # a purchase never changes
        state="paid",
        at=at,
        currency=purchase.currency,
        refund_of=RefundOf(id=purchase.refundsPurchaseUUID1) if purchase.refundsPurchaseUUID1 else None,
        lines=lines,
        order_discount=due - total,  # what no row explains: discounts on the whole, and rounding
        tax=tax,
        tax_included=included,
        tip=tip,
        service_charge=charge,
        total=total,
        tenders=tuple(_tender(one) for one in purchase.payments),
    )


def _row(product: Product) -> int:
    price = abs(product.quantity) * product.unitPrice
    off = product.discount.amount or price * product.discount.percentage / 100
    return int((price - abs(off)).to_integral_value(ROUND_HALF_UP))


def _tender(payment: Payment) -> Tender:
    last4 = str(payment.attributes.get("maskedPan", ""))[-4:]
    return Tender(
        kind=payment.type.lower().removeprefix("izettle_"),
        amount=abs(payment.amount),
        last4=last4 if len(last4) == 4 and last4.isdecimal() else None,
    )


def _time(text: int | str) -> datetime:
    """Milliseconds in a webhook, text with an offset from the API."""
    at = EPOCH + timedelta(milliseconds=text) if isinstance(text, int) else time_in(text)
    if at is None:
        raise Unfit(f"expected a time with its offset, got {str(text)[:40]!r}", at="timestamp")
    return at
