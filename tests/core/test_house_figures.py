"""What a shop's days add up to: sums that know no order, and figures that mean something from the first day on."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import house, rhythm
from loyalty.core.house import POPULAR, SHARE_PRIOR, SHRINK_MAX, SHRINK_MIN, House, read

VISITS = {"v0": 60, "v1": 20, "v2": 19}
ITEMS = {"i0Latte": 30, "i0Tea": 20, "i0Cake": 10, "i0Dawa": 5, "i1Samosa": 15, "i1Tea": 5, "i2Tea": 1, "i2TEA": 1}
BUSY = VISITS | ITEMS


def test_before_its_first_day_a_house_is_believed_to_be_like_others():
    empty = read({})
    assert empty == House(limits=empty.limits)
    assert empty.limits == pytest.approx(rhythm.LATE)
    assert (empty.shrink, empty.log_gap) == (1.0, math.log(rhythm.HOUSE_GAP))
    assert empty.popular == [[], [], [], []]


def test_a_drink_has_its_share_of_the_part_of_the_day_smoothed_by_the_whole():
    found = read(BUSY)
    total = 60 + 20 + 19 + 1
    assert found.totals == [60, 20, 19, 0]
    assert found.popularity[0]["latte"][0] == pytest.approx((30 + SHARE_PRIOR * 30 / total) / (60 + SHARE_PRIOR))
    assert found.popularity[1]["latte"][0] == pytest.approx(SHARE_PRIOR * 30 / total / (20 + SHARE_PRIOR))
    assert found.popularity[3]["latte"][0] == pytest.approx(30 / total)  # no evening yet: as all day
    assert set(found.popularity[3]) == {"latte", "tea", "cake", "dawa", "samosa"}


def test_three_are_popular_at_each_part_of_the_day():
    found = read(BUSY)
    assert found.popular[0] == ["latte", "tea", "cake"]
    assert found.popular[1][0] == "samosa"
    assert all(len(each) == POPULAR for each in found.popular)


def test_equally_popular_ones_stand_by_name():
    assert read({"v0": 4, "i0Tea": 1, "i0Latte": 1, "i0Cake": 1, "i0Dawa": 1}).popular[0] == ["cake", "dawa", "latte"]


def test_spellings_of_a_name_are_one_drink():
    found = read({"v2": 4, "i2Tea": 3, "i2TEA": 1, "i0tea": 1})
    assert found.items == [{"tea": 1}, {}, {"tea": 4}, {}]
    assert found.labels["tea"] in ("Tea", "TEA", "tea")


def test_popularity_never_rules_a_drink_out():
    found = read(BUSY)
    assert all(0 < boost < 1 for part in found.popularity for _, boost in part.values())
    morning = found.popularity[0]
    assert morning["latte"][1] > morning["tea"][1] > morning["dawa"][1]


@pytest.mark.parametrize(
    ("first", "again", "shrink"),
    [
        (0, 0, 1.0),
        (1_000, 1_000, SHRINK_MIN),  # everybody repeats: one visit is enough
        (1_000, 0, SHRINK_MAX),  # nobody does
        (998, 499, 1.0),
        (998, 332, pytest.approx(2.003, abs=0.001)),
    ],
)
def test_how_much_the_house_counts_for_comes_from_how_often_people_repeat(first, again, shrink):
    assert read({"first": first, "again": again}).shrink == shrink


def test_the_typical_gap_is_the_mean_of_what_was_given():
    """A logarithm given as whole tenths stands for the middle of its tenth."""
    assert read({"gaps": 4, "gapsum": 76}).log_gap == pytest.approx(1.95)
    assert read({"gaps": 0, "gapsum": 0}).log_gap == math.log(rhythm.HOUSE_GAP)


def test_the_limit_of_a_class_is_the_quantile_of_its_own_gaps():
    sums = {"gaps": 10_000, "gapsum": 190_000, "g2:0": 8_900, "g4:10": 1_100, "g12:5": 9_500, "g40:20": 500}
    found = read(sums)
    few = 1.05 - rhythm.SHRINK * found.log_gap / (4 + rhythm.SHRINK)
    many = 0.55 - rhythm.SHRINK * found.log_gap / (12 + rhythm.SHRINK)
    assert found.limits[0] == pytest.approx(math.exp(few))
    assert found.limits[1] == pytest.approx(rhythm.LATE[1])  # nobody of that class yet
    assert found.limits[2] == pytest.approx(math.exp(many))


def test_a_few_gaps_do_not_outweigh_what_was_believed():
    assert read({"gaps": 3, "gapsum": 57, "g2:0": 3}).limits[0] == pytest.approx(rhythm.LATE[0])


def test_when_nearly_all_gaps_are_long_the_limit_is_the_longest_seen():
    found = read({"gaps": 1_000, "gapsum": 19_000, "g2:40": 1_000})
    assert found.limits[0] == pytest.approx(math.exp(4.05 - rhythm.SHRINK * found.log_gap / 4))
    assert all(math.isfinite(limit) and limit > 0 for limit in found.limits)


@pytest.mark.parametrize(
    ("since", "today", "away"),
    [(10, 10, 0), (10, 11, 1), (10, 14, 3), (10, 15, 4), (14, 15, 1), (9, 10, 1), (16, 20, 1), (20, 15, 0), (0, 9, 1)],
)
def test_days_on_which_the_shop_was_shut_are_no_absence(since, today, away):
    assert House(open_days=(10, 11, 13, 14, 15)).open_since(since, today) == away


KEYS = st.sampled_from(
    ["v0", "v1", "v3", "i0Latte", "i0LATTE", "i1Tea", "first", "again", "gaps", "gapsum", "g2:5", "g12:-3"]
)
SUMS = st.dictionaries(KEYS, st.integers(0, 500))


@given(SUMS, st.randoms(use_true_random=False))
def test_figures_do_not_depend_on_the_order_of_the_sums(sums, rng):
    turned = list(sums.items())
    rng.shuffle(turned)
    assert read(dict(turned)) == read(sums)


@given(SUMS)
def test_figures_hold_together(sums):
    found = read(sums | {"i0Gone": 0})
    assert "gone" not in found.labels
    for part in range(4):
        popularity = found.popularity[part]
        assert all(share >= 0 for share, _ in popularity.values())
        assert list(found.popular[part]) == sorted(found.popular[part], key=lambda name: (-popularity[name][0], name))
    assert SHRINK_MIN <= found.shrink <= SHRINK_MAX
    assert all(0 < limit < math.inf for limit in found.limits)
    assert house.read(sums) == found
