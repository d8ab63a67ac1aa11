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


def together(own: Wishes, others: tuple[Wishes, ...]) -> Wishes:
    """Of people who are one: nothing is offered that any of them asked not to be; the usuals of the first who named
    some."""
    named = next((one.usuals for one in (own, *others) if one.usuals), ())
    never = tuple(dict.fromkeys(text for one in (own, *others) for text in one.never))
    return Wishes(named, never) if named or never else NONE
