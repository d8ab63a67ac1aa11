"""What comes back of a sale: refunds nested in it and receipts of their own, each once, and which lines they mean."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
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
    bill = Bill(sale.lines)
    for refund in back:
        here = tuple(line for line in refund.lines if bill.same(line))
        if len(here) == len(refund.lines) or not sale.lines:
            found.append(refund)
        elif here:
            strange = abs(sum(line.total for line in refund.lines)) - abs(sum(line.total for line in here))
            found.append(replace(refund, lines=here, amount=max(0, refund.amount - max(0, strange))))
        elif refund.amount <= sale.total:
            found.append(refund)
    return _no_more_than_sold(bill, found)


def _no_more_than_sold(bill: Bill, back: Sequence[Refund]) -> list[Refund]:
    """Each with what its lines still had to give: a line that is given back again, by a refund of another id, came back
    already, and what else is on the bill was kept. The greatest first, so that it is the same whatever came first."""
    found: list[Refund | None] = list(back)
    for place in sorted(range(len(back)), key=lambda place: (-back[place].amount, repr(back[place].lines))):
        refund = back[place]
        if not any(bill.same(line) for line in refund.lines):
            continue  # an amount, or called otherwise: money alone
        alone, lines = bill.fresh().give(refund), bill.give(refund)
        whole, part = (abs(sum(line.total for line in some)) for some in (alone, lines))
        if not whole:  # lines without a price
            whole, part = len(alone), len(lines)
        if part < whole:
            found[place] = replace(refund, lines=lines, amount=refund.amount * part // whole) if lines else None
    return [refund for refund in found if refund is not None]


class Bill:
    """What the lines of a sale still have to give back: money, and of what cost nothing or is given back without a
    price, units. Lines are found by what they are called, so that a long bill costs what a short one does."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._places: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            for called in {_called(line), line.sku and f"\x1f{line.sku}"} - {None, ""}:
                self._places.setdefault(str(called), []).append(place)
        self._meant: dict[Line, list[int]] = {}
        self._begin()

    def _begin(self) -> None:
        self._money = [line.total for line in self._lines]
        self._units = [quantity_of(line.quantity) for line in self._lines]

    def fresh(self) -> Bill:
        """As it was before anything came back."""
        found = copy(self)
        found._begin()
        return found

    def same(self, line: Line) -> list[int]:
        """Places of the same drink."""
        found = self._places.get(_called(line), [])
        if line.sku:
            found = sorted({*self._places.get(f"\x1f{line.sku}", ()), *(n for n in found if not self._lines[n].sku)})
        return found

    def meant(self, line: Line) -> list[int]:
        """Places of the lines that it may give back, the likeliest first: what is only called the same is meant where
        there is not enough of what is alike."""
        if line not in self._meant:
            same = self.same(line)
            alike = [place for place in same if _alike(self._lines[place], line)]
            alike.sort(key=lambda place: not _same_price(self._lines[place], line))
            if not alike or sum(self._all(place) for place in alike) < quantity_of(line.quantity):
                alike += [place for place in same if place not in alike]
            self._meant[line] = alike
        return self._meant[line]

    def _all(self, place: int) -> Decimal:
        return quantity_of(self._lines[place].quantity)

    def give(self, refund: Refund) -> tuple[Line, ...]:
        """A refund's lines, each for as much as there is left of what it means; lines that mean nothing more go."""
        sign = -1 if sum(line.total for line in refund.lines) < 0 else 1
        found: list[Line] = []
        for line in refund.lines:
            wanted = sign * line.total
            took = self._pay(line, wanted) if wanted else 0
            if took or (not wanted and self._hand_back(line)):
                found.append(line if took == wanted else replace(line, total=sign * took))
        return tuple(found)

    def _pay(self, line: Line, wanted: int) -> int:
        took = 0
        for place in self.meant(line):
            here = self._money[place] if (self._money[place] < 0) == (wanted < 0) else 0
            if here:
                some = max(here, wanted - took) if wanted < 0 else min(here, wanted - took)
                self._money[place] -= some
                took += some
                if took == wanted:
                    break
        return took

    def _hand_back(self, line: Line) -> bool:
        """Units of it: of what was free, if that is on the bill; whether there was anything left of them."""
        places = self.meant(line)
        free = [place for place in places if not self._lines[place].total]
        wanted = quantity_of(line.quantity)
        took = Decimal(0)
        for place in free or places:
            some = min(self._units[place], wanted - took)
            self._units[place] -= some
            took += some
        return took > 0 or wanted <= 0 or not places


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
    return _called(line) == _called(other)


def _called(line: Line) -> str:
    return line.name.casefold().strip()


def _same_price(line: Line, other: Line) -> bool:
    """Alike, and the same price a unit."""
    if not _alike(line, other):
        return False
    return abs(line.total) * quantity_of(other.quantity) == abs(other.total) * quantity_of(line.quantity)
