"""Asking Zettle: one purchase, those that were made since, and whether all is well; with a token for an API key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.errors import RegularsError, Unfit
from pos_adapters.asking import Api, Expired, document, no_json, part
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, time_in
from pos_adapters.tokens import Token, Tokens

PAGE_MAX = 100
LATE = timedelta(minutes=15)  # how long a till may keep a purchase to itself, beyond what every look looks back
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_tokens = Tokens()


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    return document(_api(settings).get(f"/purchase/v2/{part('zettle', wanted.id)}"))


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Oldest first. A purchase never changes, so that the time that it was made is all there is to go by."""

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        more = {"lastPurchaseHash": page} if page else {}
        start = f"{since - LATE:%Y-%m-%dT%H:%M}"  # in UTC
        found = _api(settings).get("/purchases/v2", startDate=start, limit=str(PAGE_MAX), **more)
        purchases = _listed(found.get("purchases") if isinstance(found, dict) else None)
        follows = bool(found.get("linkUrls")) or len(purchases) >= PAGE_MAX
        return purchases, found.get("lastPurchaseHash") if purchases and follows else None

    return pulled(
        cursor, now, search, lambda one: time_in(one.get("timestamp")), lambda found: document({"purchases": found})
    )


def _listed(answer: Any) -> list[dict[str, Any]]:
    if not isinstance(answer, list):
        raise Later(no_json("zettle"))
    return [one for one in answer if isinstance(one, dict)]


def _api(settings: Settings, base: str = "api_base") -> Api:
    for name in ("client_id", "api_key"):
        if not settings[name]:
            raise Later(f"zettle: {name} is missing; my.zettle.com makes it under Integrations, API keys")
    key = settings["oauth_base"], settings["client_id"], settings["api_key"]

    def headers() -> Mapping[str, str]:
        return {"authorization": f"Bearer {_tokens.get(key, lambda: _token(settings))}"}

    return Api("zettle", settings[base], headers, anew=lambda: _tokens.forget(key), said=_said)


def _token(settings: Settings) -> Token:
    given = {"grant_type": GRANT, "client_id": settings["client_id"], "assertion": settings["api_key"]}
    try:
        told = Api("zettle", settings["oauth_base"], said=_said).ask("POST", "/token", data=given)
        return Token(str(told["access_token"]), float(told["expires_in"]))
    except (Unfit, Expired) as refused:
        raise Later(f"{refused.message}; is api_key revoked, or client_id another's?") from refused
    except (LookupError, TypeError, ValueError) as error:
        raise Later(no_json("zettle")) from error


def _said(body: Any) -> str:
    return str(body.get("error_description") or body.get("developerMessage") or body.get("error") or "")


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    try:
        _api(settings).get("/purchases/v2", limit=1)
        found = _api(settings, "pusher_base").perhaps("/organizations/self/subscriptions")
        return _about(_listed(found), settings) if found is not None and settings["public_url"] else []
    except RegularsError as trouble:
        return [trouble.message]


def _about(subscriptions: list[dict[str, Any]], settings: Settings) -> list[str]:
    """Zettle says of each where it goes, and the key that it signs with. One without events hears all of them."""
    url = settings["public_url"]
    ours = [one for one in subscriptions if one.get("destination") == url]
    ours = [one for one in ours if not one.get("eventNames") or "PurchaseCreated" in one["eventNames"]]
    if not ours:
        return [f"zettle: no subscription to PurchaseCreated goes to {url}: Zettle deletes one after three days of"
                " failures; make it anew, and set its signing_key"]  # fmt: skip
    if all(one.get("status", "ACTIVE") != "ACTIVE" for one in ours):
        return [f"zettle: the subscription for {url} is {ours[0]['status']}; make it anew, and set its signing_key"]
    if settings["signing_key"] not in {one.get("signingKey", settings["signing_key"]) for one in ours}:
        return [f"zettle: signing_key is not the one of the subscription for {url}; set it to its signingKey"]
    return []
