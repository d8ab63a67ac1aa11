"""Sales without lines from before they were worth anything: what they gave is a fact, and stays so."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from loyalty.wire import RefundOf, Transaction
from tests import make
from tests.running import Shop, serving

pytestmark = pytest.mark.slow


def as_it_was_recorded(shop: Shop, ref: str) -> None:
    """It came to its total, and earned nothing by it."""
    with closing(shop.service.place.open()) as session, session.transaction():
        [(body,)] = session.rows("SELECT body FROM sales WHERE ref = ?", (ref,))
        told = replace(msgspec.json.decode(body, type=Transaction), tip=0)
        session.run("UPDATE sales SET body = ?, odd = 'sum' WHERE ref = ?", (msgspec.json.encode(told), ref))


def test_a_sale_that_was_recorded_when_it_was_worth_nothing_stays_so(tmp_path: Path) -> None:
    with serving(tmp_path, make.MORNING) as service:
        shop = service.open_shop()
        spend = {"earn": [{"kind": "spend", "points": 1, "per": 100}]}
        shop.owner("PUT", "/v1/program", shop.owner("GET", "/v1/program") | spend)
        amina = shop.enrol()
        sale = replace(shop.sale(who=make.AMINA), lines=(), total=45_000, tip=45_000)
        shop.post(sale)
        service.stop()
        as_it_was_recorded(shop, sale.id)
        service.start()
        assert service.command("verify").returncode == 0
        back = replace(shop.sale(), lines=(), total=1_000, tenders=(), refund_of=RefundOf(id=sale.id))
        shop.post(back)
        assert shop.customer(amina)["points"] == 0
        assert service.command("verify").returncode == 0
