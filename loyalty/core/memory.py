"""What is known of a customer: one state, folded from their sales in the order of (at, source, id).

`fold(everything recorded) == the stored memory`, bit for bit: a sale newer than the last one is taken in O(lines);
anything else (late, revised, voided, taken off) is folded again from the nearest checkpoint. The fold reads nothing
but the customer's own sales: no house figure, no clock.

A line is known by its sku where it has one, else by its name. The drink is learned first, then variation and
modifiers *given* the drink, so one "extra hot" does not split a habit, and a renamed drink keeps it.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

from loyalty.core import rhythm
from loyalty.core.days import VISIT_GAP
from loyalty.core.facts import START, Drink, Key, Sale
from loyalty.core.tiers import Days

KEEP = 0.9  # weight of a time against the one after it; a plateau from .8 to .95, measured on real cafés
HABITS_MAX = 64  # drinks remembered of one customer
VARIATIONS_MAX = 8
MODIFIERS_MAX = 16
SKUS_MAX = 128
SEEN_VISITS = 36  # visits that a mask reaches back; 0.9 ** 36 is 0.02
MASK = (1 << SEEN_VISITS) - 1  # newest visit in the lowest bit
CHECKPOINT_EVERY = 64  # visits
APART = 4  # in the place of a part of the day: the last visit is kept apart, and nothing is learned from it


class Habit(Struct, gc=False, array_like=True):
    """One drink of one customer."""

    name: str
    n: int = 0
    mask: int = 0  # in which visits it was had, as of visit n
    weight: float = 0.0  # of its own times, decayed by time taken
    variations: dict[str, float] = field(default_factory=dict)
    modifiers: dict[str, float] = field(default_factory=dict)


class Memory(Struct, gc=False, array_like=True):
    """The state row. Days are business-day ordinals, moments microseconds."""

    at: int = START.at
    source: str = START.source
    id: str = START.id
    shop: str = START.shop
    visits: int = 0
    day: int = 0  # of the last visit
    part: int = 0
    parts: tuple[int, int, int, int] = (0, 0, 0, 0)  # masks: which visits were in each part of the day
    habits: dict[str, Habit] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)  # sku → drink
    last: tuple[str, ...] = ()  # drinks of the last visit
    before: tuple[str, ...] = ()  # and of the one before it
    pace: rhythm.Pace = field(default_factory=rhythm.Pace)
    days: Days = field(default_factory=Days)

    @property
    def key(self) -> Key:
        return Key(self.at, self.source, self.id, self.shop)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)
_days_decoder = msgspec.msgpack.Decoder(
    msgspec.defstruct(
        "DaysOfMemory",
        [(name, Days if name == "days" else msgspec.Raw) for name in Memory.__struct_fields__],
        array_like=True,
    )
)


def load(blob: bytes) -> Memory:
    return _decoder.decode(blob) if blob else Memory()


def days_of(blob: bytes) -> Days:
    """The visit days alone: what is read of a hundred thousand people at once."""
    found: Any = _days_decoder.decode(blob) if blob else Memory()
    days: Days = found.days
    return days


def dump(memory: Memory) -> bytes:
    return _encoder.encode(memory)


def opens_visit(memory: Memory, at: int) -> bool:
    """A sale 30 minutes or more after the customer's last one is a new visit."""
    return memory.at < 0 or at - memory.at >= VISIT_GAP


def drink_of(memory: Memory, drink: Drink) -> str:
    """The drink a line is, for this customer: what its sku was before it was renamed, else its name."""
    known = memory.skus.get(drink.sku) if drink.sku else None
    return known or drink.name.casefold().strip()


def checkpoint_due(memory: Memory, at: int) -> bool:
    """Before the sale at `at` is folded: it opens a visit after a full score of them."""
    return opens_visit(memory, at) and memory.visits > 0 and memory.visits % CHECKPOINT_EVERY == 0


def fold(memory: Memory, sale: Sale, *, remember: bool) -> tuple[bool, dict[str, int]]:
    """What every counted sale does to its customer's memory: whether it opens a visit, and what it gives the house."""
    opens = opens_visit(memory, sale.at)
    if not remember:
        pass_by(memory, sale.key)
        return opens, {}
    if sale.unlearned:
        if pass_by(memory, sale.key):
            memory.part = APART  # what is bought within this visit after the pause says nothing of the one before
        return opens, {}
    if sale.freed is not None or sale.forgotten is not None:
        return opens, keep_apart(memory, sale.key, sale.day, sale.taken.spend)
    return opens, take(memory, sale.key, sale.day, sale.part, sale.taken.drinks, sale.taken.spend)


def pass_by(memory: Memory, key: Key) -> bool:
    """A sale of somebody who is not to be remembered: only where their last visit was is kept. Opens a visit?"""
    opens = opens_visit(memory, key.at)
    memory.at, memory.source, memory.id, memory.shop = key
    return opens


def keep_apart(memory: Memory, key: Key, day: int, spend: int) -> dict[str, int]:
    """A visit that says nothing of the habit: it counts, and every drink stays as far back as it was."""
    gave: dict[str, int] = {}
    day = max(day, memory.day, memory.days.last)
    if opens_visit(memory, key.at):
        memory.visits += 1
        for habit in memory.habits.values():
            habit.n += 1
        rhythm.visit(memory.pace, day, gave)
        memory.day, memory.part = day, APART
        memory.days.add(day, 1, 0)
    memory.days.add(day, 0, spend)
    memory.at, memory.source, memory.id, memory.shop = key
    return gave


def take(memory: Memory, key: Key, day: int, part: int, drinks: tuple[Drink, ...], spend: int) -> dict[str, int]:
    """Fold one sale in; the answer is what it gives to the house figures of its day."""
    gave: dict[str, int] = {}
    day = max(day, memory.day, memory.days.last)  # shops in two zones, or a closing hour that was moved
    opens = opens_visit(memory, key.at)
    if opens:
        _open_visit(memory, day, part, gave)
    memory.days.add(day, int(opens), spend)
    memory.at, memory.source, memory.id, memory.shop = key
    if memory.part == APART:
        return gave  # the rest of a visit that is kept apart
    for drink in drinks:
        name = drink_of(memory, drink)
        if name not in memory.last:
            if len(memory.last) >= HABITS_MAX:
                continue  # nobody's usual: a caterer's order, or a card that staff lend to everybody
            _first_in_visit(memory, name, drink, gave)
        if drink.sku:
            memory.skus.pop(drink.sku, None)  # to the end: what was had longest ago is forgotten first
            memory.skus[drink.sku] = name
        _given_the_drink(memory.habits[name], drink)
    return gave


def _open_visit(memory: Memory, day: int, part: int, gave: dict[str, int]) -> None:
    if memory.visits == 1:
        gave["first"] = len(memory.last)
    memory.visits += 1
    morning, midday, afternoon, evening = memory.parts
    memory.parts = (
        (morning << 1 | (part == 0)) & MASK,
        (midday << 1 | (part == 1)) & MASK,
        (afternoon << 1 | (part == 2)) & MASK,
        (evening << 1 | (part == 3)) & MASK,
    )
    memory.before, memory.last = memory.last, ()
    _prune(memory)
    gave[f"v{part}"] = 1
    rhythm.visit(memory.pace, day, gave)
    memory.day, memory.part = day, part


def _first_in_visit(memory: Memory, name: str, drink: Drink, gave: dict[str, int]) -> None:
    if memory.visits == 2 and name in memory.before:
        gave["again"] = gave.get("again", 0) + 1
    memory.last = (*memory.last, name)
    sold = f"i{memory.part}{drink.name.strip()}"
    gave[sold] = gave.get(sold, 0) + 1
    habit = memory.habits.get(name)
    if habit is None:
        habit = memory.habits[name] = Habit(name, memory.visits)
    habit.mask = mask_of(memory, habit) | 1
    habit.n = memory.visits


def _given_the_drink(habit: Habit, drink: Drink) -> None:
    """Variation and modifiers fade with each time *this drink* is taken."""
    habit.name = drink.name
    habit.weight = habit.weight * KEEP + 1.0
    if habit.variations or drink.variation:
        _fade(habit.variations, (drink.variation,) if drink.variation else (), VARIATIONS_MAX)
    if habit.modifiers or drink.modifiers:
        _fade(habit.modifiers, drink.modifiers, MODIFIERS_MAX)


def _fade(shares: dict[str, float], present: tuple[str, ...], most: int) -> None:
    for name in shares:
        shares[name] *= KEEP
    for name in present if len(present) < 2 else dict.fromkeys(present):
        shares[name] = shares.get(name, 0.0) + 1.0
    if len(shares) > most:
        for name in sorted(shares, key=lambda name: (shares[name], name))[: len(shares) - most]:
            del shares[name]


def seen_visits(memory: Memory) -> int:
    """How many of the visits that a mask reaches back were learned from: each is in one part of the day."""
    first, second, third, fourth = memory.parts
    return (first | second | third | fourth).bit_count()


def mask_of(memory: Memory, habit: Habit) -> int:
    """In which of the last visits the drink was had, as of now."""
    return habit.mask << (memory.visits - habit.n) & MASK


def _prune(memory: Memory) -> None:
    """Forget the drinks had longest ago, and the skus of what is forgotten; among equals by name, as a refold does."""
    spare = len(memory.habits) - HABITS_MAX
    if spare > 0:
        for _, name in sorted((habit.n, name) for name, habit in memory.habits.items())[:spare]:
            del memory.habits[name]
        memory.skus = {sku: name for sku, name in memory.skus.items() if name in memory.habits}
    if len(memory.skus) > SKUS_MAX:
        for sku in list(memory.skus)[: len(memory.skus) - SKUS_MAX]:
            del memory.skus[sku]
