"""What SumUp says: events that point to a checkout, and transactions in full; amounts in major units.

Everything that names transactions without saying what was bought (a checkout, the history) only points to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from loyalty.errors import Unfit
from loyalty.wire import Refund, Tender, Transaction
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.bills import line, since_epoch
from pos_adapters.money import nearest
from pos_adapters.reading import exact, fitting, read_each, shaped
from pos_adapters.tills import till_of

When = Annotated[datetime, Meta(tz=True)]
State = Literal["open", "paid", "voided"]
STATES: dict[str, tuple[int, State]] = {  # in the order in which a transaction may pass through them
    "PENDING": (0, "open"), "SUCCESSFUL": (1, "paid"), "REFUNDED": (2, "paid"),
    "CANCELLED": (3, "voided"), "FAILED": (3, "voided"),
}  # fmt: skip
BACK = ("REFUND", "CHARGE_BACK")  # the other events are about what SumUp pays out
CARDS = ("POS", "ECOM", "MOTO", "RECURRING")
HEARD = ("checkouts.paid", "checkouts.updated", "checkouts.failed")


class Card(Struct, frozen=True):
    last_4_digits: str | None = None
    payment_account_reference: str | None = None


class Device(Struct, frozen=True):
    uuid: str | None = None
    name: str | None = None


class Product(Struct, frozen=True):
    total_with_vat: Decimal
    quantity: Decimal = Decimal(1)
    name: str = ""
    price_with_vat: Decimal | None = None


class Happened(Struct, frozen=True):
    type: str
    id: int = 0
    status: str = ""
    amount: Decimal = Decimal(0)
    timestamp: When | None = None


class Sale(Struct, frozen=True):
    """A transaction in full. `amount` holds `tip_amount` and `vat_amount`."""

    transaction_code: str
    amount: Decimal
    currency: str
    timestamp: When
    status: str
    merchant_code: str = ""
    payment_type: str = "UNKNOWN"
    product_summary: str | None = None
    tip_amount: Decimal = Decimal(0)
    vat_amount: Decimal = Decimal(0)
    card: Card = Card()
    device_info: Device = Device()
    products: tuple[Product, ...] = ()
    events: tuple[Happened, ...] = ()


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = shaped(exact(raw), dict[str, Any])
    kind = said.get("type", said.get("event_type", ""))
    if kind in HEARD or kind == "CHECKOUT_STATUS_CHANGED":
        yield Fetch("checkout", shaped(said["object"]["id"] if "object" in said else said["id"], str))
    elif kind:
        yield Ignored(f"{kind} says nothing of a sale")
    elif "timestamp" in said:
        yield _event(shaped(said, Sale), settings)
    else:
        yield from _found(said, settings)


def _found(said: dict[str, Any], settings: Settings) -> Iterator[Event]:
    """What `pull` brings, a page of the history, or a checkout, whose transactions are as thin as the history's."""
    name = next((name for name in ("sales", "items", "transactions") if name in said), None)
    if name is None and "checkout_reference" not in said:
        raise Unfit("expected an event, a checkout or transactions of SumUp's")
    read = _in_full if name == "sales" else _thin
    items = [(f"{name}[{place}]", document(one)) for place, one in enumerate(said[name] if name else ())]
    yield from read_each(items, lambda one: [read(one, settings)])
    if not items:
        yield Ignored("a checkout or a page without a transaction")


def _in_full(raw: bytes, settings: Settings) -> Event:
    return _event(shaped(exact(raw), Sale), settings)


def _thin(raw: bytes, settings: Settings) -> Event:
    return Fetch("transaction", shaped(exact(raw), dict[str, Any])["id"])


def _event(sale: Sale, settings: Settings) -> Event:
    if settings["merchant_code"] and sale.merchant_code not in ("", settings["merchant_code"]):
        return Ignored(f"a transaction of another merchant, {sale.merchant_code}")
    return fitting(_transaction(sale, settings))


def _transaction(sale: Sale, settings: Settings) -> Transaction:
    def minor(value: Decimal) -> int:
        return nearest(value, sale.currency)

    total, tip = minor(sale.amount), minor(sale.tip_amount)
    lines = tuple(
        line(
            one.name,
            minor(one.total_with_vat),
            quantity=one.quantity,
            list_price=None if one.price_with_vat is None else minor(one.price_with_vat),
        )
        for one in sale.products
    ) or (line(sale.product_summary, total - tip),)
    back = [one for one in sale.events if one.type in BACK]
    return Transaction(
        id=sale.transaction_code,
        source="sumup",
        shop=settings["shop"],
        till=till_of(sale.device_info.uuid or sale.device_info.name, settings),
        revision=_revision(sale, back),
        state=_state(sale)[1],
        at=sale.timestamp.replace(microsecond=0),  # as its events have it
        currency=sale.currency,
        lines=lines,
        order_discount=sum(one.total for one in lines) + tip - total,  # what no product explains
        tax=minor(sale.vat_amount),
        tax_included=True,
        tip=tip,
        total=total,
        tenders=(
            Tender(
                kind="card" if sale.card != Card() or sale.payment_type in CARDS else sale.payment_type.lower(),
                amount=total,
                fingerprint=sale.card.payment_account_reference,
                last4=sale.card.last_4_digits,
            ),
        ),
        refunds=tuple(
            Refund(id=str(one.id), at=one.timestamp or sale.timestamp, amount=abs(minor(one.amount)))
            for one in back
            if one.status != "FAILED"
        ),
    )


def _state(sale: Sale) -> tuple[int, State]:
    if sale.status not in STATES:
        raise Unfit(f"expected a status such as SUCCESSFUL, got {sale.status!r}", at="status")
    return STATES[sale.status]


def _revision(sale: Sale, back: list[Happened]) -> int:
    """SumUp has no time of change: the last thing that happened, then how far it got, then how much of it failed."""
    last = max([sale.timestamp, *(one.timestamp for one in back if one.timestamp)])
    steps = sum(2 if one.status == "FAILED" else 1 for one in back)
    return (since_epoch(last) << 8) + (_state(sale)[0] << 6) + min(steps, 63)
