"""*On my way*: the counter sees who is coming, once, and only those who let themselves be named."""

from __future__ import annotations

import pytest

from loyalty.core.coming import LATE_MINUTES
from tests import make
from tests.promises.test_own_card import card, every_day, refusal
from tests.running import Shop

pytestmark = pytest.mark.slow

WAY = "/coming"


def test_every_screen_sees_it_with_the_usual_and_it_goes_when_they_show_up(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    with shop.counter("1") as one, shop.counter("2") as two:
        one.opened(), two.opened()
        assert card(shop, amina, "PUT", WAY, {"minutes": 10})["coming"] is not None
        for screen in (one, two):
            cue = screen.next()["cue"]
            assert (cue["tone"], cue["till"]) == ("inform", None)
            assert cue["say"] == "\u2068Amina\u2069 in 10 min\u00a0— latte?"
        shop.checkin(shop.presence(amina.who, till="1"))
        assert {one.next()["type"] for _ in range(2)} == {"closed", "cue"}
        assert two.next()["type"] == "closed"
    assert card(shop, amina)["coming"] is None


def test_it_is_taken_back(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        cue = screen.next()["cue"]
        assert cue["say"] == "\u2068Amina\u2069 is here in 5 min"
        assert card(shop, amina, "DELETE", WAY)["coming"] is None
        assert screen.next()["cue"] == cue["id"]


def test_said_again_it_is_the_same_cue(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 15})
        first = screen.next()["cue"]
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        again = screen.next()["cue"]
    assert (again["id"], "5 min" in again["say"]) == (first["id"], True)


def test_whoever_is_too_late_is_waited_for_no_longer(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        screen.next()
        shop.service.pass_time(minutes=5 + LATE_MINUTES, seconds=1)
        assert screen.next()["type"] == "closed"
    assert card(shop, amina)["coming"] is None


def test_their_sale_closes_it_and_nobody_elses_is_theirs(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        screen.next()
        shop.post(shop.sale(who=None, till="1", at=shop.service.now))
        shop.post(shop.sale(make.line("Tea"), who=amina.who, till="1", at=shop.service.now))
        assert screen.next()["type"] == "closed"
    assert shop.customer(amina)["points"] == 1


@pytest.mark.parametrize("greeting", ["points", "none"])
def test_whoever_is_named_to_nobody_announces_themselves_to_nobody(shop: Shop, greeting: str) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"greeting": greeting})
    assert refusal(shop, amina, "PUT", WAY, {"minutes": 5}) == (409, "quiet")
    assert shop.messages() == []


def test_by_name_alone_it_says_no_order(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    card(shop, amina, "PUT", body={"greeting": "name"})
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        assert screen.next()["cue"]["say"] == "\u2068Amina\u2069 is here in 5 min"


@pytest.mark.parametrize("minutes", [0, -5, 31, 1.5, "5"])
def test_minutes_that_are_none(shop: Shop, minutes: object) -> None:
    assert refusal(shop, shop.enrol(), "PUT", WAY, {"minutes": minutes})[0] == 422
