"""Pace decides, not the count: who is a regular, who is becoming one, who is overdue by their own rhythm."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import rhythm
from loyalty.core.rhythm import GAPS_MAX, HALF_LIFE, LATE, Pace, becoming, heat, overdue, regular, typical_gap, visit

HOUSE = math.log(rhythm.HOUSE_GAP)


def pace(*days: int) -> Pace:
    known = Pace()
    for day in days:
        visit(known, day, {})
    return known


def standing(known: Pace, day: int) -> str:
    if regular(known, day):
        return "regular"
    return "becoming" if becoming(known, day) else "known"


STANDING = [
    # visit days, the day on which it is asked, standing
    ("nobody", (), 100, "known"),
    ("two visits, however close", (100, 101), 101, "known"),
    ("a third within two weeks", (100, 106, 113), 113, "becoming"),
    ("a third after two weeks", (100, 107, 114), 114, "known"),
    ("a fourth, weekly", (100, 107, 114, 121), 121, "becoming"),
    ("a sixth, weekly", tuple(range(100, 136, 7)), 135, "becoming"),
    ("a seventh, weekly", tuple(range(100, 143, 7)), 142, "regular"),
    ("four days running", (100, 101, 102, 103), 103, "becoming"),
    ("five days running", (100, 101, 102, 103, 104), 104, "regular"),
    ("eight visits in four months", tuple(range(100, 220, 17)), 219, "known"),
    ("once a month for years", tuple(range(100, 1300, 30)), 1299, "known"),
    ("a sprint that is long over", (100, 101, 102), 114, "known"),
    ("a sprint of two weeks ago, to the day", (100, 101, 102), 113, "becoming"),
    ("a regular for as long as the pace stays above the lower mark", (100, 101, 102, 103, 104), 141, "regular"),
    ("and no longer", (100, 101, 102, 103, 104), 142, "known"),
    ("one visit in time keeps a regular one", (100, 101, 102, 103, 104, 141), 150, "regular"),
    ("one visit too late makes nobody a regular again", (100, 101, 102, 103, 104, 142), 142, "known"),
]


@pytest.mark.parametrize(
    ("days", "asked", "expected"), [case[1:] for case in STANDING], ids=[case[0] for case in STANDING]
)
def test_pace_decides_who_is_a_regular(days, asked, expected):
    assert standing(pace(*days), asked) == expected


def test_several_visits_on_a_day_are_one_day():
    assert pace(100, 100, 100, 101, 101) == pace(100, 101)
    assert pace(100, 101, 100) == pace(100, 101)


def test_the_pace_halves_in_thirty_days():
    known = pace(100)
    assert [heat(known, 100 + days) for days in (0, 30, 60)] == [1.0, 0.5, 0.25]
    assert heat(Pace(), 100) == 0.0


DAYS = st.lists(st.integers(0, 60), min_size=1, max_size=40).map(
    lambda gaps: [sum(gaps[: n + 1]) for n in range(len(gaps))]
)


@given(DAYS, st.integers(0, 400))
def test_the_pace_is_the_decayed_count_of_visit_days(days, later):
    known, distinct = pace(*days), sorted(set(days))
    expected = sum(0.5 ** ((days[-1] - day) / HALF_LIFE) for day in distinct)
    assert heat(known, days[-1]) == pytest.approx(expected)
    assert (known.days, known.gaps, known.day) == (len(distinct), len(distinct) - 1, distinct[-1])
    assert known.log_gaps == pytest.approx(sum(math.log(b - a) for a, b in pairwise(distinct)))
    for asked in (days[-1], days[-1] + later):
        assert not (regular(known, asked) and becoming(known, asked))
        if known.days < 3:
            assert standing(known, asked) == "known"
        if heat(known, asked) >= rhythm.REGULAR and known.days >= 3:
            assert asked > days[-1] or regular(known, asked)


# -- overdue ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("gaps", "limit"), [(2, 0), (4, 0), (5, 1), (9, 1), (10, 2), (400, 2)])
def test_the_limit_goes_by_the_number_of_known_gaps(gaps, limit):
    assert rhythm.class_of(gaps) == limit


@pytest.mark.parametrize(
    ("days", "typical"),
    [
        ((0,), 10.0),  # the house's
        ((0, 7), 7 ** (1 / 3) * 10 ** (2 / 3)),
        ((0, 7, 14), 70**0.5),
        ((0, 1, 101), 10.0),
        (tuple(range(0, 700, 7)), pytest.approx(7, rel=0.01)),
    ],
)
def test_the_typical_gap_is_a_geometric_mean_shrunk_towards_the_house(days, typical):
    assert typical_gap(pace(*days), HOUSE) == pytest.approx(typical)


WEEKLY, DAILY = pace(*range(0, 84, 7)), pace(*range(12))


@pytest.mark.parametrize(
    ("known", "away", "late"),
    [
        (pace(0, 1), 1_000, False),  # a second visit shows no rhythm yet
        (pace(0, 7, 14), 50, False),  # 6 × 8.37
        (pace(0, 7, 14), 51, True),
        (pace(*range(0, 49, 7)), 34, False),  # 4.5 × 7.65
        (pace(*range(0, 49, 7)), 35, True),
        (WEEKLY, 24, False),  # 3.3 × 7.4
        (WEEKLY, 25, True),
        (DAILY, 4, False),
        (DAILY, 5, True),
        (DAILY, 0, False),
        (DAILY, -1, False),  # seen from a day before
    ],
)
def test_overdue_is_longer_away_than_ones_own_rhythm_allows(known, away, late):
    assert overdue(known, away, HOUSE, LATE) is late


# -- what goes to the house -------------------------------------------------------------------------------------------
def given_by(*days: int) -> dict[str, int]:
    known = pace(*days[:-1])
    gave: dict[str, int] = {}
    visit(known, days[-1], gave)
    return gave


@pytest.mark.parametrize(
    ("days", "gave"),
    [
        ((5,), {}),
        ((5, 5), {}),
        ((5, 6), {"gaps": 1, "gapsum": 0}),
        ((0, 1, 8), {"gaps": 1, "gapsum": 19}),
        ((0, 7, 14, 21), {"gaps": 1, "gapsum": 19, "g2:9": 1}),  # 1.946 − 3.892 / 4
        ((0, 40, 80, 81), {"gaps": 1, "gapsum": 0, "g2:-19": 1}),
    ],
)
def test_gaps_are_given_as_whole_numbers_of_ones_own(days, gave):
    assert given_by(*days) == gave


def test_numbers_of_known_gaps_beyond_the_limit_are_told_together():
    assert [key for key in given_by(*range(200)) if ":" in key] == [f"g{GAPS_MAX}:0"]
