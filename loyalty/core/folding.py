"""A customer folded: sale by sale into the memory and the books, or again from a checkpoint on.

A sale newer than all that is known is appended. Any other change cuts the fold back to a checkpoint and folds on from
there, with everything else that moved points at its place between the sales. Both end in the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from loyalty.core import ledger, memory, multiplying
from loyalty.core.books import Books, Lots
from loyalty.core.facts import START, Checkpoint, Key, Sale
from loyalty.core.held import Held, Rules, hold, is_plain
from loyalty.core.known import History
from loyalty.core.memory import Memory
from loyalty.core.redemption import RESERVED, Event
from loyalty.wire_program import Program

if TYPE_CHECKING:
    from loyalty.core.desk import Desk


LAST = "\uffff"  # in place of a source: behind all of them


def refold(desk: Desk, person: str, since: Key) -> None:
    """Fold a customer's sales again from the last checkpoint before `since`.

    That checkpoint goes too: it comes back with the visit that opens after it, if one still does.
    """
    history = desk.known.histories.get(person)
    if history is None or history.since > since:
        desk.missing.histories[person] = min(since, desk.missing.histories.get(person, since))
        return
    start = history.start
    begin = start.key if start else START
    fresh = memory.load(start.memory if start else b"")
    desk.cuts[person] = begin
    desk.checkpoints[person] = []
    desk.touched[person] = None
    sales, events = desk.counted(person, history.sales, begin), _events(desk, person, history, begin)
    books = desk.books_of(person)
    books.rewind(sales, events, history.expired, start.account if start else b"")
    for one in sorted([*sales, *events], key=place_of):
        if not isinstance(one, Sale):
            _happen_again(desk, books, one)
        elif (folded := fold(desk, person, fresh, one)) is not one:
            desk.put(folded)
    shop = fresh.shop or (events[-1].shop if events else next(iter(desk.known.shops)))
    books.through(desk.calendar(shop))
    desk.memories[person] = fresh


def _events(desk: Desk, person: str, history: History, after: Key) -> list[Event]:
    """What else moved the person's points after a key, with what this batch made of it."""
    found: dict[str, Event] = {one.id: one for one in history.events}
    found |= desk.redemptions
    found |= desk.adjustments
    return [one for one in found.values() if one.person == person and event_key(one) > after]


def _happen_again(desk: Desk, books: Books, event: Event) -> None:
    calendar = desk.calendar(event.shop)
    if event.amount:
        lots = books.run(event, calendar)
    else:
        books.drop(event, calendar)
        lots = ()
    if lots != event.lots:
        desk.put_event(with_lots(event, lots))


def fold(desk: Desk, person: str, into: Memory, sale: Sale) -> Sale:
    """The sale with what it gives and earns by this fold."""
    books, who = desk.books_of(person), desk.known.people[person]
    if memory.checkpoint_due(into, sale.at):
        made = Checkpoint(person, into.key, memory.dump(into), books.mark())
        desk.checkpoints.setdefault(person, []).append(made)
    first, times = into.at < 0, _times(desk, books, into, sale)
    opens, gave = memory.fold(into, sale, remember=who.remember)
    if who.remember and not sale.unlearned and (books.tier or not is_plain(_tiers(desk, sale))):
        books.tier, books.until = held_after(desk, books.held, into, sale)
    due = ledger.earned(sale.taken, opens, first=first, friend=desk.known.brought(person), times=times)
    lot, owed = books.earn(sale, due, desk.calendar(sale.ident.shop))
    desk.touched[person] = None
    if gave != sale.gave:
        desk.dirty.add((sale.ident.shop, sale.day))
    elif due == sale.earned and (lot, owed, times) == (sale.lot, sale.owed, sale.times):
        return sale
    return replace(sale, gave=gave, earned=due, lot=lot, owed=owed, times=times)


def happen(desk: Desk, old: Event | None, new: Event) -> None:
    """A redemption or an adjustment is made, or changes: points move, at once or when they are folded again."""
    if old is not None and old.person != new.person:
        _leave(desk, old)
        new = with_lots(new, ())
    person, books, calendar = new.person, desk.books_of(new.person), desk.calendar(new.shop)
    desk.touched[person] = None
    if books.plain and never_dated(desk, new.shop):
        desk.put_event(with_lots(new, books.settle(new, calendar)))
        return
    newest = person not in desk.late and new.at > max(books.head, spent(desk, person), desk.memory_so_far(person).at)
    if newest and not new.lots:
        desk.put_event(with_lots(new, books.run(new, calendar)))
    else:
        desk.put_event(new)
        desk.came_late(person, event_key(new))


def let_end(desk: Desk, person: str, shop: str, now: int) -> None:
    """Time goes on: what has ended is gone."""
    desk.catch_up_with(person)
    desk.books_of(person).pass_to(now, desk.calendar(shop))
    desk.touched[person] = None


def _leave(desk: Desk, old: Event) -> None:
    """It is somebody else's now."""
    books = desk.books_of(old.person)
    desk.touched[old.person] = None
    books.undo(old, desk.calendar(old.shop))
    if not books.plain or not never_dated(desk, old.shop):
        desk.came_late(old.person, event_key(old))


def spent(desk: Desk, person: str) -> int:
    """When they last used a reward, as far as the books themselves do not say."""
    until = desk.known.people[person].reserved_until
    return until - RESERVED if until else 0


def held_after(desk: Desk, held: Held, into: Memory, sale: Sale) -> Held:
    """The tier that is held after a sale that is folded in, by the rules of the program that the sale is judged by."""
    return hold(held, into.days, _tiers(desk, sale), into.days.last)


def _tiers(desk: Desk, sale: Sale) -> Rules:
    return _judges(desk, sale).tiers


def _judges(desk: Desk, sale: Sale) -> Program:
    return desk.known.programs[desk.known.shops[sale.ident.shop].business, sale.program]


def _times(desk: Desk, books: Books, into: Memory, sale: Sale) -> int:
    """What their tier makes of its points; asked before the sale is folded in."""
    program = _judges(desk, sale)
    if not program.multiplies:
        return 0
    known, counted = desk.known, list[multiplying.Counted]()
    if multiplying.asks_who_is_best(program):
        place = known.shops[sale.ident.shop].business, sale.day
        if place not in known.counted:
            desk.missing.counted.add(place)
        counted = known.counted.get(place, counted)
    return multiplying.times(program, books.held, into.days, sale, known.hands.get(books.person, ()), counted)


def never_dated(desk: Desk, shop: str) -> bool:
    """Whether no points of this business ever had an end or had to wait: then no order of events makes a difference.

    What is left in the lots does not tell: a lot that was emptied may be given back to, and a debt that it settled
    may come back.
    """
    facts = desk.known.shops[shop]
    versions = (desk.known.programs.get((facts.business, number)) for number in range(1, facts.program + 1))
    return not any(one is not None and (one.expire_days or one.pending_hours) for one in versions)


def event_key(event: Event) -> Key:
    """After every sale of the same moment: nobody uses what is not there yet."""
    return Key(event.at, LAST, event.id, "")


def place_of(one: Sale | Event) -> Key:
    return one.key if isinstance(one, Sale) else event_key(one)


def with_lots(event: Event, lots: Lots) -> Event:
    return event if event.lots == lots else replace(event, lots=lots)
