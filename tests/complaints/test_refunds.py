"""C1 to C11: refunds, voids and edits. What is taken back is taken back exactly, and a reward comes back once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import combinations, cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from loyalty.wire import Line, Tender, Transaction
from pos_adapters import files
from pos_adapters.outbox import Outbox
from pos_adapters.settling import settled
from pos_adapters.square import ADAPTER
from tests import make
from tests.adapters.fake_square import Json, money, order
from tests.complaints.books import (
    BY_MONEY,
    CAKE,
    DRINK,
    FREE,
    NOTHING,
    STAMPS,
    TELLINGS,
    WHOLE,
    Books,
    books,
    due,
    points,
    receipt,
    saved,
)
from tests.complaints.rewards import ask, end, moves, reserve, run_out, state
from tests.promises.guests import guest
from tests.running import Enrolled, Message, Shop, again, wait_until

pytestmark = pytest.mark.slow
TEA = make.line("Tea", price=12_000)
Way = Callable[[Transaction], list[Transaction]]
EVERY_WAY = WHOLE | BY_MONEY
Told = tuple[Enrolled, Books, Message]  # who, their books before, and the reward that was reserved


@pytest.mark.parametrize("way", EVERY_WAY)
def test_buying_and_giving_back_again_and_again_leaves_nothing(cafe: Shop, way: str) -> None:
    """C1, C2: not a point, not a visit, not a habit, whatever the till says of it and in whatever order it comes."""
    for number, telling in enumerate(TELLINGS):
        who = cafe.enrol(guest(number))
        for day in range(1, 4):
            at = cafe.service.now - timedelta(days=day)
            paid = {"tip": 5_000, "tax": 9_000, "tax_included": False, "order_discount": 2_000}
            sale = cafe.sale(DRINK, CAKE, who=who.who, at=at, **paid)
            telling(cafe, [sale, *EVERY_WAY[way](sale)])
        assert books(cafe, who) == NOTHING, telling.__name__


def inside(sale: Transaction, back: Sequence[Line]) -> list[Transaction]:
    return [make.refunded(sale, *back)]


def on_a_receipt(sale: Transaction, back: Sequence[Line]) -> list[Transaction]:
    return [receipt(sale, *back)]


def on_receipts(sale: Transaction, back: Sequence[Line]) -> list[Transaction]:
    return [receipt(sale, line, id=f"r{number}") for number, line in enumerate(back)]


def both_ways(sale: Transaction, back: Sequence[Line]) -> list[Transaction]:
    return [make.refunded(sale, back[0]), *on_receipts(sale, back[1:])]


PARTS = (inside, on_a_receipt, on_receipts, both_ways)


@pytest.mark.parametrize("part", PARTS)
def test_what_is_given_back_by_line_leaves_what_the_rest_alone_would_have_earned(cafe: Shop, part: Any) -> None:
    """C2: each part of a sale of four things, against somebody who bought only what is left."""
    bought, numbers, telling = (DRINK, DRINK, CAKE, TEA), make.ids(), cycle(TELLINGS)
    for size in (1, 2, 3):
        for chosen in combinations(range(len(bought)), size):
            who, twin = cafe.enrol(guest(int(next(numbers)))), cafe.enrol(guest(int(next(numbers))))
            sale = cafe.sale(*bought, who=who.who, at=cafe.service.now - timedelta(days=1))
            next(telling)(cafe, [sale, *part(sale, [bought[place] for place in chosen])])
            left = [line for place, line in enumerate(bought) if place not in chosen]
            cafe.post(cafe.sale(*left, who=twin.who, at=sale.at))
            assert books(cafe, who) == books(cafe, twin), chosen
            assert points(cafe, who) == due(*left), chosen


def test_more_given_back_than_there_was_takes_no_more_than_there_was(cafe: Shop) -> None:
    """C2: the same cake on three receipts, and a fourth that gives back more money than was paid."""
    who = saved(cafe, 1)
    before = books(cafe, who)
    sale = cafe.sale(DRINK, CAKE, who=who.who)
    cafe.post([sale, *on_receipts(sale, [CAKE, CAKE, CAKE])])
    assert points(cafe, who) == before.points + due(DRINK), "the drink was kept, whatever came back of the cake"
    cafe.post(replace(receipt(sale, id="all"), lines=(), total=sale.total * 3, tenders=()))
    assert books(cafe, who) == before


# -- rewards ----------------------------------------------------------------------------------------------------------
def rewarded(cafe: Shop, number: int, *, named: bool, lines: Sequence[Line] = (FREE, CAKE)) -> Any:
    """Somebody with points, a reward reserved, and the sale that is to use it, not told yet."""
    who = saved(cafe, 1, guest(number))
    before = books(cafe, who)
    made = reserve(cafe, who, f"k{number}")
    sale = cafe.sale(*lines, who=who.who, redemptions=(made["id"],) if named else ())
    return who, before, made, sale


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("way", EVERY_WAY)
def test_giving_back_an_order_with_a_reward_gives_the_reward_back_once(cafe: Shop, way: str, named: bool) -> None:
    """C3, C6, C11: never a second time taken, and it can be used again."""
    told: list[Told] = []
    for number, telling in enumerate(TELLINGS):
        who, before, made, sale = rewarded(cafe, number, named=named)
        telling(cafe, [sale, *EVERY_WAY[way](sale)])
        told.append((who, before, made))
    run_out(cafe, *(made for _, _, made in told))
    for number, (who, before, made) in enumerate(told):
        assert (state(cafe, made), books(cafe, who)) == ("released", before), TELLINGS[number].__name__
        moved = [amount for amount, _ in moves(cafe, who, made)]
        assert moved == [-10, 10] * (len(moved) // 2)
        assert end(cafe, made, "confirm").status_code == 409
        assert (end(cafe, made, "release").status_code, points(cafe, who)) == (200, before.points)
        reserve(cafe, who, f"again{number}")
        assert points(cafe, who) == before.points - 10


def all_is_as_before(cafe: Shop, told: Sequence[Told]) -> None:
    """At the latest when no reservation waits any more."""
    run_out(cafe, *(made for _, _, made in told))
    for who, before, made in told:
        assert (state(cafe, made), books(cafe, who)) == ("released", before)


OFF = make.line("Free coffee", price=0, total=-DRINK.total)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("part", PARTS[:2])
def test_giving_back_a_part_leaves_the_reward_where_it_was_used(cafe: Shop, part: Any, named: bool) -> None:
    """C4: no second ten points, and the reward stays used, since it was had."""
    for number, telling in enumerate(TELLINGS):
        who, before, made, sale = rewarded(cafe, number, named=named, lines=(FREE, CAKE, TEA))
        telling(cafe, [sale, *part(sale, [CAKE])])
        assert (state(cafe, made), moves(cafe, who, made)) == ("confirmed", [(-10, "redeem")]), telling.__name__
        assert points(cafe, who) == before.points - 10 + due(TEA)
        cafe.post(receipt(sale, TEA, id="rest"))
        assert (state(cafe, made), points(cafe, who)) == ("confirmed", before.points - 10 + due(visits=1))


def test_a_part_given_back_with_the_rewards_own_line_takes_no_points_a_second_time(cafe: Shop) -> None:
    """C4, C34: the till writes the reward as a line below zero, and prints it on the refund too."""
    for number, part in enumerate(PARTS[:2]):
        who, before, made, sale = rewarded(cafe, number, named=True, lines=(DRINK, CAKE, OFF))
        cafe.post([sale, *part(sale, [CAKE])])
        assert (state(cafe, made), moves(cafe, who, made)) == ("confirmed", [(-10, "redeem")])
        cafe.post(receipt(sale, DRINK, OFF, id="rest"))
        assert (state(cafe, made), books(cafe, who)) == ("released", before)


# -- a refund and a sale on one ticket --------------------------------------------------------------------------------
def exchanged(id: str, of: str, at: str) -> Json:
    """A Square order in which a latte of another order is given back, and a cake is bought."""
    back = {"uid": "b", "quantity": "1", "name": DRINK.name, "total_money": money(DRINK.total)}
    returned = {"uid": "1", "source_order_id": of, "return_line_items": [back]}
    amounts = {"total_money": money(DRINK.total), "tax_money": money(0)}
    sold = order(id, at, name=CAKE.name, price=CAKE.total, customer_id=make.AMINA.pos_id)
    return sold | {"returns": [returned], "return_amounts": amounts}


@pytest.mark.parametrize("together", [True, False])
def test_an_exchange_on_one_ticket_takes_back_the_old_and_earns_for_the_new(cafe: Shop, together: bool) -> None:
    """C5: as Square tells it, read by its adapter."""
    amina = cafe.enrol(make.AMINA, "pos_id")
    first = order("o1", "2026-10-20T06:00:00Z", price=DRINK.total, customer_id=make.AMINA.pos_id)
    second = exchanged("o2", "o1", "2026-10-21T06:00:00Z")
    chosen = settled(ADAPTER, {"shop": cafe.id})
    parsed = [ADAPTER.parse(msgspec.json.encode({"order": one}), chosen) for one in (first, second)]
    told = [sale for events in parsed for sale in events if isinstance(sale, Transaction)]
    assert [sale.refund_of is not None for sale in told] == [False, False, True]
    for one in [told] if together else [[sale] for sale in told[::-1]]:
        cafe.post(one)
    assert books(cafe, amina) == Books(due(CAKE), 1, (CAKE.name,))


EXCHANGE = """id,at,item,quantity,amount,customer
77,2026-10-20 08:00,Cake,1,250,AMINA
77,2026-10-20 08:00,Latte,-1,-380,AMINA
"""


def test_a_returned_item_on_the_ticket_of_a_new_sale_leaves_that_sale_what_it_earns(cafe: Shop, tmp_path: Path) -> None:
    """C5: a till's sheet with a negative row on the new receipt, read by the files adapter."""
    amina = cafe.enrol(make.AMINA, "reference")
    rows = [
        "id,at,item,quantity,amount,customer",
        "77,2026-10-20 08:00,Cake,1,250,AMINA",
        "77,2026-10-20 08:00,Latte,-1,-380,AMINA",
    ]
    (tmp_path / "sales.csv").write_text("\n".join([*rows, ""]))
    given = {
        "shop": cafe.id,
        "path": str(tmp_path / "sales.csv"),
        "timezone": make.ZONE.key,
        "currency": "KES",
        "settle_s": "0",
    }
    outbox = Outbox(tmp_path / "outbox.db")
    assert files.ADAPTER.source is not None
    watcher = files.ADAPTER.source(settled(files.ADAPTER, given), outbox)
    wait_until(lambda: watcher.look() >= 0 and outbox.held == 2)
    cafe.post([msgspec.json.decode(one.body, type=Transaction) for one in outbox.waiting()])
    outbox.close()
    assert books(cafe, amina)[:2] == (due(CAKE), 1)


def test_a_new_sale_beside_what_was_brought_back_earns(cafe: Shop) -> None:
    """C5: one ticket, with the returned latte as a line below zero."""
    amina = cafe.enrol(make.AMINA)
    back = replace(DRINK, total=-DRINK.total)
    cafe.post(cafe.sale(make.line("Latte", price=50_000), back, who=make.AMINA))
    assert points(cafe, amina) == 3 + 12 + 5, "a visit, what was paid on top, and one latte: not none, and not two"
    refund = cafe.sale(CAKE, who=make.AMINA, at=cafe.service.pass_time(hours=1))
    cafe.post([receipt(refund), replace(refund, id="new")])
    assert points(cafe, amina) == 3 + 12 + 5 + due(CAKE)


# -- paid with points -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", PARTS[:2])
def test_the_return_of_an_order_that_was_paid_with_points_gives_them_back(cafe: Shop, part: Any) -> None:
    """C6: nothing was paid, so that the refund comes to nothing too."""
    told: list[Told] = []
    for number, telling in enumerate(TELLINGS):
        who, before, made, sale = rewarded(cafe, number, named=True, lines=(FREE,))
        sale = replace(sale, tenders=(Tender(kind="points", amount=0),))
        telling(cafe, [sale, *part(sale, [FREE])])
        told.append((who, before, made))
    all_is_as_before(cafe, told)


def test_the_return_of_an_order_that_was_paid_in_part_with_points_gives_back_what_it_earned(cafe: Shop) -> None:
    """C6: points as a tender beside cash; the refund's money is the cash alone."""
    who = saved(cafe, 1)
    before = books(cafe, who)
    tenders = (Tender(kind="points", amount=10_000), Tender(kind="cash", amount=CAKE.total - 10_000))
    sale = cafe.sale(CAKE, who=who.who, tenders=tenders)
    cafe.post([sale, replace(receipt(sale), total=CAKE.total - 10_000)])
    assert books(cafe, who) == before


# -- edits ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("telling", TELLINGS)
def test_an_edited_sale_is_worth_what_it_says_last(cafe: Shop, telling: Any) -> None:
    """C7: other lines, then another customer, then other lines again; every way the books are those of the last."""
    amina, ben = saved(cafe, 1), saved(cafe, 1, make.BEN)
    theirs = books(cafe, amina), books(cafe, ben)
    sale = cafe.sale(DRINK, CAKE, who=amina.who)
    more = again(sale, lines=(DRINK, DRINK, CAKE), total=sale.total + DRINK.total)
    bens = again(more, customer=cafe.sale(who=ben.who).customer)
    less = again(bens, lines=(TEA,), total=TEA.total)
    for told, due_amina, due_ben in (
        ([sale, more], due(DRINK, DRINK, CAKE), 0),
        ([sale, more, bens], 0, due(DRINK, DRINK, CAKE)),
        ([sale, more, bens, less], 0, due(TEA)),
    ):
        telling(cafe, told)
        assert points(cafe, amina) == theirs[0].points + due_amina
        assert points(cafe, ben) == theirs[1].points + due_ben
    assert books(cafe, amina) == theirs[0], "traceless"


@pytest.mark.parametrize("telling", TELLINGS)
def test_a_deleted_sale_is_gone_and_comes_back_whole(cafe: Shop, telling: Any) -> None:
    """C7, C10: deleted, restored by the till, deleted for good."""
    amina = saved(cafe, 1)
    before = books(cafe, amina)
    sale = cafe.sale(DRINK, CAKE, who=amina.who)
    cafe.post(sale)
    with_it = books(cafe, amina)
    deleted = make.void_of(sale)
    restored, for_good = replace(sale, revision=3), replace(deleted, revision=4)
    telling(cafe, [sale, deleted])
    assert books(cafe, amina) == before
    telling(cafe, [sale, deleted, restored])
    assert books(cafe, amina) == with_it
    telling(cafe, [sale, deleted, restored, for_good])
    assert books(cafe, amina) == before


def test_an_order_that_is_suspended_resumed_and_canceled_loses_nothing(cafe: Shop) -> None:
    """C8: and the reward that was reserved for it is used on the next one."""
    who = saved(cafe, 1)
    before = books(cafe, who)
    made = reserve(cafe, who)
    begun = replace(cafe.sale(FREE, CAKE, who=who.who), state="open", tenders=(), revision=0)
    told = [replace(begun, revision=number) for number in range(1, 5)]
    for one in [*told, replace(begun, revision=5, state="voided"), *told]:
        cafe.post(one)
        assert (state(cafe, made), points(cafe, who)) == ("reserved", before.points - 10)
    cafe.post(cafe.sale(FREE, who=who.who))
    assert (state(cafe, made), points(cafe, who)) == ("confirmed", before.points - 10 + due(visits=1))


def test_a_canceled_order_that_named_its_reward_gives_it_back(cafe: Shop) -> None:
    """C8, C25: at the latest when its quarter of an hour is over."""
    told: list[Told] = []
    for number, telling in enumerate(TELLINGS):
        who, before, made, sale = rewarded(cafe, number, named=True)
        begun = replace(sale, state="open", tenders=(), revision=0)
        telling(cafe, [begun, replace(begun, revision=1), replace(begun, revision=2, state="voided")])
        told.append((who, before, made))
    all_is_as_before(cafe, told)


VOIDED_ITEMS: dict[str, Way] = {
    "taken off before it was paid": lambda sale: [
        replace(sale, state="open", tenders=(), revision=0),
        replace(sale, lines=(CAKE,), total=CAKE.total),
    ],
    "taken off after it was paid": lambda sale: [sale, again(sale, lines=(CAKE,), total=CAKE.total)],
    "kept on the bill with quantity 0": lambda sale: [
        replace(sale, lines=(replace(DRINK, quantity="0", total=0), CAKE), total=CAKE.total)
    ],
    "kept with quantity 0 and its price": lambda sale: [
        replace(sale, lines=(replace(DRINK, quantity="0.000", total=0), CAKE), total=CAKE.total)
    ],
    "given back inside": lambda sale: [sale, make.refunded(sale, DRINK)],
}


@pytest.mark.parametrize("way", VOIDED_ITEMS)
def test_an_item_that_was_voided_earns_nothing_and_is_no_habit(cafe: Shop, way: str) -> None:
    """C9"""
    for number, telling in enumerate(TELLINGS):
        who = cafe.enrol(guest(number))
        telling(cafe, VOIDED_ITEMS[way](cafe.sale(DRINK, CAKE, who=who.who)))
        assert books(cafe, who) == Books(due(CAKE), 1, (CAKE.name,)), telling.__name__


def test_a_sale_deleted_after_its_points_were_spent_leaves_a_debt_that_the_next_earning_settles(shop: Shop) -> None:
    """C10: shown plainly, and no reward until it is settled."""
    shop.owner("PUT", "/v1/program", STAMPS)
    who = saved(shop, 10)
    made = reserve(shop, who)
    assert end(shop, made, "confirm").status_code == 200
    sales = [visit["transactions"][0] for visit in shop.customer(who)["visits"]]
    for place, sale in enumerate(sales[:3], 1):
        shop.post(shop.sale(DRINK, id=sale, who=who.who, revision=2, state="voided"))
        assert points(shop, who) == -place
    assert shop.http("GET", "/v1/card", who.card_key).json()["points"] == -3
    assert shop.checkin(shop.presence(who.who))["recognition"]["points"] == -3
    refused = ask(shop, who, "k2")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not-enough-points")
    days = [shop.service.now - timedelta(days=100 + day) for day in range(13)]
    for number, at in enumerate(days, 1):
        shop.post(shop.sale(DRINK, who=who.who, at=at))
        assert points(shop, who) == number - 3
    assert reserve(shop, who, "k2")["state"] == "reserved"
    assert points(shop, who) == 0
