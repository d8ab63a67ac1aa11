"""The files adapter while files grow, tear, rotate and are replaced, and while it is killed."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from loyalty.wire import LINES_MAX, Transaction
from pos_adapters.files import ADAPTER, pieces, rejected, table, watch
from pos_adapters.files.watch import Watcher
from pos_adapters.outbox import Full, Outbox
from pos_adapters.settling import settled
from tests.conftest import LONG

ROOT = Path(__file__).parents[2]
HEADING = "id,datetime,item,amount\n"
KILLS = 150 if LONG else 10


class Till:
    """A till's folder, its adapter and the adapter's outbox; time passes only by `wait`."""

    def __init__(self, folder):
        self.folder = folder / "till"
        self.folder.mkdir()
        self.now = 0.0
        self.box = Outbox(folder / "outbox.db")
        self.settings = {}
        self.start()

    def start(self, **settings):
        """Anew, as after a crash; with these settings changed."""
        self.settings |= settings
        given = {"shop": "quay", "path": str(self.folder), "timezone": "UTC", "currency": "EUR", "settle_s": 1}
        self.watcher = Watcher(settled(ADAPTER, given | self.settings), self.box, ticks=lambda: self.now)

    def write(self, text, name="sales.csv", mode="a"):
        with (self.folder / name).open(mode + "b") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def look(self):
        """Reads all there is to read now; answers what is new in the outbox."""
        known = {item.seq for item in self.box.waiting()}
        while not self.watcher.look():
            pass
        fresh = [item for item in self.box.waiting(limit=10_000) if item.seq not in known]
        return [msgspec.json.decode(item.body, type=Transaction) for item in fresh]

    def wait(self, seconds=1.0):
        """Looks, lets time pass, and looks again."""
        before = self.look()
        self.now += seconds
        return before + self.look()

    def rejected(self, name="sales.csv"):
        path = self.folder / f"{name}.rejected.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return [(row["line"], row["row"]) for row in csv.DictReader(file)]


@pytest.fixture
def till(tmp_path):
    till = Till(tmp_path)
    yield till
    till.box.close()


def row(id, item="Latte", amount="4.50", at="2026-10-05 08:00"):
    return f"{id},{at},{item},{amount}\n"


def line(id, **more):
    body = {"id": id, "at": "2026-10-05T08:00:00Z", "state": "paid", "currency": "EUR", "lines": [], "total": 0}
    return json.dumps(body | more) + "\n"


def ids(sales):
    return [sale.id for sale in sales]


def items(sale):
    return [line.name for line in sale.lines]


def test_what_is_appended_is_read_once_and_in_order(till):
    till.write(HEADING + row("1") + row("2"))
    assert ids(till.look()) == ["1"], "the last receipt may go on"
    assert ids(till.wait()) == ["2"]
    till.write(row("3") + row("4"))
    assert ids(till.wait()) == ["3", "4"]
    assert till.wait() == []


def test_rows_of_a_receipt_are_one_sale_also_when_they_come_one_by_one(till):
    till.write(HEADING + row("1", "Latte"))
    assert till.look() == []
    till.write(row("1", "Bagel"))
    (sale,) = till.wait()
    assert (items(sale), sale.total, sale.revision) == (["Latte", "Bagel"], 900, 2)


def test_a_row_that_comes_after_all_makes_a_higher_revision_of_the_whole(till):
    till.write(HEADING + row("1", "Latte"))
    (first,) = till.wait()
    till.start()
    till.write(row("2") + row("1", "Bagel") + row("3"))
    sales = till.wait()
    assert ids(sales) == ["2", "1", "3"]
    assert (items(sales[1]), sales[1].revision) == (["Latte", "Bagel"], 2)
    assert first.revision == 1


def test_a_torn_line_waits_until_it_is_whole(till):
    till.write(HEADING + row("1") + "2,2026-10-05 08:00,Lat")
    assert ids(till.wait()) == ["1"]
    till.write("te,4.50\n")
    assert ids(till.wait()) == ["2"]
    assert till.rejected() == []


def test_a_torn_line_is_told_once_the_file_stands_still_and_read_if_it_is_finished(till):
    till.write(HEADING + row("1") + "2,2026-10-05 08:00,Lat")
    till.wait()
    assert till.wait(28) == []
    assert till.rejected() == []
    assert till.wait(2) == []
    assert till.rejected() == [("3", "2,2026-10-05 08:00,Lat")]
    till.wait(100)
    till.start()
    till.wait(100)
    assert len(till.rejected()) == 1
    till.write("te,4.50\n")
    assert ids(till.wait()) == ["2"]


def test_a_last_line_without_its_end_is_sent_and_corrected_if_it_was_torn(till):
    till.write(HEADING + "1,2026-10-05 08:00,Latte,4")
    assert till.wait() == []
    (torn,) = till.wait(30)
    assert (torn.total, torn.revision) == (400, 1)
    till.start()
    assert till.wait(60) == []
    till.write(".50\n" + row("2"))
    whole, other = till.wait()
    assert (whole.id, whole.total, whole.revision) == ("1", 450, 2)
    assert other.id == "2"


def test_a_last_line_that_was_whole_but_for_its_end_is_not_sent_twice(till):
    till.write(HEADING + "1,2026-10-05 08:00,Latte,4.50")
    till.write(line("j").rstrip(), "sales.jsonl")
    assert sorted(ids(till.wait(40))) == ["1", "j"]
    till.start()
    assert till.wait(40) == []
    till.write("\n" + row("1", "Bagel"))
    till.write("\n" + line("k"), "sales.jsonl")
    one, other = sorted(till.wait(), key=lambda sale: sale.id)
    assert (items(one), one.revision) == (["Latte", "Bagel"], 2)
    assert other.id == "k"


def test_a_row_without_a_receipt_number_that_was_torn_is_corrected_too(till):
    till.write("datetime,item,amount\n2026-10-05 08:00,Latte,4")
    (torn,) = till.wait(40)
    till.write(".50\n2026-10-05 08:00,Latte,4.50\n")
    whole, other = till.wait()
    assert (torn.id, whole.id, whole.total, whole.revision) == (whole.id, torn.id, 450, 2)
    assert other.id != whole.id


def test_a_quoted_line_break_is_waited_for(till):
    till.write(HEADING + '1,2026-10-05 08:00,"Toast\n')
    assert till.wait() == []
    till.write('well done",4.50\n')
    assert [items(sale) for sale in till.wait()] == [["Toast\nwell done"]]


def test_a_quote_that_is_never_closed_costs_its_own_row_and_not_the_rest_of_the_file(till):
    rows = [row(str(number)) for number in range(table.RECORD_LINES_MAX - 1)]
    till.write(HEADING + '0,2026-10-05 08:00,"Latte,4.50\n' + "".join(rows[:-1]))
    assert till.wait() == []
    till.write(rows[-1])
    assert ids(till.wait()) == [str(number) for number in range(table.RECORD_LINES_MAX - 1)]
    assert [number for number, _ in till.rejected()] == ["2"]


def test_a_truncated_file_is_read_from_its_beginning(till):
    till.write(HEADING + row("1") + row("2"))
    till.wait()
    till.write(HEADING + row("3"), mode="w")
    assert ids(till.wait()) == ["3"]


def test_a_replaced_file_is_read_from_its_beginning_even_if_it_is_longer(till):
    till.write(HEADING + row("1"))
    till.wait()
    till.write(HEADING + row("8", "Espresso") + row("9"), "new.tmp")
    (till.folder / "new.tmp").replace(till.folder / "sales.csv")
    assert ids(till.wait()) == ["8", "9"]


def test_a_file_overwritten_in_place_is_read_from_its_beginning_even_if_it_is_longer(till):
    till.write(HEADING + row("1"))
    till.wait()
    till.write(HEADING + row("8") + row("9"), mode="r+")
    assert ids(till.wait()) == ["8", "9"]


def test_an_export_made_anew_adds_only_what_is_new_in_it(till):
    till.write(HEADING + row("1", "Latte") + row("1", "Bagel") + row("2"))
    till.wait()
    till.write("# cut")
    till.write(HEADING + row("1", "Latte") + row("1", "Bagel") + row("2", amount="4.60") + row("3"), "new.tmp")
    (till.folder / "new.tmp").replace(till.folder / "sales.csv")
    assert [(sale.id, sale.total, sale.revision) for sale in till.wait()] == [("2", 460, 2), ("3", 450, 1)]


def test_a_longer_copy_in_its_place_is_read_on_where_it_was(till):
    till.write(HEADING + row("1"))
    till.wait()
    (till.folder / "new.tmp").write_bytes((till.folder / "sales.csv").read_bytes() + row("2").encode())
    (till.folder / "new.tmp").replace(till.folder / "sales.csv")
    with capture_logs() as logs:
        assert ids(till.wait()) == ["2"]
    assert "file-replaced" not in {entry["event"] for entry in logs}


@pytest.mark.parametrize("path", ["", "sales.csv"])
def test_a_rotated_file_is_read_to_its_end_before_the_new_one(till, path):
    till.start(path=str(till.folder / path))
    till.write(HEADING + row("1"))
    till.wait()
    till.write(row("2") + row("3"))
    (till.folder / "sales.csv").rename(till.folder / "sales.csv.1")
    os.utime(till.folder / "sales.csv.1", (1, 1))
    till.write(HEADING + row("4"))
    till.start()
    assert ids(till.wait()) == ["2", "3", "4"]
    till.write(row("5"), "sales.csv.1")
    till.write(row("6"))
    assert sorted(ids(till.wait())) == ["5", "6"]


def test_other_files_beside_a_watched_one_are_left_alone(till):
    till.start(path=str(till.folder / "sales.csv"))
    till.write(HEADING + row("1"), "other.csv")
    assert till.wait() == []
    till.write(HEADING + row("2"))
    assert ids(till.wait()) == ["2"]


def test_a_file_with_the_inode_of_another_is_not_taken_for_it(till):
    till.write(HEADING + row("1"))
    till.wait()
    (till.folder / "sales.csv").unlink()
    till.write(HEADING + row("7") + row("8"), "next.csv")
    assert ids(till.wait()) == ["7", "8"]


def test_what_cannot_be_read_is_written_beside_with_line_and_reason(till):
    till.write(HEADING + row("1") + "2,yesterday,Latte,4.50\n" + row("3") + "4,2026-10-05 08:00,Latte\n")
    till.write(line("5") + '{"id": 6}\n', "sales.jsonl")
    assert sorted(ids(till.wait())) == ["1", "3", "5"]
    assert till.rejected() == [("3", "2,yesterday,Latte,4.50"), ("5", "4,2026-10-05 08:00,Latte")]
    (told,) = map(json.loads, (till.folder / "sales.jsonl.rejected.jsonl").read_text().splitlines())
    assert (told["line"], told["row"]) == (2, '{"id": 6}')
    assert told["reason"]
    till.write("7,never,Latte,4.50\n")
    till.wait()
    assert [number for number, _ in till.rejected()] == ["3", "5", "6"]


def test_a_folder_that_cannot_be_written_costs_no_sale(till, monkeypatch):
    def refuse(path, rows):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(rejected, "append", refuse)
    till.write(HEADING + "1,yesterday,Latte,4.50\n" + row("2"))
    with capture_logs() as logs:
        assert ids(till.wait()) == ["2"]
    assert ("rejected-unwritten", 1) in {(entry["event"], entry.get("rows")) for entry in logs}


@pytest.mark.parametrize(
    ("text", "setting", "value"),
    [
        ("nr,date,item,amount\n1,2026-10-05 08:00,Latte,4.50\n", "column_id", "nr"),
        ("id,when,item,amount\n1,2026-10-05 08:00,Latte,4.50\n", "column_at", "when"),
        ("id,date,item,amount\n1,05/10/2026 08:00,Latte,4.50\n", "date_order", "dmy"),
        (HEADING + row("1") + row("1", at="2026-10-07 09:00"), "receipt_numbers", "daily"),
    ],
)
def test_a_file_that_needs_a_setting_waits_and_loses_nothing(till, text, setting, value):
    if setting == "column_id":
        till.start(column_id="number")
    till.write(text)
    with capture_logs() as logs:
        assert till.wait(100) == []
    assert [entry["setting"] for entry in logs if entry["event"] == "setting-needed"] == [setting]
    assert len(till.rejected()) == 1
    till.start(**{setting: value})
    assert ids(till.wait()) in (["1"], ["2026-10-05-1", "2026-10-07-1"])


def test_a_file_in_utf_16_says_so(till):
    till.write((HEADING + row("1")).encode("utf-16"))
    with capture_logs() as logs:
        assert till.wait(100) == []
    assert "setting-needed" in {entry["event"] for entry in logs}
    assert "UTF-8" in (till.folder / "sales.csv.rejected.csv").read_text()


def test_a_line_longer_than_can_be_sent_costs_no_other(till):
    till.write(line("1") + '{"id": "' + "x" * (3 * pieces.PIECE_BYTES) + '"}\n' + line("2"), "sales.jsonl")
    till.write(HEADING + row("3") + row("4", "x" * (2 * pieces.PIECE_BYTES)) + row("5"))
    assert sorted(ids(till.wait())) == ["1", "2", "3", "5"]
    assert [number for number, _ in till.rejected()] == ["3"]


def test_a_line_that_is_too_long_and_not_finished_is_told(till):
    till.write(line("1") + "{" + "x" * (2 * pieces.PIECE_BYTES), "sales.jsonl")
    assert ids(till.wait(40)) == ["1"]
    assert len((till.folder / "sales.jsonl.rejected.jsonl").read_text().splitlines()) == 1
    till.write("}\n" + line("2"), "sales.jsonl")
    assert ids(till.wait()) == ["2"]


def test_a_file_of_many_pieces_is_read_whole(till, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_BYTES", 150)
    till.write(HEADING + "".join(row(str(number // 2)) for number in range(200)))
    sales = till.wait()
    assert ids(sales) == [str(number) for number in range(100)]
    assert {2} == {len(sale.lines) for sale in sales}


def test_a_receipt_has_a_bounded_number_of_lines(till):
    till.write(HEADING + "".join(row("1", f"Item {number}") for number in range(LINES_MAX + 1)) + row("2"))
    assert ids(till.wait()) == ["2"]
    assert len(till.rejected()) == LINES_MAX + 1


def test_a_folder_of_too_many_files_is_read_from_the_newest_and_said_so(till, monkeypatch):
    monkeypatch.setattr(watch, "FILES_MAX", 2)
    for number in range(3):
        till.write(line(str(number)), f"{number}.jsonl")
        os.utime(till.folder / f"{number}.jsonl", (number, number))
    with capture_logs() as logs:
        assert ids(till.wait()) == ["1", "2"]
    assert "too-many-files" in {entry["event"] for entry in logs}


def test_how_far_files_were_read_is_bounded_and_a_forgotten_one_is_read_again(till, monkeypatch):
    monkeypatch.setattr(pieces, "MARKS_MAX", 2)
    for number in range(3):
        till.write(line(str(number)), f"{number}.jsonl")
        till.wait()
    till.write(line("more"), "0.jsonl")
    assert ids(till.wait()) == ["0", "more"]


def test_a_receipt_number_that_comes_back_on_another_day_is_refused_where_it_never_should(till):
    till.start(receipt_numbers="unique")
    till.write(HEADING + row("1") + row("1", at="2026-10-07 09:00") + row("2"))
    assert ids(till.wait()) == ["2"]
    assert [number for number, _ in till.rejected()] == ["2", "3"]


def test_a_receipt_has_one_currency(till):
    till.write("id,at,item,amount,currency\n1,2026-10-05 08:00,Latte,4.50,EUR\n1,2026-10-05 08:00,Latte,450,JPY\n")
    assert till.wait() == []
    assert len(till.rejected()) == 2


def test_what_is_given_back_needs_a_receipt_number(till):
    till.write("at,item,amount,quantity\n2026-10-05 08:00,Latte,-4.50,-1\n2026-10-05 08:00,Latte,4.50,1\n")
    assert ids(till.wait()) == ["20261005T080000Z-0-1"]
    assert [number for number, _ in till.rejected()] == ["2"]


def test_an_encoding_that_was_set_is_used_and_one_that_does_not_fit_is_asked_about(till):
    till.start(encoding="cp850")
    till.write((HEADING + row("1", "Café")).encode("cp850"))
    assert [items(sale) for sale in till.wait()] == [["Café"]]
    till.start(encoding="utf-8", path=str(till.folder / "other.csv"))
    till.write("id,datetime,item,amount,größe\n".encode("cp1252") + row("1").encode(), "other.csv")
    with capture_logs() as logs:
        assert till.wait(40) == []
    assert [entry["setting"] for entry in logs if entry["event"] == "setting-needed"] == ["encoding"]


def test_empty_files_and_empty_lines_are_nothing(till):
    till.write("")
    till.write("\n\n", "empty.jsonl")
    till.write("\n\n" + HEADING + "\n" + row("1") + "\n", "blank.csv")
    assert ids(till.wait(40)) == ["1"]
    till.write(HEADING + row("2"))
    till.write(line("3"), "empty.jsonl")
    assert sorted(ids(till.wait())) == ["2", "3"]


def test_a_file_that_cannot_be_opened_holds_up_no_other(till, monkeypatch):
    opened = Path.open

    def open_(path, *arguments, **more):
        if path.name == "locked.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **more)

    till.write(HEADING + row("1"), "locked.csv")
    till.write(HEADING + row("2"))
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(Path, "open", open_)
        assert ids(till.wait()) == ["2"]
    assert sum(entry["event"] == "file-unreadable" for entry in logs) == 1
    assert ids(till.wait()) == ["1"]


def test_a_full_outbox_leaves_everything_where_it_is(till):
    till.box.room = 2
    till.write("".join(line(str(number)) for number in range(3)), "sales.jsonl")
    with pytest.raises(Full):
        till.look()
    till.box.room = 10
    assert ids(till.wait()) == ["0", "1", "2"]


def test_a_file_that_is_not_there_yet_is_waited_for_and_said_once(till):
    till.start(path=str(till.folder / "later" / "sales.csv"))
    with capture_logs() as logs:
        till.wait()
        till.wait()
    assert [entry["event"] for entry in logs] == ["folder-unreadable"]
    (till.folder / "later").mkdir()
    till.write(HEADING + row("1"), "later/sales.csv")
    assert ids(till.wait()) == ["1"]


def test_an_age_in_a_line_holds_only_if_the_line_was_seen_to_arrive(till):
    till.write(line("1", age_s=2.0), "sales.jsonl")
    assert [sale.age_s for sale in till.wait()] == [None]
    till.write(line("2", age_s=2.0), "sales.jsonl")
    assert [sale.age_s for sale in till.wait()] == [2.0]


def test_shop_source_and_till_are_filled_in_where_a_line_has_none(till):
    till.start(till="7", source="bar")
    till.write(line("1") + line("2", shop="0123456789abcdef", source="own", till="1"), "sales.jsonl")
    places = [(sale.shop, sale.source, sale.till) for sale in till.wait()]
    assert places == [("quay", "bar", "7"), ("0123456789abcdef", "own", "1")]


def test_a_change_of_shop_reads_everything_for_the_new_one(till):
    till.write(HEADING + row("1"))
    till.wait()
    till.start(shop="harbour")
    assert [(sale.id, sale.shop) for sale in till.wait()] == [("1", "harbour")]


def test_the_log_holds_nothing_of_what_people_bought(till):
    till.write("customer,datetime,item,amount\nOkafor,2026-10-05 08:00,Latte,4.50\nOkafor,Okafor,Latte,4.50\n")
    till.write(line("1", customer={"reference": "Okafor"}) + '{"customer": "Okafor"}\n' + '{"Okafor', "sales.jsonl")
    with capture_logs() as logs:
        till.wait(40)
    assert logs
    assert not [entry for entry in logs if "Okafor" in str(entry) or "Latte" in str(entry)]


@pytest.mark.slow
def test_kill_9_neither_loses_nor_doubles_what_is_in_a_file(tmp_path):
    chance = random.Random(4)
    folder = tmp_path / "till"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.adapters.watch_process", str(tmp_path / "outbox.db"), str(folder)]
    (folder / "sales.csv").write_text("id,datetime,item,amount,customer\n")
    written = 0
    for _ in range(KILLS):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            end = time.monotonic() + chance.uniform(0, 0.1)
            while time.monotonic() < end:
                written = append(folder, written, chance)
            process.kill()
    finish(command)
    check_all_there_once(tmp_path, folder, written)


def append(folder, number, chance):
    """Receipts of two rows, some unreadable rows and JSON lines, torn where they may be torn."""
    at = "2026-10-05 08:00:00"
    rows = f"{number},{at},Latte,4.50,A\n{number},{at},Bagel,3.00,A\n"
    if number % 7 == 0:
        rows += f"bad{number},{at},Latte,,\n"
    for name, text in (("sales.csv", rows), ("sales.jsonl", line(f"j{number}"))):
        cut = chance.randrange(len(text))
        for part in (text[:cut], text[cut:]):
            with (folder / name).open("a") as file:
                file.write(part)
            time.sleep(chance.choice([0, 0, 0.002]))
    return number + 1


def finish(command):
    """Runs it to the end of what is there."""
    done = subprocess.run([*command, "--once"], cwd=ROOT, stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == 0


def check_all_there_once(tmp_path, folder, written):
    box = Outbox(tmp_path / "outbox.db")
    sales = [msgspec.json.decode(item.body, type=Transaction) for item in box.waiting(limit=100_000)]
    box.close()
    assert written > KILLS
    assert [key for key, times in Counter((sale.id, sale.revision) for sale in sales).items() if times > 1] == []
    newest = {sale.id: sale for sale in sorted(sales, key=lambda sale: sale.revision)}
    assert newest.keys() == {f"{prefix}{number}" for number in range(written) for prefix in ("", "j")}
    assert {("Latte", "Bagel"), ()} == {tuple(items(sale)) for sale in newest.values()}
    with (folder / "sales.csv.rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = [row["row"].split(",")[0] for row in csv.DictReader(file)]
    assert rejected == [f"bad{number}" for number in range(0, written, 7)]
