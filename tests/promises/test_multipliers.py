"""What a tier makes of points: by the tier and program of the sale's own time, whenever a till tells of it (C39)."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from loyalty.acts import visits
from loyalty.acts.erasing import erase
from loyalty.acts.shops import put_program
from loyalty.acts.tiers import end_tier, set_tier
from loyalty.core.days import moment
from loyalty.store.erased import Erased
from loyalty.wire import SaleRef, Transaction
from loyalty.wire_people import MoveVisit
from loyalty.wire_program import EarnReferral, EarnSpend, Program, TierRule
from loyalty.wire_tiers import SetTier
from tests import make
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import MANY, NOW, OPENED, PEOPLE, PROGRAM, Story, stories
from tests.promises.twins import merge, undo

pytestmark = pytest.mark.slow
SPEND = EarnSpend(points=1, per=100)
GOLD = TierRule(id="gold", name="Gold", measure="visits", at_least=3, window_days=10, percent=200)
PLAIN, TIERED = Program(earn=(SPEND,)), Program(earn=(SPEND,), tiers=(GOLD,))
TEN, ONE = make.line("Beans", price=10_000), make.line("Cookie", price=100)
THREE = [make.sale(ONE, id=f"v{day}", at=make.at("08:00", day)) for day in range(3)]  # and the fourth is gold


def opened(folder: Path, program: Program) -> Bench:
    return Bench(folder, dict.fromkeys((make.AMINA, make.BEN), make.REMEMBERED), program, OPENED)


def now_judged_by(house: House, program: Program) -> None:
    with house.session.transaction():
        put_program(house.session, house.cafe.business, program, house.line.now)
    house.line.settings.read(house.session)


def points(house: House, name: str = "Amina") -> int:
    return house.balances()[name][0]


def test_in_whatever_order_an_offline_till_tells(tmp_path: Path) -> None:
    sales = [replace(sale, lines=(TEN,), total=10_000) for sale in THREE]
    sales.append(make.sale(TEN, id="v3", at=make.at("08:00", 3)))
    bench = opened(tmp_path, TIERED)
    for order in (sales, sales[::-1], [sales[3], *sales[:3]], [sales[2], sales[3], sales[0], sales[1]]):
        with bench.house(make.at("20:00", 4)) as house:
            for sale in order:
                house.deliver(sale)
            assert points(house) == 500, order
            assert house.differences() == []


def test_late_it_earns_what_it_would_have_earned_online(tmp_path: Path) -> None:
    """Though the tier has lapsed meanwhile, or was reached."""
    bench, sale = opened(tmp_path, TIERED), make.sale(TEN, id="x", at=make.at("08:00", 3))
    for told in (3, 30):
        with bench.house(make.at("20:00", 2)) as house:
            house.deliver(*THREE)
            house.move(make.at("20:00", told))
            house.deliver(sale)
            assert points(house) == 3 + 200, told
    with bench.house(make.at("20:00", 4)) as house:
        house.deliver(*THREE, make.sale(TEN, id="early", at=make.at("08:00", -3)))
        assert points(house) == 100 + 2 + 1 * 2, "it was nobody's tier yet; but of the last cookie it made the fourth"


def test_by_the_program_of_its_own_time(tmp_path: Path) -> None:
    with opened(tmp_path, PLAIN).house(make.at("20:00", 2)) as house:
        house.deliver(*THREE)
        house.move(make.at("09:00", 3))
        house.deliver(sold := make.sale(TEN, ONE, id="before", at=make.at("08:30", 3)))
        now_judged_by(house, TIERED)
        house.move(make.at("12:00", 3))
        house.deliver(make.sale(TEN, id="late", at=make.at("08:00", 3)))
        assert points(house) == 3 + 101 + 100
        house.deliver(replace(sold, revision=2))
        assert house.differences() == []
        house.deliver(make.refunded(replace(sold, revision=3), ONE))
        assert points(house) == 3 + 100 + 100, "what is given back takes points, and never gives any"
        now_judged_by(house, PLAIN)
        house.move(make.at("18:00", 3))
        house.deliver(make.sale(TEN, id="under it", at=make.at("10:00", 3)))
        assert points(house) == 3 + 100 + 100 + 200
        assert house.differences() == []


@pytest.mark.parametrize(("wrong", "right", "due"), [("Amina", "Ben", 100), ("Ben", "Amina", 200)])
def test_a_visit_that_is_moved_is_multiplied_for_whose_it_is(tmp_path: Path, wrong: str, right: str, due: int) -> None:
    who = {"Amina": make.AMINA, "Ben": make.BEN}
    with opened(tmp_path, TIERED).house(make.at("09:00", 3)) as house:
        house.deliver(*THREE)
        house.deliver(make.sale(TEN, id="x", at=make.at("08:00", 3), who=who[wrong]))
        before = {"Amina": 3, "Ben": 0}
        sale = SaleRef(shop=house.cafe.shops[make.SHOP], source=make.SOURCE, id="x")
        for to in (right, wrong, right):
            with house.session.transaction():
                wanted = MoveVisit(sales=(sale,), customer=house.cafe.people[to])
                visits.move(house.line, house.cafe.business, wanted)
        assert (points(house, right), points(house, wrong)) == (before[right] + due, before[wrong])
        assert house.differences() == []


def test_a_tier_by_hand_multiplies_from_when_it_was_set_to_when_it_ended(tmp_path: Path) -> None:
    sales = {hour: make.sale(TEN, id=hour, at=make.at(f"{hour}:30")) for hour in ("08", "10", "12")}
    bench = opened(tmp_path, TIERED)
    for told in ("", "13"):  # at once, or all of them afterwards
        with bench.house(make.at("08:00")) as house:
            for hour in sales:
                house.move(make.at(f"{hour}:45"))
                if not told:
                    house.deliver(sales[hour])
                with house.session.transaction():
                    by_hand(house, hour)
            if told:
                house.move(make.at(f"{told}:00"))
                house.deliver(*sales.values())
            assert points(house) == 100 + 200 + 100, told
            assert house.differences() == []


def by_hand(house: House, hour: str) -> None:
    amina, until = house.cafe.people["Amina"], date.fromordinal(make.MONDAY.toordinal() + 5)
    if hour == "08":
        set_tier(house.line, house.cafe.business, amina, SetTier(tier="gold", until=until, reason="she asked"))
    elif hour == "10":
        end_tier(house.line, house.cafe.business, amina)


def test_a_tier_by_hand_of_one_of_two_who_are_merged_is_both_their_s_until_they_part(tmp_path: Path) -> None:
    with opened(tmp_path, TIERED).house(make.at("08:00")) as house:
        with house.session.transaction():
            wanted = SetTier(tier="gold", until=make.MONDAY + timedelta(days=5), reason="she asked")
            set_tier(house.line, house.cafe.business, house.cafe.people["Ben"], wanted)
        house.move(make.at("09:00"))
        house.deliver(make.sale(TEN, id="x", at=make.at("08:30")))
        merged = merge(house, "Amina", "Ben", "m")
        assert points(house) == 200
        assert house.differences() == []
        assert merged is not None
        undo(house, merged)
        assert (points(house), points(house, "Ben")) == (100, 0)
        assert house.differences() == []


def test_a_place_among_the_best_multiplies_by_what_was_counted_by_then(tmp_path: Path) -> None:
    best = TierRule(id="best", name="Best", measure="top-spend", at_least=10, percent=300)
    with opened(tmp_path, Program(earn=(SPEND,), tiers=(best,))).house(make.at("20:00", 3)) as house:
        day = make.MONDAY.toordinal() + 3
        with house.session.transaction():
            for of_day, value, made in ((day - 1, 50, make.at("05:00", 2)), (day, 10**9, make.at("10:00", 3))):
                house.session.run(
                    "INSERT INTO cutoffs (business, day, percent, window_days, value, of_many, made_at)"
                    " VALUES (?, ?, 10, 365, ?, 40, ?)",
                    (house.cafe.business, of_day, value, moment(made)),
                )
        sales: list[Transaction] = [make.sale(ONE, id="v", at=make.at("08:00", 1))]
        sales += [make.sale(TEN, id=hour, at=make.at(f"{hour}:00", 3)) for hour in ("09", "11")]
        house.deliver(*sales[::-1])
        assert points(house) == 1 + 300 + 100
        assert house.differences() == []


def test_who_brought_somebody_along_is_thanked_by_the_program_of_their_first_sale(tmp_path: Path) -> None:
    thanks = Program(earn=(SPEND, EarnReferral(points=50)))
    for before, after, due in ((PLAIN, thanks, 0), (thanks, PLAIN, 50)):
        folder = tmp_path / str(due)
        folder.mkdir()
        bench = opened(folder, before)
        for late in (False, True):
            with bench.house(make.at("08:00")) as house:
                people = house.cafe.people
                brought = "UPDATE customers SET brought_by = ? WHERE id = ?"
                with house.session.transaction():
                    house.session.run(brought, (people["Ben"], people["Amina"]))
                house.move(make.at("09:00"))
                first = make.sale(ONE, id="1", at=make.at("08:30"))
                if not late:
                    house.deliver(first)
                now_judged_by(house, after)
                house.move(make.at("12:00"))
                if late:
                    house.deliver(first)
                house.deliver(make.sale(ONE, id="2", at=make.at("11:00")))
                assert points(house, "Ben") == due, (due, late)


@pytest.mark.parametrize(("before", "due"), [(PLAIN, 0), (Program(earn=(SPEND, EarnReferral(points=50))), 50)])
def test_the_first_sale_decides_whichever_is_told_first(tmp_path: Path, before: Program, due: int) -> None:
    after = Program(earn=(SPEND, EarnReferral(points=50 - due)))
    sales = [make.sale(ONE, id="1", at=make.at("08:30")), make.sale(ONE, id="2", at=make.at("11:00"))]
    bench = opened(tmp_path, before)
    for order in (sales, sales[::-1]):
        with bench.house(make.at("09:00")) as house:
            people = house.cafe.people
            with house.session.transaction():
                brought = "UPDATE customers SET brought_by = ? WHERE id = ?"
                house.session.run(brought, (people["Ben"], people["Amina"]))
            now_judged_by(house, after)
            house.move(make.at("12:00"))
            for sale in order:
                house.deliver(sale)
            assert points(house, "Ben") == due
            house.deliver(make.void_of(sales[0]))
            assert points(house, "Ben") == 50 - due, "then the second is the first"
            assert house.differences() == []


def test_whoever_is_thanked_thanks_nobody_once_more(tmp_path: Path) -> None:
    """Cleo brought Ben along, Ben Amina: what Amina buys is nothing that Ben bought."""
    who = dict.fromkeys((make.AMINA, make.BEN, make.CLEO), make.REMEMBERED)
    bench = Bench(tmp_path, who, Program(earn=(SPEND, EarnReferral(points=50))), OPENED)
    with bench.house(make.at("08:00")) as house:
        people = house.cafe.people
        with house.session.transaction():
            brought = "UPDATE customers SET brought_by = ? WHERE id = ?"
            house.session.run(brought, (people["Cleo"], people["Ben"]))
            house.session.run(brought, (people["Ben"], people["Amina"]))
        house.move(make.at("12:00"))
        house.deliver(make.sale(ONE, id="1", at=make.at("08:30"), who=make.BEN))
        cleo = dataclasses.replace(make.CLEO, shop=make.SHOP)
        house.deliver(
            *(make.sale(ONE, id=f"2{n}", at=make.at("09:30"), who=who) for n, who in enumerate((make.AMINA, cleo)))
        )
        assert [points(house, name) for name in ("Cleo", "Ben", "Amina")] == [51, 51, 1]
        assert house.differences() == []


@pytest.mark.parametrize("put_back", [timedelta(), timedelta(minutes=1)])
def test_a_tier_by_hand_changes_nothing_that_was_sold_whatever_the_clock_says(
    tmp_path: Path, put_back: timedelta
) -> None:
    with opened(tmp_path, TIERED).house(make.at("09:00")) as house:
        house.deliver(make.sale(TEN, id="x", at=make.at("09:00")))
        house.move(make.at("09:00") - put_back)
        with house.session.transaction():
            by_hand(house, "08")
        assert points(house) == 100
        assert house.differences() == []
        house.move(make.at("09:30"))
        house.deliver(make.sale(TEN, id="y", at=make.at("09:20")))
        assert points(house) == 300


def test_nobody_who_was_erased_is_thanked(tmp_path: Path) -> None:
    with opened(tmp_path, Program(earn=(SPEND, EarnReferral(points=50, friend=5)))).house(make.at("08:00")) as house:
        people = house.cafe.people
        with house.session.transaction():
            brought = "UPDATE customers SET brought_by = ? WHERE id = ?"
            house.session.run(brought, (people["Ben"], people["Amina"]))
            erase(house.line, Erased(tmp_path), house.cafe.business, people["Ben"])
        house.move(make.at("09:00"))
        house.deliver(make.sale(ONE, id="1", at=make.at("08:30")))
        assert (points(house), points(house, "Ben")) == (1 + 5, 0), "the friend is, as it was promised"
        assert house.differences() == []


@pytest.fixture(scope="module")
def tiered(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    silver, gold = PROGRAM.tiers
    program = replace(PROGRAM, tiers=(replace(silver, percent=150), replace(gold, percent=300)))
    return Bench(tmp_path_factory.mktemp("tiered"), PEOPLE, program, OPENED)


@settings(max_examples=MANY)
@given(stories())
def test_any_order_ends_in_the_same_points(tiered: Bench, story: Story) -> None:
    with tiered.house(NOW) as one, tiered.house(NOW) as twin:
        for batch in batches(story.calendar, [1]):
            one.deliver(*batch)
        for batch in batches(story.shuffled, story.sizes):
            twin.deliver(*batch)
        assert one.sums() == twin.sums()
        assert one.memories() == twin.memories()
        assert one.differences() == twin.differences() == []
