"""Fills a target through its API: people, then their past sales, oldest first and too old to raise a cue."""

from __future__ import annotations

import select
import time
from datetime import timedelta

from bench.sockets import Http, good
from bench.target import KEPT, Target, enrolment, fresh_prefix, now, past, sale

CONNECTIONS = 32
BATCH = 1_000
PAST_DAYS = 330


def enrol(target: Target, seconds: float) -> dict[str, float]:
    """In order, so that those who are enrolled when the time is over are the first."""
    start = time.perf_counter()
    desks = [Http(target, target.owner_key) for _ in range(CONNECTIONS)]
    by_fileno = {desk.sock.fileno(): desk for desk in desks}
    poller = select.epoll()
    sent, answered = 0, 0

    def send_next(desk: Http) -> None:
        nonlocal sent
        if sent < target.guests and time.perf_counter() - start < seconds:
            desk.sock.sendall(desk.request("/v1/customers", enrolment(sent)))
            sent += 1

    for fileno, desk in by_fileno.items():
        poller.register(fileno, select.EPOLLIN)
        send_next(desk)
    while answered < sent:
        for fileno, _ in poller.poll():
            if answer := by_fileno[fileno].poll():
                good(*answer)
                answered += 1
                send_next(by_fileno[fileno])
    return {"per_s": answered / (time.perf_counter() - start), "count": answered}


def past_sales(target: Target, count: int, only: int | None) -> dict[str, float]:
    """`count` past visits: all of one guest, or of everybody in turn save those who are kept."""
    start = time.perf_counter()
    adapter = Http(target, target.adapter_key)
    prefix, until = fresh_prefix(), now() - timedelta(days=1)
    for first in range(0, count, BATCH):
        batch = [
            sale(
                target,
                f"{prefix}-{index:07d}",
                KEPT + index % (target.guests - KEPT) if only is None else only,
                past(until, index, count, PAST_DAYS),
            )
            for index in range(first, min(first + BATCH, count))
        ]
        answer = adapter.post("/v1/transactions", b"[" + b",".join(batch) + b"]")
        if b'"rejected":[]' not in answer.replace(b" ", b""):
            raise ConnectionError(f"rejected: {answer[:300]!r}")
    return {"per_s": count / (time.perf_counter() - start), "count": count}
