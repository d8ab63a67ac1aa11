"""A pause: what is bought in it earns, teaches nothing, and everything can be folded again to the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core.cues import greeting_of
from loyalty.core.days import moment
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, Person
from loyalty.core.pausing import paused_at
from tests import make
from tests.core.cafe import Cafe, ident
from tests.core.test_apart import TODAY, cafe, here, order, said


def pause(found: Cafe, clock: str = "08:00", day: int = TODAY) -> None:
    person = found.people[make.AMINA.name]
    found.people[make.AMINA.name] = replace(person, paused=moment(make.at(clock, day)))


def resume(found: Cafe, clock: str, day: int = TODAY) -> None:
    person = found.people[make.AMINA.name]
    assert person.paused is not None
    over = (person.paused, moment(make.at(clock, day)))
    found.people[make.AMINA.name] = replace(person, paused=None, rested=over)


@pytest.mark.parametrize("greeting", ["full", "name", "points", "none"])
def test_whoever_pauses_is_left_alone_however_they_chose_to_be_greeted(greeting):
    person = Person("amina", greeting, True, True)
    assert greeting_of(person) == greeting
    assert greeting_of(replace(person, paused=1)) == "none"
    assert greeting_of(replace(person, rested=(1, 2))) == greeting


def test_a_pause_holds_from_when_it_was_said_and_the_last_one_is_known_afterwards():
    hour = moment(make.at("01:00")) - moment(make.at("00:00"))
    paused, rested = Person("amina", "full", True, True, paused=9 * hour), Person("amina", "full", True, True)
    rested = replace(rested, rested=(9 * hour, 11 * hour))
    assert [paused_at(paused, at * hour) for at in (8, 9, 12)] == [False, True, True]
    assert [paused_at(rested, at * hour) for at in (8, 9, 11, 12)] == [False, True, False, False]
    assert not paused_at(Person("amina", "full", True, True), 9 * hour)


@pytest.mark.parametrize("days", [3, 20, 63, 64, 65])
def test_it_earns_and_leaves_the_memory_as_it_was_but_for_when_it_was(days):
    plain, quiet = cafe(days), cafe(days)
    pause(quiet)
    for number in range(3):
        quiet.tell(order(clock=f"{8 + number:02}:12", id=f"quiet-{number}"))
    before, after = plain.memory(make.AMINA), quiet.memory(make.AMINA)
    assert quiet.points(make.AMINA) == plain.points(make.AMINA) + 3
    assert (after.visits, after.habits, after.parts, after.last) == (
        before.visits,
        before.habits,
        before.parts,
        before.last,
    )
    assert quiet.differences() == []


def test_after_it_they_are_known_as_before_and_what_was_bought_meanwhile_is_not():
    found = cafe()
    pause(found)
    assert said(here(found, "08:05")) == "say.tick"
    found.tell(order())
    resume(found, "08:20")
    found.tell(make.sale(id="at once", at=make.at("08:25", TODAY)))
    assert found.memory(make.AMINA).visits == TODAY, "it belongs to the visit that began in the pause"
    found.tell(make.sale(id="later", at=make.at("12:00", TODAY)))
    assert found.memory(make.AMINA).visits == TODAY + 1
    assert "tea" not in found.memory(make.AMINA).habits
    assert found.differences() == []


def test_what_comes_late_or_changes_is_still_of_the_pause():
    found = cafe()
    pause(found)
    first = order(id="first")
    found.tell(first)
    resume(found, "09:00")
    found.tell(order(clock="08:30", id="late"))
    found.tell(replace(first, revision=2, at=make.at("10:30", TODAY)))
    assert found.sales[ident(order(id="late"))].unlearned
    assert found.sales[ident(first)].unlearned
    assert found.differences() == []


def test_a_sale_that_is_nobodys_or_somebody_elses_is_not_of_the_pause():
    found = cafe()
    found.enrol(make.BEN)
    pause(found)
    sale = order()
    found.tell(sale)
    for whose, unlearned in ((NOBODY, False), (make.BEN.name, False), (make.AMINA.name, True), (None, True)):
        found.tell(Reattribute(ident(sale), whose))
        assert found.sales[ident(sale)].unlearned is unlearned, whose
        assert found.differences() == []


@given(st.permutations(range(6)))
def test_in_whatever_order_they_are_told_the_memory_is_the_same(order_of):
    """The second of three days is in a pause that is over."""

    def rest(found: Cafe) -> None:
        pause(found, "00:00", TODAY + 1)
        resume(found, "00:00", TODAY + 2)

    same_in_any_order(order_of, rest)


def same_in_any_order(order_of: Sequence[int], wish: Callable[[Cafe], None]) -> None:
    """Three days with two sales each, after what their customer wished for, told as they were and in another order."""
    sales = [
        order(clock=clock, day=TODAY + day, id=f"{day}-{clock}") for day in range(3) for clock in ("08:12", "12:12")
    ]
    straight, mixed = cafe(3), cafe(3)
    for found in (straight, mixed):
        wish(found)
    for sale in sales:
        straight.tell(sale)
    for place in order_of:
        mixed.tell(sales[place])
    assert mixed.memory(make.AMINA) == straight.memory(make.AMINA)
    assert mixed.differences() == []
