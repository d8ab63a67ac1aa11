"""A shop speaks the language it was opened in; a screen, a till or a card may ask for another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import msgpack

from loyalty.wire_program import Program
from tests import make
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
INIT = ("init", "--shop", "Mkahawa", "--currency", "KES", "--timezone", "Africa/Nairobi", "--json")


def greeted(say: str) -> str:
    return say.partition("\u2068")[0].strip()


def test_init_opens_a_shop_in_a_language(tmp_path: Path) -> None:
    service = Service(tmp_path, make.MORNING)
    done = service.command(*INIT, "--language", "sw")
    assert done.returncode == 0, done.stderr
    assert service.one("SELECT language FROM shops WHERE id = ?", json.loads(done.stdout)["shop"]) == "sw"
    program = service.one("SELECT body FROM programs")
    assert msgpack.decode(program, type=Program).rewards[0].name == "Kahawa ya bure"
    plain = service.command(*INIT)
    assert service.one("SELECT language FROM shops WHERE id = ?", json.loads(plain.stdout)["shop"]) == "en"


def test_a_language_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path, shop: Shop) -> None:
    done = Service(tmp_path, make.MORNING).command(*INIT, "--language", "tlh")
    assert done.returncode == 2
    assert "tlh" in done.stderr
    assert "ar, en, my, sw" in done.stderr
    assert not (tmp_path / "loyalty.db").exists()
    wanted = {"name": "Harbour", "currency": "KES", "timezone": "Africa/Nairobi", "language": "tlh"}
    answer = shop.http("POST", "/v1/shops", shop.owner_key, wanted)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "language")


def test_a_shop_that_is_added_has_a_language_of_its_own(service: Service, shop: Shop) -> None:
    wanted = {"name": "Harbour", "currency": "KES", "timezone": "Africa/Nairobi"}
    for language in (None, "my"):
        made = shop.owner("POST", "/v1/shops", wanted | ({"language": language} if language else {}))
        assert service.one("SELECT language FROM shops WHERE id = ?", made["id"]) == (language or "en")


def test_a_screen_hears_its_own_language_and_the_till_the_shops(service: Service) -> None:
    shop = service.open_shop(language="sw")
    amina = shop.enrol()
    with shop.counter("1") as own, shop.counter("1", language="ar") as other:
        assert (own.opened()["language"], other.opened()["language"]) == ("sw", "ar")
        answer = shop.checkin(shop.presence(amina.who))
        assert greeted(answer["cue"]["say"]) == greeted(own.next()["cue"]["say"]) == "Mkaribishe"
        assert greeted(other.next()["cue"]["say"]) == "أهلاً بـ"
    asked = shop.http("POST", "/v1/checkins?language=en", shop.screen_key, shop.presence(amina.who)).json()
    assert greeted(asked["cue"]["say"]) == "Welcome"
    assert asked["recognition"]["usual"]["because"] == "Nothing is known yet"


def test_a_card_comes_in_the_language_it_is_asked_for(service: Service) -> None:
    shop = service.open_shop(language="my")
    amina = shop.enrol()
    shop.post(
        [shop.sale(make.line("Latte", "Medium"), who=amina.who, at=make.at("12:05", day)) for day in range(10, 20)]
    )
    card = {
        language: shop.http("GET", f"/v1/card{query}", amina.card_key).json()
        for language, query in (("my", ""), ("sw", "?language=sw-KE"), ("en", "?language=tlh"))
    }
    assert {language: view["language"] for language, view in card.items()} == {one: one for one in card}
    assert card["sw"]["usual"] == "latte\u00a0medium"
    assert card["en"]["usual"] == "medium\u00a0latte"
    assert card["sw"]["because"].startswith("Latte mara ")
    kept = shop.http("PUT", "/v1/card?language=ar", amina.card_key, {"greeting": "name"}).json()
    assert (kept["language"], kept["greeting"]) == ("ar", "name")
