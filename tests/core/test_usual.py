"""The usual: three most probable drinks, said only when it is sure enough, always with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import usual
from loyalty.core.days import DAY, MINUTE, SECOND, Calendar
from loyalty.core.facts import Drink, Key, Msg
from loyalty.core.house import House, read
from loyalty.core.memory import KEEP, SEEN_VISITS, Memory, take
from loyalty.core.usual import SAY, SAY_VISITS, foresee, weight
from tests import make

EIGHT = 1_759_640_400 * SECOND  # in the morning, in Nairobi
CALENDAR = Calendar(make.ZONE)
MORNING, MIDDAY, EVENING = 0, 1, 3
EMPTY = House()
CAFE = read({"v0": 100, "v3": 40, "i0Mocha": 40, "i0Latte": 30, "i0Chai": 20, "i0Soda": 5, "i3Juice": 30, "i3Chai": 10})


def known(*orders: str) -> Memory:
    """One order each morning; "Latte+Cake" are two drinks, "" is a visit of nothing that is remembered."""
    return come(Memory(), *orders)


def come(memory: Memory, *orders: str, hour: int = 8) -> Memory:
    """And one on each of the days that follow."""
    first = (memory.at - EIGHT) // DAY + 1 if memory.visits else 0
    for number, order in enumerate(orders, first):
        at = EIGHT + number * DAY + (hour - 8) * 60 * MINUTE
        drinks = tuple(Drink(name) for name in order.split("+") if name)
        take(memory, Key(at, "test", str(at), "shop"), *CALENDAR.read(at), drinks, 0)
    return memory


def names(memory: Memory, house: House = EMPTY, *, later: int = 1, part: int = MORNING) -> list[str]:
    return [item.drink.name for item in foresee(memory, house, memory.day + later, part).items]


# -- three, best first ------------------------------------------------------------------------------------------------
def test_of_a_stranger_the_house_knows_what_most_people_take_at_that_hour():
    assert names(Memory(), CAFE) == ["Mocha", "Latte", "Chai"]
    assert names(Memory(), CAFE, part=EVENING)[0] == "Juice"
    found = foresee(Memory(), CAFE, 1, MORNING)
    assert (found.say, found.either, found.because) == (False, False, Msg("why.popular"))


def test_nothing_is_foreseen_where_nothing_is_known():
    found = foresee(Memory(), EMPTY, 1, MORNING)
    assert (found.items, found.say, found.either, found.because) == ((), False, False, Msg("why.nothing"))


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        (["Latte"] * 5, ["Latte", "Mocha", "Chai"]),
        (["Soda"] * 5, ["Soda", "Mocha", "Latte"]),
        (["Tea"] * 8 + ["Latte"] * 8, ["Latte", "Tea", "Mocha"]),
        (["Latte+Cake"] * 5 + ["Latte"], ["Latte", "Cake", "Mocha"]),
    ],
)
def test_always_the_three_most_probable(orders, expected):
    assert names(known(*orders), CAFE) == expected


def test_of_drinks_had_once_the_latest_is_the_most_probable():
    assert names(known("Soda", "Tea", "Cake", "Water")) == ["Water", "Cake", "Tea"]


def test_the_part_of_the_day_decides_between_two_habits():
    memory = Memory()
    for _ in range(8):
        come(come(memory, "Latte"), "Dawa", hour=19)
    assert names(memory, part=MORNING)[0] == "Latte"
    assert names(memory, part=EVENING)[0] == "Dawa"


def test_popularity_breaks_a_near_tie():
    both = known(*["Latte+Soda"] * 3)
    assert names(both, CAFE)[:2] == ["Latte", "Soda"]
    assert names(known("Soda", *["Latte+Soda"] * 3), CAFE)[0] == "Latte"
    assert names(known(*["Soda"] * 6, "Latte"), CAFE)[0] == "Soda"  # and nothing more than that


def test_a_renamed_drink_is_foreseen_once():
    memory = Memory()
    for day in range(12):
        name = "Flat White" if day < 8 else "Kilimani White"
        take(memory, Key(EIGHT + day * DAY, "test", str(day), "shop"), 100 + day, 0, (Drink(name, sku="F"),), 0)
    house = read({"v0": 40, "i0Flat White": 20, "i0Kilimani White": 4, "i0Latte": 10, "i0Tea": 3})
    assert names(memory, house) == ["Kilimani White", "Latte"]


def test_a_favourite_of_the_house_keeps_its_own_spelling():
    assert names(Memory(), read({"v0": 9, "i0Kenya AA Pour Over": 3})) == ["Kenya AA Pour Over"]


# -- how sure ---------------------------------------------------------------------------------------------------------
SAID = [
    # orders, days since, said, asked between two
    ([], 1, False, False),
    (["Latte"], 1, False, False),
    (["Latte"] * 2, 1, False, False),
    (["Latte"] * 3, 1, True, False),
    (["Latte"] * 3, 0, False, False),  # a second visit on one day is rarely for the same
    (["Latte"] * 3, 14, True, False),
    (["Latte"] * 3, 30, True, False),
    (["Latte"] * 3, 31, False, False),  # after a long absence habits have moved on
    (["Latte"] * 10, 60, True, False),
    (["Latte", "Tea"], 1, False, True),
    (["Latte", "Tea"] * 5, 1, False, True),
    (["Latte"] * 9 + ["Tea"], 1, True, False),
    (["Latte", "Tea", "Cake", "Soda", "Mocha"] * 3, 1, False, False),
]


@pytest.mark.parametrize(("orders", "later", "said", "asked"), SAID)
def test_the_usual_is_said_only_when_it_is_sure_enough(orders, later, said, asked):
    memory = known(*orders)
    found = foresee(memory, EMPTY, memory.day + later, MORNING)
    assert (found.say, found.either and not found.say) == (said, asked)


@pytest.mark.parametrize(
    ("orders", "offered"),
    [
        (["Latte"] * 6, ["Latte"]),
        (["Latte+Cake"] * 6, ["Cake", "Latte"]),
        (["Latte+Cake+Tea"] * 9, ["Cake", "Latte"]),  # no more than two in a sentence
        (["Latte"] * 6 + ["Latte+Cake"], ["Latte"]),
        (["Latte+Cake"] * 2, []),  # too few visits to say anything
        (["Latte", "Tea"] * 5, []),
    ],
)
def test_what_is_as_sure_is_offered_beside_it(orders, offered):
    memory = known(*orders)
    found = foresee(memory, EMPTY, memory.day + 1, MORNING)
    assert [drink.name for drink in found.order] == offered
    assert bool(found.order) is found.say


def test_what_the_house_sells_is_never_said_to_be_ones_own():
    only_mocha = read({"v0": 10_000, "i0Mocha": 10_000})
    found = foresee(known("", "", ""), only_mocha, 800_000, MORNING)
    assert found.items[0].drink.name == "Mocha"
    assert (found.say, found.either) == (False, False)


@pytest.mark.parametrize(
    ("away", "odds"), [(-1, 0.6), (0, 0.6), (1, 1.1), (14, 1.1), (15, 0.85), (30, 0.85), (31, 0.65)]
)
def test_how_long_ago_the_last_visit_was_moves_the_odds(away, odds):
    memory = known(*["Latte"] * 4)
    p = 4 / (4 + EMPTY.shrink)
    expected = p * odds / (p * odds + 1 - p)
    assert foresee(memory, EMPTY, memory.day + away, MORNING).items[0].p == pytest.approx(expected)


def test_what_the_house_sells_adds_to_ones_own():
    memory = known("Mocha")
    p, among_others = (foresee(memory, house, memory.day + 1, MORNING).items[0].p for house in (EMPTY, CAFE))
    assert among_others > p


def test_a_house_where_people_repeat_believes_sooner():
    sure, unsure = read({"first": 1_000, "again": 999}), read({"first": 1_000, "again": 0})
    memory = known("Latte")
    assert foresee(memory, sure, memory.day + 1, 0).items[0].p > foresee(memory, unsure, memory.day + 1, 0).items[0].p


# -- why --------------------------------------------------------------------------------------------------------------
def share(n: int, of: int, item: str = "Latte", part: str = "") -> Msg:
    return Msg(f"why.share{part}", {"n": n, "of": of, "item": item})


BECAUSE = [
    (["Latte"], MORNING, Msg("why.once", {"item": "Latte"})),
    (["Latte"] * 2, MORNING, share(2, 2)),
    (["Latte"] * 4, MORNING, share(4, 4)),
    (["Latte"] * 5, MORNING, share(5, 5, part=".morning")),
    (["Latte"] * 5, EVENING, share(5, 5)),  # no evening visits: of all of them
    (["Tea"] * 3 + ["Latte"] * 14, MORNING, share(14, 17, part=".morning")),
    (["Tea"] * 3 + ["Latte"] * 14, MIDDAY, share(8, 8)),  # of the last eight
    (["Latte"] * 60, MORNING, share(SEEN_VISITS, SEEN_VISITS, part=".morning")),
]


@pytest.mark.parametrize(("orders", "part", "because"), BECAUSE)
def test_the_reason_counts_visits_of_that_part_of_the_day_where_there_were_enough(orders, part, because):
    memory = known(*orders)
    assert foresee(memory, EMPTY, memory.day + 1, part).because == because


def test_the_reason_counts_no_visit_of_another_part_of_the_day():
    memory = come(known(*["Latte"] * 6), "Dawa", *["Latte"] * 4, hour=19)
    assert foresee(memory, EMPTY, memory.day + 1, EVENING).because == share(4, 5, part=".evening")
    assert foresee(memory, EMPTY, memory.day + 1, MORNING).because == share(6, 6, part=".morning")


def test_the_reason_is_never_that_it_was_not_had():
    """The latte of the mornings is still the best guess after five evenings of this and that."""
    memory = come(known(*["Latte"] * 10), "Dawa", "Tea", "Juice", "Soda", "Wine", hour=19)
    found = foresee(memory, EMPTY, memory.day + 1, EVENING)
    assert (found.items[0].drink.name, found.say) == ("Latte", False)
    assert found.because == share(3, 8)


# -- always -----------------------------------------------------------------------------------------------------------
@given(st.integers(0, (1 << SEEN_VISITS) - 1))
def test_the_weight_of_visits_fades_by_a_tenth_each(mask):
    assert weight(mask) == pytest.approx(sum(KEEP**n for n in range(SEEN_VISITS) if mask >> n & 1))


ORDERS = st.lists(
    st.lists(st.sampled_from(["Latte", "Tea", "Cake", "Mocha", "Chai"]), max_size=3).map("+".join), max_size=45
)


@given(ORDERS, ORDERS, st.sampled_from([EMPTY, CAFE]), st.integers(0, 3), st.integers(-1, 90))
def test_a_foresight_holds_together(mornings, evenings, house, part, later):
    memory = come(known(*mornings), *evenings, hour=19)
    found = foresee(memory, house, memory.day + later, part)
    ps = [item.p for item in found.items]
    assert ps == sorted(ps, reverse=True)
    assert all(0 <= p <= 1 for p in ps)
    assert len({item.key for item in found.items}) == len(ps) <= usual.SHOWN
    if memory.visits <= SEEN_VISITS:
        assert len(ps) == min(usual.SHOWN, len({*memory.habits, *house.popular[part]}))
    if found.say:
        assert memory.visits >= SAY_VISITS
        assert ps[0] >= SAY
        assert found.items[0].key in memory.habits
    assert found.order == tuple(item.drink for item in found.items[: len(found.order)])
    assert all(item.p >= SAY for item in found.items[: len(found.order)])
    if found.either:
        assert {item.key for item in found.items[:2]} <= set(memory.habits)
    if found.because.key.startswith("why.share"):
        assert 0 < found.because.args["n"] <= found.because.args["of"] <= SEEN_VISITS  # type: ignore[operator]
