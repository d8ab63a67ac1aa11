"""`loyalty import`: past sales taken in give what the same sales over the API give, once, whoever sells meanwhile."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from loyalty.wire import Consents, Line
from tests import make
from tests.past.sheet import HEADING, Sold, cafe, put, written
from tests.running import Service, Shop, serving

NOON = make.at("12:00", 30)
BOTH = "recognise,remember"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("import"), NOON, shops=24, database=new_database()) as service:
        yield service


@pytest.fixture
def shop(running: Service) -> Shop:
    running.move(NOON)
    return running.open_shop()


def take_in(shop: Shop, path: Path, *more: str, code: int = 0) -> str:
    done = shop.service.command("import", str(path), "--shop", shop.id, *more)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def people(shop: Shop) -> dict[str, dict[str, Any]]:
    """Everybody of the business by their reference, as `GET /v1/customers/{id}` answers, less what chance made."""
    found: dict[str, dict[str, Any]] = {}
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    for (id,) in shop.service.rows("SELECT id FROM customers WHERE business = ?", business):
        known = shop.customer(id)
        [reference] = [one["value"] for one in known["identifiers"] if one["kind"] == "reference"]
        found[reference] = {name: known[name] for name in ("consents", "greeting", "points", "recognition")}
        found[reference]["visits"] = [(v["at"], v["total"], sorted(map(str, v["lines"]))) for v in known["visits"]]
        found[reference]["entries"] = [(e["points"], e["reason"], e["at"]) for e in known["entries"]]
    return found


def clean(shop: Shop) -> None:
    done = shop.service.command("verify")
    assert done.returncode == 0, done.stdout


def over_the_api(shop: Shop, rows: list[Sold], consents: Consents) -> None:
    """The same people enrolled and the same sales posted."""
    who = {name: make.Who(name, shop.id, name, "", "", "", "") for name in sorted({row.customer for row in rows})}
    for one in who.values():
        shop.enrol(one, "reference", consents=consents)
    sales = [
        shop.sale(
            Line(name=row.item, quantity="1", total=round(float(row.amount) * 100)),
            at=row.at.replace(tzinfo=make.ZONE).astimezone(UTC),
            who=who[row.customer],
            till=None,
        )
        for row in rows
    ]
    for start in range(0, len(sales), 500):
        shop.post(sales[start : start + 500])


@pytest.mark.slow
@pytest.mark.parametrize(("given", "consents"), [(BOTH, make.REMEMBERED), ("", Consents())])
def test_an_import_gives_what_the_same_sales_over_the_api_give(shop, tmp_path, given, consents):
    rows = list(dict.fromkeys(cafe(people=12)))
    said = take_in(shop, put(tmp_path, written(rows)), "--consents", given)
    other = shop.service.open_shop()
    over_the_api(other, rows, consents)
    mine, theirs = people(shop), people(other)
    for name in theirs:
        for part in theirs[name]:
            assert mine[name][part] == theirs[name][part], (name, part)
    assert mine == theirs
    assert shop.messages() == []  # no cue was raised
    assert ("nothing is learned" in said) == (given == "")
    clean(shop)


@pytest.mark.slow
def test_an_import_repeated_or_with_more_rows_changes_nothing_twice(shop, tmp_path):
    rows = cafe(people=8)
    half = put(tmp_path, written(rows[: len(rows) // 2]), "half.csv")
    whole = put(tmp_path, written(rows), "whole.csv")
    take_in(shop, half, "--consents", BOTH)
    take_in(shop, whole, "--consents", BOTH)
    first = people(shop)
    said = take_in(shop, whole, "--consents", BOTH)
    assert f"Taken in: 0 sales; {len(rows):,} were there already." in said
    assert people(shop) == first
    other = shop.service.open_shop()
    take_in(other, whole, "--consents", BOTH)
    assert people(other) == first
    clean(shop)


@pytest.mark.slow
def test_whoever_is_enrolled_with_that_reference_goes_on_with_the_consents_they_gave(shop, tmp_path):
    amina = shop.enrol(make.AMINA, "reference", consents=Consents(recognise=True), greeting="name")
    said = take_in(shop, put(tmp_path, f"{HEADING}\nAMINA,2026-10-01 08:00,Latte,3\n"), "--consents", BOTH)
    assert "0 new, 1 went on whom the shop knew already" in said
    known = shop.customer(amina)
    assert (known["points"], known["greeting"], known["consents"]["remember"]) == (1, "name", False)


@pytest.mark.slow
def test_a_telephone_number_in_the_file_is_that_number_wherever_it_is_shown(shop, tmp_path):
    """However it is written; whoever has it goes on, and of who is new no more than four digits are said aloud."""
    amina = shop.enrol(make.AMINA, "phone", consents=make.REMEMBERED)
    other = "+254 712-555-099"
    rows = [
        f"{who},2026-10-0{day} 08:00,Latte,3" for day, who in enumerate((make.AMINA.phone, other, "+254712555099"), 1)
    ]
    said = take_in(shop, put(tmp_path, "\n".join((HEADING, *rows, ""))), "--consents", BOTH)
    assert "Customers: 1 new, 2 went on whom the shop knew already." in said
    assert "--consents is about the new ones alone" in said
    assert shop.customer(amina)["points"] == 1
    shop.post(shop.sale(who=replace(make.AMINA, shop=shop.id, phone="+254 712 555 099"), by="phone"))
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    [(id,)] = shop.service.rows("SELECT id FROM customers WHERE business = ? AND id <> ?", business, amina.id)
    new = shop.customer(id)
    assert (new["name"], new["points"]) == ("…5099", 3)
    again = make.enrolment(replace(make.AMINA, phone="+254712555099"), "phone")
    assert shop.http("POST", "/v1/customers", shop.screen_key, again).status_code == 409
    for short in ("12", "+254 71"):
        wrong = make.enrolment(replace(make.AMINA, phone=short), "phone")
        assert "too short" in shop.refused(wrong, 422, "/v1/customers", shop.screen_key)["message"]
    clean(shop)


@pytest.mark.slow
def test_rejected_rows_stand_beside_the_file_with_their_reasons_and_the_others_are_taken(shop, tmp_path):
    path = put(
        tmp_path, f"{HEADING}\nA,2026-10-01 08:00,Latte,3\nA,never,Latte,3\nA,1999-10-01,Latte,3\nA,2031-10-01,Tea,3\n"
    )
    assert "3 rows were not taken" in take_in(shop, path)
    with (tmp_path / "sales.csv.rejected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line"] for row in rows] == ["3", "4", "5"]
    assert "expected a date and time" in rows[0]["reason"]
    assert "before 2000" in rows[1]["reason"]
    assert "more than a day ahead" in rows[2]["reason"]
    assert rows[0]["row"] == "A,never,Latte,3"
    path.write_text(f"{HEADING}\nA,2026-10-01 08:00,Latte,3\n")
    take_in(shop, path)
    assert not (tmp_path / "sales.csv.rejected.csv").exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_read_changes_nothing(shop, tmp_path):
    assert "no column customer" in take_in(shop, put(tmp_path, "A,2026-10-01,Latte\n"), code=1)
    assert "cannot be read" in take_in(shop, tmp_path / "nowhere.csv", code=1)
    assert people(shop) == {}


@pytest.mark.slow
def test_an_import_names_the_shops_there_are_and_the_consents_that_can_be(shop, tmp_path):
    path = put(tmp_path, written(cafe(people=1)))
    done = shop.service.command("import", str(path), "--shop", "nowhere")
    assert done.returncode == 2
    assert "there is no shop 'nowhere'" in done.stderr
    assert "there is no 'dance'" in take_in(shop, path, "--consents", "dance", code=2)


@pytest.mark.slow
def test_sales_of_this_very_minute_raise_no_cue_when_they_are_imported(shop, tmp_path):
    now = shop.service.now.astimezone(make.ZONE)
    take_in(shop, put(tmp_path, f"{HEADING}\nA,{now:%Y-%m-%d %H:%M},Latte,3\n"), "--consents", BOTH)
    assert shop.messages() == []
    assert people(shop)["A"]["points"] == 1


@pytest.mark.slow
def test_json_lines_flat_or_as_the_wire_has_them(shop, tmp_path):
    whole = {
        "id": "41", "at": "2026-10-01T05:00:00Z", "currency": "KES", "total": 500, "customer": {"reference": "B"},
        "lines": [{"name": "Latte", "quantity": "1", "total": 500, "modifiers": ["Oat milk"]}],
    }  # fmt: skip
    flat = {"customer": "A", "datetime": "2026-10-01 08:00", "item": "Tea", "amount": 2.5, "modifiers": ["Lemon"]}
    lines = [json.dumps(flat), json.dumps(whole), json.dumps(flat | {"item": None}), "{", json.dumps(whole | {"at": 7})]
    said = take_in(shop, put(tmp_path, "\n".join(lines), "sales.jsonl"), "--consents", BOTH)
    assert "Taken in: 2 sales" in said
    assert "3 rows were not taken" in said
    found = people(shop)
    assert {name: one["visits"][0][1] for name, one in found.items()} == {"A": 250, "B": 500}
    clean(shop)


@pytest.mark.slow
def test_tills_sell_on_while_an_import_runs_and_both_come_out_right(shop, tmp_path):
    """The service sums days and folds memories that the import is writing; neither loses or repeats anything."""
    rows = cafe(people=40)
    amina = shop.enrol(make.AMINA)
    path = put(tmp_path, written(rows))
    done = threading.Event()

    def import_() -> None:
        try:
            take_in(shop, path, "--consents", BOTH)
        finally:
            done.set()

    running = threading.Thread(target=import_)
    running.start()
    sold = 0
    while not done.is_set() or sold < 5:
        shop.post(shop.sale(who=make.AMINA, id=f"live-{sold}"))
        shop.checkin(shop.presence(make.AMINA))
        shop.service.pass_time(minutes=31)
        sold += 1
    running.join()
    assert shop.customer(amina)["points"] == sold
    assert len(people(shop)) == 41
    shop.checkin(shop.presence(make.AMINA))  # reads the figures of every day that the import wrote
    clean(shop)
