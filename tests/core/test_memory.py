"""What is known of a customer: the fold of their sales, the same bytes however it was come by."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import memory
from loyalty.core.days import DAY, MINUTE, SECOND, VISIT_GAP, Calendar
from loyalty.core.facts import START, Drink, Key
from loyalty.core.house import House
from loyalty.core.memory import (
    HABITS_MAX,
    KEEP,
    MASK,
    MODIFIERS_MAX,
    SEEN_VISITS,
    SKUS_MAX,
    VARIATIONS_MAX,
    Memory,
    dump,
    load,
    mask_of,
    pass_by,
    take,
)
from loyalty.core.usual import foresee
from tests import make

CALENDAR = Calendar(make.ZONE)
MONDAY = 1_759_640_400 * SECOND  # 2025-10-05T05:00Z, eight in the morning in Nairobi
LATTE = Drink("Latte", "Medium", ("Oat milk",))
TEA, CAKE = Drink("Tea"), Drink("Cake")

Sale = tuple[int, tuple[Drink, ...], int]  # at, drinks, spend


def key(at: int) -> Key:
    return Key(at, "test", str(at), "shop")


def fold(sales: list[Sale], into: Memory | None = None) -> tuple[Memory, list[dict[str, int]]]:
    known = Memory() if into is None else into
    return known, [taken(known, *sale) for sale in sales]


def taken(known: Memory, at: int, drinks: tuple[Drink, ...], spend: int = 0) -> dict[str, int]:
    return take(known, key(at), *CALENDAR.read(at), drinks, spend)


def daily(*orders: tuple[Drink, ...]) -> Memory:
    """One order a day, every morning at eight."""
    return fold([(MONDAY + day * DAY, order, 380) for day, order in enumerate(orders)])[0]


def usual(known: Memory) -> Drink:
    return foresee(known, House(), known.day + 1, 0).items[0].drink


# -- visits -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gaps", "visits"),
    [
        ((), 1),
        ((0,), 1),
        ((30 * MINUTE - 1,), 1),
        ((30 * MINUTE,), 2),
        ((29 * MINUTE, 29 * MINUTE, 29 * MINUTE), 1),  # each joins the one before it
        ((29 * MINUTE, 30 * MINUTE, 1), 2),
        ((DAY, DAY, 365 * DAY), 4),
    ],
)
def test_sales_less_than_half_an_hour_apart_are_one_visit(gaps, visits):
    known, gave = fold([(at, (LATTE,), 0) for at in accumulate((MONDAY, *gaps))])
    assert known.visits == visits
    assert sum(n for each in gave for key, n in each.items() if key[0] == "v") == visits
    assert mask_of(known, known.habits["latte"]) == (1 << visits) - 1


def test_nothing_is_known_of_nobody():
    assert load(b"") == Memory()
    assert Memory().key == START
    assert memory.opens_visit(Memory(), 0)


def test_a_visit_has_the_part_of_the_day_in_which_it_opened():
    known, _ = fold([(MONDAY + 175 * MINUTE, (LATTE,), 0), (MONDAY + 190 * MINUTE, (CAKE,), 0)])  # 10:55 and 11:10
    assert (known.part, known.parts) == (0, (1, 0, 0, 0))
    taken(known, MONDAY + 9 * 60 * MINUTE, (TEA,))
    assert (known.part, known.parts) == (3, (2, 0, 0, 1))


def test_the_last_two_visits_are_told_apart():
    known, _ = fold([(MONDAY, (TEA,), 0), (MONDAY + DAY, (LATTE,), 0), (MONDAY + DAY + MINUTE, (CAKE, LATTE), 0)])
    assert (known.before, known.last) == (("tea",), ("latte", "cake"))


def test_days_never_run_backwards():
    """Past midnight in one shop, then in another whose day is not over yet."""
    known = Memory()
    for at, day in ((0, 10), (10 * MINUTE, 11), (3 * 60 * MINUTE, 10), (2 * DAY, 12)):
        take(known, key(at), day, 3, (LATTE,), 100)
    days = memoryview(known.days.day).cast("i").tolist()
    assert days == sorted(set(days))
    assert known.days.since(11)[1] >= 300
    assert known.days.since(0) == (3, 400)


# -- drinks -----------------------------------------------------------------------------------------------------------
def test_one_extra_hot_does_not_lose_the_oat_milk():
    hot = Drink("Latte", "Medium", ("Oat milk", "Extra hot"))
    assert usual(daily(*[(LATTE,)] * 5, (hot,))) == LATTE
    assert usual(daily(*[(LATTE,)] * 5, (hot,), (LATTE,))) == LATTE


def test_one_large_does_not_lose_the_medium():
    assert usual(daily(*[(LATTE,)] * 4, (Drink("Latte", "Large", ("Oat milk",)),))) == LATTE


def test_one_without_anything_does_not_lose_what_was_given_before():
    assert usual(daily(*[(LATTE,)] * 4, (Drink("Latte"),))) == LATTE


def test_a_new_way_of_taking_it_becomes_the_usual():
    new = Drink("Latte", "Large", ("Soy milk",))
    assert usual(daily(*[(LATTE,)] * 20, *[(new,)] * 7)) == new


def test_an_even_split_names_neither_way():
    large = Drink("Latte", "Large")
    known = daily(*[(Drink("Latte", size),) for size in ("Large", "Medium", "Small") * 8])
    assert usual(known) == Drink("Latte")
    assert usual(daily((large,))) == large


def test_variation_and_modifiers_do_not_fade_while_something_else_is_drunk():
    known = daily(*[(LATTE,)] * 4, *[(TEA,)] * 30)
    before = dump(known)
    assert known.habits["latte"].modifiers["Oat milk"] == pytest.approx(sum(KEEP**n for n in range(4)))
    assert dump(load(before)) == before
    taken(known, MONDAY + 40 * DAY, (Drink("Latte"),))
    habit = known.habits["latte"]
    assert habit.modifiers["Oat milk"] / habit.weight > 0.5


def test_twice_in_one_visit_is_one_visit_and_two_times():
    known = daily((LATTE, LATTE, TEA))
    assert known.last == ("latte", "tea")
    assert known.habits["latte"].weight == 1 + KEEP
    assert mask_of(known, known.habits["latte"]) == 1


def test_a_modifier_said_twice_counts_once():
    known = daily((Drink("Latte", "", ("Extra shot", "Extra shot")),))
    assert known.habits["latte"].modifiers == {"Extra shot": 1.0}


SAME = [
    ("letters", Drink("Latte"), Drink(" LATTE ")),
    ("a new name of its sku", Drink("Flat White", sku="F"), Drink("Kilimani White", sku="F")),
    ("another sku of its name", Drink("Latte", "Small", sku="L-S"), Drink("Latte", "Large", sku="L-L")),
    ("no sku any more", Drink("Latte", sku="L"), Drink("Latte")),
]


@pytest.mark.parametrize(("first", "then"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_it_is_the_same_drink(first, then):
    known = daily((first,), (then,))
    (habit,) = known.habits.values()
    assert (habit.n, habit.mask, habit.name) == (2, 0b11, then.name)


def test_a_renamed_drink_keeps_its_habit_and_shows_its_new_name():
    old, new = Drink("Flat White", "Small", sku="F"), Drink("Kilimani White", "Small", sku="F")
    known = daily(*[(old,)] * 10, (new,))
    assert usual(known) == Drink("Kilimani White", "Small")
    assert memory.drink_of(known, new) == "flat white"
    assert memory.drink_of(known, Drink("Kilimani White")) == "kilimani white"  # without its sku, who could tell?


def test_a_drink_is_forgotten_by_the_mask_after_its_visits():
    known = daily((TEA,), *[(LATTE,)] * (SEEN_VISITS - 1))
    assert mask_of(known, known.habits["tea"]) == 1 << SEEN_VISITS - 1
    taken(known, MONDAY + 60 * DAY, (LATTE,))
    assert mask_of(known, known.habits["tea"]) == 0
    assert mask_of(known, known.habits["latte"]) == MASK == known.parts[0]


# -- what the house is given ------------------------------------------------------------------------------------------
GIVEN = [
    ("a first visit", [(0, (LATTE, CAKE))], {"v0": 1, "i0Latte": 1, "i0Cake": 1}),
    ("the same drink again in one visit", [(0, (LATTE,)), (MINUTE, (LATTE, TEA))], {"i0Tea": 1}),
    (
        "a second visit that repeats one of two",
        [(0, (LATTE, CAKE)), (DAY, (LATTE, TEA))],
        {"first": 2, "v0": 1, "gaps": 1, "gapsum": 0, "again": 1, "i0Latte": 1, "i0Tea": 1},
    ),
    (
        "a repeat later in the second visit",
        [(0, (LATTE, CAKE)), (DAY, (TEA,)), (DAY + MINUTE, (CAKE, LATTE))],
        {"again": 2, "i0Cake": 1, "i0Latte": 1},
    ),
    (
        "a third visit, ten days later, after lunch",
        [(0, (LATTE,)), (DAY, (LATTE,)), (11 * DAY + 7 * 60 * MINUTE, (LATTE,))],
        {"v2": 1, "gaps": 1, "gapsum": 23, "i2Latte": 1},
    ),
    (
        "a fourth: its gap against the typical one of two",
        [(0, ()), (DAY, ()), (3 * DAY, ()), (6 * DAY, ())],
        {"v0": 1, "gaps": 1, "gapsum": 10, "g2:9": 1},
    ),
    ("a second visit on one day", [(0, ()), (DAY, ()), (DAY + 60 * MINUTE, ())], {"v0": 1}),
]


@pytest.mark.parametrize(("visits", "last"), [case[1:] for case in GIVEN], ids=[case[0] for case in GIVEN])
def test_what_the_last_sale_gives_to_the_house(visits, last):
    _, gave = fold([(MONDAY + at, drinks, 0) for at, drinks in visits])
    assert gave[-1] == last


# -- limits -----------------------------------------------------------------------------------------------------------
def drinks(most: int, start: int = 0) -> tuple[Drink, ...]:
    return tuple(Drink(f"drink {n:03}", sku=f"sku {n:03}") for n in range(start, start + most))


def test_the_drink_had_longest_ago_is_forgotten_first_and_among_equals_by_name():
    known = daily((TEA,), drinks(2), drinks(HABITS_MAX - 2, start=2), (TEA,), ())
    assert len(known.habits) == HABITS_MAX
    assert {"tea", "drink 001"} <= set(known.habits)
    assert "drink 000" not in known.habits


def test_no_more_drinks_are_remembered_than_the_limit_and_those_of_one_visit():
    known = daily(drinks(200))
    assert len(known.habits) == len(known.last) == HABITS_MAX
    taken(known, MONDAY + DAY, (LATTE, *drinks(200, start=200)))
    assert "latte" in known.habits
    assert len(known.habits) <= 2 * HABITS_MAX
    taken(known, MONDAY + 2 * DAY, ())
    assert len(known.habits) == HABITS_MAX
    assert "latte" in known.habits


def test_a_visit_that_never_ends_is_bounded_too():
    known, _ = fold([(MONDAY + n * (VISIT_GAP - 1), drinks(5, start=5 * n), 0) for n in range(100)])
    assert known.visits == 1
    assert len(known.habits) == len(known.last) == HABITS_MAX


def test_no_more_skus_are_remembered_than_the_limit_and_new_ones_still_are():
    known = daily(*[drinks(10, start=10 * n) for n in range(30)], ())
    assert len(known.skus) <= SKUS_MAX
    assert known.skus["sku 299"] == "drink 299"


def test_the_sku_not_had_for_longest_is_forgotten_first():
    """A drink in many sizes, each a sku of its own, and one that is had every day and has a new name since."""
    staple, renamed = Drink("Flat White", sku="F"), Drink("Kilimani White", sku="F")
    sizes = [tuple(Drink("Latte", sku=f"L {10 * day + n}") for n in range(10)) for day in range(20)]
    known = daily((staple,), *[(renamed, *each) for each in sizes], (renamed,))
    assert len(known.skus) <= SKUS_MAX
    assert memory.drink_of(known, renamed) == "flat white"
    assert mask_of(known, known.habits["flat white"]).bit_count() == 22


def test_no_more_ways_of_taking_it_are_remembered_than_the_limit():
    sizes = [(Drink("Latte", f"size {n:02}", (f"extra {n:02}", "Oat milk")),) for n in range(40)]
    habit = daily(*sizes).habits["latte"]
    assert list(habit.variations) == [f"size {n}" for n in range(40 - VARIATIONS_MAX, 40)]
    assert len(habit.modifiers) == MODIFIERS_MAX
    assert {"Oat milk", "extra 39", "extra 38"} <= set(habit.modifiers)


def test_many_modifiers_at_once_are_bounded_and_the_weakest_go_first():
    known = daily(*[(LATTE,)] * 3, (Drink("Latte", "", ("Oat milk", *(f"extra {n:02}" for n in range(30)))),))
    assert len(known.habits["latte"].modifiers) == MODIFIERS_MAX
    assert "Oat milk" in known.habits["latte"].modifiers


# -- who is not to be remembered --------------------------------------------------------------------------------------
def test_of_who_is_not_remembered_only_the_last_visit_is_kept():
    known, opened = Memory(), []
    for at in accumulate((MONDAY, 30 * MINUTE - 1, 30 * MINUTE, DAY)):
        opened.append(pass_by(known, key(at)))
    assert opened == [True, False, True, True]
    last = key(MONDAY + DAY + 60 * MINUTE - 1)
    assert known.key == last
    assert known == Memory(*last)


# -- one memory, refoldable -------------------------------------------------------------------------------------------
GAPS = st.one_of(
    st.sampled_from([1, VISIT_GAP - 1, VISIT_GAP, DAY, 6 * 60 * MINUTE]),
    st.integers(1, 3 * 60 * MINUTE),
    st.integers(DAY // 2, 40 * DAY),
)
DRINKS = st.builds(
    Drink,
    st.sampled_from(["Latte", "latte ", "Flat White", "Kilimani White", "Tea", "Cake"]),
    st.sampled_from(["", "Small", "Large"]),
    st.lists(st.sampled_from(["Oat milk", "Extra hot", "No sugar"]), max_size=2).map(tuple),
    st.sampled_from(["", "", "F", "L"]),
)
ORDERS = st.lists(DRINKS, max_size=3).map(tuple)
STREAMS = st.lists(st.tuples(GAPS, ORDERS, st.integers(0, 5_000)), min_size=1, max_size=25).map(
    lambda told: [
        (MONDAY + at, drinks, spend)
        for at, (_, drinks, spend) in zip(accumulate(t[0] for t in told), told, strict=True)
    ]
)


@given(STREAMS)
def test_one_memory_refoldable_from_any_of_its_former_states(sales):
    whole, gave = fold(sales)
    kept = b""
    for place, sale in enumerate(sales):
        later, gave_later = fold(sales[place:], load(kept))
        assert dump(later) == dump(whole)
        assert gave_later == gave[place:]
        known = load(kept)
        taken(known, *sale)
        kept = dump(known)
    assert kept == dump(whole)


@given(STREAMS)
def test_the_fold_holds_together(sales):
    known, gave = fold(sales)
    openings = 1 + sum(later[0] - earlier[0] >= VISIT_GAP for earlier, later in pairwise(sales))
    assert known.visits == openings
    assert sum(known.parts).bit_count() == sum(mask.bit_count() for mask in known.parts) == min(openings, SEEN_VISITS)
    assert known.days.since(0) == (openings, sum(spend for _, _, spend in sales))
    for habit in known.habits.values():
        assert mask_of(known, habit) & ~MASK == 0
        assert all(
            0 < share <= habit.weight + 1e-9 for share in (*habit.variations.values(), *habit.modifiers.values())
        )
    assert all(n >= 0 for each in gave for n in each.values())


def test_one_memory_refoldable_beyond_every_limit():
    rng = random.Random(7)
    sales: list[Sale] = []
    at = MONDAY
    for _ in range(1_500):
        at += rng.choice((MINUTE, VISIT_GAP, DAY, 2 * DAY))
        sizes, extras = (
            (f"size {rng.randrange(12)}",),
            tuple(f"extra {rng.randrange(30)}" for _ in range(rng.randrange(4))),
        )
        order = tuple(
            Drink(f"d{(n := rng.randrange(150))}", *sizes, extras, rng.choice(("", f"s{n}"))) for _ in range(3)
        )
        sales.append((at, order, rng.randrange(1000)))
    whole, gave = fold(sales)
    kept, given_back = b"", []
    for sale in sales:
        known = load(kept)
        given_back.append(taken(known, *sale))
        kept = dump(known)
    assert kept == dump(whole)
    assert given_back == gave
    assert HABITS_MAX <= len(whole.habits) <= 2 * HABITS_MAX
    assert len(whole.skus) <= 2 * SKUS_MAX
    assert len(kept) < 64 * 1024
