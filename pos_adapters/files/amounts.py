"""Numbers as tills print them: `4.68`, `4,68`, `1.234,50 €`, `-$0.70`, `(4.25)`; read into Decimal, never a float."""

from __future__ import annotations

import re
from decimal import Decimal

from loyalty.errors import Unfit

CHARS_MAX = 40
# A sign may stand before or behind the currency; a word may end with a dot (Rs.450), and then it is no decimal mark.
_CURRENCY = r"(?:[^\W\d_]+\.?|[^\w.,+\-()])*"
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+]?){_CURRENCY}(?P<inner>[-+]?)"
    rf"(?P<digits>[.,]?\d[\d.,]*){_CURRENCY}(?P<behind>-?)(?P<closed>\))?"
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{2,3}(?:\1\d{2,3})*)?")  # 1,234,567 and the Indian 12,34,567
_SPACES = re.compile(r"[\s'’]")  # no-break spaces too: they part thousands, as the Swiss apostrophe does


def amount(text: str, decimal: str) -> Decimal:
    """Money. `decimal` is the mark of the file: it decides where a text could be read both ways."""
    return _number(text, decimal, whole=False)


def quantity(text: str) -> Decimal:
    """How many. A single mark is the decimal one (`1.000` is one): nobody sells a thousand lattes."""
    return _number(text, ".", whole=True)


def _number(text: str, decimal: str, *, whole: bool) -> Decimal:
    cleaned = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-")
    found = _NUMBER.fullmatch(cleaned) if len(text) <= CHARS_MAX else None
    if found is None or bool(found["open"]) != bool(found["closed"]):
        raise Unfit(f"expected a number, got {text[:CHARS_MAX]!r}")
    signs = [sign for sign in found.group("open", "sign", "inner", "behind") if sign]
    plain = _plain(found["digits"], decimal, single_is_decimal=whole)
    if len(signs) > 1 or plain is None:
        raise Unfit(f"expected a number, got {text!r}")
    return -Decimal(plain) if signs and signs[0] != "+" else Decimal(plain)


def _plain(digits: str, decimal: str, *, single_is_decimal: bool) -> str | None:
    """With a point as decimal mark and nothing between thousands; None where the marks make no sense."""
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    before, _, after = digits.rpartition(last)
    if len(marks) == 1:
        thousands = len(after) == 3 and last != decimal and _GROUPED.fullmatch(digits) and not single_is_decimal
        return before + after if thousands else f"{before}.{after}"
    if last in before:  # the same mark again: none of them is decimal
        return _ungrouped(digits)
    whole = _ungrouped(before)
    return None if whole is None else f"{whole}.{after}"


def _ungrouped(digits: str) -> str | None:
    return re.sub(r"[.,]", "", digits) if _GROUPED.fullmatch(digits) else None
