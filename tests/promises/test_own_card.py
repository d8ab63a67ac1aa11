"""The customer's own card: what they see is all there is, what they set holds, and erased is gone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from tortoise.models import Model

from loyalty.store.database import MODELS
from loyalty.store.erased import LIST_NAME, OF_A_PERSON
from loyalty.web.card import LINK_DIGITS_MAX
from loyalty.wire import Tender
from tests import make
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.slow


def card(shop: Shop, known: Enrolled, method: str = "GET", path: str = "", body: object = None) -> Any:
    """What the card's link is answered: JSON, or the status where there is nothing to say."""
    answer = shop.http(method, f"/v1/card{path}", known.card_key, body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else answer.status_code


def refusal(shop: Shop, known: Enrolled, method: str, path: str = "", body: object = None) -> tuple[int, str]:
    answer = shop.http(method, f"/v1/card{path}", known.card_key, body)
    return answer.status_code, answer.json()["error"]["code"]


def every_day(shop: Shop, known: Enrolled, days: int = 15) -> None:
    shop.post([shop.sale(who=known.who, at=make.at("12:05", day)) for day in range(30 - days, 30)])


def test_not_my_usual_today_frees_the_next_order_only(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    assert shop.checkin()["recognition"]["usual"]["say"]
    assert card(shop, amina, "PUT", body={"other_today": True})["other_today"]
    answer = shop.checkin()
    assert not answer["recognition"]["usual"]["say"]
    assert answer["cue"]["say"] == "Greet \u2068Amina\u2069"
    before = answer["recognition"]["usual"]["items"][0]["p"]
    shop.post(shop.sale(make.line("Tea"), who=amina.who))
    assert not card(shop, amina)["other_today"]
    shop.service.pass_time(days=1)
    answer = shop.checkin()
    assert answer["recognition"]["usual"]["say"]
    assert answer["recognition"]["visits"] == 16
    assert answer["recognition"]["usual"]["items"][0]["p"] == pytest.approx(before, abs=0.02)
    assert "Tea" not in json.dumps(answer["recognition"])
    assert [visit["fate"] for visit in card(shop, amina, path="/knows")["visits"]][:2] == ["apart", "learned"]


def test_it_can_be_taken_back_and_ends_with_the_day(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    card(shop, amina, "PUT", body={"other_today": True})
    assert not card(shop, amina, "PUT", body={"other_today": False})["other_today"]
    assert shop.checkin()["recognition"]["usual"]["say"]
    card(shop, amina, "PUT", body={"other_today": True})
    shop.service.pass_time(days=1)
    assert not card(shop, amina)["other_today"]
    assert shop.checkin()["recognition"]["usual"]["say"]


def test_a_choice_about_one_thing_leaves_the_other(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"other_today": True})
    seen = card(shop, amina, "PUT", body={"greeting": "points"})
    assert (seen["greeting"], seen["other_today"]) == ("points", True)


def test_what_we_know_is_the_very_cue_visits_movements_and_marks(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    cue = shop.checkin()["cue"]
    shop.service.pass_time(seconds=40)
    voided = shop.sale(who=amina.who, at=make.at("07:00", 29), state="voided")
    shop.post([voided])
    knows = card(shop, amina, path="/knows")
    assert (knows["cue"]["say"], knows["cue"]["tone"], knows["cue"]["seconds"]) == (cue["say"], cue["tone"], 40)
    assert knows["visits_count"] == 3
    assert [visit["fate"] for visit in knows["visits"]] == ["learned", "voided", "learned", "learned"]
    assert [entry["points"] for entry in knows["entries"]] == [1, 1, 1]
    assert knows["entries"][0]["item"] == "latte"
    shown = {mark["kind"]: mark["shown"] for mark in knows["marks"]}
    assert shown["card"] == amina.card
    assert shown["phone"] == "••••001"
    assert shown["email"] == "a•••@example.com"
    assert make.AMINA.fingerprint not in json.dumps(knows)


def test_the_copy_holds_everything(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    shop.checkin()
    answer = shop.http("GET", "/v1/card/copy", amina.card_key)
    assert "attachment" in answer.headers["content-disposition"]
    copy = answer.json()
    assert (copy["name"], len(copy["visits"]), len(copy["entries"]), len(copy["cues"])) == ("Amina", 15, 15, 1)
    assert {one["value"] for one in copy["identifiers"]} >= {make.AMINA.phone, make.AMINA.email}
    assert copy["learned"]["drinks"]["Latte"]["in_visits"] == list(range(1, 16))


def test_a_new_code_ends_the_old_one(shop: Shop) -> None:
    amina = shop.enrol()
    fresh = card(shop, amina, "POST", "/code")["code"]
    assert fresh != amina.card
    for code, status in ((amina.card, 404), (fresh, 200)):
        answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": code})
        assert answer.status_code == status
    assert card(shop, amina, path="/knows")["marks"][0]["shown"] == fresh


@pytest.mark.parametrize("maker", ["apple", "google"])
def test_a_card_goes_into_no_wallet_where_nobody_can_sign_for_it(shop: Shop, maker: str) -> None:
    amina = shop.enrol()
    assert card(shop, amina)["wallets"] == []
    answer = shop.http("POST", f"/v1/card/wallet/{maker}", amina.card_key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-wallet")
    assert "loyalty doctor" in answer.json()["error"]["message"]


def test_a_mark_that_is_removed_tells_nobody_any_more_and_keeps_what_was_bought(shop: Shop) -> None:
    amina = shop.enrol()
    old = shop.sale(who=amina.who, by="phone")
    shop.post(old)
    phone = next(mark for mark in card(shop, amina, path="/knows")["marks"] if mark["kind"] == "phone")
    assert card(shop, amina, "DELETE", f"/marks/{phone['id']}") == 204
    assert refusal(shop, amina, "DELETE", f"/marks/{phone['id']}") == (404, "unknown-identifier")
    shop.service.pass_time(minutes=1)
    shop.post(shop.sale(who=amina.who, by="phone"))
    assert shop.customer(amina)["points"] == 1
    shop.post(make.refunded(old))
    assert shop.customer(amina)["points"] == 0, "a late refund finds whose it was"
    assert shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence()).status_code == 404


def test_a_mark_that_cannot_be_is_not_looked_for(shop: Shop) -> None:
    """LINK_DIGITS_MAX: an id that no database has."""
    amina = shop.enrol()
    for id in ("9" * LINK_DIGITS_MAX, "9" * (LINK_DIGITS_MAX + 1)):
        assert refusal(shop, amina, "DELETE", f"/marks/{id}") == (404, "unknown-identifier")


def test_the_card_itself_and_anothers_mark_cannot_be_removed(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    marks = {who.id: card(shop, who, path="/knows")["marks"] for who in (amina, ben)}
    for id in (marks[amina.id][0]["id"], marks[ben.id][1]["id"], "x", "9" * 30):
        assert refusal(shop, amina, "DELETE", f"/marks/{id}") == (404, "unknown-identifier")


def tables() -> dict[str, set[str]]:
    """Every table with its columns, as the models have them."""
    found = {name: vars(import_module(name)) for name in MODELS}
    kinds = {kind for names in found.values() for kind in names.values() if isinstance(kind, type)}
    models = [kind for kind in kinds if issubclass(kind, Model) and kind is not Model]
    return {model._meta.db_table: set(model._meta.fields_map) for model in models}


def leftovers(shop: Shop, person: str) -> dict[str, int]:
    """Rows that still name somebody, in every table that could."""
    found: dict[str, int] = {}
    for table, columns in tables().items():
        for column in columns & {"customer", "person", "assigned", "freed"}:
            n = shop.service.one(f"SELECT COUNT(*) FROM {table} WHERE {column} = ?", person)
            found |= {f"{table}.{column}": n} if n else {}
    return found


@pytest.mark.parametrize("by", ["owner", "card"])
def test_erased_is_gone_and_the_sums_still_hold(shop: Shop, by: str) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    for known in (amina, ben):
        every_day(shop, known)
    tenders = (Tender(kind="card", amount=make.LATTE, fingerprint=make.AMINA.fingerprint, last4="4417"),)
    shop.post(shop.sale(who=amina.who, tenders=tenders, id="with-card"))
    shop.checkin()
    with shop.counter() as screen:
        screen.opened()
        if by == "owner":
            answer = shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
        else:
            assert refusal(shop, amina, "DELETE", body={"letters": "ZZZZ"}) == (422, "wrong-letters")
            answer = shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:].lower()})
        assert (answer.status_code, answer.content) == (204, b"")
        assert screen.next()["type"] == "closed", "the cue goes from the glass"
    for method in ("GET", "DELETE"):
        assert shop.http(method, f"/v1/customers/{amina.id}", shop.owner_key).status_code == 410
    assert refusal(shop, amina, "GET") == (410, "gone")
    assert leftovers(shop, amina.id) == {}
    assert shop.service.rows("SELECT secret, name, card FROM customers WHERE id = ?", amina.id) == [(None, b"", b"")]
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ? AND note = 'erased'", shop.id) == 16
    assert b"4417" not in shop.service.one("SELECT body FROM sales WHERE shop = ? AND ref = 'with-card'", shop.id)
    assert (shop.service.folder / LIST_NAME).read_text().split()[-1] == amina.id
    assert shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence()).status_code == 404
    assert [one["name"] for one in shop.owner("GET", "/v1/customers")["people"]] == ["Ben"]
    shop.verified()


def test_a_screen_that_was_away_is_not_told_of_who_was_erased(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter() as screen:
        seq = screen.opened()["seq"]
    shop.checkin()
    shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
    with shop.counter(after=seq) as screen:
        assert screen.next()["type"] == "closed"


def test_the_sales_of_who_was_erased_can_still_be_voided_and_enrolling_again_starts_anew(shop: Shop) -> None:
    amina = shop.enrol()
    sale = shop.sale(who=amina.who)
    shop.post(sale)
    shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
    again = shop.enrol()
    assert again.id != amina.id
    assert shop.customer(again)["points"] == 0, "what was erased is adopted by nobody"
    shop.post(make.void_of(sale))
    shop.verified()


def test_every_table_that_names_a_customer_is_emptied_of_them() -> None:
    """A new table has to say what becomes of it: in OF_A_PERSON, or here. Of what staff did, only the customer goes."""
    of_staff = {"deeds", "staff"}
    of_telephones = {"passes", "pass_devices"}  # told that the pass is void; whose it was goes
    assert {table for table, columns in tables().items() if "customer" in columns} == set(
        OF_A_PERSON
    ) | of_staff | of_telephones


def test_the_icon_of_a_card_is_there_without_any_wallet_and_is_kept_for_a_day(shop: Shop) -> None:
    page = shop.http("GET", "/card.html", None).text
    assert 'rel="apple-touch-icon" href="/wallet/logo.png"' in page
    with ThreadPoolExecutor(4) as phones:
        answers = list(phones.map(lambda _: shop.http("GET", "/wallet/logo.png", None), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content[:8] for answer in answers} == {b"\x89PNG\r\n\x1a\n"}
    assert answers[0].headers["cache-control"] == "public, max-age=86400"
