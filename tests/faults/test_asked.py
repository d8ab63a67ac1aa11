"""Vendors that wait for our answer, and what they are told beside sales: end to end, over the real service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pos_adapters.shopify import ADAPTER as SHOPIFY
from tests import make
from tests.adapters.fake import Json, Sold
from tests.adapters.fake_clover import FakeClover
from tests.adapters.fake_square import FakeSquare, order, text, thin
from tests.adapters.fake_toast import RESTAURANT, FakeToast
from tests.faults.test_storm import Till
from tests.running import Service, Shop, wait_until

pytestmark = pytest.mark.slow
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


# -- Toast's loyalty questions ----------------------------------------------------------------------------------------
@pytest.fixture
def toast() -> Iterator[FakeToast]:
    with FakeToast().serving() as fake:
        yield fake


class Asking:
    """A Toast till that asks us and waits."""

    def __init__(self, shop: Shop, toast: FakeToast) -> None:
        settings = {**toast.settings(), "loyalty_public_key": PUBLIC, "till": "1", "poll_s": "3600"}
        self.id, self.url = shop.connect("toast", **settings)
        self.key = PRIVATE

    def ask(self, kind: str, body: Json, guid: str = "q1") -> httpx.Response:
        token = jwt.encode({"iss": "toast"}, self.key, algorithm="RS256")
        headers = {
            "toast-transaction-type": f"LOYALTY_{kind}", "toast-transaction-guid": guid,
            "toast-restaurant-external-id": RESTAURANT, "authorization": f"Bearer {token}",
        }  # fmt: skip
        return httpx.post(self.url, json=body, headers=headers)

    def search(self, phone: str) -> list[Json]:
        answer = self.ask("SEARCH", {"searchTransactionInformation": {"searchCriteria": {"phone": phone}}})
        assert answer.status_code == 200, answer.text
        accounts: list[Json] = answer.json()["searchResponse"]["accounts"]
        return accounts

    def check(self, kind: str, identifier: str, guid: str = "q1", *rewards: str) -> httpx.Response:
        uses = [{"identifier": id, "quantity": 1} for id in rewards]
        about = {"loyaltyIdentifier": identifier, "check": {"guid": "c1"}, "redemptions": uses}
        return self.ask(kind, {"checkTransactionInformation": about}, guid)


def test_a_toast_till_finds_them_and_is_told_what_to_say(shop: Shop, toast: FakeToast) -> None:
    amina, till = shop.enrol(), Asking(shop, toast)
    with shop.counter("1") as screen:
        screen.opened()
        [found] = till.search(make.AMINA.phone)
        cue = screen.next()["cue"]
    assert found["identifier"] == f"regulars-{amina.id}", "what it is called by says nothing of them"
    said = till.check("INQUIRE", found["identifier"]).json()
    assert said["transactionStatus"] == "ACCEPT"
    assert "Amina" in cue["say"]
    assert "Amina" in said["checkResponse"]["userMessage"]
    assert till.search("+254799999999") == []
    assert till.check("INQUIRE", "regulars-aaaaaaaaaaaaaaaa").status_code == 400


def test_the_check_that_names_what_it_was_told_is_theirs(shop: Shop, toast: FakeToast) -> None:
    amina, till = shop.enrol(), Asking(shop, toast)
    [found] = till.search(make.AMINA.phone)
    body = json.loads(toast.sell(Sold(1, shop.service.now, 38_000))[-1])
    told = body["details"]["order"]["checks"][0]
    told["appliedLoyaltyInfo"] = {"loyaltyIdentifier": found["identifier"], "vendor": "INTEGRATION"}
    assert toast.deliver(till.url, json.dumps(body).encode(), shop.service.now).status_code == 200
    wait_until(lambda: shop.customer(amina)["points"] == 1)


def test_a_reward_used_at_toast_is_reserved_once_and_comes_back(shop: Shop, toast: FakeToast) -> None:
    amina, till = shop.enrol(), Asking(shop, toast)
    shop.post([shop.sale(at=shop.service.now - timedelta(days=n), who=make.AMINA) for n in range(1, 13)])
    [found] = till.search(make.AMINA.phone)
    for _ in range(2):  # the same question, asked again
        said = till.check("REDEEM", found["identifier"], "use-1", "free-coffee").json()
        assert (said["transactionStatus"], shop.customer(amina)["points"]) == ("ACCEPT", 2), said
    said = till.check("REDEEM", found["identifier"], "use-2", "free-coffee").json()
    assert said["checkResponse"]["rejectedRedemptions"], "there are not enough points for another"
    back = {"reverseTransactionInformation": {"loyaltyIdentifier": found["identifier"], "transactionId": "use-1"}}
    for _ in range(2):
        assert till.ask("REVERSE", back, "back-1").json()["transactionStatus"] == "ACCEPT"
    assert shop.customer(amina)["points"] == 12


def test_who_is_not_toast_is_told_nothing_of_anybody(shop: Shop, toast: FakeToast) -> None:
    shop.enrol()
    till = Asking(shop, toast)
    till.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = till.ask("SEARCH", {"searchTransactionInformation": {"searchCriteria": {"phone": make.AMINA.phone}}})
    assert (answer.status_code, "Amina" in answer.text) == (401, False)


def test_guesses_at_people_are_limited_here_too(shop: Shop, toast: FakeToast) -> None:
    shop.enrol()
    till = Asking(shop, toast)
    for number in range(100):
        assert till.search(f"+2547999{number:05}") == []
    assert till.search(make.AMINA.phone) == [], "too many misses within a minute"


def test_whom_the_counter_has_greeted_is_not_announced_with_every_change_of_the_check(
    shop: Shop, toast: FakeToast
) -> None:
    shop.enrol()
    till = Asking(shop, toast)
    with shop.counter("1") as screen:
        screen.opened()
        [found] = till.search(make.AMINA.phone)
        screen.done(screen.next()["cue"]["id"], "usual")
        assert screen.next()["type"] == "closed"
        before = shop.messages()
        said = till.check("INQUIRE", found["identifier"]).json()
    assert "Amina" in said["checkResponse"]["userMessage"]
    assert shop.messages() == before


# -- what runs inside Shopify's till ----------------------------------------------------------------------------------
def test_shopifys_cart_raises_the_cue_and_is_answered_with_it(shop: Shop) -> None:
    shop.enrol(make.AMINA, "pos_id")
    given = {"client_secret": "s" * 32, "client_id": "app", "shop_domain": "kestrel.myshopify.com", "till": "1"}
    _, url = shop.connect("shopify", access_token="t", api_base="http://127.0.0.1:9", poll_s="3600", **given)
    claims = {"aud": "app", "dest": "https://kestrel.myshopify.com", "iss": "https://kestrel.myshopify.com/admin"}
    token = jwt.encode({**claims, "sub": "1", "exp": 4_102_444_800, "nbf": 1_700_000_000}, "s" * 32)
    cart = {
        "event": "cart.updated", "session": {"shopDomain": "kestrel.myshopify.com", "locationId": 1, "currency": "KES"},
        "cart": {"customer": {"id": make.AMINA.pos_id}, "lineItems": [], "grandTotal": "0.00"},
    }  # fmt: skip
    allowed = httpx.options(url, headers={"origin": "https://extensions.shopifycdn.com"})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "*")
    with shop.counter("1") as screen:
        screen.opened()
        answer = httpx.post(url, json=cart, headers={"authorization": f"Bearer {token}"})
        cue = screen.next()["cue"]
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert (answer.json()["say"], SHOPIFY.vendor) == (cue["say"], "shopify")


# -- what the owner is told -------------------------------------------------------------------------------------------
def test_clovers_code_stands_beside_the_connection_until_something_is_delivered(shop: Shop) -> None:
    with FakeClover().serving() as clover:
        till = Till(shop, clover)
        assert httpx.post(till.url, json={"verificationCode": "5f3c-11ee"}).status_code == 200
        wait_until(lambda: any("5f3c-11ee" in one["message"] for one in till.row()["troubles"]))
        [body] = clover.sell(Sold(1, shop.service.now, 38_000))[-1:]
        assert till.deliver(body).status_code == 200
        wait_until(lambda: not [one for one in till.row()["troubles"] if "5f3c" in one["message"]])


def test_tokens_that_are_given_once_are_kept_before_they_are_used(service: Service, shop: Shop) -> None:
    with FakeClover().serving() as clover:
        till = Till(shop, clover, poll_s=0.5)
        wait_until(lambda: till.row()["asked_at"] is not None)
        for number in range(3):
            clover.expire()
            clover.sell(Sold(number, service.now, 38_000, who=make.AMINA))
            wait_until(partial(_sold, shop, number + 1))
            wait_until(till.at_rest)
            service.kill()
            service.start()
        assert till.row()["state"] == "working"


class Forgetful(FakeClover):
    """Its next tokens are over before they are used."""

    stillborn = 0

    def allowed(self, headers: Mapping[str, str]) -> bool:
        if self.stillborn and super().allowed(headers):
            self.stillborn -= 1
            self.expire()
        return super().allowed(headers)


def test_tokens_that_end_before_their_first_answer_are_replaced_again(shop: Shop) -> None:
    with Forgetful().serving() as clover:
        till = Till(shop, clover, poll_s=0.5)
        wait_until(lambda: till.row()["asked_at"] is not None)
        clover.stillborn = 3
        clover.sell(Sold(0, shop.service.now, 38_000, who=make.AMINA))
        wait_until(partial(_sold, shop, 1))
        assert till.row()["state"] == "working"


def test_a_vendor_that_stopped_telling_is_noticed_and_nothing_is_lost(shop: Shop) -> None:
    with FakeSquare().serving() as square:
        till = Till(shop, square, poll_s=0.5)
        told = square.keep(order("o0", text(shop.service.now)))
        assert till.deliver(thin(told)).status_code == 200
        wait_until(lambda: len(_sales(shop)) == 1)
        for number in range(1, 7):
            square.keep(order(f"o{number}", text(shop.service.now)))
        wait_until(lambda: any("has told us nothing since" in one["message"] for one in till.row()["troubles"]))
        wait_until(lambda: len(_sales(shop)) == 7)
        shop.service.pass_time(minutes=1)
        assert till.deliver(thin(square.keep(order("o9", text(shop.service.now))), id="e9")).status_code == 200
        square.keep(order("o10", text(shop.service.now)))
        wait_until(lambda: till.row()["troubles"] == [])


def test_trouble_that_is_over_is_told_no_more_after_a_new_start(service: Service, shop: Shop) -> None:
    with FakeSquare().serving() as square:
        square.fault, square.faults = 500, 1_000_000
        till = Till(shop, square, poll_s=0.5)
        wait_until(lambda: till.row()["troubles"] != [])
        wait_until(till.at_rest)
        service.kill()
        square.faults = 0
        service.start()
        wait_until(lambda: till.row()["troubles"] == [])


def test_a_setting_that_names_another_shop_is_told_and_not_of_a_shop_among_others(shop: Shop) -> None:
    with FakeSquare().serving() as square:
        till = Till(shop, square)
        others = [thin(order(f"x{n}", text(shop.service.now), location_id="LOTHER"), id=f"x{n}") for n in range(8)]
        for body in others[:3]:
            assert till.deliver(body).status_code == 200
        wait_until(lambda: any("of another location, LOTHER" in one["message"] for one in till.row()["troubles"]))
        own = square.keep(order("o1", text(shop.service.now)))
        assert till.deliver(thin(own)).status_code == 200
        wait_until(lambda: till.row()["troubles"] == [])
        for body in others[3:]:
            assert till.deliver(body).status_code == 200
        wait_until(lambda: till.row()["unread"] == 0)
        assert till.row()["troubles"] == []


def _sold(shop: Shop, many: int) -> bool:
    return len(_sales(shop)) == many


def _sales(shop: Shop) -> list[Any]:
    return shop.service.rows("SELECT ref FROM sales WHERE shop = ?", shop.id)
