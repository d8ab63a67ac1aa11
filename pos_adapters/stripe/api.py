"""Asking Stripe, by its own library: one charge with what belongs to it, what happened since, and whether all is well.

Everything comes back as one document, which `parse` reads: nothing is understood in here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty.errors import Unfit, Unknown
from pos_adapters.asking import TIMEOUT_S, NotAllowed, document, no_json, part, refusal
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled
from pos_adapters.reading import exact
from pos_adapters.stripe.sales import time_of

CLIENTS_MAX = 32  # kept open
PAGE = 100
EXPANDED = ["payment_intent", "customer", "refunds"]
NEEDED = ("charge.succeeded", "charge.captured", "refund.created", "refund.updated", "refund.failed")
EVENTS = (  # those of money: that somebody held a card to a reader is nothing to hear of later
    *NEEDED, "charge.refunded", "charge.updated", "charge.expired", "payment_intent.created",
    "payment_intent.amount_capturable_updated", "payment_intent.succeeded", "payment_intent.canceled",
)  # fmt: skip


# -- one thing --------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    if wanted.kind != "refund":
        return document(_whole(wanted.id, settings))
    refund = asked(settings, f"/v1/refunds/{part('stripe', wanted.id)}")
    if not refund.get("charge"):
        raise Unknown(f"stripe: the refund {wanted.id} belongs to no charge")
    return document({**_whole(str(refund["charge"]), settings), "refund": refund})


def _whole(id: str, settings: Settings) -> dict[str, Any]:
    """A charge with what belongs to it; the lines, where the till wrote some, stand apart."""
    charge = asked(settings, f"/v1/charges/{part('stripe', id)}", expand=EXPANDED)
    intent = charge.get("payment_intent")
    if not isinstance(intent, dict) or not intent.get("amount_details"):
        return {"charge": charge}
    try:
        lines = list(_all(settings, f"/v1/payment_intents/{part('stripe', intent['id'])}/amount_details_line_items"))
    except (Unknown, Unfit, NotAllowed):  # the sale is worth more than its lines
        lines = []
    return {"charge": charge, "lines": lines}


def _all(settings: Settings, path: str, **query: Any) -> Iterator[Any]:
    """A list to its end."""
    more: dict[str, Any] = {}
    while True:
        page = asked(settings, path, limit=PAGE, **query, **more)
        found = page.get("data") or []
        yield from found
        if not page.get("has_more") or not found:
            return
        more = {"starting_after": found[-1]["id"]}


# -- what happened ----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Stripe's events since, which it keeps for 30 days. It lists the newest first: all pages are one look."""

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        more = {"starting_after": page} if page else {}
        try:
            found = asked(
                settings, "/v1/events", limit=PAGE, types=list(EVENTS), created={"gte": int(since.timestamp())}, **more
            )
        except Unknown as error:
            raise Unfit(error.message) from error  # the page goes on from an event that is gone
        events = found.get("data") or []
        return events, events[-1]["id"] if events and found.get("has_more") else None

    return pulled(cursor, now, search, _happened, lambda events: document({"events": events}))


def _happened(event: Any) -> datetime | None:
    return time_of(event["created"])


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    try:
        asked(settings, "/v1/events", limit=1)
        return _location(settings) + _webhook(settings)
    except (Later, Unknown, Unfit) as trouble:
        return [trouble.message]


def _location(settings: Settings) -> list[str]:
    own, names = settings["location_id"], {}
    for one in _perhaps(settings, "/v1/terminal/locations"):
        names[one["id"]] = one.get("display_name", "")
    listed = ", ".join(f"{id} ({name})" for id, name in names.items())
    if own and names and own not in names:
        return [f"stripe: there is no location {own}; this key sees {listed}"]
    if not own and len(names) > 1:
        return [f"stripe: set location_id, since this account has several: {listed}"]
    return []


def _webhook(settings: Settings) -> list[str]:
    """Whether Stripe still tells us; nothing where the key may not ask."""
    address, hooks = settings["public_url"], _perhaps(settings, "/v1/webhook_endpoints")
    ours = [one for one in hooks if one.get("url") == address]
    if not address or not hooks:
        return []
    if not ours:
        return [f"stripe: none of its webhooks leads to {address}; add one under Developers, Webhooks"]
    if not any(one.get("status") == "enabled" for one in ours):
        return ["stripe: it has disabled our webhook; enable it under Developers, Webhooks"]
    told = {event for one in ours for event in one.get("enabled_events") or []}
    unheard = [event for event in NEEDED if not told & {event, "*"}]
    return [f"stripe: our webhook is not told of {', '.join(unheard)}; add these events to it"] if unheard else []


def _perhaps(settings: Settings, path: str) -> list[Any]:
    try:
        return list(_all(settings, path))
    except (Unknown, Unfit, NotAllowed):
        return []


# -- by its own library -----------------------------------------------------------------------------------------------
def asked(settings: Settings, path: str, **query: Any) -> dict[str, Any]:
    """The answer as JSON. Raises Later, Unknown or Unfit."""
    if not settings["api_key"]:
        raise Later("stripe: api_key is missing; it stands under Developers, API keys")
    client = _client(settings["api_key"], settings["api_base"])
    from stripe import APIConnectionError, AuthenticationError, StripeError

    try:
        found = exact(client.raw_request("get", path, **query).body.encode())
    except APIConnectionError as error:
        said = type(error.__cause__).__name__
        raise Later(f"stripe: the API cannot be reached, or not within {TIMEOUT_S:.0f} seconds ({said})") from error
    except StripeError as error:
        status = error.http_status or (401 if isinstance(error, AuthenticationError) else 0)
        words = f": {error.user_message[:200]}" if error.error and error.user_message else ""
        raise refusal("stripe", status, error.headers or {}, words) from error
    if not isinstance(found, dict):
        raise Later(no_json("stripe"))
    return found


@lru_cache(CLIENTS_MAX)
def _client(key: str, base: str) -> Any:
    """Its own retries are off: when to ask again is decided by who waits, for all questions of a connection together.
    Imported when first needed: it is large."""
    from stripe import RequestsClient, StripeClient

    return StripeClient(
        key, base_addresses={"api": base.rstrip("/")}, max_network_retries=0, http_client=RequestsClient(TIMEOUT_S)
    )
