"""Money as tills write it, into integers of the currency's minor unit; never through a float.

The digits are those of ISO 4217 and the same that the service counts with, which a test holds: with two opinions a
latte would cost a hundred times as much on one side.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale

from loyalty.errors import Unfit
from loyalty.wire import AMOUNT_MAX

CHARS_MAX = 28  # the digits Decimal calculates with: what is longer would be rounded

# ISO 4217, list one: how many digits the minor unit has, where it is not two. CLDR's own figures are for display.
_NONE = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_FOUR = ("CLF", "UYW")
_DIGITS = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(_FOUR, 4)}
_NOT_MONEY = (  # metals, funds, tests
    *("XAG", "XAU", "XPD", "XPT"),
    *("XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA", "XTS", "XXX"),
)


@cache
def digits(currency: str) -> int:
    """0 for JPY, 2 for USD, 3 for KWD. Raises Unfit on what nobody pays with."""
    if currency not in Locale("en").currencies or currency in _NOT_MONEY:
        raise Unfit(f"there is no currency {currency!r}; expected an ISO 4217 code such as KES", at="currency")
    return _DIGITS.get(currency, 2)


def minor(amount: Decimal, currency: str) -> int:
    """`Decimal("4.50")`, USD → 450. An amount finer than the currency is refused, never rounded away."""
    if not amount.is_finite() or abs(amount) > AMOUNT_MAX or len(str(amount)) > CHARS_MAX:
        raise Unfit(f"{amount} is not an amount of money")
    scaled = amount.scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise Unfit(f"{amount} is finer than {currency} allows")
    return int(scaled)


def amount(value: Decimal | str | int, currency: str) -> int:
    """As `minor`, of what vendors write: a decimal string, or a number that was read exactly. Never a float."""
    return minor(_decimal(value), currency)


def nearest(value: Decimal | str | int, currency: str) -> int:
    """To the nearest minor unit, half away from zero: for vendors that calculate in binary floats (13.549999999999999),
    or whose unit prices are finer than their money."""
    exact, unit = _decimal(value), Decimal(1).scaleb(-digits(currency))
    if not exact.is_finite() or abs(exact) > AMOUNT_MAX:
        raise Unfit(f"{str(exact)[:40]!r} is not an amount of money")
    return minor(exact.quantize(unit, ROUND_HALF_UP), currency)


def _decimal(value: Decimal | str | int) -> Decimal:
    if isinstance(value, float):
        raise Unfit(f"{value} was read as a float; read money exactly")
    try:
        return Decimal(value)
    except ArithmeticError as error:
        raise Unfit(f"{str(value)[:40]!r} is not an amount of money") from error
