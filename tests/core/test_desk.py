"""Once, and one memory: whatever order the same deliveries come in, people, memories and balances are the same."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import memory
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY
from loyalty.core.memory import CHECKPOINT_EVERY
from loyalty.wire import Evidence, Refund, RefundOf, Tender, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program, TierRule
from tests import make
from tests.core.cafe import SHOP, Cafe, Told, ident, shop

AMINA, BEN = make.AMINA, make.BEN
PROGRAM = Program(
    earn=(EarnVisit(points=1), EarnSpend(points=1, per=100), EarnItem(match=Match(name="Latte"), points=2)),
    tiers=(
        TierRule(id="silver", name="Silver", measure="visits", at_least=2, window_days=5, hold_days=4, grace_days=2),
        TierRule(id="gold", name="Gold", measure="spend", at_least=90_000, window_days=20, hold_days=9),
    ),
)
ALWAYS = make.at("23:59", 400)  # long after everything
EVERY = 3  # visits from checkpoint to checkpoint, so that small stories reach them


@pytest.fixture
def often(monkeypatch):
    """Checkpoints as often as small stories need them."""
    monkeypatch.setattr(memory, "CHECKPOINT_EVERY", EVERY)


def cafe(*, remember: bool = True) -> Cafe:
    made = Cafe(PROGRAM, shops=(SHOP, shop("shop-b", ZoneInfo("Asia/Tokyo"))))
    made.enrol(AMINA, remember=remember)
    made.enrol(BEN)
    return made


def after(batches: list[list[Told]], made: Cafe | None = None) -> Cafe:
    made = cafe() if made is None else made
    for batch in batches:
        made.tell(*batch, now=ALWAYS)
        assert made.differences() == []
    return made


# -- stories ----------------------------------------------------------------------------------------------------------
LINES = st.lists(
    st.builds(
        make.line,
        st.sampled_from(["Latte", "Flat White", "Kilimani White", "Cake"]),
        st.sampled_from([None, "Large"]),
        quantity=st.integers(1, 2),
        price=st.integers(0, 500),
        sku=st.sampled_from([None, "F"]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
MOMENTS = st.builds(
    lambda day, minute: make.at("08:00", day) + timedelta(minutes=minute),
    st.integers(0, 9),
    st.sampled_from([0, 0, 10, 29, 30, 59, 600, 1190]),
)
EVIDENCE = st.sampled_from([Evidence(reference=AMINA.reference)] * 6 + [Evidence(phone=BEN.phone), Evidence(), None])
CARDS = st.sampled_from([()] * 5 + [(Tender(kind="card", amount=1, fingerprint=BEN.fingerprint),)])
STATES = st.sampled_from(["paid", "paid", "paid", "open", "voided"])
REFUNDS = st.one_of(
    st.just(()),
    st.builds(
        lambda lines, amount: (Refund(id="r", at=make.MORNING, amount=amount, lines=lines),), LINES, st.integers(0, 900)
    ),
)
NAMES = ["1", "2", "3", "4", "5", "6"]


@st.composite
def told_once(draw) -> Transaction:
    """One revision of one of a few sales, which may be a receipt that refunds another."""
    id = draw(st.sampled_from(NAMES))
    refunds = draw(st.sampled_from([None] * 4 + [name for name in NAMES if name != id]))
    sale = make.sale(
        *draw(LINES),
        id=id,
        at=draw(MOMENTS),
        shop=draw(st.sampled_from([make.SHOP] * 4 + ["shop-b"])),
        state=draw(STATES),
        revision=draw(st.integers(1, 3)),
        order_discount=draw(st.sampled_from([0, 0, 50])),
    )
    return replace(
        sale,
        customer=draw(EVIDENCE),
        tenders=draw(CARDS),
        refunds=draw(REFUNDS),
        refund_of=RefundOf(id=refunds) if refunds else None,
    )


STORIES = st.lists(told_once(), min_size=1, max_size=14, unique_by=lambda sale: (sale.shop, sale.id, sale.revision))


def shuffled(rng: random.Random, story: list[Transaction]) -> list[list[Told]]:
    """In another order, some of it twice, in batches of any size."""
    told = story + rng.choices(story, k=rng.randrange(3))
    rng.shuffle(told)
    cuts = sorted({0, len(told), *(rng.randrange(len(told)) for _ in range(rng.randrange(5)))})
    return [list(told[start:end]) for start, end in pairwise(cuts)]


@pytest.mark.usefixtures("often")
class TestOnce:
    """The same deliveries, in any order and any number of times."""

    @given(STORIES, st.randoms(use_true_random=False))
    def test_any_order_and_number_of_the_same_deliveries_gives_the_same(self, story, rng):
        expected = after([list(story)]).outcome()
        assert after([[each] for each in story]).outcome() == expected
        assert after(shuffled(rng, story)).outcome() == expected

    @given(STORIES, st.randoms(use_true_random=False))
    def test_only_the_last_revision_of_each_counts(self, story, rng):
        last = {(sale.shop, sale.id): sale for sale in sorted(story, key=lambda sale: sale.revision)}
        assert after(shuffled(rng, story)).outcome() == after([list(last.values())]).outcome()

    @given(STORIES, st.randoms(use_true_random=False))
    def test_whatever_was_voided_gave_nothing(self, story, rng):
        made = after(shuffled(rng, story))
        after([[replace(sale, state="voided", revision=9) for sale in story]], made)
        assert (made.points(AMINA), made.points(BEN)) == (0, 0)
        assert made.memory(AMINA) == made.memory(BEN) == cafe().memory(AMINA)
        assert not any(made.days.values())
        assert not any(made.checkpoints.values())

    @given(STORIES, st.randoms(use_true_random=False))
    def test_a_word_about_whose_it_is_taken_back_leaves_no_trace(self, story, rng):
        made = after([list(story)])
        before = made.outcome()
        asked = [Reattribute(ident(sale), rng.choice(("Amina", "Ben", NOBODY))) for sale in story]
        after([list(asked)], made)
        after([[Reattribute(ident(sale))] for sale in story], made)
        assert made.outcome() == before

    @given(STORIES, st.randoms(use_true_random=False))
    def test_what_is_asked_for_is_all_that_is_needed(self, story, rng):
        batches = shuffled(rng, story)
        given_all = cafe()
        given_all.eager = True
        assert after(batches, given_all).outcome() == after(batches).outcome()

    @given(STORIES, st.randoms(use_true_random=False))
    def test_of_who_is_not_remembered_the_points_are_the_same_and_nothing_is_learned(self, story, rng):
        """Their visits are counted from the first one on: what joins a visit is a matter of time alone."""
        known, unknown = after(shuffled(rng, story)), after(shuffled(rng, story), cafe(remember=False))
        assert known.points(AMINA) == unknown.points(AMINA)
        assert unknown.memory(AMINA).habits == {}
        assert unknown.memory(AMINA).key == known.memory(AMINA).key
        assert not any(sale.gave for sale in unknown.of("Amina"))


# -- checkpoints at their real distance -------------------------------------------------------------------------------
def daily(days: range, *, clock: str = "08:00") -> list[Transaction]:
    return [make.sale(id=f"d{day:03}", at=make.at(clock, day)) for day in days]


LONG = daily(range(3 * CHECKPOINT_EVERY + 10))


@pytest.fixture(scope="module")
def year() -> Cafe:
    return after([list(LONG)])


def test_a_checkpoint_stands_every_so_many_visits(year):
    keys = sorted(year.checkpoints["Amina"])
    assert [key.id for key in keys] == [f"d{n * CHECKPOINT_EVERY - 1:03}" for n in (1, 2, 3)]


CHANGES = {
    "late, before all": make.sale(id="x", at=make.at("07:00", -1)),
    "late, between checkpoints": make.sale(id="x", at=make.at("12:00", 70)),
    "late, joining the visit before a checkpoint": make.sale(id="x", at=make.at("08:10", 63)),
    "late, joining the visit after a checkpoint": make.sale(id="x", at=make.at("07:50", 64)),
    "late, the last before a checkpoint": make.sale(id="x", at=make.at("23:00", 63)),
    "the visit before a checkpoint is voided": make.void_of(LONG[63]),
    "the visit after a checkpoint is voided": make.void_of(LONG[64]),
    "the last but one is voided": make.void_of(LONG[-2]),
    "a visit after the last checkpoint is another's": replace(
        LONG[-5], revision=2, customer=Evidence(reference=BEN.reference)
    ),
    "the first of all is voided": make.void_of(LONG[0]),
    "two visits become one": replace(LONG[100], revision=2, at=make.at("08:05", 99)),
    "a visit moves over a checkpoint": replace(LONG[60], revision=2, at=make.at("12:00", 66)),
    "a visit moves to the end": replace(LONG[10], revision=2, at=make.at("12:00", 300)),
    "refunded": make.refunded(LONG[64]),
    "by a receipt": make.refund_of(LONG[127], id="r"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_anywhere_refolds_to_the_same_bytes(change):
    made = after([list(LONG), [change]])
    assert made.rounds <= 3
    assert made.outcome() == after([[change], list(LONG)]).outcome()


def test_many_changes_at_once_are_as_one_by_one():
    changes: list[Told] = list(CHANGES.values())
    one_by_one, at_once = after([list(LONG), *([each] for each in changes)]), after([list(LONG), changes])
    assert one_by_one.outcome() == at_once.outcome()


def test_a_change_reads_no_more_than_from_the_last_checkpoint_on(year):
    late = make.sale(id="x", at=make.at("12:00", 150))
    known = year.load([year.delivery(late)])
    year.give_history(known, "Amina", year.sales[ident(LONG[150])].key)
    history = known.histories["Amina"]
    assert history.start is not None
    assert history.start.key.id == "d127"
    assert len(history.sales) == len(LONG) - 2 * CHECKPOINT_EVERY


def test_visits_of_two_shops_in_far_zones_are_one_memory():
    """At nine in the evening in Nairobi it is three in the morning in Tokyo, the day before not yet over."""
    told = [
        make.sale(id=str(hour), at=make.at("00:00") + timedelta(hours=hour), shop=("shop-a", "shop-b")[hour % 2])
        for hour in range(0, 96, 5)
    ]
    made = after([list(told)])
    assert made.outcome() == after([[each] for each in reversed(told)]).outcome()
    assert made.memory(AMINA).visits == len(told)
    assert made.memory(AMINA).days.since(0)[0] == len(told)
