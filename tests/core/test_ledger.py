"""Points: what a sale comes to after refunds of every kind, and that what is taken back is exactly what was given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from loyalty.core import ledger
from loyalty.core.cause import Cause
from loyalty.core.facts import Drink, Taken
from loyalty.wire import AMOUNT_MAX, Line, Refund, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program
from tests import make

PROGRAM = Program(
    earn=(EarnVisit(points=1), EarnSpend(points=1, per=100), EarnItem(match=Match(name="Latte"), points=2)),
)


def line(name: str, quantity: str, total: int, variation: str | None = None, *modifiers: str, sku: str | None = None):
    return Line(name=name, quantity=quantity, total=total, variation=variation, modifiers=modifiers, sku=sku)


LATTES, CAKE = line("Latte", "2", 800), line("Cake", "1", 300)
LARGE, SMALL = line("Latte", "1", 500, "Large"), line("Latte", "1", 400, "Small")
OAT, PLAIN = line("Latte", "1", 480, None, "Oat milk"), line("Latte", "1", 400)
WHITE = line("Flat White", "1", 400, sku="F")
NOTHING = Taken(False)


def sold(*lines: Line, **told) -> Transaction:
    return make.sale(*(lines or (LATTES, CAKE)), **told)


def back(sale: Transaction, *refunds: Refund) -> Transaction:
    return replace(sale, refunds=tuple(replace(each, id=f"r{number}") for number, each in enumerate(refunds)))


def by_line(*lines: Line, amount: int | None = None) -> Refund:
    return Refund(
        id="r", at=make.MORNING, amount=sum(each.total for each in lines) if amount is None else amount, lines=lines
    )


def by_amount(amount: int) -> Refund:
    return Refund(id="r", at=make.MORNING, amount=amount)


def receipt(*lines: Line, **changed) -> Transaction:
    return replace(make.refund_of(sold(), *lines), **changed)


def named(*drinks: str, spend: int, item: int = 0) -> Taken:
    """What is left: drinks as "Latte Large, Oat milk"; one point the visit, one a hundred, `item` by Latte."""
    return Taken(True, tuple(map(_drink, drinks)), spend, 1, spend // 100, item)


def _drink(said: str) -> Drink:
    whole, *modifiers = said.split(", ")
    name = next((each for each in ("Latte", "Cake", "Flat White", "Beans") if whole.startswith(each)), whole)
    return Drink(name, whole.removeprefix(name).strip(), tuple(modifiers), "F" if name == "Flat White" else "")


# What stands, what was refunded in receipts of its own, and what is left of it.
def taken(*given, **named) -> Taken:
    """Without which rules and lines it was: the sums are enough here."""
    return replace(ledger.taken(*given, **named), causes=())


TAKEN = {
    "paid": (sold(), (), named("Latte", "Cake", spend=1100, item=4)),
    "open": (sold(state="open"), (), NOTHING),
    "voided": (sold(state="voided"), (), NOTHING),
    "a refund receipt is no sale": (receipt(), (), NOTHING),
    "free of charge": (sold(line("Latte", "1", 0)), (), named("Latte", spend=0, item=2)),
    "a bare amount": (replace(sold(), lines=()), (), named(spend=1100)),
    "nothing at all": (replace(sold(), lines=(), total=0), (), NOTHING),
    "the drawer was opened": (sold(line("Latte", "0", 0)), (), NOTHING),
    "a line of nothing": (sold(line("Latte", "0", 0), CAKE), (), named("Cake", spend=300)),
    "a discount written as a line is no drink": (
        sold(LATTES, line("Latte Happy Hour", "1", -100)),
        (),
        named("Latte", spend=700, item=4),
    ),
    # -- what is spent
    "an order discount": (sold(order_discount=150), (), named("Latte", "Cake", spend=950, item=4)),
    "a discount beyond the lines": (sold(order_discount=1500, tip=900), (), named("Latte", "Cake", spend=0, item=4)),
    "tax, tip and service earn nothing": (
        sold(tax=176, tax_included=False, tip=200, service_charge=55),
        (),
        named("Latte", "Cake", spend=1100, item=4),
    ),
    # -- refunds nested in the sale
    "one line": (back(sold(), by_line(CAKE)), (), named("Latte", spend=800, item=4)),
    "one of two": (back(sold(), by_line(line("Latte", "1", 400))), (), named("Latte", "Cake", spend=700, item=2)),
    "one and then the other": (
        back(sold(), by_line(line("Latte", "1", 400)), by_line(line("Latte", "1", 400))),
        (),
        named("Cake", spend=300),
    ),
    "an amount": (back(sold(), by_amount(250)), (), named("Latte", "Cake", spend=850, item=4)),
    "an amount of nothing": (back(sold(), by_amount(0)), (), named("Latte", "Cake", spend=1100, item=4)),
    "an amount and a line": (back(sold(), by_amount(250), by_line(CAKE)), (), named("Latte", spend=550, item=4)),
    "the whole amount": (back(sold(), by_amount(1100)), (), NOTHING),
    "the whole amount in parts": (back(sold(), by_amount(600), by_amount(500)), (), NOTHING),
    "more than it cost": (back(sold(), by_line(line("Latte", "3", 1200))), (), NOTHING),
    "all lines": (back(sold(), by_line(LATTES, CAKE)), (), NOTHING),
    "all lines, and the tip was kept": (back(sold(tip=200), by_line(LATTES, CAKE)), (), NOTHING),
    "more than the lines, and its share of the tip": (
        back(sold(tip=200), by_amount(1200)),
        (),
        named("Latte", "Cake", spend=85, item=4),  # 1100 − 1200 × 1100 ÷ 1300
    ),
    "an amount, and its share of the tax": (
        back(sold(tax=110, tax_included=False), by_amount(121)),
        (),
        named("Latte", "Cake", spend=990, item=4),
    ),
    "an amount of what cost nothing": (
        back(sold(line("Latte", "1", 0)), by_amount(0)),
        (),
        named("Latte", spend=0, item=2),
    ),
    "more of them than were sold": (
        back(sold(line("Latte", "2", 800), line("Cake", "1", 900)), by_line(line("Latte", "3", 800))),
        (),
        named("Cake", spend=900),
    ),
    "half of a weight": (
        back(sold(line("Beans", "0.5", 1000)), by_line(line("Beans", "0.25", 500))),
        (),
        named("Beans", spend=500),
    ),
    "its share of the discount was never paid": (
        back(sold(order_discount=110), by_line(CAKE, amount=270)),
        (),
        named("Latte", spend=720, item=4),
    ),
    "with its tax on top": (
        back(sold(tax=176, tax_included=False), by_line(CAKE, amount=348)),
        (),
        named("Latte", spend=800, item=4),
    ),
    "less money than the line cost": (
        back(sold(), by_line(line("Cake", "1", 100))),
        (),
        named("Latte", spend=1000, item=4),
    ),
    "a line that names nothing sold": (
        back(sold(), by_line(line("Goodwill", "1", 300))),
        (),
        named("Latte", "Cake", spend=800, item=4),
    ),
    "a line of a bare amount": (back(replace(sold(), lines=()), by_line(CAKE)), (), named(spend=800)),
    # -- which line was meant
    "the small one": (back(sold(LARGE, SMALL), by_line(SMALL)), (), named("Latte Large", spend=500, item=2)),
    "the one with oat milk": (back(sold(PLAIN, OAT), by_line(OAT)), (), named("Latte", spend=400, item=2)),
    "the one as it was, whatever was asked for first": (
        back(sold(LARGE, SMALL, CAKE), by_line(line("Latte", "1", 400), LARGE)),
        (),
        named("Cake", spend=300),
    ),
    "a line without its variation": (
        back(sold(LARGE, CAKE), by_line(line("Latte", "1", 500))),
        (),
        named("Cake", spend=300),
    ),
    "in other letters": (back(sold(), by_line(line(" CAKE", "1", 300))), (), named("Latte", spend=800, item=4)),
    "by its sku, since it was renamed": (
        back(sold(WHITE, CAKE), by_line(line("Kilimani White", "1", 400, sku="F"))),
        (),
        named("Cake", spend=300),
    ),
    "another sku of the same name": (
        back(sold(WHITE, replace(WHITE, sku="D", total=450), CAKE), by_line(replace(WHITE, sku="D", total=450))),
        (),
        named("Flat White", "Cake", spend=700),
    ),
    # -- receipts of their own
    "a receipt": (sold(), (receipt(CAKE),), named("Latte", spend=800, item=4)),
    "a receipt of everything": (sold(), (receipt(),), NOTHING),
    "a receipt in negative amounts": (
        sold(),
        (receipt(replace(CAKE, total=-300), total=-300),),
        named("Latte", spend=800, item=4),
    ),
    "a receipt with a share of the discount": (
        sold(order_discount=110),
        (receipt(CAKE, order_discount=30, total=270),),
        named("Latte", spend=720, item=4),
    ),
    "two receipts": (sold(), (receipt(CAKE), receipt(LATTES)), NOTHING),
    "a receipt and a refund nested in the sale": (back(sold(), by_line(CAKE)), (receipt(LATTES),), NOTHING),
    "a receipt that was voided": (sold(), (receipt(state="voided"),), named("Latte", "Cake", spend=1100, item=4)),
    "a receipt that is still open": (sold(), (receipt(state="open"),), named("Latte", "Cake", spend=1100, item=4)),
    "a receipt without lines": (
        sold(),
        (receipt(lines=(), total=250),),
        named("Latte", "Cake", spend=850, item=4),
    ),
}


@pytest.mark.parametrize(("sale", "receipts", "left"), TAKEN.values(), ids=TAKEN.keys())
def test_what_is_left_of_a_sale(sale, receipts, left):
    written = tuple(replace(each, id=f"receipt {number}") for number, each in enumerate(receipts))
    assert taken(sale, written, PROGRAM, same_currency=True) == left


@pytest.mark.parametrize("price", [0, None])
def test_what_was_free_and_what_has_no_price_comes_back_once(price):
    """Told twice under two ids, it takes nothing of what was paid for."""
    latte, free, tea = (
        make.line("Latte", price=450),
        make.line("Latte", price=450, total=0),
        make.line("Tea", price=300),
    )
    sale = make.sale(latte, free if price == 0 else tea, tea)
    line = free if price == 0 else replace(latte, total=0, list_price=None)
    back = [Refund(id=id, at=sale.at, amount=0 if price == 0 else 450, lines=(line,)) for id in "ab"]
    once, twice = (taken(replace(sale, refunds=tuple(some)), (), PROGRAM, True) for some in (back[:1], back))
    assert once == twice
    assert once.counts


def test_a_refund_told_twice_is_one():
    """Some tills list it under the order and under the payment, or print a receipt for it too."""
    once, twice = replace(sold(), refunds=(by_amount(250),)), replace(sold(), refunds=(by_amount(250),) * 2)
    printed = receipt(lines=(), total=250, id="r")
    expected = named("Latte", "Cake", spend=850, item=4)
    for sale, receipts in ((once, ()), (twice, ()), (once, (printed,)), (sold(), (printed,))):
        assert taken(sale, receipts, PROGRAM, same_currency=True) == expected


def test_a_sale_in_another_currency_is_a_visit_and_no_spend():
    found = taken(sold(), (), PROGRAM, same_currency=False)
    assert found == Taken(True, (Drink("Latte"), Drink("Cake")), 0, 1, 0, 4)


def test_a_line_is_remembered_as_it_was_made():
    bought = line("Latte", "2", 800, "Large", "Oat milk", "Extra hot", sku="COF-LAT")
    drink = Drink("Latte", "Large", ("Oat milk", "Extra hot"), "COF-LAT")
    assert taken(sold(bought), (), PROGRAM, same_currency=True).drinks == (drink,)


LATTE, BEANS = Match(name="latte"), Match(category="Beans")
SHELF = (
    Line(name="Latte", quantity="2", total=800, sku="COF-LAT", category="Coffee"),
    Line(name="Iced Latte", quantity="1", total=450, category="Cold"),
    Line(name="Sidamo", quantity="2.75", total=5500, category="beans"),
    Line(name="Happy hour", quantity="1", total=-200),
)
EARNED = [
    # rules, points of the visit, of spend, by item
    ((), 0, 0, 0),
    ((EarnVisit(points=1), EarnVisit(points=2)), 3, 0, 0),
    ((EarnSpend(points=1, per=100),), 0, 65, 0),
    ((EarnSpend(points=3, per=1000),), 0, 18, 0),
    ((EarnSpend(points=1, per=6551),), 0, 0, 0),
    ((EarnSpend(points=1, per=1000), EarnSpend(points=10, per=5000)), 0, 16, 0),
    ((EarnItem(match=LATTE, points=2),), 0, 0, 4),
    ((EarnItem(match=Match(sku="cof-lat"), points=5),), 0, 0, 10),
    ((EarnItem(match=BEANS, points=7),), 0, 0, 14),  # two whole ones
    ((EarnItem(match=LATTE, points=2), EarnItem(match=BEANS, points=7)), 0, 0, 18),
    ((EarnItem(match=Match(name="Latte", category="Cold"), points=2),), 0, 0, 0),  # both must agree
    ((EarnItem(match=Match(name="Latte", category="Coffee"), points=2),), 0, 0, 4),
    ((EarnItem(match=Match(name="Sidamo", sku="X"), points=2),), 0, 0, 0),  # it has none
    ((EarnItem(match=Match(), points=9),), 0, 0, 0),  # about nothing
    ((EarnItem(match=Match(name="Happy hour"), points=9),), 0, 0, 0),  # a discount is nothing that was had
    ((EarnItem(match=Match(name="Lat"), points=9),), 0, 0, 0),
]


@pytest.mark.parametrize(("rules", "visit", "spend", "item"), EARNED)
def test_rules_earn(rules, visit, spend, item):
    found = taken(sold(*SHELF), (), Program(earn=rules), same_currency=True)
    assert (found.per_visit, found.per_spend, found.per_item) == (visit, spend, item)


def test_it_is_told_which_line_earned_by_which_rule():
    rules = (EarnVisit(points=1), EarnItem(match=LATTE, points=2), EarnItem(match=BEANS, points=7))
    found = ledger.taken(sold(*SHELF), (), Program(earn=rules), same_currency=True)
    assert found.causes == (Cause("item", 1, 0, 4), Cause("item", 2, 2, 14))
    twice = ledger.taken(sold(*SHELF), (), Program(earn=(*rules, EarnVisit(points=3))), same_currency=True)
    assert (twice.causes[0], twice.causes[-1]) == (Cause("visit", 0, -1, 1), Cause("visit", 3, -1, 3))


def test_points_beyond_counting_are_bounded():
    rules = (EarnItem(match=LATTE, points=10**12), EarnSpend(points=10**12, per=1))
    found = taken(sold(line("Latte", "999999999", 10**12)), (), Program(earn=rules), same_currency=True)
    assert max(found.per_item, found.per_spend) == AMOUNT_MAX
    assert msgpack.decode(msgpack.encode(found), type=Taken) == found


TEA = line("Tea", "1", 300)
SHARED = [
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN), by_line(PLAIN)), 600, 0, id="twice"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN),) * 3, 600, 0, id="as often as would be all of it"),
    pytest.param((LATTES, CAKE), (by_line(PLAIN), by_line(PLAIN)), 300, 0, id="one each of two"),
    pytest.param((LATTES, CAKE), (by_line(PLAIN),) * 3, 300, 0, id="one each of two, and again"),
    pytest.param((PLAIN, PLAIN, CAKE), (by_line(PLAIN), by_line(PLAIN)), 300, 0, id="the same sold twice"),
    pytest.param((SMALL, LARGE, CAKE), (by_line(SMALL), by_line(SMALL)), 800, 2, id="another size of it was kept"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN), by_line(PLAIN, TEA)), 300, 0, id="again, with another"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN, amount=360),) * 2, 640, 0, id="less was paid than it cost"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN, amount=440),) * 2, 600, 0, id="with its tax"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(PLAIN), by_amount(300)), 300, 0, id="and an amount"),
    pytest.param((PLAIN, TEA, CAKE), (by_line(line("Latte", "1", 100)),) * 2, 800, 0, id="some of its price each time"),
]  # fmt: skip


@pytest.mark.parametrize(("bill", "refunds", "spend", "item"), SHARED)
@pytest.mark.parametrize("receipts", [0, 1])
def test_a_line_given_back_by_several_refunds_takes_no_other_lines_points(bill, refunds, spend, item, receipts):
    """One of them nested and told as a receipt of another id too, or all of them nested."""
    sale = back(sold(*bill), *refunds[receipts:])
    written = [
        receipt(lines=one.lines, total=one.amount, id=f"receipt {n}") for n, one in enumerate(refunds[:receipts])
    ]
    left = taken(sale, tuple(written), PROGRAM, same_currency=True)
    assert (left.counts, left.spend, left.per_item) == (True, spend, item)


GIFT_CARD = line("Gift card", "1", 2_000)
REWARD, OFF = line("Free coffee", "1", -400), line("Discount", "1", -100)
VISITS = [
    pytest.param((line("Latte", "1", 0),), True, id="a free coffee"),
    pytest.param((PLAIN, REWARD), True, id="a free coffee, and the reward on a line of its own"),
    pytest.param((GIFT_CARD,), False, id="nothing but what is excluded"),
    pytest.param((GIFT_CARD, OFF), False, id="the same with something off"),
    pytest.param((GIFT_CARD, line("Latte", "1", 0)), True, id="a free coffee beside it"),
    pytest.param((GIFT_CARD, PLAIN), True, id="a coffee beside it"),
]


@pytest.mark.parametrize(("bill", "earns"), VISITS)
@pytest.mark.parametrize("rewards", [(), ("r",)])
def test_a_visit_earns_unless_all_that_was_had_is_excluded(bill, earns, rewards):
    program = Program(earn=(EarnVisit(points=3),), exclude=(Match(name="Gift card"),))
    assert taken(sold(*bill), (), program, True, rewards).per_visit == 3 * earns
    assert taken(sold(*bill), (), replace(program, exclude=()), True, rewards).per_visit == 3


def test_what_earns_nothing_is_not_given_back_of_what_earns():
    """A line that is excluded comes back beside one that came back before."""
    program = replace(PROGRAM, exclude=(Match(name="Cake"),))
    sale = back(sold(PLAIN, TEA, CAKE), by_line(PLAIN), by_line(PLAIN, CAKE))
    assert taken(sale, (), program, same_currency=True).per_spend == 3


@pytest.mark.parametrize(
    ("taken", "opens", "points"),
    [
        (Taken(True, (), 0, 1, 11, 4), True, {"visit": 1, "spend": 11, "item": 4}),
        (Taken(True, (), 0, 1, 11, 4), False, {"spend": 11, "item": 4}),
        (Taken(True, (), 0, 1, 0, 0), False, {}),
        (Taken(False), True, {}),
    ],
)
def test_only_the_sale_that_opens_a_visit_earns_for_it(taken, opens, points):
    assert ledger.earned(taken, opens) == points


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["Latte", "Cake"]),
        st.sampled_from(["1", "2", "0.5"]),
        st.integers(0, 2_000),
        st.sampled_from([None, "Large"]),
    ),
    max_size=4,
)
REFUNDS = st.lists(
    st.one_of(st.builds(by_amount, st.integers(0, 3_000)), st.builds(lambda found: by_line(*found), LINES))
)


@given(LINES, REFUNDS, st.lists(LINES, max_size=2), st.integers(0, 500), st.integers(0, 500))
def test_no_refund_gives_anything(lines, refunds, receipts, discount, tip):
    sale = replace(sold(*lines, order_discount=discount, tip=tip), lines=tuple(lines))
    written = tuple(receipt(*each, id=f"receipt {number}") for number, each in enumerate(receipts))
    before = taken(sale, (), PROGRAM, same_currency=True)
    after = taken(back(sale, *refunds), written, PROGRAM, same_currency=True)
    assert 0 <= after.spend <= before.spend
    assert 0 <= after.per_item <= before.per_item
    assert set(after.drinks) <= set(before.drinks)
    assert after == NOTHING or after.counts


@given(LINES, REFUNDS)
def test_a_refund_is_the_same_nested_or_as_receipts_and_in_any_order(lines, refunds):
    sale = replace(sold(*lines), lines=tuple(lines))
    nested = taken(back(sale, *refunds), (), PROGRAM, same_currency=True)
    written = tuple(receipt(lines=each.lines, total=each.amount, id=f"receipt {n}") for n, each in enumerate(refunds))
    assert taken(sale, written, PROGRAM, same_currency=True) == nested
    turned = taken(back(sale, *refunds[::-1]), (), PROGRAM, same_currency=True)
    assert (turned.counts, turned.spend) == (nested.counts, nested.spend)
