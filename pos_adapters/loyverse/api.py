"""Asking Loyverse: one receipt, those that changed since, and whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty.errors import RegularsError
from pos_adapters.asking import Api, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, text_of, time_in

PER_S = 1.0  # sixty a minute
PAGE_MAX = 50  # of 250 that may be asked for: every customer is a question more, and a page is not to last for minutes


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    receipt = _api(settings).get(f"/v1.0/receipts/{part('loyverse', wanted.id)}")
    return _document([receipt], settings)


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """In no order that is documented: `pulled` goes on from a time only when all of its pages are read."""
    store = {"store_id": settings["store_id"]} if settings["store_id"] else {}

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        asked: dict[str, str | int] = {"updated_at_min": text_of(since), "limit": PAGE_MAX, **store}
        asked |= {"cursor": page} if page else {}
        found = _api(settings).get("/v1.0/receipts", **asked)
        return _listed(found, "receipts"), found.get("cursor")

    return pulled(cursor, now, search, lambda one: time_in(one.get("updated_at")), lambda all: _document(all, settings))


def _document(receipts: Sequence[Any], settings: Settings) -> bytes:
    """With what no receipt says: the currency, and who the customers are."""
    currency = settings["currency"] or _currency(settings["api_base"], settings["access_token"])
    ids = dict.fromkeys(one["customer_id"] for one in receipts if one.get("customer_id"))
    asked = [_api(settings).perhaps(f"/v1.0/customers/{part('loyverse', id)}") for id in ids]
    return document({"currency": currency, "receipts": receipts, "customers": [one for one in asked if one]})


def _listed(answer: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
        raise Later(no_json("loyverse"))
    return [one for one in answer[name] if isinstance(one, dict)]


def _api(settings: Settings) -> Api:
    if not settings["access_token"]:
        raise Later("loyverse: access_token is missing; the Back Office makes one under Settings, Access tokens")
    return _api_at(settings["api_base"], settings["access_token"])


def _api_at(base: str, token: str) -> Api:
    headers = {"authorization": f"Bearer {token}"}
    return Api("loyverse", base, lambda: headers, per_s=PER_S, said=lambda body: body["errors"][0]["details"])


@lru_cache(64)
def _currency(base: str, token: str) -> str:
    """Of the account. It has one, and keeps it."""
    try:
        return str(_api_at(base, token).get("/v1.0/merchant/")["currency"]["code"])
    except (LookupError, TypeError) as error:
        raise Later(no_json("loyverse")) from error


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    try:
        api = _api(settings)
        api.get("/v1.0/merchant/")
        stores, hooks = api.perhaps("/v1.0/stores"), api.perhaps("/v1.0/webhooks/")
        wrong = _about_stores(_listed(stores, "stores"), settings["store_id"]) if stores else []
        url = settings["public_url"]
        return wrong + (_about_hooks(_listed(hooks, "webhooks"), url) if hooks and url else [])
    except RegularsError as trouble:
        return [trouble.message]


def _about_stores(stores: list[dict[str, Any]], own: str) -> list[str]:
    known = ", ".join(f"{one.get('id')} ({one.get('name')})" for one in stores)
    if own and own not in {one.get("id") for one in stores}:
        return [f"loyverse: there is no store {own}; this token sees {known or 'none'}"]
    several = f"loyverse: set store_id, since this account has several: {known}"
    return [several] if not own and len(stores) > 1 else []


def _about_hooks(hooks: list[dict[str, Any]], url: str) -> list[str]:
    states = {one.get("status") for one in hooks if one.get("url") == url and one.get("type") == "receipts.update"}
    if not states:
        return [f"loyverse: this token sees no webhook receipts.update for {url}; without one, sales come late"]
    disabled = f"loyverse: the webhook for {url} is disabled, as after days of failures; enable it in the Back Office"
    return [] if "ENABLED" in states else [disabled]
