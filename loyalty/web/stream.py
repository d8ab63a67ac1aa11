"""The fast way in: one socket, numbered frames, one cumulative ack a commit.

A frame that cannot be understood is set aside durably and then refused, before any ack that passes over it. A passing
fault closes the socket with 1013 and the adapter sends again.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from loyalty.core.facts import Delivery
from loyalty.errors import RegularsError, Unfit
from loyalty.store.keys import Grant
from loyalty.web.gate import UNREADABLE, House, grant, house_of, refusal, unfit
from loyalty.web.pos import read_presence, read_sale
from loyalty.wire import Ack, Fault, Presence, Refused, StreamFrame
from loyalty.work import Aside, Batch

WINDOW_MAX = 5_000  # frames of one connection that are on their way
WINDOW_BYTES_MAX = 16 * 1024 * 1024  # and bytes
REASON_CHARS_MAX = 100  # a close frame holds 123 bytes
TRY_AGAIN, POLICY = 1013, 1008
SEQ = re.compile(rb'\s*{\s*"seq"\s*:\s*([0-9]{1,18})\s*[,}]')
DRAIN_SECONDS = 10.0

_frame = msgspec.json.Decoder(StreamFrame)
_presence = msgspec.json.Decoder(Presence)
_encode = msgspec.json.Encoder().encode


async def stream(socket: WebSocket) -> None:
    """`WS /v1/stream`: the adapter key in the Authorization header."""
    try:
        found = await grant(socket, "adapter")
    except RegularsError as error:
        await _deny(socket, error)
        return
    await socket.accept()
    talk = Talk(socket, house_of(socket), found)
    try:
        await talk.listen()
    except (WebSocketDisconnect, RuntimeError):
        talk.gone()


async def _deny(socket: WebSocket, error: RegularsError) -> None:
    await socket.send_denial_response(refusal(error))


class Talk:
    """One adapter's connection. Outcomes come back in the order of the frames, since the line keeps it."""

    def __init__(self, socket: WebSocket, house: House, found: Grant) -> None:
        self._socket = socket
        self._house = house
        self._grant = found
        self._flying = 0
        self._bytes = 0
        self._last = -1
        self._acked: int | None = None
        self._out: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._space = asyncio.Event()
        self._space.set()
        self._over: int | None = None
        self._why = ""

    async def listen(self) -> None:
        speaker = asyncio.create_task(self._speak())
        try:
            while self._over is None:
                await self._take(await self._receive())
        finally:
            self._over = self._over or POLICY
            self._wake.set()
            await speaker

    async def _receive(self) -> bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text = message.get("text")
        return text.encode() if text is not None else message.get("bytes") or b""

    async def _take(self, raw: bytes) -> None:
        try:
            frame = _frame.decode(raw)
        except UNREADABLE as error:
            self._take_torn(raw, unfit(error))
        else:
            if self._grows(frame.seq):
                await self._take_frame(frame, raw)
        if self._flying >= WINDOW_MAX or self._bytes >= WINDOW_BYTES_MAX:
            self._space.clear()
            await self._space.wait()
        if self._house.writer.full:
            await self._house.writer.room()

    async def _take_frame(self, frame: StreamFrame, raw: bytes) -> None:
        try:
            delivery = await self._read(frame)
        except RegularsError as error:
            self._refuse(frame.seq, raw, error)
        else:
            self._put(frame.seq, [delivery], [], len(raw))

    def _take_torn(self, raw: bytes, error: RegularsError) -> None:
        """A frame that is no JSON; its number may still be read off its beginning."""
        found = SEQ.match(raw)
        if found is None:  # without a number there is nothing to refuse
            self.close(POLICY, 'expected {"seq": 17, "transaction": {…}} or {"seq": 17, "presence": {…}}')
        elif self._grows(int(found[1])):
            self._refuse(int(found[1]), raw, error)

    def _grows(self, seq: int) -> bool:
        """Acks are cumulative, so a number that does not grow cannot be answered."""
        if seq <= self._last:
            self.close(POLICY, f"seq must grow within a connection: {seq} came after {self._last}")
            return False
        self._last = seq
        return True

    async def _read(self, frame: StreamFrame) -> Delivery:
        if bytes(frame.transaction):
            return await read_sale(self._house, self._grant, frame.transaction)
        if not bytes(frame.presence):
            raise Unfit("expected transaction or presence beside seq")
        try:
            presence = _presence.decode(frame.presence)
        except UNREADABLE as error:
            raise unfit(error) from error
        return await read_presence(self._house, self._grant, presence)

    def _refuse(self, seq: int, raw: bytes, error: RegularsError) -> None:
        fault = Fault(code=error.code, at=error.at, message=error.message)
        self._put(seq, [], [Aside(self._grant.business, raw, fault)], len(raw), fault)

    def _put(
        self, seq: int, deliveries: list[Delivery], aside: list[Aside], size: int, fault: Fault | None = None
    ) -> None:
        self._flying += 1
        self._bytes += size

        def done(result: Any) -> None:
            self._bytes -= size
            self._landed(seq, result, fault)

        self._house.writer.put(Batch(deliveries, done, aside))

    def _landed(self, seq: int, result: Any, fault: Fault | None) -> None:
        """A frame's outcome is durable (or its batch failed). Acks of one commit melt into one frame."""
        self._flying -= 1
        if self._flying < WINDOW_MAX // 2 and self._bytes < WINDOW_BYTES_MAX // 2:
            self._space.set()
        if isinstance(result, BaseException):
            self.close(TRY_AGAIN)
            return
        if self._over is not None:
            return
        fault = fault or next((one for one in result if isinstance(one, Fault)), None)
        if fault is not None:
            self._flush_ack()
            self._out.append(_encode(Refused(refused=seq, error=fault)))
        self._acked = seq
        self._wake.set()

    def _flush_ack(self) -> None:
        if self._acked is not None:
            self._out.append(_encode(Ack(ack=self._acked)))
            self._acked = None

    async def _speak(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                self._flush_ack()
                while self._out:
                    await self._socket.send_text(self._out.popleft().decode())
                if self._over is not None:
                    if self._socket.application_state is WebSocketState.CONNECTED:
                        await self._socket.close(self._over, self._why)
                    return
        except (WebSocketDisconnect, RuntimeError):
            self.gone()

    def close(self, code: int, why: str = "") -> None:
        if self._over is None:
            self._over, self._why = code, why[:REASON_CHARS_MAX]
        self._wake.set()
        self._space.set()

    def gone(self) -> None:
        """The adapter hung up; what is in the line is still worked off, only nobody hears of it."""
        self._over = self._over or 1000
        self._space.set()
