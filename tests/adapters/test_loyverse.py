"""Loyverse: its signature in both spellings, and its API as a small vendor on loopback speaks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Transaction
from pos_adapters import loyverse as adapter
from pos_adapters.asking import Expired
from pos_adapters.base import Elsewhere, Fetch, Later
from pos_adapters.loyverse import ADAPTER, HEADER
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on, look_up, understand
from tests.adapters.fake import Sold, follower
from tests.adapters.fake_loyverse import SECRET, STORE, TOKEN, FakeLoyverse
from tests.make import AMINA

NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URL = "https://regulars.example/hooks/loyverse/c1"


@pytest.fixture(autouse=True)
def at_any_pace(monkeypatch):
    monkeypatch.setattr(adapter, "PER_S", 10_000.0)


@pytest.fixture
def loyverse():
    with FakeLoyverse().serving() as fake:
        yield fake


def settings(fake=None, **given):
    return settled(ADAPTER, {"shop": "harbour", **(fake.settings() if fake else {}), **given})


def sold(number, at=NOW, **fields):
    return Sold(number, at, 38_000, **fields)


followed = follower(ADAPTER, NOW)


def looked_up(told, chosen) -> list[Any]:
    [wanted] = told.wanted
    return list(look_up(ADAPTER, wanted, chosen).said)


# -- who sent it ------------------------------------------------------------------------------------------------------
@given(raw=st.binary(), key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_a_signature_is_believed_in_base64_and_in_hex(raw, key):
    made = hmac.new(key.encode(), raw, hashlib.sha1)
    chosen = settings(client_secret=key)
    for spelt in (base64.b64encode(made.digest()).decode(), made.hexdigest()):
        assert ADAPTER.verify({HEADER: spelt}, raw, chosen, NOW) == "signed"
        with pytest.raises(NoKey, match="client_secret"):
            ADAPTER.verify({HEADER: spelt}, raw + b"x", chosen, NOW)


def test_an_unsigned_delivery_is_refused_once_there_is_a_secret():
    assert ADAPTER.verify({}, b"{}", settings(), NOW) == "hint"
    with pytest.raises(NoKey, match=HEADER):
        ADAPTER.verify({}, b"{}", settings(client_secret="s"), NOW)


# -- what it says -----------------------------------------------------------------------------------------------------
def test_an_unsigned_delivery_is_looked_up_even_where_the_currency_is_known(loyverse):
    [raw] = loyverse.sell(sold(1, who=AMINA))
    chosen = settings(loyverse, client_secret="", currency="KES")
    told = understand(ADAPTER, raw, "hint", chosen)
    assert (told.said, told.wanted) == ((), (Fetch("receipt", "1-1"),))
    [sale] = looked_up(told, chosen)
    assert (sale.total, sale.currency, sale.customer.phone) == (38_000, "KES", AMINA.phone)


def test_what_is_asked_for_replaces_what_the_webhook_told_and_not_the_other_way_round(loyverse):
    [raw] = loyverse.sell(sold(1, who=AMINA))
    chosen = settings(loyverse, currency="KES")
    told = understand(ADAPTER, raw, "signed", chosen)
    [thin], [rich] = list[Any](told.said), looked_up(told, chosen)
    [void] = list[Any](understand(ADAPTER, loyverse.void(sold(1), NOW + MINUTE)[0], "signed", chosen).said)
    assert (thin.customer.phone, rich.customer.phone) == (None, AMINA.phone)
    assert thin.revision < rich.revision < void.revision
    assert (rich.state, void.state) == ("paid", "voided")


def test_a_stranger_is_told_alike_by_webhook_and_when_asked(loyverse):
    [raw] = loyverse.sell(sold(1, tip=500))
    chosen = settings(loyverse, currency="KES")
    told = understand(ADAPTER, raw, "signed", chosen)
    [sale] = followed(chosen)[0]
    assert (told.wanted, told.said) == ((), (sale,))
    assert (sale.tip, sale.total, sale.order_discount) == (500, 38_500, 0)


@pytest.mark.parametrize(("total", "paid"), [(385, 385), (380, 385)])
def test_a_tip_counts_once_whether_or_not_the_total_holds_it(loyverse, total, paid):
    loyverse.sell(sold(1, tip=500))
    loyverse.receipts["1-1"] |= {"total_money": total, "payments": [{"type": "CASH", "money_amount": paid}]}
    [sale] = followed(settings(loyverse))[0]
    assert (sale.total, sale.tip, sale.order_discount) == (38_500, 500, 0)


def test_cash_that_was_rounded_is_a_discount_of_the_whole():
    receipt = {
        "receipt_number": "1", "receipt_date": "2026-10-05T08:00:00Z", "updated_at": "2026-10-05T08:00:00Z",
        "total_money": 4.55, "line_items": [{"quantity": 1, "gross_total_money": 4.57, "price": 4.57}],
    }  # fmt: skip
    [sale] = ADAPTER.parse(json.dumps({"currency": "CHF", "receipts": [receipt]}).encode(), settings())
    assert isinstance(sale, Transaction)
    assert (sale.total, sale.order_discount) == (455, 2)


# -- what is asked ----------------------------------------------------------------------------------------------------
def test_a_gap_is_closed_over_all_its_pages_though_the_newest_come_first(loyverse):
    chosen = settings(loyverse)
    loyverse.sell(sold(0, NOW - 10 * MINUTE))
    _, cursor = followed(chosen)
    for number in range(1, 8):
        loyverse.sell(sold(number, NOW + number * MINUTE))
    page, _ = look_on(ADAPTER, cursor, chosen, NOW + 9 * MINUTE)
    assert page.more
    loyverse.give_back(sold(3), NOW + 9 * MINUTE, 38_000)
    said, cursor = followed(chosen, cursor, NOW + 9 * MINUTE)
    assert {sale.id for sale in said} >= {*(f"1-{number}" for number in range(1, 8)), "1-3-r122400"}
    assert {sale.id for sale in followed(chosen, cursor, NOW + 10 * MINUTE)[0]} == {"1-7", "1-3-r122400"}


def test_only_its_own_store_is_asked_for(loyverse):
    loyverse.sell(sold(1))
    followed(settings(loyverse))
    assert any("store_id=" + STORE in target for _, target in loyverse.asked)
    loyverse.receipts["1-1"]["store_id"] = "store-2"
    found = ADAPTER.parse(adapter.fetch(Fetch("receipt", "1-1"), settings(loyverse)), settings(loyverse))
    assert found == [Elsewhere("a receipt of another store, store-2")]


def test_a_customer_who_is_gone_costs_no_sale(loyverse):
    loyverse.sell(sold(1, who=AMINA))
    loyverse.customers.clear()
    [sale] = followed(settings(loyverse))[0]
    assert (sale.customer.pos_id, sale.customer.phone) == (AMINA.pos_id, None)


def test_what_is_not_there_and_what_is_no_id(loyverse):
    with pytest.raises(Unknown):
        adapter.fetch(Fetch("receipt", "9-9"), settings(loyverse))
    with pytest.raises(Unfit, match="expected an id"):
        adapter.fetch(Fetch("receipt", "../merchant"), settings(loyverse))


@pytest.mark.parametrize(
    ("fault", "words"),
    [(401, "refused with 401"), (429, "too often"), (500, "trouble"), ("garbage", "no JSON"), ("hang up", "reached")],
)
def test_what_keeps_it_from_answering_is_told_in_words(loyverse, fault, words):
    chosen = settings(loyverse)
    for ask in (lambda: adapter.pull("", chosen, NOW), lambda: adapter.fetch(Fetch("receipt", "1"), chosen)):
        loyverse.fault, loyverse.faults, loyverse.retry_after = fault, 1, 7
        with pytest.raises(Later, match=words) as told:
            ask()
        assert (told.value.after_s, isinstance(told.value, Expired)) == (7.0 * (fault == 429), fault == 401)
    loyverse.fault, loyverse.faults = fault, 1
    assert words in ADAPTER.check(chosen)[0]


# -- is all well? -----------------------------------------------------------------------------------------------------
def hook(**fields):
    return {"id": "w", "url": URL, "type": "receipts.update", "status": "ENABLED"} | fields


@pytest.mark.parametrize(
    ("hooks", "words"),
    [
        ([hook()], ""),
        ([hook(status="DISABLED")], "is switched off"),
        ([hook(status="DISABLED"), hook()], ""),
        ([hook(url="https://else.example")], "no webhook"),
        ([hook(type="items.update")], "no webhook"),
        ([], "no webhook"),
    ],
)
def test_a_webhook_that_is_gone_or_disabled_is_told(loyverse, hooks, words):
    loyverse.webhooks = hooks
    assert [words in text for text in ADAPTER.check(settings(loyverse, public_url=URL))] == [True] * bool(words)
    assert ADAPTER.check(settings(loyverse)) == []


def test_the_known_stores_are_listed_where_the_one_that_is_set_is_none(loyverse):
    loyverse.stores.append({"id": "store-2", "name": "Hill"})
    assert ADAPTER.check(settings(loyverse)) == []
    assert "store-1 (Harbour), store-2 (Hill)" in ADAPTER.check(settings(loyverse, store_id="store-3"))[0]
    assert "set store_id" in ADAPTER.check(settings(loyverse, store_id=""))[0]
    assert "refused" in ADAPTER.check(settings(loyverse, access_token="old"))[0]


def test_what_it_delivers_is_believed(loyverse):
    [raw] = loyverse.sell(sold(1))
    chosen = settings(loyverse)
    assert ADAPTER.verify(ADAPTER.sign(raw, chosen, NOW), raw, chosen, NOW) == "signed"
    assert (loyverse.settings()["client_secret"], loyverse.settings()["access_token"]) == (SECRET, TOKEN)
