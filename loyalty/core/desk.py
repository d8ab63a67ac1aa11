"""The working copy of one decision: what was known, what has changed so far, what turned out to be missing.

Memories are folded here. A sale newer than a customer's last is appended; any other change cuts the fold back to a
checkpoint and folds on from there. Both end in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from loyalty.core import ledger, memory
from loyalty.core.facts import START, Checkpoint, CueRow, Entry, Ident, Key, Note, Person, Sale, State
from loyalty.core.house import House
from loyalty.core.known import Known, Missing
from loyalty.core.memory import Memory
from loyalty.core.redemption import Redemption


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
        self.states: dict[str, State] = {}
        self.checkpoints: dict[str, list[Checkpoint]] = {}
        self.cuts: dict[str, Key] = {}  # checkpoints from here on are made again by the fold
        self.entries: list[Entry] = []
        self.cues: dict[str, CueRow] = {}
        self.raised: dict[str, dict[str, None]] = {}  # by person: cues that this batch made or changed
        self.notes: list[Note] = []
        self.redemptions: dict[str, Redemption] = {}  # that this batch made or changed
        self.dirty: set[tuple[str, int]] = set()
        self.others: dict[str, int | None] = {}  # by person: "not my usual today", said or answered
        self.moved: set[Ident] = set()  # sales that went from one person to another by a merge

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

    def state(self, person: str) -> State:
        """The ledger head, late sales folded in."""
        self._catch_up(person)
        return self._state(person)

    def memory(self, person: str) -> Memory:
        """The memory, late sales folded in."""
        self._catch_up(person)
        return self._memory(person)

    def catch_up(self) -> None:
        """Fold in everything that came late: once a customer, however many of their sales it was."""
        for person in tuple(self.late):
            self._catch_up(person)

    def _catch_up(self, person: str) -> None:
        since = self.late.pop(person, None)
        if since is not None:
            self._refold(person, since)

    def _state(self, person: str) -> State:
        return self.states.get(person) or self.known.states.get(person) or State(person)

    def _memory(self, person: str) -> Memory:
        found = self.memories.get(person)
        if found is None:
            found = self.memories[person] = memory.load(self._state(person).memory)
        return found

    def recent_cues(self, person: str, shop: str) -> list[CueRow]:
        """The person's cues of the last half hour in this shop, newest first."""
        if person not in self.raised and person not in self.known.cues:
            return []
        known = {cue.id: cue for cue in self.known.cues.get(person, ())}
        known |= {cue: self.cues[cue] for cue in self.raised.get(person, ())}
        found = [cue for cue in known.values() if cue.shop == shop]
        return sorted(found, key=lambda cue: (cue.renewed_at, cue.id), reverse=True)

    def redemption(self, id: str) -> Redemption | None:
        return self.redemptions.get(id) or self.known.redemptions.get(id)

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
        self.raised.setdefault(cue.person, {})[cue.id] = None

    def move(self, person: str, points: int, reason: str, redemption: str, at: int, day: int) -> None:
        """A movement of points by a redemption."""
        state = self._state(person)
        self.entries.append(Entry(person, state.entries, points, reason, None, at, day, redemption))
        self.states[person] = replace(state, points=state.points + points, entries=state.entries + 1)

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
            self.put(replace(new, gave=old.gave, earned=old.earned))
            return
        self._take_back(was, old, new)
        self.put(replace(new, gave={}, earned={}) if was != now else replace(new, gave=old.gave, earned=old.earned))
        if was == now:
            self._came_late(was, min(new.key, old.key))
            return
        self._came_late(was, old.key)
        if now is not None:
            self._came_late(now, new.key)

    def _add(self, person: str | None, new: Sale) -> None:
        """A sale that was in nobody's memory so far: mostly newer than everything in its customer's."""
        if person is None:
            self.put(new)
            return
        known = self._memory(person)
        if person in self.late or (new.at <= known.at and new.key <= known.key):
            self.put(new)
            self._came_late(person, new.key)
        else:
            self.put(self._fold(person, known, new))

    def fold_again(self, person: str, since: Key) -> None:
        """Once somebody looks, or the batch ends."""
        self._came_late(person, since)

    def _came_late(self, person: str, since: Key) -> None:
        self.late[person] = min(since, self.late.get(person, since))

    def _refold(self, person: str, since: Key) -> None:
        """Fold a customer's sales again from the last checkpoint before `since`.

        That checkpoint goes too: it comes back with the visit that opens after it, if one still does.
        """
        history = self.known.histories.get(person)
        if history is None or history.since > since:
            self.missing.histories[person] = min(since, self.missing.histories.get(person, since))
            return
        start = history.start
        begin = start.key if start else START
        fresh = memory.load(start.memory if start else b"")
        self.cuts[person] = begin
        self.checkpoints[person] = []
        for sale in self.counted(person, history.sales, begin):
            folded = self._fold(person, fresh, sale)
            if folded is not sale:
                self.put(folded)
        self.memories[person] = fresh
        self.states.setdefault(person, self._state(person))

    def counted(self, person: str, stored: Iterable[Sale], after: Key) -> list[Sale]:
        """The person's counted sales after a key, with what this batch made of them, in order."""
        mine = {sale.ident: sale for sale in stored if sale.ident not in self.sales}
        for ident in self.mine.get(person, ()):
            mine[ident] = self.sales[ident]
        return sorted(
            (sale for sale in mine.values() if _owner(sale) == person and sale.key > after), key=lambda sale: sale.key
        )

    def fold_aside(self, person: str, into: Memory, sale: Sale) -> None:
        """Fold for looking only: nothing is put, earned or given."""
        memory.fold(into, sale, remember=self.person(person).remember)

    def _fold(self, person: str, into: Memory, sale: Sale) -> Sale:
        """The sale with what it gives and earns by this fold."""
        if memory.checkpoint_due(into, sale.at):
            self.checkpoints.setdefault(person, []).append(Checkpoint(person, into.key, memory.dump(into)))
        opens, gave = memory.fold(into, sale, remember=self.known.people[person].remember)
        due = ledger.earned(sale.taken, opens)
        state, entries = ledger.settle(self._state(person), sale, due)
        self.states[person] = state
        self.entries += self._said(sale, entries)
        if gave != sale.gave:
            self.dirty.add((sale.ident.shop, sale.day))
        if gave == sale.gave and due == sale.earned:
            return sale
        return replace(sale, gave=gave, earned=due)

    def _take_back(self, person: str, old: Sale, new: Sale) -> None:
        """A sale that is no longer this person's, or no longer counts, gives its points back at once."""
        if old.gave:
            self.dirty.add((old.ident.shop, old.day))
        if _owner(new) == person:
            return
        state, entries = ledger.settle(self._state(person), old, {})
        self.states[person] = state
        self.entries += self._said(old, entries)

    def _said(self, sale: Sale, entries: list[Entry]) -> list[Entry]:
        """Points that move because people were merged, or are two again, say so."""
        if sale.ident not in self.moved:
            return entries
        return [replace(entry, reason="transfer") for entry in entries]


def _owner(sale: Sale | None) -> str | None:
    """Whose memory and ledger a sale is in, if it is in any."""
    return sale.person if sale is not None and sale.taken.counts else None


def _same_to_fold(old: Sale, new: Sale) -> bool:
    return (old.key, old.day, old.part, old.taken) == (new.key, new.day, new.part, new.taken)
