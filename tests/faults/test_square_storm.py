"""A day at a Square till with everything going wrong: the same customers, visits and balances as on a calm day."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import make
from tests.adapters.fake_square import FakeSquare, Json, event, order, payment, returned, thin
from tests.conftest import LONG
from tests.faults.test_square import Till, stored, text
from tests.running import Enrolled, Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow
NOON = make.at("12:00", 30)
SALES = 400 if LONG else 40
KILLS = 20 if LONG else 2
FAULTS = (429, 500, 503, "garbage", "hang up", "slow", 401)


def day(square: FakeSquare, chance: random.Random) -> list[bytes]:
    """A day's sales at Square, and the webhooks that tell of them, in order."""
    told: list[bytes] = []
    for number in range(SALES):
        at = text(NOON - timedelta(minutes=20 * number + 5 if number < 40 else 5 * number))
        who = chance.choice((make.AMINA, make.BEN, None))
        by_card = who is not None and chance.random() < 0.5
        named: Json = {"customer_id": who.pos_id} if who is not None and not by_card else {}
        sold = order(f"o{number}", at, price=chance.choice((38_000, 45_050)), tip=chance.choice((0, 500)), **named)
        paid = payment(sold, fingerprint=who.fingerprint if who and by_card else None)
        if by_card:
            sold["tenders"][0] |= {"type": "CARD", "card_details": paid["card_details"]}
            told.append(event("payment.created", f"a{number}", paid | {"status": "APPROVED"}))
        square.sell(sold, paid)
        told += [event("payment.updated", f"p{number}", paid), thin(sold, id=f"t{number}")]
        told += _second_thoughts(square, sold, number, chance)
    return told


def _second_thoughts(square: FakeSquare, sold: Json, number: int, chance: random.Random) -> Iterator[bytes]:
    """Some are given back, some canceled."""
    drawn = chance.random()
    if drawn < 0.15:
        back = square.sell(returned(f"r{number}", sold, sold["updated_at"], 38_000))
        about = {
            "id": f"rf{number}", "status": "COMPLETED", "order_id": back["id"], "location_id": back["location_id"],
            "created_at": back["created_at"], "amount_money": back["return_amounts"]["total_money"],
        }  # fmt: skip
        yield event("refund.created", f"f{number}", about)
    elif drawn < 0.25:
        square.sell(sold | {"state": "CANCELED", "version": 3})
        yield thin(square.orders[sold["id"]], id=f"v{number}")


class Vendor:
    """Delivers as Square would on its worst day, and tries again until it hears 200."""

    def __init__(self, till: Till, chance: random.Random) -> None:
        self.till, self.chance = till, chance

    def deliver(self, told: list[bytes]) -> None:
        worst = [body for body in told if self.chance.random() > 0.2]  # the rest is dropped
        worst += self.chance.sample(worst, len(worst) // 3)  # told twice
        self.chance.shuffle(worst)
        for body in worst:
            if self.chance.random() < 0.2:
                self._tampered(body)
            self._until_heard(body)

    def _until_heard(self, body: bytes) -> None:
        for _ in range(600):
            try:
                if self.till.square.deliver(self.till.url, body).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("nobody listens")

    def _tampered(self, body: bytes) -> None:
        try:
            answer = self.till.square.deliver(self.till.url, body.replace(b'"amount": ', b'"amount": 9'), key="guessed")
            assert answer.status_code == 401
        except httpx.HTTPError:
            pass  # it was being killed


@contextmanager
def weather(square: FakeSquare, chance: random.Random) -> Iterator[None]:
    """The API fails now and then, each time otherwise."""
    over = threading.Event()

    def blow() -> None:
        while not over.wait(chance.random() / 2):
            square.fault, square.faults = chance.choice(FAULTS), 1

    blowing = threading.Thread(target=blow)
    blowing.start()
    try:
        yield
    finally:
        over.set()
        blowing.join()


def enrolled(shop: Shop) -> list[Enrolled]:
    return [shop.enrol(who, "pos_id", "fingerprint") for who in (make.AMINA, make.BEN)]


def outcome(shop: Shop, people: list[Enrolled]) -> list[Any]:
    """What is to be the same, whatever happened. Whose a sale is told by name, since ids are chance."""
    names = {one.id: one.who.name for one in people}
    sales = {ref: (row[0], row[1], names.get(row[2]), *row[3:]) for ref, row in stored(shop).items()}
    known = [shop.customer(one) for one in people]
    for visit in (visit for one in known for visit in one["visits"]):
        del visit["sales"]  # they name their shop by its id, which is chance
    return [sales, [(one["points"], one["recognition"]["visits"], one["visits"]) for one in known]]


def calm(service: Service) -> list[Any]:
    shop, people = service.open_shop(), []
    people = enrolled(shop)
    with FakeSquare(page=50).serving() as square:
        till = Till(shop, square)
        for body in day(square, random.Random(11)):
            till.hook(body)
        till.settled()
        return outcome(shop, people)


def test_the_worst_day_comes_to_the_same_as_a_calm_one(tmp_path: Path, fresh_database: str) -> None:
    """On PostgreSQL with two workers, which share the deliveries between them."""
    chance, options = random.Random(12), ("--workers", "2") if fresh_database else ()
    with serving(tmp_path, NOON, 2, fresh_database, *options) as service, FakeSquare(page=7).serving() as square:
        expected = calm(service)
        shop = service.open_shop()
        people = enrolled(shop)
        till = Till(shop, square, poll_s=0.5)
        told = day(square, random.Random(11))
        telling = threading.Thread(target=Vendor(till, chance).deliver, args=(told,))
        with weather(square, chance):
            telling.start()
            for _ in range(KILLS):
                time.sleep(1 + chance.random())
                service.kill()
                service.start()
            telling.join()
        square.faults = 0
        wait_until(lambda: till.row()["unread"] == 0)
        wait_until(lambda: len(stored(shop)) == len(square.orders))
        wait_until(lambda: outcome(shop, people) == expected)
        done = service.command("verify")
        assert (done.returncode, "0 differences" in done.stdout) == (0, True), done.stdout
        numbers = [row[0] for row in shop.messages()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert b"Traceback" not in service.log.read_bytes()
