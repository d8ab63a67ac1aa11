"""What the customer's card asks and is told. The same rules as in `wire.py` hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from loyalty.wire import AMOUNT_MAX, Act, Closing, Consents, Ending, Greeting, Id, IdentifierKind, Name, Tone
from loyalty.wire_feedback import CardQuestion, Said
from loyalty.wire_gifts import CardGift
from loyalty.wire_program import CardReward
from loyalty.wire_tiers import CardTier

USUALS_MAX = 2
NEVER_MAX = 20
LETTERS = 4  # of the code, to be typed before somebody is erased
MarkKind = Literal[IdentifierKind, "card", "shared"]
Wallet = Literal["apple", "google"]
Days = Literal["any", "weekdays", "weekend"]
Part = Literal["any", "morning", "midday", "afternoon", "evening"]
# What became of a visit: learned from, kept apart ("not my usual today"), forgotten, earned only, or no visit at all.
VisitFate = Literal["learned", "apart", "forgotten", "earned", "voided", "given-back"]


Written = Literal["name", "spoken", "birthday", "consents", "greeting"]
# By their own hand on their phone, by staff at the counter, or by another way of the shop: a list, or its till.
Joined = Literal["phone", "counter", "shop"]


class CardView(Struct, frozen=True, kw_only=True):
    """The customer's own card page. `qr` is the outline of a square of `qr_size` modules, quiet zone included: of the
    letters alone, as on paper. The code that renews itself the phone makes by `secret` (hexadecimal) and the time."""

    shop: str
    language: str
    name: str
    code: str
    secret: str
    now: datetime  # by our clock; a phone's may be wrong
    qr: str
    qr_size: int
    points: int  # that can be spent; below zero: what is earned next settles that first
    pending: int  # that can be spent later
    expiring: tuple[Ending, ...]  # every day on which some of them end
    friends: int  # points for bringing somebody along; 0: none
    reward: CardReward | None
    stamps: bool  # what points are called, and whether they are drawn one by one
    tier: CardTier | None
    greeting: Greeting
    consents: Consents
    usual: str | None
    because: str | None
    said: bool  # whether the usual is sure enough to be offered aloud; else we ask
    mine: tuple[CardMine, ...]  # usuals in their own words, which come before what was counted
    never: tuple[str, ...]  # what is not to be offered to them
    other_today: bool  # "not my usual today", and no order has answered it yet
    paused: bool  # left alone for now, and nothing learned; the greeting they chose holds again afterwards
    coming: datetime | None  # the counter was told that they are on their way, until then
    question: CardQuestion | None  # how a visit was, if there is one to ask about
    unread: int  # sentences of the shop
    receipts: CardReceipts  # of what days they can be claimed
    wallets: tuple[Wallet, ...] = ()  # into which this card can be put


class CardMine(Struct, frozen=True, kw_only=True):
    """One usual in the customer's own words; `shown` as the shop would say it."""

    name: str
    variation: str
    modifiers: tuple[str, ...]
    days: Days
    part: Part
    label: str
    shown: str


class CardUsual(Struct, frozen=True, kw_only=True):
    """One that they name: what it is, and when they have it."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    variation: Annotated[str, Meta(max_length=60)] = ""
    modifiers: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=8)] = ()
    days: Days = "any"
    part: Part = "any"
    label: Annotated[str, Meta(max_length=40)] = ""


class CardWishes(Struct, frozen=True, kw_only=True):
    """What the customer says of themselves: the whole of it, in place of what they said before."""

    usuals: Annotated[tuple[CardUsual, ...], Meta(max_length=USUALS_MAX)] = ()
    never: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=60)], ...], Meta(max_length=NEVER_MAX)] = ()


class CardComing(Struct, frozen=True, kw_only=True):
    """On my way: in how many minutes they will be here."""

    minutes: Annotated[int, Meta(ge=1, le=15)]


class CardItem(Struct, frozen=True, kw_only=True):
    """Something they have had, as they mostly take it."""

    name: str
    variation: str
    modifiers: tuple[str, ...]
    shown: str


class CardMenu(Struct, frozen=True, kw_only=True):
    """What can be named as a usual: their own, the most frequent first, and what else the shop sells."""

    own: tuple[CardItem, ...]
    others: tuple[str, ...]


class CardHello(Struct, frozen=True, kw_only=True):
    """First on `WS /v1/card/live`: the card link's token, and the language in which the card is read."""

    key: Annotated[str, Meta(max_length=200)]
    language: Annotated[str, Meta(max_length=35)] | None = None


class CardNews(Struct, frozen=True, kw_only=True, tag_field="type", tag="card"):
    """The card as it is now: at once, and again whenever something on it has changed."""

    card: CardView


class CardChange(Struct, frozen=True, kw_only=True):
    """What the customer sets on their card; in force on the next scan. What is left out stays. How the name is said and
    the birthday (MM-DD, no year) are taken away by an empty text; of what is agreed to, all is said at once."""

    greeting: Greeting | None = None
    other_today: bool | None = None
    paused: bool | None = None
    name: Name | None = None
    spoken: Annotated[str, Meta(max_length=60)] | None = None
    birthday: Annotated[str, Meta(pattern=r"^([0-9]{2}-[0-9]{2})?$")] | None = None
    consents: Consents | None = None


class CardReceipts(Struct, frozen=True, kw_only=True):
    """What the form needs in which a receipt is claimed: the days, the newest first, and how its total is written."""

    days: tuple[date, ...]
    currency: str
    digits: int


class CardClaim(Struct, frozen=True, kw_only=True):
    """What a receipt says whose sale is nobody's: day, total in minor units, and the shop's time or the number."""

    day: date
    total: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    time: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)] | None = None
    number: Id | None = None


class CardErase(Struct, frozen=True, kw_only=True):
    """The last four letters of the code, as proof that it is meant."""

    letters: Annotated[str, Meta(min_length=LETTERS, max_length=LETTERS)]


class CardCue(Struct, frozen=True, kw_only=True):
    """A cue that staff saw, as the counter drew it, and what they answered; null: nobody has yet."""

    tone: Tone
    say: str
    act: tuple[Act, ...]
    till: str | None
    at: datetime
    seconds: int  # on the screen
    outcome: Closing | None


class CardVisit(Struct, frozen=True, kw_only=True):
    """One sale: what was had, for how much, and whether it counted."""

    at: datetime
    items: tuple[str, ...]
    total: int | None  # none in another currency than the shop's
    fate: VisitFate
    claimed: bool  # from a receipt, by themselves


class CardEntry(Struct, frozen=True, kw_only=True):
    """One movement of points; `item` is what was bought, where it came from a sale."""

    at: datetime
    points: int
    reason: str
    item: str | None


class CardMark(Struct, frozen=True, kw_only=True):
    """One way in which we know that it is you, hidden but for its end; `id` is for taking it away."""

    id: int
    kind: MarkKind
    shown: str
    since: datetime


class CardWritten(Struct, frozen=True, kw_only=True):
    """Something that the customer wrote or chose on their card, and when they did last."""

    what: Written
    at: datetime


class CardAbout(Struct, frozen=True, kw_only=True):
    """Who they are, as the shop has it. What is not among `written` is as it was when they joined."""

    name: str
    spoken: str | None
    birthday: str | None  # MM-DD
    consents: Consents
    since: datetime
    joined: Joined
    written: tuple[CardWritten, ...]


class CardSharer(Struct, frozen=True, kw_only=True):
    """Who else uses a card of theirs, or whose card they use (`holds`). A name only of who lets it be said."""

    id: str
    name: str | None
    holds: bool


class CardKnows(Struct, frozen=True, kw_only=True):
    """Everything that the shop knows of the customer, for the customer. The newest of each; the copy has all."""

    currency: str
    digits: int
    timezone: str
    about: CardAbout
    sharers: tuple[CardSharer, ...]
    cue: CardCue | None
    earlier: tuple[CardCue, ...]  # cues before it, the newest first
    visits: tuple[CardVisit, ...]
    visits_count: int
    entries: tuple[CardEntry, ...]
    gifts: tuple[CardGift, ...]
    said: tuple[Said, ...]
    marks: tuple[CardMark, ...]
