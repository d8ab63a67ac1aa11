"""An item of a notification of Adyen's, as far as we read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from pos_adapters.reading import exact, shaped


class Amount(Struct, frozen=True):
    """`value` in Adyen's minor units."""

    value: int
    currency: str


class Item(Struct, frozen=True, rename="camel"):
    event_code: str
    event_date: Annotated[datetime, Meta(tz=True)]
    psp_reference: str
    amount: Amount
    merchant_account_code: str = ""
    merchant_reference: str = ""
    original_reference: str = ""
    payment_method: str = "card"
    success: str = ""
    additional_data: dict[str, str] = {}


class Wrapped(Struct, frozen=True):
    item: Item = field(name="NotificationRequestItem")


class Items(Struct, frozen=True):
    """A notification, its items not looked into yet."""

    items: tuple[dict[str, object], ...] = field(name="notificationItems")


def items_of(raw: bytes) -> tuple[dict[str, object], ...]:
    return shaped(exact(raw), Items).items


def item_of(said: object) -> Item:
    return shaped(said, Wrapped).item
