"""What is put right about people, as messages: two that are one, a visit of somebody else's, cards and who uses them.

The same rules hold as in `wire.py`: every text and list with a limit, times with an offset.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from loyalty.wire import Consents, Greeting, Id, SaleRef, Sharer
from loyalty.wire_card import CardMark

VISIT_SALES_MAX = 50  # sales of one visit that is moved
MERGES_MAX = 200  # the newest, in a list of them


# -- merging ----------------------------------------------------------------------------------------------------------
class MergePair(Struct, frozen=True, kw_only=True):
    """Two customers who may be one person: `gone` would be `kept`."""

    kept: Id
    gone: Id


class NewMerge(Struct, frozen=True, kw_only=True):
    """`key` is the sender's own: the same key is the same merge, however often it is sent."""

    kept: Id
    gone: Id
    key: Id


class MergeSide(Struct, frozen=True, kw_only=True):
    """One of the two, or both as one. A screen is told no name and no usual of who asked not to be named."""

    id: str
    name: str | None
    letters: str  # the last two of the card
    visits: int
    points: int
    usual: str | None
    greeting: Greeting
    consents: Consents


class MergePreview(Struct, frozen=True, kw_only=True):
    """What a merge would make of the two, before it does. `warnings`: what speaks against it, in words."""

    kept: MergeSide
    gone: MergeSide
    after: MergeSide
    sales: int  # that would move
    warnings: tuple[str, ...]


class Merge(Struct, frozen=True, kw_only=True):
    """Names are for the owner alone."""

    id: str
    kept: str
    gone: str
    kept_name: str | None
    gone_name: str | None
    at: datetime
    undone_at: datetime | None


class Merges(Struct, frozen=True, kw_only=True):
    """The newest."""

    merges: tuple[Merge, ...]


# -- visits -----------------------------------------------------------------------------------------------------------
class MoveVisit(Struct, frozen=True, kw_only=True):
    """The sales of a visit, and whose they are; null: nobody's. Back again is the same message with who it was."""

    sales: Annotated[tuple[SaleRef, ...], Meta(min_length=1, max_length=VISIT_SALES_MAX)]
    customer: Id | None = None


class Moved(Struct, frozen=True, kw_only=True):
    sales: tuple[SaleRef, ...]
    customer: str | None


# -- cards and what else tells somebody -------------------------------------------------------------------------------
class NewSharer(Struct, frozen=True, kw_only=True):
    """Somebody else who uses the same card."""

    customer: Id


class PersonMarks(Struct, frozen=True, kw_only=True):
    """By what somebody is known, hidden but for its end, and with whom they share a card."""

    id: str
    name: str | None
    letters: str
    marks: tuple[CardMark, ...]
    sharers: tuple[Sharer, ...]
