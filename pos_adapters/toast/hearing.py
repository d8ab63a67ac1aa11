"""What Toast says: webhooks with a whole order in them, and the orders that it answered when it was asked.

One sale of ours is one check of an order. A webhook has nobody's phone or e-mail, and no currency: the order is asked
for, and what comes of that has the higher revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from loyalty.errors import Unfit
from pos_adapters.asking import document
from pos_adapters.base import Elsewhere, Event, Fetch, Ignored, SettingNeeded, Settings
from pos_adapters.reading import exact, read_each, shaped
from pos_adapters.toast import loyalty, sales
from pos_adapters.toast.shapes import Check, Order


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(exact(body), settings))


def _read(said: Any, settings: Settings) -> Iterator[Event]:
    if isinstance(said, list):  # as it stands in Toast's answer
        said = {"orders": said}
    if not isinstance(said, dict):
        raise Unfit("expected an event or an order of Toast's, as a JSON object")
    if loyalty.is_question(said):
        yield Ignored("a loyalty question: answered at once")
    elif "eventType" in said:
        yield from _webhook(said, settings)
    elif "orders" in said or "checks" in said:
        orders = shaped(said.get("orders", [said]), list[Any], "orders")
        currency = settings["currency"] or str(said.get("currency", ""))
        yield from _orders(((f"orders[{n}]", one) for n, one in enumerate(orders)), currency, True, settings)
    else:
        raise Unfit("expected an event or an order of Toast's; was this sent by Toast?")


def _webhook(said: dict[str, Any], settings: Settings) -> Iterator[Event]:
    details = shaped(said.get("details", {}), dict[str, Any], "details")
    own, shop, told = settings["restaurant_guid"], details.get("restaurantGuid"), details.get("order")
    if told is None:
        yield Ignored(f"{said['eventType']} says nothing of a sale")
        return
    if own and shop != own:
        yield Elsewhere(f"an order of another restaurant, {shop}")
        return
    order = shaped(told, Order, "details.order")
    if settings["currency"]:
        yield from _orders([("details.order", told)], settings["currency"], False, settings)
    if not settings["currency"] or _names_somebody(told):
        yield Fetch("order", order.guid)


def _names_somebody(order: dict[str, Any]) -> bool:
    checks = order.get("checks", [])
    return isinstance(checks, list) and any(isinstance(check, dict) and check.get("customer") for check in checks)


def _orders(orders: Iterable[tuple[str, Any]], currency: str, whole: bool, settings: Settings) -> list[Event]:
    """`whole`: as they were asked for, with whoever they name."""

    def read(raw: bytes) -> Iterator[Event]:
        item = exact(raw)
        order = shaped(item["order"], Order, "order")
        passed_over = _passed_over(order)
        if passed_over:
            yield Ignored(passed_over)
        elif currency:
            yield sales.sale(order, shaped(item["check"], Check), currency, whole, settings)
        else:
            raise SettingNeeded("toast: set currency, since these credentials may not ask for it", at="currency")

    return read_each((item for where, order in orders for item in _checks(where, order)), read)


def _checks(where: str, order: Any) -> Iterator[tuple[str, bytes]]:
    """Each check with its order's head, so that a bad one costs no other."""
    checks = order.get("checks") if isinstance(order, dict) else None
    if not isinstance(checks, list):
        yield where, document({"order": order})
        return
    head = {name: held for name, held in order.items() if name != "checks"}
    for place, check in enumerate(checks):
        yield f"{where}.checks[{place}]", document({"order": head, "check": check})


def _passed_over(order: Order) -> str:
    if order.created_in_test_mode:
        return "an order made in Toast's test mode"
    if order.excess_food:
        return "food that was thrown away"
    if order.approval_status != "APPROVED":
        return f"an order that the restaurant has not taken on yet: {order.approval_status}"
    return ""
