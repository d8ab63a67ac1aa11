"""One at a time: from a sale or check-in being sent to its cue having been read from the screen's socket.

The next is sent only when both the cue and the acknowledgement of the one before are there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Protocol

from bench.sockets import Channel, Http, frame
from bench.target import Target, cpu_seconds, fresh_prefix, guest, now, presence, sale

APART = timedelta(microseconds=10)
CALM_PER_S = 50
TURN = 25  # sales in a row on one target before it is the other's turn
ACK = re.compile(rb'"ack":\s*(\d+)')


class Till(Protocol):
    def send(self, index: int) -> None: ...

    def settle(self, index: int) -> None:
        """Wait until that one is acknowledged."""


class StreamTill:
    def __init__(self, target: Target, guests: list[int]) -> None:
        self.channel = Channel(target, "/v1/stream", target.adapter_key)
        self.frames = stream_frames(target, guests)

    def send(self, index: int) -> None:
        self.channel.sock.sendall(self.frames[index])

    def settle(self, index: int) -> None:
        while last_ack(self.channel.read()) <= index:
            pass


class HttpTill:
    def __init__(self, target: Target, guests: list[int]) -> None:
        self.connection = Http(target, target.adapter_key)
        self.requests = sale_requests(self.connection, target, guests)

    def send(self, index: int) -> None:
        self.connection.sock.sendall(self.requests[index])

    def settle(self, index: int) -> None:
        self.connection.answer()


class Scanner(HttpTill):
    def __init__(self, target: Target, guests: list[int]) -> None:
        self.connection = Http(target, target.screen_key)
        bodies = [presence(target, number) for number in guests]
        self.requests = [self.connection.request("/v1/checkins", body) for body in bodies]


class Lane:
    """One job of the two that take turns. Where always the same guest comes, no cue is to be awaited."""

    def __init__(self, kind: str, target: Target, guests: list[int], counter: Channel) -> None:
        self.calm, self.silent, self.pid, self.counter = kind == "calm", kind == "ack", target.pid, counter
        self.guests = guests
        tills: dict[str, type[StreamTill] | type[HttpTill]] = {"http": HttpTill, "checkin": Scanner}
        self.till: Till = tills.get(kind, StreamTill)(target, self.guests)
        self.latencies: list[float] = []
        self.cpu_s = 0.0

    def run(self, indices: range) -> None:
        cpu, start = cpu_seconds(self.pid), time.perf_counter()
        for index in indices:
            if self.calm:
                time.sleep(max(0.0, start + (index - indices.start + 1) / CALM_PER_S - time.perf_counter()))
            name = guest(self.guests[index]).encode()
            sent = time.perf_counter()
            self.till.send(index)
            if self.silent:
                self.till.settle(index)
                self.latencies.append(time.perf_counter() - sent)
            else:
                await_cue(self.counter, name)
                self.latencies.append(time.perf_counter() - sent)
                self.till.settle(index)
        self.cpu_s += cpu_seconds(self.pid) - cpu

    def figures(self) -> dict[str, float]:
        count = len(self.latencies)
        return {**quantiles_ms(self.latencies), "count": count, "cpu_us": self.cpu_s / count * 1e6}


def in_turns(lanes: Sequence[Lane], count: int, seconds: float) -> list[dict[str, float]]:
    """A few from one, a few from the other: a disk or a neighbour that is slow for a moment is slow for both."""
    end = time.perf_counter() + seconds
    for first in range(0, count, TURN):
        if time.perf_counter() > end:
            break
        for lane in lanes:
            lane.run(range(first, min(first + TURN, count)))
    return [lane.figures() for lane in lanes]


def stream_frames(target: Target, guests: list[int]) -> list[bytes]:
    sales = enumerate(live_sales(target, guests), 1)
    return [frame(b'{"seq":%d,"transaction":%s}' % (seq, one)) for seq, one in sales]


def sale_requests(connection: Http, target: Target, guests: list[int]) -> list[bytes]:
    return [connection.request("/v1/transactions", one) for one in live_sales(target, guests)]


def live_sales(target: Target, guests: list[int]) -> Iterator[bytes]:
    """Of this very moment, each a little later than the one before: none is out of order."""
    first = now() - len(guests) * APART
    prefix = fresh_prefix()
    for index, number in enumerate(guests):
        yield sale(target, f"{prefix}-{index:07d}", number, first + index * APART)


def await_cue(counter: Channel, name: bytes) -> None:
    while not any(name in message for message in counter.read()):
        pass


def last_ack(messages: list[bytes]) -> int:
    """The highest number acknowledged in them; a refusal ends the run, since the bench sends nothing unfit."""
    last = 0
    for message in messages:
        found = ACK.search(message)
        if found is None:
            raise ConnectionError(f"instead of an ack: {message!r}")
        last = int(found[1])
    return last


def quantiles_ms(latencies: list[float]) -> dict[str, float]:
    ordered = sorted(latencies)
    return {f"p{share}_ms": ordered[len(ordered) * share // 100] * 1e3 for share in (50, 99)}
