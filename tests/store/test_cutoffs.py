"""Where the best begin, on both databases: counted in pieces, stored once, read by the day; and who loses a tier."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from loyalty.acts.shops import DEFAULT_PROGRAM, open_business, put_program
from loyalty.clock import MovedClock, move
from loyalty.core.best import BEST_OF_MIN, Best, Cutoff, decayed_spend
from loyalty.core.days import DAY, moment
from loyalty.core.facts import Drink, Key
from loyalty.core.memory import Memory, days_of, dump, take
from loyalty.reports import losing, regulars
from loyalty.store.cutoffs import HOLDS_DAYS, PIECE, Count, CutoffRows, next_count
from loyalty.store.database import Place, open_vault
from loyalty.store.save import standing
from loyalty.store.session import Session
from loyalty.store.view import View
from loyalty.wire import NewShop
from loyalty.wire_program import TierRule
from tests import make
from tests.migrated import migrated

NOON = make.at("12:00", 400)
TODAY = NOON.toordinal()
TEN = Best(10, 365)
BEST = TierRule(id="best", name="Best", measure="top-spend", at_least=10, window_days=365)
GOLD = TierRule(id="gold", name="Gold", measure="visits", at_least=1, window_days=60)
PLAIN = NewShop(name="Corner", currency=make.CURRENCY, timezone=make.ZONE.key)


class Shop:
    """One business in an empty database, filled with people as they would be stored."""

    def __init__(self, place: Place, session: Session, clock: MovedClock) -> None:
        self.session = session
        vault = open_vault(place)
        with session.transaction():
            made = open_business(session, vault, PLAIN, moment(NOON), replace(DEFAULT_PROGRAM, tiers=(GOLD, BEST)))
        self.business, self.id = made.business, made.shop
        self.view = View(session, vault, clock)
        self.view.forget()

    def add(self, people: dict[str, list[tuple[int, int]]]) -> None:
        """By name: the days ago, and what was spent on each, oldest first."""
        rows = []
        for person, sales in people.items():
            known = Memory()
            for ago, spend in sales:
                at = moment(NOON) - ago * DAY
                take(known, Key(at, "test", f"{person} {ago}", self.id), TODAY - ago, 1, (Drink("Latte"),), spend)
            rows.append((person, dump(known), *standing(self.view.settings, known)))
        with self.session.transaction():
            self.session.many(
                "INSERT INTO states (customer, memory, points, entries, business, shop, last_at, regular_until,"
                " becoming_until) VALUES (?, ?, 0, 0, ?, ?, ?, ?, ?)",
                rows,
            )
            self.session.many(
                "INSERT INTO customers (id, business, name, card, token, greeting, recognise, remember, messages,"
                " offers, enrolled_at) VALUES (?, ?, ?, ?, ?, 'full', ?, ?, ?, ?, 0)",
                [(person, self.business, b"", b"", person, True, True, False, False) for person in people],
            )

    def count(self, now: int = moment(NOON)) -> Count | None:
        """To its end, as the chore does, and kept."""
        self.view.settings.read(self.session)
        found = next_count(self.session, self.view.settings, now)
        if found is not None:
            while found.read_on(self.session):
                pass
            with self.session.transaction():
                found.keep(self.session, now)
        return found

    def stored(self, day: int = TODAY) -> dict[Best, Cutoff]:
        return dict(CutoffRows().read(self.session, self.business, day))


@pytest.fixture
def shop(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Shop]:
    place = Place.of(new_database() or f"sqlite:///{tmp_path}/loyalty.db", str(tmp_path / "loyalty.key"))
    migrated(place)
    move(tmp_path / "clock", NOON)
    with closing(place.open()) as session:
        yield Shop(place, session, MovedClock(tmp_path / "clock"))


def thousand(n: int = 1_000) -> dict[str, list[tuple[int, int]]]:
    chance = random.Random(7)
    return {
        f"p{number:04}": sorted(
            ((ago, chance.randrange(20_000, 90_000)) for ago in chance.sample(range(1, 500), chance.randrange(1, 9))),
            reverse=True,
        )
        for number in range(n)
    }


def test_of_a_thousand_customers_the_tenth_who_spent_most_are_in(shop: Shop) -> None:
    people = thousand()
    shop.add(people)
    shop.count()
    values = {}
    for person, sales in people.items():
        if any(ago <= 365 for ago, _ in sales):
            values[person] = int(sum(spend * round(2**32 * 0.5 ** (ago / 90)) for ago, spend in sales)) >> 32
    least = sorted(values.values(), reverse=True)[len(values) // 10 - 1]
    assert shop.stored() == {TEN: Cutoff(least, len(values))}
    assert 900 < len(values) < 1_000, "some were not here for a year"
    known = {row[0]: days_of(row[1]) for row in shop.session.rows("SELECT customer, memory FROM states")}
    assert sum(decayed_spend(known[person], TODAY) >= least for person in values) == len(values) // 10


def test_a_count_in_pieces_misses_nobody_and_counts_nobody_twice(shop: Shop) -> None:
    """PIECE"""
    shop.add({f"p{n:05}": [(40 + n % 7, 100 + n)] for n in range(2 * PIECE + 5)})
    count = next_count(shop.session, shop.view.settings, moment(NOON))
    assert count is not None
    assert count.read_on(shop.session)
    shop.session.run("UPDATE states SET last_at = ? WHERE customer IN ('p00000', 'p00001')", (moment(NOON),))
    while count.read_on(shop.session):
        pass
    with shop.session.transaction():
        count.keep(shop.session, 1)
    assert shop.stored()[TEN].of == 2 * PIECE + 5


def test_today_and_what_comes_in_today_changes_nothing(shop: Shop) -> None:
    shop.add({f"p{n}": [(30, 1_000 + n)] for n in range(BEST_OF_MIN)} | {"today": [(0, 10**8)]})
    assert shop.count() is not None
    before = shop.stored()
    assert before[TEN].of == BEST_OF_MIN, "spent today, so counted tomorrow"
    shop.add({f"late{n}": [(20, 10**7)] for n in range(100)})
    assert shop.count() is None, "it is counted once"
    assert shop.stored() == before
    shop.count(moment(NOON) + DAY)
    assert shop.stored(TODAY + 1)[TEN].of == BEST_OF_MIN + 101
    assert shop.stored() == before, "and never again"


def test_who_comes_second_with_a_count_of_the_same_day_changes_nothing(shop: Shop) -> None:
    shop.add({f"p{n}": [(30, 1_000)] for n in range(BEST_OF_MIN)})
    slow = next_count(shop.session, shop.view.settings, moment(NOON))
    assert slow is not None
    shop.count()
    with shop.session.transaction():
        slow.keep(shop.session, 5)
    assert shop.session.rows("SELECT value, of_many FROM cutoffs") == [(793, BEST_OF_MIN)]


def test_of_too_few_nobody_is_among_the_best(shop: Shop) -> None:
    shop.add({f"p{n}": [(30, 1_000)] for n in range(BEST_OF_MIN - 1)})
    shop.count()
    assert shop.stored() == {TEN: Cutoff(None, BEST_OF_MIN - 1)}


def test_a_day_without_a_row_is_read_by_the_newest_of_the_week_before(shop: Shop) -> None:
    """A service that was off in the night; and the first seconds of a day."""
    shop.add({f"p{n}": [(30, 1_000)] for n in range(BEST_OF_MIN)})
    shop.count()
    assert shop.stored(TODAY - 1) == {}
    assert shop.stored(TODAY + HOLDS_DAYS - 1) == shop.stored()
    assert shop.stored(TODAY + HOLDS_DAYS) == {}


def test_another_percentage_is_counted_beside_the_one_of_the_morning(shop: Shop) -> None:
    shop.add({f"p{n:02}": [(30, 1_000 + n)] for n in range(40)})
    shop.count()
    morning = shop.stored()
    with shop.session.transaction():
        changed = replace(DEFAULT_PROGRAM, tiers=(replace(BEST, at_least=50),))
        put_program(shop.session, shop.business, changed, moment(NOON))
    shop.count()
    assert shop.stored() == morning | {Best(50, 365): Cutoff(809, 40)}


def test_a_program_without_the_best_counts_nothing(shop: Shop) -> None:
    with shop.session.transaction():
        put_program(shop.session, shop.business, DEFAULT_PROGRAM, moment(NOON))
    shop.add({"p": [(30, 1_000)]})
    assert shop.count() is None


# -- who is about to lose their tier ----------------------------------------------------------------------------------
def losing_now(shop: Shop, among: Iterable[str] | None = None, most: int = 100) -> list[str]:
    named = None if among is None else set(among)
    found, onward = losing.read(shop.view, shop.business, (2**62, ""), None, named, most)
    while onward is not None:
        at, _, person = onward.partition(".")
        more, onward = losing.read(shop.view, shop.business, (int(at), person), None, named, most)
        found += more
    return [person for person, _ in found]


def test_who_is_about_to_lose_their_tier_is_found_the_newest_first(shop: Shop) -> None:
    shop.add({"fresh": [(1, 5)], "soon": [(40, 5)], "sooner": [(59, 5)], "lost": [(60, 5)], "both": [(40, 5), (2, 5)]})
    assert losing_now(shop) == ["soon", "sooner"]
    assert losing_now(shop, most=1) == ["soon", "sooner"]
    assert losing_now(shop, among={"sooner", "fresh"}) == ["sooner"]


def test_a_tier_by_hand_that_ends_soon_is_among_them(shop: Shop) -> None:
    shop.add({"away": [(80, 5)]})
    hand = "UPDATE customers SET hand_tier = 'gold', hand_until = ? WHERE id = 'away'"
    for until, found in ((TODAY + 40, []), (TODAY, ["away"]), (TODAY - 1, [])):
        shop.session.run(hand, (until,))
        assert losing_now(shop) == found


def test_so_many_people_are_looked_at_and_then_it_says_where_to_go_on(shop: Shop) -> None:
    """LOOKED_MAX, and PIECE_MAX in one statement"""
    shop.add({f"p{n:05}": [(5, 5)] for n in range(losing.LOOKED_MAX + losing.PIECE_MAX)})
    shop.add({"soon": [(50, 5)]})
    first, onward = losing.read(shop.view, shop.business, (2**62, ""), None, None, regulars.PAGE_MAX)
    assert first == []
    assert onward is not None
    assert losing_now(shop) == ["soon"]
