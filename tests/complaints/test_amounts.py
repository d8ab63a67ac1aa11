"""C33 to C36: whole points, no fraction too many, nothing on tax, tips and rewards, and everything on the rest."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.wire import Line, Tender
from tests import make
from tests.complaints.books import CAKE, DRINK, FREE, REWARD, Books, books, due, points, receipt, saved
from tests.complaints.rewards import REDEMPTIONS, ask, end, moves, reserve, state, wanted
from tests.promises.guests import guest
from tests.running import Message, Shop

pytestmark = pytest.mark.slow


def spending(shop: Shop, points: int, per: int) -> None:
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "spend", "points": points, "per": per}], "rewards": [REWARD]})


# -- whole numbers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("each", "per"), [(1, 3), (7, 999), (3, 1_000), (1, 37_999), (1, 38_001), (10, 1)])
def test_a_division_never_gives_or_takes_a_fraction(shop: Shop, each: int, per: int) -> None:
    """C33: every sale by itself, rounded down; what is given back by line takes back the difference, and no more."""
    spending(shop, each, per)
    chance, total = random.Random(per), 0
    amina = shop.enrol(make.AMINA)
    for number in range(12):
        prices = [chance.randrange(1, 90_000) for _ in range(3)]
        lines = [make.line(f"Thing {place}", price=price) for place, price in enumerate(prices)]
        sale = shop.sale(*lines, who=make.AMINA, at=shop.service.now - timedelta(days=number))
        shop.post(sale)
        assert points(shop, amina) == total + sum(prices) // per * each
        shop.post(receipt(sale, lines[0]))
        assert points(shop, amina) == total + sum(prices[1:]) // per * each
        shop.post(receipt(sale, lines[1], id="second"))
        total += prices[2] // per * each
        assert points(shop, amina) == total


def test_a_hundred_cents_apart_earn_nothing_and_together_a_point(shop: Shop) -> None:
    """C33: what is left of a division is not collected, and not lost twice."""
    spending(shop, 1, 100)
    amina = shop.enrol(make.AMINA)
    cents = [shop.sale(make.line("Sweet", price=99), who=make.AMINA) for _ in range(10)]
    shop.post(cents)
    assert points(shop, amina) == 0
    shop.post(shop.sale(*[make.line("Sweet", price=10)] * 10, who=make.AMINA))
    assert points(shop, amina) == 1
    shop.post([make.void_of(sale) for sale in cents])
    assert points(shop, amina) == 1


UNFIT: dict[str, Any] = {
    "a fraction of a point": ("earn[0].points", {"earn": [{"kind": "visit", "points": 1.5}]}),
    "a fraction of a reward": ("rewards[0].points", {"earn": [], "rewards": [REWARD | {"points": 9.99}]}),
    "points below zero": ("earn[0].points", {"earn": [{"kind": "spend", "points": -1, "per": 100}]}),
    "a reward for nothing": ("rewards[0].points", {"earn": [], "rewards": [REWARD | {"points": 0}]}),
    "a division by nothing": ("earn[0].per", {"earn": [{"kind": "spend", "points": 1, "per": 0}]}),
    "points in words": ("earn[0].points", {"earn": [{"kind": "visit", "points": "1"}]}),
}


@pytest.mark.parametrize("name", UNFIT)
def test_fractions_and_less_than_nothing_are_refused_with_the_field(cafe: Shop, name: str) -> None:
    """C33"""
    path, program = UNFIT[name]
    before = cafe.owner("GET", "/v1/program")
    answer = cafe.http("PUT", "/v1/program", cafe.owner_key, program)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, path)
    assert cafe.owner("GET", "/v1/program") == before


def test_no_more_can_be_asked_for_than_the_reward_takes(cafe: Shop) -> None:
    """C33, C35: a till that sends the points itself is not listened to."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    body = wanted(amina, "k1", points=1, amount="0.1", quantity=99)
    answer = cafe.http("POST", REDEMPTIONS, cafe.screen_key, body)
    assert (answer.status_code, answer.json()["points"], points(cafe, amina)) == (201, 10, before - 10)


# -- tax, tips, rewards -----------------------------------------------------------------------------------------------
BESIDE: dict[str, Message] = {
    "a tip": {"tip": 50_000},
    "tax on top": {"tax": 6_080, "tax_included": False},
    "a service charge": {"service_charge": 40_000},
    "all of it": {"tip": 50_000, "tax": 6_080, "tax_included": False, "service_charge": 40_000},
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_paid_beside_the_lines_earns_nothing_and_takes_nothing_with_it(cafe: Shop, name: str) -> None:
    """C34: neither when it is paid nor, in part, when a line is given back with its share of it."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(DRINK, CAKE, who=make.AMINA, **BESIDE[name])
    cafe.post(sale)
    assert points(cafe, amina) == due(DRINK, CAKE)
    share = (sale.total - DRINK.total - CAKE.total) // 2
    cafe.post(replace(receipt(sale, CAKE), total=CAKE.total + share))
    assert points(cafe, amina) == due(DRINK)
    cafe.post(replace(receipt(sale, DRINK, id="rest"), total=sale.total - CAKE.total - share))
    assert books(cafe, amina) == Books(0, 0, ())


def test_a_tip_given_back_alone_keeps_the_visit(cafe: Shop) -> None:
    """C34: it comes back without lines, so its share of the goods goes with it; the visit and the drink stay."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(DRINK, who=make.AMINA, tip=2_000)
    cafe.post([sale, replace(receipt(sale), lines=(), total=2_000, tenders=())])
    after = books(cafe, amina)
    assert (after.visits, after.habit) == (1, ("Latte Medium Oat milk",))
    assert points(cafe, amina) == 3 + 5 + (DRINK.total - 2_000 * DRINK.total // sale.total) // 1_000


FREE_BY: dict[str, tuple[Line, ...]] = {
    "a line at nothing": (FREE, CAKE),
    "one of two on a line": (replace(DRINK, quantity="2", total=DRINK.total), CAKE),
    "a line at nothing, after the cake": (CAKE, FREE),
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("way", FREE_BY)
def test_what_a_reward_pays_for_earns_nothing(cafe: Shop, way: str, named: bool) -> None:
    """C34, C36: and what is paid in cash beside it earns as ever."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina)
    lines = FREE_BY[way]
    paid = sum(line.total for line in lines)
    lattes = 1 if way == "one of two on a line" else 0
    tenders = (Tender(kind="cash", amount=paid),)
    cafe.post(cafe.sale(*lines, who=amina.who, tenders=tenders, redemptions=(made["id"],) if named else ()))
    assert state(cafe, made) == "confirmed"
    assert points(cafe, amina) == before - 10 + 3 + paid // 1_000 + 5 * lattes


# -- the rest of the balance ------------------------------------------------------------------------------------------
def test_a_reward_takes_its_points_and_leaves_the_rest(cafe: Shop) -> None:
    """C35: every balance around the reward's price; the rest can be spent too, and never more than there is."""
    shop = cafe
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 1}], "rewards": [REWARD]})
    for had in (10, 11, 19, 20, 21):
        who = saved(shop, had, guest(had))
        for left in range(had - 10, -1, -10):
            reserve(shop, who, f"{had}-{left}")
            assert points(shop, who) == left
        refused = ask(shop, who, f"{had}-more")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not-enough-points")
        assert points(shop, who) == had % 10


def test_a_reward_worth_more_than_the_sale_takes_its_points_once_and_owes_nothing(cafe: Shop) -> None:
    """C33, C35: a free coffee on a cheaper bill; a cent that is left over is neither debt nor credit."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina)
    cent = make.line("Tea", price=12_000, total=1)
    cafe.post(cafe.sale(cent, who=amina.who))
    assert (state(cafe, made), moves(cafe, amina, made)) == ("confirmed", [(-10, "redeem")])
    assert points(cafe, amina) == before - 10 + 3


def test_the_cash_part_earns_when_a_reward_is_used_and_the_reward_part_never(cafe: Shop) -> None:
    """C36: a free latte, a paid latte and a cake; then the paid part is given back, and only that goes."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina)
    sale = cafe.sale(DRINK, FREE, CAKE, who=amina.who, tip=3_000)
    cafe.post(sale)
    assert points(cafe, amina) == before - 10 + due(DRINK, CAKE)
    cafe.post(receipt(sale, CAKE))
    assert (state(cafe, made), points(cafe, amina)) == ("confirmed", before - 10 + due(DRINK))
    assert end(cafe, made, "release").status_code == 409, "it was had"
