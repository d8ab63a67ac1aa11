"""Promise 3: the movements are the balance. Entries are only ever added; no balance is stored but their sum."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program
from tests import make
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import NOW, Story, stories
from tests.running import Shop

pytestmark = pytest.mark.slow


def entries(house: House) -> list[tuple[Any, ...]]:
    return house.session.rows("SELECT * FROM entries ORDER BY id")


@given(stories())
def test_movements_are_the_balance_at_every_moment(bench: Bench, story: Story) -> None:
    with bench.house(NOW) as house:
        before: list[tuple[Any, ...]] = []
        for batch in batches(story.shuffled, story.sizes):
            house.deliver(*batch)
            now = entries(house)
            assert now[: len(before)] == before, "an entry that was written once stays as it is"
            before = now
            for points, total, numbers in house.balances().values():
                assert points == total
                assert numbers == list(range(len(numbers))), "numbered without gaps, in the order of writing"


def test_movements_are_the_balance_below_zero_too(shop: Shop) -> None:
    """A customer whose points are gone before the sale is voided owes them; the next earning settles it."""
    amina = shop.enrol()
    sale = shop.sale(who=make.AMINA)
    shop.post(sale)
    shop.post(make.void_of(sale))
    known = shop.customer(amina)
    assert known["points"] == 0
    assert [(entry["points"], entry["reason"]) for entry in known["entries"]] == [(-1, "reverse"), (1, "visit")]
    assert {entry["transaction"] for entry in known["entries"]} == {sale.id}, "a correction names what it corrects"


def test_movements_are_the_balance_for_every_way_to_earn(shop: Shop) -> None:
    shop.owner(
        "PUT",
        "/v1/program",
        Program(
            earn=(EarnVisit(points=1), EarnSpend(points=2, per=100), EarnItem(match=Match(category="beans"), points=10))
        ),
    )
    amina = shop.enrol()
    beans = make.line("House Blend", category="Beans", quantity=2, price=125)
    shop.post(
        shop.sale(beans, who=make.AMINA, tip=500, tax=40, tax_included=False, service_charge=30, order_discount=1)
    )
    earned = {entry["reason"]: entry["points"] for entry in shop.customer(amina)["entries"]}
    assert earned == {"visit": 1, "spend": 2 * (249 // 100), "item": 20}, "no tax, no tip, no charge, less the discount"


def test_movements_are_the_balance_in_pages_of_two_hundred(shop: Shop) -> None:
    amina = shop.enrol()
    sales = [shop.sale(who=make.AMINA, at=make.at("08:00", day - 400)) for day in range(420)]
    shop.post(sales)
    shop.post([make.void_of(sale) for sale in sales[:100]])
    seen, visits, after = [], [], None
    while True:
        page = shop.customer(amina, after)
        assert len(page["entries"]) <= 200
        assert len(page["visits"]) <= 200
        seen += page["entries"]
        visits += page["visits"]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == 520
    assert sum(entry["points"] for entry in seen) == page["points"] == 320
    assert [visit["transactions"][0] for visit in visits] == [sale.id for sale in reversed(sales[100:])]


def test_movements_are_the_balance_after_absurd_amounts(shop: Shop) -> None:
    shop.owner("PUT", "/v1/program", Program(earn=(EarnItem(match=Match(name="Latte"), points=10**12),)))
    amina = shop.enrol()
    many = replace(make.line(total=1), quantity="999999999")
    assert shop.post(shop.sale(*[many] * 200, who=make.AMINA))["accepted"] == 1
    known = shop.customer(amina)
    assert known["points"] == sum(entry["points"] for entry in known["entries"]) > 0
