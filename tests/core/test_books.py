"""The ledger: lots that end, what is spent first, debts, and that whatever was given and taken back is nothing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core import account, ledger
from loyalty.core.books import Books
from loyalty.core.days import DAY, HOUR, Calendar
from loyalty.core.facts import Entry, Ident, Sale, State, Taken
from loyalty.core.redemption import Redemption

CALENDAR = Calendar(ZoneInfo("UTC"))
IDENT = Ident("shop", "test", "1")
SALE = Sale(IDENT, 1, "paid", 1_000, 42, 0, None, b"", (), None, 1, 0, person="amina")
SETTLED = [
    # earned before, due now, entries
    ({}, {"visit": 1}, [(1, "visit")]),
    ({}, {"visit": 1, "spend": 11, "item": 4}, [(1, "visit"), (11, "spend"), (4, "item")]),
    ({"visit": 1}, {"visit": 1}, []),
    ({}, {}, []),
    ({"visit": 1, "spend": 11}, {"visit": 1, "spend": 8}, [(-3, "reverse")]),
    ({"visit": 1, "spend": 8}, {"spend": 11}, [(-1, "reverse"), (3, "spend")]),
    ({"visit": 1, "item": 4}, {}, [(-1, "reverse"), (-4, "reverse")]),
]


class Ledger:
    """Books that sell: events in order, each on its day."""

    def __init__(self, points: int = 0) -> None:
        self.entries: list[Entry] = []
        self.books = Books(State("amina", b"", points), self.entries)
        self.n = 0

    def earns(self, points: int, day: int, *, lasts: int | None = None, waits: int = 0) -> tuple[int, int]:
        self.n += 1
        at = day * DAY
        until = at + lasts * DAY if lasts is not None else 0
        taken = Taken(True, per_visit=points, until=until, ready=at + waits * HOUR if waits else 0)
        sale = replace(SALE, ident=Ident("shop", "test", str(self.n)), at=at, day=day, taken=taken)
        return self.books.earn(sale, {"visit": points}, CALENDAR)

    def spends(self, points: int, day: int, id: str = "r") -> tuple[tuple[int, int], ...]:
        at = day * DAY
        used = Redemption(id, "b", "shop", None, "amina", "coffee", "Coffee", points, id, at, at + HOUR)
        return self.books.run(used, CALENDAR)

    def lots(self) -> dict[int, int]:
        """By the day on which they end; 0 never does."""
        return {lot // DAY: left for lot, left in self.books.lots.items() if left}

    def check(self) -> None:
        sums: dict[int, int] = {}
        for entry in self.entries:
            sums[entry.lot] = sums.get(entry.lot, 0) + entry.points
        assert {lot: n for lot, n in sums.items() if n} == {lot: n for lot, n in self.books.lots.items() if n}
        assert self.books.points == sum(entry.points for entry in self.entries)
        assert [entry.n for entry in self.entries] == list(range(len(self.entries)))


@pytest.mark.parametrize(("before", "due", "expected"), SETTLED)
def test_entries_bring_the_ledger_to_what_is_due(before, due, expected):
    entries: list[Entry] = []
    books = Books(State("amina", b"kept", 30, 7), entries)
    sale = replace(SALE, earned=before)
    books.rewind([sale], [], {}, b"")
    books.earn(sale, due, CALENDAR)
    books.through(CALENDAR)
    assert [(entry.points, entry.reason) for entry in entries] == expected
    assert [entry.n for entry in entries] == list(range(7, 7 + len(entries)))
    assert {(entry.person, entry.sale, entry.at, entry.day) for entry in entries} <= {("amina", IDENT, 1_000, 42)}
    moved = sum(due.values()) - sum(before.values())
    assert books.state(b"kept") == State("amina", b"kept", 30 + moved, 7 + len(entries))


def test_a_balance_may_fall_below_zero():
    books = Books(State("amina", b"", 0, 3), [])
    books.take_back(replace(SALE, earned={"visit": 1}))
    assert books.points == -1


DUE = st.dictionaries(st.sampled_from(ledger.REASONS), st.integers(1, 10**6))


@given(st.lists(DUE, max_size=6))
def test_whatever_a_sale_was_due_on_the_way_reversed_it_gave_nothing(dues):
    entries: list[Entry] = []
    books, sale = Books(State("amina"), entries), SALE
    for due in (*dues, {}):
        books.rewind([sale], [], {}, b"")
        lot, owed = books.earn(sale, due, CALENDAR)
        books.through(CALENDAR)
        sale = replace(sale, earned=due, lot=lot, owed=owed)
        assert books.points == sum(entry.points for entry in entries) == sum(due.values())
    assert books.points == 0


# -- lots -------------------------------------------------------------------------------------------------------------
def test_spending_takes_the_lot_that_ends_first():
    shop = Ledger()
    shop.earns(5, day=1)
    shop.earns(5, day=2, lasts=30)
    shop.earns(5, day=3, lasts=10)
    assert shop.spends(12, day=4) == ((0, -2), (13 * DAY, -5), (32 * DAY, -5))
    assert shop.lots() == {0: 3}
    shop.check()


def test_what_is_left_of_a_lot_ends_with_it():
    shop = Ledger()
    shop.earns(8, day=1, lasts=10)
    shop.spends(3, day=2)
    assert shop.books.available(11 * DAY - 1) == 5
    assert shop.books.available(11 * DAY) == 0
    shop.books.pass_to(11 * DAY, CALENDAR)
    assert [(entry.points, entry.reason, entry.lot, entry.day) for entry in shop.entries[2:]] == [
        (-5, "expire", 11 * DAY, CALENDAR.read(11 * DAY - 1)[0])
    ]
    assert (shop.books.points, shop.lots()) == (0, {})
    shop.check()


def test_what_is_pending_counts_and_cannot_be_spent_yet():
    shop = Ledger()
    shop.earns(8, day=1, waits=48)
    assert (shop.books.points, shop.books.available(2 * DAY), shop.books.available(3 * DAY)) == (8, 0, 8)
    assert shop.spends(4, day=3) == ((0, -4),)
    assert shop.books.plain
    shop.check()


def test_a_debt_is_settled_by_what_is_earned_next():
    shop = Ledger()
    shop.spends(6, day=1)
    assert (shop.books.points, shop.lots()) == (-6, {0: -6})
    assert shop.earns(4, day=2, lasts=30) == (32 * DAY, 4)
    assert shop.earns(5, day=3, lasts=30) == (33 * DAY, 2)
    assert shop.lots() == {33: 3}
    shop.check()


def test_what_the_head_holds_is_read_without_the_books():
    shop = Ledger()
    shop.earns(5, day=1)
    shop.earns(6, day=2, lasts=10)
    shop.earns(7, day=3, lasts=20, waits=24)
    blob = shop.books.dump()
    for day in (3, 4, 12, 23):
        assert account.available(shop.books.points, blob, day * DAY) == shop.books.available(day * DAY), day
    assert account.waiting(blob, 3 * DAY) == 7
    assert account.endings(blob, 3 * DAY) == [(12 * DAY, 6), (23 * DAY, 7)]
    assert account.next_end(blob) == 12 * DAY
    again = Books(State("amina", b"", shop.books.points, shop.books.n, blob), [])
    assert (again.lots, again.pending, again.head) == (shop.books.lots, shop.books.pending, shop.books.head)


def test_nothing_is_stored_beside_a_plain_balance():
    shop = Ledger()
    shop.earns(5, day=1)
    assert shop.books.dump() == shop.books.mark() == b""
    assert account.available(5, b"", 10**18) == 5
    assert (account.waiting(b"", 0), account.endings(b"", 0), account.next_end(b"")) == (0, [], None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(0, 9), st.sampled_from([None, 1, 3, 10]), st.sampled_from([0, 0, 30])),
        st.tuples(st.just("spend"), st.integers(1, 9)),
        st.tuples(st.just("pass")),
    ),
    max_size=20,
)


@given(STEPS)
def test_every_lot_holds_the_sum_of_its_entries(steps):
    shop = Ledger()
    for day, (what, *how) in enumerate(steps, 1):
        match what:
            case "earn":
                shop.earns(how[0], day, lasts=how[1], waits=how[2])
            case "spend":
                shop.spends(how[0], day, f"r{day}")
            case _:
                shop.books.pass_to(day * DAY, CALENDAR)
        shop.check()
        assert all(left >= 0 for lot, left in shop.books.lots.items() if lot)
