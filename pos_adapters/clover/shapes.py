"""Clover's own shapes, as far as we read them: amounts in minor units, times in milliseconds since 1970.

Nulls are taken off before, and `{"elements": […]}` is a list; what may be missing has a default.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct


class Named(Struct, frozen=True, rename="camel"):
    id: str = ""


class Rate(Struct, frozen=True, rename="camel"):
    """A discount, with a negative amount or a percentage; or a service charge. `percentage_decimal` is times 10000."""

    amount: int = 0
    percentage: Decimal = Decimal(0)
    percentage_decimal: Decimal | None = None

    def of(self, base: int) -> int:
        """Half up, without a sign."""
        percent = self.percentage if self.percentage_decimal is None else self.percentage_decimal / 10_000
        return abs(self.amount) or int((base * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


class Modification(Struct, frozen=True, rename="camel"):
    name: str = ""
    amount: int = 0


class Item(Struct, frozen=True, rename="camel"):
    """One unit; or a weight, then `unit_qty` is in thousandths."""

    id: str = ""
    name: str = ""
    price: int = 0
    unit_qty: int | None = None
    exchanged: bool = False
    item: Named = Named()
    modifications: tuple[Modification, ...] = ()
    discounts: tuple[Rate, ...] = ()


class Means(Struct, frozen=True, rename="camel"):
    label: str = ""
    label_key: str = ""


class Card(Struct, frozen=True, rename="camel"):
    last4: str | None = None


class Payment(Struct, frozen=True, rename="camel"):
    """`amount` holds the tax, not the tip."""

    id: str
    created_time: int
    amount: int = 0
    tip_amount: int = 0
    tax_amount: int = 0
    result: str = "SUCCESS"
    offline: bool = False
    client_created_time: int = 0
    modified_time: int = 0
    service_charge: Rate = Rate()
    tender: Means = Means()
    card_transaction: Card = Card()
    device: Named = Named()


class Back(Struct, frozen=True, rename="camel"):
    """A refund, or a credit: `amount` holds tax and tip."""

    id: str
    created_time: int
    amount: int
    tax_amount: int = 0
    tip_amount: int = 0
    voided: bool = False
    line_items: tuple[Named, ...] = ()


class Phone(Struct, frozen=True, rename="camel"):
    phone_number: str = ""


class Email(Struct, frozen=True, rename="camel"):
    email_address: str = ""
    primary_email: bool = False


class Customer(Struct, frozen=True, rename="camel"):
    id: str
    phone_numbers: tuple[Phone, ...] = ()
    email_addresses: tuple[Email, ...] = ()


class Order(Struct, frozen=True, rename="camel"):
    """`total` is after discounts, with tax, without tips."""

    id: str
    currency: str
    created_time: int
    modified_time: int = 0
    deleted_timestamp: int = 0
    total: int = 0
    payment_state: str = ""
    tax_removed: bool = False
    is_vat: bool = False
    test_mode: bool = False
    device: Named = Named()
    service_charge: Rate = Rate()
    discounts: tuple[Rate, ...] = ()
    line_items: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()
    voids: tuple[Payment, ...] = ()
    refunds: tuple[Back, ...] = ()
    credits: tuple[Back, ...] = ()
    customers: tuple[Customer, ...] = ()
