"""What comes back of a sale: refunds nested in it and receipts of their own, each once, and which lines they mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from loyalty.wire import Line, Refund, Transaction

QUANTITIES_MAX = 1_024  # kept as numbers


def all_of(sale: Transaction, receipts: tuple[Transaction, ...]) -> list[Refund]:
    """Each refund once: some tills list one under the order and under the payment, or print a receipt for it too."""
    found = {refund.id: refund for refund in sale.refunds}
    found |= {receipt.id: _as_refund(receipt) for receipt in receipts if receipt.state == "paid"}
    return list(found.values())


def _as_refund(receipt: Transaction) -> Refund:
    """A receipt of its own as the refund it is; its order discount was never paid, so it does not come back."""
    return Refund(id=receipt.id, at=receipt.at, amount=abs(receipt.total), lines=receipt.lines)


def of_it(sale: Transaction, back: Sequence[Refund]) -> list[Refund]:
    """Without what was never on this bill: some tills write what is brought back on the ticket of a new sale.

    Where no line of a refund is on the bill, a till may just call things otherwise: then it counts as money alone, as
    far as the bill can have held it.
    """
    found: list[Refund] = []
    for refund in back:
        here = tuple(line for line in refund.lines if any(_same_drink(sold, line) for sold in sale.lines))
        if len(here) == len(refund.lines) or not sale.lines:
            found.append(refund)
        elif here:
            strange = abs(sum(line.total for line in refund.lines)) - abs(sum(line.total for line in here))
            found.append(replace(refund, lines=here, amount=max(0, refund.amount - max(0, strange))))
        elif refund.amount <= sale.total:
            found.append(refund)
    return found


def kept(sale: Transaction, gone: Sequence[Line]) -> list[tuple[Line, Decimal]]:
    """Lines with the quantity that was not given back; exact matches are served before loose ones, so that of two equal
    drinks the free one is not the one that was paid for."""
    found = [(line, quantity_of(line.quantity)) for line in sale.lines]
    if not gone:
        return found
    left = [(line, quantity_of(line.quantity)) for line in gone]
    for same in (_same_price, _alike, _same_drink):
        for place, (line, quantity) in enumerate(found):
            for other, (back, amount) in enumerate(left):
                if amount > 0 and quantity > 0 and same(line, back):
                    taken_off = min(quantity, amount)
                    quantity -= taken_off
                    left[other] = (back, amount - taken_off)
            found[place] = (line, quantity)
    return found


@lru_cache(QUANTITIES_MAX)
def quantity_of(text: str) -> Decimal:
    return Decimal(text)


def _alike(line: Line, other: Line) -> bool:
    return _same_drink(line, other) and (line.variation, line.modifiers) == (other.variation, other.modifiers)


def _same_drink(line: Line, other: Line) -> bool:
    """Known by its sku where both have one, else by its name."""
    if line.sku and other.sku:
        return line.sku == other.sku
    return line.name.casefold().strip() == other.name.casefold().strip()


def _same_price(line: Line, other: Line) -> bool:
    """Alike, and the same price a unit."""
    if not _alike(line, other):
        return False
    return abs(line.total) * quantity_of(other.quantity) == abs(other.total) * quantity_of(line.quantity)
