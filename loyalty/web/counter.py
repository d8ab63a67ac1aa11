"""The counter's socket: hello, then a snapshot or what was missed, then messages as they happen."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from loyalty import wire
from loyalty.acts.cues import answer, undo
from loyalty.acts.screens import Start, hello
from loyalty.core.facts import ShopFacts
from loyalty.errors import Denied, RegularsError, Unfit
from loyalty.hub import Frame, Screen
from loyalty.ingest import Line
from loyalty.web.gate import House, allowed, decode, find_grant, house_of, shop_of
from loyalty.words import catalogue
from loyalty.words.shown import show

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0  # for one frame; a screen slower than this is let go
KEY_REFUSED, OTHER_SHOP, TOO_SLOW, POLICY = 4401, 4403, 1013, 1008


async def counter(socket: WebSocket) -> None:
    """`WS /v1/counter`."""
    await socket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            said = await asyncio.wait_for(_receive(socket), HELLO_SECONDS)
            greeting = decode(said, wire.Hello)
        except (TimeoutError, Unfit) as error:
            await socket.close(POLICY, str(error)[:100] or "expected a hello within ten seconds")
            return
        await _serve(socket, house_of(socket), greeting)


async def _serve(socket: WebSocket, house: House, said: wire.Hello) -> None:
    try:
        found = allowed(await find_grant(house, said.key), "screen")
    except RegularsError:
        await socket.close(KEY_REFUSED, "this screen needs a new link")
        return
    try:
        facts = await shop_of(house, found, said.shop)
    except Denied:
        await socket.close(OTHER_SHOP, "this key is for another shop")
        return
    await Talk(socket, house, facts, said).run()


async def _receive(socket: WebSocket) -> bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return text.encode() if text is not None else message.get("bytes") or b""


class Talk:
    """One screen's connection: a reader and a writer, so that neither waits for the other."""

    def __init__(self, socket: WebSocket, house: House, shop: ShopFacts, said: wire.Hello) -> None:
        self._socket = socket
        self._house = house
        self._shop = shop
        self._after = said.after
        self._wake = asyncio.Event()
        language = catalogue(said.language or shop.language).language
        self._screen = Screen(shop.id, said.till, language, self._wake.set)

    async def run(self) -> None:
        first = await self._join()
        writer = asyncio.create_task(self._write(first))
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._house.hub.leave(self._screen)
            for task in (writer, reader):
                task.cancel()
            await asyncio.gather(writer, reader, return_exceptions=True)

    async def _join(self) -> list[bytes]:
        """Read where to start, and join the hub in the very step in which the answer arrives: no gap, no overlap."""
        first: list[bytes] = []

        def arrived(result: Start) -> None:
            first.extend(self._opening(result))
            self._house.hub.join(self._screen, self._screen.prev)

        await self._house.writer.task(
            lambda line: hello(line, self._shop.id, self._screen.till, self._after), arrived=arrived
        )
        return first

    def _opening(self, start: Start) -> list[bytes]:
        self._screen.prev = start.seq
        if start.missed is None:
            return [self._snapshot(start)]
        frames: list[bytes] = []
        for sent in start.missed:
            frames.append(Frame(sent, self._house.clock.now()).to(self._screen.language, self._screen.prev))
            self._screen.prev = sent.seq
        return frames

    def _snapshot(self, start: Start) -> bytes:
        return msgspec.json.encode(
            wire.Snapshot(
                seq=start.seq,
                cues=tuple(show(cue, self._screen.language, names) for cue, names in start.cues),
                now=self._house.clock.now(),
                shop=self._shop.name,
                language=self._screen.language,
                timezone=self._shop.calendar.zone.key,
                greeted=start.greeted,
                people=start.people,
            )
        )

    async def _write(self, first: list[bytes]) -> None:
        frames = self._screen.frames
        frames.extendleft(reversed(first))
        try:
            while not self._screen.dropped:
                async with asyncio.timeout(SEND_SECONDS):
                    while frames:
                        await self._socket.send_text(frames.popleft().decode())
                await self._wake.wait()
                self._wake.clear()
        except TimeoutError:
            pass
        await self._socket.close(TOO_SLOW, "this screen reads too slowly; say hello again")

    async def _read(self) -> None:
        while True:
            raw = await _receive(self._socket)
            try:
                await self._heed(raw)
            except RegularsError as error:
                self._complain(error)

    async def _heed(self, raw: bytes) -> None:
        if len(raw) > wire.SMALL_BODY_BYTES_MAX:
            raise Unfit("this message is too long")
        message = decode(raw, wire.Done | wire.Undo)  # type: ignore[arg-type]
        shop = self._shop.id

        def act(line: Line) -> None:
            if isinstance(message, wire.Done):
                answer(line, shop, message.cue, message.outcome)
            else:
                undo(line, shop, message.cue)

        await self._house.writer.task(act)

    def _complain(self, error: RegularsError) -> None:
        fault = wire.Fault(code=error.code, at=error.at, message=error.message)
        self._screen.frames.append(msgspec.json.encode(wire.ScreenFault(error=fault)))
        self._wake.set()
