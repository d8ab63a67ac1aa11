"""The load generator: a process of its own that loads targets in one way, once, and tells what it saw.

`python -m bench.load JOBS` with a list of `Job` as JSON; the answer is the list of their figures on standard output.
Jobs that send one at a time take turns; the others run one after the other.
"""

from __future__ import annotations

import sys
from typing import Literal

import msgspec
from msgspec import Struct

from bench import crowd, populate, saturate, single
from bench.sockets import screen
from bench.target import Target, fresh_guests

Kind = Literal[
    "stream",
    "http",
    "checkin",
    "calm",
    "ack",
    "full_stream",
    "full_http",
    "crowd",
    "crowd_with_frozen",
    "past",
]
Figures = dict[str, float]


class Job(Struct, frozen=True, kw_only=True):
    """At most `count` in at most `seconds`. `guest`: only this one comes; else the `first`, the next, and so on."""

    kind: Kind
    target: Target
    count: int
    seconds: float = 10.0
    first: int = 0
    guest: int | None = None


SINGLE: frozenset[Kind] = frozenset(("stream", "http", "checkin", "calm", "ack"))


def run(jobs: list[Job]) -> list[Figures]:
    if all(job.kind in SINGLE for job in jobs):
        counters = {job.target.port: job.target for job in jobs}
        screens = {port: screen(target) for port, target in counters.items()}
        lanes = [single.Lane(job.kind, job.target, guests(job), screens[job.target.port]) for job in jobs]
        return single.in_turns(lanes, jobs[0].count, jobs[0].seconds)
    return [run_alone(job) for job in jobs]


def run_alone(job: Job) -> Figures:
    target = job.target
    match job.kind:
        case "full_stream":
            return saturate.by_stream(target, guests(job), job.seconds)
        case "full_http":
            return saturate.by_http(target, guests(job), job.seconds)
        case "crowd" | "crowd_with_frozen":
            return crowd.fan_out(target, job.count, job.seconds, frozen=job.kind == "crowd_with_frozen")
        case "past":
            assert job.guest is not None, "a history is somebody's"
            return populate.past_sales(target, job.count, job.guest)
        case "stream" | "http" | "checkin" | "calm" | "ack":
            raise ValueError(f"{job.kind} takes turns with its like")


def guests(job: Job) -> list[int]:
    return fresh_guests(job.target, job.first, job.count) if job.guest is None else [job.guest] * job.count


if __name__ == "__main__":
    figures = run(msgspec.json.decode(sys.argv[1], type=list[Job]))
    sys.stdout.write(msgspec.json.encode(figures).decode())
