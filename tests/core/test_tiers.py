"""Tiers are read at a time: windows to the day, whatever was forgotten since."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.held import NOTHING
from loyalty.core.standing import standing
from loyalty.core.tiers import DAYS_MAX, Days
from loyalty.wire import TierRef
from loyalty.wire_program import TierRule


def days(*added: tuple[int, int, int]) -> Days:
    known = Days()
    for each in added:
        known.add(*each)
    return known


def rule(id: str, at_least: int, *, measure: str = "visits", window: int = 30) -> TierRule:
    return TierRule(id=id, name=id.title(), measure=measure, at_least=at_least, window_days=window)  # type: ignore[arg-type]


REGULAR, GOLD = rule("regular", 3), rule("gold", 5)
BIG = rule("big", 10_000, measure="spend", window=365)
THREE = days((100, 1, 400), (110, 1, 400), (120, 1, 400))
FIVE = days((100, 2, 400), (100, 1, 9_000), (110, 1, 100), (120, 1, 600))

TIERS = [
    ("nobody", Days(), (REGULAR,), 120, None),
    ("no rules", FIVE, (), 120, None),
    ("not enough", days((119, 1, 0), (120, 1, 0)), (REGULAR,), 120, None),
    ("just enough", THREE, (REGULAR,), 120, "regular"),
    ("the highest that is reached", FIVE, (REGULAR, GOLD), 120, "gold"),
    ("the last day of the window", THREE, (REGULAR,), 129, "regular"),
    ("the day after", THREE, (REGULAR,), 130, None),
    ("a window of one day", days((120, 3, 0)), (rule("regular", 3, window=1),), 120, "regular"),
    ("a window of one day, a day later", days((120, 3, 0)), (rule("regular", 3, window=1),), 121, None),
    ("by spend", FIVE, (REGULAR, BIG), 120, "big"),
    ("a minor unit short", days((100, 1, 9_999)), (BIG,), 120, None),
    ("to the minor unit", days((100, 1, 9_999), (101, 0, 1)), (BIG,), 120, "big"),
    ("the lower one when the higher one ends", FIVE, (rule("regular", 1, window=60), GOLD), 130, "regular"),
    ("the longest window", days((100, 3, 0)), (rule("regular", 3, window=730),), 829, "regular"),
    ("beyond the longest window", days((100, 3, 0)), (rule("regular", 3, window=730),), 830, None),
    ("for everybody", Days(), (rule("all", 0),), 120, "all"),
]


@pytest.mark.parametrize(
    ("known", "rules", "today", "expected"), [case[1:] for case in TIERS], ids=[case[0] for case in TIERS]
)
def test_a_tier_is_the_answer_to_a_question_about_the_last_days(known, rules, today, expected):
    found = standing(NOTHING, known, rules, today).tier
    assert found == (None if expected is None else TierRef(id=expected, name=expected.title()))


ADDED = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 1, 7, 30, 200, 739, 740, 741, 900]), st.integers(0, 3), st.integers(0, 10**6)),
    max_size=40,
).map(
    lambda told: [
        (500 + day, visits, spend)
        for day, (_, visits, spend) in zip(accumulate(gap for gap, _, _ in told), told, strict=True)
    ]
)


@given(ADDED, st.integers(0, 60), st.integers(1, 730))
def test_a_window_holds_exactly_its_days_whatever_was_forgotten(added, later, window):
    known = days(*added)
    today = (added[-1][0] if added else 500) + later
    inside = [(visits, spend) for day, visits, spend in added if today - window < day <= today]
    assert known.since(today - window + 1) == (sum(n for n, _ in inside), sum(spend for _, spend in inside))


@given(ADDED)
def test_days_older_than_any_window_are_forgotten_but_for_one(added):
    known = days(*added)
    kept = memoryview(known.day).cast("i").tolist()
    assert len(kept) * 8 == len(known.visits) == len(known.spend) == len(known.day) * 2
    assert kept == sorted(set(kept))
    assert sum(day < kept[-1] - DAYS_MAX for day in kept) <= 1 if kept else not added
    assert known.last == (added[-1][0] if added else 0)


def test_a_row_is_bounded_after_years_of_daily_visits():
    known = days(*((day, 1, 380) for day in range(20 * 365)))
    assert len(known.day) // 4 == DAYS_MAX + 2
    assert known.since(20 * 365 - 730) == (730, 730 * 380)
