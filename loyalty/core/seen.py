"""What a report on integrity looks at, and what it finds: facts with the numbers that they are measured against."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "own-card", "own-card-busy", "bare-points", "by-hand", "burst", "idle", "busy-card", "pair", "unmet", "merges"
]


class Rung(NamedTuple):
    """A sale that counts, and who rang it up as far as anybody says."""

    id: str
    at: int
    day: int
    part: int
    till: str | None
    who: str | None
    person: str | None
    points: int  # that it gave
    bare: bool  # for nothing, or neither a line nor a tender, and no reward was used on it
    rewards: int = 0  # used on it
    unmet: bool = False  # one of them asks for more than the sale came to, or for what it does not hold


class Made(NamedTuple):
    """A card that was made at a counter, and how often it was used."""

    person: str
    till: str | None
    who: str | None
    at: int
    sales: int


class Moved(NamedTuple):
    """Points that somebody moved by hand at a counter."""

    who: str | None
    till: str | None
    person: str | None
    points: int
    at: int


class Merged(NamedTuple):
    """Two customers who were made one at a counter, or two again."""

    who: str | None
    till: str | None
    person: str | None
    undone: bool
    at: int
    screen: str | None = None  # whose key it was


class Found(NamedTuple):
    """`n` of it; `of` and `usual` are what it is measured against, and mean what the function that finds it says."""

    kind: Kind
    who: str | None
    people: tuple[str, ...]
    till: str | None
    n: int
    of: int
    usual: int
    since: int
    until: int
    sales: tuple[Rung, ...] = ()  # newest first


def found_in(
    kind: Kind,
    who: str | None,
    people: tuple[str, ...],
    sales: list[Rung],
    *,
    of: int,
    usual: int,
    till: str | None = None,
) -> Found:
    return Found(kind, who, people, till, len(sales), of, usual, sales[-1].at, sales[0].at, tuple(sales))
