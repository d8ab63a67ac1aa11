"""Asking WooCommerce by its REST API; everything comes back as one document, which `parse` reads."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty.errors import RegularsError
from pos_adapters.asking import Api, document, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, time_in

PAGE_MAX = 100  # orders, or webhooks; WooCommerce gives no more at once
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
WHERE = "WooCommerce → Settings → Advanced → Webhooks"


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    return _whole(api, [api.get(f"/orders/{part('woocommerce', wanted.id)}")])


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders in the order in which they changed; then those that went into the trash, which are in no other list."""
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        status, after, number = (page or f"any {_text(since)} 1").split()
        order = {"orderby": "modified", "order": "asc", "modified_after": after, "dates_are_gmt": "true"}
        found = api.get("/orders", status=status, per_page=PAGE_MAX, page=number, **order) or []
        if len(found) < PAGE_MAX:
            return found, f"trash {_text(since)} 1" if status == "any" else None
        return found, f"{status} {_onward(found, after, int(number))}"

    return pulled(cursor, now, search, _changed, lambda orders: _whole(api, orders))


def _onward(found: Sequence[Any], after: str, number: int) -> str:
    """Goes on from the last, not by counting: what changes meanwhile moves to the end, and all behind it would move up.

    `modified_after` leaves its own second out.
    """
    last = _changed(found[-1])
    before = _text(last - timedelta(seconds=1)) if last else after
    return f"{before} 1" if before > after else f"{after} {number + 1}"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _changed(order: Any) -> datetime | None:
    return time_in(f"{order.get('date_modified_gmt')}Z")


def _whole(api: Api, orders: Sequence[Any]) -> bytes:
    """With what each refund gave back, which an order does not say."""
    refunded = [order["id"] for order in orders if order.get("refunds")]
    refunds = {str(id): api.perhaps(f"/orders/{id}/refunds", per_page=PAGE_MAX) or [] for id in refunded}
    return document({"orders": orders, "refunds": refunds})


def _api(settings: Settings) -> Api:
    """Raises Later where nothing can be asked at all."""
    for name in ("api_base", "consumer_key", "consumer_secret"):
        if not settings[name]:
            raise Later(f"woocommerce: {name} is missing")
    pair = f"{settings['consumer_key']}:{settings['consumer_secret']}"
    headers = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    base = f"{settings['api_base'].rstrip('/')}/wp-json/wc/v3"
    return Api("woocommerce", base, lambda: headers, per_s=5.0, said=lambda body: body["message"])


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    try:
        api = _api(settings)
        api.get("/orders", per_page=1)
        return _hooks(api, settings["public_url"].rstrip("/")) if settings["public_url"] else []
    except RegularsError as trouble:
        return [trouble.message]


def _hooks(api: Api, address: str) -> list[str]:
    """Nothing where the key may not read them."""
    found: list[Any] = []
    for number in range(1, 11):
        page = api.perhaps("/webhooks", per_page=PAGE_MAX, page=number)
        if page is None:
            return []
        found += page
        if len(page) < PAGE_MAX:
            break
    ours = {one["topic"]: one["status"] for one in found if str(one["delivery_url"]).rstrip("/") == address}
    missing = [topic for topic in TOPICS if topic not in ours]
    off = [topic for topic, status in ours.items() if topic in TOPICS and status != "active"]
    said = [f"woocommerce: no webhook tells {', '.join(missing)} to {address}; add it under {WHERE}"] if missing else []
    if off:
        said.append(
            f"woocommerce: the webhook for {', '.join(off)} is {ours[off[0]]}; WooCommerce disables one after more "
            f"than 5 failures in a row: set its status to Active under {WHERE}"
        )
    return said
