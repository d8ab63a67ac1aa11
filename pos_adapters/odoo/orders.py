"""What Odoo says of an order: a webhook only that there is something to ask for, an answer everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from loyalty.errors import Unfit
from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from pos_adapters import money, tills
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.bills import dialled, evidence, line, rounding, utc, within_second
from pos_adapters.odoo.api import numbers
from pos_adapters.reading import exact, fitting, read_each, shaped

Link = tuple[int, str]
Number = Decimal | int
STATES: dict[str, Literal["open", "paid", "voided"]] = {
    "draft": "open", "paid": "paid", "done": "paid", "invoiced": "paid", "cancel": "voided",
}  # fmt: skip


class Order(Struct, frozen=True):
    """Times naive, in UTC. `amount_total` holds the tax, and is below nothing where something is given back."""

    id: int
    uuid: str
    state: str
    date_order: datetime
    write_date: datetime
    config_id: Link
    currency_id: Link
    amount_total: Number
    amount_tax: Number
    partner_id: Link | None = None
    email: str = ""
    mobile: str = ""
    refunded_order_id: Link | None = None
    lines: tuple[int, ...] = ()
    payment_ids: tuple[int, ...] = ()


class Item(Struct, frozen=True):
    """`price_unit` holds what the choices cost; `discount` in percent."""

    id: int
    product_id: Link
    qty: Number
    price_unit: Number
    price_subtotal: Number
    price_subtotal_incl: Number
    full_product_name: str = ""
    discount: Number = 0
    attribute_value_ids: tuple[int, ...] = ()
    combo_parent_id: Link | None = None


class Payment(Struct, frozen=True):
    id: int
    amount: Number
    payment_method_id: Link
    card_type: str = ""
    is_change: bool = False


class Chosen(Struct, frozen=True):
    id: int
    name: str
    attribute_id: Link


class Named(Struct, frozen=True):
    """What an order names: a partner, a point of sale, or the order that it refunds."""

    id: int
    phone: str = ""
    email: str = ""
    barcode: str = ""
    tip_product_id: Link | None = None
    uuid: str = ""


class Found(Struct, frozen=True):
    """What `fetch` and `pull` bring: orders, and what any of them names."""

    orders: tuple[Any, ...]
    lines: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()
    parents: tuple[Named, ...] = ()
    attributes: tuple[Chosen, ...] = ()
    partners: tuple[Named, ...] = ()
    configs: tuple[Named, ...] = ()


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = _without_false(exact(raw))
    if not isinstance(said, dict):
        raise Unfit("expected a webhook or an answer of Odoo's, as a JSON object")
    if "orders" in said:
        found = shaped(said, Found)
        places = [(f"orders[{place}]", document(one)) for place, one in enumerate(found.orders)]
        yield from read_each(places, lambda one: [_told(shaped(exact(one), Order), found, settings)])
    elif said.get("_model") == "pos.order":
        yield Fetch("pos.order", str(said["_id"]))
    else:
        yield Ignored(f"{said.get('_model', 'something')} says nothing of an order")


def _without_false(said: Any) -> Any:
    """Odoo says false where there is nothing."""
    if isinstance(said, dict):
        return {name: _without_false(held) for name, held in said.items() if held is not False}
    return [_without_false(held) for held in said] if isinstance(said, list) else said


# -- a sale -----------------------------------------------------------------------------------------------------------
def _told(order: Order, found: Found, settings: Settings) -> Event:
    shops = numbers(settings["config_id"])
    if shops and order.config_id[0] not in shops:
        return Ignored(f"an order of another point of sale, {order.config_id[1]}")
    refunded = order.refunded_order_id
    parent = next((one.uuid for one in found.parents if refunded and one.id == refunded[0]), "")
    if order.amount_total < 0 and not parent:
        return Ignored("given back without the sale that it was bought in")
    return fitting(_sale(order, parent if order.amount_total < 0 else "", found, settings))


def _sale(order: Order, parent: str, found: Found, settings: Settings) -> Transaction:
    """Where something is given back every amount is turned round. Odoo calculates in floats."""
    currency, sign = order.currency_id[1], -1 if parent else 1

    def minor(amount: Number) -> int:
        return sign * money.nearest(amount, currency)

    state = STATES.get(order.state, "paid" if order.payment_ids else "open")
    items, tips = _items(order, found, settings)
    inside = _tax_inside(items)
    lines = tuple(_line(one, minor(_total(one, inside)), found, currency, settings) for one in items)
    tax, tip = minor(order.amount_tax), sum(minor(one.price_subtotal_incl) for one in tips)
    total = minor(order.amount_total)
    left = sum(line.total for line in lines) + (0 if inside else tax) + tip - total
    return Transaction(
        id=order.uuid,
        source="odoo",
        shop=settings["shop"],
        till=_till(order, settings),
        revision=_revision(order),
        state=state,
        at=utc(order.date_order),
        changed_at=utc(order.write_date) if state == "open" else None,
        currency=currency,
        refund_of=RefundOf(id=parent) if parent else None,
        lines=lines,
        order_discount=rounding(left, lines),  # tax may be rounded for the whole order
        tax=tax,
        tax_included=inside,
        tip=tip,
        total=total,
        tenders=_tenders([one for one in found.payments if one.id in order.payment_ids], minor),
        customer=_customer(order, found),
    )


def _revision(order: Order) -> int:
    """When it was written, which Odoo tells to the second; within one, by how far it has come."""
    known = min(len(order.lines), 60) + 3 * min(len(order.payment_ids), 20) + 60 * bool(order.partner_id)
    rank = {"open": 0, "paid": 300, "voided": 800}[STATES.get(order.state, "open")] + 200 * (order.state == "done")
    return within_second(utc(order.write_date), rank + known)


def _till(order: Order, settings: Settings) -> str | None:
    """By the number of its point of sale, else by its name."""
    id, name = order.config_id
    return tills.till_of(str(id) if str(id) in tills.named(settings["tills"]) else name, settings)


def _items(order: Order, found: Found, settings: Settings) -> tuple[list[Item], list[Item]]:
    """What was bought, and the tips. Of a menu its parts are told: they hold its price."""
    own = [one for one in found.lines if one.id in order.lines]
    menus = {one.combo_parent_id[0] for one in own if one.combo_parent_id}
    named = {one.tip_product_id[0] for one in found.configs if one.tip_product_id and one.id == order.config_id[0]}
    tips = set(numbers(settings["tip_product_id"])) or named
    bought = [one for one in own if one.id not in menus or one.price_subtotal_incl]
    return [o for o in bought if o.product_id[0] not in tips], [o for o in bought if o.product_id[0] in tips]


def _tax_inside(items: Sequence[Item]) -> bool:
    """Whether prices hold their tax, which no order says: it is what they come to."""
    priced = sum((Decimal(one.price_unit) * one.qty * (100 - one.discount) / 100 for one in items), Decimal(0))
    off = [abs(priced - sum((_total(one, inside) for one in items), Decimal(0))) for inside in (True, False)]
    return off[0] <= off[1]


def _total(item: Item, inside: bool) -> Number:
    return item.price_subtotal_incl if inside else item.price_subtotal


def _line(item: Item, total: int, found: Found, currency: str, settings: Settings) -> Line:
    """`Latte (Large, Oat milk)`: the choices stand behind the name, and by their numbers."""
    names = {name.strip().casefold() for name in settings["size_names"].split(",")}
    name, chosen = item.full_product_name or item.product_id[1], item.attribute_value_ids
    known = [one for id in chosen for one in found.attributes if one.id == id]
    sizes = [one.name for one in known if one.attribute_id[1].casefold() in names]
    others = [one.name for one in known if one.name not in sizes]
    if chosen and name.endswith(")"):
        name, _, inside = name.removesuffix(")").rpartition(" (")
        others = others or ([] if known else inside.split(", "))
    return line(
        name,
        total,
        quantity=item.qty,
        variation=", ".join(sizes),
        modifiers=others,
        list_price=money.nearest(item.price_unit, currency),
    )


def _tenders(payments: Sequence[Payment], minor: Any) -> tuple[Tender, ...]:
    """The change is a payment of its own: taken off what was given in the same way."""
    change = {one.payment_method_id[0]: minor(one.amount) for one in payments if one.is_change}
    given = [one for one in payments if not one.is_change]
    return tuple(
        Tender(kind=_kind(one), amount=minor(one.amount) + change.pop(one.payment_method_id[0], 0)) for one in given
    )


def _kind(payment: Payment) -> str:
    """Shops name their ways of payment themselves."""
    return "card" if payment.card_type else payment.payment_method_id[1].strip().lower()[:64] or "other"


def _customer(order: Order, found: Found) -> Evidence | None:
    id = order.partner_id[0] if order.partner_id else 0
    known = next((one for one in found.partners if one.id == id), Named(id))
    return evidence(
        pos_id=id,
        phone=dialled(order.mobile or known.phone),
        email=order.email or known.email,
        reference=known.barcode,
    )
