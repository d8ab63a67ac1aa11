"""Asking Shopify's REST API: an order with its transactions, what changed since, and whether all is well.

Everything comes back as `{"orders": [...]}`, each with its transactions: nothing is understood in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from loyalty.errors import Unfit, Unknown
from pos_adapters.asking import Api, Expired, NotAllowed, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, text_of, time_in
from pos_adapters.tokens import Token, Tokens

ADMIN = "/admin/api/2026-07"
PAGE_ORDERS_MAX = 50
FIELDS = ",".join((
    *("id", "order_number", "created_at", "processed_at", "updated_at", "cancelled_at", "location_id", "currency"),
    *("financial_status", "taxes_included", "total_price", "total_tax", "total_tip_received", "line_items"),
    *("shipping_lines", "refunds", "customer", "phone", "email", "note_attributes"),
))  # fmt: skip
TOPICS = ("orders/create", "orders/updated", "refunds/create")
_TOKENS = Tokens()


# -- one thing --------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    order = _named("order", api.get(f"{ADMIN}/orders/{part('shopify', wanted.id)}.json", fields=FIELDS))
    return document({"orders": [_whole(api, order, settings)]})


def _whole(api: Api, order: Any, settings: Settings) -> Any:
    """With how it was paid. One that is passed over anyway is not asked about."""
    if settings["location_id"] not in ("", str(order.get("location_id"))):
        return order
    path = f"{ADMIN}/orders/{part('shopify', str(order['id']))}/transactions.json"
    found = api.perhaps(path, in_shop_currency="true") or {}
    return {**order, "transactions": found.get("transactions", [])}


# -- what changed -----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders that changed, with their transactions."""
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        first = {"status": "any", "updated_at_min": text_of(since), "order": "updated_at asc"}
        asked = {"page_info": page} if page else first
        found, after = api.page(f"{ADMIN}/orders.json", limit=PAGE_ORDERS_MAX, fields=FIELDS, **asked)
        return _named("orders", found), after.get("page_info")

    def whole(orders: Sequence[Any]) -> bytes:
        return document({"orders": [_whole(api, order, settings) for order in orders]})

    return pulled(cursor, now, search, lambda order: time_in(order.get("updated_at")), whole)


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    try:
        api = _api(settings)
        webhooks = _named("webhooks", api.get(f"{ADMIN}/webhooks.json", limit=250))
        locations = (api.perhaps(f"{ADMIN}/locations.json") or {}).get("locations", [])
        return [*_subscribed(webhooks, settings["public_url"]), *_located(locations, settings["location_id"])]
    except (Later, Unknown, Unfit) as trouble:
        return [trouble.message]


def _subscribed(webhooks: Sequence[Any], own: str) -> list[str]:
    here = {one.get("topic") for one in webhooks if str(one.get("address", "")).rstrip("/") == own.rstrip("/")}
    gone = [topic for topic in TOPICS if topic not in here]
    if not own or not gone:
        return []
    return [
        f"shopify: this app has no webhook for {', '.join(gone)} to {own}: Shopify deletes one after 8 failures in a"
        " row. Make it as NOTES.md says; until then sales are found by asking"
    ]


def _located(locations: Sequence[Any], own: str) -> list[str]:
    names = {str(one.get("id")): one.get("name", "") for one in locations}
    listed = ", ".join(f"{id} ({name})" for id, name in names.items())
    if own and names and own not in names:
        return [f"shopify: there is no location {own}; this shop has {listed}"]
    if not own and len(names) > 1:
        return [f"shopify: set location_id, since this shop has several: {listed}"]
    return []


def _named(name: str, found: Any) -> Any:
    if not isinstance(found, dict) or not isinstance(found.get(name), dict | list):
        raise Later(no_json("shopify"))
    return found[name]


# -- how it is asked --------------------------------------------------------------------------------------------------
def _api(settings: Settings) -> Api:
    """Raises Later, in words, where nothing can be asked at all."""
    base = settings["api_base"] or (settings["shop_domain"] and f"https://{settings['shop_domain']}")
    if not base:
        raise Later("shopify: shop_domain is not set; it is the shop's own, such as kestrel-coffee.myshopify.com")
    own, per_s = settings["access_token"], float(settings["per_s"])
    if own:
        return Api("shopify", base, lambda: {"x-shopify-access-token": own}, per_s=per_s, said=_said)
    if not (settings["client_id"] and settings["client_secret"]):
        raise Later("shopify: set access_token, or client_id and client_secret, to ask for orders")
    key = (base, settings["client_id"], settings["client_secret"])
    return Api(
        "shopify", base, lambda: {"x-shopify-access-token": _TOKENS.get(key, lambda: _minted(*key))},
        anew=lambda: _TOKENS.forget(key), per_s=per_s, said=_said,
    )  # fmt: skip


def _minted(base: str, client_id: str, secret: str) -> Token:
    """The client credentials grant: for an app and a shop of the same organisation. It lasts a day."""
    given = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    try:
        said = Api("shopify", base, said=_said).ask("POST", "/admin/oauth/access_token", data=given)
        return Token(str(said["access_token"]), float(said["expires_in"]))
    except (Unfit, Unknown, NotAllowed, Expired, LookupError, TypeError) as error:
        raise Later(
            f"shopify: no token for client_id and client_secret ({error}): is the app installed in this shop, and of"
            " the same organisation? Else set access_token"
        ) from error


def _said(body: Any) -> str:
    return str(body.get("error_description") or body.get("errors") or body.get("error") or "")
