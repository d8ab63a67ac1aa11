"""What stands on a receipt, as a sale: held against its own total, which says what was meant by each amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Literal
from zoneinfo import ZoneInfo

from loyalty.errors import Unfit
from loyalty.wire import LINES_MAX, Line, RefundOf, Tender, Transaction
from pos_adapters import bills, money
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.escpos.commands import Printed
from pos_adapters.escpos.dates import printed_at
from pos_adapters.escpos.paper import Item, Paid, Paper
from pos_adapters.reading import fitting, read_each

LIVE = timedelta(days=1)  # a clock may be wrong by so much; what says more is a receipt of another day
PICTURE = "printed as a picture: there is no text in it to read"
_RANK = {"open": 1, "copy": 2, "paid": 3, "voided": 4}  # the higher replaces the lower


def read(printed: Printed, settings: Settings, now: datetime | None = None) -> list[Event]:
    """`now` for what is read as it is printed: it is live then. Never raises."""
    if not any(printed.lines) and printed.picture:
        return [Ignored(PICTURE)]
    text = "\n".join(printed.lines).strip("\n").encode()
    return read_each([("", text)], lambda _: [_sale(printed, settings, now)])


def _sale(printed: Printed, settings: Settings, now: datetime | None) -> Event:
    if printed.cut_short:
        raise Unfit("longer than a receipt is", code="too-large")
    paper = Paper(settings["currency"], settings["number_word"])
    for line in printed.lines:
        paper.line(line)
    if "report" in paper.kinds or ("slip" in paper.kinds and not paper.items):
        return Ignored("a report, or the slip of a card terminal")
    if paper.total is None:
        return Ignored("no total on it: a ticket for the kitchen, or something else that is no receipt")
    if not paper.number:
        raise Unfit("a total, and no receipt number that could be found: set number_word to the word before it")
    if not paper.items:
        raise Unfit("a total, and no line of a sale that could be read")
    at = printed_at(paper.date, paper.time, _zone(settings), settings["date_order"], now)
    return fitting(_transaction(paper, paper.total, at, printed.drawer, settings, now))


def _transaction(
    paper: Paper, total: Decimal, at: datetime, drawer: bool, settings: Settings, now: datetime | None
) -> Transaction:
    sign = -1 if total < 0 else 1
    bill, number = _summed(paper, total * sign, sign), paper.number
    if settings["receipt_numbers"] != "unique":
        number = f"{at.astimezone(_zone(settings)):%Y-%m-%d}-{number}"
    back = sign < 0 or "refund" in paper.kinds
    tenders = _tenders(paper, total * sign, sign, drawer, settings["currency"])
    state = _state(paper, bool(tenders))
    rank = _RANK["copy" if state == "paid" and "copy" in paper.kinds else state]
    live = now is not None and "copy" not in paper.kinds and abs(now - at) <= LIVE
    return Transaction(
        id=f"{number}-refund-{at:%Y%m%dT%H%M%SZ}" if back else number,
        source=settings["source"],
        shop=settings["shop"],
        till=settings["till"] or paper.till or None,
        revision=(rank << bills.MS_BITS) + bills.since_epoch(at),
        state=state,
        at=at,
        age_s=0.0 if live else None,
        currency=settings["currency"],
        lines=bill.lines,
        order_discount=bill.discount,
        tax=bill.tax,
        tax_included=bill.tax_included,
        tip=bill.tip,
        service_charge=bill.service,
        total=_minor(total * sign, settings["currency"]),
        tenders=tenders,
        refund_of=RefundOf(id=number) if back else None,
        customer=bills.evidence(reference=paper.member),
    )


def _state(paper: Paper, paid: bool) -> Literal["open", "paid", "voided"]:
    if "voided" in paper.kinds:
        return "voided"
    return "open" if "open" in paper.kinds and not paid else "paid"


# -- what each amount was ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Bill:
    lines: tuple[Line, ...]
    discount: int
    tax: int
    tax_included: bool
    tip: int
    service: int


def _summed(paper: Paper, total: Decimal, sign: int) -> _Bill:
    """As it comes to the total: with or without what stands below an item, the discount and the tax."""
    currency = paper.currency
    sold = [item for item in paper.items if item.amount * sign >= 0]
    if not 0 < len(sold) <= LINES_MAX:
        raise Unfit(f"expected 1 to {LINES_MAX} lines of a sale, got {len(sold)}")
    negative = sum((-item.amount * sign for item in paper.items if item.amount * sign < 0), Decimal(0))
    named = sum((abs(amount) for amount in paper.sums.get("discount", ())), Decimal(0))
    tax, tip, service = (sum(paper.sums.get(kind, ()), Decimal(0)) * sign for kind in ("tax", "tip", "service"))
    ways = list(product((True, False), (negative + named, negative, Decimal(0)), (False, True)))
    fits = (
        (whole, discount, included)
        for whole, discount, included in ways
        if sum(_came_to(item, whole) for item in sold) * sign - discount + tip + service + (0 if included else tax)
        == total
    )
    whole, discount, included = next(fits, ways[0])
    lines = tuple(_line(item, _came_to(item, whole) * sign, currency) for item in sold)
    small = (_minor(amount, currency) for amount in (discount, tax, tip, service))
    first, second, third, fourth = small
    return _Bill(lines, first, second, included and bool(tax), third, fourth)


def _came_to(item: Item, whole: bool) -> Decimal:
    return item.amount + sum((cost for _, cost in item.about), Decimal(0)) if whole else item.amount


def _line(item: Item, total: Decimal, currency: str) -> Line:
    modifiers = [name for name, cost in item.about if cost * item.amount >= 0]
    return bills.line(item.name, _minor(total, currency), quantity=item.many, modifiers=modifiers)


# -- how it was paid --------------------------------------------------------------------------------------------------
def _tenders(paper: Paper, total: Decimal, sign: int, drawer: bool, currency: str) -> tuple[Tender, ...]:
    """One without an amount paid the rest. The drawer was opened and nothing else is said: cash."""
    change = abs(sum(paper.sums.get("change", ()), Decimal(0)))
    stated = [Paid(one.kind, one.amount * sign, one.last4) for one in paper.paid if one.amount is not None]
    if change:
        stated = [Paid(one.kind, (one.amount or 0) - change * (one.kind == "cash"), one.last4) for one in stated]
    rest = total - sum((one.amount or Decimal(0) for one in stated), Decimal(0))
    silent = [one for one in paper.paid if one.amount is None]
    if silent and rest > 0:
        named = next((one for one in silent if one.last4), silent[0])
        stated.append(Paid(named.kind, rest, named.last4))
    if not stated and drawer:
        stated = [Paid("cash", total, None)]
    last4s = [one.last4 for one in silent if one.last4]
    return tuple(
        Tender(
            kind=one.kind,
            amount=_minor(one.amount or Decimal(0), currency),
            last4=one.last4 or (last4s[0] if last4s and one.kind == "card" else None),
        )
        for one in stated
    )


def _minor(amount: Decimal, currency: str) -> int:
    return money.minor(amount, currency)


def _zone(settings: Settings) -> ZoneInfo | None:
    return ZoneInfo(settings["timezone"]) if settings["timezone"] else None
