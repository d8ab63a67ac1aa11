"""*Forget my usual*: the visits stay, what they say of the habit goes, and everything folds again to the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core.days import moment
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY
from loyalty.core.merging import Rehome
from tests import make
from tests.core.cafe import Cafe, ident
from tests.core.test_apart import TEA, TODAY, cafe, here, order, said
from tests.core.test_pausing import same_in_any_order


def forget(found: Cafe, clock: str = "08:00", day: int = TODAY) -> None:
    """As the store does: a note on all that was theirs, and folded anew."""
    name = make.AMINA.name
    found.people[name] = replace(found.people[name], forgot=moment(make.at(clock, day)))
    found.sales |= {id: replace(sale, forgotten=name) for id, sale in found.sales.items() if sale.person == name}
    found.tell(Rehome((name,), anew=(name,)), now=make.at(clock, day))


@pytest.mark.parametrize("days", [1, 3, 20, 64, 70])
def test_the_visits_stay_and_the_habit_goes(days):
    plain, found = cafe(days), cafe(days)
    forget(found)
    before, after = plain.memory(make.AMINA), found.memory(make.AMINA)
    assert (after.visits, after.days, after.pace, after.key) == (before.visits, before.days, before.pace, before.key)
    assert (after.habits, after.skus, after.last) == ({}, {}, ())
    assert found.points(make.AMINA) == plain.points(make.AMINA)
    assert found.differences() == []


def test_they_are_greeted_and_nothing_is_offered_until_it_is_learned_again():
    found = cafe()
    assert said(here(found, "07:50")) == "say.greet.usual"
    forget(found)
    assert said(here(found, "08:30")) == "say.greet"
    for n in range(4):
        answer = here(found, "08:05", TODAY + 1 + n)
        assert answer.reading is not None
        assert answer.reading.foresight.say is (n >= 3), "as sure as of somebody new"
        assert "latte" not in {item.key for item in answer.reading.foresight.items[:1]} or n == 0
        found.tell(make.sale(TEA, id=f"new-{n}", at=make.at("08:12", TODAY + 1 + n)))
    assert found.differences() == []


def test_what_comes_late_was_forgotten_too_and_what_changes_stays_so():
    found = cafe()
    bought = order(clock="07:30", id="before")
    found.tell(bought)
    forget(found)
    found.tell(order(clock="07:50", id="late"))
    found.tell(replace(bought, revision=2, at=make.at("10:30", TODAY)))
    assert found.sales[ident(order(id="late"))].forgotten is not None
    assert found.sales[ident(bought)].forgotten is not None
    found.tell(order(clock="12:12", id="after"))
    assert found.sales[ident(order(id="after"))].forgotten is None
    assert list(found.memory(make.AMINA).habits) == ["tea"]
    assert found.differences() == []


def test_a_sale_that_is_somebody_elses_is_not_forgotten():
    found = cafe()
    found.enrol(make.BEN)
    sale = order(clock="07:30")
    found.tell(sale)
    forget(found)
    mine = make.AMINA.name
    for whose, forgotten in ((NOBODY, None), (make.BEN.name, None), (make.AMINA.name, mine), (None, mine)):
        found.tell(Reattribute(ident(sale), whose))
        assert found.sales[ident(sale)].forgotten == forgotten, whose
        assert found.differences() == []


def test_merged_and_parted_everybody_keeps_what_was_forgotten():
    found = cafe()
    found.enrol(make.BEN)
    found.visits(*make.habit((f"ben-{n}" for n in range(5)), days=range(5), clock="15:00", who=make.BEN))
    before = found.memory(make.BEN)
    forget(found)
    mine = found.memory(make.AMINA)
    found.merge(make.AMINA, make.BEN)
    assert list(found.memory(make.AMINA).habits) == ["latte"], "Ben's are still learned from"
    found.part(make.AMINA, make.BEN)
    assert (found.memory(make.AMINA), found.memory(make.BEN)) == (mine, before)
    assert found.differences() == []


def test_forgotten_by_who_was_taken_for_the_same_person_it_comes_back_once_they_are_two():
    found = cafe()
    found.enrol(make.BEN)
    found.visits(*make.habit((f"ben-{n}" for n in range(5)), days=range(5), clock="15:00", who=make.BEN))
    before = [found.memory(one) for one in (make.AMINA, make.BEN)]
    found.merge(make.AMINA, make.BEN)
    found.people[make.BEN.name] = replace(found.people[make.BEN.name], forgot=found.now)
    found.sales |= {id: replace(sale, forgotten=make.BEN.name) for id, sale in found.sales.items()}
    found.tell(Rehome((make.AMINA.name,), anew=(make.AMINA.name,)))
    assert found.memory(make.AMINA).habits == {}
    found.part(make.AMINA, make.BEN)
    assert found.memory(make.AMINA) == before[0]
    assert (found.memory(make.BEN).visits, found.memory(make.BEN).habits) == (before[1].visits, {})
    assert found.differences() == []


@given(st.permutations(range(6)))
def test_in_whatever_order_they_are_told_the_memory_is_the_same(order_of):
    """Forgotten is what was bought until the second of three days, between its two sales."""
    same_in_any_order(order_of, lambda found: forget(found, "10:00", TODAY + 1))
