"""What the line reads before it decides and writes after: plain data, frozen where it is shared. Moments are
microseconds since the epoch, business days ordinals, money minor units, people ids: no names in here."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from loyalty.core.cause import Cause
from loyalty.core.gifts import Offer
from loyalty.core.mine import NONE, Wishes
from loyalty.core.redemption import Redeem
from loyalty.core.rotating import Shown
from loyalty.wire import Greeting, Presence, Tone, Transaction

NOBODY = "-"  # a person's decision that a sale is nobody's


class Ident(NamedTuple):
    """Identity of a transaction."""

    shop: str
    source: str
    id: str


class Key(NamedTuple):
    """Place of a sale in the order in which a memory is folded; the shop settles what two tills number alike."""

    at: int
    source: str
    id: str
    shop: str


START = Key(-1, "", "", "")


class Mark(NamedTuple):
    """One piece of evidence: what kind of identifier, and its keyed hash."""

    kind: str
    hash: str


class Msg(Struct, frozen=True, gc=False, array_like=True):
    """A text not yet in any language: a catalogue key and its arguments."""

    key: str
    args: dict[str, object] = {}


class Drink(Struct, frozen=True, gc=False, array_like=True):
    """A line as the memory sees it."""

    name: str
    variation: str = ""
    modifiers: tuple[str, ...] = ()
    sku: str = ""


class Taken(Struct, frozen=True, gc=False, array_like=True):
    """What a sale comes to after its refunds. `counts`: paid, and not all of it given back."""

    counts: bool
    drinks: tuple[Drink, ...] = ()
    spend: int = 0
    per_visit: int = 0  # points, if it opens a visit
    per_spend: int = 0
    per_item: int = 0
    causes: tuple[Cause, ...] = ()  # of the points, where the reason alone does not tell
    until: int = 0  # the moment at which they end; 0: never
    ready: int = 0  # and from which they can be spent; 0: at once
    hours: int = 0  # bonus hours: what they come to, in percent; 0: none
    welcome: int = 0  # points, if it is its customer's first
    friend: int = 0  # and if they were brought along


class Sale(Struct, frozen=True, gc=False):
    """A transaction as recorded: its latest revision, whose it is, and what it gave."""

    ident: Ident
    revision: int
    state: Literal["open", "paid", "voided"]
    at: int
    day: int
    part: int
    till: str | None
    body: bytes
    marks: tuple[Mark, ...]
    refund_of: str | None
    program: int
    received_at: int
    person: str | None = None
    assigned: str | None = None  # by a person's hand; stronger than any evidence
    taken: Taken = Taken(False)
    gave: dict[str, int] = {}  # to the house figures
    earned: dict[str, int] = {}  # points now standing, by reason
    lot: int = 0  # in which they lie
    owed: int = 0  # how many of them settled a debt instead
    times: int = 0  # what its customer's tier makes of them, in percent; 0: nothing
    note: str = ""  # why it did, or did nothing
    odd: str = ""  # what does not add up
    used: tuple[str, ...] = ()  # redemptions
    freed: str | None = None  # the customer whose habit it is kept apart from: "not my usual today"
    origin: str | None = None  # whose it would be, or NOBODY's, had nobody been merged; None where that is `person`
    unlearned: bool = False  # its customer had paused: it earns, and nothing is learned from it
    forgotten: str | None = None  # the customer who wants it to say nothing of what they usually have
    quiet_of: str | None = None  # whose pause it was in, while it is somebody else's

    @property
    def key(self) -> Key:
        return Key(self.at, self.ident.source, self.ident.id, self.ident.shop)

    @property
    def foreign(self) -> bool:
        """In another currency than its shop's: kept, and its money counted in no sum."""
        return self.odd == "currency"


class Person(Struct, frozen=True, gc=False):
    """A customer, as far as a decision needs to know."""

    id: str
    greeting: Greeting
    recognise: bool
    remember: bool
    reserved_until: int = 0  # their last reservation of a reward; 0 if there was none
    held: bool = False  # held out: greeted by points alone, so that it can be told what recognition is worth
    other: int | None = None  # when they said "not my usual today", while no order has answered it
    hand: tuple[str, int] | None = None  # the tier that was set by hand, and its last day
    brought_by: str | None = None  # the customer who brought them along
    given_at: int = 0  # when they were last given something; 0 if they never were
    surprised_at: int = 0  # and when it was a surprise
    wishes: Wishes = NONE  # what they say of themselves
    paused: int | None = None  # since when they are left alone, until they say otherwise
    rested: tuple[int, int] | None = None  # their last pause that is over: from when until when
    forgot: int | None = None  # when they last had their usual forgotten


class State(Struct, frozen=True, gc=False):
    """The one row a customer has: memory as stored, and the heads of the ledger (`account.py`)."""

    person: str
    memory: bytes = b""
    points: int = 0
    entries: int = 0
    account: bytes = b""


class Checkpoint(Struct, frozen=True, gc=False):
    """A memory as it was after every sale up to `key`."""

    person: str
    key: Key
    memory: bytes
    account: bytes = b""


class Entry(Struct, frozen=True, gc=False):
    """A movement of points; `n` counts the person's entries."""

    person: str
    n: int
    points: int
    reason: str
    sale: Ident | None
    at: int
    day: int
    redemption: str | None = None
    lot: int = 0  # when the points end; 0: never
    cause: str = ""  # rules and lines of the sale, or the adjustment by somebody's hand


RaisedBy = Literal["presence", "open", "paid"]


class CueRow(Struct, frozen=True, gc=False):
    """A cue as recorded: message ids and arguments, no text."""

    id: str
    shop: str
    till: str | None
    person: str
    raised_by: RaisedBy
    at: int
    renewed_at: int
    expires_at: int
    tone: Tone
    say: Msg
    act: tuple[tuple[str, Msg], ...] = ()
    why: tuple[Msg, ...] = ()
    nearly: tuple[Msg, ...] = ()
    choices: tuple[Msg, ...] = ()
    between: tuple[str, ...] = ()  # the people that the choices are, if it asks who it is
    offer: bool = False
    named: bool = True
    usual: str = ""  # the drink it offered, to tell the outcome by
    because: tuple[tuple[str, str], ...] = ()  # every rule and its verdict
    sale: Ident | None = None
    closed_at: int | None = None
    outcome: str | None = None
    closed_by: Literal["screen", "sale", "age"] | None = None
    redeem: Redeem | None = None
    give: Offer | None = None  # what its act gives
    was: str | None = None  # before *wrong person*: whose its sale was by hand
    join: str = ""  # the code by which its person joined just now
    card: str = ""  # the hash of the card that two people share, if it asks which of them it is
    along: tuple[tuple[Ident, str | None], ...] = ()  # sales that *wrong person* took along, each as `was`
    by: str = ""  # what its person checked in by: the hash, or their id if they were picked from a list
    came: int = 0  # when they checked in; 0: as it was raised
    bare: bool = False  # by a card that may be anybody's by now: a printed one, or letters that were typed


class Note(Struct, frozen=True, gc=False):
    """A numbered message to the screens of a shop, before it has its number."""

    shop: str
    till: str | None
    kind: Literal["cue", "closed"]
    cue: str
    outcome: str | None = None


class SaleIn(Struct, frozen=True, gc=False):
    """A transaction as it came in, its identifiers already hashed."""

    sale: Transaction
    ident: Ident
    business: str
    marks: tuple[Mark, ...]
    received_at: int
    past: bool = False  # taken in from what was recorded elsewhere: never live, whatever its time says


class PresenceIn(Struct, frozen=True, gc=False):
    """`sale`: the one that turned out to be theirs; `join`: the code by which they joined just now."""

    presence: Presence
    business: str
    mark: Mark
    received_at: int
    sale: Ident | None = None
    join: str = ""
    again: bool = False  # the till asks of them whenever the order changes
    shown: Shown | None = None  # the renewing code of their card


Delivery = SaleIn | PresenceIn
