"""Who is expected on a day, and when: from the days on which somebody came, and on which the shop was open.

The chance that they come today is the share of the last eight such weekdays on which they came, mixed with their share
of all days of eight weeks as if that were two more weekdays. From one half on they are expected.
"""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.core.tiers import DAY, Days

EXPECTED = 0.5
WEEKS = 8
PRIOR = 2.0  # weekdays' worth of all days
WEEK = 7
TIMES_MIN = 3  # arrivals from which the middle half is told


def days_of(days: Days, since: int) -> list[int]:
    """The business days of their visits from a day on, ascending."""
    return [day for (day,) in DAY.iter_unpack(days.day) if day >= since]


def chance(came: Sequence[int], traded: Sequence[int], today: int) -> float:
    """That somebody comes today. `came`: days of their visits; `traded`: days on which the shop sold; before today."""
    since = today - WEEKS * WEEK
    visits = {day for day in came if since <= day < today}
    if not visits:
        return 0.0
    first = min(min(came), today)
    days = {day for day in traded if max(since, first) <= day < today} | visits
    alike = {day for day in days if (today - day) % WEEK == 0}
    share = len(visits) / len(days)
    return (len(visits & alike) + PRIOR * share) / (len(alike) + PRIOR)


def middle_half(minutes: Sequence[int]) -> tuple[int, int] | None:
    """From the first to the third quartile of arrival times."""
    if len(minutes) < TIMES_MIN:
        return None
    ordered = sorted(minutes)
    last = len(ordered) - 1
    return ordered[last // 4], ordered[last - last // 4]


def by_week(came: Sequence[int], today: int, weeks: int) -> tuple[int, ...]:
    """Visit days in each of so many weeks, the one that ends today last."""
    counts = [0] * weeks
    for day in came:
        back = (today - day) // WEEK
        if 0 <= back < weeks:
            counts[weeks - 1 - back] += 1
    return tuple(counts)
