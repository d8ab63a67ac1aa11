"""The working copy of one decision: what was known, what has changed so far, what turned out to be missing.

Memories are folded here. A sale newer than a customer's last is appended; any other change cuts the fold back to a
checkpoint and folds on from there. Both end in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from loyalty.core import folding, memory
from loyalty.core.books import Books
from loyalty.core.days import Calendar
from loyalty.core.facts import Checkpoint, CueRow, Entry, Ident, Key, Note, Person, Sale, State
from loyalty.core.gifts import Gift
from loyalty.core.held import Held
from loyalty.core.house import House
from loyalty.core.known import Known, Missing
from loyalty.core.memory import Memory
from loyalty.core.redemption import Adjustment, Event, Redemption
from loyalty.core.rotating import Used


class Desk:
    """Mutable, and never leaves `decide`."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.missing = Missing()
        self.sales: dict[Ident, Sale] = {}
        self.mine: dict[str, dict[Ident, None]] = {}  # by person: sales that were theirs at any time in this batch
        self.refunds = {ident: list(found) for ident, found in known.refunds.items()}
        self.memories: dict[str, Memory] = {}
        self.late: dict[str, Key] = {}  # memories to be folded again from here, once somebody looks
        self.books: dict[str, Books] = {}
        self.touched: dict[str, None] = {}  # people whose memory or books this batch changed
        self.checkpoints: dict[str, list[Checkpoint]] = {}
        self.cuts: dict[str, Key] = {}  # checkpoints from here on are made again by the fold
        self.entries: list[Entry] = []
        self.cues: dict[str, CueRow] = {}
        self.came: dict[tuple[str, str | None], dict[str, None]] = {}  # (shop, till) → check-ins made or changed here
        self.raised: dict[str, dict[str, None]] = {}  # by person: cues that this batch made or changed
        self.notes: list[Note] = []
        self.redemptions: dict[str, Redemption] = {}  # that this batch made or changed
        self.adjustments: dict[str, Adjustment] = {}
        self.gifts: dict[str, Gift] = {}  # that this batch made
        self.dirty: set[tuple[str, int]] = set()
        self.used: dict[tuple[str, str, int], Used] = {}  # cards' codes that were shown for the first time
        self.cared: dict[str, None] = {}  # people whose greeting was changed by what they said of a visit
        self.others: dict[str, int | None] = {}  # by person: "not my usual today", said or answered

    # -- reading ------------------------------------------------------------------------------------------------------
    def sale(self, ident: Ident) -> Sale | None:
        return self.sales.get(ident) or self.known.sales.get(ident)

    def person(self, person: str) -> Person:
        found = self.known.people[person]
        return replace(found, other=self.others[person]) if person in self.others else found

    def house(self, shop: str, day: int) -> House:
        found = self.known.houses.get((shop, day))
        if found is None:
            self.missing.houses.add((shop, day))
            return House()
        return found

    def available(self, person: str, at: int) -> int:
        """Points that can be spent at a moment, late sales folded in."""
        self.catch_up_with(person)
        return self.books_of(person).available(at)

    def state(self, person: str) -> State:
        """The row as it is to be stored."""
        return self.books_of(person).state(memory.dump(self.memory(person)))

    def memory(self, person: str) -> Memory:
        """The memory, late sales folded in."""
        self.catch_up_with(person)
        return self.memory_so_far(person)

    def catch_up(self) -> None:
        """Fold in everything that came late: once a customer, however many of their sales it was."""
        for person in tuple(self.late):
            self.catch_up_with(person)

    def catch_up_with(self, person: str) -> None:
        since = self.late.pop(person, None)
        if since is not None:
            folding.refold(self, person, since)

    def books_of(self, person: str) -> Books:
        found = self.books.get(person)
        if found is None:
            stored = self.known.states.get(person)
            found = self.books[person] = Books(stored or State(person), self.entries)
        return found

    def memory_so_far(self, person: str) -> Memory:
        found = self.memories.get(person)
        if found is None:
            stored = self.known.states.get(person)
            found = self.memories[person] = memory.load(stored.memory if stored else b"")
        return found

    def recent_cues(self, person: str, shop: str | None) -> list[CueRow]:
        """The person's cues of the last half hour in this shop (None: in any), newest first."""
        if person not in self.raised and person not in self.known.cues:
            return []
        known = {cue.id: cue for cue in self.known.cues.get(person, ())}
        known |= {cue: self.cues[cue] for cue in self.raised.get(person, ())}
        found = [cue for cue in known.values() if shop is None or cue.shop == shop]
        return sorted(found, key=lambda cue: (cue.renewed_at, cue.id), reverse=True)

    def check_ins(self, shop: str, till: str | None) -> list[CueRow]:
        """Cues by which somebody was greeted at this till before they bought anything, as they are now."""
        stored, made = self.known.check_ins.get((shop, till)), self.came.get((shop, till))
        if stored is None and made is None:
            return []
        found = {cue.id: cue for cue in stored or () if cue.raised_by == "presence"}
        return list((found | {id: self.cues[id] for id in made or ()}).values())

    def redemption(self, id: str) -> Redemption | None:
        return self.redemptions.get(id) or self.known.redemptions.get(id)

    def adjustment(self, id: str) -> Adjustment | None:
        return self.adjustments.get(id) or self.known.adjustments.get(id)

    def redemptions_of(self, person: str) -> list[Redemption]:
        """The person's, as far as they may matter now, in the order of their making."""
        if not self.person(person).reserved_until and not self.redemptions:
            return []
        known = self.known.redemptions | self.redemptions
        return sorted((one for one in known.values() if one.person == person), key=lambda one: (one.at, one.id))

    # -- changing -----------------------------------------------------------------------------------------------------
    def put(self, sale: Sale) -> None:
        self.sales[sale.ident] = sale
        if sale.person is not None:
            self.mine.setdefault(sale.person, {})[sale.ident] = None

    def put_cue(self, cue: CueRow) -> None:
        self.cues[cue.id] = cue
        if cue.raised_by == "presence":
            self.came.setdefault((cue.shop, cue.till), {})[cue.id] = None
        self.raised.setdefault(cue.person, {})[cue.id] = None

    def put_event(self, event: Event) -> None:
        if isinstance(event, Redemption):
            self.redemptions[event.id] = event
        elif isinstance(event, Adjustment):
            self.adjustments[event.id] = event

    def calendar(self, shop: str) -> Calendar:
        return self.known.shops[shop].calendar

    def change(self, new: Sale) -> None:
        """Put a sale in the place of its former self (if any), and bring its people's memories and ledgers to it.

        The former self is looked up here and now: a reading in between may have folded it and let it earn.
        """
        old = self.sale(new.ident)
        was, now = _owner(old), _owner(new)
        if old is None or was is None:
            self._add(now, new)
            return
        if was == now and _same_to_fold(old, new):
            self.put(_given(new, old))
            return
        self._take_back(was, old, new)
        self.put(replace(new, gave={}, earned={}, lot=0, owed=0, times=0) if was != now else _given(new, old))
        if was == now:
            self.came_late(was, min(new.key, old.key))
            return
        self.came_late(was, old.key)
        if now is not None:
            self.came_late(now, new.key)

    def _add(self, person: str | None, new: Sale) -> None:
        """A sale that was in nobody's memory so far: mostly newer than everything in its customer's."""
        if person is None:
            self.put(new)
            return
        known = self.memory_so_far(person)
        if person in self.late or (new.at <= known.at and new.key <= known.key) or self._spent_since(person, new):
            self.put(new)
            self.came_late(person, new.key)
        else:
            self.put(folding.fold(self, person, known, new))

    def _spent_since(self, person: str, new: Sale) -> bool:
        """Whether points were moved after this sale, where it matters from which lot."""
        books = self.books_of(person)
        if new.at > max(books.head, folding.spent(self, person)):
            return False
        return not (books.plain and folding.never_dated(self, new.ident.shop))

    def came_late(self, person: str, since: Key) -> None:
        self.late[person] = min(since, self.late.get(person, since))

    def counted(self, person: str, stored: Iterable[Sale], after: Key) -> list[Sale]:
        """The person's counted sales after a key, with what this batch made of them, in order."""
        mine = {sale.ident: sale for sale in stored if sale.ident not in self.sales}
        for ident in self.mine.get(person, ()):
            mine[ident] = self.sales[ident]
        return sorted(
            (sale for sale in mine.values() if _owner(sale) == person and sale.key > after), key=lambda sale: sale.key
        )

    def fold_aside(self, person: str, into: Memory, held: Held, sale: Sale) -> Held:
        """Fold for looking only: nothing is put, earned or given. Answers the tier that is held after it."""
        who = self.known.people[person]
        memory.fold(into, sale, remember=who.remember)
        learns = who.remember and not sale.unlearned
        return folding.held_after(self, held, into, sale) if learns else held

    def _take_back(self, person: str, old: Sale, new: Sale) -> None:
        """A sale that is no longer this person's, or no longer counts, gives its points back at once."""
        if old.gave:
            self.dirty.add((old.ident.shop, old.day))
        if _owner(new) == person:
            return
        self.books_of(person).take_back(old)
        self.touched[person] = None


def _owner(sale: Sale | None) -> str | None:
    """Whose memory and ledger a sale is in, if it is in any."""
    return sale.person if sale is not None and sale.taken.counts else None


def _same_to_fold(old: Sale, new: Sale) -> bool:
    noted = (old.forgotten is None) == (new.forgotten is None)
    return noted and (old.key, old.day, old.part, old.taken) == (new.key, new.day, new.part, new.taken)


def _given(new: Sale, old: Sale) -> Sale:
    """The sale as it is now, with what it gave as it was."""
    return replace(new, gave=old.gave, earned=old.earned, lot=old.lot, owed=old.owed, times=old.times)
