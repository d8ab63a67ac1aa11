"""The one clock. All reading of *now* goes through an object that is passed in.

Tests and the demo may move it: `MovedClock` reads the time from a file of eight bytes (microseconds since the epoch,
little endian), so that a service in another process follows. Production runs `Clock`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The time of the machine."""

    moved = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovedClock(Clock):
    """The time a file says; the machine's own while the file is missing or empty."""

    moved = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        try:
            raw = self._path.read_bytes()[:8]
        except FileNotFoundError:
            return super().now()
        if len(raw) < 8:
            return super().now()
        return EPOCH + timedelta(microseconds=int.from_bytes(raw, "little", signed=True))


def clock_of(test_clock: str) -> Clock:
    """The machine's clock, unless a test or the demo names a file that moves it."""
    return MovedClock(Path(test_clock)) if test_clock else Clock()


def move(path: Path, to: datetime) -> None:
    """Set the clock that `MovedClock(path)` reads. One write of eight bytes, so a reader never sees half a time."""
    raw = ((to - EPOCH) // timedelta(microseconds=1)).to_bytes(8, "little", signed=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(file, raw, 0)
    finally:
        os.close(file)
