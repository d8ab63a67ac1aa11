"""What a rule sees, and what it may answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from loyalty.core.facts import Msg
from loyalty.wire import Tone


class Visit(Struct, frozen=True, gc=False):
    """A customer at the counter, before this visit is counted. No money, no dates: a rule cannot say what it lacks."""

    first: bool  # never seen before; not the same as not remembered
    visits: int  # before this one; 0 for who is not remembered
    regular: bool
    becoming: bool
    turns_regular: bool  # this visit makes a regular of them
    turns_becoming: bool
    overdue: bool
    points: int
    earns: int  # points a plain visit brings
    reward: int | None  # what the next reward costs
    reward_name: str
    fresh: bool  # the last visit brought the points that it takes
    say_usual: bool  # sure enough to offer it aloud
    p: float  # probability of the most likely drink, if it is one of their own
    because: Msg
    free: bool = False  # they said that today is different
    perk: Literal["", "larger", "extra", "first", "used"] = ""  # that they may be given; used: not again today
    perk_name: str = ""  # of something extra
    sizes: tuple[str, str] = ("", "")  # that they usually take, and the next one; empty where not known
    surprise: Literal["", "long", "wrong"] = ""  # it is their turn, and what may be said of why
    care: bool = False  # the last visit did not go well, by what they said of it
    stamps: bool = False  # what points are called here


class Fired(Struct, frozen=True, gc=False):
    """`lead` opens the sentence (greet, welcome, back, care, reward); `act` is the one thing the barista may do."""

    why: Msg
    lead: str = ""
    tone: Tone | None = None
    act: tuple[str, Msg] | None = None


class Near(Struct, frozen=True, gc=False):
    """It did not fire, but not by much."""

    why: Msg
