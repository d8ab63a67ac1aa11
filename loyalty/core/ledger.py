"""Points: what a sale earns, and the movements that bring the ledger to it.

Entries are only ever added. What a sale should have given is computed anew whenever the sale, or what came before
it, changes; the difference to what it gave is one more entry. So a refund, a void or a revision takes back exactly
what was given, in whatever order things arrive.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from loyalty.core.facts import Drink, Entry, Sale, State, Taken
from loyalty.wire import AMOUNT_MAX, Line, Refund, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program

QUANTITIES_MAX = 1_024  # kept as numbers
REASONS = ("visit", "spend", "item")


def taken(
    sale: Transaction,
    receipts: tuple[Transaction, ...],
    program: Program,
    same_currency: bool,
    used: tuple[str, ...] = (),
) -> Taken:
    """What is left of a sale after the refunds nested in it and the receipts that refund it.

    Quantities decide which drinks were had and what items earn, money decides spend: what the lines came to after
    discounts and refunds, never tax, tip or service charge. Whatever rewards were `used` earns nothing itself.
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
    return Taken(True, drinks, spend, *_points(program, bought, spend))


def _points(program: Program, bought: list[tuple[Line, Decimal]], spend: int) -> tuple[int, int, int]:
    """What the sale earns if it opens a visit, by its spend, and by its items."""
    per_visit = per_spend = per_item = 0
    for rule in program.earn:
        if isinstance(rule, EarnVisit):
            per_visit += rule.points
        elif isinstance(rule, EarnSpend):
            per_spend += spend // rule.per * rule.points
        elif isinstance(rule, EarnItem):
            per_item += _item_points(rule, bought)
    return min(per_visit, AMOUNT_MAX), min(per_spend, AMOUNT_MAX), min(per_item, AMOUNT_MAX)


def _sold(sale: Transaction) -> bool:
    """Opening the drawer prints a receipt too; it is no visit."""
    return sale.total != 0 or any(_quantity(line.quantity) > 0 for line in sale.lines)


def earned(taken: Taken, opens_visit: bool) -> dict[str, int]:
    """Points by reason; reasons that came to nothing are left out."""
    due: dict[str, int] = {}
    if opens_visit and taken.per_visit:
        due["visit"] = taken.per_visit
    if taken.per_spend:
        due["spend"] = taken.per_spend
    if taken.per_item:
        due["item"] = taken.per_item
    return due


def settle(state: State, sale: Sale, due: dict[str, int]) -> tuple[State, list[Entry]]:
    """Entries that bring what the sale gave (`sale.earned`) to what it is due, and the state after them."""
    if due == sale.earned:
        return state, []
    entries: list[Entry] = []
    points, n = state.points, state.entries
    for reason in REASONS:
        change = due.get(reason, 0) - sale.earned.get(reason, 0)
        if change:
            said = reason if change > 0 else "reverse"
            entries.append(Entry(state.person, n, change, said, sale.ident, sale.at, sale.day))
            points, n = points + change, n + 1
    return State(state.person, state.memory, points, n), entries


def _given_back(sale: Transaction, receipts: tuple[Transaction, ...]) -> list[Refund]:
    """Each refund once: some tills list one under the order and under the payment, or print a receipt for it too."""
    found = {refund.id: refund for refund in sale.refunds}
    found |= {receipt.id: _as_refund(receipt) for receipt in receipts if receipt.state == "paid"}
    return list(found.values())


def _as_refund(receipt: Transaction) -> Refund:
    """A receipt of its own as the refund it is; its order discount was never paid, so it does not come back."""
    return Refund(id=receipt.id, at=receipt.at, amount=abs(receipt.total), lines=receipt.lines)


def _spend(sale: Transaction, back: list[Refund]) -> int:
    goods = max(0, sum(line.total for line in sale.lines) - sale.order_discount)
    left = goods
    for refund in back:
        if refund.lines:
            left -= min(sum(abs(line.total) for line in refund.lines), refund.amount)
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


def _item_points(rule: EarnItem, kept: list[tuple[Line, Decimal]]) -> int:
    return sum(int(quantity) * rule.points for line, quantity in kept if _earns(rule, line, quantity))


def _earns(rule: EarnItem, line: Line, quantity: Decimal) -> bool:
    """A line below zero is a discount in the till's own way of writing it."""
    return quantity > 0 and line.total >= 0 and _matches(rule.match, line)


def _matches(match: Match, line: Line) -> bool:
    wanted = ((match.name, line.name), (match.sku, line.sku), (match.category, line.category))
    given = [(want, have) for want, have in wanted if want is not None]
    return bool(given) and all(have is not None and want.casefold() == have.casefold() for want, have in given)
