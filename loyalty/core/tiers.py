"""Visit days as running sums, so that a rolling window is two look-ups, and what a rule of tiers asks of them.

Whether a tier is reached is a question about the last `window_days` days, not a stored label: it cannot be given too
early, and nothing has to run for it to end. For how long it is held after that is in `held.py`, what is shown of it in
`standing.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from struct import Struct as Packed

from msgspec import Struct

from loyalty.wire_program import TierRule

DAYS_MAX = 740  # the longest window a program may ask for, and a little
FOR_EVER = 3_652_059  # the last day that a date can be
DAY, SUM = Packed("<i"), Packed("<q")


class Days(Struct, gc=False, array_like=True):
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
        return int(DAY.unpack_from(self.day, len(self.day) - 4)[0]) if self.day else 0

    def add(self, day: int, visits: int, spend: int) -> None:
        """Days come in order; the same day is added to."""
        if not self.day:
            self.day, self.visits, self.spend = DAY.pack(day), SUM.pack(visits), SUM.pack(spend)
            return
        total_visits, total_spend = SUM.pack(_last(self.visits) + visits), SUM.pack(_last(self.spend) + spend)
        if self.last == day:
            self.visits, self.spend = self.visits[:-8] + total_visits, self.spend[:-8] + total_spend
            return
        self.visits += total_visits
        self.spend += total_spend
        self.day += DAY.pack(day)
        if DAY.unpack_from(self.day)[0] < day - DAYS_MAX:
            self._forget(day - DAYS_MAX)

    def since(self, day: int) -> tuple[int, int]:
        """Visits and spend on `day` and after."""
        if not self.day:
            return 0, 0
        if DAY.unpack_from(self.day)[0] >= day:
            return _last(self.visits), _last(self.spend)
        before = (bisect_left(memoryview(self.day).cast("i"), day) - 1) * 8
        return (
            _last(self.visits) - SUM.unpack_from(self.visits, before)[0],
            _last(self.spend) - SUM.unpack_from(self.spend, before)[0],
        )

    def lasts(self, rule: TierRule, before: int) -> int:
        """The last day on which the rule is reached, if nothing comes from `before` on; 0 where it was not reached on
        the last day before that."""
        if rule.measure == "top-spend":
            return 0
        if rule.at_least <= 0:
            return FOR_EVER
        days = memoryview(self.day).cast("i")
        there = bisect_left(days, before)
        sums = memoryview(self.visits if rule.measure == "visits" else self.spend).cast("q")
        if not there or sums[there - 1] < rule.at_least:
            return 0
        oldest = bisect_right(sums, sums[there - 1] - rule.at_least, 0, there)  # without this day it is too little
        last: int = days[oldest] + rule.window_days - 1
        return last if last >= days[there - 1] else 0

    def _forget(self, day: int) -> None:
        old = bisect_left(memoryview(self.day).cast("i"), day) - 1  # one older day stays, as the base of the sums
        if old > 0:
            self.day, self.visits, self.spend = self.day[old * 4 :], self.visits[old * 8 :], self.spend[old * 8 :]


def _last(sums: bytes) -> int:
    return int(SUM.unpack_from(sums, len(sums) - 8)[0]) if sums else 0
