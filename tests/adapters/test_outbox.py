"""The outbox: durable, in order, bounded, owned by one, and never lost without a word."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading

import msgspec
import pytest
from structlog.testing import capture_logs

from loyalty.errors import Conflict, Passing, Unfit
from loyalty.wire import Fault, Transaction
from pos_adapters import database, outbox
from pos_adapters.database import Damaged
from pos_adapters.elapsed import Moment
from pos_adapters.outbox import Full, Outbox
from tests import make


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.db"


@pytest.fixture
def opened(path):
    """Opens it again as often as is asked; the one before is closed."""
    boxes: list[Outbox] = []

    def opened(**more):
        if boxes:
            boxes[-1].close()
        boxes.append(Outbox(path, **more))
        return boxes[-1]

    yield opened
    if boxes:
        boxes[-1].close()


def sales(count):
    return [make.sale(id=str(number)) for number in range(count)]


def held(box):
    return [msgspec.json.decode(item.body, type=Transaction).id for item in box.waiting()]


def test_what_was_put_in_is_there_in_order_after_a_restart(opened):
    box = opened()
    box.put(sales(3))
    box.put([make.presence()])
    box = opened()
    assert [item.kind for item in box.waiting()] == ["transaction"] * 3 + ["presence"]
    assert sales(3) == [msgspec.json.decode(item.body, type=Transaction) for item in box.waiting(limit=3)]
    assert box.held == 4


def test_only_what_was_acknowledged_is_forgotten_and_no_number_is_given_twice(opened):
    box = opened()
    box.put(sales(3))
    first, second, third = (item.seq for item in box.waiting())
    box.acknowledge(second)
    assert [third] == [item.seq for item in box.waiting()]
    box.acknowledge(third)
    box = opened()
    assert box.held == 0
    box.put(sales(1))
    assert first < second < third < box.waiting()[0].seq


def test_what_is_refused_is_parked_with_its_reason(opened):
    box = opened()
    box.put(sales(3))
    reason = Fault(code="bad-field", message="expected an integer", at="lines[0].total")
    box.park(box.waiting()[1].seq, reason)
    box = opened()
    assert held(box) == ["0", "2"]
    (parked,) = box.parked()
    assert reason == parked.reason
    assert make.sale(id="1") == msgspec.json.decode(parked.body, type=Transaction)
    assert box.held == 3


def test_it_is_bounded_says_when_it_is_nearly_full_and_loses_nothing_when_it_is(opened):
    box = opened(room=10)
    with capture_logs() as logs:
        box.put(sales(7))
        assert not box.nearly_full
        box.put(sales(1))
        box.put(sales(2))
        assert box.nearly_full
    assert [(line["event"], line["held"]) for line in logs] == [("outbox-nearly-full", 8)]
    with pytest.raises(Full, match="holds 10 of 10"):
        box.put(sales(1), {("files", "a"): b"1"})
    assert box.mark("files", "a") is None, "the source stays where it was"
    box.acknowledge(box.waiting()[4].seq)
    box.put(sales(5), {("files", "a"): b"1"})
    assert box.held == 10


def test_what_is_parked_never_keeps_out_what_can_be_sent(opened):
    """A vendor that sends gibberish for months, and a service that refuses: the newest of it stay, and sales go on."""
    box = opened(room=10)
    fault = Fault(code="bad-field", message="expected an integer", at="total")
    with capture_logs() as logs:
        for number in range(20):
            box.set_aside(b"%d" % number, fault)
        for number in range(5):
            box.put([make.sale(id=f"r{number}")])
            box.park(box.waiting()[0].seq, fault)
    assert box.held == 2
    assert [msgspec.json.decode(one.body, type=Transaction).id for one in box.parked()] == ["r3", "r4"]
    assert {entry["event"] for entry in logs} == {"parked-forgotten"}
    box.put(sales(8))
    assert held(box) == [str(number) for number in range(8)]
    assert opened(room=10).held == 10


def test_where_a_source_has_got_to_is_kept_in_the_same_commit(opened):
    box = opened()
    box.put(sales(1), {("files", "a"): b"1", ("files", "b"): b"2", ("receipts", "a"): b"3"})
    with pytest.raises(sqlite3.ProgrammingError):
        box.put([make.sale(id="9")], {("files", "a"): object()})
    box = opened()
    assert held(box) == ["0"]
    assert box.marks("files") == {"a": b"1", "b": b"2"}
    assert box.mark("receipts", "a") == b"3"
    assert box.mark("receipts", "b") is None


def test_marks_are_bounded_and_the_oldest_go(opened, monkeypatch):
    monkeypatch.setattr(outbox, "MARKS_MAX", 10)
    monkeypatch.setattr(outbox, "TRIM_EVERY", 1)
    box = opened()
    for number in range(15):
        box.put(marks={("files", str(number)): b"", ("other", "kept"): b""})
        box.put(marks={("files", "0"): b"again"})
    assert sorted(box.marks("files"), key=lambda n: int(n) or 99) == [
        "6",
        "7",
        "8",
        "9",
        "10",
        "11",
        "12",
        "13",
        "14",
        "0",
    ]
    assert list(box.marks("other")) == ["kept"]


def test_the_moment_of_putting_in_is_kept(opened):
    then = Moment(1_791_187_200.25, 5_000.5, "monday")
    box = opened(clock=lambda: then)
    box.put(sales(1))
    assert then == opened().waiting()[0].since


@pytest.mark.parametrize("damage", ["header", "page", "everything", "no database"])
def test_a_damaged_file_is_set_aside_and_said_so(opened, path, damage):
    opened().put(sales(200))
    opened().close()
    raw = bytearray(path.read_bytes())
    match damage:
        case "header":
            raw[:16] = b"\0" * 16
        case "page":
            raw[4096:8192] = b"\xa5" * 4096
        case "everything":
            raw[:] = b"\xa5" * len(raw)
        case "no database":
            raw[:] = b"once upon a time there was a till\n" * 100
    path.write_bytes(raw)
    with capture_logs() as logs:
        box = opened()
    assert held(box) == []
    assert bytes(raw) == path.with_name("outbox.db.damaged-1").read_bytes(), "what can be saved of it is still there"
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("outbox-damaged", "error")
    assert line["set_aside_as"].endswith("outbox.db.damaged-1")
    box.put(sales(1))
    assert held(box) == ["0"]


def test_a_second_damaged_file_does_not_replace_the_first(opened, path):
    for number in (1, 2):
        opened().close()
        path.write_bytes(b"\xa5" * 4096)
        opened()
        assert path.with_name(f"outbox.db.damaged-{number}").exists()


def test_damage_found_while_at_work_stops_the_work(path):
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert isinstance(database.why(error), Damaged)


def test_a_full_disk_is_a_fault_that_passes(opened):
    box = opened()
    box.put(sales(1))
    box._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(Passing, match="disk is full"):
        box.put(sales(1_000), {("files", "a"): b"1"})
    box._db.execute("PRAGMA max_page_count = 1000000")
    assert (box.held, box.mark("files", "a")) == (1, None)
    box.put(sales(1))
    assert box.held == 2


def test_another_programs_database_is_left_alone(opened, path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE precious (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(Unfit, match="another program"):
        opened()
    assert before == path.read_bytes()


def test_an_outbox_of_a_later_version_is_left_alone(opened, path):
    opened().close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Unfit, match="another version"):
        opened()


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(Unfit, match="cannot be opened"):
        Outbox(tmp_path / "nowhere" / "outbox.db")


@pytest.mark.slow
def test_it_has_one_owner(opened, path):
    opened().put(sales(1))
    program = f"from pathlib import Path; from pos_adapters.outbox import Outbox; Outbox(Path({str(path)!r}))"
    second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "another pos-adapter is using this outbox" in second.stderr


def test_two_owners_in_one_process_are_refused_too(opened, path):
    opened()
    with pytest.raises(Conflict):
        Outbox(path)


def test_only_its_owner_may_read_it(opened, path):
    opened().put(sales(1))
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}


def test_it_may_be_used_from_several_threads(opened):
    box, heard = opened(), []
    box.listen(lambda: heard.append(threading.current_thread().name))
    threads = [threading.Thread(target=lambda: [box.put(sales(1)) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box.waiting()) == len(heard) == box.held == 80
    assert len(set(heard)) == 4
    box.listen(None)
    box.put(sales(1))
    assert len(heard) == 80


def test_what_nobody_signed_keeps_out_nothing_that_is_signed(tmp_path, monkeypatch):
    monkeypatch.setattr(outbox, "HINTS_MAX", 2)
    held = outbox.Outbox(tmp_path / "outbox.db")
    for name in "ab":
        assert held.take("s", name, "hint", b"{}")
    with pytest.raises(outbox.Full):
        held.take("s", "c", "hint", b"{}")
    assert held.take("s", "d", "signed", b"{}")
    assert held.take("another", "a", "hint", b"{}")
    held.close()
