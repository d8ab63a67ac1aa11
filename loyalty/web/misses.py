"""How often a key may look for people without finding anybody."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from loyalty.errors import SlowDown

MISSES_MAX = 100  # look-ups of people that found nobody, a key and minute
MINUTE = 60.0


class Misses:
    """Counts look-ups that found nobody, so that keys cannot be used to guess people. Hits cost nothing."""

    def __init__(self, monotonic: Callable[[], float], tell: Callable[[str], None] = lambda _: None) -> None:
        """`tell`: to other processes, which count it as well."""
        self._monotonic = monotonic
        self._tell = tell
        self._times: dict[str, deque[float]] = {}

    def check(self, key: str) -> None:
        """Raises SlowDown where the key has missed too often within a minute."""
        times = self._times.get(key)
        if times is None:
            return
        since = self._monotonic() - MINUTE
        while times and times[0] <= since:
            times.popleft()
        if len(times) >= MISSES_MAX:
            raise SlowDown(f"more than {MISSES_MAX} look-ups found nobody within a minute; wait a moment")

    def miss(self, key: str) -> None:
        self.count(key)
        self._tell(key)

    def count(self, key: str) -> None:
        """One that happened here or elsewhere."""
        self._times.setdefault(key, deque(maxlen=MISSES_MAX)).append(self._monotonic())
