"""Square's own shapes, as far as we read them. Nulls are taken off before: what may be missing has a default."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from loyalty.wire import Quantity
from pos_adapters.reading import without_nulls

When = Annotated[datetime, Meta(tz=True)]


class Money(Struct, frozen=True):
    amount: int = 0
    currency: str = ""


NONE = Money()


class Modifier(Struct, frozen=True):
    name: str = ""
    quantity: Quantity = "1"
    base_price_money: Money = NONE


class Applied(Struct, frozen=True):
    """A tax on one line: which of the order's, and how much of it."""

    tax_uid: str = ""
    applied_money: Money = NONE


class LineItem(Struct, frozen=True):
    """Of an order, or of a return. `total_money` holds the taxes."""

    quantity: Quantity
    total_money: Money
    name: str = ""
    variation_name: str = ""
    catalog_object_id: str | None = None
    modifiers: tuple[Modifier, ...] = ()
    base_price_money: Money | None = None
    applied_taxes: tuple[Applied, ...] = ()
    total_tax_money: Money = NONE
    total_service_charge_money: Money = NONE


class Tax(Struct, frozen=True):
    uid: str = ""
    type: str = "ADDITIVE"


class Card(Struct, frozen=True):
    fingerprint: str | None = None
    last_4: str | None = None


class CardDetails(Struct, frozen=True):
    status: str = ""
    card: Card = Card()


class Tender(Struct, frozen=True):
    type: str
    amount_money: Money
    customer_id: str | None = None
    payment_id: str | None = None
    created_at: When | None = None
    card_details: CardDetails = CardDetails()


class Amounts(Struct, frozen=True):
    total_money: Money = NONE
    tax_money: Money = NONE
    tip_money: Money = NONE
    service_charge_money: Money = NONE


class Return(Struct, frozen=True):
    uid: str = ""
    source_order_id: str | None = None
    return_line_items: tuple[LineItem, ...] = ()
    return_taxes: tuple[Tax, ...] = ()
    return_amounts: Amounts | None = None


class OrderRefund(Struct, frozen=True):
    id: str
    created_at: When
    amount_money: Money
    status: str = ""


class Rounding(Struct, frozen=True):
    amount_money: Money = NONE


class Order(Struct, frozen=True):
    id: str
    location_id: str
    created_at: When
    state: str = "OPEN"
    version: int = 0
    updated_at: When | None = None
    closed_at: When | None = None
    customer_id: str | None = None
    line_items: tuple[LineItem, ...] = ()
    taxes: tuple[Tax, ...] = ()
    total_money: Money = NONE
    total_tax_money: Money = NONE
    total_tip_money: Money = NONE
    total_service_charge_money: Money = NONE
    rounding_adjustment: Rounding = Rounding()
    net_amount_due_money: Money | None = None
    tenders: tuple[Tender, ...] = ()
    returns: tuple[Return, ...] = ()
    return_amounts: Amounts = Amounts()
    refunds: tuple[OrderRefund, ...] = ()
    fulfillments: tuple[dict[str, Any], ...] = ()


class Device(Struct, frozen=True):
    device_id: str | None = None
    device_name: str | None = None


class Offline(Struct, frozen=True):
    client_created_at: When | None = None


class Payment(Struct, frozen=True):
    id: str
    status: str
    created_at: When
    location_id: str = ""
    updated_at: When | None = None
    order_id: str | None = None
    customer_id: str | None = None
    buyer_email_address: str | None = None
    amount_money: Money = NONE
    tip_money: Money = NONE
    total_money: Money = NONE
    source_type: str = "OTHER"
    card_details: CardDetails = CardDetails()
    device_details: Device = Device()
    is_offline_payment: bool = False
    offline_payment_details: Offline = Offline()


class Refund(Struct, frozen=True):
    id: str
    status: str
    created_at: When
    amount_money: Money
    location_id: str = ""
    updated_at: When | None = None
    order_id: str | None = None
    payment_id: str | None = None


class Customer(Struct, frozen=True):
    id: str
    phone_number: str | None = None
    email_address: str | None = None
    reference_id: str | None = None


class Found(Struct, frozen=True):
    """What was asked for, and what belongs to it: the one shape in which `fetch` and `pull` hand on what they read."""

    order: Any = None
    orders: tuple[Any, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    customer: Customer | None = None
    customers: tuple[Customer, ...] = ()


class Event(Struct, frozen=True):
    """A webhook. What it is about stands in `data.object` under a name that its type gives."""

    type: str
    data: dict[str, Any]


def order_of(found: Any) -> Order:
    return msgspec.convert(without_nulls(found), Order)
