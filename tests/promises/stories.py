"""Random sales of a café with two shops: what tills deliver when people pay, change their minds and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace

from loyalty.wire import Consents, Line, Refund, RefundOf, Tender, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program, Reward, TierRule
from tests import make

NOW = make.at("12:00", 41)
MANY = settings().max_examples // 2  # where a story is told over and over: a second each
DORA = make.Who("Dora", make.SHOP, "DORA", "+254700000004", "dora@example.com", "CUST-DORA", "fp-dora")
STRANGER = make.Who("Sam", make.SHOP, "SAM", "+254700000009", "sam@example.com", "CUST-SAM", "fp-sam")
PEOPLE = {make.AMINA: make.REMEMBERED, make.BEN: make.REMEMBERED, DORA: Consents(recognise=True)}
OPENED = make.at("07:00", -50)

PROGRAM = Program(
    earn=(
        EarnVisit(points=3),
        EarnSpend(points=1, per=10_000),
        EarnItem(match=Match(name="Croissant"), points=5),
    ),
    rewards=(Reward(id="free", name="Free coffee", points=50),),
    tiers=(
        TierRule(id="silver", name="Silver", measure="visits", at_least=1, window_days=4, hold_days=3, grace_days=1),
        TierRule(id="gold", name="Gold", measure="spend", at_least=80_000, window_days=20, hold_days=6, grace_days=2),
    ),
)
MENU = (
    make.line("Latte", "Medium", "Oat milk"),
    make.line("Latte", "Large"),
    make.line("Flat White", sku="FW"),
    make.line("Flat white (new)", sku="FW"),
    make.line("Croissant", quantity=2, price=9_000),
    make.line("Batch Brew", price=1),
)

minutes = st.sampled_from((0, 1, 10, 29, 30, 31, 60, 240, 700, 1_000))
moments = st.one_of(
    st.builds(lambda day, minute: make.at("06:30", day) + timedelta(minutes=minute), st.integers(0, 40), minutes),
    st.sampled_from((NOW - timedelta(seconds=30), NOW - timedelta(seconds=119), NOW - timedelta(minutes=5))),
)
baskets = st.lists(st.sampled_from(MENU), min_size=1, max_size=3).map(tuple)
somebody = st.sampled_from((make.AMINA, make.AMINA, make.AMINA, make.BEN, DORA, STRANGER, None))
kinds = st.sampled_from(("reference", "phone", "email", "pos_id", "fingerprint"))
shops = st.sampled_from((make.SHOP, make.SHOP, make.OTHER_SHOP))
sources = st.sampled_from(("square", "csv"))
tills = st.sampled_from(("1", "2", None))
ids = st.sampled_from([str(number) for number in range(1, 8)])


@dataclass(frozen=True)
class Story:
    """Deliveries in the order of the calendar, every revision once, and another order in which they arrive."""

    calendar: list[Transaction]
    shuffled: list[Transaction]  # every one at least once
    sizes: list[int]  # of the batches

    def __repr__(self) -> str:
        lines = [*map(_short, self.calendar), f"arriving in batches of {self.sizes}:", *map(_short, self.shuffled)]
        return "\n  ".join(["Story", *lines])


@st.composite
def evidence(draw: Any) -> dict[str, Any]:
    """Who, and how that is known; now and then a payment card that is somebody else's."""
    return {"who": draw(somebody), "by": draw(kinds)}


@st.composite
def revisions(draw: Any) -> list[Transaction]:
    """One sale through its life: open, paid, corrected, refunded inside, voided."""
    at: datetime = draw(moments)
    shop = draw(shops)
    currency = draw(st.sampled_from(("KES", "KES", "KES", "USD")) if shop == make.SHOP else st.sampled_from(("KWD",)))
    fixed = {"id": draw(ids), "source": draw(sources), "shop": shop, "till": draw(tills), "currency": currency}
    found: list[Transaction] = []
    revision = draw(st.integers(1, 3))
    for state in draw(st.sampled_from(LIVES)):
        if state == "refunded":
            found.append(draw(refunded(found[-1], revision)))
        elif found and draw(st.booleans()):
            found.append(replace(found[-1], state=state, revision=revision))
        else:
            sale = make.sale(*draw(baskets), at=at, state=state, revision=revision, **fixed, **draw(evidence()))
            found.append(draw(with_partner(sale)))
        revision += draw(st.integers(1, 4))
        at = draw(st.sampled_from((at, at, at + timedelta(minutes=3), at - timedelta(days=1))))
    return found


LIVES = (
    ("paid",),
    ("paid",),
    ("open", "paid"),
    ("open", "open", "paid", "voided"),
    ("paid", "paid"),
    ("paid", "refunded"),
    ("paid", "refunded", "refunded"),
    ("paid", "voided"),
    ("paid", "voided", "paid"),
)


@st.composite
def with_partner(draw: Any, sale: Transaction) -> Transaction:
    if draw(st.integers(0, 9)):
        return sale
    other = draw(st.sampled_from(tuple(PEOPLE)))
    return replace(sale, tenders=(*sale.tenders, Tender(kind="card", amount=0, fingerprint=other.fingerprint)))


@st.composite
def refunded(draw: Any, sale: Transaction, revision: int) -> Transaction:
    """The same with something more given back: some lines, or an amount without a line."""
    lines: tuple[Line, ...] = draw(st.sampled_from((sale.lines, sale.lines[:1], ())))
    amount = sum(line.total for line in lines) or draw(st.sampled_from((1, 5_000, sale.total)))
    back = Refund(id=f"r{revision}", at=sale.at, amount=max(0, amount), lines=lines)
    return replace(sale, revision=revision, refunds=(*sale.refunds, back))


@st.composite
def receipts(draw: Any, original: Transaction, number: int) -> list[Transaction]:
    """A receipt of its own that refunds a sale; later voided, corrected to another sale, or no refund after all."""
    lines = draw(st.sampled_from((original.lines, original.lines[:1], ())))
    total = sum(line.total for line in lines) or draw(st.sampled_from((5_000, original.total)))
    first = replace(
        original, id=f"R{number}", revision=1, state="paid", lines=lines, total=total, refunds=(),
        at=original.at + timedelta(minutes=draw(minutes)), refund_of=RefundOf(id=original.id),
    )  # fmt: skip
    later = draw(st.sampled_from(("", "", "", "voided", "moved", "sale")))
    if later == "voided":
        return [first, replace(first, revision=2, state="voided")]
    if later == "moved":
        return [first, replace(first, revision=2, refund_of=RefundOf(id=draw(ids)))]
    if later == "sale":
        return [first, replace(first, revision=2, refund_of=None)]
    return [first]


@st.composite
def stories(draw: Any, most: int = 7) -> Story:
    lives = draw(st.lists(revisions(), min_size=1, max_size=most, unique_by=lambda life: _ident(life[0])))
    found = [sale for life in lives for sale in life]
    for number, life in enumerate(draw(st.lists(st.sampled_from(lives), max_size=3))):
        found += draw(receipts(life[-1], number))
    for day in range(draw(st.sampled_from((0, 0, 0, 70)))):
        found.append(make.sale(MENU[day % 3], id=f"h{day}", at=make.at("08:00", day - 40)))
    repeated = draw(st.lists(st.sampled_from(found), max_size=8))
    return Story(
        sorted(found, key=lambda sale: (sale.at, sale.revision)),
        draw(st.permutations(found + repeated)),
        draw(st.lists(st.integers(1, 9), min_size=1, max_size=4)),
    )


def _ident(sale: Transaction) -> tuple[str, str, str]:
    return sale.shop, sale.source, sale.id


def _short(sale: Transaction) -> str:
    """One delivery on one line, for whoever reads a failure."""
    evidence = [f"{kind} {value}" for kind, value in to_builtins(sale.customer or {}).items() if value]
    evidence += [tender.fingerprint for tender in sale.tenders if tender.fingerprint]
    bought = " + ".join(f"{line.quantity} {line.name} {line.total}" for line in sale.lines)
    back = [f"back {one.amount} ({len(one.lines)} lines)" for one in sale.refunds]
    of = [f"refund of {sale.refund_of.id}"] if sale.refund_of else []
    head = (
        f"{sale.shop} {sale.source} {sale.id} r{sale.revision} {sale.state} {sale.at:%d.%m. %H:%M:%S} till {sale.till}"
    )
    return "; ".join([head, f"{bought} = {sale.total} {sale.currency}", *of, *back, *evidence])
