"""Toast's own shapes, as far as we read them. Amounts are JSON doubles in major units, times ISO 8601 with `+0000`.

Nulls are taken off before: what may be missing has a default.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

When = Annotated[datetime, Meta(tz=True)]
ZERO = Decimal(0)


class Ref(Struct, frozen=True, rename="camel"):
    guid: str = ""


class Device(Struct, frozen=True, rename="camel"):
    id: str = ""


class RefundDetails(Struct, frozen=True, rename="camel"):
    """How much of one line was given back, without its tax."""

    refund_amount: Decimal = ZERO
    refund_transaction: Ref = Ref()


class Selection(Struct, frozen=True, rename="camel"):
    """A line, or a modifier of one. `price`: after every discount, with its modifiers, for the whole quantity."""

    display_name: str = ""
    quantity: Decimal = Decimal(1)
    pre_discount_price: Decimal = ZERO
    price: Decimal = ZERO
    selection_type: str = ""
    voided: bool = False
    item: Ref = Ref()
    modifiers: tuple[Selection, ...] = ()
    refund_details: RefundDetails | None = None


class Refund(Struct, frozen=True, rename="camel"):
    refund_date: When
    refund_amount: Decimal = ZERO  # without the tip
    tip_refund_amount: Decimal = ZERO
    refund_transaction: Ref = Ref()


class Payment(Struct, frozen=True, rename="camel"):
    guid: str
    type: str
    amount: Decimal = ZERO  # without the tip
    tip_amount: Decimal = ZERO
    last4_digits: str | None = None
    card_payment_id: str | None = None
    payment_status: str = ""
    void_info: Any = None
    paid_date: When | None = None
    refund: Refund | None = None


class Charge(Struct, frozen=True, rename="camel"):
    charge_amount: Decimal = ZERO
    gratuity: bool = False


class Customer(Struct, frozen=True, rename="camel"):
    """A webhook has the guid alone."""

    guid: str = ""
    phone: str = ""
    phone_country_code: str = ""
    email: str = ""


class Loyalty(Struct, frozen=True, rename="camel"):
    loyalty_identifier: str = ""
    vendor: str = ""


class Check(Struct, frozen=True, rename="camel"):
    """`total_amount`: with tax and discounts, without tips; refunds do not change it."""

    guid: str
    payment_status: str = "OPEN"
    total_amount: Decimal = ZERO
    tax_amount: Decimal = ZERO
    selections: tuple[Selection, ...] = ()
    applied_service_charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    customer: Customer = Customer()
    applied_loyalty_info: Loyalty = Loyalty()
    created_device: Device = Device()
    created_date: When | None = None
    opened_date: When | None = None
    modified_date: When | None = None
    paid_date: When | None = None
    closed_date: When | None = None
    voided: bool = False
    deleted: bool = False


class Order(Struct, frozen=True, rename="camel"):
    """Without its checks, which are read one by one."""

    guid: str
    created_device: Device = Device()
    created_date: When | None = None
    opened_date: When | None = None
    modified_date: When | None = None
    approval_status: str = "APPROVED"
    voided: bool = False
    deleted: bool = False
    excess_food: bool = False
    created_in_test_mode: bool = False
