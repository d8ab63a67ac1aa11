"""PostgreSQL's LISTEN, on a connection that does nothing else, and NOTIFY on another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg

from loyalty.store.postgres import CHANNEL, CONNECT_SECONDS

AGAIN_SECONDS = 0.5  # between two attempts to connect


class Listener:
    """Hears until it is cancelled; a lost connection is made again."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._speaker: psycopg.AsyncConnection | None = None
        self._speaking = asyncio.Lock()
        self.up = False

    async def listen(self, heard: Callable[[str], None]) -> None:
        while True:
            with suppress(psycopg.Error):
                async with await self._connect() as db:
                    await db.execute(f"LISTEN {CHANNEL}".encode())
                    self.up = True
                    async for notice in db.notifies():
                        heard(notice.payload)
            self.up = False
            await asyncio.sleep(AGAIN_SECONDS)

    async def tell(self, notice: str) -> None:
        """One attempt, outside of any transaction of the line."""
        async with self._speaking:
            with suppress(psycopg.Error):
                if self._speaker is None or self._speaker.closed:
                    self._speaker = await self._connect()
                await self._speaker.execute("SELECT pg_notify(%s, %s)", (CHANNEL, notice))

    async def close(self) -> None:
        if self._speaker is not None:
            await self._speaker.close()

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS)
