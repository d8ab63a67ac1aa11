"""What customers say of themselves, as it is stored: sealed with their own key."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Days = Literal["any", "weekdays", "weekend"]
Part = Literal["any", "morning", "midday", "afternoon", "evening"]


class Mine(Struct, frozen=True, gc=False, omit_defaults=True):
    """One usual in its owner's own words: a drink as a line of a sale has it, and when they have it."""

    name: str
    variation: str = ""
    modifiers: tuple[str, ...] = ()
    days: Days = "any"
    part: Part = "any"
    label: str = ""  # as they call it: "Saturdays with the children"


class Wishes(Struct, frozen=True, gc=False, omit_defaults=True):
    usuals: tuple[Mine, ...] = ()
    never: tuple[str, ...] = ()  # words of what is not to be offered


NONE = Wishes()
