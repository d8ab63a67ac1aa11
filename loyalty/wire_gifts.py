"""What staff give away: perks and surprises, the budget of surprises, and how they were spread.

The rules of `wire.py` hold: money in minor units, times with an offset, every text and list with a limit.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from loyalty.wire import Id, Positive

REASON_CHARS_MAX = 140
A_WEEK_MAX = 1_000  # surprises of one shop
STAFF_ROWS_MAX = 50  # rows of one report

# Preset reasons; `due`: the house suggested it. `other` is said in one's own words.
SurpriseReason = Literal["due", "thanks", "sorry", "hard-day", "celebrate", "other"]


GiftReason = Literal["perk", SurpriseReason]


# -- giving -----------------------------------------------------------------------------------------------------------
class NewPerk(Struct, frozen=True, kw_only=True):
    """Give what a tier holds. `key` is the sender's own: the same key is the same gift, however often it is sent.

    `customer` may be left out where a `cue` says who it is. `shop` is for the owner's key; a screen's is for its own.
    """

    perk: Id
    key: Id
    customer: Id | None = None
    cue: Id | None = None
    till: Id | None = None
    shop: Id | None = None


class NewSurprise(Struct, frozen=True, kw_only=True):
    """Give something on the house, out of the week's budget. `said` is the reason where none of the presets fits; the
    customer may read it."""

    reason: SurpriseReason
    key: Id
    said: Annotated[str, Meta(max_length=REASON_CHARS_MAX)] = ""
    customer: Id | None = None
    cue: Id | None = None
    till: Id | None = None
    shop: Id | None = None


class GiftMade(Struct, frozen=True, kw_only=True):
    """What was booked. It can be taken back until `undo_until`; `undone`: it was."""

    id: str
    kind: Literal["perk", "surprise"]
    perk: str | None
    name: str
    at: datetime
    undo_until: datetime
    undone: bool


class CardGift(Struct, frozen=True, kw_only=True):
    """Something given, as the customer is told it: why, and in staff's own words where those were used."""

    at: datetime
    kind: Literal["perk", "surprise"]
    name: str
    reason: GiftReason
    said: str
    taken_back: bool


class Choice(Struct, frozen=True, kw_only=True):
    """A perk that may be given now."""

    perk: str
    name: str


class Choices(Struct, frozen=True, kw_only=True):
    """What somebody may be given now. `surprises`: whether one may be given, and how many of the week's are left."""

    perks: tuple[Choice, ...]
    surprises: bool
    left: int


# -- the budget -------------------------------------------------------------------------------------------------------
class SetBudget(Struct, frozen=True, kw_only=True):
    """So many surprises a week, at so much each; it holds from today. `beyond`: staff may give more, with a reason."""

    shop: Id
    a_week: Annotated[int, Meta(ge=0, le=A_WEEK_MAX)]
    cost: Positive
    beyond: bool = False


class BudgetView(Struct, frozen=True, kw_only=True):
    """The budget in force, and since which business day."""

    a_week: int
    cost: int
    beyond: bool
    since: date


# -- how they were spread ---------------------------------------------------------------------------------------------
Spread = Literal["fair", "more-than-chance", "cannot-tell"]
PartName = Literal["morning", "midday", "afternoon", "evening"]


class StaffGave(Struct, frozen=True, kw_only=True):
    """`staff`: their name; null, nobody had signed in."""

    staff: str | None
    given: int


class PartGave(Struct, frozen=True, kw_only=True):
    """A part of the day: surprises given in it, and the share of visits that were in it, in percent."""

    part: PartName
    given: int
    visits: int


class Surprises(Struct, frozen=True, kw_only=True):
    """This week's budget, what it cost, and whether favouritism shows. Costs are of the last four weeks with this one.

    `top` is how many one person got at most; `fair` how many somebody gets at most by chance alone, nearly always.
    """

    timezone: str
    currency: str
    digits: int
    budget: BudgetView | None
    week_from: date
    given: int  # this week
    left: int
    cost_week: int
    cost_weeks: int  # four
    given_weeks: int
    perks_weeks: int
    perks_cost: int
    people: int  # who got one
    top: int
    fair: int
    to_people: Spread
    by_staff: Spread
    at_hours: Spread
    staff: tuple[StaffGave, ...]
    parts: tuple[PartGave, ...]
