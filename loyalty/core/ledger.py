"""What a sale comes to, and what it earns.

What a sale should give is computed anew whenever the sale, or what came before it, changes; the books (`books.py`)
bring the entries to it. So a refund, a void or a revision takes back exactly what was given, in whatever order things
arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from loyalty.core import earning, refunds
from loyalty.core.days import Calendar
from loyalty.core.facts import Drink, Taken
from loyalty.core.refunds import quantity_of
from loyalty.wire import AMOUNT_MAX, Line, Refund, Transaction
from loyalty.wire_program import Program

Kept = list[tuple[Line, Decimal]]
REASONS = ("visit", "spend", "item", "hours", "tier", "welcome", "referral")


def taken(
    sale: Transaction,
    receipts: tuple[Transaction, ...],
    program: Program,
    same_currency: bool,
    used: tuple[str, ...] = (),
    calendar: Calendar | None = None,
    at: int = 0,
    *,
    unitemised: bool = True,
) -> Taken:
    """What is left of a sale after the refunds nested in it and the receipts that refund it.

    Quantities decide which drinks were had and what items earn, money decides spend: what the lines came to after
    discounts and refunds, never tip or service charge. Whatever rewards were `used` earns nothing itself. By the shop's
    `calendar` and the moment it was `at` points end, wait, or are more at some hours. `unitemised`: whether a sale
    without lines is worth its total, which was not always so.
    """
    if sale.state != "paid" or sale.refund_of is not None or not _sold(sale):
        return Taken(False)
    back = refunds.of_it(sale, refunds.all_of(sale, receipts)) if receipts or sale.refunds else []
    rewards = {*used, *sale.redemptions} if used or sale.redemptions else ()
    kept = refunds.kept(sale, [line for refund in back for line in refund.lines] if back else ())
    if back and _undone(sale, back, kept, by_line=bool(rewards)):
        return Taken(False)
    bought = _bought(kept, len(rewards)) if rewards else kept
    same_currency = same_currency and (unitemised or bool(sale.lines))
    spend = _spend(sale, back) if same_currency else 0
    drinks = tuple([_drink(line) for line, quantity in kept if quantity > 0 and line.total >= 0])
    counts = earning.counted(program, sale) if program.exclude else None
    base = spend if counts is None else _spend(sale, back, counts) if same_currency else 0
    return earning.judged(program, sale, drinks, spend, kept, bought, base, calendar, at)


def _undone(sale: Transaction, back: Sequence[Refund], kept: Kept, *, by_line: bool) -> bool:
    """Whether all of it was given back. `by_line`: what was free was had, whatever came back else."""
    given_back = sum(refund.amount for refund in back)
    if given_back and given_back >= sale.total and not (by_line and all(refund.lines for refund in back)):
        return True
    had = [quantity for line, quantity in kept if line.total >= 0]
    return bool(had) and max(had) <= 0  # whatever discount was not given back with it


def _sold(sale: Transaction) -> bool:
    """Opening the drawer prints a receipt too, and so does bringing back what an older one sold: neither is a visit."""
    if not sale.lines:
        return sale.total > 0
    for line in sale.lines:  # noqa: SIM110  # asked with every sale: a generator takes four times as long
        if line.total >= 0 and quantity_of(line.quantity) > 0:
            return True
    return False


def earned(
    taken: Taken, opens_visit: bool, *, first: bool = False, friend: bool = False, times: int = 0
) -> dict[str, int]:
    """Points by reason; reasons that came to nothing are left out.

    `first`: it is its customer's first; `friend`: somebody brought them along; `times`: what their tier makes of it, in
    percent.
    """
    due: dict[str, int] = {}
    if opens_visit and taken.per_visit:
        due["visit"] = taken.per_visit
    if taken.per_spend:
        due["spend"] = taken.per_spend
    if taken.per_item:
        due["item"] = taken.per_item
    if taken.hours or times:
        _multiply(due, taken.hours, times)
    if first and taken.welcome:
        due["welcome"] = taken.welcome
    if first and friend and taken.friend:
        due["referral"] = taken.friend
    return due


def _multiply(due: dict[str, int], hours: int, times: int) -> None:
    """Bonus hours first, the tier's part of what that comes to; whole points, rounded down once each."""
    for reason, percent in (("hours", hours), ("tier", times)):
        more = sum(due.values()) * max(0, percent - 100) // 100
        if more:
            due[reason] = more


def _spend(sale: Transaction, back: Sequence[Refund], counts: earning.Counts | None = None) -> int:
    """In minor units; of all lines, or of those that count. Payment terminals say what it came to, and no lines."""
    everything = sum([line.total for line in sale.lines]) if sale.lines else _unitemised(sale)
    if counts is None:
        goods = max(0, everything - sale.order_discount)
    else:
        some = sum(line.total for line in sale.lines if counts(line))
        goods = max(0, some - (sale.order_discount * some // everything if everything else 0))
    left = goods
    for refund in back:
        if refund.lines:
            gone = abs(sum(line.total for line in refund.lines if counts is None or counts(line)))
            left -= min(gone, refund.amount)  # which may hold tax; lines below zero are what a discount was
        elif sale.total > 0:  # the amount holds its share of tax and tip
            left -= refund.amount * goods // sale.total
    return min(max(0, left), AMOUNT_MAX)


def _unitemised(sale: Transaction) -> int:
    """What its lines would have come to."""
    return sale.total - sale.tip - sale.service_charge - (0 if sale.tax_included else sale.tax) + sale.order_discount


def _bought(kept: Kept, rewards: int) -> Kept:
    """Without what so many rewards paid for, where it can be told: units whose price was taken off whole, on their own
    line or by lines below zero."""
    left = Decimal(rewards)
    found: list[tuple[Line, Decimal]] = []
    for line, quantity in kept:
        free = min(left, quantity, _free(line)) if line.total >= 0 else Decimal(0)
        left -= free
        found.append((line, quantity - free))
    off = -sum(line.total for line, _ in kept if line.total < 0)
    return _paid_by(off, found, left) if off and left else found


def _free(line: Line) -> Decimal:
    """Units that cost nothing; a cent may be left of a whole discount."""
    quantity = quantity_of(line.quantity)
    if line.total == 0:
        return quantity
    if not line.list_price or line.list_price <= 1:
        return Decimal(0)
    return Decimal(max(0, (int(quantity * line.list_price) - line.total + 1) // line.list_price))


def _paid_by(off: int, bought: list[tuple[Line, Decimal]], rewards: Decimal) -> list[tuple[Line, Decimal]]:
    """A line of their own paid for units: the dearest first whose price fits into what is off."""
    dearest = sorted(range(len(bought)), key=lambda place: (-_price(bought[place][0]), place))
    for place in dearest:
        line, quantity = bought[place]
        price = _price(line)
        while rewards >= 1 and quantity >= 1 and 0 < price <= off:
            off, rewards, quantity = off - price, rewards - 1, quantity - 1
        bought[place] = line, quantity
    return bought


def _price(line: Line) -> int:
    """Of one, after the line's own discounts."""
    quantity = quantity_of(line.quantity)
    return int(line.total / quantity) if quantity else 0


def _drink(line: Line) -> Drink:
    return Drink(line.name, line.variation or "", line.modifiers, line.sku or "")
