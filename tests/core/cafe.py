"""One business held in memory: what the line loads and saves, without a database, so that the middle is tested alone.

`cafe.enrol(make.AMINA)`, `cafe.tell(make.sale())`, `assert cafe.points(make.AMINA) == 1`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import json
from msgspec.structs import replace

from loyalty.core import house, ledger, memory
from loyalty.core.audit import Recorded, audit
from loyalty.core.days import SECOND, VISIT_GAP, Calendar, moment
from loyalty.core.decide import Answer, Reattribute, Request, decide
from loyalty.core.desk import Desk
from loyalty.core.facts import (
    START,
    Checkpoint,
    CueRow,
    Delivery,
    Entry,
    Ident,
    Key,
    Mark,
    Note,
    Person,
    PresenceIn,
    Sale,
    SaleIn,
    State,
    Taken,
)
from loyalty.core.gifts import Gift, Give, Tally
from loyalty.core.known import History, Known, ShopFacts
from loyalty.core.memory import Memory
from loyalty.core.merging import Rehome
from loyalty.core.redemption import Adjust, Adjustment, End, Event, LetEnd, Redemption, Reserve
from loyalty.wire import Greeting, Presence, Transaction
from loyalty.wire_program import EarnVisit, Program, Reward
from tests import make
from tests.make import Who

BUSINESS = "baraza"
PROGRAM = Program(earn=(EarnVisit(points=1),), rewards=(Reward(id="free-coffee", name="Free coffee", points=10),))
SHOP = ShopFacts(make.SHOP, BUSINESS, "Baraza", make.CURRENCY, Calendar(make.ZONE), "en", 1)
ROUNDS_MAX = 5  # more than a decision needs
KINDS = ("card", "phone", "email", "pos_id", "reference")

Told = Transaction | Presence | Request


def shop(id: str, zone: ZoneInfo = make.ZONE, *, ends: int = 240, program: int = 1) -> ShopFacts:
    return ShopFacts(id, BUSINESS, id, make.CURRENCY, Calendar(zone, ends), "en", program)


def ident(sale: Transaction) -> Ident:
    return Ident(sale.shop, sale.source, sale.id)


def marks(told: Transaction | Presence) -> tuple[Mark, ...]:
    """Every identifier on it; what is a keyed hash in the store is plain here."""
    who = told.customer if isinstance(told, Transaction) else told
    given = [(kind, getattr(who, kind, None)) for kind in KINDS]
    if isinstance(told, Transaction):
        given += [("fingerprint", tender.fingerprint) for tender in told.tenders]
    else:
        given.append(("fingerprint", told.fingerprint))
    return tuple(dict.fromkeys(Mark(kind, f"{kind} {value}") for kind, value in given if value))


class Cafe:
    """Loads no more than the store does, saves what the store saves, and keeps house figures until they are dirty."""

    def __init__(
        self, program: Program = PROGRAM, shops: Sequence[ShopFacts] = (SHOP,), *, eager: bool = False
    ) -> None:
        self.shops = {each.id: each for each in shops}
        self.programs = {(BUSINESS, 1): program}
        self.eager = eager  # give every decision all there is, instead of what it asks for
        self.rounds = 0  # that the last batch took
        self.now = moment(make.MORNING)
        self.links: dict[tuple[str, str], str] = {}
        self.people: dict[str, Person] = {}
        self.merged: dict[str, str] = {}  # who was merged into somebody
        self.sales: dict[Ident, Sale] = {}
        self.states: dict[str, State] = {}
        self.checkpoints: dict[str, dict[Key, tuple[bytes, bytes]]] = {}
        self.entries: list[Entry] = []
        self.cues: dict[str, CueRow] = {}
        self.notes: list[Note] = []
        self.redemptions: dict[str, Redemption] = {}
        self.adjustments: dict[str, Adjustment] = {}
        self.gifts: dict[str, Gift] = {}
        self.days: dict[tuple[str, int], dict[str, int]] = {}
        self._ids = count(1)

    def enrol(self, who: Who, *, greeting: Greeting = "full", recognise: bool = True, remember: bool = True) -> str:
        """Their id is their name."""
        self.people[who.name] = Person(who.name, greeting, recognise, remember)
        for kind in (*KINDS, "fingerprint"):
            if value := getattr(who, kind):
                self.links[BUSINESS, f"{kind} {value}"] = who.name
        return who.name

    def merge(self, kept: Who, gone: Who) -> None:
        self.merged[gone.name] = kept.name
        self.tell(Rehome((kept.name, gone.name)))

    def part(self, kept: Who, gone: Who) -> None:
        del self.merged[gone.name]
        self.tell(Rehome((kept.name, gone.name)))

    # -- telling ------------------------------------------------------------------------------------------------------
    def tell(self, *told: Told, now: datetime | None = None) -> list[Answer]:
        """One batch, decided a second after the last of it happened, unless `now` says otherwise."""
        happened = [moment(each.changed_at or each.at) + SECOND for each in told if isinstance(each, Transaction)]
        self.now = moment(now) if now is not None else max(self.now, *happened) if happened else self.now
        batch = [self.delivery(each) for each in told]
        known = self.load(batch)
        for self.rounds in range(1, ROUNDS_MAX + 1):
            decision = decide(known, batch, self.now, lambda: f"cue-{next(self._ids)}")
            if not decision.desk.missing:
                self._save(decision.desk)
                return decision.answers
            self._load_more(known, decision.desk)
        raise AssertionError("a decision kept asking for more")

    def say(self, told: Told, now: datetime | None = None) -> Answer:
        return self.tell(told, now=now)[0]

    def visits(self, *sales: Transaction) -> None:
        """Past sales, told long after, so that they raise no cues."""
        if sales:
            self.tell(*sales, now=max(sale.at for sale in sales) + timedelta(hours=1))

    # -- rewards ------------------------------------------------------------------------------------------------------
    def reserve(
        self, who: Who, reward: str = "free-coffee", *, till: str | None = "1", now: datetime | None = None
    ) -> Redemption:
        name = f"redemption-{len(self.redemptions) + 1}"
        return self._use(Reserve(name, BUSINESS, make.SHOP, till, who.name, reward, name), now)

    def end(
        self, made: Redemption, how: Literal["confirm", "release", "age"], now: datetime | None = None
    ) -> Redemption:
        return self._use(End(self.redemptions[made.id], how), now)

    def run_out(self, now: datetime) -> None:
        """What the service does twice a second."""
        for one in [*self.redemptions.values()]:
            if one.state == "reserved" and one.expires_at <= moment(now):
                self.end(one, "age", now)

    def _use(self, request: Reserve | End, now: datetime | None) -> Redemption:
        found = self.say(request, now).redemption
        assert found is not None
        return found

    def _save_redemptions(self, changed: dict[str, Redemption]) -> None:
        self.redemptions |= changed
        for one in changed.values():
            known = self.people[one.person]
            until = max(known.reserved_until, one.expires_at)
            self.people[one.person] = replace(known, reserved_until=until)

    def delivery(self, told: Told) -> Delivery | Request:
        match told:
            case Transaction():
                return SaleIn(told, ident(told), BUSINESS, marks(told), self.now)
            case Presence():
                return PresenceIn(told, BUSINESS, marks(told)[0], self.now)
            case _:
                return told

    # -- loading ------------------------------------------------------------------------------------------------------
    def load(self, batch: Sequence[Delivery | Request]) -> Known:
        known = Known(self.shops, self.programs)
        idents = {each.ident for each in batch if isinstance(each, SaleIn | Reattribute)}
        about = {
            _refunded(each.ident, each.sale.refund_of.id)
            for each in batch
            if isinstance(each, SaleIn) and each.sale.refund_of
        }
        stored = (self.sales[each] for each in idents if each in self.sales)
        about |= {_refunded(each.ident, each.refund_of) for each in stored if each.refund_of}
        receipts = [sale for sale in self.sales.values() if _original(sale) in idents | about]
        for receipt in sorted(receipts, key=lambda sale: sale.ident):
            known.refunds.setdefault(_refunded(receipt.ident, receipt.refund_of), []).append(receipt.ident)
        wanted = idents | about | {receipt.ident for receipt in receipts}
        known.sales = {each: self.sales[each] for each in wanted if each in self.sales}
        evidence = _marks(batch) | {
            (BUSINESS, mark.hash) for each in idents & known.sales.keys() for mark in self.sales[each].marks
        }
        known.links = {mark: self.links[mark] for mark in evidence if mark in self.links}
        people = {*known.links.values(), *(sale.person for sale in known.sales.values())}
        people |= {each.assigned for each in batch if isinstance(each, Reattribute)}
        known.redemptions = {one: self.redemptions[one] for one in self._named(known, batch) if one in self.redemptions}
        people |= {one.person for one in known.redemptions.values()}
        people |= {each.person for each in batch if isinstance(each, Reserve | LetEnd | Give)}
        people |= {each.made.person for each in batch if isinstance(each, Adjust)}
        people |= {each.redemption.person for each in batch if isinstance(each, End)}
        known.merged = dict(self.merged)
        people |= {self.merged[person] for person in people if person in self.merged} | self._whole(known, batch)
        known.people = {person: who for person, who in self.people.items() if person in people}
        for one in self.gifts.values():
            if one.person in known.people and one.undone_at is None:
                counts = known.given.setdefault(one.person, {})
                counts[one.perk, one.day] = counts.get((one.perk, one.day), 0) + 1
        known.states = {person: self.states[person] for person in known.people if person in self.states}
        waiting = (one for one in self.redemptions.values() if one.person in known.people)
        known.redemptions |= {one.id: one for one in waiting}
        self._claimed(known)
        for cue in self.cues.values():
            if cue.person in known.people and cue.renewed_at > self.now - VISIT_GAP:
                known.cues.setdefault(cue.person, []).append(cue)
        return self._everything(known, batch) if self.eager else known

    def _whole(self, known: Known, batch: Sequence[Delivery | Request]) -> set[str]:
        """Everything of the people who are merged or parted."""
        people = {person for each in batch if isinstance(each, Rehome) for person in each.people}
        for person in people:
            known.sales |= {sale.ident: sale for sale in self.of(person)}
            self.give_history(known, person, START)
        for receipt in sorted((sale for sale in self.sales.values() if _original(sale) in known.sales), key=_by_ident):
            found = known.refunds.setdefault(_refunded(receipt.ident, receipt.refund_of), [])
            known.sales[receipt.ident] = receipt
            found += [receipt.ident] if receipt.ident not in found else []
        known.adjustments |= {one.id: one for one in self.adjustments.values() if one.person in people}
        return people

    def _claimed(self, known: Known) -> None:
        """The sales that claim a redemption, what refunds them, and whose they are."""
        claims = {one.sale for found in known.redemptions.values() for one in found.claims} & self.sales.keys()
        for receipt in sorted((each for each in self.sales.values() if _original(each) in claims), key=_by_ident):
            found = known.refunds.setdefault(_refunded(receipt.ident, receipt.refund_of), [])
            if receipt.ident not in found:
                found.append(receipt.ident)
            claims = claims | {receipt.ident}
        known.sales |= {each: self.sales[each] for each in claims}
        whose = {person for sale in known.sales.values() for person in (sale.person, sale.assigned)}
        whose |= {one.person for one in known.redemptions.values()}
        known.people |= {person: who for person, who in self.people.items() if person in whose}
        known.states |= {person: self.states[person] for person in known.people if person in self.states}

    def _named(self, known: Known, batch: Sequence[Delivery | Request]) -> set[str]:
        """Redemptions that a sale names, or used before."""
        named = {one for each in batch if isinstance(each, SaleIn) for one in each.sale.redemptions}
        return named | {one for sale in known.sales.values() for one in sale.used}

    def _everything(self, known: Known, batch: Sequence[Delivery | Request]) -> Known:
        shown = [each.presence.at for each in batch if isinstance(each, PresenceIn) and each.presence.at is not None]
        for at in {self.now, *map(moment, shown)}:
            for name, facts in self.shops.items():
                day, _ = facts.calendar.read(at)
                known.houses[name, day] = self.house(name, day)
            known.past |= {(person, at): self.points_at(person, at) for person in known.people}
        for person in known.people:
            self.give_history(known, person, START)
        return known

    def _load_more(self, known: Known, desk: Desk) -> None:
        for name, day in desk.missing.houses:
            known.houses[name, day] = self.house(name, day)
        for person, since in desk.missing.histories.items():
            self.give_history(known, person, since)
        known.wrong |= dict.fromkeys(desk.missing.wrong, False)
        known.tallies |= {(name, day): self.tally(name, day) for name, day in desk.missing.tallies}
        for person, at in desk.missing.past:
            known.past[person, at] = self.points_at(person, at)

    def tally(self, name: str, day: int) -> Tally:
        """What the shop gave; its weeks are not looked at here."""
        mine = [one for one in self.gifts.values() if (one.shop, one.day, one.undone_at) == (name, day, None)]
        return Tally(dict(Counter(one.perk for one in mine if one.perk is not None)))

    def give_history(self, known: Known, person: str, since: Key) -> None:
        before = [key for key in self.checkpoints.get(person, ()) if key < since]
        start = Checkpoint(person, max(before), *self.checkpoints[person][max(before)]) if before else None
        after = start.key if start else START
        expired: dict[int, int] = {}
        for entry in self.entries:
            if entry.person == person and entry.reason == "expire" and entry.lot > after.at:
                expired[entry.lot] = expired.get(entry.lot, 0) + entry.points
        known.histories[person] = History(
            start,
            since,
            tuple(each for each in self.counted(person) if each.key > after),
            tuple(one for one in self.events(person) if one.at >= after.at),
            expired,
        )
        for sale in known.histories[person].sales:
            known.sales.setdefault(sale.ident, sale)

    # -- saving -------------------------------------------------------------------------------------------------------
    def _save(self, desk: Desk) -> None:
        self.sales |= desk.sales
        for person, cut in desk.cuts.items():
            kept = self.checkpoints.get(person, {})
            self.checkpoints[person] = {key: blob for key, blob in kept.items() if key < cut}
        for person, points in desk.checkpoints.items():
            for point in points:
                kept = self.checkpoints.setdefault(person, {})
                assert point.key not in kept, "stored twice"
                kept[point.key] = point.memory, point.account
        for person in desk.touched:
            self.states[person] = desk.state(person)
        self.entries += desk.entries
        self._save_redemptions(desk.redemptions)
        self.adjustments |= desk.adjustments
        self.gifts |= desk.gifts
        self.cues |= desk.cues
        self.notes += desk.notes
        for person, said in desk.others.items():
            self.people[person] = replace(self.people[person], other=said)
        for name, day in desk.dirty:
            self.days[name, day] = self.sums(name, day)

    # -- reading ------------------------------------------------------------------------------------------------------
    def memory(self, who: Who) -> Memory:
        return memory.load(self.states[who.name].memory) if who.name in self.states else Memory()

    def points(self, who: Who) -> int:
        return self.states[who.name].points if who.name in self.states else 0

    def points_at(self, person: str, at: int) -> int:
        return sum(entry.points for entry in self.entries if entry.person == person and entry.at < at)

    def events(self, person: str) -> tuple[Event, ...]:
        """What moved their points beside sales."""
        found: list[Event] = [*self.redemptions.values(), *self.adjustments.values()]
        return tuple(one for one in found if one.person == person)

    def of(self, person: str) -> list[Sale]:
        return sorted((sale for sale in self.sales.values() if sale.person == person), key=lambda sale: sale.key)

    def counted(self, person: str) -> list[Sale]:
        return [sale for sale in self.of(person) if sale.taken.counts]

    def open_cues(self) -> list[CueRow]:
        return [cue for cue in self.cues.values() if cue.closed_at is None]

    def house(self, name: str, day: int) -> house.House:
        """The figures as of a day, from sums that are made anew only where a decision said that they are dirty."""
        before = sorted((on, sums) for (where, on), sums in self.days.items() if where == name and on < day and sums)
        return house.read(added(sums for _, sums in before), tuple(on for on, _ in before))

    def sums(self, name: str, day: int) -> dict[str, int]:
        here = (sale for sale in self.sales.values() if (sale.ident.shop, sale.day) == (name, day))
        return added(sale.gave for sale in here if sale.taken.counts)

    def differences(self) -> list[str]:
        """Whatever does not follow from what was recorded."""
        found = [f"{day}: {sums}" for day, sums in self.days.items() if sums != self.sums(*day)]
        found += [f"{sale.ident}: {sale.taken}" for sale in self.sales.values() if self.value(sale) != sale.taken]
        for person, who in self.people.items():
            numbered = [entry for entry in self.entries if entry.person == person]
            recorded = Recorded(
                person,
                who.remember,
                self.states.get(person) or State(person),
                tuple(self.of(person)),
                self.checkpoints.get(person, {}),
                tuple(numbered),
                self.shops,
                self.events(person),
                self.sales,
                who.brought_by is not None,
                self.programs,
            )
            found += audit(recorded, self.value)
        return found

    def value(self, sale: Sale) -> Taken:
        """What a sale comes to, from its record and the receipts that refund it."""
        bodies = [_body(each) for each in self.sales.values() if _original(each) == sale.ident]
        program = self.programs[BUSINESS, sale.program]
        calendar = self.shops[sale.ident.shop].calendar
        return ledger.taken(_body(sale), tuple(bodies), program, sale.odd != "currency", sale.used, calendar, sale.at)

    def outcome(self) -> object:
        """All that must be the same in whatever order things came, and however often."""
        return (
            {each: replace(sale, received_at=0) for each, sale in self.sales.items()},
            {person: self._standing(person) for person in self.people},
            {day: sums for day, sums in self.days.items() if sums},
        )

    def _standing(self, person: str) -> tuple[Memory, bytes, int, bytes, dict[Key, tuple[bytes, bytes]]]:
        state = self.states.get(person) or State(person)
        known = memory.load(state.memory)
        return known, memory.dump(known), state.points, state.account, self.checkpoints.get(person, {})


def added(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for key, n in part.items():
            sums[key] = sums.get(key, 0) + n
    return sums


def _refunded(receipt: Ident, id: str | None) -> Ident:
    return Ident(receipt.shop, receipt.source, id or "")


def _original(sale: Sale) -> Ident | None:
    """The sale that a refund receipt is about."""
    return _refunded(sale.ident, sale.refund_of) if sale.refund_of else None


def _body(sale: Sale) -> Transaction:
    return json.decode(sale.body, type=Transaction)


def _marks(batch: Sequence[Delivery | Request]) -> set[tuple[str, str]]:
    found = [mark for each in batch if isinstance(each, SaleIn) for mark in each.marks]
    found += [each.mark for each in batch if isinstance(each, PresenceIn)]
    return {(BUSINESS, mark.hash) for mark in found}


def _by_ident(sale: Sale) -> Ident:
    return sale.ident
