"""Takes vendors' deliveries beside a till: believed, in the outbox, and only then answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvicorn

from loyalty.errors import NoKey, Passing, RegularsError, TooLarge, Unknown
from loyalty.wire import ErrorAnswer, Fault
from pos_adapters import elapsed
from pos_adapters.answering import NOTHING_TOLD, Reply
from pos_adapters.base import Headers, Verdict
from pos_adapters.config import Connection
from pos_adapters.greeting import Greeter
from pos_adapters.hooked import Hooked
from pos_adapters.hooks import BODY_BYTES_MAX, PATH, PUBLIC_URL
from pos_adapters.outbox import Outbox
from pos_adapters.reading import BAD_ITEM

BODY_S = 30.0  # for the whole of a body

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ALLOWED = Reply(
    status=204,
    headers={  # what runs inside a vendor's till asks first whether it may ask: only who signs is heard
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": "86400",
    },
)


class Door:
    """An ASGI application: one address for each connection that listens here."""

    def __init__(self, outbox: Outbox, hooked: Sequence[tuple[Connection, Hooked]], greeter: Greeter) -> None:
        self._outbox, self._greeter = outbox, greeter
        self._by_path = {path: found for found in hooked for path in _paths(found[0])}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = ALLOWED if scope["method"] == "OPTIONS" else await self._answer(scope, receive)
        except RegularsError as error:
            fault = Fault(code=error.code, at=error.at, message=error.message)
            reply = Reply(msgspec.json.encode(ErrorAnswer(error=fault)), "application/json", error.status)
        named = {"content-type": reply.media_type, "content-length": str(len(reply.body)), **reply.headers}
        headers = [(name.encode(), value.encode()) for name, value in named.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        connection, hooked = self._by_path.get(scope["path"], (None, None))
        if connection is None or hooked is None or scope["method"] != "POST":
            raise Unknown("there is no such connection here; addresses end in /hooks/<vendor>/<its number in the file>")
        raw = await _body(receive)
        adapter, settings = connection.adapter, hooked.settings
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            verdict = _believed(connection, headers, raw)
        except NoKey as error:
            await asyncio.to_thread(hooked.kept.note, refused=error.message)
            raise
        name = hashlib.blake2b(raw, digest_size=32).hexdigest() if verdict == "signed" else repr(elapsed.now())
        await asyncio.to_thread(self._outbox.take, hooked.space, name, verdict, raw)
        try:
            asked = adapter.asks(headers, raw, settings) if verdict == "signed" else None
            told = await self._greeter.told(asked) if asked is not None else NOTHING_TOLD
            return adapter.answer(headers, raw, settings, told)
        except BAD_ITEM:
            return Reply()


def _believed(connection: Connection, headers: Headers, raw: bytes) -> Verdict:
    adapter, settings = connection.adapter, connection.settings
    try:
        return adapter.verify(headers, raw, settings, datetime.fromtimestamp(elapsed.now().wall, UTC))
    except NoKey:
        raise
    except BAD_ITEM as error:
        raise NoKey(f"{adapter.vendor}: the signature cannot be read; is this the vendor's own?") from error


def _paths(connection: Connection) -> set[str]:
    """As the vendor calls it, and as a proxy that takes off a part of it may."""
    own = f"{PATH}{connection.adapter.vendor}/{connection.name}"
    return {own, urlsplit(connection.settings[PUBLIC_URL.name]).path}


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Passing("the sender hung up")
                parts.append(message.get("body", b""))
                if sum(map(len, parts)) > BODY_BYTES_MAX:
                    raise TooLarge(f"expected at most {BODY_BYTES_MAX} bytes")
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Passing(f"the body did not come within {BODY_S:.0f} seconds") from error


class _Server(uvicorn.Server):
    """Stops when it is told; signals are the runner's."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


async def listen(
    outbox: Outbox,
    doors: Mapping[tuple[str, int], Sequence[tuple[Connection, Hooked]]],
    stop: asyncio.Event,
    greeter: Greeter,
) -> None:
    """Until `stop`. Each address serves all the connections that name it."""
    servers = [
        _Server(uvicorn.Config(
            Door(outbox, hooked, greeter), host=host, port=port,
            lifespan="off", log_config=None, access_log=False, ws="none",
        ))
        for (host, port), hooked in doors.items()
    ]  # fmt: skip
    running = [asyncio.create_task(server.serve()) for server in servers]
    await stop.wait()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*running)
    await greeter.close()
