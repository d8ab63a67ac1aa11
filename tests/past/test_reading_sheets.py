"""Files of past sales as owners have them: what is understood, and what is said of what is not."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from loyalty.core.days import when
from loyalty.past import text
from loyalty.past.columns import Wanted
from loyalty.past.file import Found, read
from loyalty.past.receipts import receipts, sale_of
from loyalty.past.text import BadFile
from tests.past.sheet import HEADING, cafe, put, written

NAIROBI = ZoneInfo("Africa/Nairobi")
WANTED = Wanted(NAIROBI, "KES")


def found(folder: Path, content: str | bytes, wanted: Wanted = WANTED) -> Found:
    return read(put(folder, content), wanted)


def sold(made: Found) -> list[tuple[str, str, str, int]]:
    """As the wall clock of the shop has it."""
    return [
        (row.customer, f"{when(row.at).astimezone(made.wanted.zone):%d.%m.%Y %H:%M}", row.item, row.amount)
        for row in made.rows
    ]


ONE = [("Amina", "01.10.2026 08:14", "Café au lait", 450)]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADING}\nAmina,2026-10-01 08:14,Café au lait,4.50\n",
        f"\n\n{HEADING}\r\nAmina,2026-10-01 08:14,Café au lait,4.50\r\n,,,\r\n\r\n",
        "\ufeffAmount;Item;Customer;DateTime\n4,50;Café au lait;Amina;01.10.2026 08:14\n",
        f"{HEADING}\nAmina,2026-10-01 08:14,Café au lait,4.50\n".encode("cp1252"),
        f"{HEADING}\nAmina,2026-10-01 08:14,Café au lait,4.50\n".encode("utf-16"),
        f"{HEADING}\rAmina,2026-10-01 08:14,Café au lait,4.50\r",
        f"{HEADING.replace(',', chr(9))}\nAmina\t2026-10-01T08:14:00+03:00\tCafé au lait\t4.50\n",
        f'{HEADING}\n"Amina","2026-10-01 08:14","Café au lait","4.50"\n{HEADING}\n',
        "customer,date,time,item,amount\nAmina,2026-10-01,08:14,Café au lait,KES 4.50\n",
        '{"customer": "Amina", "datetime": "2026-10-01 08:14", "item": "Café au lait", "amount": 4.5}\n',
    ],
)
def test_whatever_program_saved_it_the_sale_is_the_same(tmp_path, content):
    made = found(tmp_path, content)
    assert (sold(made), made.refused) == (ONE, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("Amina,2026-10-01 08:14,Latte,4.50\n", "no column customer and no column datetime and no column item"),
        ("customer,when,item\nAmina,2026-10-01,Latte\n", "no column datetime: the first line has to name the columns"),
        (b"PK\x03\x04 a spreadsheet", "save it as CSV"),
        (b"\x00\x01\x02\x00", "is no text"),
        (f"{HEADING}\nAmina,05/10/2026 08:14,Latte,4.50\n", "may be read both ways: say --date-order dmy"),
        (f"id,{HEADING}\n7,A,2026-10-01 08:00,Latte,1\n7,A,2026-10-03 08:00,Latte,1\n", "--receipt-numbers daily"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path, content, said):
    with pytest.raises(BadFile, match=said):
        receipts(found(tmp_path, content))


def test_a_file_that_is_not_there_is_told_in_words(tmp_path):
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "nowhere.csv", WANTED)


def test_a_file_beyond_the_limits_is_told_to_be_split(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "FILE_BYTES_MAX", 100)
    with pytest.raises(BadFile, match="split it"):
        found(tmp_path, written(cafe()))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Amina,yesterday,Latte,4.50", "expected a date and time such as"),
        ("Amina,2026-02-31 08:14,Latte,4.50", "expected a date and time|day is out of range"),
        ("Amina,2026-10-01 08:14,,4.50", "no item"),
        ("Amina,2026-10-01 08:14,Latte,four", "expected a number"),
        ("Amina,2026-10-01 08:14,Latte,4.505", "finer than KES allows"),
        ("Amina,2026-10-01 08:14,Latte", "expected 4 cells, got 3"),
        ("Amina,2026-10-01 08:14," + "x" * 201 + ",4.50", "at most 200 characters"),
        ('Amina,2026-10-01 08:14,"Latte,4.50', "a quote is opened and not closed"),
    ],
)
def test_a_bad_row_costs_no_other(tmp_path, row, why):
    good = "Ben,2026-10-01 08:20,Tea,2.00"
    made = found(tmp_path, "\n".join([HEADING, good, row, *[good] * 30]) + "\n")
    assert [refused.line for refused in made.refused] == [3]
    assert re.search(why, made.refused[0].reason), made.refused
    assert len(made.rows) == 31


@pytest.mark.parametrize(("clue", "day"), [("25/10/2026 09:00", "05.10.2026"), ("10/25/2026 09:00", "10.05.2026")])
def test_one_row_that_can_be_read_one_way_settles_the_order_of_all_dates(tmp_path, clue, day):
    made = found(tmp_path, f"{HEADING}\nAmina,05/10/2026 08:14,Latte,1\nAmina,{clue},Latte,1\n")
    assert sold(made)[0][1] == f"{day} 08:14"


def test_without_a_zone_of_the_shop_the_clock_counts_that_is_written(tmp_path):
    as_written = Wanted(ZoneInfo("UTC"), "KES", as_written=True)
    made = found(tmp_path, f"{HEADING}\nAmina,2026-10-01T08:14:00+03:00,Latte,1\n", as_written)
    assert sold(made)[0][1] == "01.10.2026 08:14"


# -- receipts ---------------------------------------------------------------------------------------------------------
def test_rows_without_a_number_keep_their_ids_in_a_longer_file_and_in_another_order(tmp_path):
    rows = cafe()
    rows += rows[:5]  # the same things bought twice in one minute
    short = {one.id for one in receipts(found(tmp_path, written(rows[: len(rows) // 2] + rows[-5:])))}
    all_ = [one.id for one in receipts(found(tmp_path, written(rows)))]
    assert len(set(all_)) == len(rows)
    assert short < set(all_)
    assert set(all_) == {one.id for one in receipts(found(tmp_path, written(rows[::-1])))}


def test_rows_of_one_receipt_are_one_sale_with_its_discount_and_its_refund(tmp_path):
    made = found(
        tmp_path,
        f"id,till,quantity,variation,modifiers,{HEADING}\n"
        "41,2,1,Large,Oat milk+Extra hot,Amina,2026-10-01 08:14,Latte,5.00\n"
        "41,2,2,,,Amina,2026-10-01 08:14,Croissant,6.00\n"
        "41,2,1,,,Amina,2026-10-01 08:14,Regulars' discount,-1.00\n"
        "41,2,-1,,,Amina,2026-10-01 09:00,Croissant,-3.00\n",
    )
    sale, refund = sorted((sale_of(one, "shop", "import") for one in receipts(made)), key=lambda sale: sale.at)
    assert (sale.id, sale.till, sale.total, sale.order_discount, len(sale.lines)) == ("41", "2", 1000, 100, 2)
    assert (sale.lines[0].variation, sale.lines[0].modifiers) == ("Large", ("Oat milk", "Extra hot"))
    assert refund.refund_of is not None
    assert (refund.refund_of.id, refund.total) == ("41", 300)
    assert made.refused == []


def test_receipt_numbers_that_begin_anew_each_day_are_told_apart(tmp_path):
    daily = Wanted(NAIROBI, "KES", receipt_numbers="daily")
    content = f"id,{HEADING}\n7,A,2026-10-01 08:00,Latte,1\n7,A,2026-10-03 08:00,Latte,1\n"
    assert {one.id for one in receipts(found(tmp_path, content, daily))} == {"2026-10-01-7", "2026-10-03-7"}


@pytest.mark.parametrize(
    "rows",
    [
        "7,1,A,2026-10-01 08:00,Latte,1\n7,1,B,2026-10-01 08:00,Latte,1\n",
        ",-1,A,2026-10-01 08:00,Latte,-1\n,1,A,2026-10-01 08:00,Discount,-1\n",
        "8,1,A,2026-10-01 08:00,Discount,-1\n8,1,A,2026-10-01 08:00,Discount,-1\n",
    ],
)
def test_receipts_that_contradict_themselves_are_refused_whole(tmp_path, rows):
    made = found(tmp_path, f"id,quantity,{HEADING}\n{rows}")
    assert receipts(made) == []
    assert len(made.refused) == 2
