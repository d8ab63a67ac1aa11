"""Between tills and their printer: every byte goes on unchanged and at once, both ways, whatever we make of it.

It runs on a thread of its own, so that nothing that is slow here is waited for there. While the printer cannot be
reached nobody is let in: a till hears then what it would hear without us.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from loyalty.errors import Passing

CONNECTIONS_MAX = 32
CONNECT_S = 5.0
PROBE_S = 1.0  # between two looks whether the printer is back
LINGER_S = 10.0  # for what the printer still has to say, once the till has hung up
CLOSING_S = 1.0  # for jobs that are under way, once we are to stop
CHUNK_BYTES = 65_536

Address = tuple[str, int]

log = structlog.get_logger()


class Reader(Protocol):
    """Who reads along, for one connection. What it raises is not the printer's trouble."""

    def feed(self, raw: bytes) -> None: ...

    def end(self) -> None:
        """The job is whole."""
        ...

    def broken(self) -> None:
        """It is not: the till will print it again."""
        ...


class Passage:
    """`reader` makes one for each connection. `settle_s`: silence after which a job counts as whole."""

    def __init__(self, listen: Address, printer: Address, reader: Callable[[], Reader], settle_s: float) -> None:
        self._listen, self._printer, self._reader, self._settle_s = listen, printer, reader, settle_s
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = threading.Event()
        self._open: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Once it stands it stands. Raises Passing where nobody can listen there."""
        if self._thread is not None and self._thread.is_alive():
            return
        door = self._door()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(door),), name="printer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nobody is let in any more; what is under way may end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(CLOSING_S + 1.0)

    def _door(self) -> socket.socket:
        try:
            return socket.create_server(self._listen, backlog=CONNECTIONS_MAX)
        except OSError as error:
            host, port = self._listen
            raise Passing(
                f"nobody can listen on {host}:{port} ({error.strerror}); is it in use, or not ours?"
            ) from error

    # -- on the thread ------------------------------------------------------------------------------------------------
    async def _serve(self, door: socket.socket) -> None:
        while not self._stop.is_set():
            down = asyncio.Event()
            server = await asyncio.start_server(partial(self._let_in, down), sock=door)
            log.info("printer-between", listen=_shown(self._listen), printer=_shown(self._printer))
            await self._until_stopped(down)
            server.close()
            if down.is_set():
                log.warning(
                    "printer-unreachable", printer=_shown(self._printer), next="tills are turned away until it is"
                )
                await self._until_reached()
                door = self._door()
        door.close()
        if self._open:
            await asyncio.wait(self._open, timeout=CLOSING_S)

    async def _until_stopped(self, or_this: asyncio.Event) -> None:
        while not self._stop.is_set() and not or_this.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(or_this.wait(), 0.1)

    async def _until_reached(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_S):
                    _, writer = await asyncio.open_connection(*self._printer)
                writer.close()
                return
            await asyncio.sleep(PROBE_S)

    async def _let_in(self, down: asyncio.Event, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is a task"
        if len(self._open) >= CONNECTIONS_MAX:
            _turn_away(writer)
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(CONNECT_S):
                back, on = await asyncio.open_connection(*self._printer)
        except (OSError, TimeoutError):
            down.set()
            _turn_away(writer)
        else:
            await self._pass(reader, writer, back, on)
        finally:
            self._open.discard(task)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamReader,
        on: asyncio.StreamWriter,
    ) -> None:
        along = _Along(self._reader())
        for one in (writer, on):
            one.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        forth = asyncio.create_task(self._forth(reader, on, along))
        replies = asyncio.create_task(_copy(back, writer))
        done, _ = await asyncio.wait((forth, replies), return_when=asyncio.FIRST_COMPLETED)
        if forth in done and forth.exception() is None:
            along.end()
            await asyncio.wait((replies,), timeout=LINGER_S)
        else:
            along.broken()
        broken = any(task.done() and not task.cancelled() and task.exception() for task in (forth, replies))
        for task in (forth, replies):
            task.cancel()
        await asyncio.gather(forth, replies, return_exceptions=True)
        on.close()
        _turn_away(writer) if broken else writer.close()

    async def _forth(self, reader: asyncio.StreamReader, on: asyncio.StreamWriter, along: _Along) -> None:
        quiet: float | None = None
        while True:
            try:
                async with asyncio.timeout(quiet):
                    raw = await reader.read(CHUNK_BYTES)
            except TimeoutError:
                along.end()
                quiet = None
                continue
            if not raw:
                on.write_eof()
                return
            on.write(raw)
            await on.drain()
            along.feed(raw)
            quiet = self._settle_s


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while raw := await reader.read(CHUNK_BYTES):
        writer.write(raw)
        await writer.drain()


class _Along:
    """A reader whose trouble stays its own. It is told by its type alone: its words may quote a receipt."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def feed(self, raw: bytes) -> None:
        self._try(lambda: self._reader.feed(raw))

    def end(self) -> None:
        self._try(self._reader.end)

    def broken(self) -> None:
        self._try(self._reader.broken)

    @staticmethod
    def _try(read: Callable[[], None]) -> None:
        try:
            read()
        except Exception as error:
            log.error("receipt-unread", error=type(error).__name__)


def _turn_away(writer: asyncio.StreamWriter) -> None:
    """By a reset, as from a printer that is off: a plain end would look like a job that was taken."""
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def _shown(address: Address) -> str:
    return f"{address[0]}:{address[1]}"
