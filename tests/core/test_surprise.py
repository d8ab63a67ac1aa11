"""Who is surprised, and when: by long loyalty, never twice in a while, with the same chance at every hour."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import memory, offering, surprise
from loyalty.core.days import DAY, Calendar, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import Drink, Key, Person
from loyalty.core.fairness import ENOUGH, at_least, most_by_chance, spread
from loyalty.core.gifts import Budget, Tally
from loyalty.core.known import Known, ShopFacts
from loyalty.core.memory import Memory
from loyalty.demo import people
from loyalty.demo.hours import ZONE, hours
from tests import make

START = date(2025, 10, 6)  # a Monday
LATTE = (Drink("Latte", "Medium"),)
BUDGET = Budget(1, 0, a_week=5, cost=30000, beyond=False)
TODAY = make.MONDAY.toordinal()
AMINA = Person("amina", "full", recognise=True, remember=True)


def regular(weeks: int = 40, every: int = 3, spend: int = 30000, until: int = TODAY) -> Memory:
    """Somebody who came every so many days."""
    known = Memory()
    for day in range(until - weeks * 7, until, every):
        at = moment(datetime.combine(date.fromordinal(day), datetime.min.time(), make.ZONE)) + 9 * surprise.HOUR
        memory.take(known, Key(at, "till", str(day), "s"), day, 0, LATTE, spend)
    return known


def at(day: int = TODAY) -> int:
    return moment(datetime.combine(date.fromordinal(day), datetime.min.time(), make.ZONE)) + 9 * surprise.HOUR


def score(known: Memory, person: Person = AMINA, *, wrong: bool = False, cost: int = 30000) -> float:
    return surprise.score(person, known, TODAY, at(), cost, wrong=wrong)


# -- who --------------------------------------------------------------------------------------------------------------
def test_long_and_steady_guests_who_were_let_down_come_first():
    assert score(regular(40)) > score(regular(10))
    assert score(regular(every=2)) > score(regular(every=7))
    assert score(regular(), wrong=True) > score(regular())
    assert score(regular(), replace(AMINA, surprised_at=at() - 60 * DAY)) < score(regular())


def test_what_somebody_spends_counts_for_little_and_less_than_how_long_they_come():
    assert score(regular(spend=60000)) > score(regular(spend=30000))
    assert score(regular(50, spend=10000)) > score(regular(20, spend=10**9))
    assert score(regular(spend=10**9), cost=0) == score(regular(spend=0), cost=0)


@given(st.integers(2, 60), st.integers(1, 14), st.integers(0, 10**10), st.booleans(), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_score_is_a_share(weeks, every, spend, wrong, ago):
    person = replace(AMINA, surprised_at=at() - ago * DAY)
    assert surprise.SCORE_MIN <= score(regular(weeks, every, spend), person, wrong=wrong) <= 1


def test_nobody_is_due_who_is_held_out_new_or_was_surprised_lately():
    known = regular()
    assert surprise.may_be(AMINA, known, TODAY, at())
    assert not surprise.may_be(replace(AMINA, held=True), known, TODAY, at())
    assert not surprise.may_be(AMINA, regular(weeks=surprise.WEEKS_MIN - 1, every=1), TODAY, at())
    assert not surprise.may_be(AMINA, regular(weeks=40, every=28), TODAY, at())
    assert not surprise.may_be(AMINA, Memory(), TODAY, at())
    rest = surprise.REST_WEEKS * 7 * DAY
    assert not surprise.may_be(replace(AMINA, surprised_at=at() - rest + 1), known, TODAY, at())
    assert surprise.may_be(replace(AMINA, surprised_at=at() - rest), known, TODAY, at())


def test_spend_fades_by_half_in_ninety_days():
    known = Memory()
    memory.take(known, Key(at(TODAY - 90), "till", "1", "s"), TODAY - 90, 0, LATTE, 1000)
    memory.take(known, Key(at(), "till", "2", "s"), TODAY, 0, LATTE, 300)
    assert surprise.faded(known.days, TODAY) == pytest.approx(800)
    assert surprise.faded(Memory().days, TODAY) == 0


# -- when -------------------------------------------------------------------------------------------------------------
def test_a_week_begins_on_monday():
    assert {surprise.monday(TODAY + n) for n in range(7)} == {TODAY}
    assert surprise.monday(TODAY + 7) == TODAY + 7


@given(st.integers(1, 200), st.integers(1, 10**6))
def test_as_many_are_let_go_as_the_budget_says_at_even_distances(a_week, week):
    let_go = surprise.places(a_week, "shop", week)
    assert len(let_go) == a_week
    assert 0 <= let_go[0] < let_go[-1] + 1e-9 < 1 + 1e-9
    assert all(second - first == pytest.approx(1 / a_week) for first, second in pairwise(let_go))


def test_every_part_of_a_week_is_let_go_the_same_number_over_many_weeks():
    tenths = Counter(int(one * 10) for week in range(4000) for one in surprise.places(3, "shop", week))
    assert max(tenths.values()) - min(tenths.values()) < 250, "1,200 in each, give or take what chance does"


def test_hours_of_the_week_go_on_over_a_change_of_the_clocks():
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    for day in range(TODAY, TODAY + 400):
        start = berlin.starts(day)
        assert surprise.hour_of(berlin, start) == ((day - 1) % 7 * surprise.HOURS, 0.0)
        assert 0 <= surprise.hour_of(berlin, berlin.starts(day + 1) - 1)[0] < surprise.CELLS


def free(given: int, before: int = 5, hour: int = surprise.CELLS - 1, part: float = 1.0, visits: int = 1) -> bool:
    known = Tally({}, given, before, (visits,) * surprise.CELLS)
    return surprise.free(BUDGET, known, (hour, part), "shop", TODAY)


def test_what_is_given_is_never_more_than_the_budget():
    assert free(4)
    assert not free(5)
    assert not free(5, before=0)
    assert not free(9)
    assert not free(0, visits=0), "nobody has come yet"


def test_a_week_begins_with_what_the_last_one_left_and_that_is_one_at_most():
    assert not free(0, before=5, hour=0, part=0.0)
    assert free(0, before=4, hour=0, part=0.0)
    assert free(0, before=0, hour=0, part=0.0)
    assert not free(1, before=0, hour=0, part=0.0)


def test_they_are_not_all_gone_on_monday_morning():
    noon = 8  # hours after the business day began
    assert not free(2, before=0, hour=noon)
    assert sum(free(given, hour=surprise.HOURS * 3) for given in range(5)) in (2, 3), "half of them by Thursday"


# -- a year of the demo's people --------------------------------------------------------------------------------------
@dataclass
class Year:
    """What was given, and what each group's visits would give it by their scores."""

    parts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    shows: Counter[str] = field(default_factory=Counter)
    weeks: Counter[int] = field(default_factory=Counter)
    due: dict[str, dict[object, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    given: dict[str, list[int]] = field(default_factory=dict)


def visits(rng: random.Random, crowd: tuple[people.Person, ...], day: date) -> Iterator[tuple[int, people.Person]]:
    for person in crowd:
        for minute in person.visits(rng, day):
            yield minute, person


@cache
def year(seed: int) -> Year:
    """Whoever is suggested is given it."""
    rng = random.Random(seed)
    crowd = people.everybody(rng, START)
    shop = ShopFacts(f"shop-{seed}", "b", "Shop", "KES", Calendar(ZONE), "en", 1, budget=BUDGET)
    known = {one.key: Memory() for one in crowd}
    persons = {one.key: Person(one.key, "full", recognise=True, remember=True) for one in crowd}
    cells: list[Counter[int]] = []
    found = Year()
    for number in range(364):
        day = START + timedelta(days=number)
        if number % 7 == 0:
            cells.append(Counter())
        if hours(day) is None:
            continue
        for minute, person in sorted(visits(rng, crowd, day), key=lambda one: (one[0], one[1].key)):
            now = moment(datetime.combine(day, datetime.min.time(), ZONE)) + minute * 60_000_000
            persons[person.key] = _visit(found, shop, known[person.key], persons[person.key], person, now, cells)
    return found


def _visit(
    found: Year, shop: ShopFacts, known: Memory, who: Person, person: people.Person, now: int, cells: list[Counter[int]]
) -> Person:
    day, part = shop.calendar.read(now)
    week = surprise.monday(day)
    before = sum(cells[-1 - surprise.WEEKS_SEEN : -1], Counter[int]())
    tally = Tally({}, found.weeks[week], found.weeks[week - 7], tuple(before[place] for place in range(surprise.CELLS)))
    desk = Desk(Known({shop.id: shop}, {}, tallies={(shop.id, day): tally}, wrong={who.id: False}))
    desk.memories[who.id] = known
    if surprise.may_be(who, known, day, now) and any(before.values()):
        mine = surprise.score(who, known, day, now, BUDGET.cost, wrong=False)
        found.due["parts"][person.part] += mine
        found.due["days"][(day - 1) % 7] += mine
        found.due["shows"][person.shows] += mine
        if offering._due(desk, who, shop, BUDGET, now) is not None:
            found.parts[person.part] += 1
            found.days[(day - 1) % 7] += 1
            found.shows[person.shows] += 1
            found.weeks[week] += 1
            found.given.setdefault(who.id, []).append(now)
            who = replace(who, surprised_at=now)
    cells[-1][surprise.hour_of(shop.calendar, now)[0]] += 1
    memory.take(known, Key(now, "till", f"{now}", shop.id), day, part, LATTE, 30000)
    return who


SEEDS = range(6)


@pytest.mark.parametrize("by", ["parts", "days", "shows"])
def test_no_group_of_people_who_come_alike_gets_more_than_its_share_beyond_chance(by):
    got, due = Counter[object](), defaultdict[object, float](float)
    for seed in SEEDS:
        got.update(getattr(year(seed), by))
        for group, share in year(seed).due[by].items():
            due[group] += share
    groups = sorted(due, key=str)
    total = sum(due.values())
    assert sum(got.values()) > 500, "or nothing could be told"
    assert spread([got[one] for one in groups], [due[one] / total for one in groups]), (got, due)


def test_the_weeks_number_is_used_and_never_passed_and_nobody_is_twice_in_a_while():
    for seed in SEEDS:
        found = year(seed)
        later = list(found.weeks.values())[2:]
        assert max(later) <= BUDGET.a_week
        assert sum(later) / len(later) > 0.8 * BUDGET.a_week
        for times in found.given.values():
            gaps = [second - first for first, second in pairwise(times)]
            assert all(gap >= surprise.REST_WEEKS * 7 * DAY for gap in gaps)


def test_the_same_facts_give_the_same_suggestions():
    first = year(1).given
    year.cache_clear()
    assert year(1).given == first


# -- fairness, as the owner is told it --------------------------------------------------------------------------------
def test_chances_add_up():
    assert at_least(0, 5, 0.3) == 1
    assert at_least(6, 5, 0.3) == 0
    assert at_least(5, 5, 0.5) == pytest.approx(1 / 32)
    assert at_least(3, 5, 0.5) == pytest.approx(0.5)


def test_one_who_gets_most_is_more_than_chance_and_many_who_get_one_are_not():
    assert most_by_chance(20, [10] * 100) < 6
    assert most_by_chance(20, [10]) == 20
    assert most_by_chance(0, [1, 2]) == 0
    assert spread([10, 11, 9], [1 / 3] * 3)
    assert not spread([28, 1, 1], [1 / 3] * 3)
    assert ENOUGH > 8
