"""Proof: whatever is stored and does not follow from what was recorded is told, in words that say where."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from loyalty.core import memory
from loyalty.core.facts import NOBODY, Key, State, Taken
from loyalty.core.memory import CHECKPOINT_EVERY, Memory
from loyalty.wire import Transaction
from tests import make
from tests.core.cafe import Cafe, ident

AMINA = make.AMINA
FIRST, SECOND = (make.sale(id=str(day), at=make.at("08:12", day)) for day in (1, 2))
VOIDED = make.sale(id="3", at=make.at("08:12", 3), state="voided")


def cafe() -> Cafe:
    made = Cafe()
    made.enrol(AMINA)
    made.visits(FIRST, SECOND, VOIDED)
    return made


def told(made: Cafe) -> str:
    return "\n".join(each for each in made.differences() if each.startswith("customer"))


def stored(made: Cafe, **changed: object) -> Cafe:
    made.states["Amina"] = replace(made.states["Amina"], **changed)
    return made


def kept(made: Cafe, sale: Transaction, **changed: object) -> Cafe:
    made.sales[ident(sale)] = replace(made.sales[ident(sale)], **changed)
    return made


def one_entry(made: Cafe, **changed: object) -> Cafe:
    made.entries[1] = replace(made.entries[1], **changed)
    return made


def test_what_follows_has_no_difference():
    assert cafe().differences() == []
    nobody = Cafe()
    nobody.enrol(AMINA)
    assert nobody.differences() == []
    nobody.states["Amina"] = State("Amina")
    assert nobody.differences() == []


DIFFERENCES = [
    (lambda made: stored(made, memory=memory.dump(Memory())), "the stored memory is not the fold of the sales"),
    (lambda made: stored(made, memory=b""), "the stored memory is not the fold of the sales"),
    (lambda made: stored(made, points=3), "the balance is 3, its entries sum to 2"),
    (lambda made: stored(made, entries=3), "entries are not numbered 0 to 2"),
    (lambda made: one_entry(made, n=5), "entries are not numbered 0 to 1"),
    (lambda made: one_entry(made, points=2), "the balance is 2, its entries sum to 3"),
    (lambda made: one_entry(made, points=2), "entries of sale 2 sum to 2, should be 1"),
    (lambda made: one_entry(made, sale=ident(FIRST)), "entries of sale 1 sum to 2, should be 1"),
    (lambda made: one_entry(made, sale=ident(FIRST)), "entries of sale 2 sum to 0, should be 1"),
    (lambda made: kept(made, FIRST, earned={"visit": 2}), "sale 1 earned {'visit': 2}, should be {'visit': 1}"),
    (lambda made: kept(made, FIRST, gave={}), "sale 1 gave {} to the house, should be {'v0': 1, 'i0Latte': 1}"),
    (lambda made: kept(made, VOIDED, earned={"visit": 1}), "sale 3 does not count, yet gave {}, {'visit': 1}"),
    (lambda made: kept(made, VOIDED, gave={"v0": 1}), "sale 3 does not count, yet gave {'v0': 1}, {}"),
    (lambda made: kept(made, SECOND, taken=Taken(False)), "sale 2: stored as"),
    (lambda made: kept(made, VOIDED, taken=Taken(True, per_visit=1)), "sale 3: stored as"),
    (lambda made: kept(made, SECOND, at=made.sales[ident(SECOND)].at + 1), "the stored memory is not the fold"),
    (lambda made: kept(made, FIRST, person=None, assigned=NOBODY), "entries of sale 1 sum to 1, should be 0"),
]


@pytest.mark.parametrize(("spoil", "says"), DIFFERENCES, ids=[says for _, says in DIFFERENCES])
def test_a_difference_is_told(spoil, says):
    assert f"customer Amina: {says}" in told(spoil(cafe()))


def test_checkpoints_are_proved_too():
    made = Cafe()
    made.enrol(AMINA)
    made.visits(*make.habit(make.ids(), days=range(2 * CHECKPOINT_EVERY + 1)))
    assert made.differences() == []
    first, second = sorted(made.checkpoints["Amina"])
    spoilt = made.checkpoints["Amina"].pop(first)
    assert f"checkpoints at [{second}], should be [{first}, {second}]" in told(made)
    made.checkpoints["Amina"][first] = made.checkpoints["Amina"][second]
    assert "checkpoints" in told(made)
    made.checkpoints["Amina"][first] = spoilt
    made.checkpoints["Amina"][Key(1, "test", "x", "shop-a")] = spoilt
    assert "checkpoints" in told(made)


def test_of_who_is_not_remembered_the_proof_is_the_same():
    made = Cafe()
    made.enrol(AMINA, remember=False)
    made.visits(FIRST, SECOND, VOIDED)
    assert made.differences() == []
    assert "the stored memory is not the fold" in told(stored(made, memory=cafe().states["Amina"].memory))
