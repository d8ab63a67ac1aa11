"""Whoever has one pass learns and does nothing about another: not with its token, nor with another's serial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from loyalty.web.passes import DEVICE, TAG_DIGITS_MAX
from tests import make
from tests.running import Enrolled, Service, Shop
from tests.wallets import issuing
from tests.wallets.phone import Phone

pytestmark = pytest.mark.slow
PREFIX = "/wallet/apple/v1"


@dataclass(frozen=True)
class Two:
    """Amina's pass and Cleo's, who is of another business."""

    mine: Phone
    theirs: Phone
    serial: str
    their_serial: str
    cleo: Enrolled

    def ask(self, method: str, path: str, token: str | None, body: object = None) -> Any:
        headers = {"Authorization": token.encode("latin-1")} if token is not None else {}
        return self.mine.shop.http(method, PREFIX + path, None, body, headers=headers)


@pytest.fixture
def two(service: Service) -> Two:
    shops = service.open_shop(), service.open_shop()
    amina, cleo = shops[0].enrol(), shops[1].enrol(make.CLEO)
    mine, theirs = Phone(shops[0], f"a{shops[0].id}", "aa0b" * 16), Phone(shops[1], f"c{shops[1].id}", "cc0c" * 16)
    serials = mine.add(amina)["serialNumber"], theirs.add(cleo)["serialNumber"]
    theirs.register(serials[1])
    return Two(mine, theirs, *serials, cleo)


def stored(two: Two) -> list[tuple[Any, ...]]:
    sql = "SELECT * FROM pass_devices WHERE serial = ?"
    return two.mine.shop.service.rows(sql, two.their_serial)


def tokens(two: Two) -> list[str | None]:
    """Everything that is not Cleo's token, sent as it should be."""
    mine = two.mine.passes[two.serial]["authenticationToken"]
    theirs = two.theirs.passes[two.their_serial]["authenticationToken"]
    return [None, "", f"ApplePass {mine}", f"Bearer {theirs}", theirs, f"ApplePass {theirs[:-1]}", "ApplePass \xff"]


def test_a_pass_wants_its_own_token(two: Two) -> None:
    before = stored(two)
    registration = f"/devices/{two.theirs.name}/registrations/{issuing.KIND}/{two.their_serial}"
    attempts = (("POST", {"pushToken": "ff"}), ("DELETE", None))
    for token in tokens(two):
        for method, body in attempts:
            answer = two.ask(method, registration, token, body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no-key"), token
        answer = two.ask("GET", f"/passes/{issuing.KIND}/{two.their_serial}", token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no-key"), token
        assert "Cleo" not in answer.text
    assert stored(two) == before


def test_a_pass_of_another_kind_is_not_ours(two: Two) -> None:
    right = f"ApplePass {two.theirs.passes[two.their_serial]['authenticationToken']}"
    for kind in ("pass.example.other", "x"):
        assert two.ask("GET", f"/passes/{kind}/{two.their_serial}", right).status_code == 401
        assert two.ask("GET", f"/devices/{two.theirs.name}/registrations/{kind}", None).status_code == 401
    assert two.ask("GET", f"/passes/{issuing.KIND}/nobody", right).status_code == 401


def test_a_telephone_hears_of_its_own_passes_alone(two: Two) -> None:
    two.mine.register(two.serial)
    assert two.mine.changed(two.serial) == [two.serial]
    assert two.theirs.changed(two.their_serial) == [two.their_serial]
    answer = two.ask("GET", f"/devices/nobody-s/registrations/{issuing.KIND}", None)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("device", ["a b", "x" * 65, "é", "a_b"])
def test_a_telephone_has_a_plain_name(two: Two, device: str) -> None:
    assert DEVICE.pattern.endswith("{1,64}")
    answer = two.ask("GET", f"/devices/{device}/registrations/{issuing.KIND}", None)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "device")


@pytest.mark.parametrize("push", ["", "not hexadecimal", "../../3/device/aa", "a" * 201, None])
def test_a_notice_goes_to_a_plain_address(two: Two, push: str | None) -> None:
    """It becomes part of one."""
    path = f"/devices/{two.mine.name}/registrations/{issuing.KIND}/{two.serial}"
    right = f"ApplePass {two.mine.passes[two.serial]['authenticationToken']}"
    assert two.ask("POST", path, right, {"pushToken": push}).status_code == 422


@pytest.mark.parametrize("tag", ["x", "-1", "9" * (TAG_DIGITS_MAX + 1), "", "\u0661"])
def test_a_tag_that_we_never_said_asks_for_everything(two: Two, tag: str) -> None:
    path = f"/devices/{two.theirs.name}/registrations/{issuing.KIND}?passesUpdatedSince={tag}"
    assert two.ask("GET", path, None).json()["serialNumbers"] == [two.their_serial]


@pytest.mark.parametrize("since", ["yesterday", "", "Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 99 Foo 2026 99:99:99"])
def test_a_time_that_cannot_be_read_is_none(two: Two, since: str) -> None:
    path = f"/v1/passes/{issuing.KIND}/{two.serial}"
    answer = two.mine.ask("GET", path, two.serial, **{"If-Modified-Since": since})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apple.pkpass")


def test_a_card_s_token_makes_a_pass_of_that_card_alone(two: Two) -> None:
    shop: Shop = two.mine.shop
    for key in (shop.owner_key, shop.screen_key, shop.adapter_key, None):
        for maker in ("apple", "google"):
            assert shop.http("POST", f"/v1/card/wallet/{maker}", key).status_code == 401


def test_two_who_are_one_have_each_their_own_letters_and_parted_again_show_their_own(service: Service) -> None:
    shop = service.open_shop()
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    phone = Phone(shop, "k1", "dd0d" * 16)
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    serial = phone.add(ben)["serialNumber"]
    assert phone.passes[serial]["barcodes"][0]["message"] == ben.card
    assert "Amina" in str(phone.passes[serial])
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    fresh = phone.fetch(serial, since=False)
    assert fresh is not None
    assert "Amina" not in str(fresh)
    assert fresh["barcodes"][0]["message"] == ben.card
