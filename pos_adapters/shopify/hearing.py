"""What Shopify says: webhooks, what it answered when it was asked, and what our extension tells from the till.

A webhook's topic stands in a header alone, which nobody has who reads the bytes: they are told apart by their shape.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from loyalty.wire import Transaction
from pos_adapters.base import Elsewhere, Event, Fetch, Ignored, Notice, Settings
from pos_adapters.reading import read_each
from pos_adapters.shopify import sales, till
from pos_adapters.shopify.shapes import Id, Order, Post, Refund

Told = dict[str, msgspec.Raw]
_PARTS = msgspec.json.Decoder(Told)
_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_POST = msgspec.json.Decoder(Post)
_ORDER = msgspec.json.Decoder(Order)
_REFUND = msgspec.json.Decoder(Refund)


class Pointing(msgspec.Struct, frozen=True):
    order_id: Id


_POINTING = msgspec.json.Decoder(Pointing)


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, or what `fetch` and `pull` brought. One order that cannot be read costs no other."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    told = _PARTS.decode(raw)
    if "orders" in told:
        items = ((f"orders[{place}]", bytes(one)) for place, one in enumerate(_MANY.decode(told["orders"])))
        yield from read_each(items, lambda one: sales.events_of(_ORDER.decode(one), settings))
    elif "order_number" in told:
        yield from _order(_ORDER.decode(raw), settings)
    elif "refund_line_items" in told:
        yield from _refund(_REFUND.decode(raw), settings)
    elif "event" in told and "session" in told:
        yield till.event_of(_POST.decode(raw), settings)
    elif "order_edit" in told:
        yield Fetch("order", str(_POINTING.decode(told["order_edit"]).order_id))
    elif {"order_id", "kind", "gateway"} <= told.keys():  # order_transactions/create
        yield Fetch("order", str(_POINTING.decode(raw).order_id))
    else:
        yield _other(told)


def _order(order: Order, settings: Settings) -> Iterator[Event]:
    """As far as it says; how it was paid, and at which till, is asked for."""
    if elsewhere := sales.of_another(order.location_id, settings):
        yield elsewhere
        return
    yield from (event for event in sales.events_of(order, settings) if not _wants_its_till(event))
    yield Fetch("order", str(order.id))


def _wants_its_till(event: Event) -> bool:
    """Of nobody, as far as it says: a check-in at its till may say more, but only of a sale that is told with it."""
    if not isinstance(event, Transaction) or event.refund_of is not None:
        return False
    return event.state == "paid" and event.customer is None and event.till is None


def _refund(refund: Refund, settings: Settings) -> Iterator[Event]:
    """It does not say where its sale was made; the order does, and holds it as well."""
    places = {str(one.location_id) for one in refund.transactions if one.location_id}
    own = settings["location_id"]
    if own and places and own not in places:
        yield Elsewhere(f"paid back at another location, {', '.join(sorted(places))}")
    else:
        yield sales.receipt_of(refund, settings)
    if refund.order_id is not None:
        yield Fetch("order", str(refund.order_id))


def _other(told: Told) -> Event:
    if "orders_to_redact" in told or "orders_requested" in told:
        return Notice("Shopify asks for what is known of a customer, or to erase them: its e-mail to you says whom")
    if "myshopify_domain" in told:
        return Notice("Shopify says that the app was uninstalled or the shop changed: is the app still installed?")
    return Ignored("it says nothing of a sale")
