"""The program: how points are earned and what they buy, the tiers, and what staff may give away.

It is data that the owner edits. Every change is a new version, and a sale is judged by the version of its own time. The
rules of `wire.py` hold: money in minor units, every text and list with a limit; weekdays count from 1, Monday; times of
day are the shop's wall clock.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from loyalty.wire import AMOUNT_MAX, HOLD_OUT_MAX, Id, Name, Positive

RULES_MAX = 50  # earning rules, rewards, tiers, perks or exclusions of one program
HOLD_DAYS_MAX = 730
PENDING_HOURS_MAX = 24 * 60
PERCENT_MAX = 1_000
A_DAY_MAX = 1_000  # of one thing
PLAIN = 100  # percent: as it is

Percent = Annotated[int, Meta(ge=PLAIN, le=PERCENT_MAX)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="24 hours, such as 15:30")]
PerDay = Annotated[int, Meta(ge=1, le=A_DAY_MAX)]


class Match(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which lines a rule is about; every field that is given must agree."""

    name: Name | None = None
    sku: Id | None = None
    category: Name | None = None


class Hours(Struct, frozen=True, kw_only=True):
    """When something holds: on these weekdays (none is all), from a time to before another; past midnight if it is
    earlier. The weekday is that of the business day."""

    weekdays: Annotated[tuple[Weekday, ...], Meta(max_length=7)] = ()
    start: TimeOfDay = "00:00"
    end: TimeOfDay = "00:00"


# -- earning ----------------------------------------------------------------------------------------------------------
class EarnVisit(Struct, frozen=True, kw_only=True, tag_field="kind", tag="visit"):
    points: Positive


class EarnSpend(Struct, frozen=True, kw_only=True, tag_field="kind", tag="spend"):
    """`points` for every whole `per` minor units spent on lines, never on a tip; on tax only where `tax` says so."""

    points: Positive
    per: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    tax: bool = False


class EarnItem(Struct, frozen=True, kw_only=True, tag_field="kind", tag="item"):
    """`points` for each of a matching line's quantity."""

    match: Match
    points: Positive


class EarnHours(Struct, frozen=True, kw_only=True, tag_field="kind", tag="hours"):
    """Bonus hours: what the rules of visit, spend and item give is `percent` of it (200 is double). Of several that
    hold at once the best counts."""

    hours: Hours
    percent: Percent


class EarnWelcome(Struct, frozen=True, kw_only=True, tag_field="kind", tag="welcome"):
    """Once, with somebody's first sale."""

    points: Positive


class EarnReferral(Struct, frozen=True, kw_only=True, tag_field="kind", tag="referral"):
    """With the first sale of somebody who was brought along: `points` for who brought them, `friend` for them."""

    points: Positive
    friend: Positive = 0


Earn = EarnVisit | EarnSpend | EarnItem | EarnHours | EarnWelcome | EarnReferral


# -- rewards ----------------------------------------------------------------------------------------------------------
class Reward(Struct, frozen=True, kw_only=True):
    """What points buy, and on what conditions.

    `worth` is what it usually takes off a sale, in minor units: named at the counter before it is used. An
    *amount-off* takes `off`, a *percent-off* `percent` of the sale; a *free-item* or an *upgrade* is of what `match`
    names, if it names something. `minimum` is what the sale has to come to before it, `a_day` how often a customer
    may use it on one business day, `a_day_shop` how often all of them together, `until` its last day. `minimum`,
    `match` and `percent` only the till can know: they are said at the counter before the reward is used, and sales
    that did not keep to the first two are shown to the owner.
    """

    id: Id
    name: Name
    points: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    kind: Literal["free-item", "amount-off", "percent-off", "upgrade"] = "free-item"
    worth: Positive | UnsetType = UNSET
    off: Positive | UnsetType = UNSET
    percent: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    match: Match | UnsetType = UNSET
    minimum: Positive = 0
    hours: Hours | UnsetType = UNSET
    tiers: Annotated[tuple[Id, ...], Meta(max_length=RULES_MAX)] = ()  # for these alone; none is everybody
    a_day: PerDay | None = None
    a_day_shop: PerDay | None = None
    until: date | None = None


class CardReward(Struct, frozen=True, kw_only=True):
    """What the customer saves for, and what it asks of a sale; `minimum` in minor units of `currency`, 0 for none."""

    name: str
    points: int
    percent: int | None = None
    minimum: int = 0
    of: str | None = None
    currency: str = ""


# -- tiers ------------------------------------------------------------------------------------------------------------
class TierRule(Struct, frozen=True, kw_only=True):
    """Reached when `measure` over the last `window_days` days is at least `at_least` (minor units, or visits).

    `top-spend`: among the best `at_least` percent of the business's customers by spend that fades with a half-life of
    90 days, as of every morning; such a place is not held. Any other tier is held for `hold_days` after the last day on
    which its measure reaches, and is theirs for `grace_days` more; then it goes one step down at a time. `percent`:
    what its holders' visits, spend and items earn, in percent.
    """

    id: Id
    name: Name
    measure: Literal["spend", "visits", "top-spend"]
    at_least: Positive
    window_days: Annotated[int, Meta(ge=1, le=730)] = 365
    hold_days: Annotated[int, Meta(ge=0, le=HOLD_DAYS_MAX)] = 0
    grace_days: Annotated[int, Meta(ge=0, le=HOLD_DAYS_MAX)] = 0
    percent: Percent = PLAIN


# -- what staff may give ----------------------------------------------------------------------------------------------
class Perk(Struct, frozen=True, kw_only=True):
    """Value as a permission: one thing that the barista may do for holders of these tiers.

    `larger`: ring up one size, serve the next. `extra`: something free, named by `name`. `first`: they need not queue.
    `cost` is what it costs the house, in minor units, booked when it is given.
    """

    id: Id
    name: Name
    kind: Literal["larger", "extra", "first"]
    tiers: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=RULES_MAX)]
    a_day: PerDay = 1  # of one customer
    a_day_shop: PerDay | None = None
    cost: Positive = 0


# -- the whole --------------------------------------------------------------------------------------------------------
class Program(Struct, frozen=True, kw_only=True):
    """How points are earned, what they buy, the tiers, lowest first, and what staff may give.

    What `exclude` matches earns nothing. Points can be spent `pending_hours` after they were earned, and to the end
    of the business day that is `expire_days` later; null: for ever. `unit` is what they are called to customers and
    at the counter; stamps are drawn one by one, up to a dozen.
    """

    earn: Annotated[tuple[Earn, ...], Meta(max_length=RULES_MAX)]
    rewards: Annotated[tuple[Reward, ...], Meta(max_length=RULES_MAX)] = ()
    tiers: Annotated[tuple[TierRule, ...], Meta(max_length=RULES_MAX)] = ()
    perks: Annotated[tuple[Perk, ...], Meta(max_length=RULES_MAX)] = ()
    exclude: Annotated[tuple[Match, ...], Meta(max_length=RULES_MAX)] = ()
    expire_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    pending_hours: Annotated[int, Meta(ge=0, le=PENDING_HOURS_MAX)] = 0
    unit: Literal["points", "stamps"] = "points"

    @property
    def multiplies(self) -> bool:
        """Whether a tier makes more of what is earned."""
        for tier in self.tiers:  # noqa: SIM110  # asked with every sale: a generator takes four times as long
            if tier.percent != PLAIN:
                return True
        return False


class HouseSettings(Struct, frozen=True, kw_only=True):
    """`hold_out`: percentage of newly enrolled people who are greeted by points alone, to compare with; 0 is off.
    `asks`: now and then somebody is asked on their card how the last visit was; null leaves it as it is."""

    hold_out: Annotated[int, Meta(ge=0, le=HOLD_OUT_MAX)]
    asks: bool | None = None
