"""Points with an end: whatever a shop sells, takes back, reserves and lets go, the books are what a fresh fold says."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec.structs import replace

from loyalty.errors import Conflict
from loyalty.wire_program import EarnItem, EarnVisit, Match, Program, Reward
from tests import make
from tests.conftest import LONG
from tests.core.cafe import Cafe
from tests.make import AMINA

NOON = make.at("12:00", 20)
COFFEE = Reward(id="free-coffee", name="Free coffee", points=10)
ITEM = EarnItem(match=Match(name="Latte"), points=10)
LATTE = make.line("Latte")


def program(*, waits: int = 0, visit: int = 3) -> Program:
    return Program(earn=(ITEM, EarnVisit(points=visit)), rewards=(COFFEE,), expire_days=10, pending_hours=waits)


def opened(waits: int = 0, visit: int = 3) -> Cafe:
    cafe = Cafe(program(waits=waits, visit=visit))
    cafe.enrol(AMINA)
    return cafe


def sold(id, at=NOON, lattes=1, **fields):
    return make.sale(*[LATTE] * lattes, id=id, at=at, **fields)


def in_lots(cafe):
    """What lies in each lot."""
    found: dict[int, int] = {}
    for entry in cafe.entries:
        found[entry.lot] = found.get(entry.lot, 0) + entry.points
    return {lot: points for lot, points in found.items() if points}


def test_a_reward_reserved_in_the_moment_of_its_sale_is_paid_from_it():
    """C25, C27: whoever's clock stands still; released, the points end with the sale that gave them."""
    cafe = opened(visit=0)
    cafe.tell(sold("1"), now=NOON)
    made = cafe.reserve(AMINA, now=NOON)
    assert in_lots(cafe) == {}
    cafe.end(made, "release", NOON)
    assert len(in_lots(cafe)) == 1
    assert 0 not in in_lots(cafe)
    assert cafe.differences() == []


@pytest.mark.parametrize("days", [0, 10, 12])
def test_what_comes_back_to_a_lot_that_was_emptied_ends_with_it(days):
    """C25, C26: before its end and after it."""
    cafe = opened(visit=0)
    cafe.tell(sold("1"), now=NOON)
    [lot] = in_lots(cafe)
    made = cafe.reserve(AMINA, now=NOON + timedelta(minutes=1))
    cafe.end(made, "release", NOON + timedelta(days=days, minutes=2))
    assert in_lots(cafe) == {lot: 10}
    assert cafe.differences() == []


def test_a_debt_that_was_settled_and_comes_back_leaves_the_points_their_end():
    """C10, C26: sold, reserved, voided; another sale settles it; then the reward is let go."""
    cafe = opened(visit=0)
    cafe.tell(sold("1"), now=NOON)
    made = cafe.reserve(AMINA, now=NOON + timedelta(minutes=1))
    cafe.tell(make.void_of(sold("1")), now=NOON + timedelta(minutes=2))
    assert in_lots(cafe) == {0: -10}
    cafe.tell(sold("2", NOON + timedelta(minutes=3), till="9"), now=NOON + timedelta(minutes=3))
    assert in_lots(cafe) == {}
    cafe.end(made, "release", NOON + timedelta(minutes=4))
    assert list(in_lots(cafe).values()) == [10]
    assert 0 not in in_lots(cafe)
    assert cafe.differences() == []


@pytest.mark.parametrize("waits", [0, 20])
def test_a_till_whose_clock_is_fast_ends_no_points_and_makes_none_ready(waits):
    """Though its sale is voided, or told again with the right time, what it moved on would stay so."""
    days, hours = (10, 20) if not waits else (0, 21)
    cafe = opened(waits, visit=0)
    cafe.tell(sold("1"), now=NOON)
    now = NOON + timedelta(days=days, minutes=1)
    fast = sold("2", now + timedelta(hours=hours), age_s=1)
    cafe.tell(fast, now=now)
    cafe.tell(replace(fast, revision=2, state="voided", at=now), now=now)
    assert list(in_lots(cafe).values()) == [10]
    assert cafe.differences() == []
    if waits:
        with pytest.raises(Conflict):
            cafe.reserve(AMINA, now=now)
    else:
        cafe.reserve(AMINA, now=now)


class Walk:
    """A few weeks of one customer, by the throw of a dice."""

    def __init__(self, seed, waits):
        self.chance = random.Random(seed)
        self.cafe, self.now = opened(waits), NOON
        self.sales, self.made = [], []

    def step(self):
        self.now += timedelta(
            minutes=self.chance.choice((0, 0, 1, 2, 3, 7, 60, 60 * 24, 60 * 24 * 6)), seconds=self.chance.choice((0, 5))
        )
        selling, changing = [self.sell, self.sell, self.sell_late, self.sell_ahead], [self.change] * 3
        using = [self.reserve, self.reserve, self.end, self.end]
        what = self.chance.choice([*selling, *changing, *using, self.give_back, self.again])
        with suppress(Conflict):
            what()
        self.cafe.run_out(self.now)

    def sell(self, ago=timedelta()):
        id, till = f"s{len(self.sales)}", self.chance.choice(("1", "9"))
        self.sales.append(sold(id, self.now - ago, self.chance.randint(1, 2), till=till))
        self.cafe.tell(self.sales[-1], now=self.now)

    def sell_late(self):
        self.sell(timedelta(days=self.chance.randrange(1, 14), minutes=self.chance.randrange(500)))

    def sell_ahead(self):
        self.sell(-timedelta(minutes=self.chance.randrange(1, 60 * 24)))

    def change(self):
        if self.sales:
            place = self.chance.randrange(len(self.sales))
            sale = self.sales[place]
            self.sales[place] = self.chance.choice(
                (
                    make.void_of(sale),
                    make.refunded(sale, LATTE, id=f"n{self.chance.random()}"),
                    replace(sale, state="paid", revision=sale.revision + 1),
                )
            )
            self.cafe.tell(self.sales[place], now=self.now)

    def give_back(self):
        if self.sales:
            sale = self.chance.choice(self.sales)
            self.cafe.tell(make.refund_of(sale, LATTE, id=f"r{self.chance.random()}"), now=self.now)

    def again(self):
        if self.sales:
            self.cafe.tell(self.chance.choice(self.sales), now=self.now)

    def reserve(self):
        self.made.append(self.cafe.reserve(AMINA, now=self.now))

    def end(self):
        if self.made:
            self.cafe.end(self.chance.choice(self.made), self.chance.choice(("confirm", "release")), self.now)


@pytest.mark.parametrize("waits", [0, 5])
@pytest.mark.parametrize("hundred", range(30 if LONG else 1))
def test_the_books_are_what_a_fresh_fold_says_after_every_step(hundred, waits):
    """C25, C26, C27, C30"""
    for seed in range(hundred * 100, hundred * 100 + 100):
        walk = Walk(seed, waits)
        for step in range(16):
            walk.step()
            assert walk.cafe.differences() == [], (seed, step)
