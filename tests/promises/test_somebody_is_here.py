"""The contract, line by line: somebody is here."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from loyalty.wire import Consents, Evidence
from tests import make
from tests.promises.guests import guest
from tests.running import Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow
LATTE = make.line("Latte", "Medium", "Oat milk")
TEA = make.line("Tea")
BUN = make.line("Bun")


# -- check-ins --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("by", ["card", "phone", "email", "fingerprint", "pos_id"])
@pytest.mark.parametrize("key", ["screen_key", "adapter_key"])
def test_a_checkin_by_every_kind_of_identifier(shop: Shop, by: Any, key: str) -> None:
    amina = shop.enrol()
    answer = shop.http("POST", "/v1/checkins", getattr(shop, key), shop.presence(amina.who, by=by))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert set(found) == {"customer", "recognition", "cue"}
    assert found["customer"] == {"id": amina.id, "name": "Amina", "greeting": "full"}
    assert set(found["recognition"]) == {
        *("visits", "regular", "becoming", "overdue", "tier", "points", "usual"),
    }
    assert {"id", "till", "at", "expires_at", "tone", "say", "act", "why"} <= set(found["cue"])


SPELLINGS = {
    "phone": ["0712 555 014", "+254712555014", "+254 (712) 555-014", "0712555014", "254712555014"],
    "email": ["Amina@Example.com", " amina@example.COM "],
}


@pytest.mark.parametrize("kind", SPELLINGS)
def test_one_identifier_has_many_spellings(shop: Shop, kind: str) -> None:
    first, *others = SPELLINGS[kind]
    body = {"name": "Amina", "identifiers": [{"kind": kind, "value": first}], "consents": {"recognise": True}}
    made = shop.http("POST", "/v1/customers", shop.screen_key, body).json()
    for value in (first, *others):
        answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "till": "1", kind: value})
        assert answer.status_code == 200, value
        assert answer.json()["customer"]["id"] == made["id"]


def test_a_card_is_read_as_the_scanner_reads_it(shop: Shop) -> None:
    amina = shop.enrol()
    card = amina.card
    for code in (card.lower(), f"{card[:4]}-{card[4:]}", f" {card[:4]} {card[4:]} ", f"https://cafe.example/c/{card}"):
        answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "till": "1", "card": code})
        assert answer.status_code == 200, code
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", card)


@pytest.mark.parametrize("value", ["n/a", "none", "-", "unknown", "0"])
def test_what_tills_write_for_no_phone_is_nobody(shop: Shop, value: str) -> None:
    """And so is a reference of blanks: nobody is recognised by what everybody has."""
    shop.enrol()
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "till": "1", "phone": value})
    assert answer.status_code == 404
    shop.post([shop.sale(), replace(shop.sale(), customer=Evidence(phone=value, reference=" "))])
    assert shop.service.rows("SELECT DISTINCT person FROM sales WHERE shop = ?", shop.id) == [(None,)]
    body = {"name": "Ben", "identifiers": [{"kind": "reference", "value": "BEN"}, {"kind": "reference", "value": "  "}]}
    assert shop.refused(body, 422, "/v1/customers", shop.screen_key)["at"] == "identifiers[1].value"


def test_a_stranger_is_not_found(shop: Shop) -> None:
    error = shop.refused(shop.presence(), 404, "/v1/checkins", shop.screen_key)
    assert error["code"] == "unknown-customer"
    with shop.stream() as stream:
        stream.deliver([shop.presence()])
        assert stream.refused == {}, "a stranger's presence is simply acknowledged"
    assert shop.messages() == []


@pytest.mark.parametrize("given", [{}, {"phone": "0712555014", "email": "a@b.c"}, {"at": "2026-10-05T08:00:00Z"}])
def test_a_checkin_names_exactly_one_identifier(shop: Shop, given: dict[str, str]) -> None:
    error = shop.refused({"shop": shop.id, "till": "1"} | given, 422, "/v1/checkins", shop.screen_key)
    assert "exactly one" in error["message"]


def test_a_checkin_holds_the_three_most_probable_lines_said_or_not(shop: Shop) -> None:
    shop.enrol()
    now = shop.service.now
    nothing = shop.checkin()["recognition"]["usual"]
    assert (nothing["say"], nothing["items"]) == (False, [])
    baskets = ([LATTE], [LATTE, BUN], [TEA], [LATTE], [TEA, BUN], [LATTE])
    shop.post([shop.sale(*one, who=make.AMINA, at=now - timedelta(days=9 - day)) for day, one in enumerate(baskets)])
    usual = shop.checkin()["recognition"]["usual"]
    assert usual["items"][0]["line"] == {"name": "Latte", "variation": "Medium", "modifiers": ["Oat milk"]}
    assert {item["line"]["name"] for item in usual["items"]} == {"Latte", "Tea", "Bun"}
    chances = [item["p"] for item in usual["items"]]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < p <= 1 for p in chances)
    assert usual["because"]


# -- check-ins that waited --------------------------------------------------------------------------------------------
def test_a_checkin_of_the_past_is_answered_from_what_had_happened_by_then(shop: Shop) -> None:
    """Seventy mornings of latte, then ten of tea; as of every day the answer is what it was on that day."""
    amina = shop.enrol()
    start = shop.service.now - timedelta(days=80)
    then: dict[int, Any] = {}
    for day in range(80):
        shop.service.move(start + timedelta(days=day))
        then[day] = shop.checkin()["recognition"]
        shop.post(shop.sale(LATTE if day < 70 else TEA, who=make.AMINA))
        shop.service.pass_time(hours=1)
    shop.service.move(start + timedelta(days=90))
    told = len(shop.messages())
    for day in (0, 1, 5, 63, 64, 65, 70, 75, 79):
        answer = shop.checkin(shop.presence(at=start + timedelta(days=day)))
        assert answer["recognition"] == then[day], day
        assert answer["customer"]["id"] == amina.id
    assert len(shop.messages()) == told, "nothing is pushed"
    assert shop.checkin()["recognition"]["visits"] == 80


@pytest.mark.parametrize(("seconds", "pushed"), [(0, True), (119, True), (120, True), (121, False), (3_600, False)])
def test_a_checkin_is_live_for_two_minutes(shop: Shop, seconds: int, pushed: bool) -> None:
    shop.enrol()
    shop.checkin(shop.presence(at=shop.service.now - timedelta(seconds=seconds)))
    assert len(shop.messages()) == pushed


def test_a_checkin_that_waited_in_an_outbox_pushes_nothing(shop: Shop) -> None:
    shop.enrol()
    with shop.stream() as stream:
        stream.deliver([shop.presence(at=shop.service.now - timedelta(minutes=10)), shop.presence()])
    assert len(shop.messages()) == 1


# -- enrolling --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["screen_key", "owner_key"])
def test_enrolling_answers_a_card_that_opens_itself(shop: Shop, key: str) -> None:
    answer = shop.http("POST", "/v1/customers", getattr(shop, key), make.enrolment())
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) >= {"id", "card", "card_url"}
    address, _, token = made["card_url"].partition("#")
    assert address == f"{shop.service.url}/card.html"
    card = shop.http("GET", "/v1/card", token).json()
    assert (card["name"], card["code"], card["points"]) == ("Amina", made["card"], 0)


@pytest.mark.parametrize("recognise", [True, False])
@pytest.mark.parametrize("remember", [True, False])
@pytest.mark.parametrize("asked", [None, "full", "name", "points", "none"])
def test_enrolling_greets_as_asked_and_never_more_than_was_agreed_to(
    shop: Shop, recognise: bool, remember: bool, asked: Any
) -> None:
    amina = shop.enrol(greeting=asked, consents=Consents(recognise=recognise, remember=remember))
    wanted = asked or ("full" if recognise and remember else "points")
    if wanted in ("full", "name") and not recognise:
        wanted = "points"
    if wanted == "full" and not remember:
        wanted = "name"
    assert shop.customer(amina)["greeting"] == wanted
    assert shop.checkin()["customer"]["greeting"] == wanted


def test_consents_that_are_not_given_are_false(shop: Shop) -> None:
    made = shop.http("POST", "/v1/customers", shop.screen_key, {"name": "Ben"}).json()
    known = shop.customer(made["id"])
    assert known["consents"] == {"recognise": False, "remember": False, "messages": False, "offers": False}
    assert (known["greeting"], known["identifiers"]) == ("points", [])


def test_an_identifier_belongs_to_one_person(shop: Shop) -> None:
    shop.enrol()
    for kind, value in (("phone", make.AMINA.phone), ("email", "AMINA@example.com"), ("reference", "AMINA")):
        body = {"name": "Ben", "identifiers": [{"kind": kind, "value": value}]}
        answer = shop.http("POST", "/v1/customers", shop.screen_key, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already-known")
    assert [row["name"] for row in shop.owner("GET", "/v1/customers")["people"]] == ["Amina"]


def test_the_owner_is_told_the_whole_of_what_is_known(shop: Shop) -> None:
    amina = shop.enrol()
    sale = shop.sale(LATTE, who=make.AMINA, at=shop.service.now - timedelta(days=1))
    more = shop.sale(BUN, who=make.AMINA, at=sale.at + timedelta(minutes=29))
    shop.post([sale, more])
    shop.checkin()
    known = shop.customer(amina)
    assert {*known} == {
        *("id", "name", "greeting", "consents", "identifiers", "recognition", "points", "entries", "visits"),
        *("pending", "expiring", "cues", "enrolled_at", "merged", "next", "standing"),
    }
    assert (known["id"], known["name"], known["points"]) == (amina.id, "Amina", 1)
    assert {(one["kind"], one["value"]) for one in known["identifiers"]} == {
        *(("reference", "AMINA"), ("phone", make.AMINA.phone), ("email", make.AMINA.email)),
        *(("pos_id", make.AMINA.pos_id), ("fingerprint", make.AMINA.fingerprint)),
    }
    [visit] = known["visits"]
    assert visit["transactions"] == [sale.id, more.id], "29 minutes apart: one visit"
    assert [line["name"] for line in visit["lines"]] == ["Latte", "Bun"]
    assert visit["total"] == sale.total + more.total
    [entry] = known["entries"]
    assert (entry["points"], entry["reason"], entry["transaction"]) == (1, "visit", sale.id)
    [cue] = known["cues"]
    assert "Amina" in cue["say"]


# -- links ------------------------------------------------------------------------------------------------------------
def test_a_link_holds_for_sales_of_any_date_that_are_delivered_afterwards(shop: Shop) -> None:
    amina = shop.enrol()
    shop.post(shop.sale(who=make.AMINA, at=make.at("08:00", -2_000)))
    assert len(shop.customer(amina)["visits"]) == 1


@pytest.mark.parametrize(("days", "adopted"), [(0, True), (6.99, True), (7.01, False), (400, False)])
def test_of_sales_delivered_before_the_enrolment_those_of_seven_days_are_adopted(
    shop: Shop, days: float, adopted: bool
) -> None:
    sale = shop.sale(LATTE, who=make.AMINA, by="phone")
    shop.post(sale)
    shop.service.pass_time(days=days)
    amina = shop.enrol()
    known = shop.customer(amina)
    assert (len(known["visits"]), known["points"]) == (adopted, adopted)
    note = shop.service.one("SELECT note FROM sales WHERE shop = ?", shop.id)
    assert note == ("adopted" if adopted else "stranger") or (adopted and note.startswith("by-"))


def test_a_sale_of_long_ago_that_came_yesterday_is_not_adopted(shop: Shop) -> None:
    """It is not of the last seven days, whenever it came."""
    shop.post(shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=8)))
    shop.service.pass_time(days=1)
    assert shop.customer(shop.enrol())["visits"] == []


def test_whoever_does_not_agree_to_be_remembered_adopts_nothing(shop: Shop) -> None:
    shop.post(shop.sale(who=make.AMINA))
    amina = shop.enrol(consents=Consents(recognise=True))
    assert shop.customer(amina)["visits"] == []


def test_a_sale_that_names_two_strangers_goes_to_the_first_to_enrol(shop: Shop) -> None:
    """And stays theirs when the other enrols: whose a sale is does not change behind somebody's back."""
    sale = shop.sale(who=make.BEN, by="fingerprint")
    shop.post(replace(sale, customer=Evidence(phone=make.AMINA.phone)))
    ben, amina = shop.enrol(make.BEN), shop.enrol(make.AMINA)
    assert (len(shop.customer(ben)["visits"]), len(shop.customer(amina)["visits"])) == (1, 0)


def test_unknown_identifiers_are_forgotten_after_seven_days(tmp_path: Any) -> None:
    with serving(tmp_path, make.MORNING) as service:
        shop = service.open_shop()
        shop.post(shop.sale(who=make.AMINA, by="phone"))
        [(hashed,)] = service.rows("SELECT hash FROM loose")
        assert hashed.encode() in service.one("SELECT marks FROM sales")
        service.pass_time(days=8)
        service.restart()  # the hourly sweep begins with the service
        wait_until(lambda: service.one("SELECT COUNT(*) FROM loose") == 0)
        assert hashed.encode() not in service.one("SELECT marks FROM sales LIMIT 1")


# -- program ----------------------------------------------------------------------------------------------------------
def test_a_new_shop_gives_a_point_a_visit_and_ten_are_a_free_coffee(shop: Shop) -> None:
    program = shop.owner("GET", "/v1/program")
    assert program["earn"] == [{"kind": "visit", "points": 1}]
    assert [(one["name"], one["points"], one["kind"]) for one in program["rewards"]] == [
        ("Free coffee", 10, "free-item")
    ]
    assert len(program["tiers"]) == 3


def test_the_program_that_was_put_is_the_program_that_is_got(shop: Shop) -> None:
    wanted = {
        "earn": [
            {"kind": "visit", "points": 1},
            {"kind": "spend", "points": 1, "per": 100},
            {"kind": "item", "match": {"name": "Latte"}, "points": 2},
        ],
        "rewards": [{"id": "free-coffee", "name": "Free coffee", "points": 10, "kind": "free-item"}],
        "tiers": [{"id": "gold", "name": "Gold", "measure": "spend", "at_least": 500_000, "window_days": 365}],
        "expire_days": None,
    }
    shop.owner("PUT", "/v1/program", wanted)
    found = shop.owner("GET", "/v1/program")
    assert {name: found[name] for name in ("rewards", "tiers", "expire_days")} == {
        name: wanted[name] for name in ("rewards", "tiers", "expire_days")
    }
    assert [one["kind"] for one in found["earn"]] == ["visit", "spend", "item"]


UNFIT_PROGRAMS = {
    "earn": {"rewards": []},
    "earn[0].kind": {"earn": [{"points": 1}]},
    "earn[0].points": {"earn": [{"kind": "visit", "points": -1}]},
    "earn[0].per": {"earn": [{"kind": "spend", "points": 1, "per": 0}]},
    "earn[0].match": {"earn": [{"kind": "item", "points": 1, "match": {}}]},
    "rewards[1].id": {"earn": [], "rewards": [{"id": "a", "name": "A", "points": 1}] * 2},
    "rewards[0].points": {"earn": [], "rewards": [{"id": "a", "name": "A", "points": 0}]},
    "tiers[0].measure": {"earn": [], "tiers": [{"id": "a", "name": "A", "measure": "love", "at_least": 1}]},
    "tiers[0].window_days": {
        "earn": [],
        "tiers": [{"id": "a", "name": "A", "measure": "visits", "at_least": 1, "window_days": 731}],
    },
}


@pytest.mark.parametrize("path", UNFIT_PROGRAMS)
def test_a_program_that_cannot_be_is_refused_with_the_path(shop: Shop, path: str) -> None:
    before = shop.owner("GET", "/v1/program")
    answer = shop.http("PUT", "/v1/program", shop.owner_key, UNFIT_PROGRAMS[path])
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, path)
    assert shop.owner("GET", "/v1/program") == before


def test_tiers_are_read_at_a_time(shop: Shop) -> None:
    """Bronze from five visits within the window; nobody has to take it away."""
    tier = {"id": "b", "name": "Bronze", "measure": "visits", "at_least": 5, "window_days": 30}
    shop.owner("PUT", "/v1/program", {"earn": [], "tiers": [tier]})
    amina = shop.enrol()
    now = shop.service.now
    shop.post([shop.sale(who=make.AMINA, at=now - timedelta(days=day)) for day in range(5)])
    assert shop.customer(amina)["recognition"]["tier"] == {"id": "b", "name": "Bronze"}
    shop.service.pass_time(days=25)
    assert shop.customer(amina)["recognition"]["tier"] is not None, "the oldest of the five is thirty days back"
    shop.service.pass_time(days=1)
    assert shop.customer(amina)["recognition"]["tier"] is None


# -- shops, set-up, lists ---------------------------------------------------------------------------------------------
def test_a_second_shop_shares_people_and_has_screens_of_its_own(shop: Shop) -> None:
    added = shop.owner("POST", "/v1/shops", {"name": "Harbour", "currency": "JPY", "timezone": "Asia/Tokyo"})
    amina = shop.enrol()
    with shop.counter("1") as here, shop.counter("1", shop=added["id"], key=added["screen_key"]) as there:
        here.opened()
        assert there.opened()["timezone"] == "Asia/Tokyo"
        shop.post(shop.sale(shop=added["id"], currency="JPY", who=make.AMINA))
        assert there.next()["cue"]["name"] == "\u2068Amina\u2069"
    assert shop.messages() == [], "the cue went to the other shop's screens"
    assert len(shop.customer(amina)["visits"]) == 1
    assert {one["name"] for one in shop.owner("GET", "/v1/shops")["shops"]} == {"Corner", "Harbour"}


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"currency": "XQX"}, "currency"), ({"timezone": "Mars/Base"}, "timezone"), ({"timezone": "../x"}, "timezone")],
)
def test_a_shop_that_cannot_be_is_refused(shop: Shop, fields: dict[str, str], path: str) -> None:
    body = {"name": "X", "currency": "KES", "timezone": "Africa/Nairobi"} | fields
    assert shop.refused(body, 422, "/v1/shops", shop.owner_key)["at"] == path


def test_the_set_up_link_works_once(service: Service) -> None:
    made = service.command("init", "--shop", "New", "--currency", "KES", "--timezone", "Africa/Nairobi", "--json")
    token = re.search(r"#setup=([\w-]+)", made.stdout)
    assert token
    chosen = {"token": token[1], "login": "Wanjiru", "password": "a long sentence"}
    first = httpx.post(f"{service.url}/v1/setup", json=chosen)
    assert first.status_code == 201
    for path in ("/v1/customers", "/v1/program"):
        assert httpx.get(f"{service.url}{path}", cookies=first.cookies).status_code == 200
    assert httpx.post(f"{service.url}/v1/setup", json=chosen).status_code == 401


def test_the_owners_list_is_searched_and_paged(shop: Shop) -> None:
    people = [shop.enrol(guest(number, name=f"Person {number:03}")) for number in range(130)]
    shop.post([shop.sale(who=people[7].who, at=shop.service.now - timedelta(days=day)) for day in range(30)])
    first = shop.owner("GET", "/v1/customers")
    assert len(first["people"]) == 100
    assert first["people"][0]["name"] == "Person 007", "the most recent visitor first"
    second = shop.owner("GET", f"/v1/customers?next={first['next']}")
    names = [row["name"] for row in first["people"] + second["people"]]
    assert sorted(names) == [f"Person {number:03}" for number in range(130)]
    assert [row["name"] for row in shop.owner("GET", "/v1/customers?query=SON+042")["people"]] == ["Person 042"]
    assert [row["name"] for row in shop.owner("GET", "/v1/customers?stage=regular")["people"]] == ["Person 007"]
    for query in ("stage=love", "next=x", "next=-1", f"next={'9' * 5_000}"):
        answer = shop.http("GET", f"/v1/customers?{query}", shop.owner_key)
        assert answer.status_code == 422, query[:20]
    answer = shop.http("GET", f"/v1/customers/{people[7].id}?next={'9' * 5_000}.1", shop.owner_key)
    assert answer.status_code == 422


def test_a_customer_chooses_how_they_are_greeted_from_the_next_scan_on(shop: Shop) -> None:
    amina = shop.enrol()
    for greeting, tone in (("none", "inform"), ("points", "inform"), ("name", "greet"), ("full", "greet")):
        card = shop.http("PUT", "/v1/card", amina.card_key, {"greeting": greeting})
        assert (card.status_code, card.json()["greeting"]) == (200, greeting)
        assert shop.checkin()["cue"]["tone"] == tone
    answer = shop.http("PUT", "/v1/card", amina.card_key, {"greeting": "loud"})
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "greeting")


def test_whoever_wrote_how_their_name_is_said_is_said_so(shop: Shop) -> None:
    amina = shop.enrol_as(make.AMINA, replace(make.enrolment(make.AMINA), spoken=" ah-MEE-nah "))
    with shop.counter("1") as screen:
        screen.opened()
        assert shop.checkin()["cue"]["spoken"] == "ah-MEE-nah"
        assert screen.next()["cue"]["spoken"] == "ah-MEE-nah"
    shop.http("PUT", "/v1/card", amina.card_key, {"greeting": "points"})
    assert shop.checkin()["cue"]["spoken"] is None


@pytest.mark.parametrize("birthday", ["02-29", "12-31"])
def test_a_birthday_is_a_day_without_a_year(shop: Shop, birthday: str) -> None:
    shop.enrol_as(make.AMINA, replace(make.enrolment(make.AMINA), birthday=birthday))


@pytest.mark.parametrize("birthday", ["02-30", "13-01", "00-10", "1990-05-17", "5-17"])
def test_one_that_is_in_no_year_is_none(shop: Shop, birthday: str) -> None:
    wanted = replace(make.enrolment(make.AMINA), birthday=birthday)
    shop.refused(wanted, 422, "/v1/customers", shop.screen_key)
