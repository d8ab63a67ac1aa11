"""Keys and shops that another process made or ended: looked for at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

READ_SECONDS = 1.0  # between two looks for new keys


class FreshKeys:
    """Looks for keys that another process made, at most once a second; whoever comes sooner waits for that look."""

    def __init__(self, read: Callable[[], Awaitable[None]]) -> None:
        self._read = read
        self._next: asyncio.Task[None] | None = None
        self._free_at = 0.0
        self._began = float("-inf")  # the last read that came to its end

    async def read(self, since: float | None = None) -> None:
        """Returns after a read that began after this call, or after `since`, by the loop's time."""
        if since is not None and self._began > since:
            return
        if self._next is None:
            self._next = asyncio.create_task(self._soon())
        await asyncio.shield(self._next)

    async def _soon(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))
        self._next = None  # who comes from here on wants a read of their own
        began = loop.time()
        self._free_at = began + READ_SECONDS
        await self._read()
        self._began = began
