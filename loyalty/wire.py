"""Every message that crosses the house's walls, in and out, as typed structs.

One definition serves four readers: msgspec decodes and checks with it, `/openapi.json` is its JSON Schema,
`frontend/src/wire.ts` is generated from it, and people read it. Money is an integer in the currency's minor unit;
times are RFC 3339 with an offset; unknown fields are ignored, unfit ones answered with their path.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

# -- named limits: each has a test that reaches it --------------------------------------------------------------------
BODY_BYTES_MAX = 4 * 1024 * 1024  # one HTTP body of transactions
SMALL_BODY_BYTES_MAX = 64 * 1024  # every other HTTP body
FRAME_BYTES_MAX = BODY_BYTES_MAX  # one WebSocket frame: what fits a body fits a frame
BATCH_MAX = 1_000  # transactions in one request
LINES_MAX = 200  # lines of one sale, or of one refund
MODIFIERS_MAX = 30
TENDERS_MAX = 50
REFUNDS_MAX = 100
REDEMPTIONS_MAX = 20
IDENTIFIERS_MAX = 20  # of one person
ID_CHARS_MAX = 128  # ids, sources, tills, skus, identifiers
NAME_CHARS_MAX = 200  # names of things and people
AMOUNT_MAX = 10**12  # minor units; a sale beyond is a typing error
REVISION_MAX = 2**62
HOLD_OUT_MAX = 50  # percent

Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARS_MAX)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
Text = Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
Amount = Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
Positive = Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
Quantity = Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", description="decimal string, not negative")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
When = Annotated[datetime, Meta(tz=True)]
Seconds = Annotated[float, Meta(ge=0, le=10**9)]

IdentifierKind = Literal["phone", "email", "fingerprint", "pos_id", "reference"]
Greeting = Literal["full", "name", "points", "none"]
Tone = Literal["greet", "celebrate", "repair", "ask", "inform"]
Outcome = Literal["usual", "other", "wrong-person", "redeemed", "dismissed"]
Closing = Literal["usual", "other", "wrong-person", "redeemed", "dismissed", "expired"]


# -- transactions in --------------------------------------------------------------------------------------------------
class Line(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One line of a sale; `total` is after the line's own discounts."""

    name: Name
    quantity: Quantity
    total: Amount
    variation: Text | None = None
    modifiers: Annotated[tuple[Text, ...], Meta(max_length=MODIFIERS_MAX)] = ()
    sku: Annotated[str, Meta(max_length=ID_CHARS_MAX)] | None = None
    category: Text | None = None
    list_price: Amount | None = None


class Tender(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """How a part of the sale was paid."""

    kind: Id
    amount: Amount
    fingerprint: Id | None = None
    last4: Annotated[str, Meta(max_length=8)] | None = None


class Refund(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Money given back inside the sale's own record; amounts are positive."""

    id: Id
    at: When
    amount: Positive
    lines: Annotated[tuple[Line, ...], Meta(max_length=LINES_MAX)] = ()


class RefundOf(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The sale that a separate refund receipt belongs to (same shop, same source)."""

    id: Id


class Evidence(Struct, frozen=True, gc=False, kw_only=True):
    """What a sale or a check-in says about who is there."""

    card: Id | None = None
    phone: Id | None = None
    email: Annotated[str, Meta(min_length=1, max_length=254)] | None = None
    pos_id: Id | None = None
    reference: Id | None = None


class Transaction(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A sale at a till, as far as it has got. Identity is (shop, source, id); the highest revision holds."""

    id: Id
    source: Id
    shop: Id
    state: Literal["open", "paid", "voided"]
    at: When
    currency: Currency
    lines: Annotated[tuple[Line, ...], Meta(max_length=LINES_MAX)]
    total: Amount
    till: Id | None = None
    revision: Annotated[int, Meta(ge=0, le=REVISION_MAX)] = 0
    staff: Text | None = None
    refund_of: RefundOf | None = None
    changed_at: When | None = None
    age_s: Seconds | None = None
    order_discount: Amount = 0
    tax: Amount = 0
    tax_included: bool = False
    tip: Amount = 0
    service_charge: Amount = 0
    tenders: Annotated[tuple[Tender, ...], Meta(max_length=TENDERS_MAX)] = ()
    refunds: Annotated[tuple[Refund, ...], Meta(max_length=REFUNDS_MAX)] = ()
    redemptions: Annotated[tuple[Id, ...], Meta(max_length=REDEMPTIONS_MAX)] = ()
    customer: Evidence | None = None


class Fault(Struct, frozen=True, gc=False, kw_only=True):
    """What is wrong, where, and in words what to do."""

    code: str
    message: str
    at: str = ""


class ErrorAnswer(Struct, frozen=True, kw_only=True):
    """The one shape of every error."""

    error: Fault


class Rejected(Struct, frozen=True, kw_only=True):
    """One unfit transaction of a batch; `index` counts from 0."""

    index: int
    error: Fault


class Accepted(Struct, frozen=True, kw_only=True):
    """Answer to a batch, given after the durable commit."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejected, ...] = ()


# -- somebody is here -------------------------------------------------------------------------------------------------
class Presence(Struct, frozen=True, gc=False, kw_only=True):
    """Somebody showed who they are before ordering: a card, a phone number, a payment card."""

    shop: Id
    till: Id | None = None
    at: When | None = None
    card: Id | None = None
    phone: Id | None = None
    email: Annotated[str, Meta(min_length=1, max_length=254)] | None = None
    fingerprint: Id | None = None
    pos_id: Id | None = None
    reference: Id | None = None
    customer: Id | None = None  # picked from a look-up at the counter
    instead: Id | None = None  # a cue that was answered *wrong person*: its sale is theirs


class StreamFrame(Struct, frozen=True, gc=False, kw_only=True):
    """Adapter → service on `WS /v1/stream`: exactly one of transaction and presence."""

    seq: Annotated[int, Meta(ge=0, le=REVISION_MAX)]
    transaction: msgspec.Raw = msgspec.Raw()
    presence: msgspec.Raw = msgspec.Raw()


class Ack(Struct, frozen=True, gc=False, kw_only=True):
    """Everything up to `ack` is durable, save what was refused."""

    ack: int


class Refused(Struct, frozen=True, gc=False, kw_only=True):
    """This one cannot be understood; it was set aside, and sending it again would not help."""

    refused: int
    error: Fault


# -- cues out ---------------------------------------------------------------------------------------------------------
class Redeem(Struct, frozen=True, gc=False, kw_only=True):
    """A reward that is due, and what using it changes, named before it changes.

    `customer` and `reward` go into `POST /v1/redemptions`; `ask` and `text` are ready to show. What comes `off` the
    sale, in minor units of `currency`, is known where the program says what the reward is worth, else null. Whoever
    stands at the till looks whether the sale comes to the `minimum` and holds what the reward is `of`.
    """

    customer: str
    reward: str
    name: str
    points: int  # that go
    stays: int  # points that stay
    off: int | None
    percent: int | None  # of the sale that comes off
    minimum: int  # that the sale has to come to, in minor units; 0: anything
    of: str | None  # the item, category or sku that it is of; null: anything
    currency: str  # empty where no amount is named
    word: bool  # their card may be anybody's, as a printed one: they are asked for their name before it is used
    ask: str  # "Use Amina's free coffee on this sale?"
    text: str  # "Stamps: 10 go, 2 stay."


class Giving(Struct, frozen=True, gc=False, kw_only=True):
    """What touching an act gives, by `POST /v1/perks`, or without a `perk` by `POST /v1/surprises`, *due*.

    `given` is the gift, once it was given.
    """

    customer: str
    perk: str | None
    given: str | None


class Act(Struct, frozen=True, gc=False, kw_only=True):
    """The one thing the barista may do; `redeem` where it is to use a reward that is due, `give` where it gives."""

    kind: str
    text: str
    redeem: Redeem | UnsetType = UNSET
    give: Giving | UnsetType = UNSET


class Cue(Struct, frozen=True, gc=False, kw_only=True):
    """One sentence for the counter, in the screen's language, ready to show; screens never parse it."""

    id: str
    till: str | None
    at: datetime
    expires_at: datetime
    tone: Tone
    say: str
    act: tuple[Act, ...] = ()
    why: tuple[str, ...] = ()  # what counted; only what the customer may hear
    nearly: tuple[str, ...] = ()  # what nearly fired
    name: str | None = None  # for the queue; none for a quiet card
    spoken: str | None = None  # how the name is said, as its owner wrote it
    choices: tuple[str, ...] = ()  # an *ask* cue's two likely answers
    offer: bool = False  # whether the sentence names their usual
    sale: bool = False  # a sale stands behind it: *wrong person* takes it off
    join: str | None = None  # the code by which they joined just now


class Hello(Struct, frozen=True, kw_only=True, tag_field="type", tag="hello"):
    """Screen → service, first message, within ten seconds. `till` null is every till."""

    key: Annotated[str, Meta(max_length=200)]
    shop: Id
    till: Id | None = None
    after: Annotated[int, Meta(ge=0, le=REVISION_MAX)] | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None


class Done(Struct, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """The barista's answer to a cue."""

    cue: Id
    outcome: Outcome
    choice: Annotated[int, Meta(ge=0, le=1)] | None = None  # which of the cue's `choices`


class Undo(Struct, frozen=True, kw_only=True, tag_field="type", tag="undo"):
    """Takes an answer back, for 30 seconds."""

    cue: Id


class AtScreen(Struct, frozen=True, kw_only=True, tag_field="type", tag="staff"):
    """Who of the staff works at this screen from here on, by the token of their shift; null: nobody says."""

    token: Annotated[str, Meta(max_length=200)] | None = None


class Silent(Struct, frozen=True, kw_only=True):
    """A till that has not spoken for longer than it ever does at this hour; `since` null: not yet today."""

    till: str
    since: datetime | None


class Snapshot(Struct, frozen=True, kw_only=True, tag_field="type", tag="snapshot"):
    """Where the screen starts: the open cues as of number `seq`. `now` is the service's clock."""

    seq: int
    cues: tuple[Cue, ...]
    now: datetime
    shop: str
    language: str
    timezone: str
    greeted: int  # cues answered with usual or other, today
    people: int  # 0: nobody has enrolled yet
    silent: Silent | None = None


class CueMessage(Struct, frozen=True, kw_only=True, tag_field="type", tag="cue"):
    """A cue was raised, renewed or reopened. `prev` is the number before this one on this screen."""

    seq: int
    prev: int
    cue: Cue
    now: datetime


class Closed(Struct, frozen=True, kw_only=True, tag_field="type", tag="closed"):
    """A cue is over."""

    seq: int
    prev: int
    cue: str
    outcome: Closing


class ScreenFault(Struct, frozen=True, kw_only=True, tag_field="type", tag="fault"):
    """Service → screen: that message changed nothing, and why; `staff-signed-off`: it was done in nobody's name."""

    error: Fault


ScreenMessage = Hello | Done | Undo | AtScreen
CounterMessage = Snapshot | CueMessage | Closed | ScreenFault


# -- recognition ------------------------------------------------------------------------------------------------------
class UsualLine(Struct, frozen=True, kw_only=True):
    """A drink as it is usually taken."""

    name: str
    variation: str | None = None
    modifiers: tuple[str, ...] = ()


class UsualItem(Struct, frozen=True, kw_only=True):
    """`p` is the probability that this drink is in the next order."""

    line: UsualLine
    p: float


class Usual(Struct, frozen=True, kw_only=True):
    """The three most probable lines; `say` whether the first may be said aloud."""

    say: bool
    because: str
    items: tuple[UsualItem, ...]


class TierRef(Struct, frozen=True, kw_only=True):
    id: str
    name: str


class TierNeed(Struct, frozen=True, kw_only=True):
    """So much more by the end of that day, whenever it comes, surely keeps the tier; spend is in minor units."""

    amount: int
    unit: Literal["spend", "visits"]
    by: date


class TierStanding(Struct, frozen=True, kw_only=True):
    """A customer's tier and its end, if they do not come again. `until` is its last day, `last` the same with grace;
    null where no end can be known, as for a place among the best (`best`). After it they have `below`. `losing`: it
    ends within a month. `need` is null where no sum could be promised to keep it."""

    tier: TierRef
    until: date | None
    last: date | None
    grace: bool
    by_hand: bool
    best: bool
    losing: bool
    below: TierRef | None
    need: TierNeed | None


class Recognition(Struct, frozen=True, kw_only=True):
    """What is known of a customer at a moment. `overdue` by their own rhythm."""

    visits: int
    regular: bool
    becoming: bool
    overdue: bool
    tier: TierRef | None
    points: int
    usual: Usual


class CustomerRef(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    greeting: Greeting


class CheckinAnswer(Struct, frozen=True, kw_only=True):
    customer: CustomerRef
    recognition: Recognition
    cue: Cue


# -- people -----------------------------------------------------------------------------------------------------------
class Identifier(Struct, frozen=True, kw_only=True):
    kind: IdentifierKind
    value: Annotated[str, Meta(min_length=1, max_length=254)]


class Consents(Struct, frozen=True, kw_only=True):
    """`recognise`: may be told apart at the counter; `remember`: orders are learned. Not given is no."""

    recognise: bool = False
    remember: bool = False
    messages: bool = False
    offers: bool = False


Spoken = Annotated[str, Meta(min_length=1, max_length=60, description="how a name is said: ah-MEE-nah")]
Birthday = Annotated[str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description="MM-DD: no year is asked for, or kept")]


class Enrolment(Struct, frozen=True, kw_only=True):
    """From a screen, `till` or `instead` (see Presence) bring along the sale that was just rung up."""

    name: Name
    identifiers: Annotated[tuple[Identifier, ...], Meta(max_length=IDENTIFIERS_MAX)] = ()
    greeting: Greeting | None = None
    consents: Consents = Consents()
    till: Id | None = None
    instead: Id | None = None
    brought_by: Id | None = None  # the card of whoever brought them along
    spoken: Spoken | None = None  # how the name is said
    birthday: Birthday | None = None


class Enrolled(Struct, frozen=True, kw_only=True):
    """`qr` is the outline of a code for `card_url`: scanned with a phone, it opens the card."""

    id: str
    card: str
    card_url: str
    qr: str
    qr_size: int


class LookUp(Struct, frozen=True, kw_only=True):
    """Who of this shop is it? The beginning of a name, a phone number, or the card's letters."""

    shop: Id
    query: Annotated[str, Meta(min_length=1, max_length=120)]


class Found(Struct, frozen=True, kw_only=True):
    """`sure`: by a whole number or a whole card; else somebody has to choose. Quiet people have no name here."""

    id: str
    name: str | None
    letters: str  # the last two of the card
    sure: bool


class FoundPeople(Struct, frozen=True, kw_only=True):
    """`more`: there are others; more letters will tell."""

    people: tuple[Found, ...]
    more: bool


class Ending(Struct, frozen=True, kw_only=True):
    """Points that can be spent to the end of a day."""

    points: int
    on: date


class EntryOut(Struct, frozen=True, kw_only=True):
    """One movement of points, and the sale or the redemption that moved them."""

    points: int
    reason: str
    at: datetime
    transaction: str | None = None
    expires_on: str | None = None
    redemption: str | None = None


class SaleRef(Struct, frozen=True, kw_only=True):
    shop: Id
    source: Id
    id: Id


class VisitOut(Struct, frozen=True, kw_only=True):
    """Sales less than 30 minutes apart; `total` in minor units."""

    at: datetime
    transactions: tuple[str, ...]
    sales: tuple[SaleRef, ...]
    lines: tuple[Line, ...]
    total: int


class CueOut(Struct, frozen=True, kw_only=True):
    """A cue as staff saw it, and how it ended. `offer`: it offered the usual aloud."""

    at: datetime
    say: str
    tone: Tone
    outcome: str | None
    offer: bool = False


class Person(Struct, frozen=True, kw_only=True):
    """The whole of what is known of one customer; `next` leads on to older entries and visits.

    `merged`: customers who are this one now; whoever asks for one of them is answered this.
    """

    id: str
    name: str
    greeting: Greeting
    consents: Consents
    identifiers: tuple[Identifier, ...]
    recognition: Recognition
    standing: TierStanding | None
    points: int
    pending: int  # points that can be spent later
    expiring: tuple[Ending, ...]
    entries: tuple[EntryOut, ...]
    visits: tuple[VisitOut, ...]
    cues: tuple[CueOut, ...]
    enrolled_at: datetime
    merged: tuple[str, ...] = ()
    next: str | None = None


class Sharer(Struct, frozen=True, kw_only=True):
    """Somebody with whom a card is shared; `holds`: it is theirs, and who was asked for uses it too."""

    id: str
    name: str | None
    letters: str
    holds: bool


# -- redemptions ------------------------------------------------------------------------------------------------------
class NewRedemption(Struct, frozen=True, kw_only=True):
    """Use a reward. `key` is the sender's own: the same key is the same redemption, however often it is sent.

    A till that is null is any till. `shop` is for the owner's key; a screen's key is for its own shop. `cue`: the one
    that offered it; where that says so (see Redeem), `word` tells that they were asked who they are.
    """

    customer: Id
    reward: Id
    key: Id
    till: Id | None = None
    shop: Id | None = None
    cue: Id | None = None
    word: bool = False


class Redemption(Struct, frozen=True, kw_only=True):
    """A reward that is being used: its points have left the balance, unless it was released."""

    id: str
    state: Literal["reserved", "confirmed", "released"]
    points: int
    expires_at: datetime


class NewShop(Struct, frozen=True, kw_only=True):
    name: Name
    currency: Currency
    timezone: Annotated[str, Meta(min_length=1, max_length=64)]
    language: Annotated[str, Meta(min_length=1, max_length=35)] = "en"


class ShopMade(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    currency: str
    timezone: str
    screen_key: str


class ShopRow(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    currency: str
    timezone: str


class Shops(Struct, frozen=True, kw_only=True):
    shops: tuple[ShopRow, ...]


class Health(Struct, frozen=True, kw_only=True):
    status: str


def picture(root: type[Struct] = Struct) -> None:
    """Makes msgspec's picture of every struct there is, while there is one thread.

    It makes one when it is first needed, and a second thread that needs it meanwhile crashes the process (0.22).
    """
    for kind in root.__subclasses__():
        with suppress(TypeError, NameError):  # one that is only ever written
            msgspec.json.Decoder(kind)
        picture(kind)


# -- reading ----------------------------------------------------------------------------------------------------------
T = TypeVar("T")


TYPES = {
    "int": "an integer",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time such as 2026-10-05T12:14:46Z",
}


def fault_of(error: Exception) -> Fault:
    """msgspec's complaint as our error shape: the path without its `$`, the sentence without the path."""
    if isinstance(error, RecursionError):
        return Fault(code="bad-json", message="nested too deeply")
    sentence, _, path = str(error).partition(" - at `")
    at = path.rstrip("`").removeprefix("$").removeprefix(".")
    missing = sentence.partition("missing required field `")[2].rstrip("`")
    if missing:
        at = f"{at}.{missing}" if at else missing
    code = "bad-field" if isinstance(error, msgspec.ValidationError) else "bad-json"
    return Fault(code=code, at=at, message=_in_words(sentence, missing))


def _in_words(sentence: str, missing: str) -> str:
    """A sentence for people, not for Python."""
    if missing:
        return f"{missing} is missing"
    if "matching regex" in sentence:
        return 'expected a quantity such as "1" or "0.5"' if "[0-9]" in sentence else "expected a code such as KES"
    if sentence.startswith("Invalid enum value"):
        return f"{sentence.removeprefix('Invalid enum value ')} is not one of the values this field may have"
    if "with a timezone component" in sentence:
        return "expected a time with an offset, such as 2026-10-05T12:14:46Z or …+03:00"
    said = re.sub(r"`([^`]*)`", lambda found: " or ".join(TYPES.get(t, t) for t in found[1].split(" | ")), sentence)
    return said if said.startswith("JSON") else said[:1].lower() + said[1:]
