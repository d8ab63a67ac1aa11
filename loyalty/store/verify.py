"""`loyalty verify`: every memory and balance folded again from what was recorded.

In ranges of customers, each a snapshot of its own, so it may run while the shop sells; memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from msgspec import json, msgpack

from loyalty.core import ledger
from loyalty.core.audit import Recorded, audit
from loyalty.core.facts import Entry, Ident, Key, Sale, State, Taken
from loyalty.core.multiplying import Counted, Counts, HandSet, asks_who_is_best
from loyalty.core.redemption import Event, Redemption
from loyalty.store import redemptions, tiers
from loyalty.store.cutoffs import counted_on
from loyalty.store.database import Place, must_exist
from loyalty.store.erased import OF_A_PERSON
from loyalty.store.houses import sum_day
from loyalty.store.rows import SALE_COLUMNS, counts_of, sale_of
from loyalty.store.save import NUMBERS_ON
from loyalty.store.session import Session
from loyalty.store.shops import Settings
from loyalty.store.verify_entries import entries
from loyalty.store.verify_people import merged
from loyalty.store.verify_rows import beside, counted
from loyalty.wire import Transaction

RANGE = 200  # customers of one snapshot
_body = json.Decoder(Transaction).decode


def verify(url: str, say: Callable[[str], None]) -> int:
    """Lists every difference; answers how many there are."""
    place = Place.of(url)
    must_exist(place)
    session = place.open()
    differences = customers = 0
    try:
        for people in _ranges(session):
            with session.snapshot():
                customers += len(people)
                for difference in differences_of(session, people):
                    differences += 1
                    say(difference)
        with session.snapshot():
            for difference in chain(
                _house_days(session), _numbers(session), _erased(session), merged(session), counted(session)
            ):
                differences += 1
                say(difference)
    finally:
        session.close()
    say(f"{customers} customers folded again, {differences} differences")
    return differences


def differences_of(session: Session, people: Sequence[str]) -> Iterator[str]:
    """Of these people alone, inside the caller's snapshot."""
    settings = Settings()
    settings.read(session)
    for person in people:
        yield from _customer(session, settings, person)
    yield from beside(session, settings, people)


def _ranges(session: Session) -> Iterator[list[str]]:
    last = ""
    while True:
        rows = session.rows("SELECT id FROM customers WHERE id > ? ORDER BY id LIMIT ?", (last, RANGE))
        if not rows:
            return
        yield [row[0] for row in rows]
        last = rows[-1][0]


def _customer(session: Session, settings: Settings, person: str) -> list[str]:
    row = session.row(
        "SELECT c.remember, COALESCE(s.memory, x''), COALESCE(s.points, 0), COALESCE(s.entries, 0), s.account,"
        " COALESCE((SELECT b.merged_into FROM customers b WHERE b.id = c.brought_by), c.brought_by)"
        " <> COALESCE(c.merged_into, c.id) FROM customers c LEFT JOIN states s ON s.customer = c.id WHERE c.id = ?",
        (person,),
    )
    assert row is not None, person
    remember, memory, balance, count, account, brought = row
    rows = session.rows(f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? ORDER BY at, source, ref, shop", (person,))
    sales = tuple(sale_of(found) for found in rows)
    marks = session.rows("SELECT at, source, ref, shop, memory, account FROM checkpoints WHERE customer = ?", (person,))
    events = redemptions.events_of(session, person, 0)
    recorded = Recorded(
        person,
        bool(remember),
        State(person, memory, balance, count, account or b""),
        sales,
        {Key(*key): (blob, mark or b"") for *key, blob, mark in marks},
        _entries(session, person),
        settings.shops,
        events,
        _used_on(session, events),
        bool(brought),
        settings.programs,
        *_multiplied(session, settings, person, sales),
    )
    return [*audit(recorded, lambda sale: _value(session, settings, sale)), *entries(session, recorded)]


def _multiplied(
    session: Session, settings: Settings, person: str, sales: Sequence[Sale]
) -> tuple[Sequence[HandSet], Counts]:
    """What their tiers by hand were, and where the best began, as far as either multiplied points."""
    if not settings.multiplying:
        return (), {}
    counted: dict[tuple[str, int], list[Counted]] = {}
    for sale in sales:
        business = settings.shops[sale.ident.shop].business
        if (business, sale.day) not in counted and asks_who_is_best(settings.programs[business, sale.program]):
            counted[business, sale.day] = counted_on(session, business, sale.day)
    return tiers.hands_of(session, [person]).get(person, ()), counted


def _entries(session: Session, person: str) -> tuple[Entry, ...]:
    rows = session.rows(
        "SELECT n, points, reason, shop, source, ref, at, day, redemption, lot, cause FROM entries WHERE customer = ?"
        " ORDER BY n",
        (person,),
    )
    return tuple(
        Entry(person, n, points, reason, Ident(*sale) if sale[0] else None, at, day, used, lot or 0, cause or "")
        for n, points, reason, *sale, at, day, used, lot, cause in rows
    )


def _used_on(session: Session, events: tuple[Event, ...]) -> dict[Ident, Sale]:
    rows = session.matching(
        f"WITH w (a, b, c) AS (VALUES {{}}) SELECT {SALE_COLUMNS} FROM w CROSS JOIN sales"
        " ON shop = a AND source = b AND ref = c",
        sorted({one.sale for one in events if isinstance(one, Redemption) and one.sale is not None}),
    )
    return {sale.ident: sale for sale in map(sale_of, rows)}


def _value(session: Session, settings: Settings, sale: Sale) -> Taken:
    """What a sale comes to, from its body and the receipts that refund it."""
    receipts = session.rows(
        "SELECT body, ref FROM sales WHERE shop = ? AND source = ? AND refund_of = ?", tuple(sale.ident)
    )
    shop = settings.shops[sale.ident.shop]
    program = settings.programs[shop.business, sale.program]
    bodies = tuple(_body(row[0]) for row in sorted(receipts, key=lambda row: str(row[1])))
    told = (_body(sale.body), bodies, program, not sale.foreign, sale.used, shop.calendar, sale.at)
    fresh = ledger.taken(*told, unitemised=sale.odd != "sum")
    return msgpack.decode(msgpack.encode(fresh), type=Taken)


def _house_days(session: Session) -> Iterator[str]:
    for shop, day, sums in session.rows("SELECT shop, day, sums FROM house_days WHERE NOT dirty"):
        if counts_of(sums) != sum_day(session, shop, day):
            yield f"shop {shop}, day {day}: the house figures are not the sum of what its sales gave"


def _numbers(session: Session) -> Iterator[str]:
    """Numbers of a shop never repeat, none is above the one it stands at, and only a restore leaves some out."""
    rows = session.rows(
        "SELECT s.id, s.seq, COUNT(m.seq), COALESCE(MAX(m.seq), 0), COALESCE(MIN(m.seq), 1) FROM shops s"
        " LEFT JOIN messages m ON m.shop = s.id GROUP BY s.id"
    )
    for shop, seq, count, highest, lowest in rows:
        if highest > seq or (count and (highest - lowest + 1 - count) % NUMBERS_ON):
            yield f"shop {shop}: {count} messages numbered {lowest} to {highest}, the shop stands at {seq}"


def _erased(session: Session) -> Iterator[str]:
    """Of whoever was erased, an id is left and nothing else."""
    for table, column in (*((table, "customer") for table in OF_A_PERSON), ("sales", "person")):
        rows = session.rows(
            f"SELECT DISTINCT c.id FROM customers c JOIN {table} t ON t.{column} = c.id WHERE c.erased_at IS NOT NULL"
        )
        yield from (f"customer {person} was erased, and {table} still has something of theirs" for (person,) in rows)
