"""Stripe's own shapes, as far as we read them. Amounts in Stripe's smallest units, times in seconds since 1970."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Customer(Struct, frozen=True):
    """Also what stands under `billing_details`."""

    id: str = ""
    phone: str | None = None
    email: str | None = None
    metadata: dict[str, str] = {}


class Part(Struct, frozen=True):
    """Of an amount: a tip, a tax."""

    amount: int = 0
    total_tax_amount: int = 0


class Item(Struct, frozen=True):
    """A line of the sale, where the till wrote some into the payment intent."""

    product_name: str
    quantity: int
    unit_cost: int
    discount_amount: int = 0
    product_code: str | None = None
    tax: Part = Part()


class Details(Struct, frozen=True):
    tip: Part = Part()
    tax: Part = Part()
    shipping: Part = Part()
    discount_amount: int = 0


class Intent(Struct, frozen=True):
    id: str
    amount: int
    currency: str
    created: int
    status: str
    customer: str | Customer | None = None
    latest_charge: str | None = None
    receipt_email: str | None = None
    metadata: dict[str, str] = {}
    amount_details: Details = Details()


class Refund(Struct, frozen=True):
    id: str
    amount: int
    currency: str
    created: int
    status: str = "succeeded"


class Refunds(Struct, frozen=True):
    data: tuple[Refund, ...] = ()


class Means(Struct, frozen=True):
    """What was paid with: a card held to a reader, a card typed in, an account."""

    fingerprint: str | None = None
    last4: str | None = None
    location: str = ""
    reader: str | None = None
    offline: dict[str, int | str] = {}


class Charge(Struct, frozen=True):
    """`payment_intent` and `customer` are ids in a webhook, and whole as `fetch` brings them."""

    id: str
    amount: int
    currency: str
    created: int
    status: str
    captured: bool = True
    refunded: bool = False
    amount_captured: int = 0
    payment_intent: str | Intent | None = None
    customer: str | Customer | None = None
    receipt_email: str | None = None
    billing_details: Customer = Customer()
    metadata: dict[str, str] = {}
    payment_method_details: dict[str, Any] = {}
    refunds: Refunds = Refunds()


class Found(Struct, frozen=True):
    """What `fetch` brings: a charge, the lines of its payment intent, and the refund that was asked for."""

    charge: Charge
    lines: tuple[Item, ...] = ()
    refund: Refund | None = None


class Input(Struct, frozen=True):
    phone: dict[str, str] = {}
    email: dict[str, str] = {}


class Action(Struct, frozen=True):
    """What a reader did: it took a card, or asked for a phone number."""

    payment_method: dict[str, Any] = {}
    inputs: tuple[Input, ...] = ()


class Data(Struct, frozen=True):
    object: dict[str, Any]


class Event(Struct, frozen=True):
    type: str
    created: int
    data: Data
