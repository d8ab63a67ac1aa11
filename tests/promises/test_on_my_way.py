"""*On my way*: the counter sees who is coming, once, and only those who let themselves be named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from loyalty.acts.coming import OPEN_MAX
from loyalty.core.coming import LATE_MINUTES, SAID_MAX
from tests import make
from tests.promises.guests import crowd
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


@pytest.mark.parametrize("minutes", [0, -5, 16, 1.5, "5"])
def test_minutes_that_are_none(shop: Shop, minutes: object) -> None:
    assert refusal(shop, shop.enrol(), "PUT", WAY, {"minutes": minutes})[0] == 422


def test_whoever_chooses_to_be_left_alone_is_taken_off_the_screens_at_once(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina)
    with shop.counter("1") as screen:
        screen.opened()
        card(shop, amina, "PUT", WAY, {"minutes": 10})
        assert "latte" in screen.next()["cue"]["say"]
        card(shop, amina, "PUT", "/wishes", {"never": ["latte"]})
        assert screen.next()["type"] == "closed"
        again = screen.next()["cue"]
        assert again["say"] == "\u2068Amina\u2069 is here in 10 min"
        card(shop, amina, "PUT", body={"greeting": "none"})
        assert screen.next()["cue"] == again["id"]
    assert card(shop, amina)["coming"] is None


def test_nobody_fills_the_screens_with_it(shop: Shop) -> None:
    amina = shop.enrol()
    for _ in range(SAID_MAX):
        card(shop, amina, "PUT", WAY, {"minutes": 5})
        card(shop, amina, "DELETE", WAY)
    assert refusal(shop, amina, "PUT", WAY, {"minutes": 5}) == (409, "enough")
    shop.service.pass_time(minutes=31)
    assert card(shop, amina, "PUT", WAY, {"minutes": 5})["coming"] is not None


def test_nor_do_many(shop: Shop) -> None:
    guests = crowd(shop, OPEN_MAX + 1)
    for one in guests[:-1]:
        card(shop, one, "PUT", WAY, {"minutes": 5})
    assert refusal(shop, guests[-1], "PUT", WAY, {"minutes": 5}) == (409, "enough")
    assert card(shop, guests[0], "PUT", WAY, {"minutes": 15})["coming"] is not None


def test_whoever_turns_out_to_be_somebody_else_is_not_here_by_that(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    card(shop, ben, "PUT", WAY, {"minutes": 10})
    with shop.counter("1") as screen:
        screen.opened()
        shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
        assert screen.next()["type"] == "closed"
        shop.checkin(shop.presence(amina.who, till="1"))
        assert screen.next()["type"] == "cue"


def test_at_another_shop_they_have_arrived_too(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", WAY, {"minutes": 10})
    other = shop.owner("POST", "/v1/shops", {"name": "Second", "currency": "KES", "timezone": "Africa/Nairobi"})["id"]
    there = replace(shop.presence(amina.who), shop=other)
    assert shop.http("POST", "/v1/checkins", shop.adapter_key, there).status_code == 200
    assert card(shop, amina)["coming"] is None
