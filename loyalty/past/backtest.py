"""What we would have known: past sales walked forward, each visit predicted from earlier ones only.

By the same core that serves check-ins (`memory`, `house`, `usual`), so it says what the shop would have been told, to
the last visit. It needs no shop and no database: an owner runs it before anything is installed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from msgspec import Struct, field

from loyalty.core import house, ledger, memory
from loyalty.core.days import Calendar, moment
from loyalty.core.facts import Key, Taken
from loyalty.core.memory import Memory
from loyalty.core.usual import Foresight, foresee
from loyalty.wire import Transaction
from loyalty.wire_program import Program

BINS = 10
ROUNDED = 4  # digits of a probability, as a check-in answers it
UNPAID = Program(earn=(), rewards=())  # points are of no matter here


class Guess(Struct, gc=False):
    """What a check-in would have answered, and what was then bought."""

    at: int
    p: float
    said: bool
    named: tuple[str, ...]
    bought: set[str] = field(default_factory=set)

    @property
    def first(self) -> bool:
        return bool(self.named) and self.named[0] in self.bought

    @property
    def third(self) -> bool:
        return not self.bought.isdisjoint(self.named)


class Walk:
    """The house as of the sale that is being looked at."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.people: dict[str, Memory] = {}
        self.guesses: list[Guess] = []
        self.open: dict[str, Guess] = {}
        self.took = 0.0
        self._figures: tuple[int, house.House] = (0, house.read({}))
        self._sums: dict[str, int] = {}
        self._days: dict[int, dict[str, int]] = {}  # not yet part of the sums

    def sell(self, customer: str, sale: Transaction) -> None:
        """One sale, in the order of time: predicted if it opens a later visit of somebody, then learned."""
        taken = ledger.taken(sale, (), UNPAID, same_currency=True)
        if not taken.counts:
            return
        at = moment(sale.at)
        day, part = self.calendar.read(at)
        known = self.people.get(customer)
        if known is None:
            known = self.people[customer] = Memory()
        if memory.opens_visit(known, at):
            self.open.pop(customer, None)
            if known.visits:
                self._predict(customer, known, at, day, part)
        if customer in self.open:
            self.open[customer].bought |= {_same(drink.name) for drink in taken.drinks}
        self._learn(known, Key(at, sale.source, sale.id, sale.shop), day, part, taken)

    def _predict(self, customer: str, known: Memory, at: int, day: int, part: int) -> None:
        figures = self._house(day)
        begun = time.perf_counter()
        seen = foresee(known, figures, day, part)
        self.took += time.perf_counter() - begun
        self.open[customer] = guess = _guess(seen, at)
        self.guesses.append(guess)

    def _learn(self, known: Memory, key: Key, day: int, part: int, taken: Taken) -> None:
        sums = self._days.setdefault(day, {})
        for name, n in memory.take(known, key, day, part, taken.drinks, taken.spend).items():
            sums[name] = sums.get(name, 0) + n

    def _house(self, day: int) -> house.House:
        """A prediction reads the days before its own."""
        if self._figures[0] != day:
            for past in [one for one in self._days if one < day]:
                for name, n in self._days.pop(past).items():
                    self._sums[name] = self._sums.get(name, 0) + n
            self._figures = day, house.read(self._sums)
        return self._figures[1]


def _guess(seen: Foresight, at: int) -> Guess:
    p = round(seen.items[0].p, ROUNDED) if seen.items else 0.0
    return Guess(at, p, seen.say, tuple(_same(item.drink.name) for item in seen.items))


def _same(name: str) -> str:
    return name.casefold().strip()


class Score(Struct, frozen=True, kw_only=True):
    """Shares of the predicted visits; `said_right` of those said. `calibration`: mean p, share of hits, count."""

    visits: int
    top1: float
    top3: float
    said: float
    said_right: float
    calibration: list[tuple[float, float, int]]
    microseconds: float


def score(guesses: list[Guess], took_s: float) -> Score:
    said = [guess for guess in guesses if guess.said]
    bins: list[list[Guess]] = [[] for _ in range(BINS)]
    for guess in guesses:
        bins[min(int(guess.p * BINS), BINS - 1)].append(guess)
    return Score(
        visits=len(guesses),
        top1=share(guess.first for guess in guesses),
        top3=share(guess.third for guess in guesses),
        said=len(said) / len(guesses) if guesses else 0.0,
        said_right=share(guess.first for guess in said),
        calibration=[
            (round(share(guess.p for guess in group), 4), share(guess.first for guess in group), len(group))
            for group in bins
            if group
        ],
        microseconds=round(took_s / len(guesses) * 1e6, 2) if guesses else 0.0,
    )


def share(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
