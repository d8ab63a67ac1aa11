"""What the barista may give somebody who is here: what a visit's rules are told of perks and surprises.

Value is acted on and never said: a rule learns that something may be given, and neither by which tier nor for what.
Whoever is greeted by points alone, or left alone, is offered nothing on the screen.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core import cues, surprise
from loyalty.core.desk import Desk
from loyalty.core.facts import Drink, Person
from loyalty.core.gifts import Budget, Offer, Tally
from loyalty.core.known import ShopFacts
from loyalty.core.memory import Memory
from loyalty.core.reading import Reading
from loyalty.core.rules import Visit
from loyalty.core.usual import Foresight
from loyalty.core.wishes import offends
from loyalty.wire_program import Perk, Program


def permitted(desk: Desk, person: Person, reading: Reading, shop: str, at: int) -> tuple[Visit, dict[str, Offer]]:
    """The visit with what may be given, and by the kind of an act what it would give."""
    facts = desk.known.shops[shop]
    visit, offers = reading.visit, dict[str, Offer]()
    if cues.greeting_of(person) in ("none", "points"):
        return visit, offers
    program = desk.known.programs[facts.business, facts.program]
    if program.perks and reading.tier is not None:
        visit, offers = _with_perk(desk, person, reading, facts, program, at)
    if facts.budget is not None and (due := _due(desk, person, facts, facts.budget, at)) is not None:
        visit = replace(visit, surprise="wrong" if due.wrong else "long")
        offers["surprise"] = Offer(None)
    return visit, offers


# -- perks ------------------------------------------------------------------------------------------------------------
def held(program: Program, reading: Reading) -> tuple[Perk, ...]:
    """The perks of their tier, the owner's first one first."""
    tier = reading.tier
    return () if tier is None else tuple(perk for perk in program.perks if tier.id in perk.tiers)


def left(desk: Desk, person: str, shop: str, perk: Perk, day: int) -> bool:
    """Whether it may be given once more on that day, to them and in that shop."""
    if given(desk, person, perk.id, day) >= perk.a_day:
        return False
    return perk.a_day_shop is None or within(perk, 0, tally(desk, shop, day).perks.get(perk.id, 0))


def within(perk: Perk, theirs: int, shops: int) -> bool:
    """Given to them so often today, and in this shop to all: whether once more is within both limits."""
    return theirs < perk.a_day and (perk.a_day_shop is None or shops < perk.a_day_shop)


def _with_perk(
    desk: Desk, person: Person, reading: Reading, facts: ShopFacts, program: Program, at: int
) -> tuple[Visit, dict[str, Offer]]:
    day, _ = facts.calendar.read(at)
    mine = tuple(one for one in held(program, reading) if not offends(Drink(one.name), person.wishes.never))
    perk = next((one for one in mine if left(desk, person.id, facts.id, one, day)), None)
    if perk is None:
        return replace(reading.visit, perk="used" if mine else ""), {}
    sizes = ("", "")
    if perk.kind == "larger" and reading.visit.say_usual and cues.greeting_of(person) == "full":
        sizes = one_larger(reading.foresight, tally(desk, facts.id, day))
    visit = replace(reading.visit, perk=perk.kind, perk_name=perk.name, sizes=sizes)
    return visit, {perk.kind: Offer(perk.id)}


def one_larger(foresight: Foresight, house: Tally) -> tuple[str, str]:
    """The size they usually take, and the next one the house sells of that drink; empty where either is not known."""
    usual = foresight.items[0].drink if foresight.items else None
    if usual is None or not usual.variation:
        return "", ""
    sold = house.sizes.get(usual.name.casefold().strip(), ())
    if usual.variation not in sold[:-1]:
        return "", ""
    return usual.variation, sold[sold.index(usual.variation) + 1]


# -- surprises --------------------------------------------------------------------------------------------------------
def _due(desk: Desk, person: Person, facts: ShopFacts, budget: Budget, at: int) -> surprise.Due | None:
    """Drawn by the facts. What went wrong is looked up only where it may decide."""
    day, _ = facts.calendar.read(at)
    memory: Memory = desk.memory(person.id)
    if not budget.a_week or not surprise.may_be(person, memory, day, at):
        return None
    known = tally(desk, facts.id, day)
    hour = surprise.hour_of(facts.calendar, at)
    if not surprise.free(budget, known, hour, facts.id, surprise.monday(day)):
        return None
    lot = surprise.drawn(f"{facts.id}/{person.id}/{day}")
    if lot >= surprise.score(person, memory, day, at, budget.cost, wrong=True):
        return None
    wrong = went_wrong(desk, person.id)
    found = surprise.score(person, memory, day, at, budget.cost, wrong=wrong)
    return surprise.Due(found, wrong) if lot < found else None


# -- what is known ----------------------------------------------------------------------------------------------------
def tally(desk: Desk, shop: str, day: int) -> Tally:
    found = desk.known.tallies.get((shop, day))
    if found is None:
        desk.missing.tallies.add((shop, day))
        return Tally()
    return found


def went_wrong(desk: Desk, person: str) -> bool:
    """Whether a visit of theirs went wrong lately."""
    if person not in desk.known.wrong:
        desk.missing.wrong.add(person)
    return desk.known.wrong.get(person, False)


def given(desk: Desk, person: str, perk: str | None, day: int) -> int:
    """How often they were given that on a business day, in whichever shop."""
    known = desk.known.given.get(person, {}).get((perk, day), 0)
    return known + sum((one.person, one.perk, one.day) == (person, perk, day) for one in desk.gifts.values())
