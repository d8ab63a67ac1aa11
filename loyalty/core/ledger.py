"""What a sale comes to, and what it earns.

What a sale should give is computed anew whenever the sale, or what came before it, changes; the books (`books.py`)
bring the entries to it. So a refund, a void or a revision takes back exactly what was given, in whatever order things
arrive.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from loyalty.core import earning
from loyalty.core.days import Calendar
from loyalty.core.facts import Drink, Taken
from loyalty.wire import AMOUNT_MAX, Line, Refund, Transaction
from loyalty.wire_program import Program

QUANTITIES_MAX = 1_024  # kept as numbers
REASONS = ("visit", "spend", "item", "hours", "tier", "welcome", "referral")


def taken(
    sale: Transaction,
    receipts: tuple[Transaction, ...],
    program: Program,
    same_currency: bool,
    used: tuple[str, ...] = (),
    calendar: Calendar | None = None,
) -> Taken:
    """What is left of a sale after the refunds nested in it and the receipts that refund it.

    Quantities decide which drinks were had and what items earn, money decides spend: what the lines came to after
    discounts and refunds, never tip or service charge. Whatever rewards were `used` earns nothing itself. By the shop's
    `calendar` points end, wait, or are more at some hours.
    """
    if sale.state != "paid" or sale.refund_of is not None or not _sold(sale):
        return Taken(False)
    back = _given_back(sale, receipts) if receipts or sale.refunds else []
    given_back = sum(refund.amount for refund in back)
    rewards = {*used, *sale.redemptions}
    by_line = bool(rewards) and all(refund.lines for refund in back)  # what was free was had, whatever came back else
    if given_back and given_back >= sale.total and not by_line:
        return Taken(False)
    kept = _kept(sale, [line for refund in back for line in refund.lines])
    if kept and back and all(quantity <= 0 for _, quantity in kept):
        return Taken(False)
    bought = _bought(kept, len(rewards)) if rewards else kept
    spend = _spend(sale, back) if same_currency else 0
    drinks = tuple([_drink(line) for line, quantity in kept if quantity > 0 and line.total >= 0])
    found = Taken(True, drinks, spend)
    counts = earning.counted(program, sale)
    base = spend if counts is None else _spend(sale, back, counts) if same_currency else 0
    return earning.judged(found, program, sale, bought, base, calendar)


def _sold(sale: Transaction) -> bool:
    """Opening the drawer prints a receipt too; it is no visit."""
    return sale.total != 0 or any(_quantity(line.quantity) > 0 for line in sale.lines)


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


def _given_back(sale: Transaction, receipts: tuple[Transaction, ...]) -> list[Refund]:
    """Each refund once: some tills list one under the order and under the payment, or print a receipt for it too."""
    found = {refund.id: refund for refund in sale.refunds}
    found |= {receipt.id: _as_refund(receipt) for receipt in receipts if receipt.state == "paid"}
    return list(found.values())


def _as_refund(receipt: Transaction) -> Refund:
    """A receipt of its own as the refund it is; its order discount was never paid, so it does not come back."""
    return Refund(id=receipt.id, at=receipt.at, amount=abs(receipt.total), lines=receipt.lines)


def _spend(sale: Transaction, back: list[Refund], counts: earning.Counts | None = None) -> int:
    """In minor units; of all lines, or of those that count."""
    everything = sum(line.total for line in sale.lines)
    if counts is None:
        goods = max(0, everything - sale.order_discount)
    else:
        some = sum(line.total for line in sale.lines if counts(line))
        goods = max(0, some - (sale.order_discount * some // everything if everything else 0))
    left = goods
    for refund in back:
        if refund.lines:
            gone = sum(abs(line.total) for line in refund.lines if counts is None or counts(line))
            left -= min(gone, refund.amount)
        elif sale.total > 0:  # the amount holds its share of tax and tip
            left -= refund.amount * goods // sale.total
    return min(max(0, left), AMOUNT_MAX)


def _kept(sale: Transaction, gone: list[Line]) -> list[tuple[Line, Decimal]]:
    """Lines with the quantity that was not given back; exact matches are served before loose ones."""
    kept = [(line, _quantity(line.quantity)) for line in sale.lines]
    left = [(line, _quantity(line.quantity)) for line in gone]
    for same in (_alike, _same_drink) if gone else ():
        for place, (line, quantity) in enumerate(kept):
            for other, (back, amount) in enumerate(left):
                if amount > 0 and quantity > 0 and same(line, back):
                    taken_off = min(quantity, amount)
                    quantity -= taken_off
                    left[other] = (back, amount - taken_off)
            kept[place] = (line, quantity)
    return kept


def _bought(kept: list[tuple[Line, Decimal]], rewards: int) -> list[tuple[Line, Decimal]]:
    """Without what so many rewards paid for, where it can be told: by units whose price was taken off whole."""
    left = Decimal(rewards)
    found: list[tuple[Line, Decimal]] = []
    for line, quantity in kept:
        free = min(left, quantity, _free(line)) if line.total >= 0 else Decimal(0)
        left -= free
        found.append((line, quantity - free))
    return found


def _free(line: Line) -> Decimal:
    quantity = _quantity(line.quantity)
    if line.total == 0:
        return quantity
    if not line.list_price or line.list_price < 0:
        return Decimal(0)
    return Decimal(max(0, (int(quantity * line.list_price) - line.total) // line.list_price))


@lru_cache(QUANTITIES_MAX)
def _quantity(text: str) -> Decimal:
    return Decimal(text)


def _alike(line: Line, other: Line) -> bool:
    return _same_drink(line, other) and (line.variation, line.modifiers) == (other.variation, other.modifiers)


def _same_drink(line: Line, other: Line) -> bool:
    """Known by its sku where both have one, else by its name."""
    if line.sku and other.sku:
        return line.sku == other.sku
    return line.name.casefold().strip() == other.name.casefold().strip()


def _drink(line: Line) -> Drink:
    return Drink(line.name, line.variation or "", line.modifiers, line.sku or "")
