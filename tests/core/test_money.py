"""Money in minor units: as many digits as the currency has, and nothing is ever rounded away."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import money

MINOR = [
    ("4.50", "USD", 450),
    ("4.5", "USD", 450),
    ("4", "USD", 400),
    ("0", "USD", 0),
    ("-4.50", "USD", -450),
    ("380", "KES", 38000),
    ("450", "JPY", 450),
    ("450.00", "JPY", 450),
    ("1500", "UGX", 1500),
    ("1.234", "KWD", 1234),
    ("1.2", "BHD", 1200),
    ("4.5e1", "EUR", 4500),
    ("10000000000", "USD", 10**12),
]
FINER = [("4.505", "USD"), ("450.5", "JPY"), ("1.2345", "KWD"), ("0.001", "KES")]
# ISO 4217's minor units, which differ from the digits CLDR shows people.
DIGITS = {
    **dict.fromkeys(("JPY", "KRW", "CLP", "ISK", "UGX", "XOF", "XAF", "VND", "RWF", "PYG"), 0),
    **dict.fromkeys(("USD", "EUR", "KES", "UAH", "GBP", "HUF", "CZK", "TWD", "IDR", "COP", "RSD", "LBP", "MMK"), 2),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND", "LYD", "IQD"), 3),
    "CLF": 4,
}


@pytest.mark.parametrize(("amount", "currency", "minor"), MINOR)
def test_an_amount_becomes_minor_units(amount, currency, minor):
    assert money.minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(("amount", "currency"), FINER)
def test_an_amount_finer_than_the_currency_is_refused(amount, currency):
    with pytest.raises(ValueError, match=f"{amount} is finer than {currency} allows"):
        money.minor(Decimal(amount), currency)


@pytest.mark.parametrize(("currency", "digits"), DIGITS.items())
def test_digits_are_those_of_the_standard(currency, digits):
    assert money.digits(currency) == digits


@pytest.mark.parametrize(
    ("currency", "exists"), [("KES", True), ("USD", True), ("HRK", True), ("ZZZ", False), ("BTC", False), ("", False)]
)
def test_only_currencies_of_the_standard_exist(currency, exists):
    assert money.exists(currency) is exists


@given(st.integers(-(10**12), 10**12), st.sampled_from(["JPY", "USD", "KWD"]))
def test_minor_units_survive_being_written_as_an_amount(minor, currency):
    amount = Decimal(minor).scaleb(-money.digits(currency))
    assert money.minor(Decimal(str(amount)), currency) == minor
