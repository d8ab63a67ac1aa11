"""A WebSocket without ceremony: uvicorn shakes hands, pings and closes; whole text frames go past its queue and tasks.

A message through uvicorn costs a dict, a queue, a task's turn and a pause of the reading each way, which is more than
all that is done with it. A route that has accepted a socket takes it over with `channel_of`: messages come as many at
a time as one read brought, and go out with one write. Whatever is no whole text frame (a ping, a fragment, a close) is
handed to uvicorn as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.speedups import apply_mask

INBOX_BYTES_MAX = 256 * 1024  # read ahead of whoever takes the messages
WHOLE_TEXT = 0x81
NO_MASK = bytes(4)
FRAMES_KEPT = 8  # ready to go to another screen
EXTENSION = "loyalty.channel"


def channel_of(socket: WebSocket) -> Channel:
    """The socket's own end, once it is accepted; from here on nothing is received through `socket`."""
    channel: Channel = socket.scope["extensions"][EXTENSION]
    channel.take_over()
    return channel


@lru_cache(FRAMES_KEPT)
def wire_frame(payload: bytes) -> bytes:
    """One text message as a server sends it; the same goes to a thousand screens in a row."""
    size = len(payload)
    if size < 126:
        return b"\x81%c%b" % (size, payload)
    if size < 1 << 16:
        return b"\x81\x7e%b%b" % (size.to_bytes(2, "big"), payload)
    return b"\x81\x7f%b%b" % (size.to_bytes(8, "big"), payload)


class Channel(WebSocketsSansIOProtocol):
    """One connection. Used on the loop alone."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.jammed: Callable[[], None] = nothing  # called when a socket takes no more, for now or for ever
        self.drained: Callable[[], None] = nothing  # called when a socket that was congested takes more
        self.congested = False
        self._taken = False
        self._interrupted = False
        self._split = False  # within a message of several frames
        self._rest = bytearray()  # the beginning of a frame
        self._need = 0  # bytes until that frame is whole
        self._inbox: list[bytes] = []
        self._inbox_bytes = 0
        self._reader: asyncio.Future[None] | None = None

    # -- what the routes use ------------------------------------------------------------------------------------------
    def take_over(self) -> None:
        self._taken = True
        self.data_received(b"")  # what came before

    async def texts(self) -> list[bytes]:
        """Every message that has come, at least one; WebSocketDisconnect once there will be no more."""
        while not self._inbox:
            if self.is_over or self._interrupted:
                raise WebSocketDisconnect()
            self._reader = self.loop.create_future()
            await self._reader
        found, self._inbox, self._inbox_bytes = self._inbox, [], 0
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        return found

    def never_buffer(self) -> Callable[[bytes], object]:
        """How whole frames are written to the wire by whoever keeps what is yet to go itself.

        What the kernel does not take makes the socket congested at once, and a socket that is not congested has nothing
        on its way: so nothing can follow its closing frame.
        """
        self.transport.set_write_buffer_limits(0)
        return self.transport.write

    def interrupt(self) -> None:
        """Whoever waits for messages waits no longer."""
        self._interrupted = True
        self._wake()

    def tell(self, payload: bytes) -> None:
        """Never waits: whoever sends looks at `congested` first, and goes on when it is `drained`."""
        if not self.is_over:
            self.transport.write(wire_frame(payload))

    @property
    def is_over(self) -> bool:
        return self.disconnected or self.close_sent or self.transport.is_closing()

    # -- what the transport calls -------------------------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        if not self.handshake_initiated:
            super().data_received(data)
            return
        if self._rest or not self._taken:
            self._rest += data
            if not self._taken or len(self._rest) < self._need:
                return
            data = bytes(self._rest)
            self._rest.clear()
        done = self._read_frames(data)
        if done < len(data):
            self._rest += data[done:]

    def _read_frames(self, data: bytes) -> int:
        """How far the whole frames in it go."""
        start, size = 0, len(data)
        while not self.disconnected:
            head, end = _extent(data, start, size)
            if end - head > self.config.ws_max_size:  # uvicorn refuses it by its length alone
                super().data_received(data[start:])
                return size
            if end > size:
                self._need = end - start
                return start
            plain = data[start] == WHOLE_TEXT and data[start + 1] & 0x80
            if plain and not self._split and not self.close_sent:
                mask = data[head - 4 : head]
                self._put_text(data[head:end] if mask == NO_MASK else apply_mask(data[head:end], mask))
            else:
                super().data_received(data[start:end])
            start = end
        return size

    def _put_text(self, text: bytes) -> None:
        try:
            str(text, "utf-8")
        except UnicodeDecodeError:
            self.conn.send_close(1007)
            self.handle_parser_exception()
        else:
            self._put(text)

    def _put(self, message: bytes) -> None:
        self._inbox.append(message)
        self._inbox_bytes += len(message)
        if self._inbox_bytes >= INBOX_BYTES_MAX and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def pause_writing(self) -> None:
        self.congested = True
        super().pause_writing()
        self.jammed()

    def resume_writing(self) -> None:
        self.congested = False
        super().resume_writing()
        self.drained()

    # -- what uvicorn finds -------------------------------------------------------------------------------------------
    async def run_asgi(self) -> None:
        cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self
        await super().run_asgi()

    def handle_text(self, event: Frame) -> None:
        self._split = not event.fin
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._split = not event.fin
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        self._split = not event.fin
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if not self._taken or self.close_sent:
            super().send_receive_event_to_app()
            return
        message, self.frames = b"".join(self.frames), []
        (self._put_text if self.curr_msg_data_type == "text" else self._put)(message)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._wake()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._wake()
        self.jammed()
        self.drained()


def _extent(data: bytes, start: int, size: int) -> tuple[int, int]:
    """Where the payload of the (masked) frame that begins at `start` begins, and where it ends, as far as is known."""
    if size - start < 2:
        return start, start + 2
    length = data[start + 1] & 0x7F
    head = start + (6 if data[start + 1] & 0x80 else 2)
    if length < 126:
        return head, head + length
    wide = 2 if length == 126 else 8
    if size - start < 2 + wide:
        return start, start + 2 + wide
    return head + wide, head + wide + int.from_bytes(data[start + 2 : start + 2 + wide], "big")


def nothing() -> None:
    """Nobody waits."""
