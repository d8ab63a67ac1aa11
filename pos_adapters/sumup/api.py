"""Asking SumUp, by its own library: a checkout, a transaction, what changed since, and whether all is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import httpx

from loyalty.errors import RegularsError, Unfit, Unknown
from pos_adapters.asking import TIMEOUT_S, NotAllowed, document, no_json, part, refusal
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled

PAGE_MAX = 20  # each of them is a question more
GOES_ON = ("order", "limit", "newest_ref", "oldest_ref", "newest_time", "oldest_time")  # in a link to the next page


def fetch(wanted: Fetch, settings: Settings) -> bytes:
    sumup = _client(settings)
    if wanted.kind == "checkout":
        return document(_asked(sumup.checkouts.get, part("sumup", wanted.id)))
    return document(_asked(sumup.transactions.get, settings["merchant_code"], id=wanted.id))


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """What changed, each in full. Nothing says when it changed: so a look counts as one of everything until it began,
    and the pages that follow change nothing about that."""
    sumup, code, seen = _client(settings), settings["merchant_code"], list[datetime]()

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        seen[:] = [] if page else [now]
        more = {name: value for name, value in parse_qsl(page) if name in GOES_ON}
        asked: dict[str, Any] = {"order": "ascending", "limit": PAGE_MAX} | more
        found = _asked(sumup.transactions.list, code, changes_since=since, **asked)
        follows = {one["rel"]: one["href"] for one in found.get("links", ())}
        return found.get("items", ()), follows.get("next")

    def whole(items: Sequence[Any]) -> bytes:
        ids = dict.fromkeys(one.get("transaction_id") or one.get("id") for one in items)
        return document(
            {"sales": [sale for id in ids if id and (sale := _perhaps(sumup.transactions.get, code, id=id))]}
        )

    return pulled(cursor, now, search, lambda item: seen[0] if seen else None, whole)


def _client(settings: Settings) -> Any:
    for name in ("api_key", "merchant_code"):
        if not settings[name]:
            raise Later(f"sumup: {name} is missing; it stands in the dashboard, under For developers")
    return _kept(settings["api_key"], settings["api_base"])


@lru_cache(32)
def _kept(key: str, base: str) -> Any:
    try:
        from sumup import Sumup  # type: ignore[import-untyped]
    except ImportError as error:
        raise Later("sumup: the library sumup is not installed; `pip install sumup` brings it") from error
    return Sumup(api_key=key, base_url=base, timeout=TIMEOUT_S)


def _perhaps(ask: Callable[..., Any], *given: str, **named: Any) -> dict[str, Any] | None:
    """One that was listed and is gone costs no other."""
    try:
        return _asked(ask, *given, **named)
    except (Unknown, Unfit, NotAllowed):
        return None


def _asked(ask: Callable[..., Any], *given: str, **named: Any) -> dict[str, Any]:
    """The answer as JSON: the library read its numbers into floats, which are written again as SumUp wrote them."""
    from sumup.errors import APIError, APITimeoutError  # type: ignore[import-untyped]

    try:
        found: dict[str, Any] = ask(*given, **named).model_dump(mode="json", exclude_none=True)
    except APITimeoutError as error:
        raise Later(f"sumup: the API did not answer within {TIMEOUT_S:.0f} seconds") from error
    except APIError as error:
        if error.status is None:
            raise Later(f"sumup: the API cannot be reached ({type(error).__name__})") from error
        headers = error.response.headers if error.response is not None else {}
        raise refusal("sumup", error.status, headers, f": {error.message[:200]}") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Later(f"sumup: the API cannot be reached ({type(error).__name__})") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Later(no_json("sumup")) from error
    return found


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """Nothing about the webhook: SumUp's API does not tell of it."""
    try:
        _asked(_client(settings).transactions.list, settings["merchant_code"], limit=1)
    except (Unknown, NotAllowed) as trouble:
        return [f"{trouble.message}; merchant_code may be one of: {_known(settings)}"]
    except RegularsError as trouble:
        return [trouble.message]
    return []


def _known(settings: Settings) -> str:
    """Every merchant of this key."""
    try:
        found = _asked(_client(settings).memberships.list, resource_type="merchant")["items"]
    except RegularsError:
        return "those that the dashboard shows"
    return ", ".join(f"{one['resource']['id']} ({one['resource']['name']})" for one in found) or "none"
