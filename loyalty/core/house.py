"""What a shop's days add up to: which drinks go at which part of the day, how often people repeat, how long gaps are.

Derived, never decided: every sale gives a few integers that depend on its customer's visits alone, they are summed
per (shop, business day), and a prediction reads the days before its own. So nothing depends on the order of arrival,
and no row is hot.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from heapq import nsmallest

from msgspec import Struct, field

from loyalty.core import rhythm

POPULAR = 3  # drinks of a part of the day that are candidates for everybody
SHARE_PRIOR = 20.0  # visits' worth of the whole day in the popularity of one part of it
POPULARITY_POWER = 0.3  # of the popularity that breaks near-ties between one's own drinks
POPULARITY_FLOOR = 0.01
SHRINK_MIN, SHRINK_MAX = 0.3, 5.0


class House(Struct):
    """The figures of one shop as of a business day; `shrink` is how many visits the house counts for.

    `popularity`, by part of the day and drink: its share of the visits, and the factor on a customer's own odds.
    """

    totals: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    items: list[dict[str, int]] = field(default_factory=lambda: [{}, {}, {}, {}])
    labels: dict[str, str] = field(default_factory=dict)
    popularity: list[dict[str, tuple[float, float]]] = field(default_factory=lambda: [{}, {}, {}, {}])
    popular: list[list[str]] = field(default_factory=lambda: [[], [], [], []])
    shrink: float = 1.0
    log_gap: float = math.log(rhythm.HOUSE_GAP)
    limits: tuple[float, float, float] = rhythm.LATE
    open_days: tuple[int, ...] = ()  # ascending

    def open_since(self, day: int, today: int) -> int:
        """Days after `day` and before `today` on which the shop sold to anybody it knows, plus today."""
        after, until = bisect_right(self.open_days, day), bisect_left(self.open_days, today)
        return max(0, until - after) + (today > day)


def read(sums: dict[str, int], open_days: tuple[int, ...] = ()) -> House:
    """The figures that sums of what sales gave amount to."""
    house = House(open_days=open_days)
    for key, n in sorted(sums.items()):
        if n > 0 and key[0] == "i":
            _count(house, int(key[1]), key[2:], n)
        elif n > 0 and key[0] == "v":
            house.totals[int(key[1:])] = n
    _popularity(house)
    repeat = (sums.get("again", 0) + 1) / (sums.get("first", 0) + 2)
    house.shrink = min(SHRINK_MAX, max(SHRINK_MIN, (1 - repeat) / repeat))
    if sums.get("gaps"):
        house.log_gap = (sums.get("gapsum", 0) / sums["gaps"] + 0.5) * rhythm.BUCKET
    house.limits = _limits(sums, house.log_gap)
    return house


def _count(house: House, part: int, label: str, n: int) -> None:
    name = label.casefold()
    house.labels.setdefault(name, label)
    house.items[part][name] = house.items[part].get(name, 0) + n


def _popularity(house: House) -> None:
    """Each drink's share of the visits of a part of the day, smoothed by its share of the whole day."""
    total = sum(house.totals) + 1
    everywhere: dict[str, int] = {}
    for items in house.items:
        for name, n in items.items():
            everywhere[name] = everywhere.get(name, 0) + n
    for part, items in enumerate(house.items):
        visits = house.totals[part] + SHARE_PRIOR
        share = {name: (items.get(name, 0) + SHARE_PRIOR * n / total) / visits for name, n in everywhere.items()}
        house.popularity[part] = {name: (g, (g + POPULARITY_FLOOR) ** POPULARITY_POWER) for name, g in share.items()}
        house.popular[part] = nsmallest(POPULAR, share, key=lambda name: (-share[name], name))


def _limits(sums: dict[str, int], log_gap: float) -> tuple[float, float, float]:
    """Per class of known gaps: the 90 % quantile of gap ÷ typical gap."""
    ratios: list[list[tuple[float, float]]] = [[], [], []]
    for key, n in sums.items():
        if key[0] == "g" and ":" in key and n > 0:
            gaps, _, bucket = key[1:].partition(":")
            shift = rhythm.SHRINK * log_gap / (int(gaps) + rhythm.SHRINK)
            ratios[rhythm.class_of(int(gaps))].append(((int(bucket) + 0.5) * rhythm.BUCKET - shift, n))
    low, middle, high = (_late(found, k) for found, k in zip(ratios, rhythm.LATE, strict=True))
    return low, middle, high


def _late(found: list[tuple[float, float]], k: float) -> float:
    """The quantile of what was seen and of what was believed before."""
    below = rhythm.QUANTILE * rhythm.LATE_PRIOR
    seen = sorted([*found, (math.log(k), below), (math.inf, rhythm.LATE_PRIOR - below)])
    left = rhythm.QUANTILE * sum(n for _, n in seen) - 1e-9
    highest = math.log(k)
    for ratio, n in seen:
        left -= n
        if ratio < math.inf:
            highest = ratio
        if left <= 0:
            break
    return math.exp(highest)
