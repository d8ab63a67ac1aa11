"""Addresses that nobody signs for: a stranger who knows one costs the vendor some questions, and nobody a sale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from loyalty.store.tills import HINTS_MAX
from tests.adapters.fake import Sold
from tests.adapters.fake_odoo import FakeOdoo
from tests.faults.test_storm import Till, stored
from tests.running import Shop, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def odoo() -> Iterator[FakeOdoo]:
    with FakeOdoo().serving() as fake:
        yield fake


def test_what_the_vendor_stumbles_over_keeps_nothing_else_waiting(shop: Shop, odoo: FakeOdoo) -> None:
    """It was tried first whenever the vendor was asked again: for three days nothing else was ever asked for."""
    till, now = Till(shop, odoo, poll_s=1), shop.service.now
    odoo.broken = dict.fromkeys((900, 901), "psycopg2.errors.NumericValueOutOfRange")
    for number in odoo.broken:
        assert till.deliver(odoo.hook(number)).status_code == 200
    [told] = odoo.sell(Sold(1, now - timedelta(days=9), 45_000))  # too old to be found by asking what changed
    assert till.deliver(told).status_code == 200
    odoo.sell(Sold(2, now - timedelta(minutes=1), 45_000))
    wait_until(lambda: set(stored(shop)) == {"uuid-1", "uuid-2"})
    wait_until(lambda: till.row()["unread"] == 2)


def test_what_was_worked_off_takes_no_room(shop: Shop, odoo: FakeOdoo) -> None:
    """Whoever knows the address may send any number: what only points is gone once that was looked up."""
    till = Till(shop, odoo)
    for told in odoo.sell(Sold(1, shop.service.now, 45_000)) * 3:
        assert till.deliver(told).status_code == 200
    wait_until(lambda: till.row()["unread"] == 0)
    assert set(stored(shop)) == {"uuid-1"}
    assert shop.service.rows("SELECT state FROM deliveries WHERE connection = ?", till.id) == []


def test_a_flood_of_ids_that_nobody_has_is_bounded_and_sales_come_meanwhile(shop: Shop, odoo: FakeOdoo) -> None:
    till, now = Till(shop, odoo, poll_s=1), shop.service.now
    with httpx.Client() as stranger:
        said = [
            stranger.post(till.url, content=odoo.hook(1_000 + number)).status_code for number in range(2 * HINTS_MAX)
        ]
    assert set(said) == {200, 503}
    odoo.sell(Sold(2, now - timedelta(minutes=1), 45_000))
    wait_until(lambda: set(stored(shop)) == {"uuid-2"})
    assert till.row()["unread"] > 0, "long before all of them were looked for"
