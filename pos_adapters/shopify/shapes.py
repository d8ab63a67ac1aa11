"""Shopify's own shapes, as far as we read them: those of its REST API, which are the webhooks' too.

Read from the very bytes: `null` and *not there* are not the same for the key that makes a line a tip.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

When = Annotated[datetime, Meta(tz=True)]
Id = int | str
ZERO = Decimal(0)


class Money(Struct, frozen=True):
    amount: Decimal
    currency_code: str = ""


class Both(Struct, frozen=True):
    """An amount in the shop's currency; beside it stands the customer's, which we do not count in."""

    shop_money: Money


class Named(Struct, frozen=True):
    name: Any = None
    value: Any = None


class Allocation(Struct, frozen=True):
    amount: Decimal


class Item(Struct, frozen=True):
    """A line, or a shipping line. `price` is of one; `properties` are the modifiers."""

    price: Decimal = ZERO
    quantity: int = 1
    title: str | None = None
    variant_title: str | None = None
    sku: str | None = None
    properties: tuple[Named, ...] | None = None
    discount_allocations: tuple[Allocation, ...] | None = None
    tip_payment_gateway: str | UnsetType | None = UNSET  # a line that has this key is a tip, whatever it says


class Card(Struct, frozen=True):
    credit_card_number: str | None = None  # all but the last four are dots


class Taken(Struct, frozen=True):
    """An order transaction: money that moved, or was meant to."""

    kind: str
    status: str
    amount: Decimal
    gateway: str | None = None
    currency: str | None = None
    device_id: Id | None = None
    location_id: Id | None = None
    created_at: When | None = None
    processed_at: When | None = None
    payment_details: Card | None = None


class Returned(Struct, frozen=True):
    """A line of a refund. The plain amounts are binary floats, those in the sets decimal strings."""

    quantity: int
    subtotal: Decimal = ZERO
    total_tax: Decimal = ZERO
    subtotal_set: Both | None = None
    total_tax_set: Both | None = None
    line_item: Item | None = None


class Refund(Struct, frozen=True):
    id: Id
    created_at: When
    order_id: Id | None = None
    processed_at: When | None = None
    refund_line_items: tuple[Returned, ...] = ()
    transactions: tuple[Taken, ...] = ()


class Customer(Struct, frozen=True):
    id: Id | None = None
    email: str | None = None
    phone: str | None = None
    tags: str | None = None


class Order(Struct, frozen=True):
    """`transactions` are not Shopify's: `fetch` and `pull` put in what they asked for beside the order."""

    id: Id
    created_at: When
    currency: str
    total_price: Decimal
    line_items: tuple[Item, ...]
    financial_status: str | None = None
    location_id: Id | None = None
    processed_at: When | None = None
    updated_at: When | None = None
    cancelled_at: When | None = None
    taxes_included: bool = False
    total_tax: Decimal = ZERO
    total_tip_received: Decimal | None = None
    shipping_lines: tuple[Item, ...] | None = None
    refunds: tuple[Refund, ...] | None = None
    customer: Customer | None = None
    email: str | None = None
    phone: str | None = None
    note_attributes: tuple[Named, ...] | None = None
    transactions: tuple[Taken, ...] | None = None


class Session(Struct, frozen=True):
    """Of the POS app. `deviceId` is the one that transactions carry."""

    locationId: Id | None = None
    deviceId: Id | None = None


class Cart(Struct, frozen=True):
    customer: Customer | None = None


class Done(Struct, frozen=True):
    """A transaction of the POS app; without an order as long as the till is offline."""

    orderId: Id | None = None


class Post(Struct, frozen=True):
    """What our extension in the POS app tells."""

    event: str
    session: Session = Session()
    cart: Cart = Cart()
    transaction: Done = Done()
