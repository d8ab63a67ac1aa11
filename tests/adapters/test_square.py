"""Square: signatures beside the official library's own, and what its documents leave to be said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from square.utils.webhooks_helper import verify_signature

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import NoKey
from loyalty.wire import Transaction
from pos_adapters.hooks import at_address, hook_url
from pos_adapters.settling import settled
from pos_adapters.square import ADAPTER
from pos_adapters.square.signing import HEADER

FIXTURES = Path(pos_adapters.__file__).parent / "square" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def oracle(raw, key, url, signature):
    return verify_signature(
        request_body=raw.decode(), signature_header=signature, signature_key=key, notification_url=url
    )


@given(
    raw=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.encode),
    key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    path=st.text("abc/?=%é", max_size=10),
)
def test_the_official_library_believes_what_is_signed_here_and_so_do_we(raw, key, path):
    url = f"https://regulars.example/hooks/square/{path}"
    chosen = settings(signature_key=key, public_url=url)
    signed = ADAPTER.sign(raw, chosen, NOW)
    assert oracle(raw, key, url, signed[HEADER])
    assert ADAPTER.verify(signed, raw, chosen, NOW) == "signed"


@given(raw=st.binary(min_size=1), flip=st.integers(0, 10_000))
def test_one_other_byte_anywhere_is_not_believed(raw, flip):
    chosen = settings(signature_key="k", public_url="https://regulars.example/hooks/square/1")
    signed = ADAPTER.sign(raw, chosen, NOW)
    changed = bytearray(raw)
    changed[flip % len(raw)] ^= 1 << flip % 8
    with pytest.raises(NoKey, match="does not match"):
        ADAPTER.verify(signed, bytes(changed), chosen, NOW)


@pytest.mark.parametrize("signature", ["", "é", "a" * 100_000, "fNhN6S8y7s/hpHQDZDU9"])
def test_a_signature_that_is_none_is_refused_in_words(signature):
    chosen = settings(signature_key="k", public_url="https://regulars.example/hooks/square/1")
    with pytest.raises(NoKey, match=r"^square: "):
        ADAPTER.verify({HEADER: signature}, b"{}", chosen, NOW)


@pytest.mark.parametrize(
    ("public_url", "address"),
    [
        ("https://regulars.example", "https://regulars.example/hooks/square/c1"),
        ("https://regulars.example/", "https://regulars.example/hooks/square/c1"),
        ("https://cafe.example/regulars", "https://cafe.example/regulars/hooks/square/c1"),
        ("https://regulars.example/hooks/square/own", "https://regulars.example/hooks/square/own"),
        ("", ""),
    ],
)
def test_the_signed_address_is_the_configured_one(public_url, address):
    chosen = settings(public_url=public_url)
    assert hook_url(ADAPTER, "c1", chosen) == address
    assert at_address(ADAPTER, "c1", chosen)["public_url"] == address


def sales(raw, **given):
    """Those that are in a fixture, or in a document."""
    body = (FIXTURES / raw).read_bytes() if isinstance(raw, str) else msgspec.json.encode(raw)
    return [event for event in ADAPTER.parse(body, settings(**given)) if isinstance(event, Transaction)]


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*order*.json")))
def test_every_bill_sums_up(name):
    assert [sale.id for sale in sales(name, location_id="LKESTRELHARB1") if sale.lines and not sums_up(sale)] == []


def test_what_is_known_later_of_the_same_version_is_a_higher_revision():
    order = json.loads((FIXTURES / "pull_order_split_tender.json").read_text())["order"]
    payment = json.loads((FIXTURES / "payment_created_card_before_capture.json").read_text())["data"]["object"][
        "payment"
    ]

    def revision(*payments, **changes):
        [sale] = sales({"orders": [order | changes], "payments": payments})
        return sale.revision

    [first] = sales("payment_created_card_before_capture.json")
    later = payment | {"updated_at": "2026-10-05T12:20:00Z"}
    assert first.revision < revision(version=1) < revision() < revision(later) < revision(version=7)


@pytest.mark.parametrize("amount", [2.5, 630.0, "630", None, 10**30])
def test_money_that_is_no_whole_number_of_cents_is_not_believed(amount):
    order = json.loads((FIXTURES / "pull_order_no_customer_cash.json").read_text())["order"]
    order["total_money"] = {"amount": amount, "currency": "USD"}
    if amount is None:
        order["total_money"]["amount"] = "x"
    [event] = ADAPTER.parse(msgspec.json.encode({"order": order}), settings())
    assert not isinstance(event, Transaction)


def test_devices_are_called_as_the_owner_calls_them():
    def till(**given):
        return sales("found_order_with_payments_and_customer.json", **given)[0].till

    assert till() == "DEVICETILL2"
    assert till(tills="DEVICETILL2=2") == "2"
    assert till(tills="OTHER=1") == "DEVICETILL2"
    assert till(till="bar") == "bar"
