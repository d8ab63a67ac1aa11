"""The lean end of a WebSocket: whole text frames past uvicorn's queue, everything else as uvicorn has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from loyalty.web.channel import INBOX_BYTES_MAX, Channel, channel_of

LONGEST = 100_000
WAIT = 10.0
TICK = 0.001
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass
class Met:
    """Both ends of one connection: what the route got, and the client's bare socket."""

    read: asyncio.StreamReader
    write: asyncio.StreamWriter
    texts: list[bytes] = field(default_factory=list)
    channel: Channel | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def have(self, count: int) -> list[bytes]:
        await until(lambda: len(self.texts) >= count)
        return self.texts

    async def closing_code(self) -> int:
        async with asyncio.timeout(WAIT):
            first, size = await self.read.readexactly(2)
            assert first == 0x88
            return int.from_bytes((await self.read.readexactly(size))[:2], "big")


async def until(true: Callable[[], bool]) -> None:
    for _ in range(int(WAIT / TICK)):
        if true():
            return
        await asyncio.sleep(TICK)
    raise TimeoutError


Route = Callable[[Met, Channel], Awaitable[None]]


async def listen(met: Met, channel: Channel) -> None:
    while True:
        met.texts += await channel.texts()


@asynccontextmanager
async def met(route: Route = listen) -> AsyncIterator[Met]:
    found: list[Met] = []

    async def app(scope, receive, send) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        channel = found[0].channel = channel_of(socket)
        try:
            await route(found[0], channel)
        except WebSocketDisconnect:
            found[0].over.set()

    config = uvicorn.Config(app, ws=Channel, ws_max_size=LONGEST, ws_ping_interval=None, lifespan="off")
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: Channel(config, state, {}), "127.0.0.1", 0)
    try:
        read, write = await asyncio.open_connection(*server.sockets[0].getsockname())
        found.append(Met(read, write))
        write.write(UPGRADE)
        await read.readuntil(b"\r\n\r\n")
        yield found[0]
        write.close()
    finally:
        server.close()
        await asyncio.gather(*state.tasks, return_exceptions=True)


def said(data: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


MESSAGES = [b"a", b"b" * 125, b"c" * 126, "Zoë".encode(), b"d" * 70_000, b"", b"e"]


@pytest.mark.parametrize("piece", [1, 7, 1_000, 1_000_000])
async def test_in_order_messages_are_whole_whatever_pieces_they_arrive_in(piece):
    stream = b"".join(said(message) for message in MESSAGES)
    async with met() as here:
        for start in range(0, len(stream), piece):
            here.write.write(stream[start : start + piece])
            if piece < 100 and start % 500 == 0:
                await asyncio.sleep(0)
        assert await here.have(len(MESSAGES)) == MESSAGES


async def test_in_order_fragments_and_pings_between_whole_messages():
    parts = (
        said(b"first"),
        said(b"in ", fin=False),
        said(b"are you there?", Opcode.PING),
        said(b"three ", Opcode.CONT, fin=False),
        said(b"parts", Opcode.CONT),
        said(b"\xff\xfe", Opcode.BINARY),
        said(b"last"),
    )
    async with met() as here:
        here.write.write(b"".join(parts))
        assert await here.have(4) == [b"first", b"in three parts", b"\xff\xfe", b"last"]
        assert await here.read.readexactly(16) == Frame(Opcode.PONG, b"are you there?").serialize(mask=False)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (said(b"x" * (LONGEST + 1)), 1009),
        (said(b"\xff\xfe"), 1007),
        (said(b"\xff", fin=False) + said(b"\xfe", Opcode.CONT), 1007),
        (Frame(Opcode.TEXT, b"not masked").serialize(mask=False), 1002),
        (said(b"of nothing", Opcode.CONT), 1002),
        (said(b"one", fin=False) + said(b"another"), 1002),
    ],
    ids=["too long", "no text", "no text in parts", "not masked", "of nothing", "two at once"],  # the masks are random
)
async def test_what_breaks_the_protocol_closes_the_socket_and_what_came_before_is_kept(wrong, code):
    async with met() as here:
        here.write.write(said(b"before") + wrong + said(b"after"))
        assert await here.closing_code() == code
        async with asyncio.timeout(WAIT):
            await here.over.wait()
        assert here.texts == [b"before"]


async def test_whoever_hangs_up_is_not_waited_for():
    async with met() as here:
        here.write.write(said(b"bye") + said((1000).to_bytes(2, "big"), Opcode.CLOSE))
        async with asyncio.timeout(WAIT):
            await here.over.wait()
        assert here.texts == [b"bye"]


async def test_within_bounds_messages_read_ahead():
    """INBOX_BYTES_MAX and what one read brought; the rest stays in the socket, and none is lost."""
    go = asyncio.Event()

    async def later(here: Met, channel: Channel) -> None:
        await go.wait()
        await listen(here, channel)

    count = 40 * INBOX_BYTES_MAX // 1_000
    async with met(later) as here:
        for number in range(count):
            here.write.write(said(b"%d" % number + b"." * 1_000))
        await until(lambda: here.channel is not None and here.channel.read_paused)
        assert here.channel is not None
        assert sum(map(len, here.channel._inbox)) < 2 * INBOX_BYTES_MAX
        go.set()
        assert [int(text.rstrip(b".")) for text in await here.have(count)] == list(range(count))


async def test_who_does_not_read_is_congested_and_goes_on_when_it_does():
    drained = asyncio.Event()

    async def talk(here: Met, channel: Channel) -> None:
        channel.drained = drained.set
        told = 0
        while not channel.congested:
            channel.tell(b"%d" % told + b"." * 1_000)
            told += 1
            await asyncio.sleep(0)
        here.texts.append(b"%d" % told)
        await drained.wait()
        channel.tell(b"end")

    async with met(talk) as here:
        told = int((await here.have(1))[0])
        assert not drained.is_set()
        async with asyncio.timeout(WAIT):
            for number in range(told):
                head = await here.read.readexactly(4)
                text = await here.read.readexactly(int.from_bytes(head[2:], "big"))
                assert int(text.rstrip(b".")) == number
            assert await here.read.readexactly(5) == b"\x81\x03end"
