"""What one decision is given, and what it finds that it was not given."""

from __future__ import annotations

from msgspec import Struct, field

from loyalty.core.facts import CueRow, History, Ident, Key, Person, Sale, ShopFacts, State
from loyalty.core.house import House
from loyalty.core.redemption import Redemption
from loyalty.core.sharing import Choice
from loyalty.wire_program import Program


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
    past: dict[tuple[str, int], int] = field(default_factory=dict)  # (person, moment) → points then
    redemptions: dict[str, Redemption] = field(default_factory=dict)


class Missing(Struct):
    """What a decision found it had not been given."""

    histories: dict[str, Key] = field(default_factory=dict)
    houses: set[tuple[str, int]] = field(default_factory=set)
    past: set[tuple[str, int]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.histories or self.houses or self.past)
