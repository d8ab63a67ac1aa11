"""The exports of known tills, found by their heading, and the columns of unknown ones, confirmed by the owner."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import Unfit
from loyalty.wire import Transaction
from pos_adapters.base import Unreadable
from pos_adapters.files import ADAPTER, presets
from pos_adapters.files.options import COLUMNS, HEADINGS
from pos_adapters.files.presets import guess, zone_of
from pos_adapters.runner import main
from pos_adapters.settling import settled
from tests.adapters.test_files import Till

FOLDER = Path(pos_adapters.__file__).parent / "files"
FIXTURES = FOLDER / "fixtures"
LOYVERSE = "loyverse_receipts_by_item_semicolon_comma.csv"
UNKNOWN = FIXTURES / "unknown_till_cp1252.csv"


def sheet(name):
    """A fixture's rows, each by its headings."""
    text = (FIXTURES / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def parsed(rows, **given):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    at_home = {"currency": "USD", "timezone": "Europe/London", "date_order": "dmy"}
    chosen = settled(ADAPTER, {"shop": "quay", "path": "x", **at_home, **given})
    return ADAPTER.parse(text.getvalue().encode(), chosen)


def sales(rows, **given) -> list[Any]:
    found = [event for event in parsed(rows, **given) if isinstance(event, Transaction)]
    assert all(map(sums_up, found))
    return found


def wrong(events):
    return [event.error.message for event in events if isinstance(event, Unreadable)]


# -- known exports ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["square_items.csv", "shopify_orders_export.csv", "toast_item_selection_details.csv", LOYVERSE]
)
def test_columns_may_stand_in_any_order_and_others_between_them(name):
    rows = sheet(name)
    turned = [{"New column": "x", **dict(reversed(row.items())), "Another": ""} for row in rows]
    assert sales(rows, decimal=",") == sales(turned, decimal=",")
    assert len(sales(rows, decimal=",")) >= 1


def test_an_older_square_export_has_fewer_columns():
    kept = (
        *("Date", "Time", "Time Zone", "Category", "Item", "Qty", "Price Point Name", "SKU", "Modifiers Applied"),
        *("Gross Sales", "Discounts", "Net Sales", "Tax", "Transaction ID", "Payment ID", "Device Name", "Notes"),
        *("Details", "Event Type", "Location", "Dining Option"),
    )
    rows = [{name: row[name] for name in kept} for row in sheet("square_items.csv")]
    found = sales(rows)
    assert [(one.id, one.total, one.customer, one.tenders) for one in found] == [
        *(("ORDKESTREL1", 1506, None, ()), ("ORDKESTREL2", 324, None, ()), ("PAYKESTREL1R", 414, None, ())),
    ]


@pytest.mark.parametrize(
    ("money", "total"), [("$8.00", 800), ("$1,008.00", 100800), ("8.00", 800), ("£8.00", 800), ("8,00 €", 800)]
)
def test_money_of_a_square_export(money, total):
    row = sheet("square_items.csv")[2] | {"Net Sales": money, "Tax": "$0.00"}
    assert [one.total for one in sales([row])] == [total]


@pytest.mark.parametrize(("money", "back"), [("-$3.83", 383), ("($3.83)", 383), ("$3.83", 383)])
def test_a_refund_of_a_square_export_is_its_own_and_names_its_sale(money, back):
    first, *_, refund = sheet("square_items.csv")
    (one,) = sales([refund | {"Net Sales": money, "Qty": "-1.0"}])
    assert (one.id, one.refund_of.id, one.lines[0].total, one.total) == ("PAYKESTREL1R", "ORDKESTREL1", back, back + 31)
    (one,) = sales([first | {"Event Type": "Refund"}])
    assert one.refund_of.id == "ORDKESTREL1"


def test_a_time_zone_is_the_rows_own():
    row = sheet("square_items.csv")[2]
    hours = {"Pacific Time (US & Canada)": 15, "London": 7, "Africa/Nairobi": 5, "": 7}
    for zone, hour in hours.items():
        assert [one.at.hour for one in sales([row | {"Time Zone": zone}])] == [hour]
    assert wrong(parsed([row | {"Time Zone": "Middle Earth"}])) == [
        "there is no time zone 'Middle Earth'; expected one such as Africa/Nairobi"
    ]


def test_every_zone_that_is_known_by_another_name_exists():
    names = tomllib.loads((FOLDER / "zones.toml").read_text(encoding="utf-8"))
    assert len(names) > 140
    assert all(isinstance(zone_of(name), ZoneInfo) for name in names)
    with pytest.raises(Unfit):
        zone_of("../etc/passwd")


def test_tax_of_a_loyverse_export_is_within_unless_the_owner_says_otherwise():
    rows = sheet(LOYVERSE)[:2]
    (within,) = sales(rows, decimal=",")
    (on_top,) = sales(rows, decimal=",", tax="on top")
    assert [(one.total, one.tax, one.tax_included) for one in (within, on_top)] == [
        (1080, 180, True),
        (1260, 180, False),
    ]


def test_a_loyverse_refund_does_not_say_of_which_sale_and_is_told_to_the_owner():
    rows = sheet(LOYVERSE)[2:3]
    assert wrong(parsed(rows, decimal=",")) == ["something is given back, and this export does not say of which sale"]


def test_dates_of_a_loyverse_export_follow_the_account():
    row = sheet(LOYVERSE)[0]
    (asked,) = parsed([row], decimal=",", date_order="")
    assert isinstance(asked, Unreadable)
    assert (asked.error.code, asked.error.at) == ("setting", "line 2: date_order")
    assert [one.at.month for one in sales([row | {"Date": "2026-10-05 08:14"}], decimal=",", date_order="")] == [10]


def test_an_order_of_shopify_that_says_its_currency_once_is_read_also_where_its_rows_come_one_by_one(tmp_path):
    head, first, second = (FIXTURES / "shopify_orders_export.csv").read_bytes().splitlines(keepends=True)
    till = Till(tmp_path)
    till.start(currency="")
    till.write(head + first)
    (one,) = till.wait()
    till.write(second)
    (whole,) = till.wait()
    assert [(sale.id, sale.currency, len(sale.lines)) for sale in (one, whole)] == [
        ("1041", "USD", 1),
        ("1041", "USD", 2),
    ]
    assert whole.revision > one.revision
    till.box.close()


def test_a_row_of_shopify_without_its_first_row_waits_for_a_currency(tmp_path):
    head, _, second = (FIXTURES / "shopify_orders_export.csv").read_bytes().splitlines(keepends=True)
    till = Till(tmp_path)
    till.start(currency="")
    till.write(head + second)
    assert till.wait(40) == []
    assert "set currency" in (till.folder / "sales.csv.rejected.csv").read_text()
    till.box.close()


@pytest.mark.parametrize(
    ("change", "state"),
    [
        *(({"Financial Status": "paid"}, "paid"), ({"Financial Status": "pending"}, "open")),
        *(({"Financial Status": "voided"}, "voided"), ({"Cancelled at": "2026-10-05 09:00:00 -0400"}, "voided")),
        ({"Financial Status": "refunded", "Refunded Amount": "17.06"}, "paid"),
    ],
)
def test_the_state_of_a_shopify_order(change, state):
    first, second = sheet("shopify_orders_export.csv")
    (one,) = sales([first | change, second])
    assert (one.state, len(one.lines)) == (state, 2)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (0, 111, False, 200, 0, 414)),
        ({"Total": "15.06", "Refunded Amount": "0.00"}, (0, 111, False, 0, 0, 0)),
        ({"Total": "13.95"}, (0, 111, True, 0, 0, 414)),
        ({"Shipping": "3.00", "Total": "20.06"}, (0, 111, False, 200, 300, 414)),
        ({"Subtotal": "12.95", "Total": "14.06"}, (100, 111, False, 0, 0, 414)),
    ],
)
def test_a_shopify_order_sums_up_as_far_as_it_says(change, expected):
    first, second = sheet("shopify_orders_export.csv")
    (one,) = sales([first | change, second])
    back = sum(refund.amount for refund in one.refunds)
    assert (one.order_discount, one.tax, one.tax_included, one.tip, one.service_charge, back) == expected


@pytest.mark.parametrize(
    ("method", "kinds"),
    [("Cash", ["cash"]), ("Shopify Payments", ["card"]), ("Cash + Shopify Payments", []), ("Barter", [])],
)
def test_how_a_shopify_order_was_paid_where_it_was_one_way(method, kinds):
    first, second = sheet("shopify_orders_export.csv")
    (one,) = sales([first | {"Payment Method": method}, second])
    assert [(tender.kind, tender.amount) for tender in one.tenders] == [(kind, 1706) for kind in kinds]


def test_a_toast_check_leaves_out_what_was_voided_and_is_void_if_all_was():
    row = sheet("toast_item_selection_details.csv")[0]
    voided = row | {"Void?": "true", "Menu Item": "Bagel"}
    (some,) = sales([row, voided], date_order="")
    (all_,) = sales([voided], date_order="")
    assert [(one.state, [line.name for line in one.lines]) for one in (some, all_)] == [
        *(("paid", ["Large Latte"]), ("voided", ["Bagel"])),
    ]


def test_the_tax_of_a_toast_check_is_where_it_says():
    row = sheet("toast_item_selection_details.csv")[0]
    (on_top,) = sales([row])
    (within,) = sales([row | {"Tax Inclusion Option": "Tax Included"}])
    assert [(one.total, one.tax_included) for one in (on_top, within)] == [(680, False), (630, True)]


# -- unknown tills ----------------------------------------------------------------------------------------------------
def test_no_synonym_means_two_things_and_none_is_a_heading_of_another_column():
    named = tomllib.loads((FOLDER / "synonyms.toml").read_text(encoding="utf-8"))
    assert set(named) <= set(COLUMNS)
    seen: dict[str, str] = {}
    for name, words in named.items():
        for word in words:
            assert seen.setdefault(presets._bare(word), name) == name, word
            assert guess(word.upper()) == name
    for name, headings in HEADINGS.items():
        assert [word for word in headings if guess(word) not in ("", name)] == []


@pytest.mark.parametrize(
    ("heading", "setting"),
    [
        *(("Datum,item,amount", "at"), ("date,Artikel,amount", "item"), ("date,item,Betrag", "amount")),
        *(("date,item,amount,Bon-Nr", "id"), ("date,item,amount,Menge", "quantity")),
        *(("date,item,amount,Kundennr.", "customer"), ("date,Uhrzeit,item,amount", "time")),
    ],
)
def test_a_column_that_is_only_guessed_is_asked_about_and_nothing_is_read(heading, setting):
    guessed = next(cell for cell in heading.split(",") if guess(cell) == setting)
    cells = {"date": "2026-10-05", "datum": "2026-10-05", "uhrzeit": "08:00", "item": "Latte", "artikel": "Latte"}
    row = {cell: cells.get(cell.casefold(), "1") for cell in heading.split(",")}
    (asked,) = parsed([row])
    assert isinstance(asked, Unreadable)
    assert (asked.error.code, asked.error.at) == ("setting", f"line 1: column_{setting}")
    assert repr(guessed) in asked.error.message
    assert "pos-adapter columns" in asked.error.message
    assert len(sales([row], **{f"column_{setting}": guessed})) == 1


def test_a_guess_that_is_wrong_is_taken_back_with_a_dash():
    row = {"date": "2026-10-05", "item": "Latte", "amount": "4.50", "Kunde": "walk-in"}
    assert wrong(parsed([row]))
    (one,) = sales([row], column_customer="-")
    assert one.customer is None


def test_a_column_of_taxes_needs_to_know_where_they_are():
    row = {"date": "2026-10-05", "item": "Latte", "amount": "4.50", "VAT": "0.50"}
    (untaxed,) = sales([row])
    assert untaxed.tax == 0
    (asked,) = parsed([row], column_tax="VAT")
    assert isinstance(asked, Unreadable)
    assert asked.error.at == "line 1: tax"
    found = [sales([row], column_tax="VAT", tax=where)[0] for where in ("on top", "within")]
    assert [(one.total, one.tax_included) for one in found] == [(500, False), (450, True)]


def test_a_file_that_waits_for_its_columns_is_read_once_they_are_set(tmp_path):
    till = Till(tmp_path)
    till.write(UNKNOWN.read_bytes())
    assert till.wait(100) == []
    assert "pos-adapter columns" in (till.folder / "sales.csv.rejected.csv").read_text()
    till.start(**confirmed(UNKNOWN))
    assert [sale.id for sale in till.wait()] == ["1041", "1043-refund-20261005T082502Z"]
    till.box.close()


def confirmed(path, *pairs):
    """The settings that the command says are to be copied."""
    told = invoke(path, *pairs).partition("CONFIG.toml")[2].partition("\n")[2]
    return tomllib.loads("\n".join(line for line in told.splitlines() if " = " in line))


def invoke(path, *pairs):
    answered = CliRunner().invoke(main, ["columns", str(path), *(word for pair in pairs for word in ("--set", pair))])
    assert answered.exit_code == 0, answered.output
    return answered.output


def test_the_command_shows_what_it_takes_for_what_and_what_to_copy():
    told = invoke(UNKNOWN)
    assert "Bon-Nr       id?             1041" in told
    assert "Einzelpreis  -               5,20" in told
    assert "1 Milchkaffee (groß, Hafermilch, Extra-Shot) 4.68 + 2 Mandelcroissant 6.12 = 10.80 EUR" in told
    given = confirmed(UNKNOWN)
    assert (given["column_id"], given["column_customer"], given["tax"]) == ("Bon-Nr", "Kundennr", "within")
    assert {"timezone", "currency"} <= given.keys()
    pairs = [f"{name}={value}" for name, value in given.items()]
    assert "Nothing is missing." in invoke(UNKNOWN, *pairs)


def test_the_command_knows_the_known_exports_and_asks_only_for_what_they_do_not_say():
    assert set(confirmed(FIXTURES / "square_items.csv")) == {"currency"}
    assert "Square: items" in invoke(FIXTURES / "square_items.csv")
    assert "Nothing is missing." in invoke(FIXTURES / "shopify_orders_export.csv")
    assert set(confirmed(FIXTURES / "toast_item_selection_details.csv")) == {"currency", "timezone"}
    loyverse = FIXTURES / LOYVERSE
    assert set(confirmed(loyverse, "currency=GBP")) == {"date_order", "timezone"}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfed\x00", "UTF-8"),
        (b"one,two\n1,2\n", "no column 'datetime'"),
        (b'{"id": "1"}\n', "JSON lines"),
        (b"date,item,amount\n\x1b[31m,Latte,4\n", "cannot be read"),
        (b"date,item,amount\n2026-10-05,\x1b[31mLatte,4.50\n", "1 ?[31mLatte 4.50"),
    ],
)
def test_the_command_says_in_words_what_it_cannot_show(tmp_path, raw, words):
    path = tmp_path / "sales.csv"
    path.write_bytes(raw)
    answered = CliRunner().invoke(main, ["columns", str(path)])
    assert words in answered.output
    assert "\x1b" not in answered.output
    assert "Traceback" not in answered.output


def test_the_command_answers_mistakes_in_words(tmp_path):
    for arguments, words in [
        ([str(tmp_path / "none.csv")], "cannot be read"),
        ([str(UNKNOWN), "--set", "colour=red"], "files has no setting colour"),
        ([str(UNKNOWN), "--set", "column_id=Nummer"], "no column 'Nummer'"),
        ([str(UNKNOWN), "--set", "currency"], "--set expects NAME=VALUE"),
    ]:
        answered = CliRunner().invoke(main, ["columns", *arguments])
        assert (answered.exit_code, words in answered.output) == (1, True), answered.output


def test_what_was_remembered_before_is_still_understood(tmp_path):
    """A receipt whose first row was read by a version that knew less of a row."""
    till = Till(tmp_path)
    till.write("id,datetime,item,amount\n1,2026-10-05 08:00,Latte,4.50\n")
    till.wait()
    place = f"receipts|quay|files|{till.folder.absolute()}"
    kept = till.box.mark(place, "1")
    assert kept is not None
    old = (
        b'{"rows":[{"reading":"' + kept.split(b'"reading":"')[1].split(b'"')[0] + b'","kind":"sale",'
        b'"at":"2026-10-05T08:00:00Z","name":"Latte","amount":450,"currency":"EUR","quantity":"1","variation":null,'
        b'"modifiers":[],"till":null,"reference":null}],"revision":1,"digest":"x"}'
    )
    till.box.put(marks={(place, "1"): old})
    till.write("1,2026-10-05 08:00,Bagel,3.00\n")
    (sale,) = till.wait()
    assert ([line.name for line in sale.lines], sale.revision) == (["Latte", "Bagel"], 2)
    till.box.close()
