"""C16, C42 and C47: two cards of one person become one, to the point and to the byte, and can be taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests import make
from tests.complaints.books import CAKE, DRINK, FREE, books, due, points, receipt, saved
from tests.complaints.rewards import end, reserve, state
from tests.running import Enrolled, Message, Shop

pytestmark = pytest.mark.slow


def merge(shop: Shop, kept: Enrolled, gone: Enrolled, key: str = "m1", status: int = 201) -> Message:
    shop.service.pass_time(seconds=1)  # what was used before may be undone by a screen
    body = {"kept": kept.id, "gone": gone.id, "key": key}
    answer = shop.http("POST", "/v1/merges", shop.screen_key, body)
    assert answer.status_code == status, answer.text
    found: Message = answer.json()
    return found


def undo(shop: Shop, made: Message) -> None:
    answer = shop.http("POST", f"/v1/merges/{made['id']}/undo", shop.screen_key)
    assert answer.status_code == 200, answer.text


def whole(shop: Shop, who: Enrolled) -> tuple[Any, ...]:
    rows = shop.service.rows("SELECT memory FROM states WHERE customer = ?", who.id)
    known = shop.customer(who)
    told = {(one["points"], one["reason"], one["transaction"]) for one in known["entries"]}
    return books(shop, who), rows, known["visits"], len(told)


def two(cafe: Shop) -> tuple[Enrolled, Enrolled]:
    """Two cards, used on different days, with a debt-free reward each used once."""
    amina, second = saved(cafe, 3), saved(cafe, 2, make.BEN)
    assert end(cafe, reserve(cafe, amina, "a"), "confirm").status_code == 200
    assert end(cafe, reserve(cafe, second, "b"), "confirm").status_code == 200
    return amina, second


def test_a_merge_loses_no_star(cafe: Shop) -> None:
    """C16, C42, C47: points, visits, rewards used, cards: the sum of both, and visits at the same time are one."""
    amina, second = two(cafe)
    had = points(cafe, amina) + points(cafe, second)
    preview = cafe.http("POST", "/v1/merges/preview", cafe.screen_key, {"kept": amina.id, "gone": second.id}).json()
    merge(cafe, amina, second)
    after = books(cafe, amina)
    assert (preview["after"]["points"], preview["after"]["visits"]) == (after.points, after.visits)
    together = 3 * due(DRINK) + 2 * due(DRINK) - 20 - 2 * 3
    assert (after.points, after.visits, had) == (together, 3, together + 2 * 3), "two of the days were the same visits"
    for who in (amina, second):
        assert cafe.checkin(cafe.presence(who.who))["customer"]["id"] == amina.id
        cafe.service.pass_time(hours=1)
        cafe.post(cafe.sale(CAKE, who=who.who))
    assert points(cafe, amina) == together + 2 * due(CAKE)


def test_a_merge_that_is_undone_leaves_no_trace(cafe: Shop) -> None:
    """C42, C47: balances, visits and memories, to the byte; also what came in between finds its own."""
    amina, second = two(cafe)
    before = whole(cafe, amina), whole(cafe, second)
    made = merge(cafe, amina, second)
    undo(cafe, made)
    undo(cafe, made)
    assert [one[:3] for one in (whole(cafe, amina), whole(cafe, second))] == [one[:3] for one in before]
    again = merge(cafe, amina, second, "m2")
    cafe.service.pass_time(hours=1)
    sale = cafe.sale(CAKE, who=second.who)
    cafe.post(sale)
    undo(cafe, again)
    assert points(cafe, second) == before[1][0].points + due(CAKE)
    cafe.post(make.void_of(sale))
    assert points(cafe, second) == before[1][0].points
    assert [one[:3] for one in (whole(cafe, amina), whole(cafe, second))] == [one[:3] for one in before]


TAKEN_BACK: dict[str, Callable[[Any], Any]] = {
    "voided": make.void_of,
    "refunded": make.refunded,
    "refunded on a receipt": receipt,
}


@pytest.mark.parametrize("undone", [True, False])
@pytest.mark.parametrize("way", TAKEN_BACK)
def test_what_was_bought_before_a_merge_is_taken_back_exactly_after_it(cafe: Shop, way: str, undone: bool) -> None:
    """C47: a merge that strands points takes them back from nobody, or from both."""
    amina, second = two(cafe)
    sale = cafe.sale(DRINK, CAKE, who=second.who, at=cafe.service.now - timedelta(days=9))
    before = books(cafe, amina), books(cafe, second)
    cafe.post(sale)
    made = merge(cafe, amina, second)
    cafe.post([TAKEN_BACK[way](sale)] * 2)
    if undone:
        undo(cafe, made)
        assert (books(cafe, amina)[:2], books(cafe, second)[:2]) == (before[0][:2], before[1][:2])
    else:
        assert points(cafe, amina) == before[0].points + before[1].points - 2 * 3


def test_a_reward_of_one_is_used_and_given_back_as_the_others(cafe: Shop) -> None:
    """C47: reserved on one card, used after the merge, given back after it, taken apart again."""
    amina, second = two(cafe)
    before = points(cafe, amina), points(cafe, second)
    made = reserve(cafe, second, "open")
    merged = merge(cafe, amina, second)
    cafe.service.pass_time(minutes=5)
    sale = cafe.sale(FREE, who=amina.who, redemptions=(made["id"],))
    cafe.post(sale)
    assert state(cafe, made) == "confirmed"
    cafe.post(make.void_of(sale))
    assert (state(cafe, made), points(cafe, amina)) == ("released", sum(before) - 2 * 3)
    undo(cafe, merged)
    assert (points(cafe, amina), points(cafe, second)) == before


def test_twenty_merges_at_once_are_one(cafe: Shop) -> None:
    """C19, C42"""
    amina, second = two(cafe)
    had = points(cafe, amina) + points(cafe, second)

    def attempt(number: int) -> int:
        kept, gone = (amina, second) if number % 2 else (second, amina)
        body = {"kept": kept.id, "gone": gone.id, "key": f"m{number}"}
        return cafe.http("POST", "/v1/merges", cafe.screen_key, body).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(attempt, range(20)))
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 404, 409, 410, 422}
    left = [who for who in (amina, second) if cafe.http("GET", f"/v1/customers/{who.id}", cafe.owner_key).is_success]
    assert points(cafe, left[0]) == had - 2 * 3
    cafe.verified()


def test_a_sale_of_before_that_comes_after_the_merge_counts_once(cafe: Shop) -> None:
    """C47, C40: a backlog of the card that is gone, twice, and a duplicate of what had moved."""
    amina, second = two(cafe)
    merge(cafe, amina, second)
    had = points(cafe, amina)
    late = cafe.sale(CAKE, who=second.who, at=cafe.service.now - timedelta(days=30))
    cafe.post([late, late, replace(late, revision=2)])
    assert points(cafe, amina) == had + due(CAKE)
