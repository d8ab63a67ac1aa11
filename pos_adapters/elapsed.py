"""How long something has waited, told right although the clock of a till jumps.

While the machine stays up the answer comes from its ticks, which nobody can set: a wall clock that is corrected by an
hour, or by fifty years, changes nothing. Across a restart of the machine only the wall clock is left. If that says
less than nothing, it was set back in between; then the wait counts as UNKNOWN_S, so that nothing old passes for live.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

UNKNOWN_S = 3_600.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """`wall`: seconds since the epoch, as the machine believes; `ticks`: seconds since `boot`, one start of it."""

    wall: float
    ticks: float
    boot: str


def _boot() -> str:
    """Where a system does not name its starts, each process is one: correct, only less sure across a restart of it."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return uuid.uuid4().hex


BOOT = _boot()


def now() -> Moment:
    return Moment(time.time(), _ticks(), BOOT)


def waited_s(since: Moment, now: Moment) -> float:
    """Never negative."""
    if since.boot == now.boot:
        return max(0.0, now.ticks - since.ticks)
    waited = now.wall - since.wall
    return waited if waited >= 0 else UNKNOWN_S


def _ticks() -> float:
    """Where the system has it, the clock that also counts while the machine sleeps."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)
