"""Money is an integer in the currency's minor unit; how many digits that is comes from ISO 4217."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel.core import Locale

# ISO 4217, list one: how many digits the minor unit has, where it is not two. CLDR's own figures are for display.
DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
NOT_MONEY = frozenset(
    ["XXX", "XTS", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XUA"]
)  # metals, funds, tests


@cache
def exists(currency: str) -> bool:
    """Whether people pay with it, old currencies included: a till may still print last year's."""
    return currency in Locale("en").currencies and currency not in NOT_MONEY


def digits(currency: str) -> int:
    """0 for JPY, 2 for USD, 3 for KWD."""
    return DIGITS.get(currency, 2)


def minor(amount: Decimal, currency: str) -> int:
    """`Decimal("4.50")`, USD → 450. An amount finer than the currency is refused, never rounded away."""
    scaled = amount.scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} is finer than {currency} allows")
    return int(scaled)
