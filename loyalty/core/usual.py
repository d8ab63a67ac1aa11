"""What will they have? The three most probable drinks, how sure that is, and the reason in words.

A drink's probability mixes what this customer had (visits fading by 0.9 each, those of this part of the day counting
for more) with what the house sells in this part of the day; how much the house counts for comes from how often people
of this house repeat their first order. Popularity breaks near-ties in the ranking. How long ago the last visit was
moves the odds: a second visit on one day is rarely for the same, and after a long absence habits have moved on.
Everything is a look-up in masks of visits, so a prediction takes microseconds and can say "in 14 of the last 17".
"""

from __future__ import annotations

from msgspec import Struct

from loyalty.core.days import PARTS
from loyalty.core.facts import Drink, Msg
from loyalty.core.house import POPULARITY_FLOOR, POPULARITY_POWER, House
from loyalty.core.memory import KEEP, MASK, SEEN_VISITS, Habit, Memory, mask_of, seen_visits

SAY = 0.7
SAY_VISITS = 3
PART_PRIOR = 8.0  # visits' worth of the whole habit in the habit of one part of the day
GAP_ODDS = ((0, 0.6), (14, 1.1), (30, 0.85))  # (away at most so many days, factor on the odds)
GAP_ODDS_LATER = 0.65
SHARE = 0.5  # variation and modifiers are named from here on
EITHER = 0.25, 0.6  # the first alone and the first two together, for an honest question
SHOWN = 3
ORDER_MAX = 2  # drinks of one sentence
SEEN_IN_PART = 5  # visits in a part of the day from which the reason speaks of it alone
SEEN_LATELY = 8


def _decayed(offset: int) -> list[float]:
    return [sum(KEEP ** (offset + j) for j in range(12) if bits >> j & 1) for bits in range(4096)]


_T0, _T1, _T2 = (_decayed(12 * j) for j in range(3))  # the weight of a mask, twelve visits at a time
_VISITS = [sum(KEEP**j for j in range(n)) for n in range(SEEN_VISITS + 1)]
_UNKNOWN = 0.0, POPULARITY_FLOOR**POPULARITY_POWER


class Guess(Struct, frozen=True, gc=False):
    key: str
    drink: Drink
    p: float


class Foresight(Struct, frozen=True, gc=False):
    """`say`: sure enough to offer aloud. `either`: sure enough to ask between the first two."""

    items: tuple[Guess, ...]
    say: bool
    either: bool
    because: Msg
    order: tuple[Drink, ...] = ()  # what may be offered aloud: the first, and what is as sure beside it

    @property
    def first(self) -> str:
        """The key of the most likely drink, empty where nothing is known."""
        return self.items[0].key if self.items else ""


def foresee(memory: Memory, house: House, day: int, part: int) -> Foresight:
    """The customer's next order on that day, in that part of it; best first."""
    odds = _gap_odds(day - memory.day)
    items: list[Guess] = []
    ceiling = 1.0
    for _, key, p in _rank(memory, house, part)[:SHOWN]:
        habit = memory.habits.get(key)
        if habit is not None:
            p = p * odds / (p * odds + 1 - p)
        if p < ceiling:
            ceiling = p
        drink = drink_as_taken(habit) if habit is not None else Drink(house.labels.get(key, key))
        items.append(Guess(key, drink, ceiling))
    sure = _sure(memory, items)
    order = tuple([item.drink for item in items if item.p >= SAY and item.key in memory.habits]) if sure else ()
    return Foresight(tuple(items), sure, _either(memory, items), because(memory, items, part), order[:ORDER_MAX])


def _rank(memory: Memory, house: House, part: int) -> list[tuple[float, str, float]]:
    """(rank, drink, probability) of the customer's own drinks and the house's favourites at that hour."""
    visits, in_part = memory.visits, memory.parts[part]
    seen = seen_visits(memory)
    learned = visits if seen == SEEN_VISITS else seen  # fewer, where some are kept apart or forgotten
    own = learned / (learned + house.shrink)
    here = own / (weight(in_part) + PART_PRIOR)
    ever = here * PART_PRIOR / _VISITS[seen] if seen else 0.0
    popularity, others = house.popularity[part], 1 - own
    popularity_of = popularity.get
    renamed = bool(memory.skus)  # without skus a drink is its name
    t0, t1, t2 = _T0, _T1, _T2
    ranked: list[tuple[float, str, float]] = []
    names: set[str] = set()  # of what they call otherwise than the house
    for key, habit in memory.habits.items():
        mask = habit.mask << (visits - habit.n) & MASK  # mask_of and weight without the calls: most of the work
        if not mask:
            continue
        name = key
        if renamed:
            name = habit.name.casefold().strip()
            names.add(name)
        share, boost = popularity_of(name, _UNKNOWN)
        p = others * share
        p += ever * (t0[mask] if mask < 4096 else t0[mask & 4095] + t1[mask >> 12 & 4095] + t2[mask >> 24])
        both = mask & in_part
        if both:
            p += here * (t0[both] if both < 4096 else t0[both & 4095] + t1[both >> 12 & 4095] + t2[both >> 24])
        ranked.append((-p * boost, key, p if p < 1.0 else 1.0))
    for name in house.popular[part]:
        known = memory.habits.get(name)
        if (known is None or not known.mask << (visits - known.n) & MASK) and name not in names:
            share, boost = popularity[name]
            p = others * share
            ranked.append((-p * boost, name, p))
    ranked.sort()
    return ranked


def weight(mask: int) -> float:
    """Visits in the mask, each counting 0.9 of the one after it."""
    return _T0[mask & 4095] + _T1[mask >> 12 & 4095] + _T2[mask >> 24]


def _gap_odds(away: int) -> float:
    for days, odds in GAP_ODDS:
        if away <= days:
            return odds
    return GAP_ODDS_LATER


def _sure(memory: Memory, items: list[Guess]) -> bool:
    return bool(items) and seen_visits(memory) >= SAY_VISITS and items[0].p >= SAY and items[0].key in memory.habits


def _either(memory: Memory, items: list[Guess]) -> bool:
    if len(items) < 2 or seen_visits(memory) < 2:
        return False
    own = items[0].key in memory.habits and items[1].key in memory.habits
    return own and items[1].p >= EITHER[0] and items[0].p + items[1].p >= EITHER[1]


def drink_as_taken(habit: Habit) -> Drink:
    """As it is mostly taken."""
    if not habit.variations and not habit.modifiers:
        return Drink(habit.name)
    least = most = SHARE * habit.weight
    variation, modifiers = "", tuple[str, ...]()
    for name, score in habit.variations.items():
        if score > most or (score == most and name > variation):
            variation, most = name, score
    if habit.modifiers:
        modifiers = tuple([name for name, score in habit.modifiers.items() if score >= least])
    return Drink(habit.name, variation, modifiers)


def because(memory: Memory, items: list[Guess], part: int) -> Msg:
    """The share of recent visits that held the drink: of this part of the day where there were enough of them, of the
    last eight, of all that are remembered; the first of these that is not zero."""
    if not items:
        return Msg("why.nothing")
    habit = memory.habits.get(items[0].key)
    if habit is None:
        return Msg("why.popular")
    mask, here = mask_of(memory, habit), memory.parts[part] & MASK
    if here.bit_count() >= SEEN_IN_PART and mask & here:
        return _share(f"why.share.{PARTS[part]}", mask, here, habit)
    seen = seen_visits(memory)
    lately = (1 << min(seen, SEEN_LATELY)) - 1
    if seen == 1:
        return Msg("why.once", {"item": habit.name})
    return _share("why.share", mask, lately if mask & lately else (1 << seen) - 1, habit)


def _share(key: str, mask: int, seen: int, habit: Habit) -> Msg:
    return Msg(key, {"n": (mask & seen).bit_count(), "of": seen.bit_count(), "item": habit.name})
