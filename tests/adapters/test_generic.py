"""Generic: signatures beside the official library of Standard Webhooks, and every way to write down a sale."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

import pos_adapters
from loyalty.errors import NoKey, Unfit
from loyalty.wire import Transaction
from pos_adapters.base import Ignored, Unreadable
from pos_adapters.files import formats
from pos_adapters.files.options import options
from pos_adapters.files.reading import Start
from pos_adapters.generic import ADAPTER
from pos_adapters.generic.signing import AT, ID, SIGNATURE
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled

FIXTURES = Path(pos_adapters.__file__).parent / "generic" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, 1, tzinfo=UTC)
SECRET = "whsec_a2VzdHJlbC1nZW5lcmljLWtleS0wMDAx"
SALE = {"id": "1", "at": "2026-10-05T12:14:46Z", "currency": "USD", "state": "paid", "total": 450}
LATTE = {"name": "Latte", "qty": 1, "price": 450}


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", "signing_secret": SECRET, **given})


def verified(headers, raw, now=NOW, **given):
    return ADAPTER.verify(headers, raw, settings(**given), now)


def parsed(text, **given):
    return ADAPTER.parse(text.encode(), settings(**given))


def sale(**more):
    (event,) = parsed(json.dumps({**SALE, "lines": [LATTE], **more}))
    return event


class ThatDay(Webhook):
    """The official one at the time of the test, not today's."""

    def _Webhook__verify_timestamp(self, at):
        when = datetime.fromtimestamp(float(at), UTC)
        if abs(when - NOW) > timedelta(minutes=5):
            raise WebhookVerificationError
        return when


@given(
    raw=st.text(st.characters(exclude_categories=["Cs"])).map(str.encode),
    key=st.binary(min_size=1, max_size=64),
    prefix=st.sampled_from(["whsec_", ""]),
)
def test_the_official_library_believes_what_is_signed_here_and_so_do_we(raw, key, prefix):
    secret = prefix + base64.b64encode(key).decode()
    signed = ADAPTER.sign(raw, settings(signing_secret=secret), NOW)
    assert ThatDay(secret).verify(raw, dict(signed), json_parse=False) is None
    assert verified(signed, raw, signing_secret=secret) == "signed"


@given(raw=st.text(st.characters(exclude_categories=["Cs"])), id=st.text("abc_-.0", min_size=1, max_size=30))
def test_we_believe_what_the_official_library_signs(raw, id):
    signature = Webhook(SECRET).sign(id, NOW, raw)
    headers = {ID: id, AT: str(int(NOW.timestamp())), SIGNATURE: signature}
    assert verified(headers, raw.encode()) == "signed"


@given(raw=st.binary(min_size=1), flip=st.integers(0, 10_000))
def test_one_other_byte_anywhere_is_not_believed(raw, flip):
    changed = bytearray(raw)
    changed[flip % len(raw)] ^= 1 << flip % 8
    with pytest.raises(NoKey, match="does not match"):
        verified(ADAPTER.sign(raw, settings(), NOW), bytes(changed))


@pytest.mark.parametrize("name", [ID, AT, SIGNATURE])
def test_id_and_time_are_signed_and_all_are_needed(name):
    signed = dict(ADAPTER.sign(b"{}", settings(), NOW))
    with pytest.raises(NoKey, match="does not match"):
        verified(signed | {name: "v1,AAAA" if name == SIGNATURE else "1791202501" + "9"}, b"{}")
    with pytest.raises(NoKey, match=f"expected the header {name}"):
        verified({key: value for key, value in signed.items() if key != name}, b"{}")


def test_one_signature_of_several_is_enough_while_a_secret_is_changed():
    signed = dict(ADAPTER.sign(b"{}", settings(), NOW))
    other = ADAPTER.sign(b"{}", settings(signing_secret="whsec_b3RoZXI="), NOW)[SIGNATURE]
    for several in (f"{other} {signed[SIGNATURE]}", f"v1a,AAAA {signed[SIGNATURE]} ", f"{signed[SIGNATURE]} {other}"):
        both = signed | {SIGNATURE: several}
        assert verified(both, b"{}") == "signed"
        assert ThatDay(SECRET).verify(b"{}", {**both, SIGNATURE: several.strip()}) == {}
    with pytest.raises(NoKey):
        verified(signed | {SIGNATURE: signed[SIGNATURE].replace("v1,", "v2,")}, b"{}")
    with pytest.raises(NoKey):
        verified(signed | {SIGNATURE: f"{other} " * 1_000 + signed[SIGNATURE]}, b"{}")


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_it_goes_stale_after_five_minutes_on_both_sides(seconds, believed):
    signed = ADAPTER.sign(b"{}", settings(), NOW)
    if believed:
        assert verified(signed, b"{}", NOW + timedelta(seconds=seconds)) == "signed"
    else:
        with pytest.raises(NoKey, match="is a clock wrong"):
            verified(signed, b"{}", NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("at", ["soon", "1e9", "-1", "٤٥", "1791202501.5"])
def test_a_time_that_is_none_is_refused_in_words(at):
    with pytest.raises(NoKey, match="seconds since 1970"):
        verified(dict(ADAPTER.sign(b"{}", settings(), NOW)) | {AT: at}, b"{}")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_a", "whsec_é"])
def test_a_secret_that_is_no_base64_is_refused_when_it_is_set(secret):
    with pytest.raises(Unfit, match="signing_secret: expected whsec_ and a key in base64"):
        settings(signing_secret=secret)


def test_without_a_secret_nothing_is_believed():
    with pytest.raises(NoKey, match="signing_secret is not set"):
        verified(ADAPTER.sign(b"{}", settings(), NOW), b"{}", signing_secret="")


def test_one_an_array_and_one_a_line_are_read_alike():
    raw = (FIXTURES / "transactions.jsonl").read_text(encoding="utf-8")
    one_by_one = [json.loads(line) for line in raw.splitlines()]
    told = parsed(raw)
    assert [one.id for one in told if isinstance(one, Transaction)] == ["1041", "1042", "1041-R1"]
    assert told == parsed(json.dumps(one_by_one, indent=2)) == parsed("\ufeff\n" + raw.replace("\n", "\r\n\r\n"))
    assert told == [event for one in one_by_one for event in parsed(json.dumps(one, indent=1))]


def test_a_till_that_writes_such_lines_into_a_file_is_read_too():
    raw = (FIXTURES / "transactions.jsonl").read_bytes()
    chosen = options(settled(ADAPTERS["files"], {"shop": "harbour", "path": "x", "source": "generic"}))
    read = formats.read(raw, "json", Start(), chosen, lambda key: None, flush=True, final=True)
    assert read.events == parsed(raw.decode())


@pytest.mark.parametrize("text", ["", " \n\n", "[]", "\ufeff"])
def test_nothing_is_nothing(text):
    assert parsed(text) == [Ignored("no transaction in it")]


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ({"qty": 2, "price": 425, "discount": 85}, 765),
        ({"qty": "0.250", "price": 1999}, 500),
        ({"qty": 0.1, "price": 333}, 33),
        ({"qty": 0.5, "price": 333}, 167),
        ({"qty": 3, "total": 1000}, 1000),
        ({"qty": 0, "price": 333}, 0),
    ],
)
def test_a_price_a_quantity_and_a_discount_make_a_total(line, total):
    assert sale(lines=[{"name": "Latte", **line}]).lines[0].total == total


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"lines": [{**LATTE, "price": 4.5}]}, "lines[0].price"),
        ({"lines": [{**LATTE, "price": True}]}, "lines[0].price"),
        ({"lines": [{**LATTE, "discount": "10 %"}]}, "lines[0].discount"),
        ({"lines": [{**LATTE, "qty": None}]}, "lines[0].qty"),
        ({"lines": [LATTE, {"name": "Latte", "qty": 1}]}, "lines[1].price"),
        ({"lines": [{"name": "", "qty": 1, "price": 1}]}, "lines[0].name"),
        ({"lines": [{**LATTE, "price": 10**13}]}, "lines[0].total"),
        ({"lines": "Latte"}, "lines"),
        ({"total": 4.5}, "total"),
        ({"tenders": [{"type": "card"}]}, "tenders[0].amount"),
    ],
)
def test_what_does_not_fit_says_where(more, at):
    told = sale(**more)
    assert isinstance(told, Unreadable)
    assert told.error.at == f"line 1: {at}"


def test_what_goes_back_is_told_above_or_below_zero():
    below = {"id": "r", "refund_of": "1", "state": "refunded", "total": -495, "tax": -45}
    lines, tenders = [{**LATTE, "qty": -1}], [{"type": "card", "amount": -495}]
    above = {**SALE, "id": "r", "refund_of": {"id": "1"}, "total": 495, "tax": 45}
    line = {"name": "Latte", "quantity": "1", "list_price": 450, "total": 450}
    one = sale(**below, lines=lines, tenders=tenders)
    assert [one] == parsed(json.dumps({**above, "lines": [line], "tenders": [{"kind": "card", "amount": 495}]}))
    assert (one.refund_of.id, one.total, one.lines[0].total, one.tenders[0].amount) == ("1", 495, 450, 495)


def test_a_refund_without_its_sale_is_refused_in_words():
    told = sale(state="refunded")
    assert isinstance(told, Unreadable)
    assert "names the sale in refund_of" in told.error.message


def test_a_sale_may_name_its_till_and_source_and_else_they_are_the_connections():
    (one,) = parsed(json.dumps({**SALE, "lines": [], "till": "9", "source": "own"}), till="2", source="bar")
    (other,) = parsed(json.dumps({**SALE, "lines": [], "till": None}), till="2", source="bar")
    assert [(one.till, one.source), (other.till, other.source)] == [("9", "own"), ("2", "bar")]


def test_the_shop_may_be_called_as_the_script_calls_it():
    """Only what can be an id of ours is left as it is, for the service to say whether it is this connection's."""
    named = {"lines": [], "shop": "Harbour Street"}
    (one,) = parsed(json.dumps({**SALE, **named}), shop="0123456789abcdef")
    (other,) = parsed(json.dumps({**SALE, **named, "shop": "zzzzzzzzzzzzzzzz"}), shop="0123456789abcdef")
    assert [one.shop, other.shop] == ["0123456789abcdef", "zzzzzzzzzzzzzzzz"]


@pytest.mark.parametrize("vendor", ["generic", "files"])
def test_of_several_shops_in_one_script_a_connection_takes_its_own(vendor):
    needed = {"generic": {"signing_secret": SECRET}, "files": {"path": "x"}}[vendor]
    told = "\n".join(json.dumps({**SALE, "lines": [], "shop": shop}) for shop in ("quay", "station"))
    chosen = settled(ADAPTERS[vendor], {"shop": "0123456789abcdef", "shop_name": "quay", **needed})
    one, other = ADAPTERS[vendor].parse(told.encode() + b"\n", chosen)
    assert isinstance(one, Transaction)
    assert (one.shop, other) == ("0123456789abcdef", Ignored("of another shop, station"))
