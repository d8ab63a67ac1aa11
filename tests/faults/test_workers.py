"""Several processes on one database: what is promised of one holds of all together, and when one dies."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loyalty.web.misses import MISSES_MAX
from loyalty.web.passwords import GUESSES_MAX
from tests import make
from tests.promises.team import OTIENO, SESSION, asked, employ, sign_on, take
from tests.running import Counter, Message, Service, Shop, serving, wait_until
from tests.servers import Cluster, Redis, cluster, redis

pytestmark = pytest.mark.slow
ROUNDS = 15
SHOPS = 60
KINDS = ("postgresql", "sqlite and redis")


@dataclass(frozen=True)
class Pair:
    """Two processes that serve the same database, each at an address of its own."""

    one: Service
    other: Service

    def open_shop(self) -> tuple[Shop, Shop]:
        """One shop, as it is reached through either."""
        shop = self.one.open_shop()
        return shop, replace(shop, service=self.other)


@contextmanager
def beside(first: Service, folder: Path) -> Iterator[Pair]:
    """A second process for the database, the key and the clock of the first."""
    second = Service(folder, None, first.database, *first.options)
    second.key, second.clock, second.path = first.key, first.clock, first.path
    second.start()
    try:
        yield Pair(first, second)
    finally:
        second.stop()


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    (folder / "second").mkdir()
    with ExitStack() as stack:
        database, options = "", ("--bus", "")
        if request.param == "postgresql":
            database = request.getfixturevalue("postgres").new_database()
        else:
            options = ("--bus", stack.enter_context(redis()).url)
        first = stack.enter_context(serving(folder, make.MORNING, SHOPS, database, *options))
        yield stack.enter_context(beside(first, folder / "second"))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """All of them in the same moment, or nearly."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def in_order(screen: Counter, prev: int, last: int) -> list[Message]:
    """What a screen hears between these numbers: each message names the one before."""
    heard: list[Message] = []
    while prev < last:
        message = screen.next()
        assert (message["prev"], message["seq"]) == (prev, prev + 1), message
        heard.append(message)
        prev = message["seq"]
    return heard


def test_the_same_telephone_enrolled_at_both_at_once_is_one_customer(pair: Pair):
    shop, same = pair.open_shop()
    for number in range(ROUNDS):
        wanted = make.enrolment(replace(make.AMINA, phone=f"+2547000010{number:02}"), "phone")

        def enrol(door: Shop, wanted: Any = wanted) -> int:
            return door.http("POST", "/v1/customers", door.screen_key, wanted).status_code

        assert sorted(at_once(lambda: enrol(shop), lambda: enrol(same))) == [201, 409]
    business = pair.one.one("SELECT business FROM shops WHERE id = ?", shop.id)
    assert pair.one.one("SELECT COUNT(*) FROM customers WHERE business = ?", business) == ROUNDS


def test_twenty_attempts_on_one_reward_at_both_are_one_success_and_nineteen_refusals(pair: Pair):
    """C19, C20, C21, C22: whichever process decides, it sees what the other one did."""
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    shop.post([shop.sale(who=amina.who, at=shop.service.now - timedelta(days=day)) for day in range(1, 13)])

    def attempt(number: int) -> Callable[[], httpx.Response]:
        door = (shop, same)[number % 2]
        body = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": f"k{number}"}
        return lambda: door.http("POST", "/v1/redemptions", door.screen_key, body)

    answers = at_once(*map(attempt, range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    [made] = [answer.json() for answer in answers if answer.status_code == 201]

    def release(door: Shop) -> Any:
        return door.http("POST", f"/v1/redemptions/{made['id']}/release", door.screen_key).json()["state"]

    assert set(at_once(*[lambda: release(shop), lambda: release(same)] * 5)) == {"released"}
    assert [one.customer(amina)["points"] for one in (shop, same)] == [12, 12], "given back once"


def test_the_same_key_sent_to_both_at_once_is_one_redemption(pair: Pair):
    """C14, C22"""
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    shop.post([shop.sale(who=amina.who, at=shop.service.now - timedelta(days=day)) for day in range(1, 31)])
    for number in range(2):
        body = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": f"k{number}"}

        def reserve(door: Shop, body: Message = body) -> Any:
            return door.http("POST", "/v1/redemptions", door.screen_key, body).json()

        one, other = at_once(lambda: reserve(shop), lambda: reserve(same))
        assert one == other
    assert shop.customer(amina)["points"] == 10


def test_the_same_delivery_sent_to_both_at_once_counts_once(pair: Pair):
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    for _ in range(ROUNDS):
        sale = shop.sale(who=amina.who)
        answers = at_once(lambda: shop.post(sale), lambda: same.post(sale))  # noqa: B023
        assert sorted(one["accepted"] for one in answers) == [0, 1]
        assert sorted(one["duplicates"] for one in answers) == [0, 1]
        pair.one.pass_time(minutes=31)
    assert shop.customer(amina)["points"] == same.customer(amina)["points"] == ROUNDS


def test_selling_to_one_customer_at_both_at_once_loses_nothing(pair: Pair):
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    sales = [shop.sale(who=amina.who, at=make.at("08:00", day)) for day in range(-40, 0)]
    parts = [sales[start::4] for start in range(4)]

    def sell(door: Shop, part: list[Any]) -> None:
        for sale in part:
            door.post(sale)

    at_once(
        *(lambda door=door, part=part: sell(door, part) for door, part in zip((shop, same) * 2, parts, strict=True))
    )
    assert shop.customer(amina)["recognition"]["visits"] == len(sales)
    assert same.customer(amina)["points"] == len(sales)
    done = pair.one.command("verify")
    assert done.returncode == 0, done.stdout


def test_a_cue_raised_at_one_is_on_the_screens_of_both_in_order_without_a_gap(pair: Pair):
    shop, same = pair.open_shop()
    people = [shop.enrol(who).who for who in (make.AMINA, make.BEN)]
    with shop.counter(None) as here, same.counter(None) as there:
        first = here.opened()["seq"]
        assert there.opened()["seq"] == first

        def sell(door: Shop, who: make.Who) -> None:
            for _ in range(ROUNDS):
                door.checkin(door.presence(who))

        at_once(lambda: sell(shop, people[0]), lambda: sell(same, people[1]))
        last = pair.one.one("SELECT seq FROM shops WHERE id = ?", shop.id)
        assert last == first + 2 * ROUNDS
        heard = [in_order(screen, first, last) for screen in (here, there)]
    kinds = [[(one["type"], one["seq"], one["cue"]["id"]) for one in messages] for messages in heard]
    assert kinds[0] == kinds[1]


def test_a_screen_goes_on_at_the_other_where_it_left_off(pair: Pair):
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    with shop.counter("1") as screen:
        seq = screen.opened()["seq"]
    shop.checkin(shop.presence(amina.who))
    with same.counter("1", after=seq) as screen:
        assert screen.next()["prev"] == seq
        shop.checkin(shop.presence(amina.who))
        assert screen.next()["seq"] == seq + 2
        same.checkin(shop.presence(amina.who))
        assert screen.next()["prev"] == seq + 2


def test_what_the_owner_changes_at_one_holds_at_the_other(pair: Pair):
    shop, same = pair.open_shop()
    amina = shop.enrol(make.AMINA)
    same.post(same.sale(who=amina.who))  # so that the other remembers how it was
    program = shop.owner("GET", "/v1/program")
    shop.owner("PUT", "/v1/program", program | {"earn": [{"kind": "visit", "points": 7}]})
    pair.one.pass_time(hours=2)
    same.post(same.sale(who=amina.who))
    assert same.customer(amina)["points"] == 8
    made = shop.owner("POST", "/v1/shops", {"name": "Quay", "currency": "KES", "timezone": "Africa/Nairobi"})
    there = replace(same, id=made["id"], screen_key=made["screen_key"])
    assert there.checkin(there.presence(amina.who))["customer"]["id"] == amina.id


def test_look_ups_that_find_nobody_are_counted_together(pair: Pair):
    shop, same = pair.open_shop()

    def miss(door: Shop) -> int:
        return door.http("POST", "/v1/checkins", door.screen_key, door.presence(make.BEN)).status_code

    tried = [miss(door) for door in (shop, same) * (MISSES_MAX // 2)]
    assert tried == [404] * MISSES_MAX
    wait_until(lambda: miss(shop) == miss(same) == 429)


def test_wrong_passwords_are_counted_together(pair: Pair):
    """Also those that came before the right one, which is forgiven everywhere."""
    shop, same = pair.open_shop()
    login, good = f"{shop.id}@example.org", "a long sentence"
    token = shop.service.command("link", "--shop", shop.id).stdout.strip().partition("#setup=")[2]
    made = shop.http("POST", "/v1/setup", token, {"token": token, "login": login, "password": good})
    assert made.status_code == 201, made.text

    def guess(door: Shop, password: str = "not this one") -> int:
        return door.http("POST", "/v1/sign-in", token, {"login": login, "password": password}).status_code

    doors = (shop, same) * (GUESSES_MAX // 2)
    assert [guess(door) for door in doors[1:]] == [401] * (GUESSES_MAX - 1)
    assert guess(shop, good) == 200
    wait_until(lambda: guess(same, good) == 200)  # not one of them is counted there any more
    tried = [guess(door) for door in doors]
    assert tried == [401] * GUESSES_MAX
    wait_until(lambda: guess(shop) == guess(same) == 429)


def test_wrong_pins_are_counted_together(pair: Pair):
    """The right one of somebody else forgives none of them, at either."""
    shop, same = pair.open_shop()
    wanjiru, otieno = employ(shop), employ(shop, *OTIENO)
    doors = (shop, same) * (GUESSES_MAX // 2)
    assert [sign_on(door, otieno, "0000").status_code for door in doors] == [401] * GUESSES_MAX
    wait_until(lambda: sign_on(shop, wanjiru).status_code == sign_on(same, wanjiru).status_code == 429)


def test_who_is_signed_off_at_one_is_signed_off_at_the_other(pair: Pair):
    shop, same = pair.open_shop()
    token = take(shop, employ(shop))
    assert asked(same, "POST", "/v1/customers", make.enrolment(make.BEN), token).status_code == 201
    assert asked(same, "DELETE", SESSION, token=token).status_code == 204
    assert asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), token).status_code == 401


# -- what dies ---------------------------------------------------------------------------------------------------------
def workers_of(service: Service) -> list[int]:
    """The processes that the one we started keeps at work."""
    return [int(pid) for pid in Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()]


def sold(shop: Shop, sale: Any) -> None:
    """As an adapter does it: again and again, until it is acknowledged."""

    def try_it() -> bool:
        with suppress(httpx.HTTPError):
            return shop.http("POST", "/v1/transactions", shop.adapter_key, sale).status_code == 200
        return False

    wait_until(try_it)


def sell_all(shop: Shop, sales: list[Any]) -> None:
    for sale in sales:
        sold(shop, sale)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_when_a_worker_is_killed(kind: str, request: pytest.FixtureRequest, tmp_path: Path):
    """And when the parent is: then its workers end too."""
    with ExitStack() as stack:
        database, options = "", ["--workers", "2"]
        if kind == "postgresql":
            database = request.getfixturevalue("postgres").new_database()
        else:
            options += ["--bus", stack.enter_context(redis()).url]
        service = stack.enter_context(serving(tmp_path, make.MORNING, 1, database, *options))
        shop = service.open_shop()
        amina = shop.enrol(make.AMINA)
        sales = [shop.sale(who=amina.who, at=make.at("08:00", day)) for day in range(-12, 0)]
        for place, sale in enumerate(sales):
            if place % 4 == 1:
                os.kill(workers_of(service)[0], signal.SIGKILL)
            sold(shop, sale)
        wait_until(lambda: len(workers_of(service)) == 2)
        assert shop.customer(amina)["points"] == len(sales)
        assert service.command("verify").returncode == 0
        left = workers_of(service)
        answered = set(re.findall(r'worker="(\d+)"', service.client.get("/metrics").text))
        assert answered <= {str(pid) for pid in left}
        assert answered
        service.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
        service.start()


def test_nothing_is_lost_when_postgresql_is_killed(tmp_path: Path):
    """The service goes on by itself once the database is back, and its screens have missed nothing."""
    with cluster() as own, serving(tmp_path, make.MORNING, 1, own.new_database()) as service:
        shop = service.open_shop()
        amina = shop.enrol(make.AMINA)
        sales = [shop.sale(who=amina.who, at=make.at("08:00", day)) for day in range(-20, 0)]
        with shop.counter("1") as screen:
            seq = screen.opened()["seq"]
            with ThreadPoolExecutor(1) as till:
                selling = till.submit(sell_all, shop, sales)
                own.kill()
                assert service.client.get("/readyz").status_code == 503
                own.start()
                selling.result()
            wait_until(lambda: service.client.get("/readyz").status_code == 200)
            assert shop.customer(amina)["recognition"]["visits"] == len(sales)
            shop.checkin(shop.presence(amina.who))
            assert screen.next()["prev"] == seq
        assert service.command("verify").returncode == 0


def test_a_cue_arrives_although_its_notice_was_lost(tmp_path: Path, postgres: Cluster):
    """Whoever listens is cut off, over and over; the numbers in the database say what is missing."""
    with serving(tmp_path, make.MORNING, 1, postgres.new_database()) as first, beside(first, _second(tmp_path)) as pair:
        shop, same = pair.open_shop()
        amina = shop.enrol(make.AMINA)
        with same.counter("1") as screen:
            seq = screen.opened()["seq"]
            for _ in range(3):
                cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                first.rows(cut + " AND datname = current_database()")
                shop.checkin(shop.presence(amina.who))
                assert screen.next()["prev"] == seq
                seq += 1


def test_without_redis_cues_still_arrive_and_the_service_says_that_it_is_gone(tmp_path: Path):
    bus = Redis()
    bus.start()
    try:
        with (
            serving(tmp_path, make.MORNING, 1, "", "--bus", bus.url) as first,
            beside(first, _second(tmp_path)) as pair,
        ):
            shop, same = pair.open_shop()
            amina = shop.enrol(make.AMINA)
            with same.counter("1") as screen:
                seq = screen.opened()["seq"]
                bus.kill()
                shop.checkin(shop.presence(amina.who))
                assert screen.next()["prev"] == seq
                wait_until(lambda: first.client.get("/readyz").status_code == 503)
                bus.start()
                wait_until(lambda: first.client.get("/readyz").status_code == 200)
                shop.checkin(shop.presence(amina.who))
                assert screen.next()["prev"] == seq + 1
    finally:
        bus.kill()


def test_workers_on_a_sqlite_file_without_a_bus_are_refused_in_words(tmp_path: Path):
    done = Service(tmp_path).command("serve", "--workers", "2")
    assert done.returncode == 2
    assert "postgresql://" in done.stderr
    assert "redis://" in done.stderr


def _second(folder: Path) -> Path:
    (folder / "second").mkdir()
    return folder / "second"
