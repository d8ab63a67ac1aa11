"""Thousands of things that happen to a shop, in any order, with the clock jumping over a leap day and both changes of
the clocks: afterwards `loyalty verify` proves every balance and every memory.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.acts import about, erasing, lots, merging, redemptions, tiers, visits, wishes
from loyalty.acts.shops import put_program
from loyalty.errors import RegularsError
from loyalty.store import merges
from loyalty.store.agreed import CONSENTS
from loyalty.store.erased import Erased
from loyalty.store.people import quieter
from loyalty.wire import Consents, Greeting, NewRedemption, Refund, SaleRef, Transaction
from loyalty.wire_card import CardChange
from loyalty.wire_ledger import NewAdjustment
from loyalty.wire_people import MoveVisit, NewMerge
from loyalty.wire_program import (
    EarnHours,
    EarnItem,
    EarnReferral,
    EarnSpend,
    EarnVisit,
    EarnWelcome,
    Hours,
    Match,
    Program,
    Reward,
    TierRule,
)
from loyalty.wire_tiers import SetTier
from tests import make
from tests.conftest import LONG
from tests.promises import inside
from tests.promises.inside import Bench, House

pytestmark = pytest.mark.slow
BEGINS = datetime(2028, 2, 27, 9, tzinfo=UTC)  # two days before the leap day, a month before the clocks go on
WHO = [
    make.Who(f"Guest {letter}", make.SHOP, f"REF-{n}", f"+4930{1234500 + n}", f"g{n}@example.com", f"P-{n}", f"fp-{n}")
    for n, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWX")
]
PROGRAM = Program(
    earn=(
        *(EarnVisit(points=2), EarnSpend(points=1, per=200), EarnWelcome(points=3)),
        EarnItem(match=Match(name="Latte"), points=1),
    ),
    rewards=(Reward(id="free", name="Free coffee", points=12), Reward(id="cake", name="Cake", points=30)),
    tiers=(
        TierRule(id="silver", name="Silver", measure="visits", at_least=3, window_days=20, hold_days=10, percent=120),
        TierRule(id="gold", name="Gold", measure="spend", at_least=20_000, window_days=60, hold_days=30, percent=150),
    ),
    expire_days=40,
    pending_hours=6,
)
GENEROUS = replace(
    PROGRAM,
    earn=(
        *(EarnSpend(points=3, per=333), EarnReferral(points=9, friend=4)),
        EarnHours(hours=Hours(weekdays=(1, 3, 7), start="22:00", end="03:00"), percent=200),
    ),
    tiers=(replace(PROGRAM.tiers[0], at_least=2, percent=100), replace(PROGRAM.tiers[1], grace_days=5, percent=300)),
    exclude=(Match(name="Beans"),),
    expire_days=None,
    pending_hours=0,
)
AS_ENROLLED = {"birthday": "", "greeting": "full", "paused": False, "consents": make.REMEMBERED}
GREETINGS: tuple[Greeting, ...] = ("full", "name", "points", "none")
SEEDS = 1_000 if LONG else 30
PEOPLE_MIN, PEOPLE_MAX = 12, 40
PROGRAMS = (PROGRAM, GENEROUS, replace(PROGRAM, tiers=()))  # one after the other
MENU = (
    make.line("Latte", price=450),
    make.line("Cake", price=380),
    make.line("Tea", price=250),
    make.line("Beans", price=1900),
)


class Life:
    """One shop's; every step is something that people, tills or time do."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.rng, self.now = house, random.Random(seed), BEGINS
        self.sales: list[Transaction] = []
        self.made: list[str] = []  # redemptions
        self.merges: list[str] = []
        self.done: Counter[str] = Counter()
        self.own: dict[str, dict[str, Any]] = {}  # by id: what was written on that card
        self.n, self.programs = seed * 1_000_000, 0
        self.who = list(WHO)
        self.ever = len(WHO)
        self.often: dict[Callable[[], None], float] = {
            self.sell: 40,
            self.change: 12,
            self.refund: 8,
            self.reward: 12,
            self.end: 10,
            self.by_hand: 4,
            self.merge: 2,
            self.part: 2,
            self.wait: 10,
            self.move: 4,
            self.promote: 1,
            self.come_along: 1,
            self.erase: 0.3,
            self.program: 0.5,
            self.write: 6,
            self.forget_a_usual: 0.3,
        }

    def step(self) -> None:
        [what] = self.rng.choices(list(self.often), list(self.often.values()))
        self.n += 1
        try:
            what()
            self.done[what.__name__] += 1
        except RegularsError:
            self.house.line.forget()
            self.done[f"{what.__name__}, refused"] += 1

    def sell(self) -> None:
        late = self.rng.choice([0] * 6 + [1, 30, 600, 20_000])
        basket = self.rng.choices(MENU, k=self.rng.randint(1, 3))
        who = self.rng.choice([*self.who, *self.who, None])
        at = self.now - timedelta(minutes=late, seconds=self.rng.randint(0, 50))
        made = make.sale(*basket, id=f"s{self.n}", at=at, who=who, till=self.rng.choice("12"), currency="EUR")
        self.sales.append(made)
        self.tell(made)

    def change(self) -> None:
        place = self.lately()
        sale = self.sales[place]
        state = self.rng.choice(["paid", "voided"])
        self.sales[place] = changed = replace(sale, state=state, revision=sale.revision + self.rng.randint(0, 2))
        self.tell(changed)

    def refund(self) -> None:
        place = self.lately()
        sale = self.sales[place]
        if self.rng.random() < 0.5:
            self.tell(make.refund_of(sale, self.rng.choice(sale.lines), id=f"r{self.n}"))
            return
        back = Refund(id=f"n{self.n}", at=sale.at, amount=self.rng.randint(1, 900))
        self.sales[place] = changed = replace(sale, refunds=(*sale.refunds, back), revision=sale.revision + 1)
        self.tell(changed)

    def tell(self, sale: Transaction) -> None:
        self.house.deliver(*[sale] * self.rng.choice([1, 1, 1, 2]))

    def reward(self) -> None:
        customer, reward = self.somebody(), self.rng.choice(["free", "free", "cake"])
        wanted = NewRedemption(
            customer=customer, reward=reward, key=f"k{self.n}", till=self.rng.choice(["1", "2", None])
        )
        with self.house.session.transaction():
            self.made.append(redemptions.reserve(self.house.line, self.house.cafe.business, wanted).id)

    def end(self) -> None:
        how = self.rng.choice([redemptions.confirm, redemptions.release])
        with self.house.session.transaction():
            how(self.house.line, self.house.cafe.business, None, self.rng.choice(self.made[-20:] or ["none"]))

    def by_hand(self) -> None:
        wanted = NewAdjustment(points=self.rng.choice([5, 20, -4, -15]), key=f"a{self.n}")
        with self.house.session.transaction():
            lots.adjust(self.house.line, self.house.cafe.business, self.somebody(), wanted, "owner")

    def merge(self) -> None:
        kept, gone = self.somebody(), self.somebody()
        with self.house.session.transaction():
            made = merging.merge(
                self.house.line, self.house.cafe.business, NewMerge(kept=kept, gone=gone, key=f"m{self.n}")
            )
        self.merges.append(made.id)

    def part(self) -> None:
        id = self.rng.choice(self.merges[-20:] or ["none"])  # else all are one person before long
        with self.house.session.transaction():
            merging.undo(self.house.line, self.house.cafe.business, id)

    def wait(self) -> None:
        """The clock jumps, and what runs out runs out."""
        self.now += self.rng.choice([timedelta(minutes=20), timedelta(hours=5), timedelta(days=1), timedelta(days=4)])
        self.house.move(self.now)
        business = self.house.cafe.business
        with self.house.session.transaction():
            redemptions.run_out(self.house.line, business)
            while lots.let_end(self.house.line, business):
                pass

    def move(self) -> None:
        """A visit goes to somebody else, or to nobody."""
        sale = self.sales[self.lately()]
        ref = SaleRef(shop=self.house.cafe.shops[sale.shop], source=sale.source, id=sale.id)
        to = self.rng.choice([self.somebody(), self.somebody(), None])
        with self.house.session.transaction():
            visits.move(self.house.line, self.house.cafe.business, MoveVisit(sales=(ref,), customer=to))

    def promote(self) -> None:
        """A tier by hand, or its end."""
        line, business, who = self.house.line, self.house.cafe.business, self.somebody()
        with self.house.session.transaction():
            if self.rng.random() < 0.3:
                tiers.end_tier(line, business, who)
                return
            until = (self.now + timedelta(days=self.rng.randint(0, 20))).date()
            wanted = SetTier(tier=self.rng.choice(["silver", "gold"]), until=until, reason="because")
            tiers.set_tier(line, business, who, wanted)

    def come_along(self) -> None:
        """Somebody new, brought along."""
        if len(self.who) >= PEOPLE_MAX:
            return
        self.ever = n = self.ever + 1
        new = make.Who(
            f"New {n}", make.SHOP, f"REF-{n}", f"+4930{1234500 + n}", f"g{n}@example.com", f"P-{n}", f"fp-{n}"
        )
        row = self.house.session.row("SELECT secret, card FROM customers WHERE id = ?", (self.somebody(),))
        assert row is not None
        self.house.enrol(new, brought_by=self.house.line.vault.person(row[0]).open(row[1]))
        self.who.append(new)

    def erase(self) -> None:
        """Somebody, with whoever they were merged with, as long as enough others are left."""
        line, session, people = self.house.line, self.house.session, self.house.cafe.people
        person, business = self.somebody(), self.house.cafe.business
        if len(people) - len(merges.members(session, merges.kept_id(session, business, person))) < PEOPLE_MIN:
            return
        with session.transaction():
            erasing.erase(line, Erased(self.house.path.parent), business, person)
        gone = {row[0] for row in session.rows("SELECT id FROM customers WHERE erased_at IS NOT NULL")}
        self.who = [who for who in self.who if people[who.name] not in gone]
        for name in [name for name, id in people.items() if id in gone]:
            del people[name]

    def program(self) -> None:
        self.programs += 1
        wanted = PROGRAMS[self.programs % len(PROGRAMS)]
        with self.house.session.transaction():
            put_program(self.house.session, self.house.cafe.business, wanted, self.house.line.now)
        self.house.line.settings.read(self.house.session)

    def write(self) -> None:
        """On a card, of whoever has it by themselves or as one with others."""
        card = self.somebody()
        agreed = Consents(**{name: self.rng.random() < 0.7 for name in CONSENTS})
        wanted = self.rng.choice(
            [
                CardChange(name=f"Name {self.n}"),
                CardChange(birthday=self.rng.choice(["02-29", ""])),
                CardChange(greeting=self.rng.choice(GREETINGS)),
                CardChange(consents=agreed),
                CardChange(paused=self.rng.random() < 0.5),
            ]
        )
        whose = self.whose(card)
        with self.house.session.transaction():
            about.write(self.house.line, self.house.cafe.business, whose, wanted)
        self.own.setdefault(card, dict(AS_ENROLLED)).update(self.meant(card, wanted))

    def meant(self, card: str, wanted: CardChange) -> dict[str, Any]:
        """What it is for whose card it is, whoever they are one with."""
        own = self.own[card]
        found = {what: value for what in ("name", "birthday", "paused") if (value := getattr(wanted, what)) is not None}
        consents = wanted.consents if wanted.consents is not None else own["consents"]
        greeting = wanted.greeting if wanted.greeting is not None else own["greeting"]
        greeting = quieter(greeting, consents) if wanted.consents is not None else greeting
        return found | {"consents": consents, "greeting": greeting}

    def forget_a_usual(self) -> None:
        with self.house.session.transaction():
            wishes.let_go(self.house.line, self.whose(self.somebody()))

    def whose(self, card: str) -> about.Holder:
        return about.Holder(card, merges.kept_id(self.house.session, self.house.cafe.business, card))

    def part_all(self) -> None:
        for id in self.merges:
            with self.house.session.transaction(), suppress(RegularsError):  # of who was erased
                merging.undo(self.house.line, self.house.cafe.business, id)

    def themselves(self) -> dict[str, dict[str, Any]]:
        """What stands on the row of everybody who ever wrote on their card."""
        found: dict[str, dict[str, Any]] = {}
        for id in self.own.keys() & set(self.house.cafe.people.values()):
            columns = ", ".join(("secret", "name", "birthday", "greeting", "paused_at", *CONSENTS))
            [row] = self.house.session.rows(f"SELECT {columns} FROM customers WHERE id = ?", (id,))
            secret, name, birthday, greeting, paused, *consents = row
            key = self.house.line.vault.person(secret)
            found[id] = {
                "name": key.open(name) if "name" in self.own[id] else None,
                "birthday": key.open(birthday) if birthday is not None else "",
                "greeting": greeting,
                "paused": paused is not None,
                "consents": Consents(**{one: bool(value) for one, value in zip(CONSENTS, consents, strict=True)}),
            }
        return found

    def lately(self) -> int:
        if not self.sales:
            self.sell()
        return self.rng.randrange(max(0, len(self.sales) - 400), len(self.sales))

    def somebody(self) -> str:
        return self.rng.choice(list(self.house.cafe.people.values()))

    def prove(self) -> None:
        assert self.house.differences() == []
        for name, (points, total, numbers) in self.house.balances().items():
            assert points == total, name
            assert numbers == list(range(len(numbers))), name


def alone(life: Life) -> None:
    """Once nobody is one with anybody, everybody is as they said themselves."""
    life.part_all()
    there = set(life.house.cafe.people.values())
    assert life.themselves() == {id: {"name": None} | own for id, own in life.own.items() if id in there}
    life.prove()


def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, *, every: int, seed: int) -> Life:
    monkeypatch.setitem(inside.SHOPS, make.SHOP, ("EUR", "Europe/Berlin"))
    people: dict[make.Who, Any] = dict.fromkeys(WHO, make.REMEMBERED)
    with Bench(tmp_path, people, PROGRAM, BEGINS).house(BEGINS) as house:
        life = Life(house, seed)
        for n in range(1, steps + 1):
            life.step()
            if n % every == 0:
                life.prove()
        life.prove()
        alone(life)
    return life


def test_whatever_happens_five_thousand_times_can_be_proved(tmp_path, monkeypatch):
    life = live(tmp_path, monkeypatch, 5_000, every=2_500, seed=20)
    assert life.now > datetime(2028, 11, 1, tzinfo=UTC), "the leap day and both changes of the clocks are behind us"
    assert {what.__name__ for what in life.often} <= life.done.keys()


@pytest.mark.long
def test_whatever_happens_a_hundred_thousand_times_can_be_proved(tmp_path, monkeypatch):
    life = live(tmp_path, monkeypatch, 100_000, every=10_000, seed=21)
    assert sum(life.done.values()) == 100_000, life.done


def test_whoever_was_one_with_whom_everybody_is_as_they_said_themselves(tmp_path, monkeypatch):
    """Nothing but cards that are written on, and people who are merged and parted in every order."""
    monkeypatch.setitem(inside.SHOPS, make.SHOP, ("EUR", "Europe/Berlin"))
    people: dict[make.Who, Any] = dict.fromkeys(WHO[:5], make.REMEMBERED)
    with Bench(tmp_path, people, PROGRAM, BEGINS).house(BEGINS) as house:
        for seed in range(SEEDS):
            life = Life(house, seed)
            life.who = WHO[:5]
            life.often = {life.write: 6, life.merge: 3, life.part: 2}
            for _ in range(40):
                life.step()
            alone(life)
            for card in house.cafe.people.values():
                anew = CardChange(name=card, birthday="", greeting="full", consents=make.REMEMBERED, paused=False)
                with house.session.transaction():
                    about.write(house.line, house.cafe.business, life.whose(card), anew)
