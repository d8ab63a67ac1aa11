"""What a stranger may send where nobody signs, or a vendor in a bad moment: it costs little, and stops nothing."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import msgspec
import pytest

from loyalty.errors import NoKey, Unfit
from loyalty.wire import Transaction
from pos_adapters import asking, bills, money
from pos_adapters.adyen import ADAPTER as ADYEN
from pos_adapters.config import Connection
from pos_adapters.hooked import Hooked
from pos_adapters.loyverse import ADAPTER as LOYVERSE
from pos_adapters.outbox import Outbox
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled
from pos_adapters.understanding import HINTED_MAX, understand
from tests.adapters.fake import Sold
from tests.adapters.fake_odoo import FakeOdoo

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


def test_items_that_nobody_signed_are_refused_before_all_are_read():
    """Millions of them in one body held up everything else for nine seconds."""
    raw = b'{"notificationItems":[%s0]}' % (b"0," * 1_500_000)
    began = time.process_time()
    with pytest.raises(NoKey):
        ADYEN.verify({}, raw, settled(ADYEN, {"shop": "harbour", "hmac_key": "00"}), datetime.now(UTC))
    assert time.process_time() - began < 1


# -- what nobody signed -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("vendor", ["sumup", "odoo", "loyverse"])
def test_one_hint_points_to_so_much_and_is_set_aside_as_one(vendor):
    many, adapter = range(10 * HINTED_MAX), ADAPTERS[vendor]
    names = {"sumup": ("items", "sales"), "odoo": ("orders", "orders"), "loyverse": ("receipts", "receipts")}
    points, odd = names[vendor]
    for body in (
        {points: [{"id": str(n), "receipt_number": str(n)} for n in many]},
        {odd: [*many]},
    ):
        found = understand(adapter, json.dumps(body).encode(), "hint", settled(adapter, {"shop": "harbour"}))
        assert found.said == ()
        assert len(found.wanted) <= HINTED_MAX
        assert len(found.unreadable) <= 1


@pytest.fixture
def odoo(monkeypatch):
    monkeypatch.setattr(asking._Pace, "wait", lambda pace, per_s: None)
    with FakeOdoo().serving() as fake:
        yield fake


@pytest.fixture
def account(tmp_path, odoo):
    """Beside the till: it, its outbox, and its clock."""
    given = settled(ADAPTERS["odoo"], {"shop": "quay", **odoo.settings(), "poll_s": "30"})
    outbox, ticks = Outbox(tmp_path / "outbox.db"), [0.0]
    held = Hooked(Connection(ADAPTERS["odoo"], given, "1"), outbox, ticks=lambda: ticks[0])
    yield held, outbox, ticks
    outbox.close()


def looked(account, seconds, step=5.0):
    held, outbox, ticks = account
    for _ in range(int(seconds / step)):
        held.look()
        ticks[0] += step
    sold = (msgspec.json.decode(one.body, type=Transaction) for one in outbox.waiting())
    return sorted({sale.id for sale in sold})


def test_a_hint_that_the_vendor_stumbles_over_keeps_nothing_else_waiting(account, odoo):
    """Neither what else was delivered, nor what no delivery told."""
    held, outbox, _ = account
    now = datetime.now(UTC)
    odoo.broken = dict.fromkeys(range(900, 906), "psycopg2.errors.NumericValueOutOfRange")
    for number in odoo.broken:
        outbox.take(held.space, f"odd{number}", "hint", odoo.hook(number))
    told = odoo.sell(Sold(1, now - timedelta(days=9), 450))  # too old to be found by asking what changed
    outbox.take(held.space, "told", "hint", told[0])
    odoo.sell(Sold(2, now, 450))
    assert looked(account, 1_500, 30.0) == ["uuid-1", "uuid-2"]
    odoo.sell(Sold(3, now + timedelta(seconds=5), 450))
    assert "uuid-3" in looked(account, 600, 30.0)


def test_a_hint_that_points_to_what_is_anothers_is_given_up_in_words(account, odoo):
    held, outbox, _ = account
    odoo.broken = {1: "odoo.exceptions.AccessError"}
    outbox.take(held.space, "odd", "hint", odoo.hook(1))
    looked(account, 600, 30.0)
    assert outbox.taken(held.space, 9) == []
    assert ["this user may not read that" in one.reason.message for one in outbox.parked()] == [True]


def test_an_id_without_end_is_given_up_in_words(account, odoo):
    """It was an error of another kind, at which the runner began anew for ever."""
    held, outbox, _ = account
    outbox.take(held.space, "odd", "hint", b'{"_model":"pos.order","_id":%s}' % (b"1" * 4_000))
    outbox.take(held.space, "odder", "hint", b'{"_model":"pos.order","_id":"%s"}' % (b"1" * 5_000))
    outbox.take(held.space, "told", "hint", odoo.sell(Sold(1, datetime.now(UTC), 450))[0])
    assert looked(account, 300) == ["uuid-1"]
    assert outbox.taken(held.space, 9) == []
