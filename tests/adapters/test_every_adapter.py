"""What every adapter owes, asked of each in the registry; a new one is tested by its fixtures alone.

`fixtures/expected.json` of a vendor says for each body what comes out, `signatures.json` what `verify` says of it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

import pos_adapters
from loyalty.errors import NoKey, Unfit
from loyalty.wire import Presence, Transaction
from pos_adapters.answering import NOTHING_TOLD, Reply
from pos_adapters.base import POINTS, Fetch, Ignored, Later, Notice, Setting, Unreadable
from pos_adapters.new import left
from pos_adapters.reading import read_each
from pos_adapters.registry import ADAPTERS, adapter
from pos_adapters.settling import PLACE, missing, settled
from pos_adapters.understanding import understand

FOLDER = Path(pos_adapters.__file__).parent
SHOP = "harbour"
MANGLED = settings_of().max_examples // 5  # of each of hundreds of bodies
RS256 = "eyJhbGciOiJSUzI1NiI"  # how a token begins that is signed with a private key: {"alg":"RS256"
NASTY = [
    *(b'"', b";", b",", b"\n", b"\r\n", b"\0", b"\xff\xfe", b"-"),
    *(b"1e999", b"NaN", b"9" * 40, b"[" * 9_000, b"{" * 9_000),
]


@cache
def fixtures(vendor, name):
    return json.loads((FOLDER / vendor / "fixtures" / name).read_text(encoding="utf-8"))


def body(vendor, name):
    return (FOLDER / vendor / "fixtures" / name).read_bytes()


BODIES = [(vendor, name) for vendor in ADAPTERS for name in fixtures(vendor, "expected.json")]
SIGNED = [(vendor, place) for vendor in ADAPTERS for place in range(len(fixtures(vendor, "signatures.json")["cases"]))]


def settings(vendor, given):
    return settled(ADAPTERS[vendor], {"shop": SHOP, **given})


def told(event):
    """An event as expected.json writes it."""
    match event:
        case Transaction():
            return {"transaction": event}
        case Presence():
            return {"presence": event}
        case Fetch(kind, id):
            return {"fetch": {"kind": kind, "id": id}}
        case Ignored(reason):
            return {"ignored": reason}
        case Notice(message):
            return {"notice": message}
        case Unreadable(_, error):
            return {"unreadable": {"at": error.at, "code": error.code}}


def expected(event):
    """Transactions and presences are filled up with the wire's defaults."""
    types = {"transaction": Transaction, "presence": Presence}
    return {name: msgspec.convert(value, types[name]) if name in types else value for name, value in event.items()}


@pytest.mark.parametrize(("vendor", "name"), BODIES)
def test_a_delivery_becomes_what_its_fixture_says(vendor, name):
    case = fixtures(vendor, "expected.json")[name]
    events = ADAPTERS[vendor].parse(body(vendor, name), settings(vendor, case["settings"]))
    assert [expected(event) for event in case["events"]] == [told(event) for event in events]


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_every_fixture_is_expected_to_be_something(vendor):
    about = {"expected.json", "signatures.json", "facts.json"}
    bodies = {path.name for path in (FOLDER / vendor / "fixtures").iterdir()} - about
    assert set(fixtures(vendor, "expected.json")) == bodies


@pytest.mark.parametrize(("vendor", "place"), SIGNED)
def test_a_delivery_is_believed_as_its_fixture_says(vendor, place):
    case = fixtures(vendor, "signatures.json")["cases"][place]
    chosen, raw = settings(vendor, case["settings"]), body(vendor, case["body_file"])
    now = datetime.fromisoformat(case["now"])
    if case["expect"] == "refused":
        with pytest.raises(NoKey) as refused:
            ADAPTERS[vendor].verify(case["headers"], raw, chosen, now)
        assert refused.value.message
    else:
        assert case["expect"] == ADAPTERS[vendor].verify(case["headers"], raw, chosen, now)


@pytest.mark.parametrize(("vendor", "name"), BODIES)
@settings_of(max_examples=MANGLED)
@given(data=st.data())
def test_parse_never_raises_on_a_mangled_delivery(vendor, name, data):
    raw = bytearray(body(vendor, name))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 40)))
        raw[start:end] = data.draw(st.binary(max_size=8) | st.sampled_from(NASTY))
    case = fixtures(vendor, "expected.json")[name]
    assert all(told(event) for event in ADAPTERS[vendor].parse(bytes(raw), settings(vendor, case["settings"])))


@pytest.mark.parametrize("vendor", ADAPTERS)
@given(raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_parse_never_raises_on_anything(vendor, raw):
    case = next(iter(fixtures(vendor, "expected.json").values()))
    assert all(told(event) for event in ADAPTERS[vendor].parse(raw, settings(vendor, case["settings"])))


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_its_checklist_answers_every_point_and_gives_reasons(vendor):
    checklist = ADAPTERS[vendor].checklist
    assert list(POINTS) == list(checklist)
    assert not [point for point, check in checklist.items() if check.state == "impossible" and not check.why]


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_nothing_is_left_to_do(vendor):
    assert left(FOLDER / vendor) == []


@pytest.mark.parametrize(("vendor", "place"), SIGNED)
def test_what_it_signs_it_believes(vendor, place):
    case = fixtures(vendor, "signatures.json")["cases"][place]
    raw, now = body(vendor, case["body_file"]), datetime.fromisoformat(case["now"])
    if case["expect"] != "signed":
        return
    chosen = settings(vendor, case["settings"])
    if case["headers"].get("authorization", "").startswith(RS256):
        with pytest.raises(Unfit, match=f"^{vendor}: "):  # in words: only the vendor has the key that signs it
            ADAPTERS[vendor].sign(raw, chosen, now)
        return
    headers = ADAPTERS[vendor].sign(raw, chosen, now)
    assert ADAPTERS[vendor].verify(headers, raw, chosen, now) == "signed"
    if headers and ADAPTERS[vendor].checklist["signing"].state == "done":  # else nothing says what the body was
        with pytest.raises(NoKey):
            ADAPTERS[vendor].verify(headers, raw + b" ", chosen, now)


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_its_settings_are_called_as_everywhere(vendor):
    chosen = ADAPTERS[vendor]
    names = {setting.name for setting in chosen.settings}
    assert chosen.fetch is None or "api_base" in names
    assert chosen.pull is None or {"api_base", "poll_s"} <= names
    assert chosen.source is None or not (chosen.fetch or chosen.pull)


@pytest.mark.parametrize("vendor", [vendor for vendor in ADAPTERS if ADAPTERS[vendor].fetch])
def test_what_cannot_be_asked_is_told_in_words(vendor):
    """Without its secrets, and at an address where nobody listens."""
    chosen = ADAPTERS[vendor]
    secrets = {setting.name: "x" for setting in chosen.settings if setting.secret}
    assert chosen.fetch is not None
    for set_ in ({}, {**secrets, "api_base": "http://127.0.0.1:9"}):
        with pytest.raises(Later) as told:
            chosen.fetch(Fetch("order", "1"), settings(vendor, set_))
        assert vendor in told.value.message
        assert chosen.check(settings(vendor, set_))


@pytest.mark.parametrize(("vendor", "name"), BODIES)
def test_a_hint_is_never_believed(vendor, name):
    case = fixtures(vendor, "expected.json")[name]
    chosen = settings(vendor, case["settings"])
    told = understand(ADAPTERS[vendor], body(vendor, name), "hint", chosen)
    believed = understand(ADAPTERS[vendor], body(vendor, name), "signed", chosen)
    assert (told.said, told.wanted) == ((), believed.wanted)


@pytest.mark.parametrize("vendor", ADAPTERS)
@given(raw=st.binary(max_size=300))
def test_whatever_is_delivered_has_an_answer(vendor, raw):
    headers, chosen = {"authorization": "x", "toast-transaction-type": "LOYALTY_INQUIRE"}, settings(vendor, {})
    assert isinstance(ADAPTERS[vendor].answer(headers, raw, chosen, NOTHING_TOLD), Reply)
    assert isinstance(ADAPTERS[vendor].answer({}, raw, chosen, NOTHING_TOLD), Reply)


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_its_notes_name_every_setting(vendor):
    notes = (FOLDER / vendor / "NOTES.md").read_text(encoding="utf-8")
    assert not [setting.name for setting in ADAPTERS[vendor].settings if f"`{setting.name}`" not in notes]


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_its_settings_are_unlike_each_other_and_say_what_they_are(vendor):
    chosen = (*PLACE, *ADAPTERS[vendor].settings)
    assert len({setting.name for setting in chosen}) == len(chosen)
    assert all(setting.help for setting in chosen)


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_an_unknown_setting_is_refused_with_the_known_ones(vendor):
    with pytest.raises(Unfit) as refused:
        settings(vendor, {"colour": "green"})
    assert refused.value.at == "colour"
    assert all(setting.name in refused.value.message for setting in (*PLACE, *ADAPTERS[vendor].settings))


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_what_is_missing_is_named(vendor):
    needed = [setting.name for setting in (*PLACE, *ADAPTERS[vendor].settings) if setting.required]
    assert needed == missing(ADAPTERS[vendor], settled(ADAPTERS[vendor], {}))


def test_an_unknown_vendor_is_answered_with_the_known_ones():
    with pytest.raises(Unfit, match="files"):
        adapter("abacus")


def test_a_bad_item_costs_no_other_of_its_delivery():
    def read(raw):
        fields = msgspec.json.decode(raw)
        return [Fetch("order", fields["id"]), *([Ignored("closed")] * fields["times"])]

    raws = [
        b'{"id": "a", "times": 1}',
        b'{"times": 1}',
        b"{",
        b'{"id": "b", "times": null}',
        b'{"id": "c", "times": 0}',
    ]
    events = read_each(((f"orders[{place}]", raw) for place, raw in enumerate(raws)), read)
    assert [told(event) for event in events] == [
        {"fetch": {"kind": "order", "id": "a"}},
        {"ignored": "closed"},
        {"unreadable": {"at": "orders[1]", "code": "bad-field"}},
        {"unreadable": {"at": "orders[2]", "code": "bad-json"}},
        {"unreadable": {"at": "orders[3]", "code": "bad-field"}},
        {"fetch": {"kind": "order", "id": "c"}},
    ]
    assert isinstance(events[2], Unreadable)
    assert (events[2].raw, events[2].error.message) == (raws[1], "'id' is missing")


def test_settings_that_fit_are_taken():
    given = {"encoding": "cp850", "delimiter": "|", "timezone": "Asia/Tokyo", "currency": "JPY", "decimal": ","}
    assert given == {name: settled(ADAPTERS["files"], given)[name] for name in given}


def test_settings_take_numbers_and_switches_as_text():
    chosen = settled(ADAPTERS["files"], {"shop": SHOP, "till": 2, "settle_s": 0.25, "source": True})
    assert (chosen["till"], chosen["settle_s"], chosen["source"]) == ("2", "0.25", "true")


@pytest.mark.parametrize("value", [["a"], {"a": 1}, None, datetime(2026, 10, 5, tzinfo=UTC)])
def test_settings_take_no_lists_and_tables(value):
    with pytest.raises(Unfit, match="expected text or a number for till"):
        settled(ADAPTERS["files"], {"till": value})


def test_a_setting_that_does_not_fit_is_refused_in_words():
    assert Setting("a", "b").fits("c") == "c"
    for name, value in [
        *(("timezone", "Mars/Olympus"), ("timezone", "../etc"), ("currency", "XQQ"), ("decimal", ";")),
        *(("encoding", "utf-16"), ("encoding", "klingon"), ("encoding", "base64"), ("delimiter", ";;")),
        *(("date_order", "ymd"), ("receipt_numbers", "weekly"), ("settle_s", "-1"), ("torn_after_s", "nan")),
    ]:
        with pytest.raises(Unfit) as refused:
            settled(ADAPTERS["files"], {name: value})
        assert refused.value.at == name
        assert refused.value.message.startswith(f"{name}: ")
