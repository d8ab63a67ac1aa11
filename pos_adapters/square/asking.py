"""One question to Square's own library, and its refusals in our words. Imported when first needed: it is large."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx

from loyalty.errors import Unfit, Unknown
from pos_adapters.asking import NotAllowed, no_json, refusal
from pos_adapters.base import Later, Settings

if TYPE_CHECKING:
    from square import Square

TIMEOUT_S = 10.0
CLIENTS_MAX = 32  # kept open
ONCE: Any = {"max_retries": 0}  # when to ask again is decided by who waits, for all questions of a connection together
ID = re.compile(r"[A-Za-z0-9_~:-][A-Za-z0-9_.~:-]{0,254}")


def client(settings: Settings) -> Square:
    """Raises Later, in words, where nothing can be asked at all."""
    if not settings["access_token"]:
        raise Later("square: access_token is missing; it stands under Credentials in the developer console")
    return _client(settings["access_token"], settings["api_base"])


@lru_cache(CLIENTS_MAX)
def _client(token: str, base: str) -> Square:
    try:
        from square import Square
    except ImportError as error:
        raise Later("square: the library squareup is not installed; `pip install squareup` brings it") from error
    return Square(token=token, base_url=base, timeout=TIMEOUT_S)


def perhaps(ask: Callable[..., Any], *given: str, **named: Any) -> dict[str, Any]:
    """As `asked`, for what is good to have: empty where there is none, or where the token may not read it."""
    try:
        return asked(ask, *given, **named)
    except (Unknown, Unfit, NotAllowed):
        return {}


def asked(ask: Callable[..., Any], *given: str, **named: Any) -> dict[str, Any]:
    """The answer as JSON. Raises Later, Unknown or Unfit."""
    from square.core.api_error import ApiError

    for id in given:
        if not ID.fullmatch(id):  # it becomes a part of an address, and may have come from anybody
            raise Unfit(f"square: expected an id of Square's, got {id[:40]!r}", at="id")
    try:
        answer = ask(*given, request_options=ONCE, **named)
    except ApiError as error:
        raise refusal("square", error.status_code or 0, error.headers or {}, _said(error)) from error
    except httpx.TimeoutException as error:
        raise Later(f"square: the API did not answer within {TIMEOUT_S:.0f} seconds") from error
    except (httpx.HTTPError, OSError) as error:
        raise Later(f"square: the API cannot be reached ({type(error).__name__})") from error
    except (ValueError, TypeError) as error:
        raise Later(
            f"square: the API answered with something that is no JSON of Square's ({type(error).__name__})"
        ) from error
    found = _plain(answer)
    if not isinstance(found, dict):
        raise Later(no_json("square"))
    return found


def _plain(answer: Any) -> Any:
    """The library's object as the JSON it was made from."""
    inner = getattr(answer, "response", None) or answer  # a list comes as a page with its response
    return inner.dict() if hasattr(inner, "dict") else None


def _said(error: Any) -> str:
    """What Square says of it. Never the whole body, which may hold what was asked for."""
    details = [one.detail for one in error.errors if one.detail]
    return f": {details[0][:200]}" if details else ""
