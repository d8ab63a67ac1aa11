"""Which sale does this receipt tell of? What is printed on every one, its day, time and total, or the number on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from loyalty.core.facts import Ident

DAYS = 7  # in which a receipt can be claimed
APART = 5  # minutes between what a till prints and what it tells us
DAY_MINUTES = 24 * 60


class Receipt(NamedTuple):
    """As somebody reads it: the date, minutes after midnight, the number (`plain`), the total in minor units."""

    day: int
    minute: int | None
    number: str
    total: int


class Bill(NamedTuple):
    """A sale that it may be: its business day, its minute by the shop's clock, and whether it is theirs already."""

    ident: Ident
    day: int
    wall: int
    total: int
    theirs: bool


class Found(NamedTuple):
    """The one sale, and whether it was theirs before; or none, and whether there were several."""

    sale: Ident | None = None
    theirs: bool = False
    several: bool = False


NONE = Found()


def plain(number: str) -> str:
    """A receipt's number without what is written in more than one way: its case, a # and zeros before it, the script
    of its digits."""
    folded = unicodedata.normalize("NFKC", number).casefold()
    digits = (unicodedata.decimal(sign, None) for sign in folded)
    latin = "".join(sign if digit is None else str(digit) for sign, digit in zip(folded, digits, strict=True))
    return latin.strip().lstrip("#").strip().lstrip("0")


def find(receipt: Receipt, bills: Iterable[Bill]) -> Found:
    """A number tells more than a time. Where a sale of theirs and another look alike, nobody knows which is meant."""
    found = _like(receipt, [bill for bill in bills if bill.total == receipt.total])
    if len(found) == 1:
        return Found(found[0].ident, found[0].theirs)
    if found and all(bill.theirs for bill in found):
        return Found(found[0].ident, True)
    return Found(several=bool(found))


def _like(receipt: Receipt, bills: list[Bill]) -> list[Bill]:
    near = [bill for bill in bills if _is_near(receipt, bill)]
    numbered = [bill for bill in bills if receipt.number and _has_number(receipt, bill)]
    return [bill for bill in numbered if bill in near] or numbered or near


def _is_near(receipt: Receipt, bill: Bill) -> bool:
    """A till that is open after midnight prints the date or its business day."""
    if receipt.minute is None:
        return False
    if abs(bill.wall - (receipt.day * DAY_MINUTES + receipt.minute)) <= APART:
        return True
    apart = (bill.wall - receipt.minute) % DAY_MINUTES
    return bill.day == receipt.day and min(apart, DAY_MINUTES - apart) <= APART


def _has_number(receipt: Receipt, bill: Bill) -> bool:
    return receipt.day in (bill.day, bill.wall // DAY_MINUTES) and plain(bill.ident.id) == receipt.number
