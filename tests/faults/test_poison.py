"""What nobody foresaw: one delivery that cannot be worked on, a disk that is full, somebody else writing."""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from loyalty.store.database import open_vault
from loyalty.store.session import EVERYBODY
from loyalty.wire import Transaction
from tests import make
from tests.running import Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def service(tmp_path: Path, fresh_database: str) -> Iterator[Service]:
    with serving(tmp_path, make.MORNING, database=fresh_database) as service:
        yield service


@pytest.fixture
def shop(service: Service) -> Shop:
    """Amina and Ben can be worked on; what is stored of Cleo rotted on the disk."""
    shop = service.open_shop()
    for who in (make.AMINA, make.BEN):
        shop.enrol(who)
    cleo = shop.enrol(make.CLEO)
    shop.post(shop.sale(who=make.CLEO, at=make.at("07:00", -1)))
    with closing(service.place.open()) as session, session.transaction():
        session.turn([EVERYBODY])
        assert session.run("UPDATE states SET memory = ? WHERE customer = ?", (b"\x93\xc1", cleo.id)) == 1
    return shop


def aside(service: Service) -> list[tuple[bytes, bytes]]:
    vault = open_vault(service.place)
    rows = service.rows("SELECT reason, body FROM set_aside ORDER BY id")
    return [(reason, vault.open_raw(body)) for reason, body in rows]


def test_nothing_lost_one_poisoned_delivery_is_set_aside_alone(service: Service, shop: Shop) -> None:
    """In a request of many: the others are kept, it is listed as our fault, and can be replayed."""
    sales = [shop.sale(who=who, at=make.at("08:00", -3)) for who in (make.AMINA, make.CLEO, make.BEN)]
    answer = shop.post([*sales, {"id": "unfit"}])
    assert answer["accepted"] == 2
    assert [(one["index"], one["error"]["code"]) for one in answer["rejected"]] == [(1, "our-fault"), (3, "bad-field")]
    kept = aside(service)
    assert len(kept) == 2
    assert any(b"our-fault" in reason and sales[1].id.encode() in body for reason, body in kept)
    assert shop.post(shop.sale(who=make.AMINA))["accepted"] == 1, "and the line goes on"


def test_nothing_lost_a_poisoned_frame_is_refused_and_those_around_it_acknowledged(
    service: Service, shop: Shop
) -> None:
    with shop.stream() as stream:
        stream.deliver([shop.sale(who=who) for who in (make.AMINA, make.CLEO, make.BEN)])
        assert {seq: error["code"] for seq, error in stream.refused.items()} == {2: "our-fault"}
    assert service.one("SELECT COUNT(*) FROM sales WHERE shop = ? AND at = received_at", shop.id) == 2


def test_nothing_lost_a_poisoned_checkin_is_no_answer(shop: Shop) -> None:
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence(make.CLEO))
    assert answer.status_code in (500, 503)
    assert set(answer.json()) == {"error"}
    assert shop.checkin()["customer"]["name"] == "Amina"


@pytest.mark.parametrize("together", ["in one request", "in one commit"])
def test_in_order_screens_hear_of_everything_beside_a_poisoned_delivery(
    service: Service, shop: Shop, together: str
) -> None:
    """What is committed one by one after the batch failed is told to the screens all the same, in order."""
    sales = [shop.sale(who=who) for who in (make.AMINA, make.CLEO, make.BEN)]
    with shop.counter("1") as screen:
        start = screen.opened()["seq"]
        if together == "in one request":
            shop.post(sales)
        else:
            in_one_commit(service, shop, sales)
        told = screen.take(2)
    assert [message["cue"]["name"] for message in told] == ["\u2068Amina\u2069", "\u2068Ben\u2069"]
    assert [(message["seq"], message["prev"]) for message in told] == [(start + 1, start), (start + 2, start + 1)]


def in_one_commit(service: Service, shop: Shop, sales: list[Transaction]) -> None:
    """Each its own request, all waiting behind one that cannot commit yet."""
    with ThreadPoolExecutor() as pool:
        waiting: list[Future[Any]] = []
        with service.held():
            for count, sale in enumerate((shop.sale(), *sales), 1):
                waiting.append(pool.submit(shop.post, sale))
                wait_until(lambda count=count: service.metric("regulars_waiting") == count)  # type: ignore[misc]
        for one in waiting:
            one.result()


# -- a disk that is full ----------------------------------------------------------------------------------------------
LOG_BYTES = 8_192  # room for the log, and for no page of the database


@contextmanager
def full_disk(service: Service) -> Iterator[None]:
    """Whatever the service writes beyond the first bytes of a file fails, as on a disk that is full."""
    before = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (LOG_BYTES, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, before)


def test_nothing_lost_on_a_full_disk(tmp_path: Path) -> None:
    """Nothing is acknowledged that is not written: 503 and 1013, try again; afterwards everything goes on by itself."""
    with serving(tmp_path, make.MORNING) as service:
        shop = service.open_shop()
        amina = shop.enrol()
        first = shop.sale(who=make.AMINA, at=make.at("08:00", -1))
        shop.post(first)
        with full_disk(service):
            for body in (shop.sale(), [shop.sale(), {"id": "unfit"}], {"id": "unfit"}):
                answer = shop.http("POST", "/v1/transactions", shop.adapter_key, body)
                assert (answer.status_code, answer.json()["error"]["code"]) == (503, "try-again")
                assert int(answer.headers["Retry-After"]) > 0
            for message in (shop.sale(), shop.presence(), {"id": "unfit"}):
                with shop.stream() as stream:
                    stream.send(message)
                    assert stream.closing_code() == 1013
                    assert stream.refused == {}
            tasks: tuple[tuple[str, str, object], ...] = (
                ("/v1/checkins", shop.screen_key, shop.presence()),
                ("/v1/customers", shop.screen_key, make.enrolment(make.BEN)),
                ("/v1/shops", shop.owner_key, {"name": "B", "currency": "KES", "timezone": "UTC"}),
            )
            for path, key, task in tasks:
                assert shop.http("POST", path, key, task).status_code == 503, path
            assert shop.customer(amina)["name"] == "Amina", "what is known can be read"
        assert service.rows("SELECT ref FROM sales") == [(first.id,)]
        assert service.rows("SELECT COUNT(*) FROM set_aside") == [(0,)]
        assert shop.post([first, shop.sale()])["accepted"] == 1
        with shop.stream() as stream:
            stream.deliver([shop.sale(), {"id": "unfit"}])
            assert list(stream.refused) == [2]
        assert shop.checkin()["customer"]["name"] == "Amina"
        assert shop.enrol(make.BEN).id
        assert service.command("verify").returncode == 0


def test_nothing_lost_while_somebody_else_writes(tmp_path: Path, fresh_database: str) -> None:
    """A backup, another process: the till waits a moment, health answers meanwhile, and all of it is kept."""
    with serving(tmp_path, make.MORNING, database=fresh_database) as service:
        shop = service.open_shop()
        with shop.stream() as stream:
            with service.held():
                for _ in range(500):
                    stream.send(shop.sale())
                wait_until(lambda: service.metric("regulars_waiting") > 0)
                assert service.client.get("/healthz").status_code == 200
                assert stream.acked == 0
            stream.settle()
        assert service.one("SELECT COUNT(*) FROM sales") == 500
        assert "Traceback" not in service.log.read_text()


def test_a_checkin_meets_a_change_of_settings(tmp_path: Path, fresh_database: str) -> None:
    """Shops and programs are read again while people check in: no answer stumbles over half of them."""
    with serving(tmp_path, make.MORNING, database=fresh_database) as service:
        shop = service.open_shop()
        shop.enrol()
        over = threading.Event()
        codes: set[int] = set()

        def change() -> None:
            body = {"id": "1", "shop": "nowhere", "source": "s", "state": "paid", "at": "2026-10-05T08:00:00Z"}
            body |= {"currency": "KES", "lines": [], "total": 0}  # type: ignore[dict-item]
            while not over.is_set():
                codes.add(shop.http("POST", "/v1/transactions", shop.adapter_key, body).status_code)
                shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 1}]})

        changing = threading.Thread(target=change)
        changing.start()
        try:
            for number in range(400):
                shop.checkin(shop.presence(till=str(number % 3)))
                if number % 20 == 0:
                    who = make.Who("N", "", "", f"0712 555 {number:03}", "", "", "")
                    shop.enrol(who, "phone")
        finally:
            over.set()
            changing.join()
        assert codes == {403}
        assert (
            shop.checkin(shop.presence(make.Who("N", "", "", "+254712555380", "", "", "")))["customer"]["name"] == "N"
        )
