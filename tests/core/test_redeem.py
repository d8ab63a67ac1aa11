"""Rewards that are used: points leave with the reservation, a sale uses it or they come back, and nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import ledger, redeem, redemption
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY
from loyalty.core.redemption import Redeem
from loyalty.errors import Conflict, Unknown
from loyalty.wire import Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program, Reward
from tests import make
from tests.core.cafe import Cafe, ident
from tests.make import AMINA, BEN

COFFEE = Reward(id="free-coffee", name="Free coffee", points=10)
NOON = make.at("12:00", 20)
FREE = make.line("Latte", price=make.LATTE, total=0)


def saved(*, points: int = 12, program: Program | None = None) -> Cafe:
    """Amina has come on so many days, and Ben never."""
    cafe = Cafe(program) if program is not None else Cafe()
    for who in (AMINA, BEN):
        cafe.enrol(who)
    ids = make.ids("past-")
    cafe.visits(*make.habit(ids, days=range(points)))
    return cafe


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def bought(*lines: Any, minutes: float = 1, id: str = "now", **fields: Any) -> Transaction:
    return make.sale(*lines, id=id, at=after(minutes), **fields)


def moved(cafe: Cafe) -> list[tuple[int, str]]:
    """The movements of points by redemptions."""
    return [(entry.points, entry.reason) for entry in cafe.entries if entry.redemption is not None]


# -- reserving --------------------------------------------------------------------------------------------------------
def test_points_leave_the_balance_with_the_reservation():
    """C23"""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    assert (made.state, made.points, made.expires_at - made.at) == ("reserved", 10, redemption.RESERVED)
    assert cafe.points(AMINA) == 2
    assert moved(cafe) == [(-10, "redeem")]
    assert cafe.differences() == []


def test_a_reward_costs_what_it_costs_and_no_fraction_more():
    """C33, C35: the balance is never consumed whole for a part."""
    cafe = saved(points=12, program=Program(earn=(EarnVisit(points=7),), rewards=(replace(COFFEE, points=33),)))
    cafe.reserve(AMINA, now=NOON)
    assert cafe.points(AMINA) == 12 * 7 - 33


def test_nobody_uses_what_they_do_not_have():
    cafe = saved(points=9)
    with pytest.raises(Conflict, match="takes 10 points; there are 9") as refused:
        cafe.reserve(AMINA, now=NOON)
    assert refused.value.code == "not-enough-points"
    assert (cafe.points(AMINA), cafe.redemptions, moved(cafe)) == (9, {}, [])


def test_who_owes_points_is_told_so():
    """A balance below zero, after a void of what was spent already."""
    cafe = saved(points=10)
    cafe.reserve(AMINA, now=NOON)
    cafe.tell(make.void_of(make.sale(id="past-1", at=make.at("08:12"))), now=NOON)
    assert cafe.points(AMINA) == -1
    with pytest.raises(Conflict, match="there are -1 below zero; what they earn next settles that first"):
        cafe.reserve(AMINA, now=NOON)


def test_the_second_of_two_at_once_is_refused():
    """C19, C20, C21, C22: the line decides them one after the other."""
    cafe = saved()
    cafe.reserve(AMINA, now=NOON)
    with pytest.raises(Conflict):
        cafe.reserve(AMINA, now=NOON)
    assert cafe.points(AMINA) == 2


def test_a_reward_that_the_program_does_not_have_is_unknown():
    with pytest.raises(Unknown, match="it has: free-coffee"):
        saved().reserve(AMINA, "free-beer", now=NOON)
    with pytest.raises(Unknown, match="it has: none"):
        saved(program=Program(earn=(EarnVisit(points=1),))).reserve(AMINA, now=NOON)


def test_reservations_of_one_customer_are_bounded():
    cafe = saved(points=12, program=Program(earn=(EarnVisit(points=100),), rewards=(COFFEE,)))
    made = [cafe.reserve(AMINA, now=NOON) for _ in range(redeem.OPEN_MAX)]
    with pytest.raises(Conflict, match="release one first") as refused:
        cafe.reserve(AMINA, now=NOON)
    assert refused.value.code == "too-many"
    cafe.end(made[0], "release", NOON)
    cafe.reserve(AMINA, now=NOON)


# -- ending by hand, or by age ----------------------------------------------------------------------------------------
def test_releasing_gives_the_same_points_back_and_once():
    """C25"""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    first = cafe.end(made, "release", after(1))
    assert cafe.end(made, "release", after(2)) == first
    assert (cafe.points(AMINA), moved(cafe)) == (12, [(-10, "redeem"), (10, "release")])
    with pytest.raises(Conflict, match="was released"):
        cafe.end(made, "confirm", after(2))


def test_confirming_twice_is_confirming_once():
    """C14"""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    first = cafe.end(made, "confirm", after(1))
    assert cafe.end(made, "confirm", after(2)) == first
    assert (first.state, cafe.points(AMINA), moved(cafe)) == ("confirmed", 2, [(-10, "redeem")])
    with pytest.raises(Conflict, match="has been used"):
        cafe.end(made, "release", after(2))
    cafe.run_out(after(60))
    assert cafe.points(AMINA) == 2, "what has been used does not run out"


def test_a_reservation_runs_out_and_gives_back():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.run_out(after(14))
    assert cafe.points(AMINA) == 2
    with pytest.raises(Conflict, match="ran out"):
        cafe.end(made, "confirm", after(15))
    cafe.run_out(after(15))
    cafe.run_out(after(16))
    assert (cafe.points(AMINA), moved(cafe)) == (12, [(-10, "redeem"), (10, "release")])
    assert cafe.end(made, "release", after(17)).state == "released"
    with pytest.raises(Conflict, match="ran out"):
        cafe.end(made, "confirm", after(17))


# -- the sale that uses it --------------------------------------------------------------------------------------------
def test_the_customers_next_paid_sale_at_that_till_uses_it():
    """C23, C24: nobody has to be selected again."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought())
    assert cafe.redemptions[made.id].state == "confirmed"
    assert cafe.sales[ident(bought())].used == (made.id,)
    cafe.run_out(after(60))
    assert cafe.points(AMINA) == 12 - 10 + 1, "and it earns as ever"
    assert cafe.differences() == []


NOT_THEIRS = {
    "another till": bought(till="2"),
    "another customer": bought(who=BEN),
    "a stranger": bought(who=None),
    "an open order": bought(state="open"),
    "one that was paid before": bought(minutes=-3),
    "one that was paid too late": bought(minutes=15),
    "one that was refunded whole": make.refunded(bought()),
    "a drawer that was opened": bought(replace(FREE, quantity="0"), total=0),
}


@pytest.mark.parametrize("name", NOT_THEIRS)
def test_no_other_sale_uses_it(name):
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(NOT_THEIRS[name])
    assert cafe.redemptions[made.id].state == "reserved", name
    cafe.run_out(after(15))
    assert sum(points for points, _ in moved(cafe)) == 0
    assert cafe.differences() == []


@pytest.mark.parametrize(("reserved", "sold"), [(None, "2"), ("1", None), (None, None)])
def test_where_the_till_is_not_told_any_will_do(reserved, sold):
    cafe = saved()
    made = cafe.reserve(AMINA, till=reserved, now=NOON)
    cafe.tell(bought(till=sold))
    assert cafe.redemptions[made.id].state == "confirmed"


def test_a_sale_that_names_it_uses_it_wherever_and_whosever_it_is():
    """C24: the till was not told whose sale it is."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought(who=None, till="9", minutes=30, redemptions=(made.id, made.id, "nobody-knows")))
    assert cafe.redemptions[made.id].state == "confirmed"
    cafe.run_out(after(60))
    assert moved(cafe) == [(-10, "redeem")]
    assert cafe.differences() == []


def test_an_order_that_is_begun_uses_nothing_before_it_is_paid():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    order = replace(bought(minutes=-1, state="open"), redemptions=(made.id,))
    cafe.tell(order, now=after(1))
    assert cafe.redemptions[made.id].state == "reserved"
    cafe.tell(make.paid_of(order, at=after(2)))
    assert cafe.redemptions[made.id].state == "confirmed"


def test_a_customer_who_is_told_later_still_uses_it():
    """C49: items first, customer later."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought(who=None))
    cafe.tell(replace(bought(), revision=2))
    assert cafe.redemptions[made.id].state == "confirmed"


def test_a_sale_that_was_on_its_way_uses_what_ran_out_meanwhile():
    """C38, C40: the till was offline for an hour."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.run_out(after(15))
    cafe.tell(bought(minutes=2), now=after(60))
    assert cafe.redemptions[made.id].state == "confirmed"
    assert moved(cafe) == [(-10, "redeem"), (10, "release"), (-10, "redeem")]
    assert cafe.differences() == []


def test_the_adapters_count_comes_before_a_clock_that_is_wrong():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought(minutes=-600, age_s=5), now=after(1))
    assert cafe.redemptions[made.id].state == "confirmed"


def test_what_was_released_by_hand_stays_released_whatever_a_till_says():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.end(made, "release", NOON)
    cafe.tell(bought(redemptions=(made.id,)))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("released", 13)


def test_what_was_confirmed_by_hand_belongs_to_the_sale_that_names_it():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.end(made, "confirm", NOON)
    cafe.tell(bought(redemptions=(made.id,)))
    assert moved(cafe) == [(-10, "redeem")]
    cafe.tell(make.void_of(bought(redemptions=(made.id,))))
    assert (cafe.points(AMINA), moved(cafe)[1:]) == (12, [(10, "give-back")])


# -- giving back ------------------------------------------------------------------------------------------------------
BACK = {
    "a void": lambda sale: [make.void_of(sale)],
    "a refund inside": lambda sale: [make.refunded(sale)],
    "a receipt of its own": lambda sale: [make.refund_of(sale)],
    "both": lambda sale: [make.refund_of(sale), make.refunded(sale, id="r1")],
    "line by line": lambda sale: [make.refund_of(sale, line, id=f"r{n}") for n, line in enumerate(sale.lines)],
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("name", BACK)
def test_taking_the_sale_back_gives_the_reward_back_once(name, named):
    """C3, C6, C11: never a second time taken, and given back however often it is told."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    sale = bought(FREE, make.line("Cake", price=200), redemptions=(made.id,) if named else ())
    cafe.tell(sale)
    back = BACK[name](sale)
    for told in (*back, *back, sale):
        cafe.tell(told)
    assert cafe.redemptions[made.id].state == "released"
    assert (cafe.points(AMINA), moved(cafe)) == (12, [(-10, "redeem"), (10, "give-back")])
    with pytest.raises(Conflict, match="does not stand any more"):
        cafe.end(made, "confirm")
    assert cafe.end(made, "release").state == "released"
    cafe.run_out(after(600))
    assert (cafe.points(AMINA), cafe.differences()) == (12, [])


def test_a_part_that_is_refunded_touches_no_reward():
    """C4: nor where all the money comes back, since what was free was had."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    sale = bought(FREE, make.line("Cake", price=200))
    cafe.tell(sale)
    cafe.tell(make.refunded(sale, make.line("Cake", price=200)))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("confirmed", 3)


def test_a_sale_that_is_paid_after_all_takes_it_again():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought())
    cafe.tell(make.void_of(bought()))
    cafe.tell(replace(bought(), revision=3))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("confirmed", 3)
    assert cafe.differences() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_a_sale_that_is_rung_up_again_and_names_it_uses_it_instead(order):
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    first, second = (bought(id=id, minutes=at, redemptions=(made.id,)) for id, at in (("a", 1), ("b", 2)))
    told = (first, make.void_of(first), second)
    for place in order:
        cafe.tell(told[place])
    assert (cafe.redemptions[made.id].state, cafe.redemptions[made.id].sale) == ("confirmed", ident(second))
    assert (cafe.points(AMINA), cafe.differences()) == (3, [])


def test_a_sale_that_was_called_off_takes_it_from_no_other():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    used, other = (bought(id=id, minutes=at, redemptions=(made.id,)) for id, at in (("a", 1), ("b", 2)))
    cafe.tell(used)
    cafe.tell(make.void_of(other))
    assert (cafe.redemptions[made.id].state, cafe.redemptions[made.id].sale) == ("confirmed", ident(used))
    cafe.tell(make.void_of(used))
    assert (cafe.points(AMINA), cafe.differences()) == (12, [])


def test_a_wrong_person_gets_their_reward_back():
    """C41, C43: the sale is somebody else's, so it did not use it."""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought())
    cafe.say(Reattribute(ident(bought()), NOBODY))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("released", 12)
    cafe.say(Reattribute(ident(bought())))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("confirmed", 3)
    assert cafe.differences() == []


@pytest.mark.parametrize("changed", [None, 1])
def test_a_sale_of_a_fast_clock_that_becomes_theirs_uses_what_was_reserved(changed):
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    ahead = 60 * 20
    told = bought(FREE, minutes=ahead, who=None, shop=make.SHOP, age_s=1)
    cafe.tell(told if changed is None else replace(told, changed_at=after(ahead + changed)), now=after(2))
    cafe.say(Reattribute(ident(bought()), "Amina"), now=after(4))
    assert (cafe.redemptions[made.id].state, cafe.redemptions[made.id].ended_by) == ("confirmed", "sale")
    assert cafe.differences() == []


def test_a_sale_that_is_said_to_be_theirs_uses_it():
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    cafe.tell(bought(who=None))
    cafe.say(Reattribute(ident(bought()), AMINA.name))
    assert cafe.redemptions[made.id].state == "confirmed"
    assert cafe.differences() == []


# -- what the sale earns ----------------------------------------------------------------------------------------------
EVERYTHING = Program(
    earn=(EarnVisit(points=1), EarnSpend(points=1, per=100), EarnItem(match=Match(name="Latte"), points=5)),
    rewards=(COFFEE,),
)
FULL = make.line("Latte", price=500)
EARNS = {
    # lines, points by items: five a latte that was paid for
    "its line is free": ((make.line("Latte", price=500, total=0),), 0),
    "beside one that is paid": ((make.line("Latte", price=500, total=0), FULL), 5),
    "one of two on a line": ((make.line("Latte", price=500, quantity=2, total=500),), 5),
    "two free lines, one reward": ((make.line("Latte", price=500, total=0),) * 2, 5),
    "a discount is no free unit": ((make.line("Latte", price=500, total=450),), 5),
    "off the whole order, it cannot be told": ((FULL,), 5),
}


@pytest.mark.parametrize("name", EARNS)
def test_what_a_reward_paid_for_earns_nothing_and_the_rest_earns_as_ever(name):
    """C34, C36"""
    lines, by_item = EARNS[name]
    sale = bought(*lines, redemptions=("one",))
    found = ledger.taken(sale, (), EVERYTHING, True)
    paid = sum(line.total for line in lines)
    assert (found.per_visit, found.per_spend, found.per_item) == (1, paid // 100, by_item)
    assert len(found.drinks) == len(lines), "it was had, so it is a habit all the same"
    assert ledger.taken(replace(sale, redemptions=()), (), EVERYTHING, True, ("one",)) == found


def test_without_a_reward_a_free_line_earns_as_ever():
    sale = bought(make.line("Latte", price=500, total=0))
    assert ledger.taken(sale, (), EVERYTHING, True).per_item == 5


# -- what is due ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("worth", [None, 30_000])
def test_what_using_a_reward_changes_is_told_before(worth):
    reward = COFFEE if worth is None else replace(COFFEE, worth=worth)
    cafe = saved(program=Program(earn=(EarnVisit(points=1),), rewards=(reward,)))
    answer = cafe.say(make.presence(AMINA), now=NOON)
    assert answer.cue is not None
    assert answer.cue.redeem == Redeem("free-coffee", "Free coffee", 10, 2, worth, make.CURRENCY)
    cafe.reserve(AMINA, now=NOON)
    again = cafe.say(make.presence(AMINA), now=after(1))
    assert again.cue is not None
    assert again.cue.redeem is None, "it is reserved"


@pytest.mark.parametrize(
    ("points", "tone", "say"),
    [
        (9, "celebrate", "say.greet.usual"),
        (10, "celebrate", "say.reward"),
        (11, "greet", "say.greet.usual"),
    ],
)
def test_a_reward_is_celebrated_once(points, tone, say):
    """The tenth visit is a round one, the eleventh celebrates the reward, at the twelfth it is under the usual."""
    answer = saved(points=points).say(make.presence(AMINA), now=make.at("08:12", points))
    assert answer.cue is not None
    assert (answer.cue.tone, answer.cue.say.key) == (tone, say)


@pytest.mark.parametrize(("last", "celebrated"), [(500, True), (100, False)])
def test_points_from_spending_celebrate_too(last, celebrated):
    """Eight points and then five: the last visit brought it within reach. Twelve and then one: it had been before."""
    cafe = saved(points=0, program=Program(earn=(EarnSpend(points=1, per=100),), rewards=(COFFEE,)))
    prices = (1_300 - last, last)
    cafe.visits(*(make.sale(make.line(price=p), id=f"s{n}", at=make.at("08:12", n)) for n, p in enumerate(prices)))
    answer = cafe.say(make.presence(AMINA), now=NOON)
    assert answer.cue is not None
    assert answer.cue.redeem is not None
    assert (answer.cue.say.key == "say.reward") is celebrated


# -- whatever happens -------------------------------------------------------------------------------------------------
TILLS = st.sampled_from(["1", "2", None])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.sampled_from([AMINA, BEN]), TILLS),
        st.tuples(st.sampled_from(["confirm", "release"]), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 16, 40])),
        st.tuples(st.just("sale"), st.sampled_from([AMINA, BEN, None]), TILLS, st.booleans()),
        st.tuples(st.just("late"), st.sampled_from([AMINA, BEN]), st.integers(1, 30)),
        st.tuples(st.sampled_from(["void", "refund", "receipt", "again", "pay"]), st.integers(0, 3)),
        st.tuples(st.just("whose"), st.integers(0, 3), st.sampled_from([AMINA.name, BEN.name, NOBODY, None])),
    ),
    max_size=25,
)


class Walk:
    """A café in which anything happens."""

    def __init__(self) -> None:
        self.cafe = saved(points=24)
        self.cafe.visits(*make.habit(make.ids("ben-"), days=range(12), who=BEN))
        self.now = NOON
        self.ids = make.ids()
        self.told: list[Transaction] = []

    def step(self, kind: str, *rest: Any) -> None:
        getattr(self, f"_{kind}", self._change(kind))(*rest)

    def _reserve(self, who: make.Who, till: str | None) -> None:
        had = self.cafe.points(who)
        try:
            self.cafe.reserve(who, till=till, now=self.now)
        except Conflict:
            assert had < 10
        else:
            assert had >= 10

    def _wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.cafe.run_out(self.now)

    def _sale(self, who: make.Who | None, till: str | None, named: bool) -> None:
        ids = tuple(self.cafe.redemptions)[-2:] if named else ()
        place: dict[str, Any] = {"shop": make.SHOP, "till": till, "redemptions": ids}
        self._tell(make.sale(FREE, make.line(), id=next(self.ids), at=self.now, who=who, **place))

    def _late(self, who: make.Who, minutes: int) -> None:
        self._tell(make.sale(id=next(self.ids), at=self.now - timedelta(minutes=minutes), who=who))

    def _whose(self, number: int, person: str | None) -> None:
        if self.told:
            self.cafe.say(Reattribute(ident(self.told[number % len(self.told)]), person), self.now)

    def _change(self, kind: str) -> Any:
        def end(number: int) -> None:
            made = [*self.cafe.redemptions.values()]
            if made and kind in ("confirm", "release"):
                try:
                    self.cafe.end(made[-1 - number % len(made)], kind, self.now)  # type: ignore[arg-type]
                except Conflict:
                    return
            if self.told and kind not in ("confirm", "release"):
                self._tell(CHANGES[kind](self.told[-1 - number % len(self.told)]))

        return end

    def _tell(self, sale: Transaction) -> None:
        if sale.refund_of is None:
            self.told.append(sale)
        self.cafe.tell(sale, now=self.now)


CHANGES: dict[str, Any] = {
    "void": make.void_of,
    "refund": make.refunded,
    "receipt": lambda sale: make.refund_of(sale, id=f"receipt {sale.id}"),
    "again": lambda sale: sale,
    "pay": lambda sale: replace(sale, state="paid", revision=sale.revision + 1, refunds=()),
}


@given(STEPS)
def test_whatever_happens_the_movements_are_the_balance(steps):
    walk = Walk()
    for step in steps:
        walk.step(*step)
    cafe = walk.cafe
    for who in (AMINA, BEN):
        assert cafe.points(who) == sum(entry.points for entry in cafe.entries if entry.person == who.name)
    for one in cafe.redemptions.values():
        due = -one.points if one.held else 0
        assert sum(entry.points for entry in cafe.entries if entry.redemption == one.id) == due
    assert cafe.differences() == []


@given(STEPS, st.randoms(use_true_random=False))
def test_whatever_happened_telling_it_again_changes_nothing(steps, chance):
    walk = Walk()
    for step in steps:
        walk.step(*step)
    before = (walk.cafe.outcome(), walk.cafe.redemptions, list(walk.cafe.entries))
    again = list(walk.told)
    chance.shuffle(again)
    for sale in again:
        walk.cafe.tell(sale, now=walk.now)
    assert (walk.cafe.outcome(), walk.cafe.redemptions, walk.cafe.entries) == before


LIVES: dict[str, Any] = {
    "paid": lambda sale: [sale],
    "begun, paid": lambda sale: [replace(sale, state="open", revision=0), sale],
    "voided": lambda sale: [sale, make.void_of(sale)],
    "refunded": lambda sale: [sale, make.refunded(sale)],
    "returned": lambda sale: [sale, make.refund_of(sale, id="back")],
    "paid after all": lambda sale: [sale, make.void_of(sale), replace(sale, revision=3)],
    "in parts": lambda sale: [sale, make.refund_of(sale, FREE, id="back")],
}


@given(st.sampled_from(list(LIVES)), st.booleans(), st.sampled_from([3, 14, 15, 21, 40]), st.data())
def test_in_whatever_order_it_is_told_the_balance_is_the_same(life, named, minutes, data):
    """One reservation, a sale through its life, and others of the same customer around it."""
    outcomes = []
    for shuffled in (False, True):
        cafe = saved(points=24)
        made = cafe.reserve(AMINA, now=NOON)
        told = LIVES[life](bought(FREE, make.line(), redemptions=(made.id,) if named else ()))
        told += [bought(id="before", minutes=-40), bought(id="elsewhere", till="7")]
        told += [bought(id="after", minutes=20)] if minutes > 20 else []
        if shuffled:
            told = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=4))))
        for sale in told:
            now = after(minutes if shuffled or sale.id == "after" else 3)
            cafe.run_out(now)
            cafe.tell(sale, now=now)
        cafe.run_out(after(60))
        assert cafe.differences() == []
        outcomes.append((cafe.points(AMINA), cafe.redemptions[made.id].held))
    assert outcomes[0] == outcomes[1]
