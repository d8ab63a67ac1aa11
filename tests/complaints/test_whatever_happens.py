"""C1 to C25 at once: any sales, edits, refunds and rewards, in any order and however often, come to the same points.

Real decisions on real SQLite, without HTTP. What a refund takes and leaves is held against a count of units that knows
nothing of the ledger.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from loyalty.acts.redemptions import confirm, release, reserve, run_out
from loyalty.errors import Conflict
from loyalty.wire import Line, NewRedemption, Transaction
from tests import make
from tests.conftest import LONG
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import NOW, OPENED, PEOPLE, PROGRAM, Story, stories

pytestmark = pytest.mark.slow
SEEDS = 2_000 if LONG else 25
STEPS = 60
CROISSANT = make.line("Croissant", price=9_000)
TEA = make.line("Tea", price=12_000)
PRICES = {"Latte": 25_000, "Croissant": 9_000, "Tea": 12_000}


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("houses"), PEOPLE, PROGRAM, OPENED)


# -- reverse after earn is nothing ------------------------------------------------------------------------------------
units = st.lists(st.sampled_from(sorted(PRICES)), min_size=1, max_size=6)


def lines_of(names: Sequence[str], *, grouped: bool) -> tuple[Line, ...]:
    """As one line each, or as one line for all of a kind."""
    if not grouped:
        return tuple(make.line(name, price=PRICES[name]) for name in names)
    return tuple(make.line(name, price=PRICES[name], quantity=names.count(name)) for name in dict.fromkeys(names))


def due(names: Sequence[str]) -> int:
    """What is left of a sale is worth: three points the visit, one for a hundred shillings, five a croissant."""
    return (3 + sum(PRICES[name] for name in names) // 10_000 + 5 * names.count("Croissant")) if names else 0


@st.composite
def returns(draw: Any) -> tuple[list[str], list[list[str]]]:
    """Units that were sold, and groups of them that come back one after the other."""
    sold = draw(units)
    back = draw(st.permutations(sold))[: draw(st.integers(0, len(sold)))]
    cuts = sorted(draw(st.lists(st.integers(0, len(back)), max_size=3)))
    groups = [list(back[a:b]) for a, b in zip([0, *cuts], [*cuts, len(back)], strict=True)]
    return sold, [group for group in groups if group]


@given(returns(), st.booleans(), st.booleans(), st.lists(st.booleans(), min_size=4, max_size=4), st.data())
def test_what_comes_back_in_whatever_parts_leaves_what_the_rest_is_worth(
    bench: Bench, story: tuple[list[str], list[list[str]]], grouped: bool, tipped: bool, nested: list[bool], data: Any
) -> None:
    """C1, C2: inside and on receipts, mixed, in any order, any of it twice."""
    sold, groups = story
    beside: dict[str, Any] = {"tip": 3_000, "tax": 2_100, "tax_included": False} if tipped else {}
    sale = make.sale(*lines_of(sold, grouped=grouped), **beside)
    told, left = [sale], list(sold)
    for number, group in enumerate(groups):
        back = lines_of(group, grouped=grouped)
        if nested[number]:
            told.append(make.refunded(max(told, key=_revision), *back, id=f"r{number}"))
        else:
            told.append(make.refund_of(sale, *back, id=f"r{number}"))
        for name in group:
            left.remove(name)
    arriving = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=3))))
    with bench.house(NOW) as house:
        for batch in batches(arriving, data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))):
            house.deliver(*batch)
        assert house.balances()["Amina"][0] == due(left)
        assert len(house.customers()["Amina"]["visits"]) == bool(left)
        assert house.differences() == []


def _revision(sale: Transaction) -> tuple[bool, int]:
    return sale.refund_of is None, sale.revision


@given(stories())
def test_everything_voided_leaves_nobody_with_anything(bench: Bench, story: Story) -> None:
    """C7, C10: after any story, the highest revision of each sale is voided: no points, no visits, no memory."""
    with bench.house(NOW) as house, bench.house(NOW) as untouched:
        for batch in batches(story.shuffled, story.sizes):
            house.deliver(*batch)
        last = {(sale.shop, sale.source, sale.id): sale for sale in sorted(story.calendar, key=lambda s: s.revision)}
        house.deliver(*(replace(sale, revision=99, state="voided") for sale in last.values()))
        assert {name: points for name, (points, _, _) in house.balances().items()} == dict.fromkeys(
            house.cafe.people, 0
        )
        assert house.memories() == untouched.memories()
        assert house.sums() == {}
        assert house.differences() == []


# -- rewards in it ----------------------------------------------------------------------------------------------------
class Counter:
    """Somebody at the counter and a till beside them, by the throw of a dice; tells what it tells once, in order."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.chance = house, random.Random(seed)
        self.keys, self.ids = count(), make.ids("c")
        self.made: list[str] = []
        self.sales: list[Transaction] = []
        self.told: list[Transaction] = []
        self.now = NOW

    def step(self) -> None:
        steps: dict[Callable[[], None], int] = {
            self.sell: 20, self.change: 14, self.give_back: 12, self.reserve: 12, self.confirm: 5, self.release: 5,
            self.wait: 8, self.again: 8,
        }  # fmt: skip
        [chosen] = self.chance.choices(list(steps), list(steps.values()))
        chosen()

    def tell(self, sale: Transaction) -> None:
        self.told.append(sale)
        self.house.deliver(sale)

    def sell(self) -> None:
        names = self.chance.choices(sorted(PRICES), k=self.chance.randint(1, 3))
        lines = [make.line(name, price=PRICES[name]) for name in names]
        if self.chance.random() < 0.4:
            lines.append(make.line("Tea", price=PRICES["Tea"], total=0))
        named = tuple(self.chance.sample(self.made, min(len(self.made), 1))) if self.chance.random() < 0.3 else ()
        sale = make.sale(
            *lines,
            id=next(self.ids),
            at=self.now - timedelta(minutes=self.chance.choice((0, 0, 1, 40, 60 * 24 * 3))),
            who=self.chance.choice((make.AMINA, make.AMINA, make.BEN, None)),
            till=self.chance.choice(("1", "2", None)),
            state=self.chance.choice(("open", "paid", "paid")),
            redemptions=named,
        )
        self.sales.append(sale)
        self.tell(sale)

    def change(self) -> None:
        if self.sales:
            place = self.chance.randrange(len(self.sales))
            sale = self.sales[place]
            changes: tuple[dict[str, Any], ...] = (
                {"state": "paid"}, {"state": "voided"}, {"state": "open"}, {"lines": (TEA,), "total": TEA.total},
                {"customer": make.sale(who=make.BEN).customer}, {"customer": None},
            )  # fmt: skip
            fields = self.chance.choice(changes)
            self.sales[place] = replace(sale, revision=sale.revision + 1, changed_at=self.now, **fields)
            self.tell(self.sales[place])

    def give_back(self) -> None:
        if self.sales:
            place = self.chance.randrange(len(self.sales))
            sale = self.sales[place]
            lines = self.chance.sample(sale.lines, self.chance.randint(1, len(sale.lines)))
            if self.chance.random() < 0.5:
                self.sales[place] = make.refunded(sale, *lines, id=next(self.ids), at=self.now)
                self.tell(self.sales[place])
            else:
                back = make.refund_of(sale, *lines, id=next(self.ids), at=self.now)
                self.tell(back)
                if self.chance.random() < 0.3:
                    self.tell(replace(back, revision=2, state="voided"))

    def again(self) -> None:
        if self.told:
            self.house.deliver(*self.chance.choices(self.told, k=4))

    # -- rewards ------------------------------------------------------------------------------------------------------
    def reserve(self) -> None:
        who = self.chance.choice(("Amina", "Ben"))
        had = self.house.balances()[who][0]
        wanted = NewRedemption(
            customer=self.house.cafe.people[who], reward="free", key=f"k{next(self.keys)}",
            till=self.chance.choice(("1", "2", None)),
        )  # fmt: skip
        try:
            with self.house.session.transaction():
                made = reserve(self.house.line, self.house.cafe.business, wanted)
        except Conflict:
            assert had < 50, "refused although there was enough"
        else:
            assert had >= 50, "nobody spends what they do not have"
            self.made.append(made.id)

    def confirm(self) -> None:
        self._end(confirm)

    def release(self) -> None:
        self._end(release)

    def _end(self, how: Callable[..., object]) -> None:
        if self.made:
            with suppress(Conflict), self.house.session.transaction():
                how(self.house.line, self.house.cafe.business, None, self.chance.choice(self.made))

    def wait(self) -> None:
        self.now += timedelta(minutes=self.chance.choice((1, 5, 16, 60 * 26)))
        self.house.move(self.now)
        with self.house.session.transaction():
            run_out(self.house.line, self.house.cafe.business)


def assert_borne_out(house: House) -> None:
    """Every balance is the sum of its entries, every redemption has taken what it holds, and no more."""
    for name, (points, total, numbers) in house.balances().items():
        assert points == total, name
        assert numbers == list(range(len(numbers))), name
    for state, price, moved in house.session.rows(
        "SELECT r.state, r.points, (SELECT COALESCE(SUM(e.points), 0) FROM entries e WHERE e.redemption = r.id)"
        " FROM redemptions r"
    ):
        assert moved == (0 if state == "released" else -price), state
    for ident, points in house.sums().items():
        assert ident[3] is None or points > 0, "a sale never leaves somebody with less than it found"


@pytest.mark.parametrize("seed", range(0, SEEDS, 100) if LONG else range(SEEDS))
def test_the_books_bear_out_every_step_and_telling_it_all_again_changes_nothing(bench: Bench, seed: int) -> None:
    """C3, C6, C11, C14, C20, C23, C25: earned, spent, given back, run out and told again, in any order."""
    for one in range(seed, seed + (100 if LONG else 1)):
        with bench.house(NOW) as house:
            for day in range(30):
                for who in (make.AMINA, make.BEN):
                    house.deliver(make.sale(CROISSANT, id=f"{who.name}{day}", who=who, at=make.at("07:00", day - 5)))
            counter = Counter(house, one)
            for _ in range(STEPS):
                counter.step()
                assert_borne_out(house)
            before = house.balances(), standing(house)
            again = counter.told * 2
            counter.chance.shuffle(again)
            for batch in batches(again, [1, 7, 3]):
                house.deliver(*batch)
            assert (house.balances(), standing(house)) == before
            assert house.differences() == [], one


def standing(house: House) -> tuple[object, ...]:
    """All that may not depend on the order, numbers of entries apart; within a dict no order is promised."""
    points = {name: points for name, (points, _, _) in house.balances().items()}
    sales = {
        ident: tuple(msgpack.decode(value) if isinstance(value, bytes) else value for value in row)
        for ident, row in house.sales().items()
    }
    return points, house.memories(), house.sums(), sales


@pytest.mark.parametrize("seed", range(0, SEEDS, 100) if LONG else range(SEEDS))
def test_without_rewards_every_order_of_it_comes_to_the_same(bench: Bench, seed: int) -> None:
    """C2, C7, C13, C15, C17: what a counter told in its order, told backwards and told by chance."""
    for one in range(seed, seed + (100 if LONG else 1)):
        with bench.house(NOW) as house, bench.house(NOW) as backwards, bench.house(NOW) as mixed:
            counter = Counter(house, one)
            for _ in range(STEPS):
                counter.chance.choice((counter.sell, counter.change, counter.give_back, counter.again, counter.wait))()
            for other in (backwards, mixed):
                other.move(counter.now)
            shuffled = counter.chance.sample(counter.told, len(counter.told))
            for told, other in ((counter.told[::-1], backwards), (shuffled, mixed)):
                for batch in batches(told, [1, 5, 2]):
                    other.deliver(*batch)
                assert standing(other) == standing(house)
                assert other.differences() == []
