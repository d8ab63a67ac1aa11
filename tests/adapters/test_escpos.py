"""Receipts, read off the bytes of a printer's jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.wire import Transaction
from pos_adapters.base import Ignored, Unreadable
from pos_adapters.escpos import ADAPTER
from pos_adapters.escpos.commands import LINE_BYTES_MAX, LINES_MAX, Scanner
from pos_adapters.escpos.sale import read
from pos_adapters.settling import settled

FIXTURES = Path(pos_adapters.__file__).parent / "escpos" / "fixtures"
SALE = (FIXTURES / "receipt_sale.escpos.bin").read_bytes()
CUT = b"\x1dV\x00"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)


def settings(**given):
    at_home = {"currency": "USD", "timezone": "America/New_York", "date_order": "dmy", "printer": "127.0.0.1"}
    return settled(ADAPTER, {"shop": "harbour", **at_home, **given})


def receipt(number="1041", *lines, at="05/10/2026 08:14:46", total="5.25", cut=CUT):
    body = "\n".join([f"Order #{number}", at, *(lines or ("1 Latte           5.25",)), f"TOTAL        {total}", ""])
    return body.encode("cp437") + cut


def parsed(raw, **given) -> Any:
    """The one event of this job."""
    (event,) = ADAPTER.parse(raw, settings(**given))
    return event


def one(*lines, total="5.25", **given):
    return parsed(receipt("1041", *lines, total=total), **given)


def live(printed, now, **given) -> Any:
    (event,) = read(printed, settings(**given), now)
    return event


# -- reading ----------------------------------------------------------------------------------------------------------
@given(cuts=st.lists(st.integers(0, 4_000), max_size=20))
def test_it_does_not_matter_in_which_pieces_the_bytes_come(cuts):
    raw = b"".join(
        (FIXTURES / name).read_bytes() for name in ("german_cash_with_change.bin", "receipt_sale.escpos.bin")
    )
    whole, pieces = Scanner(), Scanner()
    marks = sorted({0, len(raw), *(cut % len(raw) for cut in cuts)})
    found = [printed for start, end in pairwise(marks) for printed in pieces.feed(raw[start:end])]
    expected = [*whole.feed(raw), *whole.end()]
    assert [printed.lines for printed in [*found, *pieces.end()]] == [printed.lines for printed in expected]


@pytest.mark.parametrize(
    "command",
    [
        *(b"\x1bE\x01", b"\x1b!\x30", b"\x1bM\x01", b"\x1b{\x01", b"\x1ba\x02", b"\x1b3\x20", b"\x1b2", b"\x1bc5\x01"),
        *(b"\x1bD\x08\x10\x00", b"\x1d!\x11", b"\x1dB\x01", b"\x1dh\x50", b"\x1dw\x02", b"\x1dH\x02", b"\x1dL\x10\x00"),
        *(b"\x1dk\x041041\x00", b"\x1dkI\x06{B1041", b"\x1d(k\x04\x001A2\x00", b"\x1d(L\x06\x000E012\x01"),
        *(b"\x1d8L\x04\x00\x00\x000p0\x1d", b"\x1b*\x21\x02\x00\x1dV\x00\x1dV\x00"),
        b"\x1dv0\x00\x02\x00\x03\x00\x1dV\x00\x1bp\x00",
        *(b"\x1c.", b"\x1c&", b"\x10\x04\x01", b"\x10\x14\x02\x01\x08", b"\x18"),
    ],
)  # fmt: skip
def test_a_command_leaves_no_trace_in_the_text(command):
    scanner = Scanner()
    (printed,) = scanner.feed(b"Latte" + command + b" large\n" + CUT)
    assert printed.lines[0] == "Latte large"
    assert not scanner.end()


@pytest.mark.parametrize(
    "cut", [b"\x1dV\x00", b"\x1dV\x01", b"\x1dV1", b"\x1dVA\x03", b"\x1dVB\x10", b"\x1bi", b"\x1bm"]
)
def test_every_cut_ends_a_receipt(cut):
    assert [printed.lines for printed in Scanner().feed(b"a\n" + cut + b"b\n" + cut + cut)] == [("a", ""), ("b", "")]


@pytest.mark.parametrize(
    ("page", "encoding"), [(0, "cp437"), (2, "cp850"), (16, "cp1252"), (19, "cp858"), (46, "cp1251"), (15, "iso8859_7")]
)
def test_text_is_in_the_code_page_that_was_chosen(page, encoding):
    text = {"cp1251": "Итого", "iso8859_7": "Σύνολο"}.get(encoding, "Rückgeld à bientôt")
    raw = b"\x1b@\x1bt" + bytes([page]) + text.encode(encoding) + b"\n" + CUT
    assert Scanner().feed(raw)[0].lines[0] == text
    assert Scanner("utf-8").feed(f"\x1bt\x00{text} 合計\n".encode() + CUT)[0].lines[0] == f"{text} 合計"


def test_a_receipt_is_bounded_and_so_is_what_is_kept_of_a_picture():
    event = parsed(b"a\n" * (LINES_MAX + 1) + receipt())
    assert isinstance(event, Unreadable)
    assert event.error.code == "too-large"
    scanner = Scanner()
    scanner.feed(b"\x1dv0\x00\xff\x00\xff\xff" + b"\x00" * 1_000_000)
    assert len(scanner._raw) == 0
    scanner.end()
    scanner.feed(b"x" * 10_000_000)
    assert len(scanner._line) <= LINE_BYTES_MAX
    (printed,) = Scanner().feed(b"\x1d8L\xff\xff\xff\xff" + receipt())
    assert printed.lines[0] == "Order #1041", "nobody prints four gigabytes"


def test_the_width_of_the_paper_does_not_matter():
    narrow, wide = (one("1 Latte" + " " * gap + "5.25", " " * gap + "Oat milk") for gap in (4, 200))
    assert narrow == wide


@pytest.mark.parametrize(
    ("line", "id"),
    [
        *(
            ("Order #1041", "1041"),
            ("Receipt No: 2-1041", "2-1041"),
            ("Bon-Nr. 771", "771"),
            ("FACTURE N° F2041", "F2041"),
        ),
        *(("Ticket: 88", "88"), ("Belegnr 12", "12"), ("Invoice INV-2026/7", "INV-2026/7"), ("Risiti Na. 5", "")),
        *(
            ("إيصال رقم 55", "55"),
            ("レシート No.0311", "0311"),
            ("Check 4", "4"),
            ("Table 4", ""),
            ("Tel. 555 1041", ""),
        ),
    ],
)
def test_the_number_of_a_receipt(line, id):
    raw = receipt().replace(b"Order #1041", line.encode())
    event = parsed(raw, encoding="utf-8", receipt_numbers="unique")
    assert (event.id if isinstance(event, Transaction) else "") == id


def test_a_receipts_number_counts_before_an_orders_and_the_owners_word_before_both():
    lines = ("Receipt 9001", "Vorgang 77", "1 Latte   5.25")
    assert one(*lines, receipt_numbers="unique").id == "9001"
    assert one(*lines, receipt_numbers="unique", number_word="Vorgang").id == "77"


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        *(("05/10/2026 08:14:46", "2026-10-05T12:14:46"), ("05.10.26 20.14", "2026-10-06T00:14")),
        *(("2026-10-05 8:14 PM", "2026-10-06T00:14"), ("Mon 5 Oct 2026 08:14", "2026-10-05T12:14")),
        *(("Oct 5, 2026  8:14 am", "2026-10-05T12:14"), ("5. Oktober 2026, 08:14", "2026-10-05T12:14")),
        *(("05/10/2026\nTill 2  08:14", "2026-10-05T12:14"), ("08:14 05/10/2026", "2026-10-05T12:14")),
        *(("5 octobre 2026 08h14", "2026-10-05T12:14"), ("5 Oktoba 2026 08:14", "2026-10-05T12:14")),
        ("05/10/2026", "2026-10-05T04:00"),
    ],
)  # fmt: skip
def test_dates_and_times(at, utc):
    event = parsed(receipt(at=at))
    assert event.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "sold"),
    [
        (["Latte       5.25"], [("Latte", "1", 525, ())]),
        (["2 Latte       5.25"], [("Latte", "2", 525, ())]),
        (["2x Latte       5.25"], [("Latte", "2", 525, ())]),
        (["Latte    2     5.25"], [("Latte", "2", 525, ())]),
        (["Latte    2   2.62   5.25 T"], [("Latte", "2", 525, ())]),
        (["Latte 3 x 1.75   5.25"], [("Latte", "3", 525, ())]),
        (["Latte", "  3 x 1.75    5.25"], [("Latte", "3", 525, ())]),
        (["Latte", "  3 @ 1.75"], [("Latte", "3", 525, ())]),
        (["Latte      5.25", "  3 x 1.75"], [("Latte", "3", 525, ())]),
        (["1 A latte with a", "very long name     5.25"], [("A latte with a very long name", "1", 525, ())]),
        (["1 Latte   5.00", "  + Oat milk   0.25", "  No sugar"], [("Latte", "1", 525, ("Oat milk", "No sugar"))]),
        (["1 Latte   5.25", "- Oat milk", "  1 Extra shot  0.75"], [("Latte", "1", 525, ("Oat milk", "Extra shot"))]),
        (["1 Latte   6.00", "   Happy hour  -0.75"], [("Latte", "1", 525, ())]),
        (["1 Latte   2.25", "1 Bagel  $3.00"], [("Latte", "1", 225, ()), ("Bagel", "1", 300, ())]),
    ],
)  # fmt: skip
def test_what_was_sold(lines, sold):
    event = one(*lines)
    assert sums_up(event)
    assert [(line.name, line.quantity, line.total, line.modifiers) for line in event.lines] == sold


@pytest.mark.parametrize(
    ("lines", "total", "expected"),
    [
        (["1 Latte 5.25", "Tax 8% 0.42"], "5.67", (0, 42, False, 0, 0)),
        (["1 Latte 5.25", "VAT 20% 0.88"], "5.25", (0, 88, True, 0, 0)),
        (["1 Latte 5.25", "Subtotal 5.25", "10% loyalty -0.53", "Gratuity 1.00"], "5.72", (53, 0, False, 100, 0)),
        (["1 Latte 5.25", "Rabatt 0,25", "Bedienung 0,50"], "5,50", (25, 0, False, 0, 50)),
        (["1 Latte 5.25", "You saved 1.00"], "5.25", (0, 0, False, 0, 0)),
        (["1 Latte 5.25", "Rounding 0.03"], "5.28", (0, 0, False, 0, 3)),
    ],
)
def test_what_each_amount_was(lines, total, expected):
    event = one(*lines, total=total)
    assert sums_up(event)
    assert (event.order_discount, event.tax, event.tax_included, event.tip, event.service_charge) == expected


@pytest.mark.parametrize(
    ("below", "tenders"),
    [
        (["Cash 10.00", "Change 4.75"], [("cash", 525, None)]),
        (["VISA ****4417"], [("card", 525, "4417")]),
        (["VISA ****4417", "Card 5.25", "Auth 001122"], [("card", 525, "4417")]),
        (["Cash 2.00", "Mastercard XXXXXXXXXXXX0042 3.25"], [("cash", 200, None), ("card", 325, "0042")]),
        (["Cash 2.00", "VISA ****4417"], [("cash", 200, None), ("card", 325, "4417")]),
        (["M-PESA 5.25"], [("mobile", 525, None)]),
        (["Thank you"], []),
    ],
)
def test_how_it_was_paid(below, tenders):
    raw = receipt(cut=("\n".join([*below, ""])).encode() + CUT)
    event = parsed(raw)
    assert [(tender.kind, tender.amount, tender.last4) for tender in event.tenders] == tenders


def test_the_drawer_hints_at_cash_only_where_nothing_else_is_said():
    kick = b"\x1bp\x00\x19\xfa"
    for raw in (kick + receipt(), receipt(cut=kick + CUT), receipt() + kick, receipt() + b"\x10\x14\x01\x00\x01"):
        event = parsed(raw)
        assert [tender.kind for tender in event.tenders] == ["cash"]
    event = parsed(receipt(cut=b"VISA ****4417\n" + CUT) + kick)
    assert [tender.kind for tender in event.tenders] == ["card"]


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        *(("Member: M-000412", "M-000412"), ("Loyalty card no. 4417", None), ("Customer: Mara Okafor", None)),
        *(("Kundennr. K17", "K17"), ("Client : 000412", "000412"), ("Mteja: A-7", "A-7"), ("Customer ID 12", "12")),
    ],
)
def test_who_it_was_is_a_number_and_never_a_name(line, reference):
    event = parsed(receipt(cut=line.encode() + b"\n" + CUT))
    assert (event.customer.reference if event.customer else None) == reference


def test_the_same_number_on_another_day_is_another_sale_and_a_copy_the_same():
    first, again, copy, next_day = (
        parsed(raw) for raw in (receipt(), receipt(), b"*** COPY ***\n" + receipt(), receipt(at="06/10/2026 08:14"))
    )
    assert (first, first.id) == (again, copy.id)
    assert copy.revision < first.revision
    assert next_day.id != first.id


def test_a_receipt_that_is_read_as_it_is_printed_is_live_and_its_date_needs_no_setting():
    (printed,) = Scanner().feed(receipt(at="05/10/2026 08:14:46"))
    event = live(printed, NOW, date_order="")
    assert (event.at, event.age_s) == (datetime(2026, 10, 5, 12, 14, 46, tzinfo=UTC), 0.0)
    assert live(printed, NOW + timedelta(days=2)).age_s is None, "a receipt of another day, printed again"
    unsure = live(printed, NOW + timedelta(days=60), date_order="")
    assert (unsure.error.code, unsure.error.at) == ("setting", "date_order")
    (undated,) = Scanner().feed(receipt(at=""))
    assert live(undated, NOW).at == NOW
    (copy,) = Scanner().feed(b"REPRINT\n" + receipt())
    assert live(copy, NOW).age_s is None


@given(lines=st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=12))
def test_reading_never_raises(lines):
    raw = "\n".join(["Order #1", "05/10/2026 08:14", *lines, "TOTAL   5.25", ""]).encode() + CUT
    for event in ADAPTER.parse(raw, settings(encoding="utf-8")):
        assert isinstance(event, Transaction | Unreadable | Ignored)
