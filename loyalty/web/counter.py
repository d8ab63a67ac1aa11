"""The counter's socket: hello, then a snapshot or what was missed, then messages as they happen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal, NoReturn

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from loyalty import wire
from loyalty.acts.cues import answer, undo
from loyalty.acts.screens import Start, hello
from loyalty.core.known import ShopFacts
from loyalty.errors import Denied, RegularsError, Unfit
from loyalty.frame import Frame
from loyalty.hub import Screen, unseen
from loyalty.ingest import Line
from loyalty.web.acting import held, signed_off
from loyalty.web.channel import Channel, channel_of, nothing
from loyalty.web.gate import House, allowed, decode, find_grant, house_of, shop_of
from loyalty.words import catalogue
from loyalty.words.shown import show

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0  # for what is ready to go; a screen slower than this is let go
CLOSE_SECONDS = 60.0  # for saying so
KEY_REFUSED, OTHER_SHOP, TOO_SLOW, POLICY = 4401, 4403, 1013, 1008


async def counter(socket: WebSocket) -> None:
    """`WS /v1/counter`."""
    await socket.accept()
    channel = channel_of(socket)
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            said, *more = await asyncio.wait_for(channel.texts(), HELLO_SECONDS)
            greeting = decode(said, wire.Hello)
        except (TimeoutError, Unfit) as error:
            await socket.close(POLICY, str(error)[:100] or "expected a hello within ten seconds")
            return
        await _serve(socket, channel, house_of(socket), greeting, more)


async def _serve(socket: WebSocket, channel: Channel, house: House, said: wire.Hello, more: list[bytes]) -> None:
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
    if await Talk(channel, house, facts, said).run(more) == "slow":
        # goes out as soon as the screen reads again; if it never does, the keepalive ends it
        with suppress(TimeoutError):
            await asyncio.wait_for(socket.close(TOO_SLOW, "this screen reads too slowly"), CLOSE_SECONDS)


class Talk:
    """One screen's connection. What it is told is written in the step in which it is known, as long as it reads."""

    def __init__(self, channel: Channel, house: House, shop: ShopFacts, said: wire.Hello) -> None:
        self._channel = channel
        self._house = house
        self._shop = shop
        self._said = said
        self._slow = asyncio.Event()
        self._late: asyncio.TimerHandle | None = None
        self._silent: wire.Silent | None = None
        self._staff: str | None = None  # the token of whoever works at this screen
        self._screen = Screen(shop.id, said.till, self._language(said), self._woken, channel.never_buffer())
        channel.jammed = self._jammed
        channel.drained = self._drained

    async def run(self, more: list[bytes]) -> Literal["gone", "slow"]:
        """Until the screen hangs up, or is too slow. `more`: what it said right after its hello."""
        await self._join(self._said)
        tasks = [asyncio.create_task(part) for part in (self._read(more), self._slow.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._house.hub.leave(self._screen)
            self._screen.frames.clear()
            self._channel.jammed = self._channel.drained = nothing
            self._in_time()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return "slow" if self._slow.is_set() else "gone"

    def _language(self, said: wire.Hello) -> str:
        return catalogue(said.language or self._shop.language).language

    def _woken(self) -> None:
        """There is something to tell: at once, or as soon as the screen has read what is on its way."""
        if self._screen.dropped:
            self._slow.set()
            return
        frames, channel = self._screen.frames, self._channel
        while frames and not channel.congested:
            channel.tell(frames.popleft())
        if not frames and not channel.congested and not channel.is_over:
            self._house.hub.keeps_up(self._screen)
        elif frames and self._late is None:
            self._late = asyncio.get_running_loop().call_later(SEND_SECONDS, self._slow.set)

    def _jammed(self) -> None:
        self._house.hub.falls_behind(self._screen)

    def _drained(self) -> None:
        self._in_time()
        self._woken()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    async def _join(self, said: wire.Hello) -> None:
        """Read where to start, and join the hub in the very step in which the answer arrives: no gap, no overlap.

        A screen that has missed something says hello again, and starts anew.
        """
        screen = self._screen

        def arrived(start: Start) -> None:
            self._house.hub.leave(screen)
            screen.till, screen.language = said.till, self._language(said)
            screen.frames.clear()
            upto = self._open(start)
            self._house.hub.join(screen, upto)
            self._house.feed.joined(screen.shop, start.upto)
            self._woken()

        self._silent = await self._house.silences.of(self._house, self._shop.id, said.till)
        await self._house.writer.task(
            lambda line: hello(line, self._shop.id, said.till, said.after), arrived=arrived, of=self._shop.business
        )

    def _open(self, start: Start) -> int:
        """Gives it what it starts with; answers the number that it has then."""
        frames, now = self._screen.frames, self._house.clock.now()
        if start.missed is None:
            frames.append(self._snapshot(start))
            return start.seq
        missed, upto = unseen(
            [(sent, Frame(sent, now)) for sent in start.missed], None, self._screen.language, start.seq
        )
        frames.extend(missed)
        return upto

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
                silent=self._silent,
            )
        )

    async def _read(self, raws: list[bytes]) -> None:
        while True:
            for raw in raws:
                try:
                    await self._heed(raw)
                except RegularsError as error:
                    fault = wire.Fault(code=error.code, at=error.at, message=error.message)
                    self._screen.put(msgspec.json.encode(wire.ScreenFault(error=fault)))
            raws = await self._channel.texts()

    async def _heed(self, raw: bytes) -> None:
        if len(raw) > wire.SMALL_BODY_BYTES_MAX:
            raise Unfit("this message is too long")
        message: wire.ScreenMessage = decode(raw, wire.ScreenMessage)  # type: ignore[arg-type]
        if isinstance(message, wire.Hello):
            if (message.key, message.shop) != (self._said.key, self._said.shop):
                raise Unfit("another key or shop wants a connection of its own", at="key")
            await self._join(message)
            return
        shop = self._shop.id
        if isinstance(message, wire.AtScreen):
            return await self._take(message.token)
        token = self._staff

        def act(line: Line) -> bool:
            staff = held(line, token, shop) if token is not None else None
            if isinstance(message, wire.Done):
                answer(line, shop, message.cue, message.outcome, message.choice, staff)
            else:
                undo(line, shop, message.cue, staff)
            return token is None or staff is not None

        if not await self._house.writer.task(act, of=self._shop.business):
            self._signed_off()  # what was answered stays answered, in nobody's name

    async def _take(self, token: str | None) -> None:
        """From here on, what is answered is answered by whoever holds the screen by this token."""
        self._staff, shop = token, self._shop.id
        if token is not None and await self._house.reader.ask(lambda view: held(view, token, shop)) is None:
            self._signed_off()

    def _signed_off(self) -> NoReturn:
        """The shift is over: the screen is told so once."""
        self._staff = None
        raise signed_off()
