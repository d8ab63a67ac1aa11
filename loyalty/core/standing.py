"""Which tier somebody has, until when, and exactly what keeps it: read at any time, in a few steps a tier.

The highest of three: the tier that their visits earned and hold (`held.py`), a place among the best (`best.py`), and
one that was set by hand, which is a floor to the end of its last day and not a day longer.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from loyalty.core.best import NO_CUTOFFS, Cutoffs, is_best
from loyalty.core.held import Held, Rules, Rung, down_on, last_day, rung_on
from loyalty.core.tiers import FOR_EVER, Days
from loyalty.wire import TierRef
from loyalty.wire_program import TierRule

WARN_DAYS = 30  # before the last day: from then on they are told what keeps it

Hand = tuple[str, int]  # the tier that was set by hand, and its last day


class Need(NamedTuple):
    """So much more, spread over the days to `by_day` as they like, surely keeps the tier; one less does not, if it
    comes on that last day."""

    amount: int
    unit: Literal["spend", "visits"]
    by_day: int


class Standing(Struct, frozen=True, gc=False):
    """`until` is the last day without grace, `last` with it; None where it has no end that can be known: a place among
    the best, or a rule that everybody meets. `below`: the tier they have after that, if nothing more comes."""

    tier: TierRef | None = None
    percent: int = 100  # of what the program gives for visits, spend and items
    until: int | None = None
    last: int | None = None
    grace: bool = False
    by_hand: bool = False
    best: bool = False
    below: TierRef | None = None
    need: Need | None = None

    def losing(self, today: int) -> bool:
        """Whether it is time to tell them."""
        return self.last is not None and self.last - today < WARN_DAYS


NONE = Standing()


class Places(NamedTuple):
    """Where somebody stands among the rules by each of the three; -1 for nowhere."""

    rung: Rung
    best: int
    hand: int
    hand_until: int

    @property
    def highest(self) -> int:
        return max(self.rung.place, self.best, self.hand)


def tier_on(
    held: Held, days: Days, rules: Rules, today: int, cutoffs: Cutoffs = NO_CUTOFFS, hand: Hand | None = None
) -> TierRule | None:
    """The rule of the tier alone: what the counter needs."""
    place = _places(held, days, rules, today, cutoffs, hand).highest
    return rules[place] if place >= 0 else None


def standing(
    held: Held, days: Days, rules: Rules, today: int, cutoffs: Cutoffs = NO_CUTOFFS, hand: Hand | None = None
) -> Standing:
    """The whole of it, for whoever asks about one person."""
    places = _places(held, days, rules, today, cutoffs, hand)
    place = places.highest
    if place < 0:
        return NONE
    rule, by_hand = rules[place], places.hand == place and places.rung.place < place
    if places.best == place:
        return Standing(_ref(rule), rule.percent, best=True)
    earned = places.rung.place == place
    until = max(places.rung.until if earned else 0, places.hand_until if places.hand == place else 0)
    last = max(last_day(places.rung, rules) if earned else 0, until)
    if last >= FOR_EVER:
        return Standing(_ref(rule), rule.percent, by_hand=by_hand)
    below = _after(places, days, rules, last)
    return Standing(
        tier=_ref(rule),
        percent=rule.percent,
        until=until,
        last=last,
        grace=today > until,
        by_hand=by_hand,
        below=_ref(rules[below]) if below >= 0 else None,
        need=_need(days, rules, place, today, last),
    )


def _places(held: Held, days: Days, rules: Rules, today: int, cutoffs: Cutoffs, hand: Hand | None) -> Places:
    best = by_hand = -1
    for place, rule in enumerate(rules) if cutoffs or hand is not None else ():
        if rule.measure == "top-spend" and is_best(days, rule, today, cutoffs):
            best = place
        if hand is not None and hand[0] == rule.id and today <= hand[1]:
            by_hand = place
    return Places(rung_on(held, days, rules, today), best, by_hand, hand[1] if hand is not None else 0)


def _after(places: Places, days: Days, rules: Rules, last: int) -> int:
    """The place on the day after, if nothing more comes and who is among the best stays there."""
    hand = places.hand if places.hand_until > last else -1
    return max(down_on(places.rung, days, rules, last + 1).place, places.best, hand)


def _need(days: Days, rules: Rules, place: int, today: int, last: int) -> Need | None:
    """What is missing for this tier, or for a higher one of the same measure, whichever is less."""
    unit = rules[place].measure
    missing = _missing(days, rules[place], today, last)
    if unit == "top-spend" or missing is None:
        return None
    higher = (_missing(days, rule, today, last) for rule in rules[place + 1 :] if rule.measure == unit)
    return Need(min([missing, *(more for more in higher if more is not None)]), unit, last)


def _missing(days: Days, rule: TierRule, today: int, last: int) -> int | None:
    """In the window of the last day; of the day after, where nothing is held beyond the window. None unless everything
    that comes from today on is in that window, so that it does not matter when it comes."""
    judged = last if rule.hold_days or rule.grace_days else last + 1
    if rule.measure == "top-spend" or judged - today >= rule.window_days:
        return None
    visits, spend = days.since(judged - rule.window_days + 1)
    return rule.at_least - (visits if rule.measure == "visits" else spend)


def _ref(rule: TierRule) -> TierRef:
    return TierRef(id=rule.id, name=rule.name)
