"""What every route shares: who is asking, how a body is read, and the one shape of an answer or an error."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from loyalty.bus import Bus
from loyalty.cards import Cards
from loyalty.clock import Clock
from loyalty.core.days import moment
from loyalty.core.known import ShopFacts
from loyalty.errors import Denied, NoKey, NotYours, Passing, RegularsError, TooLarge, Unfit, Unknown
from loyalty.feed import Feed
from loyalty.hub import Hub
from loyalty.ingest import Line
from loyalty.reader import Reader
from loyalty.store.erased import Erased
from loyalty.store.keys import Grant, Keys, Role
from loyalty.store.marks import Marker
from loyalty.tills.courier import Courier
from loyalty.wallet.keys import Wallets
from loyalty.web.fresh_keys import FreshKeys
from loyalty.web.passwords import Passwords
from loyalty.wire import SMALL_BODY_BYTES_MAX, ErrorAnswer, Fault, fault_of
from loyalty.writer import Writer

if TYPE_CHECKING:
    from loyalty.web.misses import Misses
    from loyalty.web.silence import Silences

ESCAPED = rb"\u0000"
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # the escape, not the text of a backslash and five letters
BODY_SECONDS = 30.0  # for the whole of a body; a sender slower than this is let go
PASSED_OVER_MAX = 16 * 1024 * 1024  # of a body that is too large, so that its sender comes to read why
COOKIE = "regulars_session"
PAGE_HEADER = "x-regulars-page"
LOOKING = ("GET", "HEAD")  # change nothing
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
T = TypeVar("T")


class House(Protocol):
    """What the routes are given; made in `app`."""

    writer: Writer
    reader: Reader
    line: Line
    hub: Hub
    feed: Feed
    cards: Cards
    bus: Bus
    keys: Keys
    fresh_keys: FreshKeys
    marker: Marker
    clock: Clock
    misses: Misses
    silences: Silences
    courier: Courier
    erased: Erased
    passwords: Passwords
    wallets: Wallets
    url: str


def house_of(request: HTTPConnection) -> House:
    house: House = request.app.state.house
    return house


def answer(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def language_of(request: Request) -> str | None:
    """The language that is asked for beside everything else; None: the shop's."""
    return request.query_params.get("language") or None


def refusal(error: RegularsError) -> Response:
    fault = Fault(code=error.code, at=error.at, message=error.message)
    headers = {"Retry-After": "1"} if error.status in (429, 503) else None
    return Response(msgspec.json.encode(ErrorAnswer(error=fault)), error.status, headers, "application/json")


def bearer(request: HTTPConnection) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise NoKey("expected a header `Authorization: Bearer <key>`")
    return key.strip()


async def grant(request: HTTPConnection, *roles: Role) -> Grant:
    """The key's grant, if it is one for these roles. A key made since the start is looked up once."""
    house = house_of(request)
    return allowed(await find_grant(house, key_of(request)), *roles)


def key_of(request: HTTPConnection) -> str:
    """From the header, or from the cookie of an owner who signed in. No other site's page can set our header."""
    session = request.cookies.get(COOKIE)
    if session is None or "authorization" in request.headers:
        return bearer(request)
    if request.scope.get("method") not in LOOKING and PAGE_HEADER not in request.headers:
        raise Denied(f"expected the header {PAGE_HEADER}, which our own page sends", code="not-our-page")
    return session


async def find_grant(house: House, key: str) -> Grant:
    found = house.keys.find(key)
    if found is None:
        await house.fresh_keys.read()
        found = house.keys.find(key)
    if found is None:
        raise NoKey("nobody has this key; `loyalty init` prints the keys of a shop")
    if found.until is not None and found.until <= moment(house.clock.now()):
        raise NoKey("this session has ended; sign in again", code="session-ended")
    return found


def allowed(found: Grant, *roles: Role) -> Grant:
    if found.role not in roles:
        raise NotYours(f"this is the {found.role} key; expected the {' or '.join(roles)} key")
    return found


async def shop_of(house: House, found: Grant, shop: str, since: float | None = None) -> ShopFacts:
    """The shop's facts, if the key is for it.

    One that is not known is looked for again, if nobody has since this moment of the loop (the beginning of this
    call): who asks for a thousand in one request gives the writer the work of one.
    """
    if shop not in house.line.settings.shops:
        await house.fresh_keys.read(since)
    facts = house.line.settings.shops.get(shop)
    if facts is None or facts.business != found.business or (found.shop is not None and found.shop != shop):
        raise NotYours("this key is not for that shop", at="shop", code="other-shop")
    return facts


async def home_of(house: House, business: str, shop: str | None) -> ShopFacts:
    """The shop, or where none is named the business's first, also if another process has only just opened it."""
    found = _home(house, business, shop)
    if found is None:
        await house.fresh_keys.read()
        found = _home(house, business, shop)
    if found is None:
        raise Passing("this shop is not known here yet; ask again in a moment")
    return found


def _home(house: House, business: str, shop: str | None) -> ShopFacts | None:
    shops = house.line.settings.shops
    return shops.get(shop or "") or next((one for one in shops.values() if one.business == business), None)


async def read_body(request: Request, most: int) -> bytes:
    """The whole body. Raises TooLarge; what is beyond is passed over, since whoever is cut off reads no answer."""
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most + PASSED_OVER_MAX:
        raise TooLarge(f"expected at most {most} bytes, got {said}")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most + PASSED_OVER_MAX:
                    break
                if size <= most:
                    parts.append(part)
    except TimeoutError as error:
        raise Unfit(f"the body did not come within {BODY_SECONDS:.0f} seconds", code="too-slow") from error
    if size > most:
        raise TooLarge(f"expected at most {most} bytes, got {said or 'more'}")
    return b"".join(parts)


def decode(raw: bytes, kind: type[T]) -> T:
    """One message; Unfit with the path of what does not fit."""
    check_text(raw)
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE as error:
        raise unfit(error) from error


def check_text(raw: bytes | memoryview) -> None:
    """NUL is no text: databases cannot hold it, and no till means it."""
    if ESCAPED in bytes(raw) and NUL.search(raw):  # the pattern alone is slow, and hardly ever needed
        raise Unfit("the character NUL is not text", code="bad-json")


def check_address(request: Request) -> None:
    """Nor is NUL in an address."""
    if "\0" in request.scope["path"]:
        raise Unknown("there is nothing at this address; /openapi.json lists what there is")
    if b"%00" in request.scope["query_string"]:
        raise Unfit("the character NUL is not text", code="bad-field")


def unfit(error: Exception) -> Unfit:
    fault = fault_of(error)
    return Unfit(fault.message, at=fault.at, code=fault.code)


async def body(request: Request, kind: type[T]) -> T:
    return decode(await read_body(request, SMALL_BODY_BYTES_MAX), kind)


Route = Callable[[Request], Awaitable[Response]]


class Asked:
    """An endpoint whose world's faults become answers in the one shape.

    An object, so that Starlette hands it the bare call: what it puts around a function costs more than most answers.
    """

    def __init__(self, function: Route) -> None:
        self._function = function

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            check_address(request)
            response = await self._function(request)
        except RegularsError as error:
            response = refusal(error)
        await response(scope, receive, send)
