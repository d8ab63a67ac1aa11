"""What one decision is given, and what it finds that it was not given."""

from __future__ import annotations

from msgspec import Struct, field

from loyalty.core.best import Cutoffs
from loyalty.core.days import Calendar
from loyalty.core.facts import Checkpoint, CueRow, Ident, Key, Person, Sale, State
from loyalty.core.gifts import Budget, Tally
from loyalty.core.house import House
from loyalty.core.multiplying import Counted, HandSet
from loyalty.core.redemption import Adjustment, Redemption
from loyalty.core.rotating import Used
from loyalty.core.sharing import Choice
from loyalty.wire_program import Program


class ShopFacts(Struct, frozen=True, gc=False):
    id: str
    business: str
    name: str
    currency: str
    calendar: Calendar
    language: str
    program: int  # the version now in force
    versions: tuple[tuple[int, int], ...] = ()  # (from which moment, version), the first first
    budget: Budget | None = None  # of surprises

    def program_at(self, at: int) -> int:
        """The version in force at a moment; for what was before all of them, the one that is now."""
        return next((version for since, version in reversed(self.versions) if since <= at), self.program)


class History(Struct, frozen=True, gc=False):
    """One customer after a checkpoint: their counted sales in order, what else moved points, and what stood before."""

    start: Checkpoint | None
    since: Key
    sales: tuple[Sale, ...]
    events: tuple[Redemption | Adjustment, ...] = ()
    expired: dict[int, int] = {}  # booked for the lots that ended since


class Known(Struct):
    """Everything one batch may need; what turns out to be missing is read and the batch decided again."""

    shops: dict[str, ShopFacts]
    programs: dict[tuple[str, int], Program]
    holding: frozenset[str] = frozenset()  # businesses that hold somebody out
    sales: dict[Ident, Sale] = field(default_factory=dict)
    refunds: dict[Ident, list[Ident]] = field(default_factory=dict)  # of an original: its refund receipts
    links: dict[tuple[str, str], str] = field(default_factory=dict)  # (business, hash) → person
    ended: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)  # the same, each until when
    shared: dict[tuple[str, str], str] = field(default_factory=dict)  # of a card with two people: the second
    choices: dict[tuple[str, str], list[Choice]] = field(default_factory=dict)  # which of the two it was said to be
    merged: dict[str, str] = field(default_factory=dict)  # who was merged into somebody → into whom
    people: dict[str, Person] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    cues: dict[str, list[CueRow]] = field(default_factory=dict)  # a person's recent ones
    histories: dict[str, History] = field(default_factory=dict)
    houses: dict[tuple[str, int], House] = field(default_factory=dict)
    cutoffs: dict[tuple[str, int], Cutoffs] = field(default_factory=dict)  # (business, day), read with the houses
    hands: dict[str, list[HandSet]] = field(default_factory=dict)  # tiers ever set by hand, of whose points multiply
    counted: dict[tuple[str, int], list[Counted]] = field(default_factory=dict)  # (business, day); see `multiplying`
    past: dict[tuple[str, int], int] = field(default_factory=dict)  # (person, moment) → points then
    erased: set[str] = field(default_factory=set)  # people of whom nothing is left but the id
    friends: set[str] = field(default_factory=set)  # people whom somebody brought along
    used: dict[tuple[str, str, int], Used] = field(default_factory=dict)  # (business, card's hash, half minute)
    check_ins: dict[tuple[str, str | None], list[CueRow]] = field(default_factory=dict)  # (shop, till) → lately
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    given: dict[str, dict[tuple[str | None, int], int]] = field(default_factory=dict)  # (perk, day) → how often, lately
    tallies: dict[tuple[str, int], Tally] = field(default_factory=dict)  # (shop, day); what is remembered
    wrong: dict[str, bool] = field(default_factory=dict)  # whether a visit went wrong lately
    care: dict[str, int] = field(default_factory=dict)  # until when their visits are to go right: the last one did not
    first: dict[str, list[tuple[Key, Ident, int]]] = field(default_factory=dict)  # by friends: their first, and version
    bought: dict[str, list[Ident]] = field(default_factory=dict)  # by friends among merged people themselves; some

    def brought(self, person: str) -> bool:
        """Whether somebody brought them along who is not they themselves, also by way of a merge."""
        by = self.people[person].brought_by
        return by is not None and self.merged.get(by, by) != self.merged.get(person, person)


class Missing(Struct):
    """What a decision found it had not been given."""

    histories: dict[str, Key] = field(default_factory=dict)
    houses: set[tuple[str, int]] = field(default_factory=set)
    past: set[tuple[str, int]] = field(default_factory=set)
    tallies: set[tuple[str, int]] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    counted: set[tuple[str, int]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.histories or self.houses or self.past or self.tallies or self.wrong or self.counted)
