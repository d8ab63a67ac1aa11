"""The rules of the counter, in order of priority. To add one: a file here, and its line in `RULES`.

A rule looks at a visit and answers Fired, Near or nothing, always with its reason; it never reads the clock and
never writes. What it says aloud is a `Msg` built from what the customer agreed to have said (`Said`); what it only
lets the barista do is an `act`. Rules see no spend at all.
"""

from __future__ import annotations

from collections.abc import Callable

from loyalty.core.rules import (
    becoming_regular,
    first_visit,
    look_after,
    milestone,
    nearly_there,
    permission,
    reward_due,
    surprise_due,
    the_usual,
    welcome_back,
)
from loyalty.core.rules.base import Fired, Near, Visit

Rule = Callable[[Visit], Fired | Near | None]

RULES: tuple[tuple[str, Rule], ...] = (
    ("first-visit", first_visit.judge),
    ("look-after", look_after.judge),
    ("welcome-back", welcome_back.judge),
    ("reward-due", reward_due.judge),
    ("surprise-due", surprise_due.judge),
    ("milestone", milestone.judge),
    ("becoming-regular", becoming_regular.judge),
    ("permission", permission.judge),
    ("nearly-there", nearly_there.judge),
    ("the-usual", the_usual.judge),
)

__all__ = ["RULES", "Fired", "Near", "Rule", "Visit"]
