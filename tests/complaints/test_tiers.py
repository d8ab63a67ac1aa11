"""C37: a tier is what was earned in its days, no sale too early and no day too long; by hand it has an end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests import make
from tests.complaints.books import CAKE, receipt
from tests.running import Enrolled, Message, Shop, again

pytestmark = pytest.mark.slow
SILVER = {"id": "silver", "name": "Silver", "measure": "spend", "at_least": 50_000, "window_days": 60}
GOLD = {"id": "gold", "name": "Gold", "measure": "spend", "at_least": 100_000, "window_days": 60}


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    shop.owner("PUT", "/v1/program", {"earn": [], "tiers": [SILVER, GOLD]})
    return shop


def tier(shop: Shop, who: Enrolled) -> str | None:
    found = shop.customer(who)["recognition"]["tier"]
    return found["id"] if found else None


def spent(shop: Shop, who: Enrolled, amount: int, days: int = 1, **fields: Any) -> Any:
    at = shop.service.now - timedelta(days=days)
    sale = shop.sale(make.line("Beans", price=amount), who=who.who, at=at, **fields)
    shop.post(sale)
    return sale


def test_a_cent_too_few_is_the_lower_tier_and_a_cent_more_the_upper(cafe: Shop) -> None:
    """C37, erpnext#14930: not the next tier up, and not one too late."""
    amina = cafe.enrol(make.AMINA)
    for amount, due in ((49_999, None), (1, "silver"), (49_999, "silver"), (1, "gold"), (500_000, "gold")):
        spent(cafe, amina, amount)
        assert tier(cafe, amina) == due


def test_a_tier_is_not_given_for_what_is_about_to_be_bought(cafe: Shop) -> None:
    """C37: an order that is open, canceled, or paid with a tip and tax that reach the mark."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(make.line("Beans", price=100_000), who=amina.who)
    opened = replace(sale, state="open", tenders=(), revision=0)
    cafe.post([opened, replace(opened, revision=2, state="voided")])
    assert tier(cafe, amina) is None
    spent(cafe, amina, 99_999, tip=50_000, tax=16_000, tax_included=False, service_charge=10_000)
    assert tier(cafe, amina) == "silver"


@pytest.mark.parametrize("batch", [True, False])
def test_what_is_given_back_takes_the_upper_tier_with_it_at_once(cafe: Shop, batch: bool) -> None:
    """C37, erpnext#22168, #33550: by line, by revision, by void; and a void of the refund brings it back."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(make.line("Beans", price=75_000), CAKE, who=amina.who, at=cafe.service.now - timedelta(days=3))
    back = receipt(sale, CAKE)
    steps: list[tuple[Any, str | None]] = [
        (sale, "gold"),
        (back, "silver"),
        (again(back, state="voided"), "gold"),
        (again(sale, lines=(CAKE,), total=CAKE.total), None),
        (again(sale, revision=5), "gold"),
        (again(sale, revision=6, state="voided"), None),
    ]
    told = []
    for step, due in steps:
        told.append(step)
        cafe.post(told[::-1] if batch else step)
        assert tier(cafe, amina) == due


def test_a_tier_ends_with_its_last_day_and_one_that_comes_late_counts_on_its_own(cafe: Shop) -> None:
    """C37: sixty days are sixty business days of the shop, whatever day the sale arrives on."""
    amina = cafe.enrol(make.AMINA)
    spent(cafe, amina, 60_000, days=59)
    spent(cafe, amina, 40_000, days=10)
    assert tier(cafe, amina) == "gold"
    midnight = make.at("03:59", 31)
    cafe.service.move(midnight)
    assert tier(cafe, amina) == "gold", "the business day ends at four"
    cafe.service.move(midnight + timedelta(minutes=1))
    assert tier(cafe, amina) is None, "forty thousand are left, and silver takes fifty"
    late = cafe.sale(make.line("Beans", price=10_000), who=amina.who, at=cafe.service.now - timedelta(days=59))
    cafe.post(late)
    assert tier(cafe, amina) == "silver"
    cafe.service.pass_time(days=1)
    assert tier(cafe, amina) is None


def test_the_counter_the_card_and_the_owner_name_the_same_tier(cafe: Shop) -> None:
    """C37"""
    amina = cafe.enrol(make.AMINA)
    spent(cafe, amina, 100_000)
    seen: list[Message] = [
        cafe.checkin(cafe.presence(amina.who))["recognition"]["tier"],
        cafe.customer(amina)["recognition"]["tier"],
    ]
    assert seen == [{"id": "gold", "name": "Gold"}] * 2


# -- by hand -----------------------------------------------------------------------------------------------------------
def test_a_tier_set_by_hand_is_no_floor_for_ever(cafe: Shop) -> None:
    """C37, open-loyalty#74: to the end of its day; then the tier that was earned, not the one below the gift."""
    amina = cafe.enrol(make.AMINA)
    spent(cafe, amina, 60_000)
    assert tier(cafe, amina) == "silver"
    until = (cafe.service.now + timedelta(days=5)).date()
    body = {"tier": "gold", "until": str(until), "reason": "our first customer"}
    cafe.owner("PUT", f"/v1/customers/{amina.id}/tier", body)
    assert tier(cafe, amina) == "gold"
    cafe.service.move(make.at("03:59", 36))
    assert tier(cafe, amina) == "gold", "its last day, until four in the morning"
    cafe.service.pass_time(minutes=1)
    assert tier(cafe, amina) == "silver"
    cafe.service.pass_time(days=100)
    assert tier(cafe, amina) is None


@pytest.mark.parametrize("unfit", [{"until": None}, {"until": ""}, {"reason": ""}, {"tier": "platinum"}])
def test_a_tier_by_hand_needs_an_end_a_reason_and_a_tier_that_there_is(cafe: Shop, unfit: dict[str, str]) -> None:
    """C37"""
    amina = cafe.enrol(make.AMINA)
    body = {"tier": "gold", "until": "2026-12-01", "reason": "a gift"} | unfit
    answer = cafe.http("PUT", f"/v1/customers/{amina.id}/tier", cafe.owner_key, body)
    assert answer.status_code in (404, 422), answer.text
    assert tier(cafe, amina) is None
