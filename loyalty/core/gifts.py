"""What staff give away, as it is recorded: a perk that a tier holds, or a surprise out of the week's budget.

A gift is a fact, stored with what it cost at that moment, and never derived again. No points move.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Reason = Literal["perk", "due", "thanks", "sorry", "hard-day", "celebrate", "other"]


class Offer(Struct, frozen=True, array_like=True):
    """What the act of a cue gives; `given` is the gift, once it was given."""

    perk: str | None  # null: a surprise
    given: str | None = None


class Gift(Struct, frozen=True):
    id: str
    business: str
    shop: str
    till: str | None
    person: str
    kind: Literal["perk", "surprise"]
    perk: str | None  # of the program
    name: str  # as the program called it; empty of a surprise
    cost: int  # as the program, or the budget, said then
    staff: str | None
    reason: Reason
    key: str  # the sender's own: the same key is the same gift
    cue: str | None
    at: int
    day: int
    undone_at: int | None = None


class Give(Struct, frozen=True):
    """Somebody at the counter wants to give something now; without a `perk`, a surprise."""

    id: str
    business: str
    shop: str
    till: str | None
    person: str
    perk: str | None
    staff: str | None
    reason: Reason
    key: str
    cue: str | None


class Budget(Struct, frozen=True):
    """What a shop may give away unasked: so many surprises a week, which begins on Monday's business day.

    `beyond`: staff may give more than that, with a reason; it is never suggested.
    """

    version: int
    day: int  # the business day it was set on, and holds from
    a_week: int
    cost: int
    beyond: bool


class Tally(Struct, frozen=True):
    """What a shop gave, as of a business day, and what its weeks are like."""

    perks: dict[str, int] = field(default_factory=dict)  # given on that day, by perk
    surprises: int = 0  # in that day's week so far
    surprises_before: int = 0  # in the week before
    hours: tuple[int, ...] = ()  # visits of known people in each hour of a week, of several weeks together
    sizes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # drink → its sizes, the cheapest first
