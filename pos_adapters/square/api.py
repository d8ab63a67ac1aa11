"""Asking Square, by its own library: one order with what belongs to it, what changed since, and whether all is well.

Everything comes back as one document (`shapes.Found`), which `parse` reads: nothing is understood in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from loyalty.errors import Unknown
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, text_of, time_in
from pos_adapters.square.asking import asked, client, perhaps

if TYPE_CHECKING:
    from square import Square

PAGE_ORDERS_MAX = 50  # of one search
PAYMENTS_MAX = 300  # listed for one page of orders
LOCATIONS_MAX = 10  # Square searches no more at once


# -- one thing --------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    square = client(settings)
    if wanted.kind == "refund":
        refund = asked(square.refunds.get, wanted.id).get("refund", {})
        payment = refund.get("payment_id")
        payments = [asked(square.payments.get, payment).get("payment")] if payment else []
        return _document(refunds=[refund], payments=payments)
    order = asked(square.orders.get, wanted.id).get("order")
    if order is None:
        raise Unknown(f"square: there is no order {wanted.id}")
    ids = [tender.get("payment_id") for tender in order.get("tenders", [])]
    payments = _each(square.payments.get, "payment", ids)
    return _document(orders=[order], payments=payments, customers=_customers(square, [order], payments))


def _each(ask: Callable[..., Any], name: str, ids: Iterable[str | None]) -> list[Any]:
    """Each of them once. One that is gone, or that the token may not read, is left out: the order is worth more."""
    found = [perhaps(ask, id).get(name) for id in dict.fromkeys(ids) if id]
    return [one for one in found if one is not None]


def _customers(square: Square, orders: Sequence[Any], payments: Sequence[Any]) -> list[Any]:
    tenders = [tender for order in orders for tender in order.get("tenders", [])]
    return _each(square.customers.get, "customer", [one.get("customer_id") for one in (*orders, *tenders, *payments)])


def _document(**parts: Sequence[Any]) -> bytes:
    return msgspec.json.encode(parts)


# -- what changed -----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders in the order in which they changed, with their payments and customers."""
    square = client(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        found = _search(square, since, page, settings)
        return found.get("orders") or [], found.get("cursor")

    def whole(orders: Sequence[Any]) -> bytes:
        payments = _payments(square, orders, settings)
        return _document(orders=orders, payments=payments, customers=_customers(square, orders, payments))

    return pulled(cursor, now, search, _changed, whole)


def _search(square: Square, since: datetime, page: str, settings: Settings) -> dict[str, Any]:
    changed = {"updated_at": {"start_at": text_of(since)}}
    query = {"filter": {"date_time_filter": changed}, "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"}}
    more = {"cursor": page} if page else {}
    return asked(
        square.orders.search, location_ids=_locations(square, settings), query=query, limit=PAGE_ORDERS_MAX, **more
    )


def _locations(square: Square, settings: Settings) -> list[str]:
    """Those that are set, else all that the token sees."""
    if settings["location_id"]:
        return [settings["location_id"]]
    found = perhaps(square.locations.list).get("locations") or []
    return [one["id"] for one in found][:LOCATIONS_MAX]


def _payments(square: Square, orders: Sequence[Any], settings: Settings) -> list[Any]:
    """Of these orders, in one question: everything that was paid since the first of them was opened.

    An order that is open for weeks stands before more than anybody wants to read: then the rest is asked for by name.
    """
    wanted = {order.get("id") for order in orders if order.get("tenders")}
    if not wanted:
        return []
    since = min(str(order.get("created_at", "")) for order in orders if order.get("id") in wanted)
    listed, whole = _listed_since(square, since, settings)
    found = [payment for payment in listed if payment.get("order_id") in wanted]
    if whole:
        return found
    known = {payment.get("id") for payment in found}
    paid_by = [tender.get("payment_id") for order in orders for tender in order.get("tenders") or []]
    return found + _each(square.payments.get, "payment", [id for id in paid_by if id not in known])


def _listed_since(square: Square, since: str, settings: Settings) -> tuple[list[Any], bool]:
    """The payments, oldest first, and whether these are all."""
    location = {"location_id": settings["location_id"]} if settings["location_id"] else {}
    found: list[Any] = []
    more: dict[str, Any] = {}
    while len(found) < PAYMENTS_MAX:
        page = perhaps(square.payments.list, begin_time=since, sort_order="ASC", limit=100, **location, **more)
        found += page.get("payments") or []
        if not page.get("cursor"):
            return found, True
        more = {"cursor": page["cursor"]}
    return found, False


def _changed(order: Any) -> datetime | None:
    return time_in(order.get("updated_at") or order.get("created_at"))


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    if not settings["access_token"]:
        return ["access_token is missing: without it nothing that Square tells can be asked for"]
    try:
        found = perhaps(client(settings).locations.list).get("locations") or []
    except Later as trouble:
        return [trouble.message]
    names = {one.get("id", ""): one.get("name", "") for one in found}
    own = settings["location_id"]
    if own and names and own not in names:
        return [f"square: there is no location {own}; this token sees {_listed(names)}"]
    if not own and len(names) > 1:
        return [f"square: set location_id, since this account has several: {_listed(names)}"]
    return []


def _listed(names: dict[str, str]) -> str:
    return ", ".join(f"{id} ({name})" for id, name in names.items()) or "none"
