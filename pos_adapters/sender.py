"""The stream's protocol without a socket: what a frame looks like, what is under way, what an answer does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from loyalty.errors import Passing
from loyalty.wire import Fault, Presence, Transaction
from pos_adapters.elapsed import Moment, waited_s
from pos_adapters.outbox import Waiting

WINDOW_MAX = 256  # frames that were sent and not answered
AGE_S_MAX = 1e9  # what the wire takes; a clock that was reset to 1970 makes more
FRESH_S = 120.0  # the service counts a presence as *now* for so long


class Breach(Passing):
    """The service said what it cannot mean: take no word of it, connect anew."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Durable at the service up to this number."""

    up_to: int


@dataclass(frozen=True, slots=True)
class Declined:
    """Sending it again would not help."""

    seq: int
    reason: Fault


class _Answer(msgspec.Struct):
    ack: int | None = None
    refused: int | None = None
    error: Fault | None = None


@dataclass(slots=True)
class Sender:
    """One connection. Send in order of number, say `sending` before each, and give every answer to `heard`."""

    sent: int = 0
    progressed: bool = False
    _under_way: deque[int] = field(default_factory=deque)

    @property
    def room(self) -> int:
        """How many more frames may go before an answer comes."""
        return WINDOW_MAX - len(self._under_way)

    @property
    def owed(self) -> bool:
        """Whether an answer is due."""
        return bool(self._under_way)

    def sending(self, seq: int) -> None:
        assert seq > self.sent, "numbers grow within a connection"
        assert self.room > 0, "the window bounds what is lost with a connection"
        self.sent = seq
        self._under_way.append(seq)

    def passed_over(self, seq: int) -> None:
        """This number is not sent at all."""
        self.sent = seq

    def heard(self, raw: str | bytes) -> Acknowledged | Declined | None:
        """What the answer means; None if it is none of our business. Raises Breach."""
        try:
            answer = msgspec.json.decode(raw, type=_Answer)
        except msgspec.MsgspecError as error:
            raise Breach(f"an answer that cannot be read: {error}") from error
        if answer.refused is not None:
            return self._declined(answer.refused, answer.error)
        return None if answer.ack is None else self._acknowledged(answer.ack)

    def _acknowledged(self, up_to: int) -> Acknowledged | None:
        if up_to > self.sent:
            raise Breach(f"{up_to} was acknowledged, and {self.sent} is the last that was sent")
        if not self._under_way or self._under_way[0] > up_to:
            return None
        while self._under_way and self._under_way[0] <= up_to:
            self._under_way.popleft()
        self.progressed = True
        return Acknowledged(up_to)

    def _declined(self, seq: int, reason: Fault | None) -> Declined | None:
        if seq not in self._under_way:
            return None
        self._under_way.remove(seq)
        self.progressed = True
        return Declined(seq, reason or Fault(code="refused", message="the service gave no reason"))


def frame(item: Waiting, now: Moment) -> bytes:
    """The frame as it goes out at `now`: older by as long as it has waited."""
    waited = waited_s(item.since, now)
    body = _aged(item.body, waited) if item.kind == "transaction" else _dated(item.body, waited, now)
    return b'{"seq":%d,"%s":%s}' % (item.seq, item.kind.encode(), body)


def _aged(body: bytes, waited: float) -> bytes:
    """`age_s` grows by the wait. Where the source gave none there is none: when the sale was, only its till knows."""
    sale = msgspec.json.decode(body, type=Transaction)
    if sale.age_s is None:
        return body
    age_s = min(AGE_S_MAX, sale.age_s + waited)
    return msgspec.json.encode(msgspec.structs.replace(sale, age_s=age_s))


def _dated(body: bytes, waited: float, now: Moment) -> bytes:
    """A presence without a time is *now*. Once that is no longer true it gets one, and still goes."""
    presence = msgspec.json.decode(body, type=Presence)
    if presence.at is not None or waited <= FRESH_S:
        return body
    at = datetime.fromtimestamp(max(0.0, now.wall - waited), UTC)
    return msgspec.json.encode(msgspec.structs.replace(presence, at=at))
