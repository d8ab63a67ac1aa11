"""What a stranger may send where nobody signs, or a vendor in a bad moment: it costs little, and stops nothing."""

from __future__ import annotations

import contextlib
import json
import time
from decimal import Decimal
from functools import partial

import pytest

from loyalty.errors import Unfit
from pos_adapters import bills, money
from pos_adapters.loyverse import ADAPTER as LOYVERSE
from pos_adapters.settling import settled

AT = "2026-10-05T05:12:00.000Z"


def receipt(number=1, **more):
    times = {"updated_at": AT, "receipt_date": AT}
    return {"receipt_number": str(number), "total_money": 1, "line_items": [], **times, **more}


def loyverse(receipts, customers=()):
    raw = json.dumps({"currency": "USD", "receipts": receipts, "customers": list(customers)}).encode()
    return LOYVERSE.parse(raw, settled(LOYVERSE, {"shop": "harbour"}))


# -- quantities and amounts -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "ours"),
    [(0.30000000000000004, "0.3"), (0.3333333333, "0.333333"), (-2, "2"), ("1.000", "1"), (0, "0"), (999999999, None)],
)
def test_a_quantity_may_have_been_calculated_in_floats(given, ours):
    assert bills.many(str(given)) == (ours or str(given))


def test_a_weight_with_the_noise_of_a_float_costs_no_sale():
    [sale] = loyverse([receipt(line_items=[{"item_name": "Beans", "quantity": 0.1 + 0.2, "gross_total_money": 0.01}])])
    assert sale.lines[0].quantity == "0.3"


@pytest.mark.parametrize("huge", ["1E999999", "1E-999999", "1000000000", "NaN", "sNaN", "Infinity", "9" * 5000])
def test_a_number_that_is_short_to_write_is_not_written_out(huge):
    for read in (bills.many, partial(money.nearest, currency="JPY")):
        with contextlib.suppress(Unfit):
            assert len(str(read(Decimal(huge)))) < 20


# -- time -------------------------------------------------------------------------------------------------------------
def test_many_receipts_of_many_customers_are_read_in_a_moment():
    """Each looked through all customers: a minute for a megabyte."""
    began = time.process_time()
    receipts = [receipt(n, customer_id=f"c{n}") for n in range(5_000)]
    sales = loyverse(receipts, [{"id": f"c{n}", "email": f"{n}@example.org"} for n in range(5_000)])
    assert [sale.customer.email for sale in sales] == [f"{n}@example.org" for n in range(5_000)]
    assert time.process_time() - began < 5
