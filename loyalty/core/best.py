"""The best customers of a business: a place among the top percent by spend that fades with a half-life of 90 days.

Past spend decayed like this holds more of what the best will spend than any other figure that is as easy to explain
(measured). Where the best begin is counted once a business day, from the spend before that day, stored, and never
changed: whoever is in on a morning is in all day, and a page read twice says the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import mul, sub
from typing import NamedTuple

from loyalty.core.tiers import Days
from loyalty.wire_program import TierRule

HALF_LIFE = 90  # days
REACH = 730  # days that fade; what is older is left out, and would weigh a three-hundredth
BEST_OF_MIN = 20  # customers who spent something; of fewer none is among the best
SCALE = 32  # bits of a weight
# Whole numbers, so that every machine and every order of adding comes to the same.
WEIGHTS = tuple(round((1 << SCALE) * 0.5 ** (days / HALF_LIFE)) for days in range(REACH + 1))


class Cutoff(NamedTuple):
    """Where the best begin, in minor units of faded spend; None where there were too few, `of` so many."""

    value: int | None
    of: int


class Best(NamedTuple):
    """What a cut-off depends on beside the business and the day."""

    percent: int
    window_days: int


Cutoffs = Mapping[Best, Cutoff]  # of one business day
NO_CUTOFFS: Cutoffs = {}


def best_of(rule: TierRule) -> Best | None:
    return Best(rule.at_least, rule.window_days) if rule.measure == "top-spend" else None


def asked(rules: Sequence[TierRule]) -> tuple[Best, ...]:
    """The cut-offs that a program asks for, each once."""
    return tuple(dict.fromkeys(best for rule in rules if (best := best_of(rule)) is not None))


def decayed_spend(days: Days, today: int) -> int:
    """What was spent before that day, each day's spend halved every 90 days; in whole minor units, rounded down."""
    dates = memoryview(days.day).cast("i")
    start, end = bisect_left(dates, today - REACH), bisect_left(dates, today)
    if start == end:
        return 0
    sums = memoryview(days.spend).cast("q")[:end].tolist()
    before = sums[start - 1] if start else 0
    spent = map(sub, sums[start:], [before, *sums[start : end - 1]])
    faded: int = sum(map(mul, spent, [WEIGHTS[today - day] for day in dates[start:end]])) >> SCALE
    return faded


def counts(days: Days, best: Best, today: int) -> bool:
    """Whether somebody spent anything in the window before that day."""
    return days.since(today - best.window_days)[1] > days.since(today)[1]


def cutoff(values: Sequence[int], percent: int) -> Cutoff:
    """Where the best `percent` of these begin: at least one of them, and everybody who has as much as the last."""
    if len(values) < BEST_OF_MIN:
        return Cutoff(None, len(values))
    last = max(1, len(values) * percent // 100)
    return Cutoff(sorted(values, reverse=True)[last - 1], len(values))


def is_best(days: Days, rule: TierRule, today: int, cutoffs: Cutoffs) -> bool:
    best = best_of(rule)
    found = cutoffs.get(best) if best is not None else None
    if best is None or found is None or found.value is None:
        return False
    return counts(days, best, today) and decayed_spend(days, today) >= found.value
