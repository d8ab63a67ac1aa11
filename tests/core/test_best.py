"""A place among the best: spend that fades, exactly, and where the top percent begin."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.best import BEST_OF_MIN, HALF_LIFE, REACH, SCALE, WEIGHTS, Best, Cutoff, asked, cutoff, decayed_spend
from loyalty.core.held import NOTHING, hold
from loyalty.core.standing import standing
from loyalty.core.tiers import Days
from loyalty.wire import TierRef
from loyalty.wire_program import TierRule

TODAY = 2_000
BEST = TierRule(id="best", name="Best", measure="top-spend", at_least=10, window_days=365)
SILVER = TierRule(id="silver", name="Silver", measure="visits", at_least=2, window_days=30, hold_days=30)
GOLD = TierRule(id="gold", name="Gold", measure="visits", at_least=9, window_days=30)
TEN = Best(10, 365)


def named(tier: TierRef | None) -> str | None:
    return tier.id if tier is not None else None


def days(*added: tuple[int, int]) -> Days:
    known = Days()
    for day, spend in added:
        known.add(day, 1, spend)
    return known


def test_every_weight_is_the_nearest_whole_number_of_what_it_should_be():
    for day, weight in enumerate(WEIGHTS):  # 2w - 1 < 2 · 2^32 · 2^(-day/90) < 2w + 1, in whole numbers
        least, most = ((2 * weight + side) ** HALF_LIFE << day for side in (-1, 1))
        assert least < 1 << (SCALE + 1) * HALF_LIFE < most, day


@pytest.mark.parametrize(
    ("added", "value"),
    [
        ([], 0),
        ([(TODAY, 500)], 0),  # today's own spend counts tomorrow
        ([(TODAY - 90, 1_000)], 500),
        ([(TODAY - 180, 1_000), (TODAY - 90, 1_000)], 750),
        ([(TODAY - 1, 1_000)], 992),
        ([(TODAY - REACH, 1 << 20)], 3_792),
        ([(TODAY - REACH - 1, 1 << 20)], 0),
    ],
)
def test_spend_fades_by_half_in_ninety_days(added, value):
    assert decayed_spend(days(*added), TODAY) == value


ADDED = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10**9)), max_size=40).map(
    lambda gaps: [(TODAY - 900 + sum(gap for gap, _ in gaps[: n + 1]), spend) for n, (_, spend) in enumerate(gaps)]
)


@given(ADDED)
def test_it_is_the_sum_of_each_day_whatever_was_forgotten(added):
    expected = sum(
        Fraction(spend * WEIGHTS[TODAY - day], 1 << SCALE) for day, spend in added if 0 < TODAY - day <= REACH
    )
    assert decayed_spend(days(*added), TODAY) == int(expected)


@pytest.mark.parametrize(
    ("values", "percent", "value"),
    [
        (range(BEST_OF_MIN - 1), 10, None),
        (range(20), 10, 18),  # two of twenty
        (range(29), 10, 27),  # and of twenty-nine
        (range(30), 10, 27),
        (range(20), 1, 19),  # at least one
        (range(20), 100, 0),
        ([5] * 30, 10, 5),
    ],
)
def test_where_the_best_begin(values, percent, value):
    assert cutoff(list(values), percent) == Cutoff(value, len(values))


@given(st.lists(st.integers(0, 50), min_size=BEST_OF_MIN, max_size=60), st.integers(1, 100))
def test_everybody_at_the_cut_off_is_in_and_nobody_without_them_would_be_enough(values, percent):
    least = cutoff(values, percent).value
    above, there = sum(value > least for value in values), sum(value >= least for value in values)
    wanted = max(1, len(values) * percent // 100)
    assert above < wanted <= there


def test_whoever_has_as_much_as_the_cut_off_is_in_the_tier():
    known = days((TODAY - 90, 1_000))
    for value, tier in ((500, "best"), (501, None), (None, None)):
        found = standing(NOTHING, known, (BEST,), TODAY, {TEN: Cutoff(value, 40)})
        assert named(found.tier) == tier
    assert standing(NOTHING, known, (BEST,), TODAY).tier is None, "nothing is stored for that day"


def test_whoever_spent_nothing_in_the_window_is_not_among_the_best():
    known = days((TODAY - 366, 10**6))
    assert standing(NOTHING, known, (BEST,), TODAY, {TEN: Cutoff(1, 40)}).tier is None


def test_a_place_among_the_best_has_no_end_that_could_be_promised_and_no_price():
    found = standing(NOTHING, days((TODAY - 90, 1_000)), (BEST,), TODAY, {TEN: Cutoff(1, 40)})
    assert (found.best, found.until, found.last, found.need, found.losing(TODAY)) == (True, None, None, None, False)


def test_the_higher_of_what_is_held_and_a_place_among_the_best_shows():
    rules = (SILVER, BEST, GOLD)
    known = days(*((TODAY - n, 100) for n in range(9, 0, -1)))
    among = {TEN: Cutoff(1, 40)}
    assert named(standing(NOTHING, known, rules, TODAY, among).tier) == "gold"
    later = standing(NOTHING, known, rules, TODAY + 28, among)
    assert (named(later.tier), later.best) == ("best", True)
    assert named(standing(NOTHING, known, rules, TODAY, among).below) == "best"
    assert named(standing(NOTHING, known, rules, TODAY + 28).tier) == "silver", "a step down passes over it"


def test_a_place_among_the_best_is_not_held():
    assert hold(NOTHING, days((TODAY, 10**6)), (BEST,), TODAY) == NOTHING


def test_a_program_asks_for_each_cut_off_once():
    other = TierRule(id="top", name="Top", measure="top-spend", at_least=1, window_days=90)
    assert asked((SILVER, BEST, other, BEST)) == (TEN, Best(1, 90))
