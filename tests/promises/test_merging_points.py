"""Merging people whose points end, wait, and come from elsewhere: as if one had always had them (C42, C47)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.acts.redemptions import reserve
from loyalty.acts.tiers import end_tier, set_tier
from loyalty.errors import Unfit
from loyalty.store import staff
from loyalty.store.lite import LiteSession
from loyalty.wire import NewRedemption
from loyalty.wire_program import EarnReferral, EarnWelcome, Program, Reward
from loyalty.wire_tiers import SetTier
from tests import make
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import DORA, MANY, NOW, OPENED, PEOPLE, PROGRAM, Story, stories
from tests.promises.twins import by_hand, let_end, merge, same, undo, use

pytestmark = pytest.mark.slow

NAMES = [who.name for who in PEOPLE]
DATED = replace(
    PROGRAM,
    earn=(*PROGRAM.earn, EarnWelcome(points=7), EarnReferral(points=11, friend=5)),
    rewards=(Reward(id="free", name="Free coffee", points=6),),
    expire_days=5,
    pending_hours=30,
)
SILVER, GOLD = DATED.tiers
TIMES = replace(DATED, tiers=(replace(SILVER, percent=150), replace(GOLD, percent=300)))


def furnished(tmp: pytest.TempPathFactory, name: str, program: Program) -> Bench:
    """Amina brought Ben along, and Ben brought Dora."""
    made = Bench(tmp.mktemp(name), PEOPLE, program, OPENED)
    session = LiteSession(made.folder / "first.db")
    with session.transaction():
        for friend, by in (("Ben", "Amina"), ("Dora", "Ben")):
            ids = made.cafe.people[by], made.cafe.people[friend]
            session.run("UPDATE customers SET brought_by = ? WHERE id = ?", ids)
    session.close()
    return made


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnished(tmp_path_factory, "dated", DATED)


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return furnished(tmp_path_factory, "times", TIMES)


def alike(one: House, twin: House) -> None:
    for house in (one, twin):
        let_end(house)
    same(one, twin)
    assert one.differences() == []


hands = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from((-4, -1, 3, 20))), max_size=3)
moves = st.tuples(st.permutations(NAMES), st.booleans(), st.integers(0, 5))  # who with whom; or which merge is undone
plans = st.lists(st.lists(moves, max_size=2), min_size=1, max_size=4)  # between batches, over and over
Plan = list[list[tuple[list[str], bool, int]]]


@settings(max_examples=MANY)
@given(stories(), hands, plans)
def test_undone_merges_leave_no_trace_in_lots_debts_and_what_is_pending(
    dated: Bench, story: Story, hands: list[tuple[str, int]], plan: Plan
) -> None:
    merged_and_parted(dated, story, hands, plan)


@settings(max_examples=MANY)
@given(stories(), hands, plans)
def test_undone_merges_leave_no_trace_in_what_a_tier_made_of_points(
    times: Bench, story: Story, hands: list[tuple[str, int]], plan: Plan
) -> None:
    merged_and_parted(times, story, hands, plan)


def merged_and_parted(bench: Bench, story: Story, hands: list[tuple[str, int]], plan: Plan) -> None:
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        standing: list[str] = []
        keys = count()
        for number, batch in enumerate(batches(story.shuffled, story.sizes)):
            if number == 1:
                for house in (one, twin):
                    spent(house, hands)
            if number:
                juggle(one, standing, keys, plan[number % len(plan)])
            one.deliver(*batch)
            twin.deliver(*batch)
        assert one.differences() == [], "while they are merged"
        for merged in standing:
            undo(one, merged)
        alike(one, twin)


@pytest.mark.parametrize("program", [DATED, replace(DATED, expire_days=None, pending_hours=0)])
def test_whoever_was_merged_without_a_sale_stays_so_when_another_comes_along(tmp_path: Path, program: Program) -> None:
    """Nothing but their points tells that they are in it."""
    bench = Bench(tmp_path, PEOPLE, program, OPENED)
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        for house in (one, twin):
            by_hand(house, "Ben", 20, "by hand")
            house.move(NOW + timedelta(hours=1))
            use(house, "Ben", "used")
        merges = [merge(one, "Amina", gone, gone) for gone in ("Ben", "Dora")]
        assert (one.balances()["Amina"][0], one.balances()["Ben"][0]) == (14, 0)
        assert one.differences() == []
        for merged in filter(None, merges):
            undo(one, merged)
        alike(one, twin)


def test_a_sale_that_came_back_stays_so_when_its_customer_is_merged(tmp_path: Path) -> None:
    """Somebody else's reward, named by two of their sales, is asked for again then."""
    bench = Bench(tmp_path, PEOPLE, replace(DATED, expire_days=None, pending_hours=0), OPENED)
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        for house in (one, twin):
            by_hand(house, "Dora", 20, "by hand")
            with house.session.transaction():
                wanted = NewRedemption(customer=house.cafe.people["Dora"], reward="free", key="used", till="1")
                shop = house.cafe.shops[make.SHOP]
                used = reserve(house.line, house.cafe.business, replace(wanted, shop=shop)).id
            house.move(NOW + timedelta(minutes=10))
            beans = make.line("Beans", price=100_000)
            named = [make.sale(beans, id=id, at=NOW + timedelta(minutes=n)) for n, id in ((4, "b1"), (6, "b2"))]
            house.deliver(*(replace(sale, redemptions=(used,)) for sale in named))
            house.move(NOW + timedelta(hours=1))
            house.deliver(make.refund_of(named[1], beans, id="back"))
        had = one.balances()["Amina"][0]
        merged = merge(one, "Ben", "Amina", "m")
        assert one.balances()["Ben"][0] == had
        assert one.differences() == []
        undo(one, str(merged))
        assert {name: had[0] for name, had in one.balances().items()} == {
            name: had[0] for name, had in twin.balances().items()
        }
        assert one.differences() == []


def spent(house: House, hands: list[tuple[str, int]]) -> None:
    """Each at a moment of its own: of two at the same one the id decides, which chance makes."""
    for number, (name, points) in enumerate(hands):
        house.move(NOW + timedelta(seconds=2 * number + 1))
        by_hand(house, name, points, f"hand {number}")
        house.move(NOW + timedelta(seconds=2 * number + 2))
        use(house, name, f"use {number}")


def juggle(one: House, standing: list[str], keys: Iterator[int], moves: list[tuple[list[str], bool, int]]) -> None:
    for (kept, gone, _), part, which in moves:
        if part and standing:
            undo(one, standing.pop(which % len(standing)))
        else:
            made = merge(one, kept, gone, str(next(keys)))
            standing += [made] if made is not None else []


@contextmanager
def pair(bench: Bench) -> Iterator[tuple[House, House]]:
    """One house and its twin."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        yield one, twin


def referred(house: House) -> dict[str, tuple[str, bool]]:
    """Who was given something for whom, and whether it stands."""
    names = {id: name for name, id in house.cafe.people.items()}
    rows = house.session.rows("SELECT made_by, customer, standing FROM adjustments WHERE why = 'referral'")
    return {names[friend]: (names[by], bool(standing)) for friend, by, standing in rows}


def test_nobody_is_rewarded_for_bringing_themselves(dated: Bench) -> None:
    """While Ben is Amina, what she was given for him does not stand; what he was given for Dora is hers."""
    with pair(dated) as (one, twin):
        for house in (one, twin):
            house.deliver(make.sale(id="b", who=make.BEN, at=make.at("08:00", 41)))
            house.deliver(make.sale(id="d", who=DORA, at=make.at("08:00", 41)))
        assert referred(one) == {"Ben": ("Amina", True), "Dora": ("Ben", True)}
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        assert referred(one) == {"Ben": ("Amina", False), "Dora": ("Amina", True)}
        assert one.balances()["Ben"][0] == 0
        assert one.differences() == []
        undo(one, made)
        alike(one, twin)


def test_who_first_buys_while_they_are_merged_was_brought_all_the_same_once_they_are_two(dated: Bench) -> None:
    with pair(dated) as (one, twin):
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        for house in (one, twin):
            house.deliver(make.sale(id="b", who=make.BEN, at=make.at("08:00", 41)))
        assert referred(one) == {"Ben": ("Amina", False)}
        undo(one, made)
        assert referred(one) == {"Ben": ("Amina", True)}
        alike(one, twin)


def test_what_was_bought_by_somebody_else_brings_nobody_anything(dated: Bench) -> None:
    """Ben never bought; he is Amina now, who did."""
    with pair(dated) as (one, twin):
        for house in (one, twin):
            house.deliver(make.sale(id="d", who=DORA, at=make.at("08:00", 41)))
        made = merge(one, "Ben", "Dora", "key")
        assert made is not None
        for house in (one, twin):
            house.deliver(make.sale(id="d2", who=DORA, at=make.at("09:00", 41)))
        assert "Ben" not in referred(one)
        undo(one, made)
        alike(one, twin)


def test_no_key_that_an_owner_sends_is_in_the_way_of_what_a_friend_brings(dated: Bench) -> None:
    with dated.house(NOW) as one:
        ben = one.cafe.people["Ben"]
        by_hand(one, "Amina", 1, f"r-{ben}")
        one.deliver(make.sale(id="b", who=make.BEN, at=make.at("08:00", 41)))
        assert one.balances()["Amina"][0] == 1 + 11
        by_hand(one, "Amina", 1, f"r-{ben}")
        assert one.balances()["Amina"][0] == 1 + 11, "the same key is the same adjustment"
        [(key,)] = one.session.rows("SELECT sent_key FROM adjustments WHERE why = 'referral'")
        with pytest.raises(Unfit, match="control character"):
            by_hand(one, "Amina", 1, key)
        assert one.differences() == []


def test_points_by_hand_given_to_one_of_them_go_back_with_them(dated: Bench) -> None:
    with pair(dated) as (one, twin):
        for house in (one, twin):
            house.deliver(make.sale(id="b", who=make.BEN, at=make.at("08:00", 41)))
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        for house in (one, twin):
            by_hand(house, "Ben", 9, "given")
        assert one.balances()["Ben"][0] == 0
        assert one.balances()["Amina"][0] > 9
        undo(one, made)
        assert one.balances()["Ben"][0] == twin.balances()["Ben"][0] > 9
        alike(one, twin)


def test_every_entry_of_a_merge_says_so_and_what_ended_says_that(dated: Bench) -> None:
    with dated.house(NOW) as one:
        one.deliver(*(make.sale(id=f"b{day}", who=make.BEN, at=make.at("08:00", day)) for day in range(0, 41, 4)))
        before = one.session.row("SELECT MAX(id) FROM entries")
        assert before is not None
        merge(one, "Amina", "Ben", "key")
        reasons = one.session.rows("SELECT DISTINCT reason FROM entries WHERE id > ?", (before[0],))
        assert {row[0] for row in reasons} == {"transfer", "expire", "reverse"}  # the last: of who brought themselves
        rows = one.session.rows("SELECT reason FROM entries WHERE lot IS NOT NULL AND at = lot")
        assert {row[0] for row in rows} == {"expire"}


def hand(house: House, name: str, tier: str, until: date) -> None:
    with house.session.transaction():
        wanted = SetTier(tier=tier, until=until, reason="ours")
        set_tier(house.line, house.cafe.business, house.cafe.people[name], wanted)


def held(house: House, name: str) -> tuple[str | None, ...]:
    sql = "SELECT hand_tier FROM customers WHERE id = ?"
    found: tuple[str | None, ...] = house.session.rows(sql, (house.cafe.people[name],))[0]
    return found


def test_of_two_tiers_by_hand_the_higher_holds_while_they_are_one(dated: Bench) -> None:
    today = NOW.date()
    with pair(dated) as (one, twin):
        for house in (one, twin):
            hand(house, "Amina", "silver", today + timedelta(days=9))
            hand(house, "Ben", "gold", today + timedelta(days=2))
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        assert held(one, "Amina") == ("gold",)
        undo(one, made)
        assert held(one, "Amina") == ("silver",)
        same(one, twin)


def test_a_higher_tier_by_hand_that_has_ended_holds_no_more(dated: Bench) -> None:
    today = NOW.date()
    with dated.house(NOW) as one:
        hand(one, "Amina", "silver", today + timedelta(days=9))
        hand(one, "Ben", "gold", today + timedelta(days=2))
        one.move(NOW + timedelta(days=4))
        assert merge(one, "Amina", "Ben", "key") is not None
        assert held(one, "Amina") == ("silver",)
        with one.session.transaction():
            end_tier(one.line, one.cafe.business, one.cafe.people["Ben"])
        assert held(one, "Amina") == (None,)


def test_whoever_works_here_and_has_two_cards_is_one_with_them(dated: Bench) -> None:
    with dated.house(NOW) as one:
        own, wrapped = one.line.vault.new_person()
        with one.session.transaction():
            one.session.run(
                f"INSERT INTO staff ({staff.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                ("m", one.cafe.business, None, wrapped, own.seal("Bea"), "-", "-", one.cafe.people["Ben"], 1),
            )
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        read = staff.member(one.session, one.line.vault, one.cafe.business, "m")
        assert read is not None
        assert read.customer == one.cafe.people["Amina"]
        undo(one, made)
        read = staff.member(one.session, one.line.vault, one.cafe.business, "m")
        assert read is not None
        assert read.customer == one.cafe.people["Ben"]
