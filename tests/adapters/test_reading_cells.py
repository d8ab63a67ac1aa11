"""Numbers, money and times as tills write them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.core import Locale
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import money as core_money
from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.base import SettingNeeded
from pos_adapters.files.amounts import amount, quantity
from pos_adapters.files.times import moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        *(("4.68", ".", "4.68"), ("4,68", ",", "4.68"), ("4,68", ".", "4.68"), ("4.68", ",", "4.68")),
        *(("1.234,50 €", ",", "1234.50"), ("$1,234.50", ".", "1234.50"), ("1'234.50", ".", "1234.50")),
        *(
            ("1 234,50", ",", "1234.50"),
            ("1\u202f234\u00a0567,5", ",", "1234567.5"),
            ("12,34,567.00", ".", "1234567.00"),
        ),
        *(("1,234", ".", "1234"), ("1.234", ",", "1234"), ("1.234", ".", "1.234"), ("1,234", ",", "1.234")),
        *(
            ("1,234,567", ".", "1234567"),
            ("1.234.567", ",", "1234567"),
            ("0,750", ".", "0.750"),
            ("1234,567", ".", "1234.567"),
        ),
        *(("-0.70", ".", "-0.70"), ("-$0.70", ".", "-0.70"), ("$-0.70", ".", "-0.70"), ("0.70-", ".", "-0.70")),
        *(
            ("(4.25)", ".", "-4.25"),
            ("\N{MINUS SIGN}4.25", ".", "-4.25"),
            ("+4.25", ".", "4.25"),
            ("(4.25 €)", ".", "-4.25"),
        ),
        *(
            ("Rs.450", ".", "450"),
            ("KSh 380", ".", "380"),
            ("380 Kč", ".", "380"),
            (".50", ".", "0.50"),
            ("¥550", ".", "550"),
        ),
        *(("$.50", ".", "0.50"), ("7", ",", "7"), ("٤٥", ".", "45")),
    ],
)
def test_amounts(text, decimal, value):
    assert Decimal(value) == amount(text, decimal)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "four",
            "4.5.0,1",
            "1,23,4",
            "--4",
            "-4-",
            "(-4)",
            "(4",
            "4)",
            "4 5 x 6",
            "1e5",
            "NaN",
            "Infinity",
            "0x10",
        ),
        *("2026-10-05", "12:30", "4..5", ",", "1" * 41, "4.50 USD 3"),
    ],
)
def test_what_is_no_amount(text):
    with pytest.raises(Unfit, match="expected a number"):
        amount(text, ".")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", "1"), ("1.000", "1"), ("2,000", "2"), ("0,250", "0.25"), ("-1", "-1"), ("1,234.5", "1234.5")],
)
def test_quantities(text, value):
    assert Decimal(value) == quantity(text)


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from([".", ","]))
def test_what_is_printed_with_two_decimals_is_read_as_it_was_meant(value, decimal):
    printed = f"{value:,.2f}"
    if decimal == ",":
        printed = printed.translate(str.maketrans(",.", ".,"))
    assert value == amount(printed, decimal)
    assert int(value * 100) == money.minor(amount(printed, decimal), "USD")


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [("4.50", "USD", 450), ("550", "JPY", 550), ("1.250", "KWD", 1250), ("-0.07", "EUR", -7), ("4.500", "USD", 450)],
)
def test_money(value, currency, minor):
    assert minor == money.minor(Decimal(value), currency)


@pytest.mark.parametrize(
    ("value", "currency"),
    [
        *(
            ("4.505", "USD"),
            ("0.5", "JPY"),
            ("1.2505", "KWD"),
            ("NaN", "USD"),
            ("Infinity", "USD"),
            ("1000000000001", "JPY"),
        ),
        *(("4.50", "XQQ"), ("4.50", "usd"), ("4.50", ""), ("0.0000000000000000000000000001", "USD")),
    ],
)
def test_money_that_cannot_be(value, currency):
    with pytest.raises(Unfit):
        money.minor(Decimal(value), currency)


def test_a_currency_has_the_same_digits_here_and_in_the_line():
    """Two tables would be a factor of a hundred apart where they differ."""
    for currency in (*map(str, Locale("en").currencies), "XQQ", "usd", ""):
        if core_money.exists(currency):
            assert money.digits(currency) == core_money.digits(currency)
        else:
            with pytest.raises(Unfit):
                money.digits(currency)


@pytest.mark.parametrize(
    ("text", "order", "utc"),
    [
        *(("2026-10-05 08:14", "", "2026-10-05T06:14"), ("2026-10-05T08:14:46.250Z", "", "2026-10-05T08:14:46.250")),
        *(("2026-10-05 08:14:46 -0400", "", "2026-10-05T12:14:46"), ("2026-10-05 08:14 UTC", "", "2026-10-05T08:14")),
        *(("05.10.2026 08:14", "", "2026-10-05T06:14"), ("5.10.26 8:14", "", "2026-10-05T06:14")),
        *(("05/10/2026 08:14", "dmy", "2026-10-05T06:14"), ("10/5/26 8:14 AM", "mdy", "2026-10-05T06:14")),
        *(("10/5/26 12:14 a.m.", "mdy", "2026-10-04T22:14"), ("10/5/2026 12:14 PM", "mdy", "2026-10-05T10:14")),
        *(("2026/10/05 08:14:09", "", "2026-10-05T06:14:09"), ("05-10-2026, 08.14", "dmy", "2026-10-05T06:14")),
        *(("05.10.2026 08:14+0000", "", "2026-10-05T08:14"), ("2026-10-05", "", "2026-10-04T22:00")),
        *(("2026-03-29 01:59", "", "2026-03-29T00:59"), ("2026-03-29 03:00", "", "2026-03-29T01:00")),  # put forward
        *(("2026-10-25 02:30", "", "2026-10-25T00:30"), ("2026-10-25 03:00", "", "2026-10-25T02:00")),  # put back
    ],
)
def test_times(text, order, utc):
    assert datetime.fromisoformat(utc).replace(tzinfo=UTC) == moment(text, BERLIN, order)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31/02/2026 08:00", "05/10/2026 25:00", "13:00 PM 1/1/2026", "1/1/2026 13:00 PM", "99"]
)
def test_what_is_no_time(text):
    with pytest.raises((Unfit, ValueError)):
        moment(text, BERLIN, "dmy")


@pytest.mark.parametrize(
    ("text", "zone", "setting"), [("05/10/2026 08:00", BERLIN, "date_order"), ("2026-10-05 08:00", None, "timezone")]
)
def test_what_only_the_owner_knows_is_asked(text, zone, setting):
    with pytest.raises(SettingNeeded) as asked:
        moment(text, zone, "")
    assert asked.value.at == setting
