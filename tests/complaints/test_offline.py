"""C38 to C40: a day without a line earns and uses what it would have with one, and says so when it arrives."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from loyalty.wire import Transaction
from tests import make
from tests.complaints.books import CAKE, DRINK, FREE, PROGRAM, books, due, points, receipt, saved
from tests.complaints.rewards import ask, moves, reserve, run_out, state
from tests.complaints.till import Till, backlog
from tests.running import Shop, serving, wait_until

pytestmark = pytest.mark.slow


def day(cafe: Shop, who: make.Who, begins: datetime) -> list[Transaction]:
    """Sales, a correction, refunds and voids of one day, in their order."""
    sales = [cafe.sale(DRINK, CAKE, who=who, at=begins + timedelta(hours=hour)) for hour in range(6)]
    begun = replace(sales[5], state="open", tenders=(), revision=0)
    return [
        *(sales[0], sales[1], make.refunded(sales[1], CAKE), sales[2], receipt(sales[2]), sales[3]),
        *(make.void_of(sales[3]), sales[4], replace(sales[4], revision=2, lines=(CAKE,), total=CAKE.total)),
        *(begun, sales[5], receipt(sales[0], DRINK)),
    ]


DAY = due(CAKE) + due(DRINK) + due(CAKE) + due(DRINK, CAKE)  # of the sales 0, 1, 4 and 5


def test_a_day_offline_earns_what_it_would_have_earned_online(cafe: Shop, tmp_path: Path) -> None:
    """C39, C40: a backlog of a day, delivered at once by the adapter's own outbox, against the same day as it went."""
    amina, ben = cafe.enrol(make.AMINA), cafe.enrol(make.BEN)
    begins = cafe.service.now - timedelta(hours=23)
    for sale in day(cafe, ben.who, begins):
        cafe.post(sale)
    till = Till(cafe, tmp_path / "outbox.db")
    backlog(till, day(cafe, amina.who, begins))
    assert books(cafe, amina)[:2] == (0, 0)
    till.send()
    assert books(cafe, amina) == books(cafe, ben)
    assert (points(cafe, amina), books(cafe, amina).visits) == (DAY, 4)


def test_what_an_offline_day_raises_are_no_cues(cafe: Shop, tmp_path: Path) -> None:
    """C40: nobody is greeted for yesterday; the next one who comes in is, and knows the new balance."""
    cafe.enrol(make.AMINA)
    till = Till(cafe, tmp_path / "outbox.db")
    backlog(till, day(cafe, make.AMINA, cafe.service.now - timedelta(hours=23)))
    till.send()
    assert cafe.messages() == []
    assert cafe.checkin()["recognition"]["points"] == DAY


@pytest.mark.parametrize("seed", range(4))
def test_two_tills_that_were_offline_come_to_the_same_in_whatever_order(cafe: Shop, tmp_path: Path, seed: int) -> None:
    """C39, C40: one sold, the other took back; their boxes arrive in pieces, one of them twice."""
    amina = cafe.enrol(make.AMINA)
    told = day(cafe, amina.who, cafe.service.now - timedelta(hours=23))
    chance = random.Random(seed)
    chance.shuffle(told)
    tills = [Till(cafe, tmp_path / f"{number}.db") for number in range(2)]
    backlog(tills[0], told[:7])
    backlog(tills[1], told[5:])
    for till in chance.sample(tills, 2):
        till.send()
    assert (points(cafe, amina), books(cafe, amina).visits) == (DAY, 4)


def test_a_reward_reserved_before_the_line_broke_is_used_by_the_sale_that_comes_hours_later(
    cafe: Shop, tmp_path: Path
) -> None:
    """C38: the counter had said yes; the sale waits in the till until the line is back, and the points had run out."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina)
    sold_at = cafe.service.pass_time(minutes=3)
    sale = cafe.sale(FREE, CAKE, who=amina.who, at=sold_at)
    run_out(cafe, made)
    assert (state(cafe, made), points(cafe, amina)) == ("released", before)
    cafe.service.pass_time(hours=9)
    till = Till(cafe, tmp_path / "outbox.db")
    backlog(till, [sale])
    till.copied(tmp_path / "again.db").send()
    till.send()
    assert (state(cafe, made), points(cafe, amina)) == ("confirmed", before - 10 + due(CAKE))
    assert [amount for amount, _ in moves(cafe, amina, made)] == [-10, 10, -10]


def test_a_reward_used_offline_whose_points_were_spent_meanwhile_leaves_a_debt_not_a_refusal(
    cafe: Shop, tmp_path: Path
) -> None:
    """C38: the owner's risk, taken: both coffees were given, the books say so, and what comes next settles it."""
    cafe.owner("PUT", "/v1/program", PROGRAM | {"rewards": [PROGRAM["rewards"][0] | {"points": 40}]})
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    first = reserve(cafe, amina, "k1", till="1")
    sold_at = cafe.service.pass_time(minutes=3)
    run_out(cafe, first)
    second = reserve(cafe, amina, "k2", till="2")
    cafe.post(cafe.sale(FREE, who=amina.who, till="2"))
    till = Till(cafe, tmp_path / "outbox.db")
    backlog(till, [cafe.sale(FREE, who=amina.who, at=sold_at, till="1")])
    till.send()
    assert (state(cafe, first), state(cafe, second)) == ("confirmed", "confirmed")
    owed = before - 80 + 3
    assert points(cafe, amina) == owed < 0
    refused = ask(cafe, amina, "k3")
    assert (refused.status_code, "below zero" in refused.json()["error"]["message"]) == (409, True)
    cafe.post(cafe.sale(DRINK, CAKE, who=amina.who, at=cafe.service.pass_time(hours=1)))
    assert points(cafe, amina) == owed + due(DRINK, CAKE)


def test_a_name_of_a_redemption_that_the_service_never_gave_earns_all_the_same(cafe: Shop) -> None:
    """C38, C40: a till that made one up while it was alone; the sale is kept, and nobody's points go."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    answer = cafe.post(cafe.sale(CAKE, who=amina.who, redemptions=("offline-1", "offline-2")))
    assert answer == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert points(cafe, amina) == before + due(CAKE)


def test_a_service_that_is_gone_costs_the_till_waiting_and_no_points(tmp_path: Path) -> None:
    """C38, C40: killed, sold on, started again; the till never asked anybody for leave to sell."""
    with serving(tmp_path, make.at("12:00", 30)) as service:
        cafe = service.open_shop()
        cafe.owner("PUT", "/v1/program", PROGRAM)
        amina = saved(cafe, 1)
        before = points(cafe, amina)
        made = reserve(cafe, amina)
        service.kill()
        till = Till(cafe, tmp_path / "outbox.db")
        told: Sequence[Transaction] = (
            cafe.sale(FREE, who=amina.who, at=service.now),
            cafe.sale(CAKE, who=amina.who, at=service.now - timedelta(hours=3)),
        )
        backlog(till, told)
        service.start()
        till.send()
        assert (state(cafe, made), points(cafe, amina)) == ("confirmed", before - 10 + due(visits=1) + due(CAKE))
        wait_until(lambda: service.command("verify").returncode == 0)
