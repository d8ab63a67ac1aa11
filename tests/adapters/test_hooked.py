"""A vendor's account beside a till: the same deliveries, faults and cursor as in the service, into the outbox."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest
from click.testing import CliRunner

from loyalty.wire import Transaction
from pos_adapters import database
from pos_adapters.asking import Expired
from pos_adapters.config import read
from pos_adapters.hooked import Hooked
from pos_adapters.keeping import Kept
from pos_adapters.outbox import Full, Outbox
from pos_adapters.registry import ADAPTERS
from pos_adapters.runner import main
from tests import make
from tests.adapters.fake_square import KEY, LOCATION, TOKEN, FakeSquare, event, order, payment, thin
from tests.adapters.sink import KEY as SERVICE_KEY
from tests.adapters.sink import Sink
from tests.running import wait_until
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
AT = "2026-10-05T05:12:00.000Z"
TOML = """
service = {{ url = "{service}", key = "{key}" }}
outbox = {{ path = "outbox.db" }}
[[connection]]
vendor = "square"
shop = "quay"
location_id = "{location}"
access_token = "{token}"
signature_key = "{signature_key}"
api_base = "{api}"
poll_s = "0.2"
{more}
"""


def configured(folder, square, more="", service="http://127.0.0.1:1"):
    given = {"service": service, "key": SERVICE_KEY, "location": LOCATION, "token": TOKEN, "signature_key": KEY}
    path = folder / "adapter.toml"
    path.write_text(TOML.format(**given, api=square.url, more=more))
    return path


class Ticks:
    """Time that the test moves."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def square():
    with FakeSquare().serving() as square:
        yield square


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def hooked(tmp_path, square, ticks):
    outbox = Outbox(tmp_path / "outbox.db")
    yield Hooked(read(configured(tmp_path, square)).connections[0], outbox, ticks=ticks), outbox
    outbox.close()


def waits(outbox):
    return [
        (sale.id, sale.state) for sale in (msgspec.json.decode(one.body, type=Transaction) for one in outbox.waiting())
    ]


def test_what_no_delivery_told_is_asked_for_and_the_cursor_kept(hooked, square, ticks):
    account, outbox = hooked
    at = make.at("08:00").isoformat()
    for number in range(3):
        square.keep(order(f"o{number}", "2099-01-01T00:00:00.000Z", created_at=at, closed_at=at))
    account.look()
    assert waits(outbox) == [("o0", "paid"), ("o1", "paid"), ("o2", "paid")]
    assert outbox.mark(account.space, "cursor") is not None
    before = len(square.asked)
    account.look()
    assert len(square.asked) == before, "not before poll_s has passed"
    ticks.now += 0.3
    account.look()
    assert len(square.asked) > before


def test_what_it_says_by_itself_waits_for_no_vendor_and_is_said_once(hooked, square, ticks):
    account, outbox = hooked
    square.fault, square.faults, square.retry_after = 429, 1, 7
    sold = square.keep(order("o1", AT))
    outbox.take(account.space, "d1", "signed", event("payment.created", "e", payment(sold, "APPROVED", "fp")))
    account.look()
    assert waits(outbox) == [("o1", "open")]
    asked = len(square.asked)
    ticks.now += 6.9
    account.look()
    assert len(square.asked) == asked, "left alone for as long as it says"
    ticks.now += 0.2
    account.look()
    assert ("o1", "paid") in waits(outbox)
    assert (waits(outbox).count(("o1", "open")), outbox.taken(account.space, 9)) == (1, [])


def test_what_it_tells_of_and_does_not_have_is_sought_and_then_parked(hooked, square, ticks):
    account, outbox = hooked
    outbox.take(account.space, "d1", "signed", thin(order("never", AT)))
    for _ in range(6):
        ticks.now += 60
        account.look()
    assert [(one.kind, one.reason.code) for one in outbox.parked()] == [("delivery", "unknown")]
    assert outbox.taken(account.space, 9) == []


def test_what_cannot_be_read_is_parked_once(hooked, square, ticks):
    account, outbox = hooked
    square.keep(order("bad", AT, updated_at="2099-01-01T00:00:00.000Z", line_items=[{"quantity": "one"}]))
    for _ in range(3):
        ticks.now += 1
        account.look()
    assert [one.reason.at for one in outbox.parked()] == ["orders[0]: line_items[0].quantity"]


def test_a_question_that_the_vendor_refuses_is_told_and_not_asked_at_once_again(hooked, square, ticks):
    account, _ = hooked
    square.fault, square.faults = 400, 1_000
    account.look()
    assert "refuses the question (400)" in account.kept.standing.trouble
    asked = len(square.asked)
    account.look()
    assert len(square.asked) == asked
    square.faults = 0
    ticks.now += 60
    account.look()
    assert account.kept.standing.trouble == ""


def test_tokens_outlive_a_change_of_other_settings(tmp_path):
    outbox = Outbox(tmp_path / "outbox.db")
    given = {"access_token": "a1", "refresh_token": "r1", "poll_s": "30"}
    vendor = replace(ADAPTERS["clover"], renew=lambda settings: {"access_token": "a2", "refresh_token": "r2"})
    kept = Kept(outbox, "clover/1")
    assert kept.renewed(vendor, given, given, Expired("")) == {**given, "access_token": "a2", "refresh_token": "r2"}
    kept = Kept(outbox, "clover/1")
    assert kept.with_tokens({**given, "poll_s": "60"})["refresh_token"] == "r2"
    assert kept.with_tokens({**given, "refresh_token": "r9"})["refresh_token"] == "r9", "what the owner set since"
    outbox.close()


def test_the_same_delivery_is_taken_once_and_no_more_than_fit(tmp_path):
    outbox = Outbox(tmp_path / "outbox.db", room=2)
    assert [outbox.take("s", name, "signed", b"{}") for name in ("a", "a", "b")] == [True, False, True]
    with pytest.raises(Full):
        outbox.take("s", "c", "signed", b"{}")
    outbox.put(done=1)
    assert [one.n for one in outbox.taken("s", 9)] == [2]
    assert outbox.take("s", "a", "signed", b"{}") is False
    outbox.close()


def test_an_outbox_of_the_version_before_is_brought_up_to_date(tmp_path):
    path = tmp_path / "outbox.db"
    outbox = Outbox(path)
    outbox.put([make.sale()])
    outbox._db.executescript("DROP TABLE taken; PRAGMA user_version = 1")
    outbox.close()
    outbox = Outbox(path)
    assert (outbox.held, outbox.take("s", "a", "hint", b"{}")) == (1, True)
    outbox.close()
    assert database.VERSION == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('listen = "here"', "expected an address such as 127.0.0.1:8100"),
        ('listen = "127.0.0.1:0"', "expected an address such as 127.0.0.1:8100"),
        ('poll_s = "x"', "adapter.toml"),
    ],
)
def test_mistakes_are_answered_in_words(tmp_path, square, more, words):
    with pytest.raises(Exception, match=words):
        read(configured(tmp_path, square, more))


@contextmanager
def running(path):
    """`pos-adapter run`, until it is asked to stop."""
    command = [sys.executable, "-c", "from pos_adapters.runner import main; main()", "run", path.name]
    with (path.parent / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=path.parent, env={"PYTHONPATH": str(ROOT)}, stderr=log)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


@contextmanager
def sink():
    """The service of the tests, beside this thread."""
    sink, loop, started, stop = Sink(), asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found = []

    async def serve():
        async with sink.serving() as url:
            found.append(url)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(10)
    try:
        yield sink, found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.mark.slow
def test_in_front_of_webhooks_a_sale_goes_from_the_delivery_to_the_service(tmp_path, square):
    port = free_port()
    url = f"http://127.0.0.1:{port}/hooks/square/1"
    with sink() as (service, address):
        path = configured(tmp_path, square, f'listen = "127.0.0.1:{port}"', address)
        with running(path):
            wait_until(lambda: answers(url))
            sold = square.keep(order("o1", AT))
            body = event("payment.updated", "e1", payment(sold))
            assert [square.deliver(url, body, signature_key=key).status_code for key in ("guessed", KEY, KEY)] == [
                401,
                200,
                200,
            ]
            assert square.deliver(f"{url}0", body).status_code == 404
            assert square.deliver(url, b" " * (4 * 1024 * 1024 + 1)).status_code == 413
            fixture = tmp_path / "captured.json"
            fixture.write_bytes(event("payment.created", "e2", payment(square.keep(order("o2", AT)))))
            assert sent(fixture, url) == 0
            wait_until(lambda: {"o1", "o2"} <= {one["id"] for one in service.durable})
    logged = (tmp_path / "log").read_bytes()
    assert {"listening", "stopped"} <= {json.loads(line)["event"] for line in logged.splitlines()}
    assert [secret for secret in (TOKEN, KEY) if secret.encode() in logged] == []


def answers(url):
    try:
        return httpx.get(url).status_code == 404
    except httpx.HTTPError:
        return False


def sent(fixture, url):
    arguments = ["send", str(fixture), "--to", url, "--set", f"signature_key={KEY}"]
    return CliRunner().invoke(main, arguments).exit_code
