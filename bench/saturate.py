"""At saturation: as much as the target takes, a bounded number on the way, every acknowledgement and cue awaited."""

from __future__ import annotations

import re
import select
import socket
import time

from bench.single import last_ack, quantiles_ms, sale_requests, stream_frames
from bench.sockets import Channel, Http, good, screen
from bench.target import Target, cpu_seconds

WINDOW_MAX = 250  # sales on the way by stream: sent, but not yet both acknowledged and shown
CONNECTIONS = 64  # tills that post one sale at a time
LAG_S_MAX = 10.0  # after the last sale, for what is still missing
NAME = re.compile(rb"Guest (\d{7})")


class Meter:
    """Matches cues with sales: nobody has two on the way, so the guest's name is enough."""

    def __init__(self, target: Target, guests: list[int]) -> None:
        self.counter = screen(target)
        self.pid = target.pid
        self.guests = guests
        self.waiting: dict[int, float] = {}
        self.latencies: list[float] = []
        self.start, self.cpu = time.perf_counter(), cpu_seconds(self.pid)

    def sent(self, index: int, at: float) -> None:
        self.waiting[self.guests[index]] = at

    def read(self) -> None:
        messages = self.counter.read()
        at = time.perf_counter()
        for message in messages:
            found = NAME.search(message)
            sent = self.waiting.pop(int(found[1]), None) if found else None
            if sent is not None:
                self.latencies.append(at - sent)

    def figures(self, acknowledged: int) -> dict[str, float]:
        elapsed = time.perf_counter() - self.start
        cpu = cpu_seconds(self.pid) - self.cpu
        return {
            **quantiles_ms(self.latencies),
            "per_s": acknowledged / elapsed,
            "cpu_us": cpu / acknowledged * 1e6,
            "count": acknowledged,
            "cues_missing": len(self.waiting),
        }


def by_stream(target: Target, guests: list[int], seconds: float) -> dict[str, float]:
    count, frames = len(guests), stream_frames(target, guests)
    channel = Channel(target, "/v1/stream", target.adapter_key)
    meter = Meter(target, guests)
    poller = select.poll()
    poller.register(meter.counter.sock, select.POLLIN)
    poller.register(channel.sock, select.POLLIN)
    sent, acked, unsent = 0, 0, b""
    end = meter.start + seconds
    while acked < sent or meter.waiting or (sent < count and time.perf_counter() < end):
        on_the_way = max(sent - acked, len(meter.waiting))
        if not unsent and on_the_way < WINDOW_MAX and sent < count and (at := time.perf_counter()) < end:
            upto = min(sent + WINDOW_MAX - on_the_way, count)
            unsent = b"".join(frames[sent:upto])
            for index in range(sent, upto):
                meter.sent(index, at)
            sent = upto
        if unsent:
            unsent = unsent[send_some(channel.sock, unsent) :]
        for fileno, _ in poller.poll(1):
            if fileno == meter.counter.sock.fileno():
                meter.read()
            else:
                acked = max(acked, last_ack(channel.read()))
        if time.perf_counter() > end + LAG_S_MAX:
            break
    if acked < sent:
        raise TimeoutError(f"{target.name}: {sent - acked} of {sent} sales were never acknowledged")
    return meter.figures(acked)


def by_http(target: Target, guests: list[int], seconds: float) -> dict[str, float]:
    count = len(guests)
    tills = [Http(target, target.adapter_key) for _ in range(CONNECTIONS)]
    requests = sale_requests(tills[0], target, guests)
    meter = Meter(target, guests)
    poller = select.epoll()
    poller.register(meter.counter.sock, select.EPOLLIN)
    by_fileno = {till.sock.fileno(): till for till in tills}
    sent, answered = 0, 0
    end = meter.start + seconds

    def send_next(till: Http) -> None:
        nonlocal sent
        if sent < count and (at := time.perf_counter()) < end:
            meter.sent(sent, at)
            till.sock.sendall(requests[sent])
            sent += 1

    for fileno, till in by_fileno.items():
        poller.register(fileno, select.EPOLLIN)
        send_next(till)
    while answered < sent or meter.waiting:
        for fileno, _ in poller.poll(0.1):
            if fileno == meter.counter.sock.fileno():
                meter.read()
            elif answer := by_fileno[fileno].poll():
                good(*answer)
                answered += 1
                send_next(by_fileno[fileno])
        if time.perf_counter() > end + LAG_S_MAX:
            break
    if answered < sent:
        raise TimeoutError(f"{target.name}: {sent - answered} of {sent} sales were never answered")
    return meter.figures(answered)


def send_some(sock: socket.socket, data: bytes) -> int:
    """Never waits: while this waited to write, nobody would read."""
    try:
        return sock.send(data, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 0
