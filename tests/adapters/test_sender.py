"""The stream's protocol without a socket: the window, acknowledgements, refusals, and how old things are on sending."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.wire import Fault, Presence, Transaction
from pos_adapters import elapsed
from pos_adapters.elapsed import UNKNOWN_S, Moment, waited_s
from pos_adapters.outbox import Waiting
from pos_adapters.sender import AGE_S_MAX, WINDOW_MAX, Acknowledged, Breach, Declined, Sender, frame
from pos_adapters.stream import Pauses, stream_url
from tests import make

THEN = Moment(wall=1_791_187_200.0, ticks=5_000.0, boot="monday")


def later(seconds, *, wall=None, boot="monday"):
    """`seconds` after THEN by the ticks; the wall clock may say something else."""
    return Moment(THEN.wall + (seconds if wall is None else wall), THEN.ticks + seconds, boot)


def sent(*numbers):
    sender = Sender()
    for number in numbers:
        sender.sending(number)
    return sender


def waiting(event, kind="transaction"):
    return Waiting(7, kind, msgspec.json.encode(event), THEN)


def test_an_acknowledgement_is_cumulative():
    sender = sent(3, 4, 9)
    assert Acknowledged(4) == sender.heard('{"ack": 4}')
    assert sender.owed
    assert sender.heard('{"ack": 4}') is None
    assert Acknowledged(9) == sender.heard(b'{"ack": 9}')
    assert not sender.owed
    assert sender.progressed


def test_an_acknowledgement_passes_over_what_was_refused():
    sender = sent(17, 18)
    fault = Fault(code="bad-field", message="expected an integer", at="lines[0].total")
    assert Declined(17, fault) == sender.heard(b'{"refused":17,"error":' + msgspec.json.encode(fault) + b"}")
    assert sender.heard('{"refused": 17, "error": {"code": "a", "message": "b"}}') is None
    assert Acknowledged(18) == sender.heard('{"ack": 18}')
    assert not sender.owed


def test_a_refusal_without_a_reason_is_a_refusal():
    declined = sent(1).heard('{"refused": 1}')
    assert isinstance(declined, Declined)
    assert declined.reason.message


@pytest.mark.parametrize("answer", ['{"ack": 6}', "ack 5", '{"ack": "5"}', b"\xff", "[5]"])
def test_what_the_service_cannot_mean_is_a_breach(answer):
    with pytest.raises(Breach):
        sent(5).heard(answer)


def test_what_is_none_of_our_business_is_passed_over():
    assert sent(5).heard('{"hello": true}') is None


def test_the_window_is_bounded():
    sender = sent(*range(1, WINDOW_MAX))
    assert sender.room == 1
    sender.sending(WINDOW_MAX)
    assert sender.room == 0
    with pytest.raises(AssertionError):
        sender.sending(WINDOW_MAX + 1)


@given(st.lists(st.integers(0, 30), max_size=40))
def test_whatever_is_answered_nothing_unsent_is_acknowledged_and_nothing_twice(answers):
    sender, taken = sent(*range(1, 21)), 0
    for number in answers:
        try:
            heard = sender.heard(f'{{"ack": {number}}}')
        except Breach:
            assert number > 20
            continue
        if heard is not None:
            assert isinstance(heard, Acknowledged)
            assert taken < heard.up_to <= 20
            taken = heard.up_to


def test_the_age_of_a_sale_grows_by_its_wait():
    content = msgspec.json.decode(frame(waiting(make.sale(age_s=3.0)), later(60)))
    assert content["seq"] == 7
    assert content["transaction"]["age_s"] == 63.0
    assert make.sale(age_s=63.0) == msgspec.convert(content["transaction"], Transaction)


def test_a_sale_whose_age_its_source_does_not_know_keeps_it_so():
    content = msgspec.json.decode(frame(waiting(make.sale()), later(60)))
    assert make.sale() == msgspec.convert(content["transaction"], Transaction)


@pytest.mark.parametrize("wall", [3_600.0, -3_600.0, 50 * 365 * 86_400.0])
def test_a_clock_that_jumps_while_a_sale_waits_does_no_harm(wall):
    content = msgspec.json.decode(frame(waiting(make.sale(age_s=0.0)), later(2, wall=wall)))
    assert content["transaction"]["age_s"] == 2.0


@pytest.mark.parametrize(
    ("now", "waited"),
    [
        (later(5), 5.0),
        (later(5, wall=-100), 5.0),
        (Moment(THEN.wall, THEN.ticks - 5, "monday"), 0.0),
        (later(-4_000, wall=90, boot="tuesday"), 90.0),  # the machine was started anew: only the wall clock is left
        (later(-4_000, wall=-90, boot="tuesday"), UNKNOWN_S),  # and was set back: nothing old passes for live
    ],
)
def test_how_long_something_waited(now, waited):
    assert waited == waited_s(THEN, now)


def test_an_age_beyond_what_the_wire_takes_is_cut():
    now = later(0, wall=AGE_S_MAX * 2, boot="tuesday")
    assert msgspec.json.decode(frame(waiting(make.sale(age_s=1.0)), now))["transaction"]["age_s"] == AGE_S_MAX


@pytest.mark.parametrize(("waited", "at"), [(0, None), (119, None), (600, datetime.fromtimestamp(THEN.wall, UTC))])
def test_a_presence_that_waited_long_goes_with_the_time_it_was(waited, at):
    content = msgspec.json.decode(frame(waiting(make.presence(), "presence"), later(waited)))
    assert at == msgspec.convert(content["presence"], Presence).at


def test_a_presence_that_has_a_time_keeps_it():
    presence = make.presence(at=make.MORNING)
    content = msgspec.json.decode(frame(waiting(presence, "presence"), later(600)))
    assert presence == msgspec.convert(content["presence"], Presence)


def test_a_system_that_does_not_name_its_starts_counts_each_process_as_one(monkeypatch, tmp_path):
    monkeypatch.setattr(elapsed, "_BOOT", tmp_path / "none")
    assert elapsed._boot() != elapsed._boot()
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert elapsed.now().ticks == pytest.approx(time.monotonic(), abs=5)


def test_pauses_grow_are_spread_and_have_an_end():
    pauses = Pauses()
    longest = [pauses.after(failures, denied=False, chance=1.0) for failures in range(100)]
    assert longest == sorted(longest)
    assert (longest[0], longest[-1]) == (pauses.first, pauses.most)
    assert pauses.after(3, denied=False, chance=0.0) == longest[3] / 2
    assert pauses.after(0, denied=True, chance=1.0) == pauses.denied


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://regulars.example", "wss://regulars.example/v1/stream"),
        ("http://127.0.0.1:8000/", "ws://127.0.0.1:8000/v1/stream"),
        ("wss://shop.example/regulars/", "wss://shop.example/regulars/v1/stream"),
    ],
)
def test_the_address_of_the_stream(url, address):
    assert address == stream_url(url)
