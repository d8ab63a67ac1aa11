"""Promise 2, nothing lost: what was acknowledged survives `kill -9`; what is not understood is kept with its reason."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, WebSocketException

from loyalty.store.database import open_vault
from loyalty.store.verify import verify
from loyalty.wire import Transaction
from tests import make
from tests.conftest import LONG
from tests.promises.guests import crowd
from tests.running import Enrolled, Service, Shop, Stream, serving, wait_until

pytestmark = pytest.mark.slow
SALES = 5_000
KILLS = 200 if LONG else 5


class Till:
    """An adapter with a memory: it forgets a delivery only once it is acknowledged."""

    def __init__(self, shop: Shop, sales: list[Transaction]) -> None:
        self.shop = shop
        self.sales = sales
        self.acknowledged = 0

    def send(self, until: int) -> None:
        """From the first that was not acknowledged on, until so many are or the service is gone."""
        try:
            with self.shop.stream(first=self.acknowledged) as stream:
                hearing = threading.Thread(target=self._hear, args=(stream, until))
                hearing.start()
                try:
                    for sale in self.sales[self.acknowledged : until]:
                        stream.send(sale)
                finally:
                    hearing.join()
        except (WebSocketException, OSError):
            return

    def _hear(self, stream: Stream, until: int) -> None:
        try:
            while self.acknowledged < until:
                self.acknowledged = stream.next()["ack"] + 1
        except ConnectionClosed:
            return


def sales_of(shop: Shop, people: list[Enrolled], chance: random.Random) -> list[Transaction]:
    """Weeks of sales of these people and of nobody, out of order, some refunded or voided later."""
    found: list[Transaction] = []
    while len(found) < SALES:
        at = shop.service.now - timedelta(minutes=chance.randrange(40_000))
        who = chance.choice(people).who if chance.random() < 0.7 else None
        drink = make.line(chance.choice(("Latte", "Tea", "Mocha")))
        sale = shop.sale(drink, who=who, at=at, till=chance.choice(("1", "2")))
        found.append(sale)
        if chance.random() < 0.1:
            found.append(chance.choice((make.void_of, make.refunded))(sale))
    return found[:SALES]


def revisions(sales: list[Transaction]) -> dict[str, int]:
    """The highest revision of each: what should be there once they all are."""
    highest: dict[str, int] = {}
    for sale in sales:
        highest[sale.id] = max(sale.revision, highest.get(sale.id, 0))
    return highest


def stored(service: Service, shop: Shop) -> dict[str, int]:
    return dict(service.rows("SELECT ref, revision FROM sales WHERE shop = ?", shop.id))


def test_nothing_lost_when_the_service_is_killed_at_any_moment(tmp_path: Path, fresh_database: str) -> None:
    chance = random.Random(41)
    with serving(tmp_path, make.at("12:00", 60), database=fresh_database) as service:
        shop = service.open_shop()
        people = crowd(shop, 40)
        till = Till(shop, sales_of(shop, people, chance))
        for kill in range(1, KILLS + 1):
            until = SALES * kill // (KILLS + 1)
            enough = chance.randint(till.acknowledged + 1, until)
            sending = threading.Thread(target=till.send, args=(until,))
            sending.start()
            wait_until(lambda enough=enough: till.acknowledged >= enough, pause=0.0005)  # type: ignore[misc]
            time.sleep(chance.random() / 100)
            service.kill()
            sending.join()
            there = stored(service, shop)
            for sale in till.sales[: till.acknowledged]:
                assert there[sale.id] >= sale.revision, "acknowledged, and not there"
            service.start()
        till.send(SALES)
        assert till.acknowledged == SALES
        assert stored(service, shop) == revisions(till.sales)
        numbers = [row[0] for row in service.rows("SELECT seq FROM messages WHERE shop = ? ORDER BY seq", shop.id)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert shop.post(till.sales[:1_000])["duplicates"] == 1_000
        done = service.command("verify")
        assert (done.returncode, "0 differences" in done.stdout) == (0, True), done.stdout
        points = sum(shop.customer(known)["points"] for known in people)
    assert points == undisturbed(tmp_path / "undisturbed", till.sales, people)


def undisturbed(folder: Path, sales: list[Transaction], people: list[Enrolled]) -> int:
    """The points of the same people after the same sales in a shop that nobody kills."""
    folder.mkdir()
    with serving(folder, make.at("12:00", 60)) as service:
        shop = service.open_shop()
        known = crowd(shop, len(people))
        for start in range(0, len(sales), 1_000):
            shop.post([msgspec.structs.replace(sale, shop=shop.id) for sale in sales[start : start + 1_000]])
        return sum(shop.customer(one)["points"] for one in known)


def test_nothing_lost_when_it_is_killed_while_everything_happens(tmp_path: Path, fresh_database: str) -> None:
    """Check-ins, answers and enrolments besides: whatever was answered 2xx is there after the start."""
    chance = random.Random(7)
    with serving(tmp_path, make.MORNING, database=fresh_database) as service:
        shop = service.open_shop()
        [amina] = crowd(shop, 1)
        for kill in range(KILLS if LONG else 3):
            answered: list[str] = []
            working = threading.Thread(target=work, args=(shop, amina, answered, kill))
            working.start()
            wait_until(lambda answered=answered: bool(answered), pause=0.001)  # type: ignore[misc]
            time.sleep(0.1 + chance.random() / 5)
            service.kill()
            working.join()
            service.start()
            kept = {row[0] for row in service.rows("SELECT id FROM customers UNION SELECT id FROM cues")}
            assert set(answered) <= kept
            assert answered, "it had answered something"
        assert verify(service.database, lambda _: None) == 0


def work(shop: Shop, amina: Enrolled, answered: list[str], kill: int) -> None:
    """Ids of everything that was answered, until nobody answers."""
    try:
        for number in range(100_000):
            who = make.Who("New", "", f"N{kill}-{number}", "", "", "", "")
            answered.append(shop.enrol(who, "reference").id)
            answered.append(shop.checkin(shop.presence(amina.who, till=str(number)))["cue"]["id"])
            shop.post(shop.sale(who=amina.who, till=str(number)))
    except (httpx.HTTPError, RuntimeError):
        return


def test_nothing_lost_when_it_is_asked_to_stop_in_the_midst_of_a_rush(tmp_path: Path, fresh_database: str) -> None:
    """SIGTERM: what was taken is worked off first; the adapter is told to come again."""
    with serving(tmp_path, make.MORNING, database=fresh_database) as service:
        shop = service.open_shop()
        till = Till(shop, [shop.sale() for _ in range(3_000)])
        sending = threading.Thread(target=till.send, args=(3_000,))
        sending.start()
        wait_until(lambda: till.acknowledged >= 300, pause=0.0005)
        service.stop()
        sending.join()
        there = stored(service, shop)
        assert all(sale.id in there for sale in till.sales[: till.acknowledged])
        service.start()
        till.send(3_000)
        assert len(stored(service, shop)) == 3_000
        assert "Traceback" not in service.log.read_text()


# -- what cannot be understood ----------------------------------------------------------------------------------------
def aside(service: Service, shop: Shop) -> list[tuple[Any, bytes]]:
    """(reason, raw form) of everything of this business that was set aside, opened with the master key."""
    vault = open_vault(service.place)
    business = service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    rows = service.rows("SELECT reason, body FROM set_aside WHERE business = ? ORDER BY id", business)
    return [(msgspec.json.decode(reason), vault.open_raw(body)) for reason, body in rows]


def test_nothing_lost_what_cannot_be_understood_is_kept_with_its_reason(service: Service, shop: Shop) -> None:
    marker = b"CONFIDENTIAL-ORDER"
    unfit = msgspec.to_builtins(shop.sale()) | {"total": "4.50", "staff": marker.decode()}
    raw = msgspec.json.encode(unfit)
    ndjson = {"Content-Type": "application/x-ndjson"}
    shop.refused(raw, 422)
    shop.post([unfit, shop.sale()])
    shop.post(raw + b"\n" + raw[:40] + b"\n", headers=ndjson)
    with shop.stream() as stream:
        stream.deliver([unfit, shop.sale()])
    kept = aside(service, shop)
    assert [reason["at"] for reason, _ in kept] == ["total", "total", "total", "", "total"]
    assert [body for _, body in kept][:4] == [raw, raw, raw, raw[:40]]
    assert marker in kept[4][1]
    for content in service.files().values():
        assert marker not in content, "encrypted"


@pytest.mark.parametrize("door", ["http", "stream"])
def test_nothing_lost_a_refusal_is_answered_after_it_was_set_aside(service: Service, shop: Shop, door: str) -> None:
    with shop.stream() as stream:
        for count in range(1, 21):
            if door == "http":
                shop.refused({"id": str(count)}, 422)
            else:
                seq = stream.send({"id": str(count)})
                assert stream.next()["refused"] == seq
                assert stream.next() == {"ack": seq}
            assert len(aside(service, shop)) == count


def test_nothing_lost_another_shops_sale_is_not_kept_by_us(service: Service, shop: Shop) -> None:
    """A wrong key says nothing about whose the sale is: refused, and not kept among ours."""
    theirs = service.open_shop()
    assert shop.refused(theirs.sale(), 403)["code"] == "other-shop"
    assert aside(service, theirs) == []
