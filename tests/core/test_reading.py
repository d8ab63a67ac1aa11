"""A customer read at a moment, before the visit of that moment is counted."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from loyalty.core import reading
from loyalty.core.days import DAY, MINUTE, SECOND, Calendar
from loyalty.core.facts import Drink, Key
from loyalty.core.house import House
from loyalty.core.memory import Memory, dump, load, pass_by, take
from loyalty.core.reading import Reading
from loyalty.wire import TierRef
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program, Reward, TierRule
from tests import make

EIGHT = 1_759_640_400 * SECOND
CALENDAR = Calendar(make.ZONE)
CHEAP, DEAR = (Reward(id=name, name=name, points=points) for name, points in (("Coffee", 10), ("Breakfast", 30)))
PROGRAM = Program(
    earn=(EarnVisit(points=1), EarnVisit(points=2), EarnSpend(points=1, per=100), EarnItem(match=Match(), points=5)),
    rewards=(DEAR, CHEAP),
    tiers=(TierRule(id="gold", name="Gold", measure="visits", at_least=5, window_days=30),),
)
TODAY = CALENDAR.read(EIGHT)[0]


def visited(*days: int) -> Memory:
    """At eight on each of these days, counted from the Sunday of the tests."""
    known = Memory()
    for day in days:
        at = EIGHT + day * DAY
        take(known, Key(at, "test", str(at), "shop"), *CALENDAR.read(at), (Drink("Latte"),), 380)
    return known


def read(known: Memory, day: int, *, minutes: int = 0, points: int = 0, house: House | None = None) -> Reading:
    open_days = tuple(range(TODAY - 400, TODAY + 400))
    shop = House(open_days=open_days) if house is None else house
    return reading.read(known, shop, PROGRAM, CALENDAR, points, EIGHT + day * DAY + minutes * MINUTE)


def test_a_first_visit():
    found = read(Memory(), 0)
    assert found.visit.first
    assert (found.visits, found.regular, found.becoming, found.overdue, found.tier) == (0, False, False, False, None)
    assert (found.visit.say_usual, found.visit.p) == (False, 0.0)


def test_who_is_not_remembered_is_not_new_either():
    known = Memory()
    pass_by(known, Key(EIGHT, "test", "1", "shop"))
    found = read(known, 3)
    assert (found.visit.first, found.visits) == (False, 0)


TURNS = [
    # visit days, today, regular, becoming, this visit makes a regular, makes one becoming
    ("a second visit", (0,), 1, False, False, False, False),
    ("a third within two weeks", (0, 1), 2, False, False, False, True),
    ("a fourth", (0, 1, 2), 3, False, True, False, False),
    ("a fifth running", (0, 1, 2, 3), 4, False, True, True, False),
    ("again on that day", (0, 1, 2, 3, 4), 4, True, False, False, False),
    ("a sixth", (0, 1, 2, 3, 4), 5, True, False, False, False),
    ("a regular who was away too long to be one still", (0, 1, 2, 3, 4), 60, False, False, False, False),
]


@pytest.mark.parametrize(
    ("days", "today", "regular", "becoming", "turns_regular", "turns_becoming"),
    [case[1:] for case in TURNS],
    ids=[case[0] for case in TURNS],
)
def test_what_this_visit_makes_of_them(days, today, regular, becoming, turns_regular, turns_becoming):
    found = read(visited(*days), today, minutes=600)
    assert (found.regular, found.becoming) == (regular, becoming)
    assert (found.visit.turns_regular, found.visit.turns_becoming) == (turns_regular, turns_becoming)


def test_reading_changes_nothing():
    known = visited(0, 1, 2, 3)
    before = dump(known)
    read(known, 4)
    assert dump(known) == before
    assert load(before) == known


def test_within_a_visit_that_is_counted_nothing_more_is_promised():
    known = visited(*range(9))
    later, tomorrow = read(known, 8, minutes=18), read(known, 9)
    assert (later.visits, later.visit.visits, later.visit.earns) == (9, 8, 0)
    assert (tomorrow.visits, tomorrow.visit.visits, tomorrow.visit.earns) == (9, 9, 3)


@pytest.mark.parametrize(("days_later", "late"), [(4, False), (5, True), (10, True)])
def test_overdue_by_their_own_rhythm(days_later, late):
    assert read(visited(*range(12)), 11 + days_later).overdue is late


def test_days_on_which_the_shop_was_shut_make_nobody_overdue():
    shut = House(open_days=tuple(range(TODAY - 100, TODAY + 12)))
    assert read(visited(*range(12)), 40, house=shut).overdue is False


@pytest.mark.parametrize(
    ("points", "reward"), [(-5, CHEAP), (0, CHEAP), (9, CHEAP), (10, CHEAP), (29, CHEAP), (30, DEAR), (99, DEAR)]
)
def test_the_reward_in_sight_is_the_dearest_reached_else_the_cheapest_to_come(points, reward):
    found = read(visited(0), 1, points=points)
    assert (found.points, found.visit.points) == (points, points)
    assert found.reward == reward
    assert (found.visit.reward, found.visit.reward_name) == (reward.points, reward.name)


def test_without_rewards_none_is_in_sight():
    found = reading.read(Memory(), House(), replace(PROGRAM, rewards=()), CALENDAR, 50, EIGHT)
    assert (found.reward, found.visit.reward, found.visit.reward_name) == (None, None, "")


def test_a_tier_is_read_as_of_the_day():
    known = visited(0, 1, 2, 3, 4)
    assert read(known, 29).tier == TierRef(id="gold", name="Gold")
    assert read(known, 30).tier is None


def test_the_usual_is_that_of_the_part_of_the_day():
    found = read(visited(*range(6)), 6)
    assert found.visit.say_usual is found.foresight.say is True
    assert found.visit.p == found.foresight.items[0].p
    assert found.visit.because == found.foresight.because
    assert found.visit.because.key == "why.share.morning"
    assert read(visited(*range(6)), 6, minutes=600).visit.because.key == "why.share"
