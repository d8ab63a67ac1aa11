"""A card that is open on two phones: whatever is changed on the one is on the other within a moment."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests import make
from tests.promises.test_live_card import Live, merge
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.slow
SETTLED = 1.5  # seconds, after which an open card has been looked at: what wakes it then is what happened

ABOUT_THEM = (
    {"consents": {"recognise": True, "remember": True, "messages": True, "offers": False}},
    {"name": "Aminata"},
    {"spoken": "ah-MEE-nah"},
    {"birthday": "05-17"},
    {"paused": True},
    {"other_today": True},
)


@pytest.mark.parametrize("change", ABOUT_THEM, ids=lambda it: next(iter(it)))
def test_what_they_change_on_another_phone_wakes_this_one(shop: Shop, change: dict[str, Any]) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        before = phone.opened()
        time.sleep(SETTLED)
        shop.http("PUT", "/v1/card", amina.card_key, change)
        after = phone.card()
    shown = {name: value for name, value in change.items() if name in before}  # the rest is on its other page
    assert {name: after[name] for name in shown} == shown


def test_a_usual_that_is_forgotten_on_another_phone_is_gone_here(shop: Shop) -> None:
    amina = daily(shop)
    with Live(shop, amina.card_key) as phone:
        assert phone.opened()["usual"] is not None
        time.sleep(SETTLED)
        shop.http("DELETE", "/v1/card/usual", amina.card_key)
        assert phone.card()["usual"] is None


def test_a_pause_of_somebody_merged_in_ends_here_too(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    shop.http("PUT", "/v1/card", ben.card_key, {"paused": True})
    merge(shop, amina, ben)
    with Live(shop, amina.card_key) as phone:
        assert phone.opened()["paused"] is True
        time.sleep(SETTLED)
        shop.http("PUT", "/v1/card", ben.card_key, {"paused": False})
        assert phone.card()["paused"] is False


def test_a_question_is_asked_answered_and_passed_over_on_every_phone(shop: Shop) -> None:
    amina = daily(shop)
    with Live(shop, amina.card_key) as phone:
        assert phone.opened()["question"] is None, "it is the page that asks"
        time.sleep(SETTLED)
        asked = shop.http("GET", "/v1/card", amina.card_key).json()["question"]
        assert phone.card()["question"] == asked
        shop.http("POST", "/v1/card/answers", amina.card_key, {"question": asked["id"], "thumb": "up"})
        assert phone.card()["question"] is None


def test_whoever_is_at_a_counter_is_asked_nothing_meanwhile(shop: Shop) -> None:
    amina = daily(shop)
    shop.http("GET", "/v1/card", amina.card_key)
    with Live(shop, amina.card_key) as phone:
        assert phone.opened()["question"] is not None
        time.sleep(SETTLED)
        shop.checkin(shop.presence(amina.who))
        assert phone.card()["question"] is None


def test_later_than_they_said_is_on_it(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.http("PUT", "/v1/card/coming", amina.card_key, {"minutes": 5})
        first = phone.card()["coming"]
        shop.http("PUT", "/v1/card/coming", amina.card_key, {"minutes": 15})
        assert phone.card()["coming"] > first
        shop.http("DELETE", "/v1/card/coming", amina.card_key)
        assert phone.card()["coming"] is None


def test_a_thread_with_who_was_merged_in_is_theirs(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.owner("POST", f"/v1/threads/{ben.id}", {"text": "Hello.", "key": "k"})
        merge(shop, amina, ben)
        assert phone.card()["unread"] == 1
        shop.http("GET", "/v1/card/thread", ben.card_key)
        assert phone.card()["unread"] == 0


def daily(shop: Shop) -> Enrolled:
    """A latte a day until yesterday: they have a usual, and there is a visit to ask about."""
    amina = shop.enrol()
    shop.post([shop.sale(who=amina.who, at=make.at("12:05", day)) for day in range(15, 30)])
    return amina


def test_one_sentence_that_was_read_and_another_that_was_not_are_two(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Hello.", "key": "1"})
        assert phone.card()["unread"] == 1
        shop.http("GET", "/v1/card/thread", amina.card_key)
        shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Hello again.", "key": "2"})
        told = phone.card()["unread"]  # that it was read, where that was seen in between
        assert told == 1 or phone.card()["unread"] == 1
