"""What is left of a sale with a reward in it after its refunds; and which sale uses a reward, whatever came first."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.core import ledger
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY
from loyalty.wire import Refund
from tests import make
from tests.conftest import LONG
from tests.core.cafe import ident
from tests.core.test_redeem import EVERYTHING, FREE, NOON, after, bought, saved
from tests.make import AMINA, BEN

FREE_LATTE = make.line("Latte", price=500, total=0)
LATTE = make.line("Latte", price=500)
CAKE = make.line("Cake", price=200)
REWARD = make.line("Free coffee", price=0, total=-500)
RECEIPT = pytest.mark.parametrize("nested", [True, False])


def left(sale, *back, amount=None, nested=True, used=("r",)):
    """(counts, spend, per item) of what is left."""
    total = sum(line.total for line in back) if amount is None else amount
    if nested:
        refund = Refund(id="back", at=sale.at, amount=total, lines=back)
        found = ledger.taken(replace(sale, refunds=(refund,)), (), EVERYTHING, True, used)
    else:
        receipt = replace(make.refund_of(sale, *back), total=total)
        found = ledger.taken(sale, (receipt,), EVERYTHING, True, used)
    return found.counts, found.spend, found.per_item


@RECEIPT
@pytest.mark.parametrize("swapped", [True, False])
def test_the_paid_drink_that_is_given_back_is_not_the_free_one(nested, swapped):
    """C4, C34"""
    lines = (LATTE, FREE_LATTE) if swapped else (FREE_LATTE, LATTE)
    assert left(bought(*lines), LATTE, nested=nested) == (True, 0, 0)
    assert left(bought(*lines), FREE_LATTE, nested=nested) == (True, 500, 5)


@RECEIPT
@pytest.mark.parametrize("amount", [200, 700])
def test_everything_given_back_but_the_rewards_own_line_is_everything(nested, amount):
    """C3, C4, C11"""
    sale = bought(LATTE, CAKE, REWARD)
    assert left(sale, LATTE, CAKE, amount=amount, nested=nested) == (False, 0, 0)


@RECEIPT
@pytest.mark.parametrize("used", [("r",), ()])
def test_a_free_order_whose_drink_is_given_back_is_none(nested, used):
    """C3, C6: nothing was paid, and the refund does not hold the reward's line."""
    assert left(bought(LATTE, REWARD), LATTE, amount=0, nested=nested, used=used) == (False, 0, 0)


@RECEIPT
def test_a_refund_with_the_rewards_line_in_it_takes_back_what_was_paid(nested):
    """C34: the tax on top is no spend, so it is none when it comes back."""
    off = make.line("Reward", price=0, total=-100)
    sale = bought(LATTE, CAKE, off, tax=60, tax_included=False)
    assert left(sale, LATTE, off, amount=440, nested=nested)[1] == 200


def test_the_drink_that_a_rewards_own_line_pays_for_earns_nothing_by_item():
    """C34"""
    assert ledger.taken(bought(LATTE, REWARD), (), EVERYTHING, True, ("r",)).per_item == 0
    assert ledger.taken(bought(LATTE, LATTE, REWARD), (), EVERYTHING, True, ("r",)).per_item == 5
    assert ledger.taken(bought(CAKE, LATTE, REWARD), (), EVERYTHING, True, ("r",)).per_item == 0


def test_a_ticket_of_nothing_but_what_was_brought_back_is_no_visit():
    """C1: without `refund_of`, an hour after the sale."""
    back = replace(LATTE, total=-500)
    assert not ledger.taken(bought(back), (), EVERYTHING, True).counts
    assert ledger.taken(bought(back, CAKE), (), EVERYTHING, True).counts, "C5: a cake was bought"


@RECEIPT
def test_what_was_never_on_the_bill_is_not_given_back_of_it(nested):
    """C5: the files adapter tells a returned latte on the ticket of a new cake so."""
    assert left(bought(CAKE), LATTE, nested=nested, used=()) == (True, 200, 0)


# -- which sale uses it -----------------------------------------------------------------------------------------------
NAMED: dict[str, Any] = {
    "two name it": lambda r: [_names(r, 1), _names(r, 2)],
    "the later is voided": lambda r: [_names(r, 1), _names(r, 2), make.void_of(_names(r, 2))],
    "the later is given back": lambda r: [_names(r, 1), _names(r, 2), make.refund_of(_names(r, 2), id="back")],
    "both are voided": lambda r: [_names(r, n) for n in (1, 2)] + [make.void_of(_names(r, n)) for n in (1, 2)],
    "an earlier names nothing": lambda r: [_silent(1), _names(r, 2)],
    "a later names nothing": lambda r: [_silent(3), _names(r, 2)],
    "a later names nothing, the one that does is voided": lambda r: [
        *(_silent(3), _names(r, 2), make.void_of(_names(r, 2)))
    ],
    "a later names nothing and is voided": lambda r: [_silent(3), _names(r, 2), make.void_of(_silent(3))],
}
STAND = {"the later is voided": True, "the later is given back": True, "both are voided": False}


def _names(redemption, minute):
    return bought(FREE, id=f"named {minute}", minutes=minute, redemptions=(redemption,))


def _silent(minute):
    return bought(FREE, id=f"silent {minute}", minutes=minute)


@pytest.mark.parametrize("story", NAMED)
def test_which_sale_uses_a_reward_does_not_depend_on_what_comes_first(story):
    """C3, C25"""
    outcomes: dict[Any, Any] = {}
    for order in permutations(range(len(NAMED[story]("redemption-1")))):
        cafe = saved(program=EVERYTHING, points=12)
        made = cafe.reserve(AMINA, now=NOON)
        told = NAMED[story](made.id)
        for place in order:
            cafe.tell(told[place], now=after(5))
        cafe.run_out(after(60))
        assert cafe.differences() == []
        outcomes.setdefault((cafe.points(AMINA), cafe.redemptions[made.id].held), []).append(order)
    assert len(outcomes) == 1, outcomes
    [(_, held)] = outcomes
    assert held is STAND.get(story, held)


@pytest.mark.parametrize("whose", [NOBODY, BEN.name])
def test_a_wrong_person_gets_their_reward_back_also_where_the_sale_names_it(whose):
    """C41, C43"""
    cafe = saved()
    made = cafe.reserve(AMINA, now=NOON)
    sale = bought(FREE, make.line("Cake"), redemptions=(made.id,))
    cafe.tell(sale)
    cafe.say(Reattribute(ident(sale), whose))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("released", 12)
    cafe.say(Reattribute(ident(sale)))
    assert (cafe.redemptions[made.id].state, cafe.points(AMINA)) == ("confirmed", 3)
    assert cafe.differences() == []


class Story:
    """A few sales that name a reward or meet it where it waits, with what became of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.tills = [self.chance.choice(("1", "2", None)) for _ in range(self.chance.choice((1, 1, 2)))]
        self.names = [f"redemption-{number}" for number, _ in enumerate(self.tills, 1)]
        self.told = [one for number in range(self.chance.randint(1, 3)) for one in self._sale(number)]

    def _sale(self, number):
        named = self.chance.sample(self.names, self.chance.randint(0, len(self.names)))
        sale = bought(
            *self.chance.choice(([FREE], [FREE, CAKE], [make.line()])),
            id=f"s{number}",
            minutes=self.chance.randint(1, 9),
            who=self.chance.choice((AMINA, AMINA, BEN, None)),
            till=self.chance.choice(("1", "2", None)),
            redemptions=tuple(named),
        )
        told = [sale]
        for place in range(self.chance.choice((0, 0, 1, 2))):
            last = max((one for one in told if one.refund_of is None), key=lambda one: one.revision)
            changed = self.chance.choice(CHANGES)(last, f"{number}-{place}")
            told.append(replace(changed, changed_at=None))
        return told

    def outcome(self, told):
        cafe = saved(program=EVERYTHING, points=12)
        made = [cafe.reserve(AMINA, till=till, now=NOON) for till in self.tills]
        for one in told:
            cafe.tell(one, now=after(11))
        cafe.run_out(after(60))
        assert cafe.differences() == []
        used = [(cafe.redemptions[one.id].held, cafe.redemptions[one.id].sale) for one in made]
        earned = {ident: (sale.earned, sorted(sale.used)) for ident, sale in cafe.sales.items()}
        return cafe.points(AMINA), cafe.points(BEN), used, earned


CHANGES: tuple[Any, ...] = (
    lambda sale, _: make.void_of(sale),
    lambda sale, id: make.refunded(sale, id=id),
    lambda sale, id: make.refund_of(sale, sale.lines[0], id=id),
    lambda sale, _: replace(sale, state="paid", revision=sale.revision + 1),
    lambda sale, _: replace(sale, revision=sale.revision + 1, customer=make.sale(who=BEN).customer),
)


@pytest.mark.parametrize("hundred", range(20 if LONG else 2))
def test_sales_that_name_a_reward_or_meet_it_come_to_the_same_in_any_order(hundred):
    """C3, C17, C21, C25: voided, refunded, given to somebody else, paid after all, told backwards and by chance."""
    for seed in range(hundred * 100, hundred * 100 + 100):
        story = Story(seed)
        first = story.outcome(story.told)
        assert story.outcome(story.told[::-1]) == first, seed
        assert story.outcome(story.chance.sample(story.told, len(story.told)) + story.told) == first, seed
