"""Erasing who was merged, parted or used what is another's: nothing of theirs stays, and all of the others' does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from loyalty.acts import erasing, merging, redemptions
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, Ident
from loyalty.core.merging import Rehome
from loyalty.errors import Gone, Unknown
from loyalty.store.erased import Erased
from loyalty.store.rows import marks_of
from loyalty.wire import NewRedemption, Tender, Transaction
from loyalty.wire_people import NewMerge
from loyalty.wire_program import Reward
from tests import make
from tests.promises.inside import Bench, House
from tests.promises.stories import OPENED, PEOPLE, PROGRAM
from tests.promises.twins import by_hand, merge, same, undo, use

pytestmark = pytest.mark.slow

DATED = replace(PROGRAM, rewards=(Reward(id="free", name="Free coffee", points=6),), expire_days=30)
BEGUN = OPENED + timedelta(days=1)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("dated"), PEOPLE, DATED, OPENED)


@contextmanager
def lived(bench: Bench) -> Iterator[House]:
    """Amina, Ben and Dora with sales, a reward and points by hand of each."""
    with bench.house(BEGUN) as house:
        for day in range(3):
            house.move(BEGUN + timedelta(days=day, hours=1))
            for hour, name in enumerate(("Amina", "Ben", "Dora")):
                who = next(one for one in PEOPLE if one.name == name)
                at = BEGUN + timedelta(days=day, minutes=10 * hour)
                house.deliver(make.sale(make.line("Latte", price=1000), id=f"{name} {day}", at=at, who=who))
        for minute, name in enumerate(("Amina", "Ben", "Dora")):
            house.move(BEGUN + timedelta(days=3, minutes=2 * minute))
            by_hand(house, name, 20, f"hand {name}")
            house.move(BEGUN + timedelta(days=3, minutes=2 * minute + 1))
            assert use(house, name, f"use {name}")
        yield house


def erase(house: House, name: str) -> None:
    with house.session.transaction():
        erasing.erase(house.line, beside(house), house.cafe.business, house.cafe.people[name])


def beside(house: House) -> Erased:
    """The list beside this house's key."""
    folder = house.path.with_suffix(".key")
    folder.mkdir(exist_ok=True)
    return Erased(folder)


Pairs = tuple[tuple[str, str], ...]
BACKED_UP: dict[str, tuple[Pairs, tuple[int, ...], tuple[str, ...]]] = {
    # who was merged into whom when the backup was made; which of it was undone since; who was erased then
    "the one who was merged": ((("Amina", "Ben"),), (0,), ("Ben",)),
    "the one who was kept": ((("Amina", "Ben"),), (0,), ("Amina",)),
    "one after the other": ((("Amina", "Ben"),), (0,), ("Ben", "Amina")),
    "both as one": ((("Amina", "Ben"),), (), ("Ben",)),
    "the end of a chain": ((("Ben", "Dora"), ("Amina", "Ben")), (0,), ("Dora",)),
    "the middle of a chain": ((("Ben", "Dora"), ("Amina", "Ben")), (1, 0), ("Ben",)),
    "two of a chain as one": ((("Ben", "Dora"), ("Amina", "Ben")), (1,), ("Dora",)),
    "the beginning of a chain": ((("Ben", "Dora"), ("Amina", "Ben")), (1,), ("Amina",)),
}


@pytest.mark.parametrize(("merged", "undone", "gone"), BACKED_UP.values(), ids=BACKED_UP)
def test_an_old_backup_ends_as_if_it_had_been_erased_from_there(
    dated: Bench, merged: Pairs, undone: tuple[int, ...], gone: tuple[str, ...]
) -> None:
    """Who was parted before they were erased takes nothing of the other along, and leaves nothing with them."""
    with lived(dated) as live, lived(dated) as restored:
        ids = []
        for house in (restored, live):
            ids = [merge(house, *pair, key=f"m{n}") for n, pair in enumerate(merged)]
        for n in undone:
            undo(live, str(ids[n]))
        for name in gone:
            erase(live, name)
        with restored.session.transaction():
            erasing.erase_again(restored.line, beside(live).ids())
        same(live, restored)
        assert live.differences() == restored.differences() == []
        assert live.balances() == restored.balances()
        left = {name for name, id in live.cafe.people.items() if id not in beside(live).ids()}
        sold = restored.session.rows("SELECT ref FROM sales WHERE person IS NOT NULL ORDER BY ref")
        assert [ref for (ref,) in sold] == [f"{name} {day}" for name in sorted(left) for day in range(3)]
        erasing.erase_again(restored.line, beside(live).ids())
        same(live, restored)


def test_who_was_erased_while_merged_is_not_parted_any_more(dated: Bench) -> None:
    with lived(dated) as house:
        made = merge(house, "Amina", "Ben", "m")
        erase(house, "Ben")
        with pytest.raises(Unknown):
            undo(house, str(made))
        wanted = NewMerge(kept=house.cafe.people["Amina"], gone=house.cafe.people["Ben"], key="m")
        with pytest.raises(Gone), house.session.transaction():
            merging.merge(house.line, house.cafe.business, wanted)
        assert len(beside(house).ids()) == 2
        assert house.differences() == []


def reserve(house: House, name: str, key: str) -> str:
    with house.session.transaction():
        wanted = NewRedemption(customer=house.cafe.people[name], reward="free", key=key, till="1")
        shop = house.cafe.shops[make.SHOP]
        return redemptions.reserve(house.line, house.cafe.business, replace(wanted, shop=shop)).id


def sold_with(house: House, id: str, *used: str) -> Transaction:
    """Ben's, with a free latte beside a cake."""
    house.move(BEGUN + timedelta(days=4))
    free, cake = make.line("Latte", total=0), make.line("Cake", price=500)
    sale = make.sale(free, cake, id=id, at=BEGUN + timedelta(days=4), who=make.BEN, redemptions=used)
    house.deliver(sale)
    return sale


def test_somebody_elses_reward_that_was_used_on_their_sale_stays_used(dated: Bench) -> None:
    """What is Amina's stays provable, and follows its sale; of Ben's own reward nothing is left on it."""
    with lived(dated) as house:
        hers, his = reserve(house, "Amina", "k1"), reserve(house, "Ben", "k2")
        sale = sold_with(house, "both", hers, his)
        before = house.balances()["Amina"]
        erase(house, "Ben")
        [(person, used, body)] = house.session.rows("SELECT person, used, body FROM sales WHERE ref = 'both'")
        assert (person, used) == (None, hers)
        assert his.encode() not in body
        assert house.balances()["Amina"] == before
        assert house.differences() == []
        house.deliver(replace(sale, state="voided", revision=sale.revision + 1))
        assert house.balances()["Amina"][0] == before[0] + 6, "its sale is void, so its points are back"
        assert house.differences() == []


def test_a_reward_used_by_who_is_erased_stays_on_the_sale_of_somebody_else(dated: Bench) -> None:
    with lived(dated) as house:
        sold_with(house, "hers", reserve(house, "Amina", "k1"))
        before = house.balances()["Ben"]
        erase(house, "Amina")
        assert (house.balances()["Ben"], house.differences()) == (before, [])


def test_a_sale_put_on_the_erased_by_hand_uses_no_reward_for_that(dated: Bench) -> None:
    """By hand it was Ben's and nobody's reward was used on it; it is nobody's by hand ever after."""
    with lived(dated) as house:
        hers = reserve(house, "Amina", "k1")
        sold_with(house, "moved", hers)
        with house.session.transaction():
            ident = Ident(house.cafe.shops[make.SHOP], make.SOURCE, "moved")
            house.line.run([Reattribute(ident, house.cafe.people["Ben"])])
        assert house.session.rows("SELECT state FROM redemptions WHERE id = ?", (hers,)) == [("released",)]
        erase(house, "Ben")
        with house.session.transaction():
            house.line.run([Rehome((house.cafe.people["Amina"],))])
        assert house.session.rows("SELECT state FROM redemptions WHERE id = ?", (hers,)) == [("released",)]
        assert house.session.rows("SELECT assigned, used FROM sales WHERE ref = 'moved'") == [(NOBODY, None)]
        assert house.differences() == []


def test_a_sale_that_named_the_erased_and_another_names_the_other_alone(dated: Bench) -> None:
    with lived(dated) as house:
        tenders = [Tender(kind="card", amount=500, fingerprint=who.fingerprint) for who in (make.AMINA, make.BEN)]
        sale = make.sale(make.line("Latte", price=1000), id="both", at=BEGUN + timedelta(days=3), who=None)
        house.deliver(replace(sale, tenders=tuple(tenders)))
        erase(house, "Ben")
        [(note, marks)] = house.session.rows("SELECT note, marks FROM sales WHERE ref = 'both'")
        assert (note, len(marks_of(marks))) == ("two-people", 1)
        assert house.session.rows("SELECT COUNT(*) FROM two_people") == [(1,)]
        assert merge(house, "Dora", "Amina", "key")
        assert house.session.rows("SELECT person FROM sales WHERE ref = 'both'") == [(None,)]
        assert house.differences() == []


def test_a_receipt_of_what_they_gave_back_keeps_no_end_of_their_bank_card(bench: Bench) -> None:
    """It is nobody's by itself, and goes with its sale."""
    with bench.house(BEGUN) as house:
        sale = make.sale(make.line("Latte", price=1000), id="bought", at=BEGUN, who=make.AMINA)
        card = Tender(kind="card", amount=1000, last4="4242", fingerprint="somebody's")
        house.deliver(sale, replace(make.refund_of(sale, id="given back"), tenders=(card,)))
        other = replace(make.sale(id="another's", at=BEGUN, who=None), tenders=(replace(card, last4="1881"),))
        house.deliver(other)
        erase(house, "Amina")
        stored: dict[str, bytes] = dict(house.session.rows("SELECT ref, body FROM sales"))
        assert b"4242" not in stored["given back"]
        assert b"1881" in stored["another's"]
        assert marks_of(house.session.rows("SELECT marks FROM sales WHERE ref = 'given back'")[0][0]) == ()
        assert house.differences() == []
