"""Tiers that are held: once reached, for a while after the window stops to reach, then one step down at a time.

A held tier is two facts beside the memory, folded from the counted sales in their order, each by the tier rules of the
program that judged it. Between two sales the sums of a rolling window only fall, so the last day on which a rule is
reached is known with the sale itself: nothing has to run for a tier to end, and reading it costs a step a tier.

The words: a rule is *reached* on the days on which its window comes to enough; the tier is *held* for `hold_days` after
the last of them, and is the customer's for `grace_days` more. The day after, they have the tier below: as if the last
day of the upper one had reached it. A place among the best is no part of this (`best.py`): its cut-offs are no fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty.core.tiers import Days
from loyalty.wire_program import TierRule

Rules = Sequence[TierRule]  # of one program, lowest first


class Held(NamedTuple):
    """`until`: the last business day, grace not counted."""

    tier: str = ""
    until: int = 0


NOTHING = Held()


class Rung(NamedTuple):
    """A place among the rules, -1 for none, and until when it is held."""

    place: int = -1
    until: int = 0


def hold(held: Held, days: Days, rules: Rules, day: int) -> Held:
    """After a counted sale on `day`, which `days` already has. Called once a sale, in the order of the fold."""
    if held == NOTHING and _is_plain(rules):
        return NOTHING
    rung = reached(_down(_as_it_was(held, days, rules, day), days, rules, day, day), days, rules, day + 1)
    if rung.place < 0 or (_is_plain(rules) and rung.until <= days.lasts(rules[rung.place], day + 1)):
        return NOTHING
    return Held(rules[rung.place].id, rung.until)


def rung_on(held: Held, days: Days, rules: Rules, day: int) -> Rung:
    """Where somebody stands on a day, which is not before their last sale."""
    since = max(day, days.last) + 1
    return _down(_as_it_was(held, days, rules, since), days, rules, day, since)


def down_on(rung: Rung, days: Days, rules: Rules, day: int) -> Rung:
    """And on a later day, if nothing more comes."""
    return _down(rung, days, rules, day, max(day, days.last) + 1)


def last_day(rung: Rung, rules: Rules) -> int:
    """The last day on which it is theirs, with grace, if nothing more comes."""
    return rung.until + rules[rung.place].grace_days


def reached(rung: Rung, days: Days, rules: Rules, before: int) -> Rung:
    """What the window gave on the last visit day before `before`, if that is as high as where they stood."""
    for place in range(len(rules) - 1, max(rung.place, 0) - 1, -1):
        last = days.lasts(rules[place], before)
        if last:
            until = last + rules[place].hold_days
            return Rung(place, max(until, rung.until) if place == rung.place else until)
    return rung


def _as_it_was(held: Held, days: Days, rules: Rules, before: int) -> Rung:
    """Held before that day, by these rules: they may have been changed since the last sale, or the tier be gone."""
    place = next((n for n, rule in enumerate(rules) if rule.id == held.tier and rule.measure != "top-spend"), -1)
    return reached(Rung(place, held.until) if place >= 0 else Rung(), days, rules, before)


def _down(rung: Rung, days: Days, rules: Rules, day: int, before: int) -> Rung:
    """One step at a time, each for as long as it is held; `before`: no visit from there on is counted."""
    while rung.place >= 0 and day > last_day(rung, rules):
        below = rung.place - 1
        while below >= 0 and rules[below].measure == "top-spend":
            below -= 1
        if below < 0:
            return Rung()
        last = max(last_day(rung, rules), days.lasts(rules[below], before))
        rung = Rung(below, last + rules[below].hold_days)
    return rung


def _is_plain(rules: Rules) -> bool:
    return not any(rule.hold_days or rule.grace_days for rule in rules)
