"""What is worth a look: seen beyond clear thresholds, measured against the house, and never below them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import comb, isclose

from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.days import DAY, MINUTE
from loyalty.core.integrity import (
    BARE_SALES,
    BURST,
    BURST_CARDS,
    BUSY_DAY,
    BUSY_TIMES,
    HAND_MOVES,
    MERGES,
    NEVER_USED,
    OWN_DAY,
    OWN_SALES,
    UNMET_SALES,
    look,
)
from loyalty.core.pairs import PAIR_VISITS, at_least
from loyalty.core.seen import Found, Made, Merged, Moved, Rung

OWN = {"card-of-wanjiru": "wanjiru"}
numbers = itertools.count(1)


def rung(
    day: int = 0,
    who: str | None = "wanjiru",
    person: str | None = "amina",
    part: int = 0,
    points: int = 1,
    **fields: bool,
) -> Rung:
    id = next(numbers)
    at, bare, unmet = day * DAY + part * 60 * MINUTE + id, fields.get("bare", False), fields.get("unmet", False)
    return Rung(str(id), at, day, part, "1", who, person, points, bare, fields.get("reward", unmet), unmet)


def made(minute: int, sales: int = 0, who: str | None = "wanjiru", till: str | None = "1") -> Made:
    return Made(f"p{next(numbers)}", till, who, minute * MINUTE, sales)


def seen(*sales: Rung, made: list[Made] | None = None, moved: list[Moved] | None = None) -> list[Found]:
    return look(sales, OWN, made or [], moved or [])


def guests(days: int, a_day: int = 20, staff: tuple[str, ...] = ("wanjiru", "otieno")) -> Iterator[Rung]:
    """A calm house: everybody comes once a day, the staff take turns."""
    for day in range(days):
        for n in range(a_day):
            yield rung(day, staff[(n + day) % len(staff)], f"guest{n}", part=n % 4)


def test_a_calm_house_shows_nothing() -> None:
    assert seen(*guests(28), made=[made(n * 30, sales=3) for n in range(40)]) == []
    assert seen() == []


# -- one's own card ---------------------------------------------------------------------------------------------------
def test_one_s_own_card_on_sales_by_one_s_own_hand() -> None:
    mine = [rung(day, "wanjiru", "card-of-wanjiru") for day in range(OWN_SALES)]
    others = [rung(day, "otieno", "card-of-wanjiru") for day in range(3)]
    [row] = seen(*mine, *others, *guests(28))
    assert (row.kind, row.who, row.people) == ("own-card", "wanjiru", ("card-of-wanjiru",))
    assert (row.n, row.of, row.usual) == (OWN_SALES, OWN_SALES + 3, OWN_SALES + 28 * 10)
    assert [sale.day for sale in row.sales] == [*range(OWN_SALES)][::-1], "the newest first"
    assert seen(*mine[1:], *others, *guests(28)) == []


def test_c41_one_s_own_card_on_many_sales_of_a_day() -> None:
    """The next customer answers the prompt of the one before: whoever holds the card, it is on everybody's sales."""
    today = [rung(3, "otieno", "card-of-wanjiru") for _ in range(OWN_DAY)]
    [row] = seen(*today, *guests(28))
    assert (row.kind, row.n, row.of, row.usual) == ("own-card-busy", OWN_DAY, 1, 1)
    assert seen(*today[1:], *guests(28)) == []


# -- points without items ---------------------------------------------------------------------------------------------
def test_sales_that_sold_nothing_and_gave_points() -> None:
    bare = [rung(day, "otieno", f"p{day}", points=4, bare=True) for day in range(BARE_SALES)]
    [row] = seen(*bare, *guests(28))
    assert (row.kind, row.who, row.n, row.of, row.usual) == ("bare-points", "otieno", 3, 3 + 28 * 10, 12)
    assert seen(*bare[1:], *guests(28)) == []
    assert seen(*(one._replace(points=0) for one in bare), *guests(28)) == [], "who earned nothing gained nothing"
    [row] = seen(*(one._replace(who=None) for one in bare), *guests(28))
    assert (row.who, row.till) == (None, "1"), "where nobody says who it was, the till is named"


def test_rewards_used_on_sales_that_do_not_keep_to_what_they_ask() -> None:
    kept = [rung(day, "otieno", f"k{day}", reward=True) for day in range(4)]
    less = [rung(day, "otieno", f"p{day}", unmet=True) for day in range(UNMET_SALES)]
    [row] = seen(*less, *kept, rung(1, "wanjiru", "x", unmet=True), *guests(28))
    assert (row.kind, row.who, row.n) == ("unmet", "otieno", UNMET_SALES)
    assert (row.of, row.usual) == (UNMET_SALES + 4, UNMET_SALES + 1), "of the same hand's, and in the house"
    assert set(row.people) == {sale.person for sale in less}
    assert seen(*less[1:], *kept, *guests(28)) == []


def test_points_moved_by_hand() -> None:
    moves = [Moved("otieno", "1", f"p{n}", 50 if n % 2 else -10, n) for n in range(HAND_MOVES)]
    [row] = seen(moved=[*moves, Moved("wanjiru", "1", "x", 5, 9)])
    assert (row.kind, row.who, row.n, row.of, row.usual) == ("by-hand", "otieno", 5, 6, 130)
    assert seen(moved=moves[1:]) == []


def test_people_made_one_and_two_again() -> None:
    times = [Merged("otieno", None, f"p{n}", n % 2 == 1, n) for n in range(MERGES)]
    spread = [one._replace(who=None, screen=f"key {n % 2}") for n, one in enumerate(times)]
    assert look((), OWN, (), (), spread) == [], "screens that nobody has taken are not one hand"
    assert len(look((), OWN, (), (), [one._replace(screen="key") for one in spread])) == 1
    [row] = look((), OWN, (), (), [*times, Merged("wanjiru", None, "x", False, 9)])
    assert (row.kind, row.who, row.n) == ("merges", "otieno", MERGES)
    assert (row.of, row.usual) == (MERGES + 1, MERGES // 2), "of all in the house, and how many were undone"
    assert set(row.people) == {one.person for one in times}
    assert look((), OWN, (), (), times[1:]) == []


# -- dummy cards ------------------------------------------------------------------------------------------------------
def test_c62_cards_made_one_after_the_other_and_never_used() -> None:
    """Who is made to ask everybody for a card scans dummies."""
    calm = [made(10_000 + n * 30, sales=4) for n in range(24)]
    burst = [made(n * 5, sales=n % 2) for n in range(BURST_CARDS)]
    [row] = seen(made=[*calm, *burst])
    assert (row.kind, row.who, row.till, row.n, row.of, row.usual) == ("burst", "wanjiru", None, 10, 10, 29)
    assert set(row.people) == {one.person for one in burst}
    assert seen(made=[*calm, *burst[1:]]) == []
    spread = [one._replace(at=n * BURST // (BURST_CARDS - 1)) for n, one in enumerate(burst)]
    assert seen(made=[*calm, *spread]) == [], "an hour apart is no burst"


def test_a_good_first_day_is_no_burst() -> None:
    """Many cards in an hour, of which some are used again."""
    assert seen(made=[made(n, sales=2 if n % 3 == 0 else 0) for n in range(60)]) == []


def test_a_burst_is_measured_against_the_house() -> None:
    """Nine of eleven are many where nearly all are used again, and few where half are not."""
    burst = [made(n * 5, sales=3 * (n in (2, 7))) for n in range(11)]
    calm = [made(10_000 + n * 30, sales=4) for n in range(40)]
    [row] = seen(made=[*calm, *burst])
    assert (row.n, row.of) == (9, 11)
    assert seen(made=[*(one._replace(sales=4 * (n % 2)) for n, one in enumerate(calm)), *burst]) == []


def test_cards_that_are_never_used_however_slowly_they_are_made() -> None:
    slow = [made(n * 400, who="otieno") for n in range(NEVER_USED)]
    used = [made(n * 400, sales=2, who="otieno") for n in range(4)]
    calm = [made(n * 900, sales=n % 4) for n in range(60)]
    [row] = seen(made=[*slow, *used, *calm])
    assert (row.kind, row.who, row.n, row.of, row.usual) == ("idle", "otieno", NEVER_USED, NEVER_USED + 4, 25)
    assert set(row.people) == {one.person for one in slow}
    assert seen(made=[*slow[1:], *used, *calm]) == []
    assert seen(made=[*(one._replace(who=None, till=None) for one in slow), *calm]) == [], "by nobody here"
    assert seen(made=[*slow, *used, used[0], *calm]) == [], "so many were used"
    assert seen(made=[*slow, *(one._replace(sales=0) for one in calm[::2])]) == [], "so it is with others' as well"


def test_a_burst_at_a_till_where_nobody_signs_on() -> None:
    two = [made(n, who=None, till=str(n % 2)) for n in range(2 * BURST_CARDS)]
    assert [(row.who, row.till, row.n) for row in seen(made=two)] == [(None, "0", 10), (None, "1", 10)]
    assert seen(made=[one._replace(till=str(n)) for n, one in enumerate(two)]) == []


def test_c62_one_card_on_everybody_s_sales() -> None:
    busy = [rung(day, "otieno", "dummy", part=n % 4) for day in (3, 9) for n in range(BUSY_DAY + day)]
    [row] = seen(*busy, *guests(28))
    assert (row.kind, row.who, row.people, row.n, row.of, row.usual) == ("busy-card", None, ("dummy",), 15, 2, 1)
    assert {sale.day for sale in row.sales} == {9}, "the busiest day"


def test_a_card_is_measured_against_the_house() -> None:
    """Where everybody pays apart, many sales on a card are nothing."""
    crowd = [rung(day, "otieno", f"guest{n}") for day in range(5) for n in range(10) for _ in range(2)]
    assert seen(*crowd, *(rung(3, "otieno", "g") for _ in range(2 * BUSY_TIMES))) == []
    [row] = seen(*crowd, *(rung(3, "otieno", "g") for _ in range(2 * BUSY_TIMES + 1)))
    assert (row.n, row.usual) == (7, 2)
    [alone] = seen(*(rung(3, "otieno", "g") for _ in range(BUSY_DAY)))
    assert (alone.n, alone.usual) == (6, 1), "nobody else is one sale a day"


# -- pairs ------------------------------------------------------------------------------------------------------------
def three(days: int = 28) -> list[Rung]:
    """Three at a time, ten guests in each part of each day."""
    staff = ("wanjiru", "otieno", "achieng")
    return [
        rung(day, staff[(n + day) % 3], f"guest{day}{part}{n}", part=part)
        for day in range(days) for part in range(4) for n in range(10)
    ]  # fmt: skip


def test_a_customer_always_with_the_same_of_three() -> None:
    theirs = [rung(day, "otieno", "friend", part=1) for day in range(20)]
    [row] = seen(*theirs, *three())
    assert (row.kind, row.who, row.people, row.n, row.of) == ("pair", "otieno", ("friend",), 20, 20)
    assert 5 <= row.usual <= 8, "a third of twenty"
    assert seen(*theirs[: PAIR_VISITS - 1], *three()) == []


def test_who_always_comes_in_somebody_s_shift_is_no_pair() -> None:
    """The morning has one barista: whoever comes in the morning meets them."""
    shifts = [
        rung(day, ("wanjiru", "otieno")[part], f"guest{n}", part=part)
        for day in range(28) for part in range(2) for n in range(12)
    ]  # fmt: skip
    assert seen(*shifts) == []


def test_a_little_oftener_is_chance() -> None:
    theirs = [rung(day, ("otieno", "wanjiru")[day % 3 == 0], "amina", part=1) for day in range(24)]
    assert seen(*theirs, *three()) == []


def test_a_table_that_pays_apart_is_one_visit() -> None:
    theirs = [rung(day, "otieno", "table", part=1) for day in range(PAIR_VISITS - 1) for _ in range(4)]
    assert seen(*theirs, *three()) == []


def test_where_there_is_nobody_else_there_is_no_chance_to_compare_with() -> None:
    assert seen(*(rung(day, "otieno", "friend") for day in range(28))) == []


@given(st.integers(1, 12), st.floats(0.01, 0.99), st.data())
def test_the_chance_of_so_many_is_the_binomial_s(visits: int, p: float, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, visits))
    expected = sum(comb(visits, k) * p**k * (1 - p) ** (visits - k) for k in range(n, visits + 1))
    assert isclose(at_least(n, [p] * visits), expected, rel_tol=1e-9, abs_tol=1e-12)


@given(st.permutations([0.1, 0.25, 0.5, 0.9]))
def test_the_chance_does_not_depend_on_the_order_of_visits(chances: list[float]) -> None:
    assert isclose(at_least(2, chances), at_least(2, [0.1, 0.25, 0.5, 0.9]))
    assert at_least(4, chances) < at_least(3, chances) < at_least(1, chances) < 1
