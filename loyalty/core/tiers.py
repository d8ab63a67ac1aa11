"""Tiers, read at a time. The memory keeps running sums by business day, so a rolling window is two look-ups.

A tier is a question about the last `window_days` days, not a stored label: it cannot be given too early, and nothing
has to run for it to end.
"""

from __future__ import annotations

from bisect import bisect_left
from struct import Struct as Packed

from msgspec import Struct

from loyalty.wire import TierRef, TierRule

DAYS_MAX = 740  # the longest window a program may ask for, and a little
DAY, SUM = Packed("<i"), Packed("<q")


class Days(Struct, array_like=True):
    """Running sums on the days of a customer's visits, days ascending.

    Packed (little endian; 4, 8 and 8 bytes an element): a row of bytes is stored and read as it is, so a sale of
    somebody with hundreds of days costs what a newcomer's does.
    """

    day: bytes = b""
    visits: bytes = b""
    spend: bytes = b""

    @property
    def last(self) -> int:
        """The newest day, 0 before the first."""
        return int(DAY.unpack(self.day[-4:])[0]) if self.day else 0

    def add(self, day: int, visits: int, spend: int) -> None:
        """Days come in order; the same day is added to."""
        if self.day and DAY.unpack(self.day[-4:])[0] == day:
            self.visits = self.visits[:-8] + SUM.pack(_last(self.visits) + visits)
            self.spend = self.spend[:-8] + SUM.pack(_last(self.spend) + spend)
            return
        self.visits += SUM.pack(_last(self.visits) + visits)
        self.spend += SUM.pack(_last(self.spend) + spend)
        self.day += DAY.pack(day)
        if DAY.unpack(self.day[:4])[0] < day - DAYS_MAX:
            self._forget(day - DAYS_MAX)

    def since(self, day: int) -> tuple[int, int]:
        """Visits and spend on `day` and after."""
        if not self.day:
            return 0, 0
        first = bisect_left(memoryview(self.day).cast("i"), day)
        if first == 0:
            return _last(self.visits), _last(self.spend)
        before = (first - 1) * 8
        return (
            _last(self.visits) - SUM.unpack_from(self.visits, before)[0],
            _last(self.spend) - SUM.unpack_from(self.spend, before)[0],
        )

    def _forget(self, day: int) -> None:
        old = bisect_left(memoryview(self.day).cast("i"), day) - 1  # one older day stays, as the base of the sums
        if old > 0:
            self.day, self.visits, self.spend = self.day[old * 4 :], self.visits[old * 8 :], self.spend[old * 8 :]


def _last(sums: bytes) -> int:
    return int(SUM.unpack(sums[-8:])[0]) if sums else 0


def tier_at(days: Days, rules: tuple[TierRule, ...], today: int) -> TierRef | None:
    """The highest tier whose measure is reached on that day; rules stand lowest first."""
    for rule in reversed(rules):
        visits, spend = days.since(today - rule.window_days + 1)
        if (visits if rule.measure == "visits" else spend) >= rule.at_least:
            return TierRef(id=rule.id, name=rule.name)
    return None
