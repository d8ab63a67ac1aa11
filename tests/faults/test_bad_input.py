"""Bad input: refused with the path or shown as text, never a 500, and nothing else of the batch is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import wire
from tests import make
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
NDJSON = {"Content-Type": "application/x-ndjson"}


def sale_of(shop: Shop, **fields: object) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(shop.sale())
    return body | fields


def line(**fields: object) -> list[dict[str, Any]]:
    return [{"name": "Latte", "quantity": "1", "total": 38_000} | fields]


# (what, the fields that make it so, the path that is answered)
UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "a negative quantity": ({"lines": line(quantity="-1")}, "lines[0].quantity"),
    "a quantity that is a number": ({"lines": line(quantity=1)}, "lines[0].quantity"),
    "a quantity of words": ({"lines": line(quantity="one")}, "lines[0].quantity"),
    "an endless quantity": ({"lines": line(quantity="9" * 400)}, "lines[0].quantity"),
    "an exponent": ({"lines": line(quantity="1e9")}, "lines[0].quantity"),
    "digits of another script": ({"lines": line(quantity="\u0661")}, "lines[0].quantity"),
    "a currency that does not exist": ({"currency": "XQX"}, "currency"),
    "a currency in small letters": ({"currency": "kes"}, "currency"),
    "a time in 1970": ({"at": "1970-01-01T00:00:00Z"}, "at"),
    "a time in 2090": ({"at": "2090-01-01T00:00:00Z"}, "at"),
    "a time at the end of time": ({"at": "9999-12-31T23:59:59-23:59"}, "at"),
    "a time at its beginning": ({"at": "0001-01-01T00:00:00+23:59"}, "at"),
    "a time without a zone": ({"at": "2026-10-05T08:12:00"}, "at"),
    "a time that is none": ({"at": "yesterday"}, "at"),
    "a change in 2090": ({"changed_at": "2090-01-01T00:00:00Z"}, "changed_at"),
    "a refund in 1970": ({"refunds": [{"id": "r", "at": "1970-01-01T00:00:00Z", "amount": 1}]}, "refunds[0].at"),
    "a negative refund": ({"refunds": [{"id": "r", "at": "2026-10-05T08:12:00Z", "amount": -1}]}, "refunds[0].amount"),
    "an age below zero": ({"age_s": -1}, "age_s"),
    "a name of 10,000 characters": ({"lines": line(name="n" * 10_000)}, "lines[0].name"),
    "a name of none": ({"lines": line(name="")}, "lines[0].name"),
    "money with a point": ({"total": 4.5}, "total"),
    "money in words": ({"total": "4.50"}, "total"),
    "money beyond measure": ({"total": 10**30}, "total"),
    "a state of its own": ({"state": "parked"}, "state"),
    "an empty id": ({"id": ""}, "id"),
    "an id of 10,000 characters": ({"id": "i" * 10_000}, "id"),
    "a revision below zero": ({"revision": -1}, "revision"),
    "a refund of itself": ({"id": "1", "refund_of": {"id": "1"}}, "refund_of.id"),
    "a customer in words": ({"customer": "Amina"}, "customer"),
    "lines that are none": ({"lines": "Latte"}, "lines"),
    "true for a number": ({"tip": True}, "tip"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_bad_input_is_refused_with_its_path_and_nothing_else_is_lost(shop: Shop, what: str) -> None:
    """Alone 422; among others it is listed, by HTTP in three forms and on the stream."""
    fields, path = UNFIT[what]
    unfit = sale_of(shop, **fields)
    assert shop.refused(unfit, 422)["at"] == path
    for number, answer in enumerate(
        (
            shop.post([shop.sale(), unfit, shop.sale()]),
            shop.post(b"\n".join(map(msgspec.json.encode, (shop.sale(), unfit, shop.sale()))), headers=NDJSON),
        )
    ):
        assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (2, [1]), number
        assert answer["rejected"][0]["error"]["at"] == path
    with shop.stream() as stream:
        stream.deliver([shop.sale(), unfit, shop.sale()])
        assert [error["at"] for error in stream.refused.values()] == [path]
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ?", shop.id) == 6


TORN = {
    "torn in the middle": lambda body: body[: len(body) // 2],
    "NaN": lambda body: body.replace(b'"tip":0', b'"tip":NaN'),
    "Infinity": lambda body: body.replace(b'"tip":0', b'"tip":Infinity'),
    "-Infinity": lambda body: body.replace(b'"tip":0', b'"tip":-Infinity'),
    "a number beyond all numbers": lambda body: body.replace(b'"tip":0', b'"tip":1e999'),
    "a number of 10,000 digits": lambda body: body.replace(b'"tip":0', b'"tip":' + b"9" * 10_000),
    "no UTF-8": lambda body: body.replace(b"Latte", b"Lat\xff\xfe"),
    "half a surrogate": lambda body: body.replace(b"Latte", b"\\ud800"),
    "a control character": lambda body: body.replace(b"Latte", b"Lat\x01"),
    "NUL": lambda body: body.replace(b"Latte", b"Lat\\u0000"),
    "a trailing comma": lambda body: body[:-1] + b",}",
    "two values": lambda body: body + body,
    "a comment": lambda body: b"/* */" + body,
    "nested without end": lambda body: body[:-1] + b',"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "nested and torn": lambda body: body[:-1] + b',"x":' + b'{"a":' * 50_000,
    "another alphabet": lambda body: body.decode().encode("utf-16"),
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "nothing": lambda _: b"",
    "null": lambda _: b"null",
    "a word": lambda _: b"sale",
}


@pytest.mark.parametrize("what", TORN)
def test_bad_input_torn_json_is_refused_and_the_lines_around_it_are_kept(shop: Shop, what: str) -> None:
    body = msgspec.json.encode(sale_of(shop, tip=0))
    torn = TORN[what](body)
    assert torn != body
    error = shop.refused(torn, 422)
    assert error["code"] in ("bad-json", "bad-field")
    lines = b"\n".join((msgspec.json.encode(shop.sale()), torn.replace(b"\n", b" "), msgspec.json.encode(shop.sale())))
    answer = shop.post(lines, headers=NDJSON)
    assert answer["accepted"] == 2
    assert [one["index"] for one in answer["rejected"]] == ([] if what == "nothing" else [1])


@pytest.mark.parametrize("what", ["NaN", "Infinity", "no UTF-8", "half a surrogate", "a number beyond all numbers"])
def test_bad_input_one_element_of_an_array_does_not_spoil_the_others(shop: Shop, what: str) -> None:
    torn = TORN[what](msgspec.json.encode(sale_of(shop, tip=0)))
    good = [msgspec.json.encode(shop.sale()) for _ in range(2)]
    answer = shop.post(b"[" + good[0] + b"," + torn + b"," + good[1] + b"]")
    assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (2, [1])


@pytest.mark.parametrize("body", [b"[", b"[{]", b"[1,]", b"[" * 50_000, b"[[[]]]x", b"\n[\n"])
def test_bad_input_an_array_that_is_none_is_refused_whole(shop: Shop, body: bytes) -> None:
    assert shop.refused(body, 422)["code"] == "bad-json"


HTML = "<script>alert('x')</script> & <b>Crème</b> \u202e {name} {0.__class__} %s \\u0041 🫖"


def test_bad_input_html_in_a_name_is_text(shop: Shop) -> None:
    """Kept and shown as it came, in JSON and never in a page; and a brace is no placeholder."""
    amina = shop.enrol()
    sales = [shop.sale(make.line(HTML), who=make.AMINA, at=shop.service.now - timedelta(days=day)) for day in range(6)]
    shop.post(sales)
    assert shop.customer(amina)["visits"][0]["lines"][0]["name"] == HTML
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence())
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["recognition"]["usual"]["items"][0]["line"]["name"] == HTML
    shop.service.pass_time(days=1)
    said = shop.checkin()["cue"]["say"]
    assert "\u202e" not in said
    assert "<script>" in said or "…" in said
    body = {"name": HTML, "identifiers": [{"kind": "reference", "value": HTML}]}
    made = shop.http("POST", "/v1/customers", shop.screen_key, body)
    assert made.status_code == 201
    assert shop.customer(made.json()["id"])["name"] == HTML


ENDPOINTS = (
    ("POST", "/v1/transactions", "adapter_key"),
    ("POST", "/v1/checkins", "screen_key"),
    ("POST", "/v1/customers", "screen_key"),
    ("PUT", "/v1/program", "owner_key"),
    ("PUT", "/v1/settings", "owner_key"),
    ("POST", "/v1/shops", "owner_key"),
    ("POST", "/v1/setup", "owner_key"),
    ("POST", "/v1/setup/check", "owner_key"),
)


@pytest.mark.parametrize(("method", "path", "key"), ENDPOINTS)
@pytest.mark.parametrize("what", TORN)
def test_bad_input_stumbles_no_endpoint(shop: Shop, method: str, path: str, key: str, what: str) -> None:
    torn = TORN[what](b'{"id":"1","shop":"x","name":"Latte","tip":0}')[: wire.SMALL_BODY_BYTES_MAX]
    answer = shop.http(method, path, getattr(shop, key), torn)
    assert answer.status_code in (201, 401, 403, 422), answer.text
    assert answer.status_code == 201 or set(answer.json()["error"]) == {"code", "at", "message"}


def test_bad_input_every_error_has_one_shape(shop: Shop) -> None:
    """Whatever is wrong: no such address, no such method, no key, too large, not found."""
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("GET", "/assets/nothing.js", 404),
        ("GET", "/assets/../../loyalty.key", 404),
        ("DELETE", "/v1/transactions", 405),
        ("GET", "/v1/transactions", 405),
        ("PATCH", "/v1/program", 405),
        ("PUT", "/healthz", 405),
        ("GET", "/v1/customers/nobody", 404),
        ("GET", "/v1/customers/" + "x" * 5_000, 404),
        ("GET", "/v1/customers/%00%ff", 404),
        ("GET", "/v1/customers?stage=%ff", 422),
        ("GET", "/v1/stream", 404),
    ):
        answer = shop.http(method, path, shop.owner_key)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json"), path
        assert set(answer.json()["error"]) == {"code", "at", "message"}


def test_bad_input_nul_in_a_presence_on_the_stream_is_no_fault_of_ours(shop: Shop) -> None:
    shop.enrol()
    with shop.stream() as stream:
        stream.deliver([shop.presence(till="a\0b"), shop.presence(till="1")])
        assert {seq: error["code"] for seq, error in stream.refused.items()} == {1: "bad-json"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [name for name in wire.Transaction.__struct_fields__ if name != "shop"]


@settings(max_examples=settings().max_examples * 4)
@given(changes=st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1, max_size=3))
def test_bad_input_in_any_field_is_accepted_or_refused(running: Service, fuzzed: Shop, changes: dict[str, Any]) -> None:
    """Whatever stands wherever, written as careless programs write it, NaN and all."""
    seen = running.log.stat().st_size
    body = json.dumps(sale_of(fuzzed) | changes).encode("utf-8", "surrogatepass")
    answer = fuzzed.http("POST", "/v1/transactions", fuzzed.adapter_key, body)
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 200 or answer.json()["error"]["message"]
    assert running.log.stat().st_size == seen


@pytest.fixture(scope="module")
def fuzzed(running: Service) -> Shop:
    return running.open_shop()
