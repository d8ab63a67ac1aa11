"""One croissant of sale 1041 is given back, as each vendor tells it in its own shape: it comes to one and the same.

The seven shapes: an object of its own (Square, Stripe), nested in the order (Clover, Shopify, WooCommerce), a flag
inside the payment (Toast), a new sale below zero (Zettle, Odoo, Lightspeed X and K), a new positive receipt (Loyverse,
JSON of one's own), an event inside the transaction (SumUp), and a notification that names the payment (Adyen).
"""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

import pos_adapters
from loyalty.core.facts import Drink
from loyalty.wire import Line, RefundOf, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled
from tests import make
from tests.core.cafe import Cafe

FOLDER = Path(pos_adapters.__file__).parent
SHAPES = {  # the captured bodies of the sale and of what tells that a part of it came back
    "square": ("pull_order_split_tender.json", "pull_order_return.json"),
    "shopify": ("orders_paid_split_tender.json", "refunds_create.json", "found_partially_refunded.json"),
    "stripe": ("charge_succeeded.json", "charge_refunded_partial.json", "found_refund.json"),
    "clover": ("pull_order_paid_split_tender.json", "pull_order_partially_refunded.json"),
    "toast": ("order_updated_paid_split_tender.json", "order_updated_partial_refund.json"),
    "lightspeed_x": ("sale_update_closed_split_tender.form", "sale_update_return.form"),
    "lightspeed_k": ("pull_sales_v2_page.json",),
    "loyverse": ("receipts_update_sale_split.json", "receipts_update_refund.json", "pull_receipts_page.json"),
    "sumup": ("pull_transaction_pos.json", "pull_transaction_refunded.json"),
    "zettle": ("purchase_created_sale_split.json", "found_refund.json"),
    "odoo": ("found_orders.json",),
    "woocommerce": (
        *("order_updated_processing_paid.json", "order_updated_partial_refund.json"),
        "found_refunded_with_its_lines.json",
    ),
    "adyen": ("notification_authorisation.json", "notification_refund.json"),
    "generic": ("transactions.jsonl",),
}
BY_MONEY = {"stripe", "sumup", "adyen"}  # they do not say what came back
CROISSANT = 10_000
PROGRAM = Program(
    earn=(
        EarnVisit(points=100_000),
        EarnSpend(points=1, per=1),
        *(EarnItem(match=Match(name=name), points=CROISSANT) for name in ("Almond croissant", "Croissant amandes")),
    ),
)


def told(vendor: str) -> list[Transaction]:
    """All that is said of the sale of which something came back, each version of it once."""
    expected = json.loads((FOLDER / vendor / "fixtures" / "expected.json").read_text())
    events: list[object] = []
    for name in SHAPES[vendor]:
        chosen = settled(ADAPTERS[vendor], {"shop": make.SHOP, **expected[name]["settings"]})
        events += ADAPTERS[vendor].parse((FOLDER / vendor / "fixtures" / name).read_bytes(), chosen)
    sales = [one for one in events if isinstance(one, Transaction)]
    [of] = {one.refund_of.id for one in sales if one.refund_of} | {one.id for one in sales if one.refunds}
    return list(dict.fromkeys(as_here(one) for one in sales if of in (one.id, one.refund_of and one.refund_of.id)))


def as_here(sale: Transaction) -> Transaction:
    """By Amina, in the money of the shop; what is in it is the vendor's own."""
    who = make.sale(who=make.AMINA).customer
    return replace(sale, shop=make.SHOP, currency=make.CURRENCY, customer=None if sale.refund_of else who, tenders=())


class Effect(NamedTuple):
    points: int
    spend: int
    drinks: tuple[Drink, ...]
    counts: bool


def effect(sales: list[Transaction]) -> Effect:
    """What the house makes of it, once all is told."""
    cafe = Cafe(PROGRAM)
    cafe.enrol(make.AMINA)
    for sale in sales:
        cafe.tell(sale)
    assert cafe.differences() == []
    [kept] = [one for one in cafe.of("Amina") if one.refund_of is None]
    return Effect(cafe.points(make.AMINA), kept.taken.spend, kept.taken.drinks, kept.taken.counts)


def normal(sales: list[Transaction]) -> list[Transaction]:
    """The sale without anything of a refund, and one receipt: what came back, and for how much."""
    newest = max((one for one in sales if one.refund_of is None), key=lambda one: one.revision)
    receipts = [one for one in sales if one.refund_of is not None]
    nested = [back for one in sales for back in one.refunds]
    lines = next(filter(None, [*(one.lines for one in receipts), *(one.lines for one in nested)]), ())
    amount = receipts[0].total if receipts else nested[0].amount
    back = make.sale(total=amount, id="back", at=max(one.at for one in sales))
    receipt = replace(back, source=newest.source, lines=lines, total=amount, refund_of=RefundOf(id=newest.id))
    return [replace(newest, refunds=()), replace(receipt, customer=None, tenders=())]


def croissants(lines: tuple[Line, ...]) -> int:
    return sum(int(line.quantity) for line in lines if "croissant" in line.name.lower())


@pytest.mark.parametrize("vendor", SHAPES)
def test_a_croissant_given_back_comes_to_the_same_in_every_shape_and_order(vendor: str) -> None:
    sales = told(vendor)
    expected = effect(normal(sales))
    for order in permutations(sales):
        assert effect(list(order)) == expected
        assert effect([*order, *order]) == expected, "told twice"


@pytest.mark.parametrize("vendor", [vendor for vendor in SHAPES if vendor not in BY_MONEY])
def test_what_is_left_is_what_a_sale_without_that_croissant_would_have_been(vendor: str) -> None:
    """To the last point: of the visit, of the money without tax and tip, and of the other croissant."""
    sales = told(vendor)
    sale, receipt = normal(sales)
    assert (croissants(sale.lines), croissants(receipt.lines)) == (2, 1)
    whole, left = effect([sale]), effect(sales)
    goods = sum(line.total for line in receipt.lines)
    assert left.counts
    assert abs(whole.spend - left.spend - goods) <= 1, "a refund without its tax may be a cent off"
    assert (whole.points - left.points) // CROISSANT == 1, "one croissant is left"


def test_every_vendor_that_can_give_back_is_here() -> None:
    assert set(SHAPES) == {*ADAPTERS} - {"files", "escpos"}, "those of files and paper have tests of their own"
