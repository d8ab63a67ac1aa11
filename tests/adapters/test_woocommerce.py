"""WooCommerce: its signature, and what its documents leave to be said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Transaction
from pos_adapters import woocommerce as api
from pos_adapters.base import Fetch, Ignored, Later
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on, look_up
from pos_adapters.woocommerce import ADAPTER, HEADER
from tests.adapters.fake import Sold
from tests.adapters.fake_woocommerce import FakeWooCommerce, text
from tests.make import AMINA

FIXTURES = Path(pos_adapters.__file__).parent / "woocommerce" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)


@pytest.fixture
def woo():
    with FakeWooCommerce().serving() as fake:
        yield fake


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def fixture(name):
    return json.loads((FIXTURES / name).read_text())


def sale(order, **given):
    [found] = ADAPTER.parse(msgspec.json.encode(order), settings(**given))
    assert isinstance(found, Transaction), found
    return found


def bought(found):
    """What was understood, all of it sales."""
    assert not found.unreadable
    return [one for one in found.said if isinstance(one, Transaction)]


def looked_up(woo, wanted):
    [found] = bought(look_up(ADAPTER, wanted, settings(**woo.settings())))
    return found


def pulled(woo, cursor="", now=NOW):
    """Every page until the last; what it says, and the cursor after it."""
    said: list[Transaction] = []
    for _ in range(20):
        page, found = look_on(ADAPTER, cursor, settings(**woo.settings()), now)
        said += bought(found)
        cursor = page.cursor
        if not page.more:
            return said, cursor
    raise AssertionError("it never ends")


# -- signed -----------------------------------------------------------------------------------------------------------
@given(raw=st.binary(min_size=1), secret=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_it_is_the_hmac_that_the_documents_describe_and_one_other_byte_is_not_believed(raw, secret):
    chosen = settings(webhook_secret=secret)
    key = html.unescape(secret).encode()
    digest = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
    assert ADAPTER.sign(raw, chosen, NOW)[HEADER] == digest
    assert ADAPTER.verify({HEADER: digest}, raw, chosen, NOW) == "signed"
    with pytest.raises(NoKey, match="does not match"):
        ADAPTER.verify({HEADER: digest}, raw + b" ", chosen, NOW)


def test_a_secret_may_be_copied_as_wordpress_keeps_it():
    signed = ADAPTER.sign(b"{}", settings(webhook_secret="a & b"), NOW)
    assert ADAPTER.verify(signed, b"{}", settings(webhook_secret="a &amp; b"), NOW) == "signed"


def test_only_a_ping_may_come_unsigned():
    chosen = settings(webhook_secret="w")
    assert ADAPTER.verify({}, b"webhook_id=7", chosen, NOW) == "hint"
    with pytest.raises(NoKey, match="expected the header"):
        ADAPTER.verify({}, b'{"id": 7}', chosen, NOW)
    with pytest.raises(NoKey):
        ADAPTER.verify({HEADER: "x"}, b"webhook_id=7", chosen, NOW)


# -- an order ---------------------------------------------------------------------------------------------------------
def test_what_happens_within_one_second_is_told_in_the_order_of_an_orders_life():
    order = fixture("order_created_pending_before_payment.json")
    lives = [
        order | {"status": s} for s in ("checkout-draft", "pending", "failed", "on-hold", "processing", "completed")
    ]
    back = [{"id": 1, "total": "-1.00"}]
    lives += [lives[-1] | {"refunds": back}, lives[-1] | {"refunds": back * 2}, lives[-1] | {"status": "trash"}]
    later = order | {"date_modified_gmt": "2026-10-05T06:14:48"}
    told = [sale(one).revision for one in (*lives, later)]
    assert told == sorted(set(told))
    assert sale(order).revision == sale(json.loads(json.dumps(order, indent=4))).revision


def test_a_refund_with_its_lines_is_more_than_one_without():
    thin = sale(fixture("order_updated_partial_refund.json"))
    rich = sale(fixture("found_refunded_with_its_lines.json"))
    assert rich.revision > thin.revision
    assert [(one.id, one.amount) for one in rich.refunds] == [(one.id, one.amount) for one in thin.refunds]
    assert [bool(found.refunds[0].lines) for found in (rich, thin)] == [True, False]


@pytest.mark.parametrize(("status", "paid", "state"), [
    ("pending", None, "open"), ("on-hold", None, "open"), ("checkout-draft", None, "open"),
    ("processing", "2026-10-05T06:14:46", "paid"), ("completed", None, "paid"), ("refunded", None, "paid"),
    ("cancelled", "2026-10-05T06:14:46", "voided"), ("failed", None, "voided"), ("trash", None, "voided"),
    ("at-the-counter", None, "open"), ("at-the-counter", "2026-10-05T06:14:46", "paid"),
])  # fmt: skip
def test_a_state_is_open_paid_or_voided(status, paid, state):
    order = fixture("order_created_guest_cash.json") | {"status": status, "date_paid_gmt": paid}
    assert sale(order).state == state


@pytest.mark.parametrize(("name", "tip", "charge"), [
    ("Tip", 100, 0), ("tip (10 %)", 100, 0), ("Trinkgeld &amp; Danke", 100, 0),
    ("Multipack", 0, 100), ("Cup deposit", 0, 100), ("", 0, 100),
])  # fmt: skip
def test_a_fee_is_a_tip_if_it_is_called_one(name, tip, charge):
    order = fixture("order_updated_processing_paid.json")
    order["fee_lines"][0]["name"] = name
    found = sale(order)
    assert (found.tip, found.service_charge) == (tip, charge)
    assert sums_up(found)


def test_every_word_for_a_tip_may_be_taken_away():
    found = sale(fixture("order_updated_processing_paid.json"), tip_names=" , ")
    assert (found.tip, found.service_charge) == (0, 100)


def test_what_rounding_leaves_is_small_and_what_is_missing_is_not_hidden():
    order = fixture("order_updated_processing_paid.json")
    cent, much = sale(order | {"total": "13.54"}), sale(order | {"total": "9.99"})
    assert (cent.order_discount, sums_up(cent)) == (1, True)
    assert (much.order_discount, sums_up(much)) == (0, False)


def test_only_orders_of_the_till_are_told_where_that_is_wanted():
    order = fixture("order_updated_processing_paid.json")
    [event] = ADAPTER.parse(msgspec.json.encode(order), settings(created_via="pos"))
    assert event == Ignored("an order made elsewhere, by checkout")
    assert sale(fixture("order_created_guest_cash.json"), created_via="pos").id == "1042"


def test_a_cart_of_nothing_is_no_division():
    order = fixture("order_created_guest_cash.json")
    order["line_items"][0]["quantity"] = 0
    assert sale(order).lines[0].list_price is None


# -- asked ------------------------------------------------------------------------------------------------------------
def test_an_order_that_was_deleted_is_found_in_the_trash(woo):
    sold = Sold(7, NOW, 1_000, who=AMINA)
    woo.sell(sold)
    [body] = woo.void(sold, NOW)
    [wanted] = ADAPTER.parse(body, settings())
    assert isinstance(wanted, Fetch)
    found = looked_up(woo, wanted)
    assert (found.id, found.state, found.total) == ("7", "voided", 1_000)


def test_a_refund_is_fetched_with_its_lines(woo):
    sold = Sold(7, NOW - timedelta(hours=1), 1_000, tip=200)
    woo.sell(sold)
    woo.give_back(sold, NOW, 400)
    found = looked_up(woo, Fetch("order", "7"))
    [refund] = found.refunds
    assert (refund.id, refund.amount, refund.at, refund.lines[0].total) == ("70", 400, NOW, 400)
    assert (found.tip, found.total) == (200, 1_200)


def test_everything_is_found_page_by_page_also_what_happened_in_one_second(woo, monkeypatch):
    monkeypatch.setattr(api, "PAGE_MAX", 2)
    for number in range(1, 8):
        woo.sell(Sold(number, NOW - timedelta(minutes=30 if number < 5 else 20 - number), 1_000))
    woo.void(Sold(3, NOW, 1_000), NOW - timedelta(minutes=1))
    said, cursor = pulled(woo)
    assert {one.id for one in said} == {str(n) for n in range(1, 8)}
    assert {one.id for one in said if one.state == "voided"} == {"3"}
    woo.sell(Sold(8, NOW + timedelta(minutes=1), 1_000))
    assert {one.id for one in pulled(woo, cursor, NOW + timedelta(minutes=2))[0]} >= {"8"}


def test_what_changes_between_two_pages_hides_nothing(woo, monkeypatch):
    monkeypatch.setattr(api, "PAGE_MAX", 2)
    for number in range(1, 7):
        woo.sell(Sold(number, NOW - timedelta(hours=10 - number), 1_000))
    page, first = look_on(ADAPTER, "", settings(**woo.settings()), NOW)
    woo.orders[1]["date_modified_gmt"] = text(NOW)
    said, _ = pulled(woo, page.cursor)
    assert {one.id for one in (*bought(first), *said)} == {"1", "2", "3", "4", "5", "6"}


def test_a_gap_is_closed(woo):
    _, cursor = pulled(woo)
    woo.sell(Sold(1, NOW + timedelta(hours=3), 1_000))
    said, _ = pulled(woo, cursor, NOW + timedelta(hours=9))
    assert [one.id for one in said] == ["1"]


@pytest.mark.parametrize(("fault", "words"), [
    (401, "the token is refused"), (403, "may not read"), (429, "too often"), (500, "trouble of its own"),
    ("garbage", "no JSON"), ("hang up", "cannot be reached"),
])  # fmt: skip
def test_trouble_is_told_in_words_and_waited_for(woo, fault, words):
    woo.fault, woo.faults, woo.retry_after = fault, 3, 7
    for ask in (lambda: api.fetch(Fetch("order", "1"), settings(**woo.settings())),
                lambda: api.pull("", settings(**woo.settings()), NOW)):  # fmt: skip
        with pytest.raises(Later, match=words) as told:
            ask()
        assert told.value.after_s == (7 if fault == 429 else 0)
    assert words in api.check(settings(**woo.settings()))[0]


def test_an_order_that_is_not_there_and_an_id_that_is_none(woo):
    with pytest.raises(Unknown):
        api.fetch(Fetch("order", "1"), settings(**woo.settings()))
    with pytest.raises(Unfit):
        api.fetch(Fetch("order", "1/refunds"), settings(**woo.settings()))


def test_webhooks_that_are_missing_or_off_are_told(woo):
    address = "https://regulars.example/hooks/woocommerce/1"
    chosen = settings(**woo.settings(), public_url=address)
    [said] = api.check(chosen)
    assert "no webhook for" in said
    assert "add order.created, order.updated, order.deleted, order.restored" in said
    woo.webhooks = [{"topic": topic, "status": "active", "delivery_url": f"{address}/"} for topic in api.TOPICS]
    woo.webhooks.append({"topic": "order.updated", "status": "disabled", "delivery_url": "https://elsewhere.example"})
    assert api.check(chosen) == []
    woo.webhooks[1]["status"] = "disabled"
    [said] = api.check(chosen)
    assert "is switched off" in said
    assert "order.updated to Active" in said
    assert api.check(settings(**woo.settings())) == []
