"""What a customer writes on their card about themselves holds at the next scan, and a pause leaves nothing behind."""

from __future__ import annotations

import pytest

from tests import make
from tests.promises.test_own_card import card, every_day, refusal
from tests.running import Enrolled, Shop, again

pytestmark = pytest.mark.slow

ALL = {"recognise": True, "remember": True, "messages": False, "offers": False}


def scan(shop: Shop, who: make.Who = make.AMINA) -> str:
    said: str = shop.checkin(shop.presence(who))["cue"]["say"]
    return said.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


def about(shop: Shop, known: Enrolled) -> dict[str, object]:
    found: dict[str, object] = card(shop, known, path="/knows")["about"]
    return found


def look_up(shop: Shop, query: str) -> list[str | None]:
    answer = shop.http("POST", "/v1/people", shop.screen_key, {"shop": shop.id, "query": query})
    return [one["name"] for one in answer.json()["people"]]


def test_another_name_is_said_at_the_next_scan_and_found_by_the_counter(shop: Shop) -> None:
    amina = shop.enrol()
    assert "Amina" in scan(shop)
    assert look_up(shop, "amina") == ["Amina"]
    seen = card(shop, amina, "PUT", body={"name": " Amani ", "spoken": "ah-MAH-nee", "birthday": "02-29"})
    assert seen["name"] == "Amani"
    shop.service.pass_time(minutes=10)
    assert "Amani" in scan(shop)
    known = about(shop, amina)
    assert (known["name"], known["spoken"], known["birthday"]) == ("Amani", "ah-MAH-nee", "02-29")
    assert [one["what"] for one in known["written"]] == ["birthday", "name", "spoken"]  # type: ignore[attr-defined]
    for query, names in (("amani", ["Amani"]), ("amina", [])):
        assert look_up(shop, query) == names, query
    listed = shop.owner("GET", "/v1/customers?query=amina")["people"]
    assert listed == [], "the owner's list looks for the new name too"


def test_the_counter_is_told_how_the_name_is_said(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"spoken": "ah-MEE-nah"})
    assert shop.checkin()["cue"]["spoken"] == "ah-MEE-nah"
    card(shop, amina, "PUT", body={"spoken": "", "birthday": ""})
    shop.service.pass_time(minutes=10)
    assert shop.checkin()["cue"].get("spoken") is None
    assert about(shop, amina)["spoken"] is None


def test_what_cannot_be_is_refused_and_changes_nothing(shop: Shop) -> None:
    amina = shop.enrol()
    for wanted in (
        {"name": " "},
        {"name": ""},
        {"birthday": "02-30"},
        {"birthday": "2001-02-03"},
        {"spoken": "x" * 61},
    ):
        assert refusal(shop, amina, "PUT", body={"name": "Other"} | wanted)[0] == 422, wanted
    assert about(shop, amina)["name"] == "Amina"


def test_what_is_written_about_somebody_is_sealed(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"name": "Zawadi", "spoken": "zah-WAH-dee", "birthday": "05-17"})
    [row] = shop.service.rows("SELECT * FROM customers WHERE id = ?", amina.id)
    for secret in (b"Zawadi", b"WAH-dee", b"05-17"):
        assert secret not in repr(row).encode()


def test_who_takes_an_agreement_away_is_greeted_more_quietly(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    assert "latte" in scan(shop)
    seen = card(shop, amina, "PUT", body={"consents": ALL | {"remember": False}})
    assert (seen["greeting"], seen["usual"]) == ("name", None)
    shop.service.pass_time(minutes=10)
    assert scan(shop) == "Greet Amina"
    assert shop.customer(amina)["recognition"]["visits"] == 0, "what was learned is forgotten at once"
    assert shop.customer(amina)["points"] == 15
    shop.verified()
    seen = card(shop, amina, "PUT", body={"consents": ALL | {"recognise": False}})
    assert seen["greeting"] == "points"
    shop.service.pass_time(minutes=10)
    assert "Amina" not in scan(shop)
    seen = card(shop, amina, "PUT", body={"consents": ALL, "greeting": "full"})
    shop.service.pass_time(minutes=10)
    assert "latte" in scan(shop), "learned again from what was bought"
    shop.verified()


def test_where_it_comes_from_is_told(shop: Shop) -> None:
    amina = shop.enrol()
    assert about(shop, amina)["joined"] == "counter"
    listed = {"name": "Cleo", "consents": ALL}
    other = shop.owner("POST", "/v1/customers", listed)["card_url"].rpartition("#")[2]
    assert shop.http("GET", "/v1/card/knows", other).json()["about"]["joined"] == "shop"
    made = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id, "till": "1"}).json()
    code = made["url"].rpartition("#")[2]
    form = {"name": "Ben", "greeting": "full", "birthday": "01-31"}
    answer = shop.service.client.post("/v1/join", json=form, headers={"Authorization": f"Bearer {code}"})
    assert answer.status_code == 201, answer.text
    key = answer.json()["card_url"].rpartition("#")[2]
    known = shop.http("GET", "/v1/card/knows", key).json()["about"]
    assert (known["joined"], known["birthday"], known["written"]) == ("phone", "01-31", [])


# -- pause ------------------------------------------------------------------------------------------------------------
def test_a_pause_is_quiet_earns_and_learns_nothing_and_what_was_chosen_comes_back(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    before = shop.customer(amina)["recognition"]
    seen = card(shop, amina, "PUT", body={"paused": True})
    assert (seen["paused"], seen["greeting"]) == (True, "full")
    answer = shop.checkin()
    assert (answer["cue"]["tone"], answer["cue"]["name"], answer["customer"]["greeting"]) == ("inform", None, "none")
    assert "Amina" not in answer["cue"]["say"]
    assert look_up(shop, "Amina") == []
    for day in range(3):
        shop.service.pass_time(days=1)
        shop.post(shop.sale(make.line("Tea"), who=amina.who, id=f"paused-{day}"))
    paused = shop.customer(amina)
    assert paused["points"] == 18, "points are earned as ever"
    assert paused["recognition"]["visits"] == before["visits"] == 15
    assert [one["fate"] for one in card(shop, amina, path="/knows")["visits"]][:4] == [*["earned"] * 3, "learned"]
    shop.verified()
    shop.service.pass_time(days=1)
    assert not card(shop, amina, "PUT", body={"paused": False})["paused"]
    assert "latte" in scan(shop)
    shop.post(shop.sale(who=amina.who))
    after = shop.customer(amina)["recognition"]
    assert after["visits"] == 16
    assert "Tea" not in str(after)
    shop.verified()


def test_what_was_sold_in_a_pause_stays_so_whatever_is_told_of_it_later(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    card(shop, amina, "PUT", body={"paused": True})
    told = shop.sale(make.line("Tea"), who=amina.who)
    shop.post(told)
    late = shop.sale(make.line("Tea"), who=amina.who)
    shop.service.pass_time(hours=1)
    card(shop, amina, "PUT", body={"paused": False})
    shop.service.pass_time(hours=1)
    shop.post(late)  # a till that was away: sold while paused
    shop.post(again(told, lines=(make.line("Tea"), make.line("Tea")), total=2 * make.LATTE))
    shop.post(shop.sale(who=amina.who, at=make.at("06:00", 20)))  # folds everything again
    known = shop.customer(amina)
    assert "Tea" not in str(known["recognition"])
    assert known["recognition"]["visits"] == 4
    shop.verified()


def test_a_sale_given_to_somebody_else_is_learned_by_who_has_not_paused(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    card(shop, amina, "PUT", body={"paused": True})
    sale = shop.sale(who=amina.who)
    shop.post(sale)
    ref = {"shop": shop.id, "source": sale.source, "id": sale.id}
    shop.owner("POST", "/v1/sales/assign", ref | {"customer": ben.id})
    assert shop.customer(ben)["recognition"]["visits"] == 1
    shop.owner("POST", "/v1/sales/assign", ref | {"customer": amina.id})
    assert [shop.customer(one)["recognition"]["visits"] for one in (amina, ben)] == [0, 0]
    shop.verified()


def test_whoever_turns_out_to_be_one_with_somebody_who_pauses_is_left_alone_until_they_are_two(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    card(shop, ben, "PUT", body={"paused": True})
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    assert [card(shop, one)["paused"] for one in (amina, ben)] == [True, True]
    assert "Amina" not in scan(shop)
    shop.post(shop.sale(who=make.AMINA))
    assert shop.customer(amina)["recognition"]["visits"] == 0
    shop.verified()
    shop.owner("POST", f"/v1/merges/{made['id']}/undo", {})
    assert not card(shop, amina)["paused"]
    assert card(shop, ben)["paused"]
    shop.verified()
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "two"})
    assert not card(shop, ben, "PUT", body={"paused": False, "name": "Amina B"})["paused"]
    shop.service.pass_time(minutes=10)
    assert scan(shop).startswith("Greet Amina B"), "the kept one's name, by whoever's card"
    shop.verified()


@pytest.mark.parametrize("writer", ["gone", "kept"])
def test_what_either_writes_while_they_are_one_is_theirs_alone_once_they_are_two(shop: Shop, writer: str) -> None:
    """A wrong merge leaves no trace: neither is called, asked, remembered or left alone by the other's choice."""
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    card(shop, ben, "PUT", body={"spoken": "behn"})
    before = {one.id: about(shop, one) for one in (amina, ben)}
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    who, other = (ben, amina) if writer == "gone" else (amina, ben)
    nothing = dict.fromkeys(ALL, False)
    mine = {"name": "Benjamin", "spoken": "x", "birthday": "02-29", "greeting": "none", "consents": nothing}
    card(shop, who, "PUT", body=mine)
    assert card(shop, other, path="/knows")["about"]["name"] == "Benjamin", "they are one"
    assert {card(shop, one)["greeting"] for one in (amina, ben)} == {"none"}
    shop.verified()
    shop.owner("POST", f"/v1/merges/{made['id']}/undo", {})
    assert about(shop, other) == before[other.id]
    assert card(shop, other)["greeting"] == "full"
    kept = about(shop, who)
    assert (kept["name"], kept["spoken"], kept["birthday"]) == ("Benjamin", "x", "02-29")
    assert (card(shop, who)["greeting"], kept["consents"]) == ("none", nothing)
    assert other.who.name in scan(shop, other.who)
    assert who.who.name not in scan(shop, who.who)
    assert look_up(shop, "benjamin") == []
    assert look_up(shop, other.who.name) == [other.who.name]
    shop.verified()


@pytest.mark.parametrize("writer", ["gone", "kept"])
def test_a_pause_that_the_other_ended_is_on_again_once_they_are_two(shop: Shop, writer: str) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    who, other = (ben, amina) if writer == "gone" else (amina, ben)
    card(shop, other, "PUT", body={"paused": True})
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    assert not card(shop, who, "PUT", body={"paused": False})["paused"]
    assert not card(shop, other)["paused"]
    shop.verified()
    shop.owner("POST", f"/v1/merges/{made['id']}/undo", {})
    assert [card(shop, one)["paused"] for one in (who, other)] == [False, True]
    shop.verified()


def test_a_pause_begun_while_they_are_one_is_of_whose_card_it_was(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    card(shop, amina, "PUT", body={"paused": True})
    assert card(shop, ben)["paused"]
    shop.owner("POST", f"/v1/merges/{made['id']}/undo", {})
    assert [card(shop, one)["paused"] for one in (amina, ben)] == [True, False]
    shop.verified()


def test_of_three_only_what_went_goes(shop: Shop) -> None:
    amina, ben, cleo = shop.enrol(), shop.enrol(make.BEN), shop.enrol(make.CLEO)
    merges = [
        shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": one.id, "key": one.id})["id"] for one in (ben, cleo)
    ]
    card(shop, ben, "PUT", body={"name": "Benjamin", "greeting": "points"})
    shop.owner("POST", f"/v1/merges/{merges[1]}/undo", {})
    assert (about(shop, amina)["name"], card(shop, amina)["greeting"]) == ("Benjamin", "points")
    shop.owner("POST", f"/v1/merges/{merges[0]}/undo", {})
    assert (about(shop, amina)["name"], card(shop, amina)["greeting"]) == ("Amina", "full")
    assert (about(shop, ben)["name"], card(shop, ben)["greeting"]) == ("Benjamin", "points")
    shop.verified()


def test_a_visit_that_was_moved_away_and_back_is_still_of_its_pause(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"paused": True})
    sale = shop.sale(make.line("Absinthe"), who=amina.who)
    shop.post(sale)
    for paused in (False, True, False):
        shop.service.pass_time(hours=1)
        card(shop, amina, "PUT", body={"paused": paused})
    ref = {"shop": shop.id, "source": sale.source, "id": sale.id}
    for whose in (None, amina.id):
        shop.owner("POST", "/v1/visits/move", {"sales": [ref], "customer": whose})
    known = shop.customer(amina)["recognition"]
    assert known["visits"] == 0
    assert "Absinthe" not in str(known)
    shop.verified()


def test_erased_leaves_nothing_of_what_was_written(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"name": "Zawadi", "spoken": "z", "birthday": "05-17", "paused": True})
    shop.post(shop.sale(who=amina.who))
    card(shop, amina, "PUT", body={"paused": False})
    assert shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:]}).status_code == 204
    columns = "spoken, birthday, paused_at, rested_from, rested_until, joined, written"
    assert shop.service.rows(f"SELECT {columns} FROM customers WHERE id = ?", amina.id) == [(None,) * 7]
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ? AND unlearned", shop.id) == 0
    shop.verified()


# -- family -----------------------------------------------------------------------------------------------------------
def test_who_shares_a_card_is_told_and_its_holder_may_end_it(shop: Shop) -> None:
    amina, ben, cleo = shop.enrol(), shop.enrol(make.BEN), shop.enrol(make.CLEO)
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": ben.id})
    assert card(shop, amina, path="/knows")["sharers"] == [{"id": ben.id, "name": "Ben", "holds": False}]
    assert card(shop, ben, path="/knows")["sharers"] == [{"id": amina.id, "name": "Amina", "holds": True}]
    assert card(shop, cleo, path="/knows")["sharers"] == []
    card(shop, ben, "PUT", body={"greeting": "none"})
    assert card(shop, amina, path="/knows")["sharers"][0]["name"] is None
    assert refusal(shop, ben, "DELETE", f"/sharers/{amina.id}") == (404, "not-shared")
    assert refusal(shop, cleo, "DELETE", f"/sharers/{ben.id}") == (404, "not-shared")
    assert card(shop, amina, "DELETE", f"/sharers/{ben.id}") == 204
    assert card(shop, amina, path="/knows")["sharers"] == []
    assert "Amina" in scan(shop), "nobody is asked which of them it is"


# -- the cues ---------------------------------------------------------------------------------------------------------
def test_every_cue_that_staff_saw_is_shown_with_its_answer(shop: Shop) -> None:
    amina = shop.enrol()
    first = shop.checkin()["cue"]
    with shop.counter() as screen:
        screen.opened()
        screen.done(first["id"], "dismissed")
        screen.next()
    shop.service.pass_time(hours=1)
    shop.checkin()
    shop.service.pass_time(hours=1)
    second = shop.checkin()["cue"]
    knows = card(shop, amina, path="/knows")
    assert (knows["cue"]["say"], knows["cue"]["outcome"]) == (second["say"], None)
    assert [one["outcome"] for one in knows["earlier"]] == ["expired", "dismissed"]
