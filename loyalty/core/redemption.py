"""What moves points and is no sale: a reward that is being used, an adjustment by somebody's hand.

Both are facts, stored when they are first decided and never derived again; only from which lots they take is the
books' own affair (`books.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from loyalty.core.days import MINUTE

if TYPE_CHECKING:
    from loyalty.core.facts import Ident


RESERVED = 15 * MINUTE  # from the counter's "use it" to the paid sale


class Redeem(Struct, frozen=True, array_like=True):
    """A reward that is due, and what using it changes: points that go and stay, what comes off where that is known;
    and what it asks of the sale, which the till alone knows."""

    reward: str
    name: str
    points: int
    stays: int
    off: int | None
    currency: str
    percent: int = 0  # of the sale that comes off
    minimum: int = 0  # that the sale has to come to
    of: str = ""  # what it is of
    stamps: bool = False  # what its points are called


class Claim(NamedTuple):
    """A sale that may have used it: because it `named` it, or because it found it waiting; in the order of `at`."""

    named: bool
    at: int
    sale: Ident


class Redemption(Struct, frozen=True):
    """Its points are gone while it is reserved or confirmed, and are back once it is released."""

    id: str
    business: str
    shop: str
    till: str | None  # null: any of the shop's
    person: str
    reward: str
    name: str
    points: int
    key: str  # the sender's own: the same key is the same redemption
    at: int
    expires_at: int
    state: Literal["reserved", "confirmed", "released"] = "reserved"
    ended_at: int | None = None
    ended_by: Literal["hand", "sale", "age"] | None = None
    sale: Ident | None = None  # that it was used on
    sale_at: int = 0
    lots: tuple[tuple[int, int], ...] = ()  # what it has moved
    claims: tuple[Claim, ...] = ()
    taken: bool = False  # somebody at the counter said that it was used
    origin: str | None = None  # who reserved it, if they were merged into `person`

    @property
    def held(self) -> bool:
        """Whether its points are gone."""
        return self.state != "released"

    @property
    def amount(self) -> int:
        """What it should have moved by now."""
        return -self.points if self.held else 0

    @property
    def lot(self) -> int:
        """Where it gives to; what it takes it takes from the lots that end first."""
        return 0

    @property
    def reason(self) -> str:
        if self.held:
            return "redeem"
        return "give-back" if self.ended_by == "sale" else "release"

    @property
    def redemption(self) -> str | None:
        return self.id

    @property
    def cause(self) -> str:
        return ""


class Adjustment(Struct, frozen=True):
    """Points given or taken by hand, or for somebody who was brought along; `standing` while that holds."""

    id: str
    business: str
    shop: str
    person: str
    points: int  # below zero: taken
    why: Literal["adjust", "referral"]
    at: int
    until: int  # the moment at which points that are given end; 0: never
    by: str  # who did it: a staff member, the owner, the customer who was brought along
    note: str = ""
    key: str = ""  # the sender's own
    standing: bool = True
    lots: tuple[tuple[int, int], ...] = ()
    origin: str | None = None  # whose they would be, if they were merged into `person`

    @property
    def amount(self) -> int:
        return self.points if self.standing else 0

    @property
    def lot(self) -> int:
        return self.until if self.points > 0 else 0

    @property
    def reason(self) -> str:
        return self.why if self.standing else "reverse"

    @property
    def redemption(self) -> str | None:
        return None

    @property
    def cause(self) -> str:
        return self.id


Event = Redemption | Adjustment  # what moves points and is no sale


class Adjust(Struct, frozen=True):
    """Somebody gives or takes points by hand."""

    made: Adjustment


class LetEnd(Struct, frozen=True):
    """Lots whose time is over end, by the calendar of this shop."""

    person: str
    shop: str


class Reserve(Struct, frozen=True):
    """Somebody wants to use a reward now, at this till."""

    id: str
    business: str
    shop: str
    till: str | None
    person: str
    reward: str
    key: str
    mine_today: int = 0  # how often they used it on this business day
    all_today: int = 0  # and everybody in this shop
    origin: str | None = None  # for whom it was asked, if they were merged into `person`


class End(Struct, frozen=True):
    """A reservation comes to its end: by somebody's hand, or because its time is over."""

    redemption: Redemption
    how: Literal["confirm", "release", "age", "taken"]
