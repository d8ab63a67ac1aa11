"""Rows of past sales, understood one by one; what cannot be is listed with the reason, and costs no other row."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from msgspec import Struct

from loyalty import wire
from loyalty.core.days import moment as micros
from loyalty.errors import RegularsError, Unfit
from loyalty.past.columns import Wanted
from pos_adapters import money
from pos_adapters.files import amounts
from pos_adapters.files.times import moment

SPLIT = str.maketrans(",;|+", "\n\n\n\n")
ZONED = re.compile(r"(.*\d:\d\d.*?)\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)", re.IGNORECASE)
UNFIT = (RegularsError, msgspec.MsgspecError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)


class Row(Struct, frozen=True, gc=False):
    """One line of a receipt. `amount` in minor units; `quantity` as the wire has it, `back` if it is given back."""

    line: int
    at: int
    customer: str
    item: str
    amount: int = 0
    quantity: str = "1"
    back: bool = False
    variation: str = ""
    modifiers: str = ""
    currency: str = ""
    till: str = ""
    id: str = ""


class Refused(Struct, frozen=True, gc=False):
    """A row that could not be taken, and why."""

    line: int
    reason: str
    row: str


def row_of(line: int, cells: Mapping[str, str], wanted: Wanted, decimal: str) -> Row:
    """Raises one of UNFIT."""
    item, customer = cells["item"], cells["customer"]
    if not item:
        raise Unfit("no item: expected what was sold")
    _fits("item", item, wire.NAME_CHARS_MAX)
    _fits("customer", customer, wire.ID_CHARS_MAX)
    id, till, variation = cells.get("id", ""), cells.get("till", ""), cells.get("variation", "")
    if id or till or variation:
        _fits("id", id, wire.ID_CHARS_MAX - 32)  # room for what tells two days apart
        _fits("till", till, wire.ID_CHARS_MAX)
        _fits("variation", variation, wire.NAME_CHARS_MAX)
    currency = cells.get("currency", "").upper() or wanted.currency
    many, back = _quantity(cells.get("quantity", "") or "1")
    return Row(
        line,
        _moment(_written(cells), wanted),
        sys.intern(customer),
        sys.intern(item),
        _minor(cells.get("amount", "") or "0", decimal, currency),
        many,
        back,
        sys.intern(variation),
        sys.intern(cells.get("modifiers", "")),
        sys.intern(currency),
        sys.intern(till),
        id,
    )


def modifiers_of(text: str) -> tuple[str, ...]:
    """Between commas, semicolons, bars or plus signs."""
    return tuple(part.strip() for part in text.translate(SPLIT).split("\n") if part.strip()) if text else ()


def _fits(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Unfit(f"{name}: at most {most} characters, got {len(text)}")
    if "\0" in text:
        raise Unfit(f"{name}: a text without the character NUL")


def _written(cells: Mapping[str, str]) -> str:
    """Date and time, from one cell or from two."""
    at, time = cells["at"], cells.get("time", "")
    return f"{at} {time}" if time and ":" not in at else at


@lru_cache(maxsize=8_192)
def _moment(text: str, wanted: Wanted) -> int:
    zoned = ZONED.fullmatch(text) if wanted.as_written else None
    return micros(moment(zoned[1] if zoned else text, wanted.zone, wanted.date_order))


@lru_cache(maxsize=8_192)
def _minor(text: str, decimal: str, currency: str) -> int:
    return money.minor(amounts.amount(text, decimal), currency)


@lru_cache(maxsize=1_024)
def _quantity(text: str) -> tuple[str, bool]:
    value = amounts.quantity(text)
    return f"{abs(value).normalize():f}", value < 0
