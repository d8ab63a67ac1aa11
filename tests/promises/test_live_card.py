"""An open card moves by itself: what is earned, used, chosen or put right is on it within a moment."""

from __future__ import annotations

import json
import socket
import time
from typing import Any, Self

import pytest
from websockets.frames import Frame, Opcode

from tests import make
from tests.running import PATIENCE, Enrolled, Service, Shop, Socket

pytestmark = pytest.mark.slow


class Live(Socket):
    """The socket of a card that is open on a phone."""

    def __init__(self, shop: Shop, key: str, **fields: Any) -> None:
        super().__init__(shop.service, "/v1/card/live")
        self.hello = {"key": key, **fields}

    def opened(self) -> Any:
        self.say(self.hello)
        return self.card()

    def card(self) -> Any:
        news = self.next()
        assert news["type"] == "card"
        return news["card"]


def test_it_is_told_at_once_and_when_something_is_earned(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        before = phone.opened()
        assert (before["name"], before["points"]) == ("Amina", 0)
        shop.post(shop.sale(who=amina.who))
        assert phone.card()["points"] == 1


def test_in_the_language_of_the_phone(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key, language="sw") as phone:
        assert phone.opened()["language"] == "sw"


def test_two_phones_see_what_the_one_chose(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as one, Live(shop, amina.card_key) as other:
        assert [phone.opened()["greeting"] for phone in (one, other)] == ["full", "full"]
        shop.http("PUT", "/v1/card", amina.card_key, {"greeting": "points"})
        assert [phone.card()["greeting"] for phone in (one, other)] == ["points", "points"]


def test_what_others_buy_is_no_news(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.post(shop.sale(who=ben.who))
        shop.post(shop.sale(who=amina.who))
        assert phone.card()["points"] == 1


def test_new_letters_are_on_it(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        before = phone.opened()
        shop.http("POST", "/v1/card/code", amina.card_key)
        after = phone.card()
    assert (after["code"], after["secret"]) != (before["code"], before["secret"])


def test_whoever_was_erased_is_told_by_its_closing(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:]})
        assert phone.closing_code() == 4401


def test_whoever_was_merged_reads_the_card_of_both(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    with Live(shop, ben.card_key) as phone:
        phone.opened()
        merge(shop, amina, ben)
        assert phone.card()["name"] == "Amina"
        shop.post(shop.sale(who=amina.who))
        assert phone.card()["points"] == 1


def merge(shop: Shop, kept: Enrolled, gone: Enrolled) -> None:
    shop.owner("POST", "/v1/merges", {"kept": kept.id, "gone": gone.id, "key": "m"})


@pytest.mark.parametrize("key", ["", "card_nobody"])
def test_a_link_that_opens_no_card_opens_no_socket(shop: Shop, key: str) -> None:
    with Live(shop, key) as phone:
        phone.say(phone.hello)
        assert phone.closing_code() == 4401


@pytest.mark.parametrize("said", [{}, {"key": 1}, [], "hello"])
def test_a_hello_that_is_none(shop: Shop, said: Any) -> None:
    with Live(shop, "") as phone:
        phone.say(said)
        assert phone.closing_code() == 1008


def test_a_screens_key_is_none(shop: Shop) -> None:
    with Live(shop, shop.screen_key) as phone:
        phone.say(phone.hello)
        assert phone.closing_code(PATIENCE) == 4401


def test_what_it_says_after_its_hello_changes_nothing(service: Service) -> None:
    shop = service.init()
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        for _ in range(50):
            phone.say({"key": "card_other"})
        shop.post(shop.sale(who=amina.who))
        assert phone.card()["points"] == 1


def test_after_an_undo_each_reads_their_own_again_with_their_own_code(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    own = shop.http("GET", "/v1/card", ben.card_key).json()["secret"]
    with Live(shop, ben.card_key) as phone:
        phone.opened()
        made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
        together = phone.card()
        assert (together["name"], together["code"], together["secret"]) == ("Amina", ben.card, own)
        shop.owner("POST", f"/v1/merges/{made['id']}/undo")
        assert phone.card()["name"] == "Ben"


def test_what_is_said_elsewhere_is_on_it(shop: Shop) -> None:
    amina = shop.enrol()
    with Live(shop, amina.card_key) as phone:
        phone.opened()
        shop.http("PUT", "/v1/card/wishes", amina.card_key, {"never": ["nuts"]})
        assert phone.card()["never"] == ["nuts"]
        shop.http("PUT", "/v1/card/coming", amina.card_key, {"minutes": 5})
        assert phone.card()["coming"] is not None
        shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Hello.", "key": "k"})
        assert phone.card()["unread"] == 1


class Slow:
    """A phone by its bare socket: it is told whether anybody is there, and reads nothing until it is asked to."""

    def __init__(self, port: int, key: str) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(
            b"GET /v1/card/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._read = self._socket.makefile("rb")
        while self._read.readline() != b"\r\n":
            pass
        self._say(json.dumps({"key": key}).encode(), Opcode.TEXT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._socket.close()

    def _say(self, data: bytes, opcode: Opcode, times: int = 1) -> None:
        self._socket.sendall(Frame(opcode, data).serialize(mask=True) * times)

    def fall_behind(self) -> None:
        """The answers to so many pings are more than what lies ready on both sides."""
        for _ in range(500):
            self._say(b"." * 125, Opcode.PING, 100)

    def card(self) -> Any:
        """The next one; answers to pings are passed over."""
        while True:
            first, size = self._read.read(2)
            if size == 126:
                size = int.from_bytes(self._read.read(2))
            elif size == 127:
                size = int.from_bytes(self._read.read(8))
            data = self._read.read(size)
            if first == 0x81:
                return json.loads(data)["card"]


def test_a_phone_that_did_not_read_for_a_while_is_told_once_it_does(shop: Shop) -> None:
    amina = shop.enrol()
    with Slow(shop.service.port, amina.card_key) as phone:
        assert phone.card()["points"] == 0
        phone.fall_behind()
        shop.post(shop.sale(who=amina.who))
        time.sleep(3)  # it is seen, and cannot be told
        assert phone.card()["points"] == 1
