"""C19 to C25: whatever is tried twenty times at once succeeds as often as it may, and the rest is refused in words.

Threads against the running service; on PostgreSQL against two processes that share a database.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from msgspec.structs import replace

from tests import make
from tests.complaints.books import CAKE, DRINK, FREE, PROGRAM, REWARD, STAMPS, books, due, points, receipt, saved
from tests.complaints.rewards import REDEMPTIONS, ask, end, moves, reserve, run_out, state, wanted
from tests.promises.guests import crowd
from tests.running import Enrolled, Message, Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow
T = TypeVar("T")
GIFT = make.line("Gift", price=100)
GIFTS: Message = {"earn": [{"kind": "item", "match": {"name": "Gift"}, "points": 100}], "rewards": [REWARD]}


@pytest.fixture(scope="session")
def running(on_both: Service) -> Service:
    return on_both


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Ten stamps are a free coffee."""
    shop.owner("PUT", "/v1/program", STAMPS)
    return shop


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """All of them in the same moment, or nearly."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def statuses(answers: Iterable[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


# -- earning ----------------------------------------------------------------------------------------------------------
def test_twenty_copies_of_one_gift_of_a_hundred_points_give_a_hundred(shop: Shop) -> None:
    """C19"""
    shop.owner("PUT", "/v1/program", GIFTS)
    amina = shop.enrol(make.AMINA)
    gift = shop.sale(GIFT, who=make.AMINA)
    answers = at_once([lambda: shop.post(gift)] * 20)
    assert sum(answer["accepted"] for answer in answers) == 1
    assert sum(answer["duplicates"] for answer in answers) == 19
    assert points(shop, amina) == 100


def test_twenty_gifts_at_once_give_each_their_hundred_and_twenty_voids_take_each_back(shop: Shop) -> None:
    """C19: no update is lost either, and none is made twice."""
    shop.owner("PUT", "/v1/program", GIFTS)
    amina = shop.enrol(make.AMINA)
    gifts = [shop.sale(GIFT, who=make.AMINA, till=str(number % 4)) for number in range(20)]
    at_once([lambda gift=gift: shop.post(gift) for gift in gifts])  # type: ignore[misc]
    assert points(shop, amina) == 2_000
    voids = [make.void_of(gift) for gift in gifts]
    at_once([lambda void=void: shop.post([void, void]) for void in voids])  # type: ignore[misc]
    assert points(shop, amina) == 0


def test_a_sale_its_refund_and_its_void_at_the_same_moment_come_to_nothing(shop: Shop) -> None:
    """C19, C25: six connections a round, in whatever order they are heard."""
    shop.owner("PUT", "/v1/program", GIFTS)
    amina = shop.enrol(make.AMINA)
    for _ in range(8):
        sale = shop.sale(GIFT, CAKE, who=make.AMINA)
        told = [sale, make.refunded(sale), receipt(sale), receipt(sale, GIFT, id="part"), make.void_of(sale), sale]
        at_once([lambda one=one: shop.post(one) for one in told])  # type: ignore[misc]
        assert books(shop, amina) == (0, 0, ())


# -- spending ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("had", [10, 29, 30])
def test_a_reward_is_spent_as_often_as_there_are_points_for_it(cafe: Shop, had: int) -> None:
    """C20, C22: four tills and the owner's page at once, each attempt with a key of its own."""
    amina = saved(cafe, had)
    keys = [cafe.owner_key if number % 5 == 0 else cafe.screen_key for number in range(20)]

    def attempt(number: int) -> httpx.Response:
        return cafe.http("POST", REDEMPTIONS, keys[number], wanted(amina, f"k{number}", till=str(number % 4)))

    answers = at_once([lambda number=number: attempt(number) for number in range(20)])  # type: ignore[misc]
    assert statuses(answers) == {201: had // 10, 409: 20 - had // 10}
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {(error["code"], error["at"]) for error in refused} == {("not-enough-points", "reward")}
    assert all("takes 10 points; there are" in error["message"] for error in refused)
    assert points(cafe, amina) == had % 10
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == had // 10


def test_a_refused_reward_leaves_the_order_on_the_till_as_it_was(cafe: Shop) -> None:
    """C20: opensourcepos emptied the cart when a reward failed. Here the order, paid later, earns in full."""
    cafe.owner("PUT", "/v1/program", PROGRAM | {"rewards": [REWARD | {"points": 40}]})
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    order = replace(cafe.sale(DRINK, CAKE, who=amina.who), state="open", tenders=(), revision=1)
    cafe.post(order)
    kept = stored(cafe, order.id)
    answers = at_once([lambda n=n: ask(cafe, amina, f"k{n}") for n in range(20)])  # type: ignore[misc]
    assert statuses(answers) == {201: 1, 409: 19}
    [made] = [answer.json() for answer in answers if answer.status_code == 201]
    assert end(cafe, made, "release").status_code == 200
    assert stored(cafe, order.id) == kept
    cafe.post(make.paid_of(order))
    assert points(cafe, amina) == before + due(DRINK, CAKE)


def stored(cafe: Shop, ref: str) -> list[tuple[Any, ...]]:
    return cafe.service.rows(
        "SELECT revision, state, body, person, used, earned FROM sales WHERE shop = ? AND ref = ?", cafe.id, ref
    )


def test_one_voucher_shown_at_four_tills_at_once_is_redeemed_at_one(cafe: Shop) -> None:
    """C21: the same key from another till is another voucher, and refused as such."""
    amina = saved(cafe, 30)
    answers = at_once([lambda n=n: ask(cafe, amina, "voucher", till=str(n % 4)) for n in range(20)])  # type: ignore[misc]
    assert statuses(answers) == {201: 5, 422: 15}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 422]
    assert {(error["code"], error["at"]) for error in refused} == {("key-reused", "key")}
    assert points(cafe, amina) == 20


def test_one_redemption_named_by_twenty_sales_at_once_is_used_once(cafe: Shop) -> None:
    """C21, C22: a code that was passed on to friends."""
    amina = saved(cafe, 30)
    made = reserve(cafe, amina)
    sales = [cafe.sale(FREE, till=str(number), redemptions=(made["id"],)) for number in range(20)]
    at_once([lambda sale=sale: cafe.post([sale, sale]) for sale in sales])  # type: ignore[misc]
    assert (state(cafe, made), points(cafe, amina)) == ("confirmed", 20)
    assert moves(cafe, amina, made) == [(-10, "redeem")]


def test_a_reservation_whose_answer_was_lost_with_the_service_is_one_when_sent_again(
    tmp_path: Path, fresh_database: str
) -> None:
    """C14, C22, C23: `kill -9` while it is answered; sent again with the same key, it is the same redemption."""
    with serving(tmp_path, make.at("12:00", 30), database=fresh_database) as service:
        cafe = service.open_shop()
        amina = saved(cafe, 70)
        for number in range(6):
            with ThreadPoolExecutor(1) as pool:
                asking = pool.submit(ask, cafe, amina, f"k{number}")
                if number % 2:
                    wait_until(lambda: asking.done() or rows(cafe) > number, pause=0)  # noqa: B023
                service.kill()
                with suppress(httpx.HTTPError, RuntimeError):  # or not yet sent, when the client is closed with it
                    asking.result()
            service.start()
            made = reserve(cafe, amina, f"k{number}")
            assert (rows(cafe), points(cafe, amina)) == (number + 1, 70 - 10 * (number + 1))
            assert reserve(cafe, amina, f"k{number}") == made
        assert service.command("verify").returncode == 0


def rows(cafe: Shop) -> int:
    found: int = cafe.service.one("SELECT COUNT(*) FROM redemptions")
    return found


def test_what_is_redeemed_is_deducted_wherever_somebody_looks(cafe: Shop) -> None:
    """C23: at the counter, on the card, on the owner's page, in the list, and still so when it was used and is old."""
    amina = saved(cafe, 12)
    made = reserve(cafe, amina)

    def seen() -> set[int]:
        listed = cafe.owner("GET", "/v1/customers")["people"]
        return {
            cafe.checkin(cafe.presence(amina.who))["recognition"]["points"],
            cafe.http("GET", "/v1/card", amina.card_key).json()["points"],
            points(cafe, amina),
            *(one["points"] for one in listed if one["id"] == amina.id),
        }

    assert seen() == {2}
    cafe.post(cafe.sale(FREE, who=amina.who))
    assert seen() == {3}
    run_out(cafe, made)
    assert (seen(), state(cafe, made)) == ({3}, "confirmed")


@pytest.mark.parametrize("first", ["anonymous", "named"])
def test_what_is_redeemed_is_deducted_once_whoever_is_selected_afterwards(cafe: Shop, first: str) -> None:
    """C24: the customer is selected after the sale, deselected, selected again."""
    amina = saved(cafe, 12)
    made = reserve(cafe, amina)
    named = cafe.sale(FREE, who=amina.who, redemptions=(made["id"],))
    nobody = replace(named, customer=None)
    told = [nobody, named, nobody, named] if first == "anonymous" else [named, nobody, nobody, named]
    for number, one in enumerate(told, 1):
        cafe.post(replace(one, revision=number))
        assert state(cafe, made) == "confirmed"
        assert points(cafe, amina) == 2 + (one.customer is not None)
    assert moves(cafe, amina, made) == [(-10, "redeem")]


def test_a_reward_used_at_the_counter_stays_used_where_the_till_knows_nobody(cafe: Shop) -> None:
    """C1, C23, C24: scanned at our screen, used with two touches; the till rings up a sale of nobody's, which follows
    the scan and so is hers."""
    amina = saved(cafe, 12)
    with cafe.counter("1") as screen:
        screen.opened()
        cue = cafe.checkin(cafe.presence(amina.who))["cue"]
        screen.next()
        made = reserve(cafe, amina)
        screen.done(cue["id"], "redeemed")
        assert screen.next()["outcome"] == "redeemed"
    cafe.post(cafe.sale(FREE))
    run_out(cafe, made)
    assert (state(cafe, made), points(cafe, amina), moves(cafe, amina, made)) == ("confirmed", 3, [(-10, "redeem")])


# -- rolling back -----------------------------------------------------------------------------------------------------
def test_twenty_releases_at_once_give_the_points_back_once(cafe: Shop) -> None:
    """C25, C19"""
    amina = saved(cafe, 12)
    for number in range(3):
        made = reserve(cafe, amina, f"k{number}")
        answers = at_once([lambda made=made: end(cafe, made, "release")] * 20)  # type: ignore[misc]
        assert statuses(answers) == {200: 20}
        assert (points(cafe, amina), moves(cafe, amina, made)) == (12, [(-10, "redeem"), (10, "release")])


def test_every_way_of_rolling_back_at_once_credits_once(cafe: Shop) -> None:
    """C25: released, voided, refunded, taken off the wrong person and run out, all at the same moment."""
    for amina in crowd(cafe, 6):
        at = cafe.service.now
        cafe.post([cafe.sale(who=amina.who, at=at - timedelta(days=day)) for day in range(1, 13)])
        made = reserve(cafe, amina, amina.id)
        sale = cafe.sale(FREE, CAKE, who=amina.who, redemptions=(made["id"],))
        cafe.post(sale)
        assert points(cafe, amina) == 3
        back = [make.void_of(sale), make.refunded(sale), receipt(sale), receipt(sale, FREE, id="part"), sale]
        works: list[Callable[[], object]] = [lambda one=one: cafe.post(one) for one in back]  # type: ignore[misc]
        works += [lambda made=made: end(cafe, made, "release"), lambda made=made: end(cafe, made, "confirm")] * 3  # type: ignore[misc]
        at_once(works)
        assert (state(cafe, made), points(cafe, amina)) == ("released", 12)
        assert sum(amount for amount, _ in moves(cafe, amina, made)) == 0
    run_out(cafe)
    assert points(cafe, amina) == 12


def test_tills_at_once_never_spend_more_than_there_is(cafe: Shop) -> None:
    """C20, C22, C25: eight tills reserve, use, confirm, release and void; somebody counts meanwhile."""
    amina = saved(cafe, 45)
    over = threading.Event()

    def till(number: int) -> int:
        """How many rewards it gave away for good."""
        chance, used = random.Random(number), 0
        for step in range(12):
            answer = ask(cafe, amina, f"{number}-{step}", till=str(number))
            assert answer.status_code in (201, 409), answer.text
            if answer.status_code == 409:
                continue
            used += chance.choice(ENDS)(cafe, amina, answer.json(), number)
        return used

    def count() -> int:
        seen = 0
        while not over.is_set():
            assert points(cafe, amina) >= 0
            seen += 1
        return seen

    with ThreadPoolExecutor(9) as pool:
        counting = pool.submit(count)
        try:
            used = sum(pool.map(till, range(8)))
        finally:
            over.set()
        assert counting.result() > 0
    assert points(cafe, amina) == 45 - 10 * used >= 0


def _released(cafe: Shop, _: Enrolled, made: Message, till: int) -> int:
    assert end(cafe, made, "release").status_code == 200
    return 0


def _confirmed(cafe: Shop, _: Enrolled, made: Message, till: int) -> int:
    assert end(cafe, made, "confirm").status_code == 200
    return 1


def _used(cafe: Shop, amina: Enrolled, made: Message, till: int) -> int:
    """On a sale of nobody's, so that it earns nothing."""
    cafe.post(cafe.sale(FREE, id=made["id"], till=str(till), redemptions=(made["id"],)))
    return 1


def _voided(cafe: Shop, amina: Enrolled, made: Message, till: int) -> int:
    sale = cafe.sale(FREE, id=made["id"], till=str(till), redemptions=(made["id"],))
    cafe.post(sale)
    cafe.post(make.void_of(sale))
    return 0


ENDS = (_released, _released, _confirmed, _used, _voided, _voided)
