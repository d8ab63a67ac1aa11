"""What WooCommerce says of an order: webhooks as it sends them, and what it answered when it was asked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from loyalty.errors import Unfit
from loyalty.wire import Evidence, Line, Refund, Tender, Transaction
from pos_adapters import money
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.bills import dialled, evidence, line, rounding, utc, within_second
from pos_adapters.reading import exact, fitting, read_each, shaped
from pos_adapters.woocommerce.signing import PING

CASH = {"cod", "cash", "pos_cash"}
CARD = re.compile(r"stripe|card|woocommerce_payments|square|sumup|paypal_pro|mollie.*card|pos_terminal")
RANKS = ("checkout-draft", "pending", "failed", "on-hold", "processing", "completed", "refunded", "cancelled", "trash")
UNPAID = {"checkout-draft", "pending", "on-hold"}
VOIDED = {"cancelled", "failed", "trash"}


class Meta(Struct, frozen=True):
    """Plugins put anything into `value`."""

    key: str = ""
    value: Any = None
    display_value: Any = None


class Item(Struct, frozen=True):
    """Of an order, a refund (in negative amounts), or a fee. Net of tax; `total` after coupons, `subtotal` before."""

    total: Decimal
    name: str = ""
    parent_name: str = ""
    subtotal: Decimal = Decimal(0)
    quantity: Decimal | int = 1
    variation_id: int = 0
    sku: str = ""
    meta_data: tuple[Meta, ...] = ()


class GivenBack(Struct, frozen=True):
    """As an order lists it; `date_created_gmt` and `line_items` only where it was asked for."""

    id: int
    total: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    date_created_gmt: datetime | None = None
    line_items: tuple[Item, ...] = ()


class Billing(Struct, frozen=True):
    phone: str = ""
    email: str = ""


class Order(Struct, frozen=True):
    """Times in UTC, without a zone."""

    id: int
    status: str
    currency: str
    total: Decimal
    total_tax: Decimal
    date_created_gmt: datetime
    date_modified_gmt: datetime | None = None
    date_paid_gmt: datetime | None = None
    date_completed_gmt: datetime | None = None
    shipping_total: Decimal = Decimal(0)
    customer_id: int = 0
    billing: Billing = Billing()
    payment_method: str = ""
    created_via: str = ""
    line_items: tuple[Item, ...] = ()
    fee_lines: tuple[Item, ...] = ()
    refunds: tuple[GivenBack, ...] = ()
    meta_data: tuple[Meta, ...] = ()


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """An order; `{"id"}` of one that was deleted; or `{"orders", "refunds": {order: [refund]}}` as `fetch` brings."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    if raw.startswith(PING):
        yield Ignored("a ping: the webhook was saved")
        return
    said = exact(raw)
    if not isinstance(said, dict):
        raise Unfit("expected an order of WooCommerce's, as a JSON object")
    if "orders" in said:
        refunds = said.get("refunds", {})
        places = [(f"orders[{place}]", document(one)) for place, one in enumerate(said["orders"])]
        yield from read_each(places, lambda one: _told(exact(one), refunds, settings))
    elif set(said) == {"id"}:  # in the trash, from where it can still be read; or a product, which is no order
        yield Fetch("order", str(said["id"]))
    elif "line_items" in said:
        yield from _told(said, {}, settings)
    else:
        yield Ignored("nothing of an order")


def _told(said: dict[str, Any], refunds: dict[str, Any], settings: Settings) -> list[Event]:
    order = shaped(said, Order)
    if settings["created_via"] and order.created_via != settings["created_via"]:
        return [Ignored(f"an order made elsewhere, by {order.created_via or 'nothing'}")]
    known = shaped(refunds.get(str(order.id), ()), tuple[GivenBack, ...], "refunds")
    return [fitting(_sale(order, {one.id: one for one in known}, settings))]


# -- a sale -----------------------------------------------------------------------------------------------------------
def _sale(order: Order, known: dict[int, GivenBack], settings: Settings) -> Transaction:
    def minor(amount: Decimal) -> int:
        return money.nearest(amount, order.currency)  # plugins add fees of a third of a cent

    state = _state(order)
    tips, fees = _fees(order, settings)
    tip, charge = minor(tips), minor(fees + order.shipping_total)
    lines = tuple(_line(item, order.currency) for item in order.line_items)
    total, tax = minor(order.total), minor(order.total_tax)
    left = sum(line.total for line in lines) + tax + tip + charge - total
    return Transaction(
        id=str(order.id),
        source="woocommerce",
        shop=settings["shop"],
        till=settings["till"] or None,
        revision=_revision(order, known),
        state=state,
        at=utc(
            (order.date_paid_gmt or order.date_completed_gmt if state == "paid" else None) or order.date_created_gmt
        ),
        changed_at=utc(order.date_modified_gmt) if order.date_modified_gmt and state == "open" else None,
        currency=order.currency,
        lines=lines,
        order_discount=rounding(left, lines) + max(0, -charge),  # a fee below nothing takes something off
        tax=tax,
        tip=tip,
        service_charge=max(0, charge),
        total=total,
        tenders=_tenders(order, total) if state == "paid" else (),
        refunds=_refunds(order, known, total),
        customer=_customer(order, settings),
    )


def _state(order: Order) -> Literal["open", "paid", "voided"]:
    """Shops make states of their own: then it counts whether it was paid."""
    if order.status in VOIDED:
        return "voided"
    if order.status in UNPAID or (order.status not in RANKS and order.date_paid_gmt is None):
        return "open"
    return "paid"


def _revision(order: Order, known: dict[int, GivenBack]) -> int:
    """When it changed, which WooCommerce tells to the second; within one, by how far it has come and what is known."""
    rank = RANKS.index(order.status) if order.status in RANKS else RANKS.index("on-hold")
    known_of = 2 * min(len(order.refunds), 50) + bool(known)
    return within_second(utc(order.date_modified_gmt or order.date_created_gmt), rank * 110 + known_of)


def _line(item: Item, currency: str) -> Line:
    """`Latte - Large` is a Large of `Latte`. A choice that is no part of that is a modifier, as `milk: oat`."""
    name, base = html.unescape(item.name), html.unescape(item.parent_name or item.name)
    chosen = [one for one in item.meta_data if one.key and not one.key.startswith("_") and isinstance(one.value, str)]
    kinds = [str(one.display_value or one.value) for one in chosen if one.key.startswith("pa_")]
    variation = name.removeprefix(base).strip(" -–") if name.startswith(base) else ""
    variation = variation or (", ".join(kinds) if item.variation_id else "")
    parts = {part.strip().casefold() for part in variation.split(",")}
    return line(
        base,
        money.nearest(item.total, currency),
        quantity=item.quantity,
        variation=variation,
        modifiers=(f"{m.key}: {m.value}" for m in chosen if str(m.display_value or m.value).casefold() not in parts),
        sku=item.sku,
        list_price=money.nearest(item.subtotal / item.quantity, currency) if item.quantity else None,
    )


def _fees(order: Order, settings: Settings) -> tuple[Decimal, Decimal]:
    """What of them is a tip, by its name, and the rest."""
    names = [re.escape(name.strip()) for name in settings["tip_names"].split(",") if name.strip()]
    tip = re.compile(rf"\b(?:{'|'.join(names) or '(?!)'})\b", re.IGNORECASE)
    tips = [fee.total for fee in order.fee_lines if tip.search(html.unescape(fee.name))]
    return sum(tips, Decimal(0)), sum((fee.total for fee in order.fee_lines), Decimal(0)) - sum(tips)


def _tenders(order: Order, total: int) -> tuple[Tender, ...]:
    if not order.payment_method or not total:
        return ()
    cash, card = order.payment_method in CASH, CARD.search(order.payment_method)
    return (Tender(kind="cash" if cash else "card" if card else order.payment_method[:64], amount=total),)


def _refunds(order: Order, known: dict[int, GivenBack], total: int) -> tuple[Refund, ...]:
    changed = order.date_modified_gmt or order.date_created_gmt
    found = [_refund(one, known.get(one.id, one), order.currency, changed) for one in order.refunds]
    rest = total - sum(one.amount for one in found)
    if order.status == "refunded" and rest > 0:  # set by hand, by a plugin that makes no refund
        found.append(Refund(id=f"{order.id}/rest", at=utc(changed), amount=rest))
    return tuple(found)


def _refund(listed: GivenBack, known: GivenBack, currency: str, changed: datetime) -> Refund:
    lines = (_line(item, currency) for item in known.line_items if item.quantity or item.total)
    return Refund(
        id=str(listed.id),
        at=utc(known.date_created_gmt or changed),
        amount=abs(money.nearest(listed.total or known.amount, currency)),
        lines=tuple(replace(line, total=abs(line.total)) for line in lines),
    )


def _customer(order: Order, settings: Settings) -> Evidence | None:
    member: Sequence[Any] = [one.value for one in order.meta_data if one.key == settings["member_field"] and one.value]
    return evidence(
        pos_id=order.customer_id,
        phone=dialled(order.billing.phone),
        email=order.billing.email,
        reference=str(member[0]) if member else None,
    )
