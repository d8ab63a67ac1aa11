"""Builders with defaults, so that a test shows only what matters.

People: Amina the regular, Ben the newcomer, Cleo of the other shop. Ids that must differ come from a counter the test
holds: `ids = make.ids()`, then `make.sale(id=next(ids))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from loyalty.wire import (
    Consents,
    Enrolment,
    Evidence,
    Greeting,
    Identifier,
    IdentifierKind,
    Line,
    Presence,
    Refund,
    RefundOf,
    Tender,
    Transaction,
)

MONDAY = date(2026, 10, 5)
ZONE = ZoneInfo("Africa/Nairobi")
CURRENCY = "KES"
SOURCE = "test"
SHOP = "shop-a"
OTHER_SHOP = "shop-b"
LATTE = 38000
REMEMBERED = Consents(recognise=True, remember=True)

By = Literal["card", "reference", "phone", "email", "pos_id", "fingerprint"]


@dataclass(frozen=True, slots=True)
class Who:
    """A person of the tests. `card` is the code the service gave at enrolment, where a test has enrolled them."""

    name: str
    shop: str
    reference: str
    phone: str
    email: str
    pos_id: str
    fingerprint: str
    card: str | None = None


AMINA = Who("Amina", SHOP, "AMINA", "+254700000001", "amina@example.com", "CUST-AMINA", "fp-amina")
BEN = Who("Ben", SHOP, "BEN", "+254700000002", "ben@example.com", "CUST-BEN", "fp-ben")
CLEO = Who("Cleo", OTHER_SHOP, "CLEO", "+254700000003", "cleo@example.com", "CUST-CLEO", "fp-cleo")


def ids(prefix: str = "") -> Iterator[str]:
    """Ids that never repeat: "1", "2", …"""
    return (f"{prefix}{number}" for number in count(1))


def at(clock: str, day: int = 0, *, zone: ZoneInfo = ZONE) -> datetime:
    """`at("08:12")` on the Monday of the tests, `day` days later, as the wire decodes it: with a fixed offset."""
    local = datetime.combine(MONDAY + timedelta(days=day), time.fromisoformat(clock), zone)
    offset = local.utcoffset()
    assert offset is not None
    return local.replace(tzinfo=timezone(offset))


MORNING = at("08:12")


def line(
    name: str = "Latte",
    variation: str | None = None,
    *modifiers: str,
    quantity: int = 1,
    price: int = LATTE,
    total: int | None = None,
    sku: str | None = None,
    category: str | None = None,
) -> Line:
    """`make.line("Latte", "Medium", "Oat milk")`; `total` is quantity times price unless it is given."""
    return Line(
        name=name,
        variation=variation,
        modifiers=modifiers,
        quantity=str(quantity),
        list_price=price,
        total=quantity * price if total is None else total,
        sku=sku,
        category=category,
    )


def sale(
    *lines: Line,
    id: str = "1",
    at: datetime = MORNING,
    who: Who | None = AMINA,
    by: By = "reference",
    shop: str | None = None,
    source: str = SOURCE,
    till: str | None = "1",
    state: Literal["open", "paid", "voided"] = "paid",
    revision: int = 1,
    currency: str = CURRENCY,
    changed_at: datetime | None = None,
    age_s: float | None = None,
    order_discount: int = 0,
    tax: int = 0,
    tax_included: bool = True,
    tip: int = 0,
    service_charge: int = 0,
    total: int | None = None,
    tenders: tuple[Tender, ...] | None = None,
    redemptions: tuple[str, ...] = (),
) -> Transaction:
    """A paid sale of one latte to Amina. The total and the tender follow from the rest unless they are given."""
    bought = lines or (line(),)
    if total is None:
        added = (0 if tax_included else tax) + tip + service_charge
        total = sum(each.total for each in bought) - order_discount + added
    return Transaction(
        id=id,
        source=source,
        shop=shop or (who.shop if who else SHOP),
        till=till,
        revision=revision,
        state=state,
        at=at,
        changed_at=changed_at,
        age_s=age_s,
        currency=currency,
        lines=bought,
        order_discount=order_discount,
        tax=tax,
        tax_included=tax_included,
        tip=tip,
        service_charge=service_charge,
        total=total,
        tenders=_tenders(state, total, who, by) if tenders is None else tenders,
        redemptions=redemptions,
        customer=_evidence(who, by),
    )


def open_sale(
    *lines: Line,
    id: str = "1",
    at: datetime = MORNING,
    who: Who | None = AMINA,
    by: By = "reference",
    shop: str | None = None,
    till: str | None = "1",
    revision: int = 1,
    age_s: float | None = None,
) -> Transaction:
    """An order that is not paid yet."""
    return sale(
        *lines, id=id, at=at, who=who, by=by, shop=shop, till=till, revision=revision, age_s=age_s, state="open"
    )


def paid_of(opened: Transaction, *, at: datetime | None = None, who: Who | None = None) -> Transaction:
    """The next revision of an open order; `who` pays with the card whose fingerprint is known."""
    return replace(
        opened,
        state="paid",
        revision=opened.revision + 1,
        changed_at=at or opened.at + timedelta(minutes=1),
        tenders=_tenders("paid", opened.total, who, "fingerprint"),
    )


def habit(
    ids: Iterator[str], *lines: Line, days: Iterable[int], clock: str = "08:12", who: Who = AMINA, by: By = "reference"
) -> tuple[Transaction, ...]:
    """The same order on each of these days, counted from the Monday of the tests."""
    return tuple(sale(*lines, id=next(ids), at=at(clock, day), who=who, by=by) for day in days)


def void_of(sale: Transaction, *, at: datetime | None = None) -> Transaction:
    """The next revision, voided."""
    return replace(sale, state="voided", revision=sale.revision + 1, changed_at=at or sale.at + timedelta(minutes=10))


def refund_of(sale: Transaction, *lines: Line, id: str = "r1", at: datetime | None = None) -> Transaction:
    """A receipt of its own for lines given back, all of them unless named."""
    given_back = lines or sale.lines
    total = sum(each.total for each in given_back)
    return Transaction(
        id=id,
        source=sale.source,
        shop=sale.shop,
        till=sale.till,
        state="paid",
        at=at or sale.at + timedelta(minutes=20),
        currency=sale.currency,
        lines=given_back,
        tax_included=True,
        total=total,
        tenders=(Tender(kind="cash", amount=total),),
        refund_of=RefundOf(id=sale.id),
    )


def refunded(sale: Transaction, *lines: Line, id: str | None = None, at: datetime | None = None) -> Transaction:
    """The next revision, with lines given back inside its own record, all of them unless named."""
    given_back = lines or sale.lines
    when = at or sale.at + timedelta(minutes=20)
    refund = Refund(
        id=id or f"r{len(sale.refunds) + 1}", at=when, amount=sum(each.total for each in given_back), lines=given_back
    )
    return replace(sale, revision=sale.revision + 1, changed_at=when, refunds=(*sale.refunds, refund))


def presence(
    who: Who = AMINA,
    *,
    by: Literal["card", "phone", "email", "fingerprint", "pos_id"] = "phone",
    at: datetime | None = None,
    shop: str | None = None,
    till: str | None = "1",
) -> Presence:
    """Somebody shows who they are before ordering; now, unless `at` is given."""
    place = Presence(shop=shop or who.shop, till=till, at=at)
    match by:
        case "card":
            return replace(place, card=_card(who))
        case "phone":
            return replace(place, phone=who.phone)
        case "email":
            return replace(place, email=who.email)
        case "fingerprint":
            return replace(place, fingerprint=who.fingerprint)
        case "pos_id":
            return replace(place, pos_id=who.pos_id)


def enrolment(
    who: Who = AMINA,
    *kinds: IdentifierKind,
    consents: Consents = REMEMBERED,
    greeting: Greeting | None = None,
    brought_by: str | None = None,
) -> Enrolment:
    """Enrols with all identifiers unless the kinds are named, and with both consents unless others are given."""
    values: dict[IdentifierKind, str] = {
        "reference": who.reference,
        "phone": who.phone,
        "email": who.email,
        "pos_id": who.pos_id,
        "fingerprint": who.fingerprint,
    }
    identifiers = tuple(Identifier(kind=kind, value=values[kind]) for kind in kinds or values)
    return Enrolment(
        name=who.name, identifiers=identifiers, greeting=greeting, brought_by=brought_by, consents=consents
    )


def _evidence(who: Who | None, by: By) -> Evidence | None:
    if who is None:
        return None
    match by:
        case "card":
            return Evidence(card=_card(who))
        case "reference":
            return Evidence(reference=who.reference)
        case "phone":
            return Evidence(phone=who.phone)
        case "email":
            return Evidence(email=who.email)
        case "pos_id":
            return Evidence(pos_id=who.pos_id)
        case "fingerprint":  # is on the tender
            return None


def _tenders(state: str, total: int, who: Who | None, by: By) -> tuple[Tender, ...]:
    if state == "open":
        return ()
    if who is not None and by == "fingerprint":
        return (Tender(kind="card", amount=total, fingerprint=who.fingerprint, last4="4417"),)
    return (Tender(kind="cash", amount=total),)


def _card(who: Who) -> str:
    assert who.card is not None, f"{who.name} has no card yet: replace(who, card=…) with what enrolling answered"
    return who.card
