"""Which tier somebody has, until when, and what keeps it; for their pages, their card and the owner's list."""

from __future__ import annotations

from datetime import date

from loyalty import wire, wire_tiers
from loyalty.core.best import asked
from loyalty.core.days import when
from loyalty.core.held import NOTHING, Held
from loyalty.core.memory import Memory
from loyalty.core.reading import Ranked
from loyalty.core.standing import Hand, standing
from loyalty.core.tiers import FOR_EVER
from loyalty.reports.standing import home_shop
from loyalty.store import tiers
from loyalty.store.merges import members
from loyalty.store.secrets import Person
from loyalty.store.view import View
from loyalty.wire_program import Program


def ranked(view: View, shop: str, held: Held = NOTHING, hand: Hand | None = None) -> Ranked:
    """What a tier depends on beside the memory, today in that shop."""
    facts = view.settings.shops[shop]
    today, _ = facts.calendar.read(view.now)
    cutoffs = view.cutoffs.of(view.session, facts.business, today, program_of(view, facts.business))
    return Ranked(held, hand, cutoffs)


def ranked_alone(view: View, shop: str, person: str) -> Ranked:
    """The same of one person, who is looked up for it."""
    return ranked(view, shop, *tiers.beside(view.session, [person])[person])


def standing_of(view: View, shop: str, known: Memory, beside: Ranked) -> wire.TierStanding | None:
    """None for who has no tier."""
    facts = view.settings.shops[shop]
    today, _ = facts.calendar.read(view.now)
    rules = program_of(view, facts.business).tiers
    found = standing(beside.held, known.days, rules, today, beside.cutoffs, beside.hand)
    if found.tier is None:
        return None
    need = found.need
    return wire.TierStanding(
        tier=found.tier,
        until=_date(found.until),
        last=_date(found.last),
        grace=found.grace,
        by_hand=found.by_hand,
        best=found.best,
        losing=found.losing(today),
        below=found.below,
        need=wire.TierNeed(amount=need.amount, unit=need.unit, by=date.fromordinal(need.by_day)) if need else None,
    )


def person_tiers(view: View, business: str, person: str, own: Person) -> wire_tiers.PersonTiers:
    """What the owner may set, and what was set."""
    rules = program_of(view, business).tiers
    return wire_tiers.PersonTiers(
        choices=tuple(wire.TierRef(id=rule.id, name=rule.name) for rule in rules),
        by_hand=_by_hand(view, business, person, own),
        too_few=_too_few(view, business, person),
    )


def by_hand(view: View, business: str, person: str) -> wire_tiers.HandTier | None:
    row = view.session.row("SELECT secret FROM customers WHERE id = ? AND business = ?", (person, business))
    return None if row is None or row[0] is None else _by_hand(view, business, person, view.vault.person(row[0]))


def _by_hand(view: View, business: str, person: str, own: Person) -> wire_tiers.HandTier | None:
    """The one that holds today, if its tier is still in the program."""
    today, _ = view.settings.shops[home_shop(view, business, person)].calendar.read(view.now)
    kept = tiers.beside(view.session, [person])[person][1]
    row, own = next(
        (
            (row, view.vault.person(secret))
            for one, secret in members(view.session, person)
            for row in tiers.all_of(view.session, one)
            if row.ended_at is None and (row.tier, row.until) == kept
        ),
        (None, own),
    )
    names = {rule.id: rule.name for rule in program_of(view, business).tiers}
    if row is None or row.until < today or row.tier not in names:
        return None
    return wire_tiers.HandTier(
        tier=wire.TierRef(id=row.tier, name=names[row.tier]),
        until=date.fromordinal(row.until),
        reason=own.open(row.reason),
        set_at=when(row.set_at),
    )


def _too_few(view: View, business: str, person: str) -> int | None:
    """Of how many customers nobody can be told to be among the best."""
    program, shop = program_of(view, business), home_shop(view, business, person)
    today, _ = view.settings.shops[shop].calendar.read(view.now)
    stored = view.cutoffs.of(view.session, business, today, program)
    few = [stored[best].of for best in asked(program.tiers) if best in stored and stored[best].value is None]
    return min(few, default=None)


def program_of(view: View, business: str) -> Program:
    """The one in force."""
    version = next(shop.program for shop in view.settings.shops.values() if shop.business == business)
    return view.settings.programs[business, version]


def _date(day: int | None) -> date | None:
    return date.fromordinal(day) if day is not None and day < FOR_EVER else None
