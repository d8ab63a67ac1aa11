"""The books of one customer while a decision is made: points in lots, and the entries that move them.

Entries are only ever added, and what lies in a lot is the sum of its entries. Everything that moves points is an event
at a moment: a sale earns, a redemption or an adjustment by hand takes or gives, a lot ends. Folded in the order of
their moments they say what each event gives to which lot; that is the books as they should be. An event that is newer
than all others is added. After any other change the events from there on are folded again, and the differences to what
each gave before are more entries. So the books are the same in whatever order things arrive.

Spending takes the lot that ends first. What no lot covers lies in the one that never ends, which is below zero then:
a debt, and whatever is earned next settles it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loyalty.core import account
from loyalty.core.account import NEVER, Account, Parts, cause_of, lasts, lots_of, parts
from loyalty.core.days import Calendar
from loyalty.core.facts import Entry, Ident, Sale, State
from loyalty.core.held import Held
from loyalty.core.redemption import Event

Lots = tuple[tuple[int, int], ...]  # (lot, points)


class Books:
    """The working copy: lots as the fold has them, entries as they are posted. Both agree once a fold is through."""

    # As they are until somebody says otherwise; the two are replaced, never written into.
    because = ""  # a reason that stands for all others: points that move with a person
    refolding = told = False
    head = until = 0
    tier = ""
    pending: Sequence[tuple[int, int, int]] = ()
    expired: Mapping[int, int] = {}  # posted for lots that ended
    gone: Mapping[int, int] = {}  # and what should be, while it is folded again

    def __init__(self, state: State, posted: list[Entry]) -> None:
        self.person, self.points, self.n = state.person, state.points, state.entries
        self.posted = posted
        self.lots = {NEVER: state.points}
        if state.account:
            self._open(account.load(state.account))

    def _open(self, stored: Account) -> None:
        self.head, self.tier, self.until = stored.head, stored.tier, stored.until
        self.pending = stored.pending
        self.lots[NEVER] -= sum(stored.lots.values())
        self.lots |= stored.lots

    @property
    def plain(self) -> bool:
        """One lot without end, all of it ready: no order of events makes a difference."""
        return len(self.lots) == 1 and not self.pending

    def state(self, memory: bytes) -> State:
        return State(self.person, memory, self.points, self.n, self.dump())

    def dump(self) -> bytes:
        if self.plain and not self.tier and not self.head:
            return b""
        dated = {lot: left for lot, left in sorted(self.lots.items()) if lot != NEVER and left}
        return account.dump(Account(self.head, dated, tuple(self.pending), self.tier, self.until))

    def mark(self) -> bytes:
        """What a checkpoint keeps: all that the later events do not say themselves."""
        if not (self.pending or self.tier):
            return b""
        return account.dump(Account(0, {}, tuple(self.pending), self.tier, self.until))

    def available(self, at: int) -> int:
        if self.plain:
            return self.points
        ended = sum(left for lot, left in self.lots.items() if lot != NEVER and lot <= at)
        return self.points - ended - self._waiting(at)

    def _waiting(self, at: int) -> int:
        return sum(left for ready, lot, left in self.pending if ready > at and lasts(lot, at))

    # -- the tier -----------------------------------------------------------------------------------------------------
    @property
    def held(self) -> Held:
        return Held(self.tier, self.until)

    # -- events -------------------------------------------------------------------------------------------------------
    def earn(self, sale: Sale, due: dict[str, int], calendar: Calendar) -> tuple[int, int]:
        """A sale gives its points; answers the lot they lie in, and how many of them settled a debt."""
        lot, ready = sale.taken.until, sale.taken.ready
        if not lot and not ready and self.plain:  # nearly always
            owed = 0
            self.lots[NEVER] += sum(due.values())
            if not sale.earned:
                for reason, points in due.items():
                    cause = cause_of(sale, reason) if sale.taken.causes else ""
                    said = self.because or reason
                    self._post(points, said, NEVER, sale.at, sale.day, sale=sale.ident, cause=cause)
                return NEVER, 0
        else:
            self.pass_to(sale.at, calendar)
            owed = self._give(sum(due.values()), lot, ready, sale.at)
        if due != sale.earned or (lot, owed) != (sale.lot, sale.owed):
            self._post_sale(sale, parts(sale.earned, sale.lot, sale.owed), parts(due, lot, owed))
        return lot, owed

    def run(self, event: Event, calendar: Calendar) -> Lots:
        """A redemption or an adjustment takes or gives; answers where."""
        if not self.plain or event.lot:
            self.pass_to(event.at, calendar)
        self.head = max(self.head, event.at)
        if event.amount >= 0:
            owed = self._give(event.amount, event.lot, event.at, event.at)
            moved = {NEVER: owed, event.lot: event.amount - owed} if event.lot else {NEVER: event.amount}
        else:
            moved = self._take(-event.amount, event.at)
        lots = tuple(sorted((lot, points) for lot, points in moved.items() if points))
        self._post_event(event, dict(event.lots), dict(lots), calendar)
        return lots

    def pass_to(self, at: int, calendar: Calendar) -> None:
        """Time goes on: what was pending is ready, what ended is gone."""
        if self.pending and self.pending[0][0] <= at:
            self.head = max(self.head, *(ready for ready, _, _ in self.pending if ready <= at))
            self.pending = [one for one in self.pending if one[0] > at]
        ended = sorted(lot for lot in self.lots if lot != NEVER and lot <= at) if len(self.lots) > 1 else ()
        for lot in ended:
            self.head = max(self.head, lot)
            left = self.lots.pop(lot)
            self.pending = [one for one in self.pending if one[1] != lot]
            if left and self.refolding:
                self.gone = {**self.gone, lot: -left}
            elif left:
                self._post_end(lot, -left, calendar)

    def _give(self, points: int, lot: int, ready: int, at: int) -> int:
        owed = min(points, max(0, -self.lots[NEVER]))
        self.lots[NEVER] += owed
        left = points - owed
        self.lots[lot] = self.lots.get(lot, 0) + left
        if ready > at and left:
            self.pending = sorted((*self.pending, (ready, lot, left)))
        return owed if lot else 0

    def _take(self, points: int, at: int) -> dict[int, int]:
        moved: dict[int, int] = {}
        for lot in sorted(self.lots, key=lambda lot: (lot == NEVER, lot)):
            held = sum(left for ready, where, left in self.pending if where == lot and ready > at)
            took = points if lot == NEVER else min(points, max(0, self.lots[lot] - held))
            self.lots[lot] -= took
            points -= took
            moved[lot] = -took
        return moved

    # -- once more ----------------------------------------------------------------------------------------------------
    def take_back(self, sale: Sale) -> None:
        """Everything that a sale gave."""
        self._shift(lots_of(parts(sale.earned, sale.lot, sale.owed)), -1)
        self._post_sale(sale, parts(sale.earned, sale.lot, sale.owed), {})

    def undo(self, event: Event, calendar: Calendar) -> None:
        """Everything that an event moved."""
        self._shift(event.lots, -1)
        self.drop(event, calendar)

    def drop(self, event: Event, calendar: Calendar) -> None:
        """The same, where the lots have been taken back to before it."""
        self._post_event(event, dict(event.lots), {}, calendar)

    def settle(self, event: Event, calendar: Calendar) -> Lots:
        """An event in plain books: all of it lies in the one lot, whenever it was."""
        moved = {NEVER: event.amount} if event.amount else {}
        self.lots[NEVER] += event.amount - sum(points for _, points in event.lots)
        self.head = max(self.head, event.at)
        self._post_event(event, dict(event.lots), moved, calendar)
        return tuple(moved.items())

    def rewind(self, sales: Iterable[Sale], events: Iterable[Event], expired: Mapping[int, int], mark: bytes) -> None:
        """Back to before these, to be folded on from there: what they moved leaves the lots, and stays in the log."""
        self.refolding, self.gone = True, {}
        for sale in sales:
            self._shift(lots_of(parts(sale.earned, sale.lot, sale.owed)), -1)
        for event in events:
            self._shift(event.lots, -1)
        if not self.told:
            lots = sorted(self.expired.keys() | expired.keys())
            self.expired = {lot: self.expired.get(lot, 0) + expired.get(lot, 0) for lot in lots}
        self.told = True
        self._shift(self.expired.items(), -1)
        then = account.load(mark)
        self.pending, self.tier, self.until = then.pending, then.tier, then.until

    def through(self, calendar: Calendar) -> None:
        """The fold is through: lots that ended, up to where they had."""
        self.pass_to(self.head, calendar)
        self.refolding = False
        for lot in sorted(self.gone.keys() | self.expired.keys()):
            self._post_end(lot, self.gone.get(lot, 0) - self.expired.get(lot, 0), calendar)
        self.lots = {lot: left for lot, left in self.lots.items() if left or lot == NEVER}

    def _shift(self, lots: Iterable[tuple[int, int]], sign: int) -> None:
        for lot, points in lots:
            self.lots[lot] = self.lots.get(lot, 0) + sign * points

    # -- entries ------------------------------------------------------------------------------------------------------
    def _post_sale(self, sale: Sale, was: Parts, now: Parts) -> None:
        for key in [*was, *(key for key in now if key not in was)]:
            change = now.get(key, 0) - was.get(key, 0)
            if change:
                reason, lot = key
                said = self.because or (reason if change > 0 else "reverse")
                self._post(change, said, lot, sale.at, sale.day, sale=sale.ident, cause=cause_of(sale, reason))

    def _post_event(self, event: Event, was: dict[int, int], now: dict[int, int], calendar: Calendar) -> None:
        total = sum(now.values()) - sum(was.values())
        for lot in sorted(was.keys() | now.keys()):
            change = now.get(lot, 0) - was.get(lot, 0)
            if change:
                reason = event.reason if total and (change > 0) == (total > 0) else "reallocate"
                said, (day, _) = self.because or reason, calendar.read(event.at)
                self._post(change, said, lot, event.at, day, redemption=event.redemption, cause=event.cause)

    def _post_end(self, lot: int, points: int, calendar: Calendar) -> None:
        if points:
            self.expired = {**self.expired, lot: self.expired.get(lot, 0) + points}
            self._post(points, "expire", lot, lot, calendar.read(lot - 1)[0])

    def _post(
        self,
        points: int,
        reason: str,
        lot: int,
        at: int,
        day: int,
        *,
        sale: Ident | None = None,
        redemption: str | None = None,
        cause: str = "",
    ) -> None:
        entry = Entry(self.person, self.n, points, reason, sale, at, day, redemption, lot, cause)
        self.posted.append(entry)
        self.points, self.n = self.points + points, self.n + 1
