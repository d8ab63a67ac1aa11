"""All promises at once: whatever a shop does, in whatever order, the books stay in order after every step."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from loyalty.acts.about import Holder, write
from loyalty.acts.cues import answer, grow_old, undo
from loyalty.acts.shops import put_program
from loyalty.acts.wishes import let_go
from loyalty.clock import Clock
from loyalty.core.rules import RULES
from loyalty.errors import Conflict
from loyalty.store.rows import cue_of
from loyalty.wire import Consents, Outcome, RefundOf, Tender, Transaction
from loyalty.wire_card import CardChange
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program
from tests import make
from tests.conftest import LONG
from tests.promises.guests import guest
from tests.promises.inside import Bench, House
from tests.promises.stories import MENU, NOW, PEOPLE

pytestmark = pytest.mark.slow
SEEDS = 2_000 if LONG else 40
STEPS = 150
KINDS: tuple[make.By, ...] = ("reference", "phone", "email", "pos_id", "fingerprint")


class Day:
    """Somebody at every door of the shop, by the throw of a dice."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.sales: list[Transaction] = []
        self.waiting: list[Transaction] = []
        self.guests = [guest(number) for number in range(4)]  # strangers, who may enrol
        self.ids = make.ids()

    @property
    def now(self) -> Any:
        clock: Clock = self.house.line.clock
        return clock.now()

    def step(self) -> None:
        steps: dict[Callable[[], None], int] = {
            self.sell: 30,
            self.change: 15,
            self.refund: 8,
            self.repeat: 5,
            self.check_in: 12,
            self.answer: 12,
            self.take_back: 8,
            self.enrol: 2,
            self.change_program: 1,
            self.write_on_a_card: 2,
            self.forget_a_usual: 1,
            self.pass_time: 12,
        }
        [chosen] = self.chance.choices(list(steps), list(steps.values()))
        if chosen not in (self.sell, self.change, self.refund, self.repeat):
            self.deliver_what_waits()
        chosen()

    # -- the till -----------------------------------------------------------------------------------------------------
    def sell(self) -> None:
        ago = self.chance.choice((0, 0, 0, 60, 900, 86_400 * self.chance.randrange(1, 60)))
        shop = self.chance.choice((make.SHOP, make.SHOP, make.OTHER_SHOP))
        sale = make.sale(
            *self.chance.sample(MENU, self.chance.randint(1, 3)),
            id=next(self.ids),
            at=self.now - timedelta(seconds=ago),
            shop=shop,
            till=self.chance.choice(("1", "2", None)),
            state=self.chance.choice(("open", "paid", "paid")),
            currency="KES" if shop == make.SHOP else "KWD",
            who=self.chance.choice((make.AMINA, *PEOPLE, *self.guests, None)),
            by=self.chance.choice(KINDS),
        )
        if self.chance.random() < 0.2:
            other = self.chance.choice((*PEOPLE, *self.guests)).fingerprint
            sale = replace(sale, tenders=(*sale.tenders, Tender(kind="card", amount=0, fingerprint=other)))
        self.deliver(sale)

    def change(self) -> None:
        if not self.sales:
            return
        sale = self.chance.choice(self.sales[-15:])
        other = make.sale(who=self.chance.choice((*PEOPLE, *self.guests)), by="phone")
        changes: tuple[dict[str, Any], ...] = (
            {"state": "paid"},
            {"state": "voided"},
            {"state": "open"},
            {"customer": other.customer},
            {"customer": None, "tenders": ()},
            {"at": sale.at - timedelta(minutes=self.chance.randrange(100))},
            {"lines": (self.chance.choice(MENU),)},
            {"refunds": make.refunded(sale, id=next(self.ids)).refunds},
        )
        self.deliver(replace(sale, revision=sale.revision + 1, changed_at=self.now, **self.chance.choice(changes)))

    def refund(self) -> None:
        if not self.sales:
            return
        sale = self.chance.choice(self.sales)
        receipt = make.refund_of(sale, *sale.lines[: self.chance.randint(0, 1)], id=f"R{next(self.ids)}", at=self.now)
        self.deliver(receipt)
        if self.chance.random() < 0.3:
            elsewhere = RefundOf(id=self.chance.choice(self.sales).id)
            later = self.chance.choice(({"state": "voided"}, {"refund_of": None}, {"refund_of": elsewhere}))
            if later.get("refund_of") != RefundOf(id=receipt.id):
                self.deliver(replace(receipt, revision=receipt.revision + 1, **later))

    def repeat(self) -> None:
        self.waiting += self.chance.choices(self.sales, k=min(5, len(self.sales)))

    def deliver(self, sale: Transaction) -> None:
        """Sales wait for one another, and are one batch sooner or later."""
        self.sales.append(sale)
        self.waiting.append(sale)
        if self.chance.random() < 0.4:
            self.deliver_what_waits()

    def deliver_what_waits(self) -> None:
        waiting, self.waiting = self.waiting, []
        self.house.deliver(*waiting)

    # -- the counter --------------------------------------------------------------------------------------------------
    def check_in(self) -> None:
        who = self.chance.choice((*PEOPLE, *self.guests))
        at = self.chance.choice((None, None, self.now - timedelta(days=self.chance.randrange(50))))
        self.house.deliver(make.presence(who, shop=make.SHOP, at=at, till=self.chance.choice(("1", "2", None))))

    def answer(self) -> None:
        outcome = self.chance.choice((*get_args(Outcome), "wrong-person", "usual"))
        choice = self.chance.choice((None, 0, 1))
        self.at_a_cue(lambda shop, cue: answer(self.house.line, shop, cue, outcome, choice))

    def take_back(self) -> None:
        self.at_a_cue(lambda shop, cue: undo(self.house.line, shop, cue))

    def at_a_cue(self, act: Callable[[str, str], None]) -> None:
        rows = self.house.session.rows("SELECT shop, id FROM cues ORDER BY renewed_at DESC, id LIMIT 3")
        if rows:
            shop, cue = self.chance.choice(rows)
            with suppress(Conflict), self.house.session.transaction():  # an undo may come too late
                act(shop, cue)

    # -- the rest -----------------------------------------------------------------------------------------------------
    def enrol(self) -> None:
        if self.guests:
            who = self.guests.pop()
            self.house.enrol(who, consents=Consents(recognise=True, remember=self.chance.random() < 0.7))

    def write_on_a_card(self) -> None:
        who = self.chance.choice(list(self.house.cafe.people.values()))
        agreed = Consents(recognise=True, remember=self.chance.random() < 0.7)
        wanted = self.chance.choice(
            (CardChange(paused=True), CardChange(paused=False), CardChange(consents=agreed), CardChange(name="Another"))
        )
        with self.house.session.transaction():
            write(self.house.line, self.house.cafe.business, self.whose(who), wanted)

    def forget_a_usual(self) -> None:
        who = self.chance.choice(list(self.house.cafe.people.values()))
        with self.house.session.transaction():
            let_go(self.house.line, self.whose(who))

    def whose(self, card: str) -> Holder:
        [(kept,)] = self.house.session.rows("SELECT COALESCE(merged_into, id) FROM customers WHERE id = ?", (card,))
        return Holder(card, kept)

    def change_program(self) -> None:
        earn = (EarnVisit(points=self.chance.randrange(5)), EarnSpend(points=1, per=self.chance.choice((1, 10_000))))
        item = EarnItem(match=Match(sku="FW"), points=self.chance.randrange(9))
        house = self.house
        with house.session.transaction():
            put_program(house.session, house.cafe.business, Program(earn=(*earn, item)), house.line.now)
        house.line.settings.read(house.session)

    def pass_time(self) -> None:
        seconds = self.chance.choice((1, 25, 31, 100, 200, 1_900, 30_000, 86_400 * 3))
        self.house.move(self.now + timedelta(seconds=seconds))
        with self.house.session.transaction():
            grow_old(self.house.line, self.house.cafe.business)


def assert_in_order(house: House) -> None:
    """What may be said of every shop at every moment."""
    for name, (points, total, numbers) in house.balances().items():
        assert points == total, name
        assert numbers == list(range(len(numbers))), name
    for shop in house.cafe.shops.values():
        found = [row[0] for row in house.session.rows("SELECT seq FROM messages WHERE shop = ? ORDER BY id", (shop,))]
        assert found == list(range(1, len(found) + 1)), shop
    for (body,) in house.session.rows("SELECT body FROM cues"):
        cue = cue_of(body)
        assert (cue.closed_at is None) == (cue.outcome is None) == (cue.closed_by is None)
        assert {name for name, _ in RULES} <= {name for name, _ in cue.because}
    assert house.session.rows("SELECT 1 FROM sales WHERE note = ''") == []


def told(house: House) -> dict[str, str]:
    """The open cues a screen shows that has folded every message."""
    shown: dict[str, str] = {}
    for kind, cue in house.session.rows("SELECT kind, cue FROM messages ORDER BY id"):
        if kind == "cue":
            shown[cue] = cue
        else:
            shown.pop(cue, None)  # a sale closed it, then somebody said it was the wrong person
    return shown


@pytest.mark.parametrize("seed", range(SEEDS) if not LONG else range(0, SEEDS, 100))
def test_in_order_whatever_a_shop_does(bench: Bench, seed: int) -> None:
    for one in range(seed, seed + (100 if LONG else 1)):
        with bench.house(NOW) as house:
            day = Day(house, one)
            for step in range(STEPS):
                day.step()
                assert_in_order(house)
                if step % 10 == 9:
                    assert house.differences() == [], (one, step)
                    still = house.session.rows("SELECT id FROM cues WHERE closed_at IS NULL")
                    assert set(told(house)) == {row[0] for row in still}
