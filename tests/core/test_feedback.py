"""Who is asked how a visit was, and who is left in peace. Days count from the first visit."""

from __future__ import annotations

from itertools import pairwise

import pytest

from loyalty.core.days import DAY, HOUR, MINUTE
from loyalty.core.feedback import (
    ABOUT,
    AWAY,
    EVERY_DAYS,
    EVERY_VISITS,
    REST,
    STANDS,
    Asked,
    ends_of,
    is_due,
    may_be_asked,
    still_stands,
)

BEGAN = 1_000 * DAY


def daily(visits: int, first: int = BEGAN) -> list[int]:
    """A visit every day; the newest first."""
    return [first + day * DAY for day in range(visits)][::-1]


def later(ends: list[int], after: int = HOUR) -> int:
    return ends[0] + after


def due(ends: list[int], asked: tuple[Asked, ...] = (), after: int = HOUR) -> bool:
    return is_due(ends, ends[0], asked, later(ends, after))


def test_sales_less_than_half_an_hour_apart_are_one_visit_that_ends_with_the_last():
    noon = BEGAN
    paid = [noon, noon + 20 * MINUTE, noon + 45 * MINUTE, noon + 75 * MINUTE]
    assert ends_of(paid) == [noon + 75 * MINUTE, noon + 45 * MINUTE]
    assert ends_of(reversed(paid)) == ends_of(paid)
    assert ends_of([]) == []


def test_the_tenth_visit_is_the_first_that_is_asked_about():
    assert [n for n in range(1, EVERY_VISITS + 2) if due(daily(n))] == [EVERY_VISITS, EVERY_VISITS + 1]
    assert not is_due([], 0, (), BEGAN)


@pytest.mark.parametrize(
    ("after", "expected"), [(0, False), (AWAY - 1, False), (AWAY, True), (ABOUT, True), (ABOUT + 1, False)]
)
def test_never_at_payment_and_never_when_it_is_long_ago(after, expected):
    assert due(daily(10), after=after) is expected


def test_not_while_they_stand_at_a_counter_again():
    ends = daily(10)
    now = later(ends, 5 * HOUR)
    assert not is_due(ends, now - AWAY + 1, (), now)
    assert is_due(ends, now - AWAY, (), now)


def test_one_visit_in_ten_and_three_weeks_between_two_questions():
    ends = daily(40)
    last = ends[30]  # the tenth

    def asked(at: int) -> tuple[Asked, ...]:
        return (Asked(at, at + HOUR, True),)

    assert due(ends, asked(last))
    assert not due(ends[-15:], asked(last)), "five since"
    assert not due(ends[-21:], asked(last)), "eleven, within eleven days"
    weekly = [BEGAN + 7 * DAY * n for n in range(20)][::-1]
    assert not due(weekly, asked(weekly[9])), "nine since, and as many weeks"
    assert due(weekly, asked(weekly[10]))


def test_over_years_no_more_than_one_visit_in_ten_is_asked_about():
    asked: list[Asked] = []
    for day in range(1, 2_000):
        ends = daily(day)[:100]
        if is_due(ends, ends[0], asked, later(ends)):
            asked.insert(0, Asked(ends[0], later(ends), True))
        assert len(asked) * EVERY_VISITS <= day
    gaps = {newer.at - older.at for newer, older in pairwise(asked)}
    assert gaps == {EVERY_DAYS}


def test_two_in_a_row_that_were_not_answered_are_followed_by_half_a_year_of_peace():
    ends = daily(400)

    def since(days: int, *answered: bool) -> tuple[Asked, ...]:
        newest = ends[days]
        return tuple(
            Asked(newest - n * EVERY_DAYS, newest - n * EVERY_DAYS + HOUR, one) for n, one in enumerate(answered)
        )

    assert due(ends, since(30, False))
    assert due(ends, since(30, False, True))
    assert due(ends, since(30, True, False, False))
    assert not due(ends, since(30, False, False))
    assert not due(ends, since(REST // DAY - 1, False, False, True))
    assert due(ends, since(REST // DAY, False, False))


@pytest.mark.parametrize("greeting", ["full", "name", "points"])
def test_whoever_agreed_to_be_remembered_and_is_not_left_alone_may_be_asked(greeting):
    assert may_be_asked(greeting, remember=True)
    assert not may_be_asked(greeting, remember=False)
    assert not may_be_asked("none", remember=True)


def test_a_question_stands_for_a_day_and_steps_aside_at_the_counter():
    one = Asked(BEGAN, BEGAN + HOUR, False)
    assert still_stands(one, BEGAN, one.at + STANDS - 1)
    assert not still_stands(one, BEGAN, one.at + STANDS)
    assert not still_stands(one, one.at + 3 * HOUR, one.at + 3 * HOUR + AWAY - 1)
