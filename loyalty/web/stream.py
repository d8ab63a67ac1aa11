"""The fast way in: one socket, numbered frames, one cumulative ack a commit.

A frame that cannot be understood is set aside durably and then refused, before any ack that passes over it. A passing
fault closes the socket with 1013 and the adapter sends again.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from contextlib import suppress
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from loyalty.core.decide import Answer
from loyalty.core.facts import Delivery
from loyalty.errors import RegularsError, Unfit
from loyalty.store.keys import Grant
from loyalty.web.channel import Channel, channel_of, nothing
from loyalty.web.gate import UNREADABLE, House, check_text, grant, house_of, refusal, unfit
from loyalty.web.pos import read_presence, read_sale
from loyalty.web.showing import code_refusal
from loyalty.wire import Ack, Fault, Presence, Refused, StreamFrame
from loyalty.work import Aside, Batch

WINDOW_MAX = 5_000  # frames of one connection that are on their way
WINDOW_BYTES_MAX = 16 * 1024 * 1024  # and bytes
REASON_CHARS_MAX = 100  # a close frame holds 123 bytes
TRY_AGAIN, POLICY = 1013, 1008
SEQ = re.compile(rb'\s*{\s*"seq"\s*:\s*([0-9]{1,18})\s*[,}]')

_frame = msgspec.json.Decoder(StreamFrame)
_presence = msgspec.json.Decoder(Presence)
_encode = msgspec.json.Encoder().encode


async def stream(socket: WebSocket) -> None:
    """`WS /v1/stream`: the adapter key in the Authorization header."""
    try:
        found = await grant(socket, "adapter")
    except RegularsError as error:
        await socket.send_denial_response(refusal(error))
        return
    await socket.accept()
    talk = Talk(channel_of(socket), house_of(socket), found)
    with suppress(WebSocketDisconnect, RuntimeError):
        code, why = await talk.listen()
        await socket.close(code, why)
    talk.gone()


class Talk:
    """One adapter's connection. Outcomes come back in the order of the frames, since the line keeps it."""

    def __init__(self, channel: Channel, house: House, found: Grant) -> None:
        self._channel = channel
        self._house = house
        self._grant = found
        self._flying = 0
        self._bytes = 0
        self._last = -1
        self._acked: int | None = None
        self._out: deque[bytes] = deque()
        self._telling = False
        self._space = asyncio.Event()
        self._space.set()
        self._over: int | None = None
        self._why = ""
        channel.drained = self._tell

    async def listen(self) -> tuple[int, str]:
        """Until there is a reason to close: its code, and the reason in words."""
        while self._over is None:
            try:
                raws = await self._channel.texts()
            except WebSocketDisconnect:
                if self._over is None:
                    raise
                break
            start = 0
            while start < len(raws) and self._over is None:
                start = await self._take(raws, start)
                if self._flying >= WINDOW_MAX or self._bytes >= WINDOW_BYTES_MAX:
                    self._space.clear()
                    await self._space.wait()
                if self._house.writer.full:
                    await self._house.writer.room()
        self._tell()
        return self._over, self._why

    async def _take(self, raws: list[bytes], start: int) -> int:
        """As many frames as the window has room for, as one batch for the line; answers where the next begins."""
        handful = Handful(asyncio.get_running_loop().time())
        while start < len(raws) and self._over is None:
            if self._flying + len(handful.frames) >= WINDOW_MAX or self._bytes + handful.size >= WINDOW_BYTES_MAX:
                break
            await self._take_frame(raws[start], handful)
            start += 1
        if handful.frames:
            self._put(handful)
        return start

    async def _take_frame(self, raw: bytes, handful: Handful) -> None:
        try:
            frame = _frame.decode(raw)
        except UNREADABLE as error:
            self._take_torn(raw, unfit(error), handful)
            return
        if not self._grows(frame.seq):
            return
        try:
            handful.add(frame.seq, raw, await self._read(frame, handful.since))
        except RegularsError as error:
            self._refuse(frame.seq, raw, error, handful)

    def _take_torn(self, raw: bytes, error: RegularsError, handful: Handful) -> None:
        """A frame that is no JSON; its number may still be read off its beginning."""
        found = SEQ.match(raw)
        if found is None:  # without a number there is nothing to refuse
            self.close(POLICY, 'expected {"seq": 17, "transaction": {…}} or {"seq": 17, "presence": {…}}')
        elif self._grows(int(found[1])):
            self._refuse(int(found[1]), raw, error, handful)

    def _grows(self, seq: int) -> bool:
        """Acks are cumulative, so a number that does not grow cannot be answered."""
        if seq <= self._last:
            self.close(POLICY, f"seq must grow within a connection: {seq} came after {self._last}")
            return False
        self._last = seq
        return True

    async def _read(self, frame: StreamFrame, since: float) -> Delivery:
        if bytes(frame.transaction):
            return await read_sale(self._house, self._grant, frame.transaction, since)
        if not bytes(frame.presence):
            raise Unfit("expected transaction or presence beside seq")
        check_text(bytes(frame.presence))
        try:
            presence = _presence.decode(frame.presence)
        except UNREADABLE as error:
            raise unfit(error) from error
        return await read_presence(self._house, self._grant, presence, since)

    def _refuse(self, seq: int, raw: bytes, error: RegularsError, handful: Handful) -> None:
        fault = Fault(code=error.code, at=error.at, message=error.message)
        handful.refuse(seq, raw, Aside(self._grant.business, raw, fault))

    def _put(self, handful: Handful) -> None:
        self._flying += len(handful.frames)
        self._bytes += handful.size
        self._house.writer.put(Batch(handful.deliveries, lambda result: self._landed(handful, result), handful.aside))

    def _landed(self, handful: Handful, result: Any) -> None:
        """The frames' outcomes are durable (or their batch failed). Acks of one commit melt into one frame."""
        self._flying -= len(handful.frames)
        self._bytes -= handful.size
        if self._flying < WINDOW_MAX // 2 and self._bytes < WINDOW_BYTES_MAX // 2:
            self._space.set()
        if isinstance(result, BaseException):
            self.close(TRY_AGAIN)
            return
        if self._over is not None:
            return
        outcomes = iter(result)
        for seq, fault in handful.frames:
            if fault is None:
                fault = _fault(next(outcomes))
            if fault is not None:
                self._melt()
                self._out.append(_encode(Refused(refused=seq, error=fault)))
            self._acked = seq
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _melt(self) -> None:
        if self._acked is not None:
            self._out.append(_encode(Ack(ack=self._acked)))
            self._acked = None

    def _tell(self) -> None:
        """After everything that one commit brought; an adapter that does not read is told when it does."""
        self._telling = False
        self._melt()
        while self._out and not self._channel.congested:
            self._channel.tell(self._out.popleft())

    def close(self, code: int, why: str = "") -> None:
        if self._over is None:
            self._over, self._why = code, why[:REASON_CHARS_MAX]
        self._space.set()
        self._channel.interrupt()

    def gone(self) -> None:
        """The adapter hung up; what is in the line is still worked off, only nobody hears of it."""
        self._over = self._over or 1000
        self._channel.drained = nothing


def _fault(outcome: Fault | Answer) -> Fault | None:
    """A stranger who checked in is none: whoever rings up need not know of them."""
    if isinstance(outcome, Fault):
        return outcome
    refused = code_refusal(outcome) if outcome.why is not None else None
    return Fault(code=refused.code, at=refused.at, message=refused.message) if refused is not None else None


def unframed(raw: bytes) -> bytes:
    """The transaction in what was set aside: a frame was kept as it came."""
    try:
        return bytes(_frame.decode(raw).transaction) or raw
    except UNREADABLE:
        return raw


class Handful:
    """Frames that go to the line together: their numbers, each with its fault where it was refused."""

    def __init__(self, since: float) -> None:
        self.since = since
        self.frames: list[tuple[int, Fault | None]] = []
        self.deliveries: list[Delivery] = []
        self.aside: list[Aside] = []
        self.size = 0

    def add(self, seq: int, raw: bytes, delivery: Delivery) -> None:
        self.frames.append((seq, None))
        self.deliveries.append(delivery)
        self.size += len(raw)

    def refuse(self, seq: int, raw: bytes, aside: Aside) -> None:
        self.frames.append((seq, aside.fault))
        self.aside.append(aside)
        self.size += len(raw)
