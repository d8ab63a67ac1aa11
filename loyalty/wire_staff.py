"""Staff: who works at a counter, their PIN, what they did, and what is worth a look; `wire.py` has the rest.

The same rules hold: money in minor units, times with an offset, every text and list with a limit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from loyalty.wire import Id
from loyalty.wire_pages import PersonName

STAFF_MAX = 100  # people who are there, of one business
STAFF_NAME_CHARS_MAX = 60  # it stands on a button
SHIFT_HOURS = 12  # a screen forgets who works at it after this
LIMIT_MAX = 10_000  # beyond it, no limit is meant
SALES_SHOWN_MAX = 5  # of a row of the report
PEOPLE_SHOWN_MAX = 5
SEEN_MAX = 50  # of the report

PIN_DIGITS_MIN = 4
PIN_DIGITS_MAX = 8

MemberName = Annotated[str, Meta(min_length=1, max_length=STAFF_NAME_CHARS_MAX)]
Pin = Annotated[str, Meta(min_length=PIN_DIGITS_MIN, max_length=PIN_DIGITS_MAX, description="four to eight digits")]
Most = Annotated[int, Meta(ge=0, le=LIMIT_MAX)]


# -- the owner says who works here ------------------------------------------------------------------------------------
class NewMember(Struct, frozen=True, kw_only=True):
    """Somebody who works in a shop, or (null) in all of them. `customer`: whose card is their own."""

    name: MemberName
    pin: Pin
    shop: Id | None = None
    customer: Id | None = None


class MemberChange(Struct, frozen=True, kw_only=True):
    """What is known of somebody from now on, as a whole."""

    name: MemberName
    shop: Id | None
    customer: Id | None


class NewPin(Struct, frozen=True, kw_only=True):
    """Another PIN: whoever holds a screen by the old one is signed off."""

    pin: Pin


class MemberRow(Struct, frozen=True, kw_only=True):
    """One of the staff. A PIN is never shown."""

    id: str
    name: str
    shop: str | None
    customer: PersonName | None
    made_at: datetime


class Staff(Struct, frozen=True, kw_only=True):
    """Everybody who is there, by name."""

    staff: tuple[MemberRow, ...]


# -- at the counter ---------------------------------------------------------------------------------------------------
class MemberRef(Struct, frozen=True, kw_only=True):
    id: str
    name: str


class StaffHere(Struct, frozen=True, kw_only=True):
    """Who may take this screen; nobody, where the shop has no staff."""

    staff: tuple[MemberRef, ...]


class SignOn(Struct, frozen=True, kw_only=True):
    """Somebody takes the screen of a till, by their PIN."""

    staff: Id
    pin: Annotated[str, Meta(max_length=PIN_DIGITS_MAX)]
    till: Id | None = None


class Shift(Struct, frozen=True, kw_only=True):
    """The screen is theirs until then. `token` is shown this once, and rides on what the screen asks."""

    token: str
    staff: MemberRef
    until: datetime


# -- how much may be done ---------------------------------------------------------------------------------------------
class Limits(Struct, frozen=True, kw_only=True):
    """The most rewards that may be used: at a till within an hour, by one of the staff within a shift, and by a
    customer on a business day. Null is no limit."""

    till_hour: Most | None = None
    shift: Most | None = None
    customer_day: Most | None = None


# -- worth a look -----------------------------------------------------------------------------------------------------
SeenKind = Literal[
    "own-card", "own-card-busy", "bare-points", "by-hand", "burst", "idle", "busy-card", "pair", "unmet", "merges"
]


class SeenSale(Struct, frozen=True, kw_only=True):
    """A sale, to look at."""

    id: str
    at: datetime


class Seen(Struct, frozen=True, kw_only=True):
    """Something that was seen: `n` of it, and what it is measured against (`of`, `usual`; see the kind's sentence).

    Never that anybody did anything wrong: there is a good reason for most of it, and somebody who knows it.
    `people`: whose cards they are, the first few.
    """

    kind: SeenKind
    staff: str | None  # a name, as the owner or the till gave it
    people: tuple[PersonName, ...]
    till: str | None
    n: int
    of: int
    usual: int
    since: datetime
    until: datetime
    sales: tuple[SeenSale, ...]


class Integrity(Struct, frozen=True, kw_only=True):
    """What is worth a look of the last business days. `whole`: every sale of them was looked at."""

    at: datetime
    timezone: str
    days: int
    sales: int  # looked at
    whole: bool
    rows: tuple[Seen, ...]
    more: int  # rows beyond those
