"""What the owner's page asks and is told; `wire.py` has what tills and counters speak.

The same rules hold: money in minor units, times with an offset, every text and list with a limit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from loyalty.wire import Id, Person, Sharer, TierStanding
from loyalty.wire_card import CardMark
from loyalty.wire_tiers import PersonTiers

# -- the owner signs in -----------------------------------------------------------------------------------------------
Login = Annotated[str, Meta(min_length=1, max_length=254, description="an e-mail address or a name")]
Password = Annotated[str, Meta(min_length=10, max_length=200)]


class Setup(Struct, frozen=True, kw_only=True):
    """The one-time token of the owner's set-up link, and by what they will sign in."""

    token: Annotated[str, Meta(max_length=200)]
    login: Login
    password: Password


class SetupLink(Struct, frozen=True, kw_only=True):
    """The token of a set-up link, to ask whether it is still good."""

    token: Annotated[str, Meta(max_length=200)]


class SignIn(Struct, frozen=True, kw_only=True):
    login: Login
    password: Annotated[str, Meta(max_length=200)]


class SignedIn(Struct, frozen=True, kw_only=True):
    """The session itself is in a cookie that no script can read."""

    until: datetime


# -- the owner's page -------------------------------------------------------------------------------------------------
Stage = Literal["regular", "becoming", "resting", "known", "new"]


class ExpectedRow(Struct, frozen=True, kw_only=True):
    """A regular who is likely to come today. Minutes count from midnight of the business day, in the shop's zone."""

    id: str
    name: str
    usual: str | None
    opens: int | None  # the middle half of their usual arrivals; none before the third
    shuts: int | None
    arrived: int | None  # today


class OverdueRow(Struct, frozen=True, kw_only=True):
    """A regular who stayed away longer than their own rhythm. `marks`: how many days ago they came, of sixty."""

    id: str
    name: str
    every: int  # days
    away: int
    marks: tuple[int, ...]


class BecomingRow(Struct, frozen=True, kw_only=True):
    """Somebody on the way: so many visits within so many days. `fresh`: the third was within a week."""

    id: str
    name: str
    visits: int
    within: int
    usual: str | None
    fresh: bool


class Counts(Struct, frozen=True, kw_only=True):
    """How many there are of each; `people` is everybody with a card, `sales` whether anything was sold yet."""

    regulars: int
    becoming: int
    resting: int
    people: int
    sales: bool


class Today(Struct, frozen=True, kw_only=True):
    """The owner's first page. Lists are bounded; the counts are of all."""

    at: datetime
    timezone: str
    counts: Counts
    expected: tuple[ExpectedRow, ...]
    expected_count: int
    arrived_count: int
    overdue: tuple[OverdueRow, ...]
    overdue_count: int
    becoming: tuple[BecomingRow, ...]
    due: tuple[str, ...]  # names of who is expected, has not come yet, and has a reward waiting


class RegularRow(Struct, frozen=True, kw_only=True):
    """A line of the owner's list."""

    id: str
    name: str
    stage: Stage
    overdue: bool
    visits: int
    points: int
    every: int | None  # days between visits; none before the third
    weeks: tuple[int, ...]  # visit days in each of twelve weeks, this one last
    last_at: datetime | None
    usual: str | None
    losing: TierStanding | None  # their tier, where it ends within a month


class Regulars(Struct, frozen=True, kw_only=True):
    people: tuple[RegularRow, ...]
    next: str | None


class HabitRow(Struct, frozen=True, kw_only=True):
    """One drink of somebody: had in `n` of their last `of` visits."""

    item: str
    n: int
    of: int


class PersonPage(Struct, frozen=True, kw_only=True):
    """One person, for the owner: what is known, and what it was learned from."""

    person: Person
    row: RegularRow
    tiers: PersonTiers
    card: str
    habits: tuple[HabitRow, ...]
    marks: tuple[CardMark, ...]
    sharers: tuple[Sharer, ...]
    shop: str
    timezone: str
    currency: str
    digits: int


Verdict = Literal["done", "failed", "skipped"]
StationName = Literal["received", "understood", "recognised", "remembered", "earned", "said"]


class Station(Struct, frozen=True, kw_only=True):
    """One station of the line, and what became of the sale there: a key of the catalogue and what it names."""

    name: StationName
    verdict: Verdict
    code: str
    args: dict[str, str | int]


class PersonName(Struct, frozen=True, kw_only=True):
    id: str
    name: str


class Trace(Struct, frozen=True, kw_only=True):
    """Why a sale did what it did, or nothing."""

    shop: str
    source: str
    id: str
    at: datetime
    till: str | None
    total: int
    currency: str  # its own, which may not be the shop's
    digits: int
    person: PersonName | None
    by_hand: bool
    refund: bool
    stations: tuple[Station, ...]


class Traces(Struct, frozen=True, kw_only=True):
    """The sales of that number, or without one the newest of today that are nobody's."""

    sales: tuple[Trace, ...]
    timezone: str


class Assign(Struct, frozen=True, kw_only=True):
    """Put a sale on a person by hand, or (null) decide again by its own evidence."""

    shop: Id
    source: Id
    id: Id
    customer: Id | None = None


class TillRow(Struct, frozen=True, kw_only=True):
    """A till as its sales show it. `hours`: sales in each hour of today so far, from `first_hour`."""

    till: str | None
    source: str
    last_at: datetime  # when it last spoke
    today: int
    first_hour: int
    hours: tuple[int, ...]
    silent: bool  # quiet for longer than it ever is at this hour; as the counter says it


class AsideRow(Struct, frozen=True, kw_only=True):
    """A delivery that could not be understood, and why."""

    id: int
    at: datetime
    field: str
    message: str


class Tills(Struct, frozen=True, kw_only=True):
    """Whether tills and screens work. `screens`: the tills of the screens connected just now."""

    at: datetime
    timezone: str
    tills: tuple[TillRow, ...]
    screens: tuple[str | None, ...]
    aside: tuple[AsideRow, ...]
    aside_count: int


class NewKey(Struct, frozen=True, kw_only=True):
    """A key for another adapter, or for another counter screen of a shop."""

    role: Literal["adapter", "screen"]
    shop: Id


class KeyMade(Struct, frozen=True, kw_only=True):
    """Shown this once. For a screen: its link, and the link as a QR code."""

    key: str
    url: str | None
    qr: str | None
    qr_size: int
