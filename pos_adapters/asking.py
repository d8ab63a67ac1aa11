"""A question to a vendor over HTTP: the answer as JSON with exact numbers, or the refusal in our words.

When to ask again is decided by who waits, for all questions of a connection together: nothing is tried twice in here,
but for a token that has just run out.
"""

from __future__ import annotations

import atexit
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import msgspec

from loyalty.errors import Unfit, Unknown
from pos_adapters.base import Later, Settings

TIMEOUT_S = 10.0
WHOLE_S = 60.0  # for an answer that comes piece by piece
CLIENTS_MAX = 64  # kept open
ANSWER_BYTES_MAX = 32 * 1024 * 1024
RETRY_S_MAX = 3_600.0  # the longest that we let ourselves be told to wait
ID_CHARS_MAX = 255

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


class NotAllowed(Later):
    """These credentials may not read that."""


class Expired(Later):
    """The token is refused: a new one may do."""


def document(said: Any) -> bytes:
    """What was asked for, as one JSON document for `parse`; numbers as they came."""
    return _encoder.encode(said)


class _Answer(NamedTuple):
    """`following`: where the next page is."""

    content: bytes
    following: str


@dataclass(frozen=True)
class Api:
    """A vendor's API, as one connection asks it.

    `headers` are made for each question, so that a token may change; `anew` gets another one where this is refused.
    `per_s`: no more questions a second than the vendor allows. `said` finds the vendor's own words in a refusal.
    """

    vendor: str
    base: str
    headers: Callable[[], Mapping[str, str]] = field(default=dict, repr=False)
    anew: Callable[[], None] | None = None
    per_s: float = 10.0
    said: Callable[[Any], str] = lambda body: ""

    def get(self, path: str, **query: str | int) -> Any:
        return self.ask("GET", path, params=query)

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """The answer; None where it is empty. Raises Later, Expired, NotAllowed, Unknown or Unfit."""
        return self._decoded(self._answer(method, path, given).content)

    def page(self, path: str, **query: str | int) -> tuple[Any, Mapping[str, str]]:
        """As `get`; with it, what the header Link asks for the next page by: empty on the last. Its address is not
        followed, since a token goes with it."""
        answer = self._answer("GET", path, {"params": query})
        try:
            following = httpx.URL(answer.following).params
        except httpx.InvalidURL as error:
            raise Later(no_json(self.vendor)) from error
        return self._decoded(answer.content), following

    def _answer(self, method: str, path: str, given: dict[str, Any]) -> _Answer:
        try:
            return self._once(method, path, given)
        except Expired:
            if self.anew is None:
                raise
            self.anew()
            return self._once(method, path, given)

    def perhaps(self, path: str, **query: str | int) -> Any:
        """As `get`, for what is good to have."""
        return perhaps(self.get, path, **query)

    def _once(self, method: str, path: str, given: dict[str, Any]) -> _Answer:
        headers = self.headers()
        _pace(self.base, _digest(headers)).wait(self.per_s)
        try:
            with _client().stream(method, f"{self.base.rstrip('/')}{path}", headers=headers, **given) as answer:
                content = self._read(answer)
        except httpx.TimeoutException as error:
            raise Later(f"{self.vendor}: the API did not answer within {TIMEOUT_S:.0f} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Later(f"{self.vendor}: the API cannot be reached ({type(error).__name__})") from error
        except UnicodeError as error:
            raise Later(f"{self.vendor}: a token holds a letter that no token has; was it copied whole?") from error
        if not answer.is_success:
            raise refusal(self.vendor, answer.status_code, answer.headers, self._words(content))
        return _Answer(content, answer.links.get("next", {}).get("url", ""))

    def _read(self, answer: httpx.Response) -> bytes:
        """No more than we have room for, and not for ever: each piece may take as long as the first."""
        content, until = bytearray(), time.monotonic() + WHOLE_S
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > ANSWER_BYTES_MAX:
                raise Later(f"{self.vendor}: the API answered with more than {ANSWER_BYTES_MAX} bytes")
            if time.monotonic() > until:
                raise Later(f"{self.vendor}: the API was not done answering within {WHOLE_S:.0f} seconds")
        return bytes(content)

    def _decoded(self, raw: bytes) -> Any:
        if not raw.strip():
            return None
        try:
            return _decoder.decode(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Later(no_json(self.vendor)) from error

    def _words(self, raw: bytes) -> str:
        """What the vendor says of it. Never the whole body, which may hold what was asked for."""
        try:
            words = self.said(msgspec.json.decode(raw))
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
            return ""
        return f": {str(words)[:200]}" if words else ""


def needed(vendor: str, settings: Settings, *names: str, where: str) -> None:
    """Raises Later while what it takes to ask is not set; `where` says where it stands."""
    for name in names:
        if not settings[name]:
            raise Later(f"{vendor}: {name} is missing; {where}")


def perhaps(ask: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """For what is good to have: None where there is none, or where the token may not read it."""
    try:
        return ask(*given, **named)
    except (Unknown, Unfit, NotAllowed):
        return None


def part(vendor: str, id: str) -> str:
    """An id as a part of an address: it may have come from anybody."""
    if not 0 < len(id) <= ID_CHARS_MAX or not id.isprintable() or set(id) & set("/?#%\\ ") or id in (".", ".."):
        raise Unfit(f"{vendor}: expected an id, got {id[:40]!r}", at="id")
    return quote(id, safe="~:")


def no_json(vendor: str) -> str:
    return f"{vendor}: the API answered with something that is no JSON of theirs; is api_base right?"


def refusal(vendor: str, status: int, headers: Mapping[str, str], said: str = "") -> Exception:
    """What an HTTP status other than a success means for us."""
    if 200 <= status < 400:
        return Later(no_json(vendor))
    if status in (404, 410):
        return Unknown(f"{vendor}: there is no such thing ({status}){said}")
    if status == 401:
        return Expired(f"{vendor}: the token is refused (401): is it the one of this account, and not expired?{said}")
    if status in (402, 403):
        return NotAllowed(f"{vendor}: the token may not read this ({status}){said}")
    if status == 429:
        return Later(f"{vendor}: asked too often (429)", after_s=retry_after(headers))
    if status >= 500 or status in (0, 408, 409, 425):
        return Later(f"{vendor}: the API has trouble of its own ({status})", after_s=retry_after(headers))
    return Unfit(f"{vendor}: the API refuses the question ({status}){said}", code="vendor-refused")


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; 0 where the vendor names none, or a date."""
    text = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    whole, _, _ = text.strip().partition(".")
    return min(RETRY_S_MAX, float(whole)) if whole.isascii() and whole.isdigit() else 0.0


# -- how often --------------------------------------------------------------------------------------------------------
class _Pace:
    """Questions of one account, no closer to each other than they may be."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, per_s: float) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + 1.0 / per_s
        time.sleep(max(0.0, at - now))


@lru_cache(CLIENTS_MAX)
def _pace(base: str, account: bytes) -> _Pace:
    return _Pace()


@lru_cache(1)
def _client() -> httpx.Client:
    limits = httpx.Limits(max_connections=CLIENTS_MAX, max_keepalive_connections=CLIENTS_MAX)
    client = httpx.Client(timeout=TIMEOUT_S, limits=limits, follow_redirects=False)
    atexit.register(client.close)
    return client


def _digest(headers: Mapping[str, str]) -> bytes:
    return hashlib.blake2b(repr(sorted(headers.items())).encode(), digest_size=16).digest()
