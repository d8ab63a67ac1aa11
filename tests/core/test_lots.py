"""Lots converge: whatever order sales come in around rewards that were used, what is left of which lot is the same."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import account
from loyalty.core.days import moment
from loyalty.core.redemption import Adjust, Adjustment, LetEnd
from loyalty.wire import Refund, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, EarnWelcome, Match, Program, Reward
from tests import make
from tests.core.cafe import BUSINESS, Cafe

AMINA = make.AMINA
BASE = EarnVisit(points=2), EarnSpend(points=1, per=100), EarnItem(match=Match(name="Latte"), points=3)
COFFEE = Reward(id="free-coffee", name="Free coffee", points=10)
PROGRAMS = [
    Program(earn=BASE, rewards=(COFFEE,), expire_days=7),
    Program(earn=(*BASE, EarnWelcome(points=5)), rewards=(COFFEE,), expire_days=3, pending_hours=30),
    Program(earn=BASE, rewards=(COFFEE,), pending_hours=20),
    Program(earn=BASE, rewards=(COFFEE,)),
]
USED = make.at("12:00", 4)  # the rewards, on the fifth of ten days
LATER = make.at("12:00", 9)
OVER = make.at("12:00", 60)


def sale(id: str, day: int, minute: int, price: int, **fields: Any) -> Transaction:
    at = make.at("08:00", day) + timedelta(minutes=minute)
    return make.sale(make.line("Latte", price=price), id=id, at=at, till="9", **fields)


EARLY = [sale(f"early {day}", day, 0, 900) for day in range(4)]  # known before anything is used
CHANGES = st.lists(
    st.tuples(st.sampled_from(["new", "void", "refund", "older", "dearer"]), st.integers(0, 8), st.integers(0, 700)),
    max_size=6,
    unique_by=lambda change: (change[0], change[1]),
)


def told(what: str, day: int, minute: int) -> Transaction:
    known = EARLY[day % 4]
    match what:
        case "new":
            return sale(f"new {day}", day, minute, 250 + minute)
        case "void":
            return replace(known, state="voided", revision=9)
        case "refund":
            return replace(known, refunds=(Refund(id="r", at=known.at, amount=300),), revision=7)
        case "older":
            return replace(known, at=known.at - timedelta(hours=9), revision=5)
        case _:
            return replace(known, lines=(make.line("Latte", price=1_900),), total=1_900, revision=6)


def cafe(program: Program, changes: list[Transaction], uses: int) -> Cafe:
    made = Cafe(program)
    made.enrol(AMINA)
    made.tell(*EARLY, now=make.at("13:00", 3))
    for n in range(uses):
        made.end(made.reserve(AMINA, till=str(n), now=USED), "confirm", USED)
    made.say(Adjust(by_hand("given", 4, USED)), USED)
    made.say(Adjust(by_hand("taken", -3, USED)), USED)
    for change in changes:
        made.tell(change, now=LATER)
        assert made.differences() == []
    made.say(LetEnd(AMINA.name, make.SHOP), OVER)
    assert made.differences() == []
    return made


def by_hand(id: str, points: int, at: Any) -> Adjustment:
    until = moment(at + timedelta(days=2)) if points > 0 else 0
    return Adjustment(id, BUSINESS, make.SHOP, AMINA.name, points, "adjust", moment(at), until, "owner", key=id)


@given(st.sampled_from(PROGRAMS), CHANGES, st.integers(0, 2), st.randoms(use_true_random=False))
def test_lots_are_the_same_in_whatever_order_sales_come(program, changes, uses, rng: random.Random):
    """C30, C12: with rewards and adjustments in between, which are facts."""
    stories = [told(*change) for change in changes]
    first = cafe(program, stories, uses)
    rng.shuffle(stories)
    again = cafe(program, stories + rng.choices(stories, k=2) if stories else [], uses)
    for one, other in ((first, again),):
        assert one.points(AMINA) == other.points(AMINA)
        assert lots(one) == lots(other)
        assert {r.id: r.lots for r in one.redemptions.values()} == {r.id: r.lots for r in other.redemptions.values()}


def lots(made: Cafe) -> Any:
    stored = account.load(made.states[AMINA.name].account)
    return stored.lots, stored.pending


def test_a_lot_that_comes_late_is_what_was_spent():
    """C30: by entries that name their cause, and sum to nothing."""
    made = Cafe(PROGRAMS[0])
    made.enrol(AMINA)
    made.tell(sale("second", 3, 0, 900), now=make.at("13:00", 3))
    used = made.reserve(AMINA, now=USED)
    made.tell(sale("first", 0, 0, 900), now=LATER)
    moved = [entry for entry in made.entries if entry.redemption == used.id]
    assert [(entry.points, entry.reason) for entry in moved] == [
        (-10, "redeem"),
        *((-10, "reallocate"), (10, "reallocate")),
    ]
    assert moved[1].lot < moved[2].lot == moved[0].lot
    assert made.differences() == []


def test_a_reward_that_is_let_go_is_back_in_its_lot():
    """C11"""
    made = Cafe(PROGRAMS[0])
    made.enrol(AMINA)
    made.tell(*EARLY, now=make.at("13:00", 3))
    before = lots(made), made.points(AMINA)
    used = made.reserve(AMINA, now=USED)
    assert lots(made) != before[0]
    made.end(used, "release", USED + timedelta(minutes=1))
    assert (lots(made), made.points(AMINA)) == before
    assert made.differences() == []


def test_a_debt_is_told_and_settled_by_what_comes_next():
    """C1, C2: buy, use the points, give the sale back."""
    made = Cafe(PROGRAMS[0])
    made.enrol(AMINA)
    made.tell(sale("a", 3, 0, 900), now=make.at("13:00", 3))
    made.end(made.reserve(AMINA, now=USED), "confirm", USED)
    made.tell(replace(sale("a", 3, 0, 900), state="voided", revision=2), now=LATER)
    assert made.points(AMINA) == -10
    made.tell(sale("b", 9, 0, 900), now=make.at("13:00", 9))
    assert made.points(AMINA) == 4
    assert list(lots(made)[0].values()) == [4]
    assert made.differences() == []
