"""How a customer joins, by a code that they scan. The same rules as in `wire.py` hold."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from loyalty.wire import Birthday, Consents, Greeting, Id, Name, Spoken


class NewJoin(Struct, frozen=True, kw_only=True):
    """A screen wants a code that a customer scans to join; `poster`: the lasting one to be printed."""

    shop: Id
    till: Id | None = None
    instead: Id | None = None
    poster: bool = False


class Join(Struct, frozen=True, kw_only=True):
    """A cue that carries this `id` says that its customer has joined. The poster's code has no end."""

    id: str
    url: str
    qr: str
    qr_size: int
    expires_at: datetime | None


class JoinView(Struct, frozen=True, kw_only=True):
    """Where the code leads."""

    shop: str
    language: str
    friends: bool  # whether bringing somebody along is rewarded: then it is asked who did


class JoinForm(Struct, frozen=True, kw_only=True):
    """What a customer writes on their own phone. Where they say no more, how they wish to be greeted is what they agree
    to: by name, to be told apart; with their usual, that orders are learned."""

    name: Name
    greeting: Greeting
    phone: Id | None = None
    brought_by: Id | None = None  # the card of whoever brought them along
    spoken: Spoken | None = None
    birthday: Birthday | None = None
    consents: Consents | None = None
