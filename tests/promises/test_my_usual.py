"""*My usual*, in the customer's own words: offered at the very next scan, and what they never want never is."""

from __future__ import annotations

from typing import Any

import pytest

from tests import make
from tests.promises.test_own_card import card, every_day, refusal
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.slow

SAID = "large hot chocolate, oat\u00a0milk"
COCOA = {"name": "Hot Chocolate", "variation": "Large", "modifiers": ["Oat milk"]}


def test_named_it_is_offered_at_the_next_scan_and_taken_back_the_habit_is(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    before = shop.checkin()
    found = card(shop, amina, "PUT", "/wishes", {"usuals": [COCOA]})
    assert (found["usual"], found["said"]) == (SAID, True)
    assert [mine["shown"] for mine in found["mine"]] == [SAID]
    answer = shop.checkin()
    assert answer["cue"]["say"] == f"Greet \u2068Amina\u2069\u00a0— {SAID}?"
    assert answer["recognition"]["usual"]["because"] == "Their own words, on their card"
    assert answer["recognition"]["usual"]["items"][0]["line"]["name"] == "Hot Chocolate"
    card(shop, amina, "PUT", "/wishes", {})
    assert shop.checkin()["recognition"]["usual"] == before["recognition"]["usual"]


def test_a_paid_sale_of_it_is_the_usual(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"usuals": [{"name": "Tea"}]})
    with shop.counter("1") as screen:
        screen.opened()
        shop.checkin()
        assert screen.next()["cue"]["offer"]
        shop.post(shop.sale(make.line("Tea"), who=amina.who, at=shop.service.now))
        assert screen.next()["outcome"] == "usual"


def test_somebody_who_was_never_here_is_asked_for_what_they_named(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"usuals": [{"name": "Tea"}]})
    assert "tea" in shop.checkin()["cue"]["say"]


def test_two_usuals_each_at_its_time(shop: Shop) -> None:
    """The service's clock begins at noon on a day of its own."""
    amina = shop.enrol()
    weekend = shop.service.now.isoweekday() >= 6
    now, later = ("weekend", "weekdays") if weekend else ("weekdays", "weekend")
    usuals = [{"name": "Tea", "days": now}, {**COCOA, "days": later, "label": "with the children"}]
    card(shop, amina, "PUT", "/wishes", {"usuals": usuals})
    assert "tea" in shop.checkin()["cue"]["say"]
    shop.service.pass_time(days=6 - shop.service.now.isoweekday() if not weekend else 2)
    assert "chocolate" in shop.checkin()["cue"]["say"]


def test_what_they_never_want_is_never_offered(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    card(shop, amina, "PUT", "/wishes", {"never": ["latte"]})
    answer = shop.checkin()
    assert answer["cue"]["say"] == "Greet \u2068Amina\u2069"
    assert "latte" not in str(answer).lower()


def test_not_my_usual_today_holds_for_their_own_words_too(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"usuals": [COCOA]})
    card(shop, amina, "PUT", body={"other_today": True})
    assert shop.checkin()["cue"]["say"] == "Welcome \u2068Amina\u2069"


def test_whoever_is_greeted_by_name_alone_hears_no_order(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"usuals": [COCOA]})
    card(shop, amina, "PUT", body={"greeting": "name"})
    assert "chocolate" not in str(shop.checkin()["cue"]).lower()


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"usuals": [COCOA, COCOA]}, "bad-field"),
        ({"usuals": [{"name": "  "}]}, "bad-field"),
        ({"usuals": [COCOA, {**COCOA, "days": "weekend"}, {**COCOA, "days": "weekdays"}]}, "bad-field"),
        ({"never": ["x" * 61]}, "bad-field"),
        ({"usuals": [{**COCOA, "days": "Monday"}]}, "bad-field"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(shop: Shop, wishes: Any, code: str) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"never": ["nuts"]})
    assert refusal(shop, amina, "PUT", "/wishes", wishes) == (422, code)
    assert card(shop, amina)["never"] == ["nuts"]


def test_the_menu_has_their_own_first(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    shop.post(shop.sale(make.line("Chai"), who=make.BEN))
    menu = card(shop, amina, path="/menu")
    assert [item["name"] for item in menu["own"]] == ["Latte"]
    assert "Latte" not in menu["others"]


def test_it_is_written_nowhere_in_the_clear_and_goes_with_them(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", "/wishes", {"never": ["Zanzibar peanut"], "usuals": [{"name": "Rooibos Nairobi"}]})
    stored = b"".join(shop.service.files().values())
    assert b"Zanzibar" not in stored
    assert b"Rooibos" not in stored
    shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:]})
    assert shop.service.one("SELECT wishes FROM customers WHERE id = ?", amina.id) is None


# -- people who are one -----------------------------------------------------------------------------------------------
def merged(shop: Shop, kept: Enrolled, gone: Enrolled) -> str:
    return str(shop.owner("POST", "/v1/merges", {"kept": kept.id, "gone": gone.id, "key": "m"})["id"])


def test_what_either_never_wants_holds_for_both_and_parts_with_them(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    every_day(shop, amina)
    card(shop, amina, "PUT", "/wishes", {"never": ["sesame"]})
    card(shop, ben, "PUT", "/wishes", {"never": ["latte"]})
    made = merged(shop, amina, ben)
    assert "latte" not in shop.checkin(shop.presence(ben.who))["cue"]["say"].lower()
    assert card(shop, ben)["never"] == ["sesame", "latte"]
    card(shop, ben, "PUT", "/wishes", {"never": ["sesame", "latte", "soy"]})
    shop.owner("POST", f"/v1/merges/{made}/undo")
    assert card(shop, amina)["never"] == ["sesame"]
    assert card(shop, ben)["never"] == ["latte", "soy"]
    assert "latte" in shop.checkin()["cue"]["say"]


def test_a_reward_of_what_they_never_want_is_not_waiting_for_them(shop: Shop) -> None:
    rewards = [{"id": "a", "name": "Free almond croissant", "points": 3}, {"id": "b", "name": "Free tea", "points": 2}]
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 1}], "rewards": rewards})
    amina = shop.enrol()
    every_day(shop, amina, 5)
    assert "almond" in str(shop.checkin()["cue"]["act"])
    card(shop, amina, "PUT", "/wishes", {"never": ["almond"]})
    answer = shop.checkin()
    assert "almond" not in str(answer).lower()
    assert "tea" in str(answer["cue"]["act"])


def test_controls_and_directions_are_no_words(shop: Shop) -> None:
    amina = shop.enrol()
    usual = {"name": " Te\u202ea\n", "modifiers": [" ", "Oat\u0007 milk"], "label": "\u2066<b>"}
    [mine] = card(shop, amina, "PUT", "/wishes", {"usuals": [usual], "never": ["\u200f", "nuts"]})["mine"]
    assert (mine["name"], mine["modifiers"], mine["label"]) == ("Te a", ["Oat milk"], "<b>")


# -- forgotten --------------------------------------------------------------------------------------------------------
def test_forgotten_it_is_not_said_at_the_next_scan_and_nothing_else_is_lost(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    card(shop, amina, "PUT", "/wishes", {"usuals": [COCOA], "never": ["nuts"]})
    before = shop.customer(amina)
    seen = card(shop, amina, "DELETE", "/usual")
    assert (seen["usual"], seen["mine"], seen["never"]) == (None, [], ["nuts"])
    assert shop.checkin()["cue"]["say"] == "Greet \u2068Amina\u2069"
    after = shop.customer(amina)
    assert after["points"] == before["points"]
    assert after["recognition"]["visits"] == before["recognition"]["visits"]
    assert "Latte" not in str(after["recognition"])
    known = card(shop, amina, path="/knows")
    assert {visit["fate"] for visit in known["visits"]} == {"forgotten"}
    copy = card(shop, amina, path="/copy")
    assert copy["forgot_at"] is not None
    assert {one["why"] for one in copy["not_learned"]} == {"forgotten"}
    shop.verified()


def test_it_is_learned_anew_and_what_comes_late_was_forgotten_too(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    late = shop.sale(make.line("Mocha"), who=amina.who)
    shop.service.pass_time(hours=1)
    card(shop, amina, "DELETE", "/usual")
    shop.service.pass_time(hours=1)
    shop.post(late)
    for _ in range(3):
        shop.service.pass_time(days=1)
        shop.post(shop.sale(make.line("Tea"), who=amina.who))
    shop.service.pass_time(days=1)
    answer = shop.checkin()
    assert "tea" in answer["cue"]["say"]
    assert "Mocha" not in str(answer["recognition"])
    shop.verified()


def test_forgotten_as_one_person_it_is_forgotten_of_both_until_they_are_two(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    for one in (amina, ben):
        every_day(shop, one, 4)
    card(shop, ben, "PUT", "/wishes", {"usuals": [COCOA]})
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    assert card(shop, ben, "DELETE", "/usual")["usual"] is None
    shop.verified()
    shop.owner("POST", f"/v1/merges/{made['id']}/undo", {})
    assert [card(shop, one)["usual"] for one in (amina, ben)] == ["latte", None], "it was Ben who wanted it"
    shop.verified()


def test_erased_leaves_no_sign_that_it_was_forgotten(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    card(shop, amina, "DELETE", "/usual")
    assert shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:]}).status_code == 204
    assert shop.service.one("SELECT forgot_at FROM customers WHERE id = ?", amina.id) is None
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ? AND forgotten IS NOT NULL", shop.id) == 0
    shop.verified()
