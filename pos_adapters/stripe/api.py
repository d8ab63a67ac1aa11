"""Asking Stripe, by its own library: one charge with what belongs to it, what happened since, and whether all is well.

Everything comes back as one document, which `parse` reads: nothing is understood in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty.errors import Unfit, Unknown
from pos_adapters import checking
from pos_adapters.asking import TIMEOUT_S, NotAllowed, document, no_json, part, refusal
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled
from pos_adapters.reading import exact
from pos_adapters.said import Said

CLIENTS_MAX = 32  # kept open
PAGE = 100
NEEDED = ("charge.succeeded", "charge.captured", "refund.created", "refund.updated", "refund.failed")
EVENTS = (  # those of money: that somebody held a card to a reader is nothing to hear of later
    *NEEDED, "charge.refunded", "charge.updated", "charge.expired", "payment_intent.created",
    "payment_intent.amount_capturable_updated", "payment_intent.succeeded", "payment_intent.canceled",
)  # fmt: skip


# -- one thing --------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    if wanted.kind != "refund":
        return document(_whole(wanted.id, settings))
    refund = _asked(settings, f"/v1/refunds/{part('stripe', wanted.id)}")
    if not refund.get("charge"):
        raise Unknown(f"stripe: the refund {wanted.id} belongs to no charge")
    return document({**_whole(str(refund["charge"]), settings), "refund": refund})


def _whole(id: str, settings: Settings) -> dict[str, Any]:
    """A charge with what belongs to it; the lines, where the till wrote some, stand apart."""
    expand = ["payment_intent", "customer", "refunds"]
    charge = _asked(settings, f"/v1/charges/{part('stripe', id)}", expand=expand)
    intent = charge.get("payment_intent")
    if not isinstance(intent, dict) or not intent.get("amount_details"):
        return {"charge": charge}
    lines = f"/v1/payment_intents/{part('stripe', intent['id'])}/amount_details_line_items"
    return {"charge": charge, "lines": _perhaps(settings, lines)}  # the sale is worth more than its lines


# -- what happened ----------------------------------------------------------------------------------------------------
def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Stripe's events since, which it keeps for 30 days. It lists the newest first: all pages are one look."""

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        asked = {"types": list(EVENTS), "created": {"gte": int(since.timestamp())}}
        try:
            return _page(settings, "/v1/events", page, **asked)
        except Unknown as error:
            raise Unfit(error.message) from error  # the page goes on from an event that is gone

    return pulled(cursor, now, search, lambda one: Said(one).time_s("created"), lambda all: document({"events": all}))


def _page(settings: Settings, path: str, after: str, **query: Any) -> tuple[list[Any], str | None]:
    """A part of a list, and what the next goes on from."""
    found = _asked(settings, path, limit=PAGE, **query, **({"starting_after": after} if after else {}))
    listed = found.get("data") or []
    return listed, listed[-1]["id"] if listed and found.get("has_more") else None


# -- is all well? -----------------------------------------------------------------------------------------------------
@checking.told
def check(settings: Settings) -> list[str]:
    _asked(settings, "/v1/events", limit=1)
    known = {one["id"]: one.get("display_name", "") for one in _perhaps(settings, "/v1/terminal/locations")}
    wrong = checking.place("stripe", "location_id", settings["location_id"], known)
    return wrong + _webhook(settings["public_url"], _perhaps(settings, "/v1/webhook_endpoints"))


def _webhook(url: str, hooks: Sequence[Any]) -> list[str]:
    """Whether Stripe still tells us; nothing where the key may not ask."""
    ours = [one for one in hooks if one.get("url") == url]
    states = [one.get("status") == "enabled" for one in ours]
    if not any(states):
        return checking.hook("stripe", states, url, "see to it under Developers, Webhooks") if hooks else []
    told = {event for one in ours for event in one.get("enabled_events") or []}
    unheard = [event for event in NEEDED if not told & {event, "*"}]
    return [f"stripe: our webhook is not told of {', '.join(unheard)}; add these events to it"] if unheard else []


def _perhaps(settings: Settings, path: str) -> list[Any]:
    """A list to its end; empty where the key may not read it."""
    found: list[Any] = []
    after: str | None = ""
    try:
        while after is not None:
            some, after = _page(settings, path, after)
            found += some
    except (Unknown, Unfit, NotAllowed):
        return []
    return found


# -- by its own library -----------------------------------------------------------------------------------------------
def _asked(settings: Settings, path: str, **query: Any) -> dict[str, Any]:
    """The answer as JSON. Raises Later, Unknown or Unfit."""
    if not settings["api_key"]:
        raise Later("stripe: api_key is missing; it stands under Developers, API keys")
    client = _client(settings["api_key"], settings["api_base"])
    from stripe import APIConnectionError, StripeError

    try:
        found = exact(client.raw_request("get", path, **query).body.encode())
    except APIConnectionError as error:
        said = type(error.__cause__).__name__
        raise Later(f"stripe: the API cannot be reached, or not within {TIMEOUT_S:.0f} seconds ({said})") from error
    except StripeError as error:
        words = f": {error.user_message[:200]}" if error.error and error.user_message else ""
        raise refusal("stripe", error.http_status or 0, error.headers or {}, words) from error
    except AttributeError as error:  # their library reads into what it takes for Stripe's error: somebody else answers
        raise Later(no_json("stripe")) from error
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
