"""A day at a till with everything going wrong: the same customers, visits and balances as on a calm day.

Deliveries are dropped, told twice, delayed, out of order and tampered with; the vendor's API fails in every way it can;
tokens expire; what was acknowledged is lost to a kill -9 of the service. Each vendor with a fake of its own goes
through it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loyalty.core.days import moment
from loyalty.store.tills import LEASE
from tests import make
from tests.adapters.fake import Fake, Json, Sold
from tests.adapters.fake_clover import FakeClover
from tests.adapters.fake_lightspeed_x import FakeLightspeedX
from tests.adapters.fake_odoo import FakeOdoo
from tests.adapters.fake_shopify import FakeShopify
from tests.adapters.fake_square import FakeSquare
from tests.adapters.fake_stripe import FakeStripe
from tests.adapters.fake_sumup import FakeSumup
from tests.adapters.fake_toast import FakeToast
from tests.adapters.fake_woocommerce import FakeWooCommerce
from tests.conftest import LONG
from tests.running import Enrolled, Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow
NOON = make.at("12:00", 30)
SALES = 400 if LONG else 40
KILLS = 20 if LONG else 2
FAULTS: tuple[int | str, ...] = (429, 500, 503, "garbage", "hang up", "slow", 401, "expired")
CASES: list[tuple[type[Fake], str]] = [
    (FakeSquare, "sqlite"), (FakeShopify, "postgresql"), (FakeToast, "sqlite"),
    (FakeClover, "postgresql"),
]  # fmt: skip
if LONG:
    FAULTS += ("hang",)  # for longer than anybody waits; `test_square.py` has it for one
    ALL = (
        FakeSquare,
        FakeShopify,
        FakeToast,
        FakeClover,
        FakeStripe,
        FakeWooCommerce,
        FakeOdoo,
        FakeLightspeedX,
        FakeSumup,
    )
    CASES = [(kind, database) for kind in ALL for database in ("sqlite", "postgresql")]


class Till:
    """A shop whose till is this vendor's, connected with `loyalty connect`."""

    def __init__(self, shop: Shop, fake: Fake, poll_s: float = 3_600) -> None:
        self.shop, self.fake = shop, fake
        given = {**fake.settings(), "public_url": shop.service.url, "poll_s": str(poll_s)}
        self.id, self.url = shop.connect(fake.vendor, **given)

    def deliver(self, body: bytes, **how: Any) -> httpx.Response:
        return self.fake.deliver(self.url, body, NOON, **how)

    def row(self) -> Json:
        found = self.shop.owner("GET", "/v1/connections")["connections"]
        return next(one for one in found if one["id"] == self.id)

    def at_rest(self) -> bool:
        """Whether nobody asks the vendor just now: who is killed in the midst of it holds the asking for LEASE."""
        [[ask_at]] = self.shop.service.rows("SELECT ask_at FROM connections WHERE id = ?", self.id)
        return bool(ask_at < moment(datetime.now(UTC)) + LEASE // 2)


def day(fake: Fake, chance: random.Random) -> list[bytes]:
    """A day's sales at the till, and the deliveries that tell of them, in order. Some are given back, some voided."""
    told: list[bytes] = []
    for number in range(SALES):
        at = NOON - timedelta(minutes=20 * number + 5 if number < 40 else 5 * number)
        who = chance.choice((make.AMINA, make.BEN, None))
        by_card = who is not None and chance.random() < 0.5
        price, tip = chance.choice((38_000, 45_050)), chance.choice((0, 500))
        sold = Sold(number, at, price, tip, who, by_card)
        told += fake.sell(sold)
        drawn, later = chance.random(), at + timedelta(minutes=2)
        if drawn < 0.15:
            told += fake.give_back(sold, later, 38_000)
        elif drawn < 0.25:
            told += fake.void(sold, later)
    return told


class Vendor:
    """Delivers as a vendor would on its worst day, and tries again until it hears 200."""

    def __init__(self, till: Till, chance: random.Random) -> None:
        self.till, self.chance = till, chance

    def deliver(self, told: list[bytes]) -> None:
        worst = [body for body in told if self.chance.random() > 0.2]  # the rest is dropped
        worst += self.chance.sample(worst, len(worst) // 3)  # told twice
        self.chance.shuffle(worst)
        for body in worst:
            if self.chance.random() < 0.2:
                self._forged(body)
            self._until_heard(body)

    def _until_heard(self, body: bytes) -> None:
        for _ in range(600):
            try:
                if self.till.deliver(body).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("nobody listens")

    def _forged(self, body: bytes) -> None:
        """By somebody who knows the address, and no secret."""
        secrets = dict.fromkeys(self.till.fake.secrets, "guessed")
        with suppress(httpx.HTTPError):  # it was being killed
            assert not secrets or self.till.deliver(body, **secrets).status_code == 401


@contextmanager
def weather(fake: Fake, chance: random.Random) -> Iterator[None]:
    """The API fails now and then, each time otherwise."""
    over = threading.Event()

    def blow() -> None:
        while not over.wait(chance.random() / 2):
            fake.fault, fake.faults = chance.choice(FAULTS), 1

    blowing = threading.Thread(target=blow)
    blowing.start()
    try:
        yield
    finally:
        over.set()
        blowing.join()


def stored(shop: Shop) -> dict[str, tuple[Any, ...]]:
    rows = shop.service.rows("SELECT ref, state, note, person, counts, odd FROM sales WHERE shop = ?", shop.id)
    return {row[0]: row[1:] for row in rows}


def enrolled(shop: Shop) -> list[Enrolled]:
    return [shop.enrol(who, "pos_id", "fingerprint", "phone", "email") for who in (make.AMINA, make.BEN)]


def outcome(shop: Shop, people: list[Enrolled]) -> list[Any]:
    """What is to be the same, whatever happened. Whose a sale is told by name, since ids are chance."""
    names = {one.id: one.who.name for one in people}
    sales = {ref: (row[0], row[1], names.get(row[2]), *row[3:]) for ref, row in stored(shop).items()}
    known = [shop.customer(one) for one in people]
    for visit in (visit for one in known for visit in one["visits"]):
        del visit["sales"]  # they name their shop by its id, which is chance
    return [sales, [(one["points"], one["recognition"]["visits"], one["visits"]) for one in known]]


def calm(service: Service, kind: type[Fake]) -> list[Any]:
    shop = service.open_shop()
    people = enrolled(shop)
    with kind(page=50).serving() as fake:
        till = Till(shop, fake)
        for body in day(fake, random.Random(11)):
            assert till.deliver(body).status_code == 200
        wait_until(lambda: till.row()["unread"] == 0)
        return outcome(shop, people)


@pytest.mark.parametrize(("kind", "new_database"), CASES, indirect=["new_database"])
def test_the_worst_day_comes_to_the_same_as_a_calm_one(tmp_path: Path, fresh_database: str, kind: type[Fake]) -> None:
    """On PostgreSQL with two workers, which share the deliveries between them."""
    chance, options = random.Random(12), ("--workers", "2") if fresh_database else ()
    with serving(tmp_path, NOON, 2, fresh_database, *options) as service, kind(page=7).serving() as fake:
        expected = calm(service, kind)
        assert all(points > 3 and visits for points, _, visits in expected[1]), "nobody was recognised"
        shop = service.open_shop()
        people = enrolled(shop)
        till = Till(shop, fake, poll_s=0.5)
        told = day(fake, random.Random(11))
        telling = threading.Thread(target=Vendor(till, chance).deliver, args=(told,))
        with weather(fake, chance):
            telling.start()
            for _ in range(KILLS):
                time.sleep(1 + chance.random())
                service.kill()
                service.start()
            telling.join()
        fake.faults = 0
        wait_until(lambda: till.row()["unread"] == 0)
        wait_until(lambda: len(stored(shop)) == len(expected[0]))
        wait_until(lambda: outcome(shop, people) == expected)
        done = service.command("verify")
        assert (done.returncode, "0 differences" in done.stdout) == (0, True), done.stdout
        numbers = [row[0] for row in shop.messages()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert b"Traceback" not in service.log.read_bytes()
