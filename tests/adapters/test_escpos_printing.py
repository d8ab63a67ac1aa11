"""The printer's twin: what a till prints goes on unchanged, whatever is wrong with us, and its sales are kept."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from loyalty.errors import Passing, Unfit
from loyalty.wire import Transaction
from pos_adapters.database import Damaged
from pos_adapters.escpos import passage, twin
from pos_adapters.escpos.commands import Scanner
from pos_adapters.escpos.twin import Twin, address
from pos_adapters.outbox import Full, Outbox
from tests.adapters.fake_printer import ASKED, ONLINE, FakePrinter
from tests.adapters.sink import KEY, Sink
from tests.adapters.test_escpos import CUT, SALE, receipt, settings
from tests.running import wait_until
from tests.servers import free_port

ROOT = Path(__file__).parents[2]


class Counter:
    """A twin between tills and a printer; looks when it is told to."""

    def __init__(self, folder, printer, **given):
        self.port = free_port()
        self.box = Outbox(folder / "outbox.db")
        given = {"printer": f"127.0.0.1:{printer.port}", "listen_on": f"127.0.0.1:{self.port}", **given}
        self.twin = Twin(settings(**given), self.box)
        self.twin.look()

    @contextmanager
    def till(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as till:
            yield till

    def print(self, raw):
        with self.till() as till:
            till.sendall(raw)

    def sales(self):
        self.twin.look()
        return [msgspec.json.decode(item.body, type=Transaction) for item in self.box.waiting()]

    def ids(self):
        return sorted(sale.id.removeprefix("2026-10-05-") for sale in self.sales())


@pytest.fixture
def printer():
    with FakePrinter().serving() as printer:
        yield printer


@pytest.fixture
def counter(tmp_path, printer):
    counter = Counter(tmp_path, printer)
    yield counter
    counter.twin.close()
    counter.box.close()


def reached(printer, raw):
    wait_until(lambda: raw in printed(printer))


def printed(printer):
    return sorted(bytes(job) for job in printer.jobs)


def test_every_byte_reaches_the_printer_unchanged_and_the_sale_the_outbox(counter, printer):
    raw = bytes(range(256)) * 200 + b"\0" * 400_000 + CUT + SALE
    counter.print(raw)
    wait_until(lambda: printed(printer) == [raw])
    wait_until(lambda: counter.ids() == ["1041"])
    assert counter.sales()[0].till == "2"


def test_what_the_printer_answers_goes_back_while_the_job_goes_on(counter, printer):
    with counter.till() as till:
        for _ in range(3):
            till.sendall(ASKED)
            assert till.recv(10) == ONLINE
        till.sendall(SALE)
        wait_until(lambda: counter.ids() == ["1041"])
        till.shutdown(socket.SHUT_WR)
        assert till.recv(10) == b"", "the printer has hung up"
    assert printed(printer) == [ASKED * 3 + SALE]


def test_a_job_without_a_cut_ends_with_its_connection(counter, printer):
    counter.print(receipt("7", cut=b""))
    wait_until(lambda: counter.ids() == ["7"])


def test_a_job_without_a_cut_on_a_line_that_stays_open_ends_with_silence(tmp_path, printer):
    counter = Counter(tmp_path, printer, settle_s="0.05")
    with counter.till() as till:
        for number in ("7", "8"):
            till.sendall(receipt(number, cut=b""))
            wait_until(partial(kept, counter, number))
    counter.twin.close()
    counter.box.close()


def kept(counter, number):
    return number in counter.ids()


def test_two_tills_print_at_once_and_their_lines_are_not_mixed(counter, printer):
    halves = {number: (receipt(number)[:30], receipt(number)[30:]) for number in ("7", "8")}
    with counter.till() as one, counter.till() as other:
        for till, number in ((one, "7"), (other, "8")):
            till.sendall(halves[number][0])
        wait_until(lambda: len(printer.jobs) == 2)
        for till, number in ((one, "7"), (other, "8")):
            till.sendall(halves[number][1])
    wait_until(lambda: counter.ids() == ["7", "8"])
    wait_until(lambda: printed(printer) == sorted([receipt("7"), receipt("8")]))


def test_while_the_printer_is_off_tills_are_turned_away_and_let_in_once_it_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr(passage, "PROBE_S", 0.02)
    printer = FakePrinter()
    with printer.serving():
        pass
    counter = Counter(tmp_path, printer)
    with capture_logs() as logs:
        with pytest.raises(ConnectionError):
            answered(counter, SALE)
        wait_until(lambda: "printer-unreachable" in {entry["event"] for entry in logs})
    assert refused(counter.port)
    with printer.serving(printer.port):
        wait_until(lambda: not refused(counter.port))
        counter.print(SALE)
        wait_until(lambda: counter.ids() == ["1041"])
    counter.twin.close()
    counter.box.close()


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionError:
        return True
    return False


def test_a_printer_that_breaks_off_is_seen_by_the_till_and_half_a_receipt_is_no_sale(counter, printer):
    printer.breaks_after = 20
    with capture_logs() as logs, counter.till() as till:
        till.sendall(receipt("7")[:40])
        assert hung_up(till)
        wait_until(lambda: "receipt-broken-off" in {entry["event"] for entry in logs})
    printer.breaks_after = None
    counter.print(receipt("7"))
    wait_until(lambda: counter.ids() == ["7"])


@pytest.mark.parametrize("trouble", [Full("full"), Damaged("malformed"), Passing("the disk is full")])
def test_printing_goes_on_whatever_is_wrong_with_the_outbox(counter, printer, monkeypatch, trouble):
    with monkeypatch.context() as patched:
        patched.setattr(counter.box, "put", lambda *_: raise_(trouble))
        for number in ("7", "8", "9"):
            counter.print(receipt(number))
            reached(printer, receipt(number))
            wait_until(lambda: bool(counter.twin._kept))
            with pytest.raises(type(trouble)):
                counter.twin.look()
    wait_until(lambda: counter.ids() == ["7", "8", "9"])


def raise_(error):
    raise error


def test_printing_goes_on_if_reading_fails_in_a_way_that_nobody_thought_of(counter, printer, monkeypatch):
    monkeypatch.setattr(Scanner, "feed", lambda scanner, raw: 1 // 0)
    with capture_logs() as logs:
        counter.print(SALE)
        wait_until(lambda: printed(printer) == [SALE])
        wait_until(lambda: "receipt-unread" in {entry["event"] for entry in logs})
    assert "ZeroDivisionError" in {entry.get("error") for entry in logs}


def test_what_cannot_be_understood_is_printed_and_set_aside_with_the_reason(counter, printer):
    raw = receipt("7").replace(b"Order #7", b"Welcome Okafor")
    with capture_logs() as logs:
        counter.print(raw + b"2 Latte\n" + CUT)
        wait_until(lambda: counter.sales() == [] and bool(counter.box.parked()))
    (parked,) = counter.box.parked()
    assert b"Welcome Okafor" in parked.body
    assert "number_word" in parked.reason.message
    assert "unreadable" in {entry["event"] for entry in logs}
    assert "Okafor" not in str(logs)


def test_pictures_of_receipts_are_said_once(counter, printer):
    with capture_logs() as logs:
        counter.print(b"\x1dv0\x00\x01\x00\x02\x00\xff\xff" + CUT + b"\x1dv0\x00\x01\x00\x02\x00\xff\xff" + CUT)
        wait_until(lambda: counter.twin.look() > 0 and bool(pictures(logs)))
        counter.print(SALE)
        wait_until(lambda: counter.ids() == ["1041"])
    assert len(pictures(logs)) == 1


def pictures(logs):
    return [entry for entry in logs if entry["event"] == "receipts-are-pictures"]


def test_connections_and_receipts_that_wait_are_bounded(counter, printer, monkeypatch):
    monkeypatch.setattr(passage, "CONNECTIONS_MAX", 2)
    monkeypatch.setattr(twin, "RECEIPTS_MAX", 1)
    with capture_logs() as logs:
        with counter.till() as one, counter.till() as other:
            for till, number in ((one, "7"), (other, "8")):
                till.sendall(ASKED + receipt(number))
                assert till.recv(10) == ONLINE
            with pytest.raises(ConnectionError):
                answered(counter, b"")
        wait_until(lambda: "receipt-lost" in {entry["event"] for entry in logs})
    assert counter.ids() == ["7"]


def answered(counter, raw):
    """What a till hears; an end without a word would look like a job that was printed."""
    with counter.till() as till:
        till.sendall(raw)
        return till.recv(10)


def hung_up(till):
    try:
        return till.recv(10) == b""
    except ConnectionError:
        return True


def test_a_port_that_is_taken_is_said_in_words_and_tried_again(tmp_path, printer):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = {"printer": f"127.0.0.1:{printer.port}", "listen_on": f"127.0.0.1:{taken.getsockname()[1]}"}
        box = Outbox(tmp_path / "outbox.db")
        twin_ = Twin(settings(**given), box)
        with pytest.raises(Passing, match="nobody can listen"):
            twin_.look()
    twin_.look()
    twin_.close()
    box.close()


def test_what_was_printed_in_the_last_moment_is_kept_when_it_is_told_to_stop(counter, printer):
    counter.print(receipt("7"))
    wait_until(lambda: printed(printer) == [receipt("7")])
    wait_until(lambda: bool(counter.twin._kept))
    counter.twin.close()
    assert [msgspec.json.decode(item.body)["id"] for item in counter.box.waiting()] == ["2026-10-05-7"]
    assert refused(counter.port)


@pytest.mark.parametrize(
    ("text", "found"), [("192.168.1.60", ("192.168.1.60", 9100)), ("till.local:91", ("till.local", 91))]
)
def test_addresses(text, found):
    assert address(text) == found


@pytest.mark.parametrize("text", ["", ":9100", "a:b", "a:0", "a:99999"])
def test_addresses_that_are_none(text):
    with pytest.raises(ValueError, match="expected an address"):
        address(text)
    if text:
        with pytest.raises(Unfit, match="printer: expected an address"):
            settings(printer=text)


TOML = """
service = {{ url = "{service}", key = "{key}" }}
outbox = {{ path = "outbox.db" }}
[[connection]]
vendor = "escpos"
shop = "quay"
printer = "127.0.0.1:{printer}"
listen_on = "127.0.0.1:{port}"
currency = "USD"
timezone = "America/New_York"
date_order = "dmy"
"""


@pytest.mark.slow
async def test_beside_a_till_receipts_go_to_the_printer_and_the_service_and_survive_kill_9(tmp_path, printer):
    """Killed again and again: what was printed before the last tenth of a second is there, and nothing twice."""
    sink, port, written = Sink(), free_port(), []
    async with sink.serving() as url:
        given = {"service": url, "key": KEY, "printer": printer.port, "port": port}
        (tmp_path / "adapter.toml").write_text(TOML.format(**given))
        for number in range(1, 4):
            process = started(tmp_path)
            await asyncio.to_thread(wait_until, lambda: not refused(port))
            for place in range(5):
                written.append(f"{number}{place}")
                await asyncio.to_thread(send, port, receipt(written[-1]))
            last = f"2026-10-05-{written[-1]}"
            await asyncio.to_thread(wait_until, partial(arrived, sink, last))
            process.send_signal(signal.SIGKILL if number < 3 else signal.SIGTERM)
            assert process.wait(30) == (-signal.SIGKILL if number < 3 else 0)
    assert {f"2026-10-05-{number}" for number in written} == {sale["id"] for sale in sink.durable}
    assert [bytes(job) for job in printer.jobs if job] == [receipt(number) for number in written]


def arrived(sink, id):
    return id in {sale["id"] for sale in sink.durable}


def started(folder):
    command = [sys.executable, "-c", "from pos_adapters.runner import main; main()", "run", "adapter.toml"]
    return subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


def send(port, raw):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as till:
        till.sendall(raw)
        till.shutdown(socket.SHUT_WR)
        assert till.recv(10) == b""
