"""Asking Lightspeed K: what was closed, and for another token before the old one is of no use."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from loyalty.errors import RegularsError, Unfit
from pos_adapters.asking import Api, Expired, document, part
from pos_adapters.base import Later, Page, Settings
from pos_adapters.pulling import pulled, text_of, time_in

PAGE_MAX = 100
# Sales are found by when they were closed and not by when they came: a till that was offline brings older ones.
BACK, FAR_BACK, FAR_EVERY = timedelta(hours=1), timedelta(days=2), timedelta(hours=1)


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Each look goes back an hour, and once an hour two days. In the cursor: when it last did, and `pulled`'s own."""
    api = _api(settings)
    far, _, onward = cursor.partition(" ")

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        nonlocal far
        start, _, token = page.partition(" ")
        if not page:
            due = not far or now - datetime.fromisoformat(far) >= FAR_EVERY
            far = text_of(now) if due else far
            start = text_of((since - (FAR_BACK if due else BACK)).astimezone(UTC))
        path = f"/f/v2/business-location/{part('lightspeed_k', settings['business_location_id'])}/sales"
        more = {"nextPageToken": token} if token else {}
        query = {"from": start, "include": "consumer,payments", "pageSize": str(PAGE_MAX), **more}
        said = api.get(path, **query) or {}
        following = said.get("nextPageToken")
        return said.get("sales") or [], f"{start} {following}" if following else None

    def whole(sales: Sequence[Any]) -> bytes:
        return document({"sales": sales})

    found = pulled(onward, now, search, lambda one: time_in(one.get("timeClosed")), whole)
    return Page(found.raw, f"{far} {found.cursor}", found.more)


def renew(settings: Settings) -> Mapping[str, str]:
    """Another access token, and the refresh token that takes the place of the one it was got with."""
    pair = base64.b64encode(f"{settings['client_id']}:{settings['client_secret']}".encode()).decode()
    url = settings["token_url"] or f"{settings['api_base'].rstrip('/')}/oauth/token"
    api = Api("lightspeed_k", url, lambda: {"authorization": f"Basic {pair}"}, said=_words)
    form = {"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]}
    try:
        said = api.ask("POST", "", data=form)
    except (Unfit, Expired) as error:
        raise Later(f"lightspeed_k: the refresh token is refused, sign in anew: {error.message}") from error
    if not isinstance(said, dict) or not said.get("access_token"):
        raise Later("lightspeed_k: expected a token; is token_url right?")
    return {
        "access_token": said["access_token"],
        "refresh_token": said.get("refresh_token") or settings["refresh_token"],
    }


def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words. A token that ran out is none of it: the next look gets another."""
    if missing := [name for name in ("client_id", "client_secret", "refresh_token") if not settings[name]]:
        return [f"lightspeed_k: {name} is missing" for name in missing]
    try:
        said = _api(settings).perhaps("/f/data/businesses")
    except Expired:
        return []
    except RegularsError as trouble:
        return [trouble.message]
    businesses = said.get("_embedded", {}).get("businessList", []) if isinstance(said, dict) else []
    known = {str(one.get("blID")): one.get("blName") for all in businesses for one in all.get("businessLocations", [])}
    own = settings["business_location_id"]
    if known and own not in known:
        listed = ", ".join(f"{id} ({name})" for id, name in known.items())
        return [f"lightspeed_k: there is no location {own}; this token sees {listed}"]
    return []


def _api(settings: Settings) -> Api:
    """Raises Expired where there is no token yet."""
    if not settings["access_token"]:
        raise Expired("lightspeed_k: there is no access token yet")
    headers = {"authorization": f"Bearer {settings['access_token']}"}
    return Api("lightspeed_k", settings["api_base"], lambda: headers, per_s=2.0, said=_words)


def _words(body: Any) -> str:
    return str(body.get("error_description") or body.get("message") or body["error"])
