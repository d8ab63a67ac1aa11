"""How a till writes an order down: opened, paid, voided, refunded. Every record keeps the sum rule of the wire."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from loyalty.demo.baskets import Basket
from loyalty.demo.menu import CURRENCY, DRINKS, TAX_PERCENT, line
from loyalty.demo.people import Person
from loyalty.wire import Evidence, Line, Presence, Refund, RefundOf, Tender, Transaction

SOURCE = "demo"
TILLS = ("1", "2")
STAFF = {"1": "Grace", "2": "Otieno"}
OWN_CUP = 2000  # taken from a drink
OWN_CUP_SHARE = 0.08
COMBO = 3000  # taken from an order with a drink and something baked
TIP_SHARE = 0.12
SPLIT_SHARE = 0.03
TABLE_SERVICE_FROM = 18  # o'clock; a service charge from then on
TABLE_SERVICE_PERCENT = 5
SHILLING = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for at a till. `person` is none for a walk-in."""

    id: str
    shop: str
    till: str
    at: datetime
    basket: Basket
    person: Person | None
    renamed: bool = False


def paid(order: Order, rng: random.Random, *, revision: int = 1) -> Transaction:
    """The finished sale."""
    lines = _lines(order, rng)
    goods = sum(each.total for each in lines)
    categories = {each.category for each in lines}
    discount = COMBO if "Bakery" in categories and len(categories) > 1 else 0
    service = _shillings((goods - discount) * TABLE_SERVICE_PERCENT // 100) if _at_table(order.at) else 0
    tip = rng.choice((5000, 10000, 20000)) if rng.random() < TIP_SHARE else 0
    total = goods - discount + service + tip
    return Transaction(
        id=order.id,
        source=SOURCE,
        shop=order.shop,
        till=order.till,
        revision=revision,
        staff=STAFF.get(order.till),
        state="paid",
        at=order.at,
        currency=CURRENCY,
        lines=lines,
        order_discount=discount,
        tax=_tax(goods - discount + service),
        tax_included=True,
        tip=tip,
        service_charge=service,
        total=total,
        tenders=_tenders(rng, order.person, total),
        customer=_evidence(order.person),
    )


def opened(sale: Transaction, *, named: bool = True) -> Transaction:
    """The same order before it was paid, in the revision below; perhaps before anybody said whom it is for."""
    return replace(
        sale,
        state="open",
        revision=sale.revision - 1,
        changed_at=None,
        tip=0,
        total=sale.total - sale.tip,
        tenders=(),
        customer=sale.customer if named else None,
    )


def voided(sale: Transaction, at: datetime) -> Transaction:
    return replace(sale, state="voided", revision=sale.revision + 1, changed_at=at)


def refunded(sale: Transaction, given_back: Line, at: datetime) -> Transaction:
    """One line given back, inside the sale's own record."""
    refund = Refund(id=f"{sale.id}-r", at=at, amount=_worth(sale, given_back), lines=(given_back,))
    return replace(sale, revision=sale.revision + 1, changed_at=at, refunds=(refund,))


def refund_receipt(sale: Transaction, given_back: Line, at: datetime, *, id: str, till: str) -> Transaction:
    """One line given back, as a receipt of its own with positive amounts."""
    worth = _worth(sale, given_back)
    return Transaction(
        id=id,
        source=sale.source,
        shop=sale.shop,
        till=till,
        staff=STAFF.get(till),
        revision=1,
        refund_of=RefundOf(id=sale.id),
        state="paid",
        at=at,
        currency=sale.currency,
        lines=(given_back,),
        order_discount=given_back.total - worth,
        tax=_tax(worth),
        tax_included=True,
        total=worth,
        tenders=(Tender(kind="cash", amount=worth),),
    )


def presence(order: Order, at: datetime, cards: Mapping[str, str]) -> Presence | None:
    """What is shown before ordering: a card, or a phone number said. Nothing by those who only pay."""
    match order.person:
        case Person(key=key, shows="card") if key in cards:
            return Presence(shop=order.shop, till=order.till, at=at, card=cards[key])
        case Person(shows="phone", identifier=phone):
            return Presence(shop=order.shop, till=order.till, at=at, phone=phone)
        case _:
            return None


def _lines(order: Order, rng: random.Random) -> tuple[Line, ...]:
    off = OWN_CUP if rng.random() < OWN_CUP_SHARE else 0
    return tuple(
        line(choice, quantity=count, off=off if choice.item in DRINKS else 0, renamed=order.renamed)
        for choice, count in Counter(order.basket).items()
    )


def _evidence(person: Person | None) -> Evidence | None:
    match person:
        case Person(shows="card", identifier=reference):
            return Evidence(reference=reference)
        case Person(shows="phone", identifier=phone):
            return Evidence(phone=phone)
        case Person(shows="pos_id", identifier=pos_id):
            return Evidence(pos_id=pos_id)
        case _:
            return None


def _tenders(rng: random.Random, person: Person | None, total: int) -> tuple[Tender, ...]:
    if person is not None and person.shows == "fingerprint":
        last = Tender(kind="card", amount=total, fingerprint=person.identifier, last4=_last4(person.identifier))
    else:
        last = Tender(kind=rng.choices(("mobile", "cash", "card"), (5, 3, 2))[0], amount=total)
    if rng.random() >= SPLIT_SHARE:
        return (last,)
    part = _shillings(total // 3)
    return (Tender(kind="cash", amount=part), replace(last, amount=total - part))


def _last4(fingerprint: str) -> str:
    return f"{int(fingerprint[-4:], 16) % 10000:04}"


def _worth(sale: Transaction, given_back: Line) -> int:
    """What is paid back for a line: its share of the order's discount was never paid."""
    goods = sum(each.total for each in sale.lines)
    return given_back.total - sale.order_discount * given_back.total // goods


def _at_table(at: datetime) -> bool:
    return not 4 <= at.hour < TABLE_SERVICE_FROM


def _tax(gross: int) -> int:
    return gross * TAX_PERCENT // (100 + TAX_PERCENT)


def _shillings(amount: int) -> int:
    return amount - amount % SHILLING
