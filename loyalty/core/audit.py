"""Proof: one customer folded again from what was recorded, and every difference in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import account, ledger, memory, multiplying
from loyalty.core.account import NEVER
from loyalty.core.books import Books
from loyalty.core.claims import stands
from loyalty.core.facts import Entry, Ident, Key, Sale, State, Taken
from loyalty.core.folding import place_of
from loyalty.core.held import hold
from loyalty.core.known import ShopFacts
from loyalty.core.redemption import Event, Redemption
from loyalty.wire_program import Program

Value = Callable[[Sale], Taken]
Cause = Ident | str  # what moved points


class Recorded(Struct, frozen=True):
    """Everything that is stored of one customer."""

    person: str
    remember: bool
    state: State
    sales: tuple[Sale, ...]  # in order, those that do not count too
    checkpoints: dict[Key, tuple[bytes, bytes]]  # memory and account
    entries: tuple[Entry, ...]
    shops: Mapping[str, ShopFacts]
    events: tuple[Event, ...] = ()  # redemptions and adjustments
    used_on: dict[Ident, Sale] = {}  # the sales that redemptions were used on
    friend: bool = False  # somebody brought them along
    programs: Mapping[tuple[str, int], Program] = {}  # by business and version
    hands: Sequence[multiplying.HandSet] = ()  # tiers ever set by hand
    counted: multiplying.Counts = {}  # where the best began, on the days of sales that ask it


def audit(recorded: Recorded, value: Value) -> list[str]:
    """Differences between what is stored and what follows from it; `value` says what a sale comes to."""
    posted: list[Entry] = []
    books = Books(State(recorded.person), posted)
    found = _fold(recorded, books)
    found += [f"sale {sale.ident.id}: stored as {sale.taken}" for sale in recorded.sales if _differs(sale, value(sale))]
    found += _ledger(recorded, books, posted) + _redemptions(recorded)
    return [f"customer {recorded.person}: {one}" for one in found]


def _differs(sale: Sale, fresh: Taken) -> bool:
    """Which lines earned was not recorded of the first sales."""
    return fresh != sale.taken and (bool(sale.taken.causes) or replace(fresh, causes=()) != sale.taken)


def _fold(recorded: Recorded, books: Books) -> list[str]:
    """Everything once more in its order, into a fresh memory and fresh books."""
    found: list[str] = []
    fresh, expected = memory.Memory(), dict[Key, tuple[bytes, bytes]]()
    counted = [sale for sale in recorded.sales if sale.taken.counts]
    for sale in recorded.sales:
        if not sale.taken.counts and (sale.gave or sale.earned):
            found.append(f"sale {sale.ident.id} does not count, yet gave {sale.gave}, {sale.earned}")
    for one in sorted([*counted, *recorded.events], key=place_of):
        if isinstance(one, Sale):
            if memory.checkpoint_due(fresh, one.at):
                expected[fresh.key] = memory.dump(fresh), books.mark()
            found += _sale(recorded, books, fresh, one)
        else:
            found += _event(recorded, books, one)
    calendar = next(iter(recorded.shops.values())).calendar
    books.pass_to(account.load(recorded.state.account).head, calendar)
    stored = recorded.state.memory or memory.dump(memory.Memory())
    if memory.dump(fresh) != stored:
        found.append("the stored memory is not the fold of the sales")
    if expected != recorded.checkpoints:
        found.append(f"checkpoints at {sorted(recorded.checkpoints)}, should be {sorted(expected)}")
    return found


def _sale(recorded: Recorded, books: Books, fresh: memory.Memory, sale: Sale) -> list[str]:
    found: list[str] = []
    first, facts = fresh.at < 0, recorded.shops[sale.ident.shop]
    program, counted = recorded.programs[facts.business, sale.program], recorded.counted.get((facts.business, sale.day))
    times = multiplying.times(program, books.held, fresh.days, sale, recorded.hands, counted or ())
    opens, gave = memory.fold(fresh, sale, remember=recorded.remember)
    if gave != sale.gave:
        found.append(f"sale {sale.ident.id} gave {sale.gave} to the house, should be {gave}")
    due = ledger.earned(sale.taken, opens, first=first, friend=recorded.friend, times=times)
    if recorded.remember and not sale.unlearned:
        books.tier, books.until = hold(books.held, fresh.days, program.tiers, fresh.days.last)
    lies = books.earn(replace(sale, earned={}, lot=0, owed=0), due, facts.calendar)
    if times != sale.times:
        found.append(f"sale {sale.ident.id} multiplies by {sale.times} percent, should be {times}")
    if due != sale.earned:
        found.append(f"sale {sale.ident.id} earned {sale.earned}, should be {due}")
    if lies != (sale.lot, sale.owed):
        found.append(f"the points of sale {sale.ident.id} lie in {sale.lot, sale.owed}, should lie in {lies}")
    return found


def _event(recorded: Recorded, books: Books, event: Event) -> list[str]:
    lots: tuple[tuple[int, int], ...] = ()
    if event.amount:
        lots = books.run(replace(event, lots=()), recorded.shops[event.shop].calendar)
    books.head = max(books.head, event.at)
    return [] if lots == event.lots else [f"{event.id} moved {event.lots}, should have moved {lots}"]


def _ledger(recorded: Recorded, books: Books, posted: list[Entry]) -> list[str]:
    """The movements are the balance: numbered without a gap, and for each cause and lot what they should be."""
    found: list[str] = []
    if [entry.n for entry in recorded.entries] != list(range(recorded.state.entries)):
        found.append(f"entries are not numbered 0 to {recorded.state.entries - 1}")
    total = sum(entry.points for entry in recorded.entries)
    if total != recorded.state.points:
        found.append(f"the balance is {recorded.state.points}, its entries sum to {total}")
    was, due = _sums(recorded.entries), _sums(tuple(posted))
    for key in sorted(was.keys() | due.keys(), key=repr):
        if was.get(key, 0) != due.get(key, 0):
            found.append(f"entries of {_named(*key)} sum to {was.get(key, 0)}, should be {due.get(key, 0)}")
    stored = account.load(recorded.state.account)
    lots = {lot: left for lot, left in books.lots.items() if left and lot != NEVER}
    kept = {lot: left for lot, left in stored.lots.items() if left}
    if (lots, *books.pending, books.tier, books.until) != (kept, *stored.pending, stored.tier, stored.until):
        found.append(f"unspent lots are stored as {stored}, should be {lots}, {books.pending}, {books.tier}")
    return found


def _named(cause: Cause, lot: int) -> str:
    what = f"sale {cause.id}" if isinstance(cause, Ident) else cause
    return f"{what} in the lot {lot}" if lot else what


def _sums(entries: tuple[Entry, ...]) -> dict[tuple[Cause, int], int]:
    sums: dict[tuple[Cause, int], int] = defaultdict(int)
    for entry in entries:
        by_hand = f"adjustment {entry.cause}" if entry.cause else entry.reason
        cause = entry.sale or (f"redemption {entry.redemption}" if entry.redemption else by_hand)
        sums[cause, entry.lot] += entry.points
    return {key: points for key, points in sums.items() if points}


def _redemptions(recorded: Recorded) -> list[str]:
    """Each stands as its sale says."""
    return [
        f"redemption {one.id} is {one.state}, its sale {one.sale.id if one.sale else 'is none'} says otherwise"
        for one in recorded.events
        if isinstance(one, Redemption) and not _as_recorded(one, recorded.used_on)
    ]


def _as_recorded(one: Redemption, used_on: Mapping[Ident, Sale]) -> bool:
    if one.sale is None:
        return one.ended_by != "sale" or not one.held
    sale = used_on.get(one.sale)
    return sale is not None and one.id in sale.used and stands(sale, one) and one.held
