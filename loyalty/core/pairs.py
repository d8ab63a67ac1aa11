"""Who is served by whom, and whether that came so by itself: measured against the same hours of the same days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from loyalty.core.seen import Found, Rung, found_in

PAIR_VISITS = 8  # of one customer with one of the staff
PAIR_TIMES = 2  # and so many times as often as others at the same hours
PAIR_CHANCE = 1e-6  # that it came so by itself: of ten thousand pairs, a hundredth of one would
PAIR_OTHERS = 4  # sales of others in the same part of the same day, or there is nothing to compare with


def pairs(rung: Sequence[Rung], own: Mapping[str, str]) -> Iterator[Found]:
    """A customer far more often with one of the staff than others who came in the same hours of the same days: so many
    of their visits, beside how many it would have been. Who always comes in somebody's shift is not among them."""
    cells: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    visits: dict[str, dict[tuple[int, int], Rung]] = defaultdict(dict)
    for one in rung:
        if one.who is not None:
            cells[one.day, one.part][one.who] += 1
            if one.person is not None and one.person not in own:
                visits[one.person][one.day, one.part] = one  # however many sales: a table may pay apart
    for person, theirs in sorted(visits.items()):
        compared = [one for cell, one in theirs.items() if cells[cell].total() > PAIR_OTHERS]
        for who, n in sorted(Counter(one.who for one in compared).items(), key=lambda item: item[0] or ""):
            if who is None or n < PAIR_VISITS:
                continue
            chances = [_chance(cells[one.day, one.part], who, mine=one.who == who) for one in compared]
            usual = sum(chances)
            if n >= PAIR_TIMES * usual and at_least(n, chances) < PAIR_CHANCE:
                with_them = [one for one in compared if one.who == who]
                yield found_in("pair", who, (person,), with_them, of=len(compared), usual=round(usual))


def at_least(n: int, chances: Sequence[float]) -> float:
    """How likely at least `n` of them come true, each by itself."""
    exactly = [1.0] + [0.0] * n  # the last holds n and more
    for chance in chances:
        exactly[n] += exactly[n - 1] * chance
        for k in range(n - 1, 0, -1):
            exactly[k] += (exactly[k - 1] - exactly[k]) * chance
        exactly[0] *= 1 - chance
    return exactly[n]


def _chance(cell: Counter[str], who: str, *, mine: bool) -> float:
    """That it is them who serves, by the other sales of the cell; never quite none and never quite certain."""
    return (cell[who] - mine + 1) / (cell.total() - 1 + 2)
