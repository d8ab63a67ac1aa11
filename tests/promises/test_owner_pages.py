"""What the owner's page is told: expected by habit, late by rhythm, why a sale did nothing, and what may be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loyalty.reports import why
from loyalty.web.pages import ASIDE_DIGITS_MAX
from loyalty.wire import Consents
from tests import make
from tests.promises.guests import crowd, guest
from tests.running import Enrolled, Shop, wait_until

pytestmark = pytest.mark.slow
LATE_DAYS = 12


def comes(shop: Shop, known: Enrolled, days: Any, clock: str = "08:12") -> None:
    shop.post([shop.sale(who=known.who, at=make.at(clock, day)) for day in days])


def today(shop: Shop, query: str = "") -> Any:
    return shop.owner("GET", f"/v1/today{query}")


def test_who_comes_every_day_is_expected_at_their_hour_and_ticked_when_they_came(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    comes(shop, amina, range(30))
    comes(shop, ben, range(30), "17:40")
    told = today(shop)
    assert (told["expected_count"], told["arrived_count"]) == (2, 0)
    assert [(row["name"], row["opens"], row["shuts"], row["arrived"]) for row in told["expected"]] == [
        ("Amina", 8 * 60 + 12, 8 * 60 + 12, None),
        ("Ben", 17 * 60 + 40, 17 * 60 + 40, None),
    ]
    comes(shop, amina, [30], "09:30")
    told = today(shop)
    assert told["arrived_count"] == 1
    assert told["expected"][0]["arrived"] == 9 * 60 + 30


def test_who_comes_on_one_weekday_is_expected_on_that_one(shop: Shop) -> None:
    """NOON of the tests is a Wednesday; the others keep the shop open."""
    crowd_of = crowd(shop, 2)
    for known in crowd_of:
        comes(shop, known, range(30), "10:00")
    wednesdays = shop.enrol()
    comes(shop, wednesdays, [day for day in range(-40, 30) if (day - 30) % 7 == 0 or (day - 29) % 7 == 0])
    assert "Amina" in [row["name"] for row in today(shop)["expected"]]
    shop.service.pass_time(days=2)
    assert "Amina" not in [row["name"] for row in today(shop)["expected"]]


def test_late_is_by_their_own_rhythm_and_with_its_marks(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    comes(shop, ben, range(30))
    comes(shop, amina, range(30 - LATE_DAYS))
    told = today(shop)
    assert told["overdue_count"] == 1
    [row] = told["overdue"]
    assert (row["name"], row["away"], min(row["marks"])) == ("Amina", LATE_DAYS + 1, LATE_DAYS + 1)


def test_becoming_is_told_with_its_pace_and_whether_it_is_new(shop: Shop) -> None:
    ben = shop.enrol(make.BEN)
    comes(shop, ben, [24, 26, 29])
    told = today(shop)
    [row] = told["becoming"]
    assert (row["name"], row["visits"], row["within"], row["fresh"]) == ("Ben", 3, 7, True)
    assert told["counts"] == {"regulars": 0, "becoming": 1, "resting": 0, "people": 1, "sales": True}


def test_a_reward_that_waits_is_due_until_they_have_come(shop: Shop) -> None:
    amina = shop.enrol()
    comes(shop, amina, range(30))
    assert today(shop)["due"] == ["Amina"]
    comes(shop, amina, [30])
    assert today(shop)["due"] == []


def test_a_new_shop_has_nobody_and_says_so(shop: Shop) -> None:
    told = today(shop)
    assert told["counts"] == {"regulars": 0, "becoming": 0, "resting": 0, "people": 0, "sales": False}
    assert (told["expected"], told["overdue"], told["becoming"], told["due"]) == ([], [], [], [])


def test_stages_are_counted_as_they_are_listed(shop: Shop) -> None:
    people = crowd(shop, 5)
    comes(shop, people[0], range(30))
    comes(shop, people[1], range(-200, -160))
    comes(shop, people[2], [24, 26, 29])
    comes(shop, people[3], [3])
    listed = {
        stage: [row["name"] for row in shop.owner("GET", f"/v1/customers?stage={stage}")["people"]]
        for stage in ("regular", "resting", "becoming", "known", "new")
    }
    assert listed == {
        stage: [people[place].who.name]
        for place, stage in enumerate(("regular", "resting", "becoming", "known", "new"))
    }
    counts = today(shop)["counts"]
    assert (counts["regulars"], counts["resting"], counts["becoming"], counts["people"]) == (1, 1, 1, 5)
    for row in shop.owner("GET", "/v1/customers")["people"]:
        assert len(row["weeks"]) == 12


def test_somebody_found_by_number_is_found_however_long_ago_they_came(shop: Shop) -> None:
    known = crowd(shop, 3)
    short = known[2].who.phone.removeprefix("+254")
    for number in (short, f"0{short}", f"%2B254{short}", known[2].card):
        [row] = shop.owner("GET", f"/v1/customers?query={number}")["people"]
        assert row["name"] == known[2].who.name


def test_columns_that_an_older_version_left_out_are_filled_in(shop: Shop) -> None:
    service = shop.service
    amina = shop.enrol()
    comes(shop, amina, range(30))
    before = service.rows("SELECT * FROM states WHERE customer = ?", amina.id)
    session = service.place.open()
    with session.transaction():
        session.run(
            "UPDATE states SET business = NULL, shop = NULL, last_at = NULL, regular_until = NULL,"
            " becoming_until = NULL WHERE customer = ?",
            (amina.id,),
        )
    session.close()
    service.restart()
    wait_until(lambda: service.rows("SELECT * FROM states WHERE customer = ?", amina.id) == before)


# -- why ----------------------------------------------------------------------------------------------------------
def traced(shop: Shop, number: str) -> Any:
    [sale] = shop.owner("GET", f"/v1/sales?query={number}")["sales"]
    return sale


def codes(sale: Any) -> list[tuple[str, str]]:
    return [(station["verdict"], station["code"]) for station in sale["stations"]]


def test_a_sale_that_did_nothing_says_at_which_station_it_stopped(shop: Shop) -> None:
    shop.post(shop.sale(id="1041"))
    sale = traced(shop, "1041")
    assert sale["person"] is None
    assert codes(sale) == [
        ("done", "received-till"),
        ("done", "understood"),
        ("failed", "note-no-evidence"),
        ("skipped", "nobody"),
        ("skipped", "possible"),
        ("skipped", "no-cue"),
    ]
    assert [sale["id"] for sale in shop.owner("GET", "/v1/sales")["sales"]] == ["1041"]


def test_a_sale_that_did_something_says_what(shop: Shop) -> None:
    amina = shop.enrol()
    shop.post(shop.sale(id="1042", who=amina.who))
    sale = traced(shop, "1042")
    assert sale["person"] == {"id": amina.id, "name": "Amina"}
    assert codes(sale)[2:] == [("done", "note-by-reference"), ("done", "learned"), ("done", "points"), ("done", "cue")]


def test_every_way_to_do_nothing_has_its_words(shop: Shop) -> None:
    amina = shop.enrol()
    quiet = shop.enrol(guest(1), consents=Consents(recognise=True))
    voided = shop.sale(id="v", who=amina.who, state="voided")
    first = shop.sale(id="first", who=amina.who)
    shop.post([voided, first, shop.sale(id="second", who=amina.who), shop.sale(id="u", who=quiet.who)])
    shop.post([make.refund_of(first, id="back"), shop.sale(id="s", who=guest(9)), shop.sale(id="x", total=7)])
    remembered = {number: codes(traced(shop, number))[3][1] for number in ("v", "first", "second", "u", "back", "s")}
    assert remembered == {
        "v": "not-voided",
        "first": "given-back",
        "second": "learned",
        "u": "not-agreed",
        "back": "is-refund",
        "s": "nobody",
    }
    assert codes(traced(shop, "s"))[2] == ("failed", "note-stranger")
    assert codes(traced(shop, "x"))[1] == ("failed", "odd-sum")


def test_a_number_that_nobody_has_or_that_is_endless_finds_nothing(shop: Shop) -> None:
    for query in ("none", "n" * (why.QUERY_CHARS_MAX + 50), "%25", "'"):
        assert shop.owner("GET", f"/v1/sales?query={query}")["sales"] == []


def test_a_sale_can_be_put_on_a_person_and_decided_again(shop: Shop) -> None:
    amina = shop.enrol()
    shop.post(shop.sale(id="1041"))
    sale = {"shop": shop.id, "source": make.SOURCE, "id": "1041"}
    [put] = shop.owner("POST", "/v1/sales/assign", sale | {"customer": amina.id})["sales"]
    assert (put["person"]["id"], put["by_hand"], codes(put)[2][1]) == (amina.id, True, "note-by-hand")
    assert shop.customer(amina)["points"] == 1
    [again] = shop.owner("POST", "/v1/sales/assign", sale)["sales"]
    assert again["person"] is None
    assert shop.customer(amina)["points"] == 0
    for wanted, status in (({"id": "9"}, 404), ({"customer": "nobody"}, 404)):
        assert shop.http("POST", "/v1/sales/assign", shop.owner_key, sale | wanted).status_code == status
    shop.verified()


# -- tills and keys -----------------------------------------------------------------------------------------------
def test_a_silent_till_is_told_to_the_owner_when_the_counter_tells_it(shop: Shop) -> None:
    """One rule; also of a till that last sold a week ago."""
    morning = shop.service.now.replace(hour=6, minute=0, second=0)
    for week in (7, 14):
        day = morning - timedelta(days=week)
        shop.post([shop.sale(at=day + timedelta(minutes=5 * n), till="2") for n in range(90)])

    def silent() -> tuple[bool, bool]:
        told = {row["till"]: row["silent"] for row in shop.owner("GET", "/v1/tills")["tills"]}
        with shop.counter("2") as screen:
            return screen.next()["silent"] is not None, told.get("2", False)

    shop.service.move(morning)
    shop.post(shop.sale(till="1"))
    assert silent() == (False, False), "its day has hardly begun"
    shop.service.pass_time(minutes=15)
    assert silent() == (True, True)
    shop.post(shop.sale(till="2"))
    shop.service.pass_time(minutes=1)
    assert silent() == (False, False), "it has just spoken"
    shop.service.pass_time(minutes=15)
    assert silent() == (True, True)
    assert shop.owner("GET", "/v1/tills")["screens"] == []
    shop.service.move(morning + timedelta(hours=9))
    assert silent() == (False, False), "it sells until half past one"


def test_what_was_set_aside_is_listed_with_its_reason_and_read_again(shop: Shop) -> None:
    shop.refused({"id": "x"}, 422)
    told = shop.owner("GET", "/v1/tills")
    [row] = told["aside"]
    assert (told["aside_count"], row["field"], row["message"]) == (1, "source", "source is missing")
    answer = shop.http("POST", f"/v1/aside/{row['id']}/replay", shop.owner_key)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "source"), "it still cannot be read"
    assert shop.owner("GET", "/v1/tills")["aside_count"] == 1, "and is kept"
    for id in ("x", "9" * (ASIDE_DIGITS_MAX + 1), "999999"):
        assert shop.http("POST", f"/v1/aside/{id}/replay", shop.owner_key).status_code == 404


def read_again(shop: Shop, day: int) -> None:
    """The one delivery that was set aside, at noon of a later day."""
    [row] = shop.owner("GET", "/v1/tills")["aside"]
    shop.service.move(make.at("12:00", day))
    assert shop.http("POST", f"/v1/aside/{row['id']}/replay", shop.owner_key).status_code == 204


def test_a_delivery_that_can_be_understood_by_now_goes_through_the_line(shop: Shop) -> None:
    """As after an update, or a mended clock: what was set aside an hour ahead of its time is read a day later."""
    amina = shop.enrol()
    early = shop.sale(who=amina.who, at=make.at("11:00", 32), id="early")
    shop.refused(early, 422)
    read_again(shop, day=32)
    assert shop.customer(amina)["points"] == 1
    assert shop.owner("GET", "/v1/tills")["aside"] == []


@pytest.mark.parametrize("role", ["screen", "adapter"])
def test_a_new_key_opens_its_own_doors_at_once(shop: Shop, role: str) -> None:
    made = shop.owner("POST", "/v1/keys", {"role": role, "shop": shop.id})
    if role == "adapter":
        assert (made["url"], made["qr"]) == (None, None)
        assert shop.http("POST", "/v1/transactions", made["key"], shop.sale()).status_code == 200
    else:
        assert made["url"].endswith(f"/counter.html#shop={shop.id}&key={made['key']}")
        with shop.counter(key=made["key"]) as screen:
            screen.opened()


def test_one_persons_page_holds_the_habit_and_the_outcomes(shop: Shop) -> None:
    amina = shop.enrol()
    comes(shop, amina, range(20, 30))
    shop.checkin()
    shop.post(shop.sale(who=amina.who))
    page = shop.owner("GET", f"/v1/customers/{amina.id}/page")
    assert page["habits"] == [{"item": "Latte", "n": 11, "of": 11}]
    assert page["card"] == amina.card
    assert (page["row"]["stage"], page["row"]["every"]) == ("regular", 1)
    assert page["person"]["cues"][0]["outcome"] == "usual"
    copy = shop.owner("GET", f"/v1/customers/{amina.id}/copy")
    assert len(copy["visits"]) == 11
    shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
    for path in ("page", "copy"):
        assert shop.http("GET", f"/v1/customers/{amina.id}/{path}", shop.owner_key).status_code == 410


def test_what_the_stream_set_aside_can_be_read_again(shop: Shop) -> None:
    """It is kept as the frame that it came in."""
    amina = shop.enrol()
    with shop.stream() as stream:
        stream.deliver([shop.sale(who=amina.who, at=make.at("11:00", 32))])
        assert stream.refused
    read_again(shop, day=32)
    assert shop.customer(amina)["points"] == 1


def test_a_sale_that_is_read_again_days_later_greets_nobody(shop: Shop) -> None:
    """Its adapter said that it was seconds old, and it was, then."""
    amina = shop.enrol()
    shop.refused(shop.sale(who=amina.who, age_s=3.0, at=make.at("11:00", 32)), 422)
    read_again(shop, day=33)
    assert (shop.customer(amina)["points"], shop.messages()) == (1, [])
