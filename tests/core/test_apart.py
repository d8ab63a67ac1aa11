"""*Not my usual today*: one order is free, the habit stays as it was, and everything can be folded again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import memory
from loyalty.core.days import moment
from loyalty.core.decide import Answer, Reattribute
from loyalty.core.facts import NOBODY, Msg
from loyalty.core.usual import foresee
from loyalty.wire import Transaction
from tests import make
from tests.core.cafe import Cafe, ident

TODAY = 20
NOW = make.at("08:00", TODAY)
TEA = make.line("Tea")


def cafe(days: int = TODAY) -> Cafe:
    """Amina has had a latte every morning until yesterday."""
    found = Cafe()
    found.enrol(make.AMINA)
    found.visits(*make.habit(make.ids(), days=range(TODAY - days, TODAY)))
    return found


def say_other(found: Cafe, clock: str = "08:00", day: int = TODAY) -> None:
    person = found.people[make.AMINA.name]
    found.people[make.AMINA.name] = replace(person, other=moment(make.at(clock, day)))


def here(found: Cafe, clock: str, day: int = TODAY) -> Answer:
    return found.say(make.presence(), now=make.at(clock, day))


def order(clock: str = "08:12", day: int = TODAY, id: str = "other", **fields: object) -> Transaction:
    return make.sale(TEA, id=id, at=make.at(clock, day), **fields)  # type: ignore[arg-type]


def said(answer: Answer) -> str:
    assert answer.cue is not None
    return answer.cue.say.key


def test_nothing_is_offered_before_the_next_order_and_the_reason_is_told():
    found = cafe()
    assert said(here(found, "07:59")) == "say.greet.usual"
    say_other(found)
    answer = here(found, "08:05")
    assert said(answer) == "say.greet"
    assert answer.reading is not None
    assert not answer.reading.foresight.say
    assert answer.cue is not None
    assert Msg("why.not-today") in answer.cue.nearly
    assert [item.drink.name for item in answer.reading.foresight.items][:1] == ["Latte"], "it is known all the same"


def test_an_open_order_that_is_free_offers_nothing_either():
    found = cafe()
    say_other(found)
    assert said(found.say(order(state="open"), now=make.at("08:12", TODAY))) == "say.greet"


@pytest.mark.parametrize("days", [3, 5, 20, 64, 70])
def test_the_habit_is_not_touched(days):
    plain, other = cafe(days), cafe(days)
    say_other(other)
    other.tell(order())
    before, after = plain.memory(make.AMINA), other.memory(make.AMINA)
    assert {name: memory.mask_of(after, habit) for name, habit in after.habits.items()} == {
        name: memory.mask_of(before, habit) for name, habit in before.habits.items()
    }
    assert (after.parts, after.skus, after.last) == (before.parts, before.skus, before.last)
    house = plain.house(make.SHOP, after.day + 1)
    seen, guess = (foresee(known, house, after.day + 1, 0) for known in (before, after))
    assert guess.because == seen.because
    assert guess.say == seen.say
    assert guess.items[0].key == seen.items[0].key == "latte"


def test_it_counts_as_a_visit_and_earns():
    found = cafe()
    say_other(found)
    points, visits = found.points(make.AMINA), found.memory(make.AMINA).visits
    found.tell(order())
    assert (found.points(make.AMINA), found.memory(make.AMINA).visits) == (points + 1, visits + 1)
    assert found.memory(make.AMINA).days.since(0)[0] == visits + 1
    assert found.differences() == []


def test_only_the_next_order_is_free():
    found = cafe()
    say_other(found)
    found.tell(order())
    assert said(here(found, "12:00")) != "say.greet"
    found.tell(order("12:30", id="second"))
    assert found.sales[ident(order(id="second"))].freed is None
    assert "tea" in found.memory(make.AMINA).habits


def test_the_rest_of_that_visit_is_kept_apart_too():
    found = cafe()
    say_other(found)
    found.tell(order(), order("08:20", id="cake"))
    assert "tea" not in found.memory(make.AMINA).habits
    assert found.differences() == []


def test_it_holds_for_that_business_day_only():
    found = cafe()
    say_other(found, "08:00", TODAY)
    assert said(here(found, "08:05", TODAY + 1)) == "say.greet.usual"
    found.tell(order(day=TODAY + 1))
    assert found.sales[ident(order())].freed is None


def test_an_order_from_before_they_said_so_is_not_the_one():
    found = cafe()
    say_other(found, "09:00")
    found.tell(order("08:12"))
    assert found.sales[ident(order())].freed is None
    assert found.people[make.AMINA.name].other is not None


def test_revisions_and_repeats_of_the_free_order_stay_free():
    found = cafe()
    say_other(found)
    opened = order(state="open")
    paid = make.paid_of(opened)
    found.tell(opened)
    found.tell(opened, paid)
    found.tell(paid)
    assert found.sales[ident(paid)].freed == make.AMINA.name
    assert "tea" not in found.memory(make.AMINA).habits


def test_an_order_that_is_called_off_or_was_somebody_elses_frees_the_next_one_instead():
    for taken_back in (make.void_of(order()), Reattribute(ident(order()), NOBODY)):
        found = cafe()
        say_other(found)
        found.tell(order())
        found.tell(taken_back)
        assert said(here(found, "08:40")) == "say.greet"
        found.tell(order("08:45", id="second"))
        assert found.sales[ident(order(id="second"))].freed == make.AMINA.name
        assert "tea" not in found.memory(make.AMINA).habits
        assert found.differences() == []


def test_taking_that_back_makes_it_the_free_one_again():
    found = cafe()
    say_other(found)
    found.tell(order())
    found.tell(Reattribute(ident(order()), NOBODY), Reattribute(ident(order())))
    assert found.sales[ident(order())].freed == make.AMINA.name
    assert found.people[make.AMINA.name].other is None


@given(late=st.lists(st.integers(0, TODAY + 3), max_size=4), at=st.integers(0, TODAY + 3), voids=st.booleans())
def test_whatever_comes_late_the_memory_is_the_fold(late, at, voids):
    """Also across checkpoints, and with the free order in the middle of it."""
    found = cafe(70)
    say_other(found, "08:00", at)
    found.tell(order(day=at))
    for number, day in enumerate(late):
        found.tell(order("10:00", day, id=f"late-{number}"))
    if voids:
        found.tell(make.void_of(order(day=at)))
    assert found.differences() == []
