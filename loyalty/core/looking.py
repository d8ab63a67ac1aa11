"""A customer read while a decision is made: now, or as of a moment in the past, from what had happened by then."""

from __future__ import annotations

from typing import Any

from loyalty.core.account import held_in
from loyalty.core.apart import is_free
from loyalty.core.best import NO_CUTOFFS
from loyalty.core.desk import Desk
from loyalty.core.facts import Key
from loyalty.core.held import Held
from loyalty.core.memory import Memory, load
from loyalty.core.reading import UNRANKED, Ranked, Reading, read
from loyalty.core.standing import tier_on
from loyalty.wire_program import TierRule


def read_now(desk: Desk, person: str, shop: str, now: int, *, free: bool) -> Reading:
    facts = desk.known.shops[shop]
    program = desk.known.programs[facts.business, facts.program]
    day, _ = facts.calendar.read(now)
    memory, points = desk.memory(person), desk.available(person, now)
    ranked = _ranked(desk, person, desk.books_of(person).held, facts.business, day)
    known: Any = {"free": free, "ranked": ranked, "wishes": desk.person(person).wishes}
    return read(memory, desk.house(shop, day), program, facts.calendar, points, now, **known)


def _ranked(desk: Desk, person: str, held: Held, business: str, day: int) -> Ranked:
    """The cut-offs of a day are read with the house figures of it."""
    hand, cutoffs = desk.person(person).hand, desk.known.cutoffs.get((business, day), NO_CUTOFFS)
    return Ranked(held, hand, cutoffs) if held.tier or hand is not None or cutoffs else UNRANKED


def read_then(desk: Desk, person: str, shop: str, at: int) -> Reading:
    """As of a moment in the past, from what had happened by then."""
    facts = desk.known.shops[shop]
    program = desk.known.programs[facts.business, facts.program]
    day, _ = facts.calendar.read(at)
    house = desk.house(shop, day)
    since = Key(at, "", "", "")
    history, points = desk.known.histories.get(person), desk.known.past.get((person, at))
    if history is None or history.since > since or points is None:
        desk.missing.histories[person] = min(since, desk.missing.histories.get(person, since))
        desk.missing.past.add((person, at))
        return read(Memory(), house, program, facts.calendar, 0, at)
    start = history.start
    memory, held = load(start.memory if start else b""), held_in(start.account if start else b"")
    for sale in desk.counted(person, history.sales, memory.key):
        if sale.at < at:
            held = desk.fold_aside(person, memory, held, sale)
    desk.available(person, at)  # what came late in this batch earns before it is counted
    points += sum(entry.points for entry in desk.entries if entry.person == person and entry.at < at)
    ranked, apart = _ranked(desk, person, held, facts.business, day), free_then(desk, person, shop, at)
    known: Any = {"free": apart, "ranked": ranked, "wishes": desk.person(person).wishes}
    return read(memory, house, program, facts.calendar, points, at, **known)


def free_then(desk: Desk, person: str, shop: str, at: int) -> bool:
    return is_free(desk.person(person), desk.known.shops[shop].calendar, at)


def tier_now(desk: Desk, person: str, shop: str, now: int) -> TierRule | None:
    """The tier that is theirs, as far as it is known before this batch's late sales are folded in."""
    facts = desk.known.shops[shop]
    day, _ = facts.calendar.read(now)
    program = desk.known.programs[facts.business, facts.program]
    ranked = _ranked(desk, person, desk.books_of(person).held, facts.business, day)
    days = desk.memory(person).days
    return tier_on(ranked.held, days, program.tiers, day, ranked.cutoffs, ranked.hand)
