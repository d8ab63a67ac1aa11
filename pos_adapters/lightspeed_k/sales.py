"""What Lightspeed K says of a sale that was closed, and why its webhooks are passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

from loyalty.errors import Unfit
from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from pos_adapters import money, tills
from pos_adapters.asking import document
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.reading import exact, fitting, read_each, shaped

When = Annotated[datetime, Meta(tz=True)]
SOLD = {"SALE", "REFUND", "VOID", "CANCEL", "RECALL"}  # other kinds move a bill about; they count where they were paid
CARDS = {"ADYEN", "CARD", "CC", "LSP", "LSPAY", "VISA", "MC", "AMEX", "DEBIT"}
DEPTH_MAX = 5  # a modifier may have some of its own
NONE = Decimal(0)


class TaxLine(Struct, frozen=True):
    taxIncluded: bool = True


class Item(Struct, frozen=True):
    """With up to six digits after the point. One with a parent is a modifier of it."""

    id: str
    name: str
    quantity: Decimal
    totalNetAmountWithTax: Decimal
    currency: str = ""
    totalNetAmountWithoutTax: Decimal = NONE
    menuListPrice: Decimal = NONE
    taxAmount: Decimal = NONE
    taxIncluded: bool | None = None
    taxLines: tuple[TaxLine, ...] = ()
    parentLineId: str = ""
    nameOverride: str = ""
    sku: str = ""
    statisticGroup: str = ""


class Consumer(Struct, frozen=True):
    id: str | int = ""
    customerId: str | int = ""
    phoneNumber1: str = ""
    email: str = ""


class Payment(Struct, frozen=True):
    """The tip is on top of the amount (not documented; check it against a receipt)."""

    code: str
    netAmountWithTax: Decimal
    currency: str
    tip: Decimal = NONE
    consumer: Consumer = Consumer()


class Link(Struct, frozen=True):
    initialAccountId: str = ""
    previousAccountId: str = ""


class Sale(Struct, frozen=True):
    """`source` names other sales by their `accountFiscId`."""

    accountFiscId: str
    type: str
    timeOfOpening: When
    timeClosed: When | None = None
    cancelled: bool = False
    source: Link = Link()
    salesLines: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()
    deviceId: str | int = ""


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = exact(raw)
    if not isinstance(said, dict):
        raise Unfit("expected a webhook or an answer of Lightspeed's, as a JSON object")
    if "sales" in said:
        places = [(f"sales[{place}]", document(one)) for place, one in enumerate(said["sales"])]
        yield from read_each(places, lambda one: [_told(shaped(exact(one), Sale), settings)])
    else:
        yield Ignored(f"{said.get('type', 'something')} says nothing of a sale that was closed; those are asked for")


# -- a sale -----------------------------------------------------------------------------------------------------------
def _told(sale: Sale, settings: Settings) -> Event:
    linked = sale.source.previousAccountId or sale.source.initialAccountId
    parent = linked if linked != sale.accountFiscId else ""
    currencies = {one.currency for one in sale.payments} | {one.currency for one in sale.salesLines if one.currency}
    if sale.type not in SOLD and not sale.payments:
        return Ignored(f"{sale.type}: nothing was sold")
    if len(currencies) != 1:
        return Ignored("nothing is on it" if not currencies else "a sale in several currencies")
    back = sum((one.totalNetAmountWithTax for one in sale.salesLines), NONE) < 0
    if back and not parent:
        return Ignored("given back without the sale that it was bought in")
    return fitting(_sale(sale, currencies.pop(), parent if back else "", settings))


def _sale(sale: Sale, currency: str, parent: str, settings: Settings) -> Transaction:
    """Where something is given back, every amount is turned round."""
    sign = -1 if parent else 1

    def minor(*amounts: Decimal) -> int:
        return sign * money.nearest(sum(amounts, NONE), currency)

    inside = all(_tax_inside(one) for one in sale.salesLines)
    undone = not parent and (sale.cancelled or sale.type in ("VOID", "CANCEL"))
    lines = tuple(_lines(sale.salesLines, inside, minor))
    tax, tip = minor(*(one.taxAmount for one in sale.salesLines)), minor(*(one.tip for one in sale.payments))
    bill = sum(one.total for one in lines) + (0 if inside else tax)
    paid = minor(*(one.netAmountWithTax for one in sale.payments)) if sale.payments else bill
    return Transaction(
        id=sale.accountFiscId,
        source="lightspeed_k",
        shop=settings["shop"],
        till=tills.till_of(sale.deviceId, settings),
        revision=2 * since_epoch(sale.timeClosed or sale.timeOfOpening) + undone,
        state="voided" if undone else "paid" if sale.timeClosed else "open",
        at=sale.timeClosed or sale.timeOfOpening,
        currency=currency,
        refund_of=RefundOf(id=parent) if parent else None,
        lines=lines,
        order_discount=max(0, bill - paid),  # of the whole bill, or what rounding leaves
        service_charge=max(0, paid - bill),  # what was paid beyond the lines, a surcharge as well
        tax=tax,
        tax_included=inside,
        tip=tip,
        total=paid + tip,
        tenders=tuple(
            Tender(kind=_kind(one.code), amount=minor(one.netAmountWithTax, one.tip)) for one in sale.payments
        ),
        customer=_customer(sale.payments),
    )


def _tax_inside(item: Item) -> bool:
    return item.taxIncluded if item.taxIncluded is not None else all(one.taxIncluded for one in item.taxLines)


def _lines(items: Sequence[Item], inside: bool, minor: Any) -> Iterator[Line]:
    """Modifiers are told with what they belong to, and so is what they cost."""
    by_id = {one.id: one for one in items}
    parts: dict[str, list[Item]] = {}
    for item in items:
        root = item
        for _ in range(DEPTH_MAX):
            root = by_id.get(root.parentLineId, root)
        parts.setdefault(root.id, []).append(item)
    for id, them in parts.items():
        main, modifiers = by_id[id], [one for one in them if one.id != id]
        if main.quantity:
            prices = (one.menuListPrice * abs(one.quantity) / abs(main.quantity) for one in them)
            yield line(
                main.nameOverride or main.name,
                minor(*(one.totalNetAmountWithTax if inside else one.totalNetAmountWithoutTax for one in them)),
                quantity=main.quantity,
                modifiers=(one.nameOverride or one.name for one in modifiers),
                sku=main.sku,
                category=main.statisticGroup,
                list_price=abs(minor(*prices)),
            )


def _kind(code: str) -> str:
    """Shops name their ways of payment themselves."""
    return "card" if code.upper() in CARDS else code.lower()[:64] or "other"


def _customer(payments: Sequence[Payment]) -> Evidence | None:
    """Whom all payments that name somebody agree on: friends who split a bill are several."""
    named = {one.consumer for one in payments if one.consumer != Consumer()}
    if len(named) != 1:
        return None
    [who] = named
    return evidence(pos_id=who.id, phone=who.phoneNumber1, email=who.email, reference=str(who.customerId))
