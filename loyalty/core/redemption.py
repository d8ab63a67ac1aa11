"""A reward that is being used, as it is recorded: facts, stored when they are first decided, never derived again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from loyalty.core.facts import Ident


class Redeem(Struct, frozen=True, array_like=True):
    """A reward that is due, and what using it changes: points that go and stay, what comes off where that is known."""

    reward: str
    name: str
    points: int
    stays: int
    off: int | None
    currency: str


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
    origin: str | None = None  # who reserved it, if they were merged into `person`

    @property
    def held(self) -> bool:
        """Whether its points are gone."""
        return self.state != "released"


class Reserve(Struct, frozen=True):
    """Somebody wants to use a reward now, at this till."""

    id: str
    business: str
    shop: str
    till: str | None
    person: str
    reward: str
    key: str
    origin: str | None = None


class End(Struct, frozen=True):
    """A reservation comes to its end: by somebody's hand, or because its time is over."""

    redemption: Redemption
    how: Literal["confirm", "release", "age"]
