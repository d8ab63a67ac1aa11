"""Zettle: its signature over what its text says once decoded, and its API as a small vendor on loopback speaks it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import NoKey, Unfit, Unknown
from pos_adapters.base import Fetch, Ignored, Later
from pos_adapters.settling import settled
from pos_adapters.understanding import look_up, understand
from pos_adapters.zettle import ADAPTER, HEADER, MESSAGE_BYTES_MAX, fetch, pull
from tests.adapters.fake import Sold, follower
from tests.adapters.fake_zettle import SIGNING, FakeZettle

NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URL = "https://regulars.example/hooks/zettle/c1"
TEXT = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def zettle():
    with FakeZettle().serving() as fake:
        yield fake


def settings(fake=None, **given):
    return settled(ADAPTER, {"shop": "harbour", **(fake.settings() if fake else {}), **given})


def sold(number, at=NOW, **fields):
    return Sold(number, at, 38_000, **fields)


followed = follower(ADAPTER, NOW)


def sale_in(purchase) -> Any:
    [event] = ADAPTER.parse(json.dumps(purchase).encode(), settings())
    return event


# -- who sent it ------------------------------------------------------------------------------------------------------
@given(payload=TEXT, timestamp=TEXT, key=st.text(st.characters(codec="utf-8"), min_size=1), plain=st.booleans())
def test_what_its_documents_sign_is_believed_however_the_text_is_escaped(payload, timestamp, key, plain):
    told = {"eventName": "PurchaseCreated", "payload": payload, "timestamp": timestamp}
    raw, chosen = json.dumps(told, ensure_ascii=plain).encode(), settings(signing_key=key)
    signature = hmac.new(key.encode(), f"{timestamp}.{payload}".encode(), hashlib.sha256).hexdigest()
    assert ADAPTER.verify({HEADER: signature}, raw, chosen, NOW) == "signed"
    changed = json.dumps(told | {"payload": payload + "x"}).encode()
    with pytest.raises(NoKey, match="does not match"):
        ADAPTER.verify({HEADER: signature}, changed, chosen, NOW)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"[" * 9_000, b'{"eventName": "PurchaseCreated", "payload": {}}'])
def test_what_is_no_message_is_refused_in_words(raw):
    with pytest.raises(NoKey, match=r"^zettle: expected"):
        ADAPTER.verify({HEADER: "0" * 64}, raw, settings(signing_key="k"), NOW)


def test_what_is_longer_than_any_bill_is_not_read_for_strangers():
    kept = len(json.dumps(told := {"eventName": "TestMessage", "payload": ""}))
    longest = json.dumps(told | {"payload": "x" * (MESSAGE_BYTES_MAX - kept)}).encode()
    assert ADAPTER.verify({}, longest, settings(), NOW) == "hint"
    with pytest.raises(NoKey, match=r"^zettle: expected"):
        ADAPTER.verify({}, longest.replace(b"x", b"xx", 1), settings(), NOW)


def test_only_a_test_message_may_be_unsigned(zettle):
    assert ADAPTER.verify({}, b'{"eventName": "TestMessage", "payload": {}}', settings(), NOW) == "hint"
    [raw] = zettle.sell(sold(1))
    with pytest.raises(NoKey, match=HEADER):
        ADAPTER.verify({}, raw, settings(signing_key=SIGNING), NOW)


# -- what it says -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tip", [0, 500])
def test_a_webhook_and_the_api_tell_the_same_sale(zettle, tip):
    [raw] = zettle.sell(sold(1, tip=tip))
    told = understand(ADAPTER, raw, "signed", settings(zettle))
    [sale] = followed(settings(zettle))[0]
    assert (told.said, told.wanted) == ((sale,), ())
    assert (sale.total, sale.tip, sale.order_discount) == (38_000 + tip, tip, 0)


def test_a_refund_is_asked_for_since_its_webhook_names_no_sale(zettle):
    zettle.sell(sold(1))
    [raw] = zettle.give_back(sold(1), NOW + MINUTE, 500)
    told = understand(ADAPTER, raw, "signed", settings(zettle))
    assert told.said == ()
    [back] = list[Any](look_up(ADAPTER, told.wanted[0], settings(zettle)).said)
    assert (back.refund_of.id, back.total, back.lines[0].total, back.lines[0].quantity) == ("p-1", 500, 500, "1")
    assert back in followed(settings(zettle), now=NOW + MINUTE)[0]


def test_a_reference_that_is_no_refund_makes_none():
    payment = {"amount": 450, "type": "KLARNA", "references": {"checkoutUUID": "c"}}
    purchase = {"purchaseUuid": "1", "currency": "SEK", "timestamp": 1791184818000, "payments": [payment]}
    assert (sale_in(purchase).refund_of, sale_in(purchase).tenders[0].kind) == (None, "klarna")


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "total"),
    [
        ("2", 340, {"percentage": 10.0}, 612),
        ("-1", 340, {"percentage": 10.0}, 306),
        ("3", 333, {"percentage": 12.5}, 874),
        ("2", 2000, {"amount": 500}, 3500),
        ("-2", 2000, {"amount": 500}, 3500),
        ("0.250", 1999, {}, 500),
        ("1", 1, {"percentage": 50}, 1),
    ],
)
def test_a_discount_is_on_the_whole_row(quantity, price, discount, total):
    product = {"name": "Latte", "quantity": quantity, "unitPrice": price, "discount": discount}
    sale = sale_in({"purchaseUuid": "1", "currency": "GBP", "timestamp": 1791184818000, "products": [product]})
    assert sale.lines[0].total == total


# -- what is asked ----------------------------------------------------------------------------------------------------
def test_a_gap_is_closed_over_all_its_pages(zettle):
    chosen = settings(zettle)
    zettle.sell(sold(0, NOW - 30 * MINUTE))
    _, cursor = followed(chosen)
    for number in range(1, 8):
        zettle.sell(sold(number, NOW + number * MINUTE))
    zettle.give_back(sold(0), NOW + 5 * MINUTE, 500)
    said, cursor = followed(chosen, cursor, NOW + 60 * MINUTE)
    assert {sale.id for sale in said} >= {*(f"p-{number}" for number in range(1, 8)), "p-0-r122000"}
    zettle.sell(sold(8, NOW - 5 * MINUTE))  # which a till had kept to itself
    assert "p-8" in {sale.id for sale in followed(chosen, cursor, NOW + 61 * MINUTE)[0]}


def test_a_token_is_asked_for_once_and_anew_when_it_has_run_out(zettle):
    chosen = settings(zettle)
    followed(chosen)
    followed(chosen)
    assert sum("/token" in target for _, target in zettle.asked) == 1
    zettle.expire()
    followed(chosen)
    assert sum("/token" in target for _, target in zettle.asked) == 2


def test_a_key_that_is_revoked_is_told_in_words(zettle):
    for wrong in ({"api_key": "old"}, {"client_id": "another"}):
        with pytest.raises(Later, match="invalid_grant; is api_key revoked"):
            pull("", settings(zettle, **wrong), NOW)
    assert "client_id is missing" in ADAPTER.check(settings(zettle, client_id=""))[0]


def test_what_is_not_there_what_is_no_id_and_what_names_no_sale(zettle):
    with pytest.raises(Unknown, match="refused with 404"):
        fetch(Fetch("purchase", "9"), settings(zettle))
    with pytest.raises(Unfit, match="expected an id"):
        fetch(Fetch("purchase", "../v2"), settings(zettle))
    zettle.give_back(sold(1), NOW, 500)
    del zettle.purchases["p-1-r121500"]["refundsPurchaseUUID1"]
    found = fetch(Fetch("purchase", "p-1-r121500"), settings(zettle))
    assert ADAPTER.parse(found, settings(zettle)) == [Ignored("a refund that names no sale")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [(429, "too often"), (500, "trouble"), ("garbage", "no JSON"), ("hang up", "reached")],
)
def test_what_keeps_it_from_answering_is_told_in_words(zettle, fault, words):
    chosen = settings(zettle)
    followed(chosen)
    for ask in (lambda: pull("", chosen, NOW), lambda: fetch(Fetch("purchase", "1"), chosen)):
        zettle.fault, zettle.faults, zettle.retry_after = fault, 1, 7
        with pytest.raises(Later, match=words) as told:
            ask()
        assert told.value.after_s == 7.0 * (fault == 429)
    zettle.fault, zettle.faults = fault, 1
    assert words in ADAPTER.check(chosen)[0]


# -- is all well? -----------------------------------------------------------------------------------------------------
def subscription(**fields):
    return {"destination": URL, "eventNames": ["PurchaseCreated"], "status": "ACTIVE", "signingKey": SIGNING} | fields


@pytest.mark.parametrize(
    ("subscriptions", "words"),
    [
        ([subscription()], ""),
        ([subscription(eventNames=[])], ""),
        ([subscription(eventNames=["ProductCreated"])], "Zettle deletes one after three days"),
        ([subscription(destination="https://else.example")], "Zettle deletes one after three days"),
        ([], "Zettle deletes one after three days"),
        ([subscription(status="INACTIVE")], "is INACTIVE"),
        ([subscription(signingKey="another")], "signing_key is not the one"),
    ],
)
def test_a_subscription_that_is_gone_is_told(zettle, subscriptions, words):
    zettle.subscriptions = subscriptions
    assert [words in text for text in ADAPTER.check(settings(zettle, public_url=URL))] == [True] * bool(words)
    assert ADAPTER.check(settings(zettle)) == []
