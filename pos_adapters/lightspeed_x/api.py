"""Asking Lightspeed X: one sale with names, customer and outlet, what changed since, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from loyalty.errors import RegularsError
from pos_adapters.asking import Api, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.lightspeed_x.sales import time
from pos_adapters.pulling import FIRST_LOOK

VERSION = "/api/2026-07"
PAGE_SALES_MAX = 50
PER_S = 20.0  # they limit only five minutes: 300 for each register
VERSION_MAX = 1 << 42  # beyond what any sale has: theirs have ten digits in 2026


def _api(settings: Settings, path: str = VERSION) -> Api:
    """Raises Later, in words, where nothing can be asked at all."""
    if not settings["access_token"]:
        raise Later("lightspeed_x: access_token is missing")
    base = settings["api_base"].rstrip("/")
    if not base:
        if not settings["domain_prefix"].replace("-", "").isalnum():
            raise Later("lightspeed_x: domain_prefix is missing, such as harbour of harbour.retail.lightspeed.app")
        base = f"https://{settings['domain_prefix']}.retail.lightspeed.app"
    headers = {"authorization": f"Bearer {settings['access_token']}"}
    return Api("lightspeed_x", base + path, lambda: headers, per_s=PER_S, said=lambda body: str(body["error"]))


def _data(found: Any, kind: type[Any]) -> Any:
    """What stands in the answer under `data`."""
    if not isinstance(found, dict) or not isinstance(found.get("data"), kind):
        raise Later(no_json("lightspeed_x"))
    return found["data"]


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    return _whole(api, [_data(api.get(f"/sales/{part('lightspeed_x', wanted.id)}"), dict)])


def _whole(api: Api, sales: Sequence[dict[str, Any]]) -> bytes:
    """Sales name products, customers and outlets by id alone."""
    lines = [line for sale in sales for line in sale.get("line_items") or []]
    return document({
        "data": sales,
        "products": _each(api, "/products", ((line.get("product") or {}).get("id") for line in lines)),
        "customers": _each(api, "/customers", (sale.get("customer_id") for sale in sales)),
        "outlets": _each(api, "/outlets", ((sale.get("source") or {}).get("outlet_id") for sale in sales)),
    })  # fmt: skip


def _each(api: Api, path: str, ids: Iterable[Any]) -> list[Any]:
    """Each of them once. One that is gone, or that the token may not read, is left out: the sale is worth more."""
    wanted = [str(id) for id in dict.fromkeys(ids) if id]
    found = [api.perhaps(f"{path}/{part('lightspeed_x', id)}") for id in wanted]
    return [one["data"] for one in found if isinstance(one, dict) and isinstance(one.get("data"), dict)]


# -- what changed -----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Sales by version: a number that grows with each change of any of them. The cursor is the last one seen."""
    api = _api(settings)
    after = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 20 else _first(api, now)
    found = _after(api, after, PAGE_SALES_MAX)
    last = max([after, *map(_version, found)])
    return Page(_whole(api, found), str(last), more=last > after)


def _first(api: Api, now: datetime) -> int:
    """Behind which version the last day begins, by halving: there is no asking by time, and a shop may be years old."""
    since = now - FIRST_LOOK
    low, middle, high = 0, 0, VERSION_MAX
    while low < high:
        older = [
            one for one in _after(api, middle, 1) if time(str(one.get("date") or one.get("sale_date") or now)) < since
        ]
        low, high = (max(middle + 1, _version(older[0])), high) if older else (low, middle)
        middle = (low + high) // 2
    return low


def _after(api: Api, version: int, most: int) -> list[dict[str, Any]]:
    return [one for one in _data(api.get("/sales", after=version, page_size=most), list) if isinstance(one, dict)]


def _version(sale: dict[str, Any]) -> int:
    return int(sale.get("version") or (sale.get("_metadata") or {}).get("version") or 0)


# -- is all well? -----------------------------------------------------------------------------------------------------
def renew(settings: Settings) -> Mapping[str, str]:
    """A new pair of tokens for the app; the old refresh token is worth nothing from then on."""
    if not settings["refresh_token"]:
        return {}
    given = {name: settings[name] for name in ("client_id", "client_secret", "refresh_token")}
    said = _api(settings, "").ask("POST", "/api/1.0/token", data={"grant_type": "refresh_token", **given})
    try:
        return {name: str(said[name]) for name in ("access_token", "refresh_token")}
    except (LookupError, TypeError) as error:
        raise Later(no_json("lightspeed_x")) from error


def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    try:
        api = _api(settings)
        outlets = {str(one.get("id")): one.get("name") for one in _data(api.get("/outlets"), list)}
        hooks = api.perhaps("/webhooks")
    except RegularsError as trouble:
        return [trouble.message]
    known, own = ", ".join(f"{id} ({name})" for id, name in outlets.items()), settings["outlet_id"]
    wrong = []
    if own and own not in outlets:
        wrong.append(f"lightspeed_x: there is no outlet {own}; this token sees {known or 'none'}")
    if not own and len(outlets) > 1:
        wrong.append(f"lightspeed_x: set outlet_id, since this account has several: {known}")
    return wrong + _unheard(hooks, settings["public_url"])


def _unheard(hooks: Any, url: str) -> list[str]:
    """Where the webhook is gone or switched off. Nothing where the token may not read them, or nobody waits for any."""
    if not url or not isinstance(hooks, dict) or not isinstance(hooks.get("data"), list):
        return []
    ours = [one for one in hooks["data"] if one.get("type") == "sale.update" and str(one.get("url")).startswith(url)]
    if not ours:
        return [f"lightspeed_x: there is no webhook sale.update to {url} any more: make one, as its notes say"]
    if not any(one.get("active") for one in ours):
        return [f"lightspeed_x: the webhook sale.update to {ours[0]['url']} is switched off: set it active again"]
    return []
