"""A person's tier, as their pages are told it, and a tier that the owner sets by hand.

The rules of `wire.py` hold. Days are business days of the shop; the last one of anything is in it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from loyalty.wire import NAME_CHARS_MAX, Id, TierRef, TierStanding

BY_HAND_DAYS_MAX = 731  # ahead: two years, a leap day among them


class SetTier(Struct, frozen=True, kw_only=True):
    """Give somebody a tier to the end of a day: a floor until then and no longer. What they earn may be higher."""

    tier: Id
    until: date
    reason: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]


class HandTier(Struct, frozen=True, kw_only=True):
    """The tier that was set by hand, while it holds."""

    tier: TierRef
    until: date
    reason: str
    set_at: datetime


class PersonTiers(Struct, frozen=True, kw_only=True):
    """For the owner: what may be set, what was, and of how many too few a business has for a place among the best;
    null where that is no question."""

    choices: tuple[TierRef, ...]
    by_hand: HandTier | None
    too_few: int | None


class CardTier(Struct, frozen=True, kw_only=True):
    """The customer's own tier; its money is in `currency`."""

    standing: TierStanding
    currency: str
