"""Asking Clover: one order with its customer, what changed since, and whether all is well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.errors import RegularsError, Unknown
from pos_adapters.asking import Api, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.clover.orders import ZERO, time
from pos_adapters.pulling import pulled

PAGE_ORDERS_MAX = 50  # of one search
REACH = timedelta(days=89)  # filters find nothing that is older than ninety days
EXPAND = (
    "lineItems.modifications,lineItems.discounts,discounts,serviceCharge,payments.cardTransaction,refunds,credits,voids,"
    "customers"
)
CONTACT = "phoneNumbers,emailAddresses"


def _api(settings: Settings) -> Api:
    """Raises Later, in words, where nothing can be asked at all."""
    for name in ("access_token", "merchant_id"):
        if not settings[name]:
            raise Later(f"clover: {name} is missing")
    headers = {"authorization": f"Bearer {settings['access_token']}"}
    base = f"{settings['api_base'].rstrip('/')}/v3/merchants/{part('clover', settings['merchant_id'])}"
    return Api("clover", base, lambda: headers, said=lambda body: str(body["message"]))


def _asked(api: Api, path: str, **query: str | int) -> dict[str, Any]:
    found = api.get(path, **query)
    if not isinstance(found, dict):
        raise Later(no_json("clover"))
    return found


# -- one thing --------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    if wanted.kind == "deleted order":
        return _whole(api, [_deleted(api, *wanted.id.rsplit("@", 1))])
    id = wanted.id
    if wanted.kind == "payment":
        id = str((_asked(api, f"/payments/{part('clover', id)}", expand="order").get("order") or {}).get("id", ""))
    return _whole(api, [_asked(api, f"/orders/{part('clover', id)}", expand=EXPAND)])


def _deleted(api: Api, id: str, ms: str = "0") -> dict[str, Any]:
    """An order that is gone, as what is left of it: nobody can be asked what it was, only in which currency."""
    found = api.perhaps(f"/orders/{part('clover', id)}", expand=EXPAND)
    if isinstance(found, dict):
        return found
    currency = _asked(api, "/properties").get("defaultCurrency")
    return {"id": id, "currency": currency, "createdTime": int(ms), "deletedTimestamp": int(ms)}


def _whole(api: Api, orders: Sequence[dict[str, Any]]) -> bytes:
    """With phone and e-mail of each customer, where the token may read them and the order does not say."""
    named = [one for order in orders for one in (order.get("customers") or {}).get("elements", [])]
    bare = [one for one in named if not set(CONTACT.split(",")) & set(one)]
    for id in dict.fromkeys(one["id"] for one in bare):
        found = api.perhaps(f"/customers/{part('clover', id)}", expand=CONTACT)
        for one in bare:
            one.update(found if isinstance(found, dict) and one["id"] == id else {})
    return document({"elements": orders})


# -- what changed -----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders as they changed, each page from the time of the last change on the one before.

    Not by Clover's offset: an order that changes meanwhile moves to the end, and all behind it move up by one, over the
    edge of the page. An offset only counts those that changed in the very same millisecond.
    """
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        first = max(since, now - REACH)
        start, _, skip = (page or str((first - ZERO) // timedelta(milliseconds=1))).partition("+")
        found = _asked(
            api, "/orders", filter=f"modifiedTime>={start}", orderBy="modifiedTime ASC", expand=EXPAND,
            limit=PAGE_ORDERS_MAX, offset=int(skip or 0),
        ).get("elements") or []  # fmt: skip
        last = str(found[-1]["modifiedTime"]) if found else start
        if last != start:
            return found, last
        return found, f"{start}+{int(skip or 0) + len(found)}" if len(found) == PAGE_ORDERS_MAX else None

    return pulled(cursor, now, search, lambda order: time(order["modifiedTime"]), lambda found: _whole(api, found))


# -- is all well? -----------------------------------------------------------------------------------------------------
def renew(settings: Settings) -> Mapping[str, str]:
    """A new pair of tokens for the app; the old refresh token is worth nothing from then on."""
    if not settings["refresh_token"]:
        return {}
    given = {"client_id": settings["client_id"], "refresh_token": settings["refresh_token"]}
    said = Api("clover", settings["api_base"]).ask("POST", "/oauth/v2/refresh", json=given)
    try:
        return {name: str(said[name]) for name in ("access_token", "refresh_token")}
    except (LookupError, TypeError) as error:
        raise Later(no_json("clover")) from error


def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words. Whether the webhook is still on, Clover tells nobody."""
    try:
        _asked(_api(settings), "/orders", limit=1, expand="customers,payments")
    except Unknown:
        return [f"clover: there is no merchant {settings['merchant_id']} for this token"]
    except RegularsError as trouble:
        return [trouble.message]
    return []
