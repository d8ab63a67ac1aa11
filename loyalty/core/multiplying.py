"""What a customer's tier makes of a sale's points: by the tier that was theirs just before it, at its own time.

Folded like everything else, so that a sale earns the same whenever a till tells of it. What a fold cannot know by
itself are facts with a moment of their own: a tier set by hand holds from when it was set to when it ended, and where
the best begin is asked of what had been counted by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from loyalty.core.best import NO_CUTOFFS, Best, Cutoff, Cutoffs
from loyalty.core.facts import Sale
from loyalty.core.held import Held
from loyalty.core.standing import Hand, tier_on
from loyalty.core.tiers import Days
from loyalty.wire_program import PLAIN, Program, TierRule


class HandSet(NamedTuple):
    """A tier that was set by hand: from a moment to the end of a business day, or to another moment."""

    tier: str
    set_at: int
    until: int  # the last day
    ended_at: int | None


class Counted(NamedTuple):
    """Where the best begin, and since when that is known."""

    made_at: int
    best: Best
    cutoff: Cutoff


Counts = Mapping[tuple[str, int], Sequence[Counted]]  # by business and day: those that may hold on it, oldest first


def asks_who_is_best(program: Program) -> bool:
    """Whether a place among the best makes more of points."""
    return any(rule.measure == "top-spend" and rule.percent != PLAIN for rule in program.tiers)


def times(
    program: Program, held: Held, days: Days, sale: Sale, hands: Sequence[HandSet], counted: Sequence[Counted]
) -> int:
    """In percent; 0 where this program makes more of nobody's points. `held` and `days`: as they were before it."""
    if not program.multiplies:
        return 0
    day = max(sale.day, days.last)
    hand = _hand(hands, program.tiers, sale.at, day) if hands else None
    rule = tier_on(held, days, program.tiers, day, known_by(counted, sale.at) if counted else NO_CUTOFFS, hand)
    return rule.percent if rule is not None else PLAIN


def known_by(counted: Sequence[Counted], at: int) -> Cutoffs:
    return {one.best: one.cutoff for one in counted if one.made_at <= at}


def _hand(hands: Sequence[HandSet], rules: Sequence[TierRule], at: int, day: int) -> Hand | None:
    """The highest that was set for any of those who are this person now; of equals the one that holds longer."""
    order = [rule.id for rule in rules]
    there = [
        (order.index(one.tier), one.until, one.tier)
        for one in hands
        if one.tier in order and one.set_at <= at and day <= one.until and (one.ended_at is None or at < one.ended_at)
    ]
    best = max(there, default=None)
    return (best[2], best[1]) if best is not None else None
