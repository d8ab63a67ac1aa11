"""Held tiers against a slow model that lives through every day, and the little that has to be exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core.held import NOTHING, Held, hold
from loyalty.core.standing import WARN_DAYS, Need, standing, tier_on
from loyalty.core.tiers import FOR_EVER, Days
from loyalty.wire import TierRef
from loyalty.wire_program import TierRule

Rules = tuple[TierRule, ...]
Added = tuple[int, int, int]  # day, visits, spend
START = 1_000


def rule(
    id: str, at_least: int, *, measure: str = "visits", window: int = 30, hold: int = 0, grace: int = 0
) -> TierRule:
    return TierRule(
        id=id,
        name=id.title(),
        measure=measure,  # type: ignore[arg-type]
        at_least=at_least,
        window_days=window,
        hold_days=hold,
        grace_days=grace,
    )


# -- the model --------------------------------------------------------------------------------------------------------
@dataclass
class Life:
    """Somebody's tier, lived through day by day: nothing here is clever."""

    rules: Rules
    sales: dict[int, list[int]] = field(default_factory=dict)
    day: int = START - 1
    place: int = -1
    fed: int = 0  # the last day that gave them this place
    reached: dict[int, int] = field(default_factory=dict)  # by place: the last day on which its window came to enough

    def live(self, day: int) -> Life:
        while self.day < day:
            self.day += 1
            self._fall()
            self._rise()
        return self

    def buy(self, day: int, visits: int, spend: int) -> None:
        self.live(day - 1)
        known = self.sales.setdefault(day, [0, 0])
        known[0] += visits
        known[1] += spend
        self.live(day)
        self._rise()

    def copy(self) -> Life:
        kept = {day: list(sold) for day, sold in self.sales.items()}
        return Life(self.rules, kept, self.day, self.place, self.fed, dict(self.reached))

    def _fall(self) -> None:
        while self.place >= 0 and self.day > self.fed + self._after(self.place):
            self.fed += self._after(self.place)
            self.place -= 1
            if self.place >= 0:
                self.fed = max(self.fed, self.reached.get(self.place, 0))

    def _rise(self) -> None:
        for place, one in enumerate(self.rules):
            days = range(self.day - one.window_days + 1, self.day + 1)
            sold = [self.sales[day] for day in days if day in self.sales]
            if sum(visits if one.measure == "visits" else spend for visits, spend in sold) >= one.at_least:
                self.reached[place] = self.day
                if place >= self.place:
                    self.place, self.fed = place, self.day

    def _after(self, place: int) -> int:
        return self.rules[place].hold_days + self.rules[place].grace_days

    @property
    def id(self) -> str | None:
        return self.rules[self.place].id if self.place >= 0 else None


@dataclass
class Folded:
    """The same by what is under test."""

    rules: Rules
    days: Days = field(default_factory=Days)
    held: Held = NOTHING

    def buy(self, day: int, visits: int, spend: int) -> None:
        self.days.add(day, visits, spend)
        self.held = hold(self.held, self.days, self.rules, day)

    def id(self, today: int) -> str | None:
        return named(tier_on(self.held, self.days, self.rules, today))


def named(found: TierRule | TierRef | None) -> str | None:
    return found.id if found is not None else None


def both(rules: Rules, sales: Sequence[Added]) -> tuple[Life, Folded]:
    life, folded = Life(rules), Folded(rules)
    for sale in sales:
        life.buy(*sale)
        folded.buy(*sale)
    return life, folded


SMALL = st.integers(1, 6)
LENGTHS = st.sampled_from((0, 0, 1, 2, 5, 9))


@st.composite
def ladders(draw: st.DrawFn) -> Rules:
    made, least = [], 0
    measure = draw(st.sampled_from(("visits", "spend")))
    window = draw(st.integers(1, 15))
    mixed = draw(st.booleans())
    for place in range(draw(st.integers(1, 4))):
        least += draw(SMALL)
        if mixed:
            measure, window = draw(st.sampled_from(("visits", "spend"))), draw(st.integers(1, 15))
        enough = draw(st.integers(1, 12)) if mixed else least
        made.append(rule(f"t{place}", enough, measure=measure, window=window, hold=draw(LENGTHS), grace=draw(LENGTHS)))
    return tuple(made)


@st.composite
def sold(draw: st.DrawFn) -> list[Added]:
    day, found = START, []
    for _ in range(draw(st.integers(0, 12))):
        day += draw(st.sampled_from((0, 0, 1, 1, 2, 3, 6, 15, 40)))
        found.append((day, draw(st.integers(0, 3)), draw(st.integers(0, 5))))
    return found


@given(ladders(), sold(), st.integers(0, 60))
def test_what_is_read_is_what_living_through_every_day_comes_to(rules, sales, later):
    life, folded = both(rules, sales)
    today = max(life.day, START) + later
    assert folded.id(today) == life.live(today).id


@given(ladders(), sold())
def test_until_when_and_what_comes_after_is_what_the_days_then_bring(rules, sales):
    life, folded = both(rules, sales)
    today = max(life.day, START)
    life.live(today)
    found = standing(folded.held, folded.days, rules, today)
    if found.tier is None or found.until is None or found.last is None:
        assert (found.below, found.need) == (None, None)
        return
    grace = next(one.grace_days for one in rules if one.id == named(found.tier))
    assert found.last == found.until + grace
    assert found.grace == (today > found.until)
    for day in range(today, found.last + 1):
        assert life.live(day).id == named(found.tier), "theirs up to the last day"
    assert life.live(found.last + 1).id == named(found.below), "and not a day longer"


@given(ladders(), sold(), st.integers(0, 20), st.data())
def test_so_much_more_keeps_the_tier_and_one_less_loses_it(rules, sales, later, data):
    life, folded = both(rules, sales)
    today = max(life.day, START) + later
    life.live(today)
    found = standing(folded.held, folded.days, rules, today)
    if found.need is None:
        return
    amount, unit, by_day = found.need
    assert amount >= 1
    assert found.last == by_day >= today

    def buy_all(upon: list[int]) -> int:
        """The highest place on the day after, with as much on each of these days."""
        other = life.copy()
        for day in sorted(upon):
            other.buy(day, *((1, 0) if unit == "visits" else (0, 1)))
        return other.live(by_day + 1).place

    days = data.draw(st.lists(st.integers(today, by_day), min_size=amount, max_size=amount))
    assert buy_all(days) >= life.place, "spread as they like"
    less = buy_all([by_day] * (amount - 1))
    own = next(n for n, one in enumerate(rules) if one.id == named(found.tier))
    alike = all((one.measure, one.window_days) == (rules[own].measure, rules[own].window_days) for one in rules)
    assert not alike or less < own, "unless another measure lifts them meanwhile"


@given(ladders(), sold(), st.integers(0, 12))
def test_a_refold_from_anywhere_comes_to_the_same(rules, sales, at):
    _, whole = both(rules, sales)
    _, first = both(rules, sales[:at])
    again = Folded(rules, first.days, Held(first.held.tier, first.held.until))
    for sale in sales[at:]:
        again.buy(*sale)
    assert (again.held, again.days) == (whole.held, whole.days)


@given(sold(), st.integers(0, 40))
def test_without_hold_and_grace_it_is_the_rolling_window_and_nothing_is_kept(sales, later):
    rules = (rule("a", 2, window=9), rule("b", 4, window=9), rule("c", 3, window=3))
    _, folded = both(rules, sales)
    today = (sales[-1][0] if sales else START) + later
    assert folded.held == NOTHING
    reached = [one.id for one in rules if folded.days.since(today - one.window_days + 1)[0] >= one.at_least]
    assert folded.id(today) == (reached[-1] if reached else None)


# -- what one can reckon by hand --------------------------------------------------------------------------------------
BRONZE, SILVER = rule("bronze", 1, window=10, hold=5), rule("silver", 3, window=10, hold=10, grace=4)
GOLD = rule("gold", 5, window=10, hold=20, grace=7)
LADDER = (BRONZE, SILVER, GOLD)
FIVE = (100, 5, 0)  # the window holds it to day 109, the tier is held to 129, with grace to 136


def folded(rules: Rules = LADDER, *sales: Added) -> Folded:
    return both(rules, sales or [FIVE])[1]


@pytest.mark.parametrize(
    ("today", "tier", "grace"),
    [
        (100, "gold", False),
        (109, "gold", False),
        (129, "gold", False),
        (130, "gold", True),
        (136, "gold", True),
        (137, "silver", False),  # held from there for ten days, as if 136 had reached it
        (146, "silver", False),
        (147, "silver", True),
        (150, "silver", True),
        (151, "bronze", False),
        (155, "bronze", False),
        (156, None, False),
        (9_999, None, False),
    ],
)
def test_a_tier_ends_one_step_down_at_a_time(today, tier, grace):
    known = folded()
    found = standing(known.held, known.days, LADDER, today)
    assert (named(found.tier), found.grace) == (tier, grace)


def test_the_step_down_is_announced_with_its_day_and_its_price():
    known = folded()
    found = standing(known.held, known.days, LADDER, 131)
    assert (found.until, found.last, named(found.below)) == (129, 136, "silver")
    assert found.need == Need(5, "visits", 136)


def test_what_still_counts_on_the_last_day_is_taken_off_the_price():
    known = folded(LADDER, FIVE, (130, 2, 0))
    assert standing(known.held, known.days, LADDER, 131).need == Need(3, "visits", 136)


def test_no_price_is_named_while_it_would_depend_on_when_it_is_paid():
    known = folded()
    assert standing(known.held, known.days, LADDER, 126).need is None, "a visit today is out of the window by 136"
    assert standing(known.held, known.days, LADDER, 127).need == Need(5, "visits", 136)


def test_a_sale_while_it_is_held_does_not_cost_anything():
    known = folded(LADDER, FIVE, (120, 1, 0))
    assert known.held == Held("gold", 129)


def test_a_lower_tier_that_the_window_still_reaches_goes_on_from_there():
    ladder = (rule("silver", 2, window=60, hold=10), rule("gold", 5, window=10))
    known = folded(ladder, FIVE)
    assert named(standing(known.held, known.days, ladder, 109).below) == "silver"
    assert standing(known.held, known.days, ladder, 110).last == 100 + 60 - 1 + 10


def test_spend_is_counted_to_the_minor_unit():
    ladder = (rule("gold", 10_000, measure="spend", window=365, grace=14),)
    known = folded(ladder, (100, 1, 6_000), (300, 1, 4_000))
    found = standing(known.held, known.days, ladder, 470)
    assert (found.until, found.last) == (464, 478)
    assert found.need == Need(6_000, "spend", 478)


def test_a_pure_window_is_warned_of_as_well():
    ladder = (rule("gold", 2, window=30),)
    known = folded(ladder, (100, 1, 0), (110, 1, 0))
    found = standing(known.held, known.days, ladder, 115)
    assert (found.last, found.below, found.need) == (129, None, Need(1, "visits", 129))


@pytest.mark.parametrize(("today", "losing"), [(100, False), (106, False), (107, True), (136, True)])
def test_the_warning_begins_so_many_days_before_the_last(today, losing):
    known = folded()
    assert standing(known.held, known.days, LADDER, today).losing(today) is losing
    assert WARN_DAYS == 136 - 107 + 1


def test_a_tier_for_everybody_has_no_end():
    ladder = (rule("all", 0, hold=5), rule("gold", 5, window=10))
    found = standing(NOTHING, Days(), ladder, 120)
    assert (named(found.tier), found.last, found.need, found.losing(FOR_EVER)) == ("all", None, None, False)


# -- the program was changed ------------------------------------------------------------------------------------------
def test_a_tier_that_is_gone_lands_on_what_the_window_gives():
    known = folded()
    left = (BRONZE, SILVER)
    assert tier_on(known.held, known.days, left, 105) == SILVER
    assert tier_on(known.held, known.days, left, 155) is None
    assert tier_on(Held("platinum", 9_999), Days(), LADDER, 105) is None


def test_what_was_promised_holds_when_the_owner_shortens_the_rule():
    known = folded()
    shorter = (BRONZE, SILVER, replace(GOLD, hold_days=1, grace_days=0))
    assert named(tier_on(known.held, known.days, shorter, 129)) == "gold"
    assert named(tier_on(known.held, known.days, shorter, 130)) == "silver"


def test_a_rule_that_became_easier_is_met_at_once_and_a_later_sale_agrees():
    before = (rule("gold", 5, window=10, hold=20),)
    after = (rule("gold", 3, window=10, hold=20),)
    known = folded(before, (100, 3, 0))
    assert (known.held, tier_on(known.held, known.days, before, 100)) == (NOTHING, None)
    assert [tier_on(known.held, known.days, after, day) is not None for day in (100, 129, 130)] == [True, True, False]
    known.rules = after
    known.buy(125, 0, 0)
    assert known.held == Held("gold", 129)


def test_a_program_without_held_tiers_lets_a_promise_run_out_and_forgets_it():
    known = folded()
    plain = tuple(replace(one, hold_days=0, grace_days=0) for one in LADDER)
    known.rules = plain
    known.buy(120, 1, 0)
    assert known.held == Held("gold", 129)
    known.buy(140, 1, 0)
    assert (known.held, known.id(140)) == (NOTHING, "bronze")


# -- a refund ---------------------------------------------------------------------------------------------------------
def test_what_was_refunded_holds_nothing():
    """C37, erpnext: the upper tier given too early. A refund folds again without what was given back."""
    ladder = (rule("silver", 100, measure="spend"), rule("gold", 1_000, measure="spend", hold=365))
    kept = [(100, 1, 200)]
    assert folded(ladder, *kept, (101, 1, 900)).id(101) == "gold"
    assert folded(ladder, *kept).id(101) == "silver"
    assert (
        folded(ladder, *kept, (101, 1, 799)).held == NOTHING or folded(ladder, *kept, (101, 1, 799)).id(101) == "silver"
    )


# -- by hand ----------------------------------------------------------------------------------------------------------
def test_by_hand_is_a_floor_to_its_last_day_and_no_longer():
    """C37, open-loyalty: a level set by hand became a floor for ever."""
    known = folded((BRONZE, SILVER, GOLD), (100, 1, 0))
    hand = ("gold", 120)
    shown = [standing(known.held, known.days, LADDER, day, hand=hand) for day in (100, 114, 120, 121)]
    assert [(named(one.tier), one.by_hand) for one in shown] == [
        *(("gold", True),) * 3,
        (None, False),
    ]
    assert (shown[1].last, shown[1].below) == (120, None)


def test_a_higher_tier_that_was_earned_still_shows():
    known = folded()
    found = standing(known.held, known.days, LADDER, 105, hand=("silver", 400))
    assert (named(found.tier), found.by_hand, found.last, named(found.below)) == ("gold", False, 136, "silver")
    assert standing(known.held, known.days, LADDER, 137, hand=("silver", 400)).last == 400


def test_what_was_set_by_hand_can_be_earned_until_then():
    known = folded(LADDER, (115, 2, 0))
    found = standing(known.held, known.days, LADDER, 116, hand=("gold", 120))
    assert found.need == Need(3, "visits", 120)
    known.buy(120, 3, 0)
    assert named(standing(known.held, known.days, LADDER, 121, hand=("gold", 120)).tier) == "gold"


def test_a_tier_by_hand_that_is_in_the_program_no_more_is_none():
    assert standing(NOTHING, Days(), LADDER, 100, hand=("platinum", 400)).tier is None
