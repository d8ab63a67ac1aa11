"""Whatever a vendor answers, or a cursor holds: told in words, and gone on from."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from loyalty.errors import RegularsError, Unfit, Unknown
from loyalty.wire import Transaction
from pos_adapters import asking
from pos_adapters.asking import Api
from pos_adapters.base import Fetch, Later
from pos_adapters.pulling import FIRST_LOOK, OVERLAP, Cursor, pulled
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on, look_over, look_up
from tests import make
from tests.adapters.fake import Sold
from tests.adapters.fake_odoo import FakeOdoo
from tests.adapters.fake_stripe import FakeStripe

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
ASKED = [vendor for vendor, adapter in ADAPTERS.items() if adapter.pull is not None]
ODD = ("garbage", "7 garbage", '{"since":"2026-01-01T00:00:00"}', '{"since":1}', "9" * 5_000, "²")


def settings(fake, **more):
    return settled(ADAPTERS[fake.vendor], {"shop": make.SHOP, **fake.settings(), **more})


def nowhere(vendor):
    """With nobody there to answer."""
    needed = {one.name: "1" for one in ADAPTERS[vendor].settings if one.required}
    more = {"lightspeed_k": {"access_token": "x"}, "shopify": {"access_token": "x"}}.get(vendor, {})
    return settled(ADAPTERS[vendor], {"shop": make.SHOP, **needed, **more, "api_base": "http://127.0.0.1:1"})


def ids(found):
    return [sale.id for sale in found.said if isinstance(sale, Transaction)]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Nobody is there who could be asked too often."""
    monkeypatch.setattr(asking._Pace, "wait", lambda pace, per_s: None)


# -- cursors ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cursor", ODD)
@pytest.mark.parametrize("vendor", ASKED)
def test_a_cursor_that_nobody_understands_is_begun_anew(vendor, cursor):
    """Another version wrote it, or half of it: else nothing would ever be asked for again."""
    adapter = ADAPTERS[vendor]
    assert adapter.pull is not None
    with pytest.raises(Later):
        adapter.pull(cursor, nowhere(vendor), NOW)


def test_a_cursor_of_a_clock_that_ran_ahead_is_begun_anew():
    asked = []

    def search(since, page):
        asked.append(since)
        return [], None

    ahead = msgspec.json.encode(Cursor(NOW + timedelta(days=30))).decode()
    page = pulled(ahead, NOW, search, lambda one: None, lambda all: b"")
    assert asked == [NOW - FIRST_LOOK - OVERLAP]
    assert msgspec.json.decode(page.cursor, type=Cursor).since <= NOW


def test_a_page_that_another_version_wrote_is_begun_anew():
    with FakeOdoo().serving() as odoo:
        odoo.sell(Sold(1, NOW - timedelta(minutes=5), 450))
        half = msgspec.json.encode(Cursor(NOW - timedelta(hours=1), "x/y", NOW)).decode()
        _, found = look_on(ADAPTERS["odoo"], half, settings(odoo), NOW)
    assert ids(found) == ["uuid-1"]


# -- what it points to ------------------------------------------------------------------------------------------------
def test_what_a_page_points_to_and_is_gone_costs_no_other_and_the_page_is_passed():
    """A refund of something that was no charge came again at every look, and nothing behind it was ever read."""
    with FakeStripe().serving() as stripe:
        odd = {"id": "re_odd", "object": "refund", "amount": 5, "charge": None, "created": 1, "currency": "usd"}
        stripe.refunds["re_odd"] = odd
        stripe.happens("refund.created", odd, NOW - timedelta(minutes=9))
        stripe.happens("refund.created", {**odd, "id": "re/../x"}, NOW - timedelta(minutes=9))
        stripe.sell(Sold(1, NOW - timedelta(minutes=5), 450))
        stripe.page = 10
        page, found = look_on(ADAPTERS["stripe"], "", settings(stripe), NOW)
    assert set(ids(found)) == {"ch_1"}
    assert [one.error.at for one in found.unreadable] == ["refund: id", "refund"]
    assert msgspec.json.decode(page.cursor, type=Cursor).since > NOW - timedelta(minutes=6)


@pytest.mark.parametrize("vendor", [vendor for vendor, adapter in ADAPTERS.items() if adapter.fetch is not None])
@pytest.mark.parametrize("id", ["1" * 5_000, "../x", "a/b", 'a"b', "é", "x" * 300, "\n", ""])
def test_whatever_a_stranger_points_to_is_told_in_words(vendor, id):
    for kind in ("order", "pos.order", "receipt", "checkout", "purchase", "sale", "refund", "deleted order"):
        with pytest.raises((Later, Unknown, Unfit)):
            look_up(ADAPTERS[vendor], Fetch(kind, id), nowhere(vendor))


@pytest.mark.parametrize("vendor", [vendor for vendor in ADAPTERS if vendor not in ("adyen", "generic")])
def test_a_token_that_was_copied_with_more_than_it_is_told_of_in_words(vendor):
    if ADAPTERS[vendor].fetch is None and ADAPTERS[vendor].pull is None:
        return
    secrets = {one.name: "kü€" for one in ADAPTERS[vendor].settings if one.secret and one.fits is str}
    for said in look_over(ADAPTERS[vendor], {**nowhere(vendor), **secrets}):
        assert said.startswith(vendor)
        assert "kü" not in said


@pytest.mark.parametrize("answer", [b"null", b"[]", b"7", b'"x"', b"{}", b'{"data":[7]}', b'{"orders":[null]}'])
@pytest.mark.parametrize("vendor", ASKED)
def test_whatever_it_answers_is_told_in_words(vendor, answer, monkeypatch):
    """Never by another error, which nobody would be told of."""
    monkeypatch.setattr(Api, "_once", lambda *given: asking._Answer(answer, ""))
    adapter, given = ADAPTERS[vendor], nowhere(vendor)
    for ask in (lambda: look_on(adapter, "", given, NOW), lambda: look_up(adapter, Fetch("order", "1"), given)):
        with contextlib.suppress(RegularsError):
            ask()
    assert all(isinstance(said, str) for said in look_over(adapter, given))


# -- answers ----------------------------------------------------------------------------------------------------------
def test_an_answer_is_read_no_further_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_BYTES_MAX", 2_000)
    with FakeOdoo().serving() as odoo:
        api = Api("odoo", odoo.url)
        asked = {"service": "object", "args": ["cafe", 7, "key-1", "x", "search_read", [[]], {"fields": []}]}
        assert api.ask("POST", "/jsonrpc", json={"params": asked}) == {"result": []}
        odoo.tables["x"] = {n: {"id": n} for n in range(1_000)}
        with pytest.raises(Later, match="more than 2000 bytes"):
            api.ask("POST", "/jsonrpc", json={"params": asked})


def test_an_answer_that_drips_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(asking, "WHOLE_S", -1.0)
    with FakeOdoo().serving() as odoo, pytest.raises(Later, match="was not done answering"):
        Api("odoo", odoo.url).ask("POST", "/jsonrpc", json={"params": {"service": "common", "args": []}})
