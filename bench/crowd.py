"""Fan-out: one check-in, and the time until the last of many screens has the cue."""

from __future__ import annotations

import select
import time

from bench.single import quantiles_ms
from bench.sockets import Channel, Http, screen
from bench.target import CUE_BYTES, TILL, Target, guest, presence

STILL_TILL = "9"  # seen only by the frozen screen, which looks at all tills
STILL_CUES = 600  # enough to fill its kernel buffers and whatever the server keeps for it
SMALLEST_BUFFER = 1


def fan_out(target: Target, screens: int, seconds: float, *, frozen: bool) -> dict[str, float]:
    """`target.guests` check-ins, as guests 0, 1, 0, 1 … so that a late cue is not taken for the next."""
    counters = [screen(target) for _ in range(screens - frozen)]
    still = screen(target, till=None, receive_buffer=SMALLEST_BUFFER) if frozen else None
    scanner = Http(target, target.screen_key)
    if still is not None:
        for _ in range(STILL_CUES):
            scanner.post("/v1/checkins", presence(target, 0, STILL_TILL))
    poller = select.epoll()
    by_fileno = {counter.sock.fileno(): counter for counter in counters}
    for fileno in by_fileno:
        poller.register(fileno, select.EPOLLIN)
    latencies: list[float] = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        number = len(latencies) % target.guests
        body = presence(target, number, TILL)
        request = scanner.request("/v1/checkins", body if target.hears else body.ljust(CUE_BYTES))
        sent = time.perf_counter()
        scanner.sock.sendall(request)
        await_all(poller, by_fileno, guest(number).encode())
        latencies.append(time.perf_counter() - sent)
        scanner.answer()
    return {**quantiles_ms(latencies), "count": len(latencies)}


def await_all(poller: select.epoll, counters: dict[int, Channel], name: bytes) -> None:
    missing = set(counters)
    while missing:
        for fileno, _ in poller.poll(15, len(counters)):
            if any(name in message for message in counters[fileno].read()):
                missing.discard(fileno)
