"""Promise 4: one memory, refoldable. The fold of what was recorded is the stored memory; `loyalty verify` proves it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace

from loyalty.core.facts import START
from loyalty.core.memory import CHECKPOINT_EVERY, Memory, load
from loyalty.wire import Consents, Transaction
from tests import make
from tests.conftest import LONG
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import NOW
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
VISITS = 3 * CHECKPOINT_EVERY + 7


def history(days: int = VISITS) -> list[Transaction]:
    """A visit a day up to yesterday, three drinks taking turns."""
    drinks = (make.line("Latte", "Medium", "Oat milk"), make.line("Mocha", sku="M"), make.line("Tea"))
    return [
        make.sale(drinks[day % 5 % 3], id=str(day), at=make.at("08:12", 40 - days + day), source="test")
        for day in range(days)
    ]


def checkpoints(house: House) -> int:
    [(count,)] = house.session.rows("SELECT COUNT(*) FROM checkpoints")
    return int(count)


def test_one_memory_is_the_same_appended_and_refolded(bench: Bench) -> None:
    sales = history()
    with bench.house(NOW) as appended, bench.house(NOW) as refolded:
        for sale in sales:
            appended.deliver(sale)
        refolded.deliver(*reversed(sales))
        assert appended.memories() == refolded.memories()
        assert checkpoints(appended) == checkpoints(refolded) == 3
        assert appended.differences() == refolded.differences() == []


def test_one_memory_survives_sales_that_come_long_after_their_day(bench: Bench) -> None:
    """Late sales before, at and after each checkpoint, voids of the sale that made one, a visit that joins two."""
    chance = random.Random(1)
    sales = history()
    late = [replace(sale, id=f"late{sale.id}", at=sale.at + timedelta(hours=5)) for sale in sales[60:200:7]]
    joining = [replace(sale, id=f"join{sale.id}", at=sale.at + timedelta(minutes=29)) for sale in sales[61:68]]
    voided = [make.void_of(sale) for sale in (*sales[62:67], *sales[127:130], *late[:3])]
    moved = [replace(sale, revision=2, at=sale.at - timedelta(days=90)) for sale in sales[190:193]]
    changes = late + joining + voided + moved
    chance.shuffle(changes)
    with bench.house(NOW) as house, bench.house(NOW) as other:
        house.deliver(*sales)
        for change in changes:
            house.deliver(change)
            assert house.differences() == []
        everything = sales + changes
        chance.shuffle(everything)
        for batch in batches(everything, [1, 17, 60]):
            other.deliver(*batch)
        assert house.memories() == other.memories()
        assert house.house_days() == other.house_days()
        assert other.differences() == []


def test_one_memory_holds_at_random(bench: Bench) -> None:
    """Whatever happens to a long history, and in whatever batches: refolding finds what is stored."""
    for seed in range(200 if LONG else 4):
        chance = random.Random(seed)
        sales = history(chance.choice((63, 64, 65, 66, 130, 200)))
        with bench.house(NOW) as house:
            arriving = sales + [make.void_of(sale) for sale in chance.sample(sales, 20)]
            arriving += [replace(sale, revision=3, state="paid") for sale in chance.sample(sales, 10)]
            arriving += [make.refund_of(sale, id=f"R{sale.id}") for sale in chance.sample(sales, 10)]
            chance.shuffle(arriving)
            for batch in batches(arriving, [chance.randint(1, 40) for _ in range(5)]):
                house.deliver(*batch)
            assert house.differences() == [], f"seed {seed}"


def test_one_memory_of_somebody_who_is_not_remembered_holds_nothing_but_a_place(bench: Bench) -> None:
    with bench.house(NOW) as house:
        house.enrol(make.CLEO, consents=Consents(recognise=True))
        house.deliver(*(replace(sale, customer=make.sale(who=make.CLEO).customer) for sale in history(70)))
        assert house.balances()["Cleo"][0] > 70
        memory = load(house.memories()["Cleo"])
        assert replace(memory, at=START.at, source=START.source, id=START.id, shop=START.shop) == Memory()
        assert all(not sums for sums in house.house_days().values())
        assert house.differences() == []


TAMPERINGS = {
    "a memory": "UPDATE states SET memory = (SELECT memory FROM checkpoints LIMIT 1)",
    "a balance": "UPDATE states SET points = points + 1 WHERE points > 0",
    "an entry": "UPDATE entries SET points = 2 WHERE n = 3",
    "a lost entry": "DELETE FROM entries WHERE n = 3",
    "a checkpoint": "DELETE FROM checkpoints",
    "a sale's worth": "UPDATE sales SET earned = x'80' WHERE ref = '5'",
    "a lost sale": "DELETE FROM sales WHERE ref = '5'",
    "a changed sale": "UPDATE sales SET taken = (SELECT taken FROM sales WHERE ref = '6') WHERE ref = '5'",
    "a sale that should count": "UPDATE sales SET counts = 0 WHERE ref = '5'",
    "a day of the house": "UPDATE house_days SET dirty = 0, sums = x'81a27630cd0fa0'",
    "a message": "UPDATE shops SET seq = 0",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_one_memory_verify_finds(bench: Bench, tampering: str) -> None:
    with bench.house(NOW) as house:
        house.deliver(*history(70))
        house.deliver(make.presence(at=NOW))
        assert house.differences() == []
        with house.session.transaction():
            assert house.session.run(TAMPERINGS[tampering]) > 0
        assert house.differences() != []


def test_one_memory_verify_runs_while_the_shop_sells_and_answers_by_its_exit_code(service: Service, shop: Shop) -> None:
    amina = shop.enrol()
    shop.post([shop.sale(who=make.AMINA) for _ in range(5)])
    done = service.command("verify")
    assert done.returncode == 0, done.stdout
    assert "0 differences" in done.stdout
    shop.post(shop.sale(who=make.AMINA))
    assert len(shop.customer(amina)["visits"]) == 1, "they are one visit"
