"""Has a till fallen silent? By its own habit: when it sells on such a day, and how long it then pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median_low

from msgspec import Struct

from loyalty.core.days import MINUTE, Calendar

PAUSE_MIN = 10 * MINUTE  # shorter than this is no silence anywhere
SAME_WEEKDAY = (7, 14, 21, 28)  # days ago
WEEKDAYS_MIN = 2  # of those, before they say when such a day begins and ends
YOUNG_DAYS = 14  # a new shop's weekdays are told by all its days
YOUNG_MIN = 3
PAUSE_SHARE = 0.95  # of its pauses are shorter
PAUSE_STRETCH = 1.5


class Habit(Struct, frozen=True):
    """Of one till on such a day, from its beginning: first and last sale; and the pause that is no cause for worry."""

    opens: int
    closes: int
    pause: int


def habit(calendar: Calendar, days: Mapping[int, Sequence[int]], today: int) -> Habit | None:
    """From the moments of its sales by business day; None where there are too few such days to know."""
    alike = [today - ago for ago in SAME_WEEKDAY if days.get(today - ago)]
    if len(alike) < WEEKDAYS_MIN:
        alike = [day for day in range(today - YOUNG_DAYS, today) if days.get(day)]
        if len(alike) < YOUNG_MIN or any(days.get(today - ago) for ago in range(YOUNG_DAYS + 1, 29)):
            return None
    sold = {day: sorted(at - calendar.starts(day) for at in days[day]) for day in alike}
    gaps = sorted(later - earlier for moments in sold.values() for earlier, later in pairwise(moments))
    usual = gaps[int(len(gaps) * PAUSE_SHARE)] if gaps else 0
    return Habit(
        opens=median_low(moments[0] for moments in sold.values()),
        closes=median_low(moments[-1] for moments in sold.values()),
        pause=max(PAUSE_MIN, int(usual * PAUSE_STRETCH)),
    )


def is_silent(calendar: Calendar, known: Habit, heard: int | None, now: int) -> bool:
    """`heard`: when it last spoke today. Outside its hours nothing is expected of a till."""
    day, _ = calendar.read(now)
    clock = now - calendar.starts(day)
    if not known.opens + known.pause < clock <= known.closes:
        return False
    return heard is None or now - heard > known.pause
