"""Whoever waits at a till is answered in time, however the house answers."""

from __future__ import annotations

import asyncio
import time

from loyalty.wire import Presence
from pos_adapters.answering import NOTHING_TOLD, Asked
from pos_adapters.greeting import Greeter

DRIPS_S = 20.0


async def _dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Something comes all the time, and never all of it."""
    try:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await asyncio.sleep(0.2)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def _asked() -> tuple[object, float]:
    async with await asyncio.start_server(_dripping, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        greeter = Greeter(f"http://127.0.0.1:{port}", "key")
        began = time.monotonic()
        told = await greeter.told(Asked(who=Presence(shop="quay", till="1", phone="+254700000001")))
        took = time.monotonic() - began
        await greeter.close()
    return told, took


def test_a_house_that_answers_slowly_is_not_waited_for():
    told, took = asyncio.run(_asked())
    assert told is NOTHING_TOLD
    assert took < DRIPS_S, "it did not wait for all of it"
