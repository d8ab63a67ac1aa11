"""Giving: what is refused, and what is booked. Decided in the line, so of twenty at once as many succeed as may."""

from __future__ import annotations

from loyalty.core import surprise
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow
from loyalty.core.gifts import Gift, Give, Tally
from loyalty.core.offering import held, left, tally
from loyalty.core.reading import Reading
from loyalty.errors import Conflict, Unfit, Unknown
from loyalty.wire_program import Perk


def give(desk: Desk, wanted: Give, reading: Reading, now: int) -> Gift:
    """The gift as it is booked; refused in words where it cannot be."""
    facts = desk.known.shops[wanted.shop]
    day, _ = facts.calendar.read(now)
    if wanted.perk is None:
        name, cost = "", _surprise(desk, wanted, day)
    else:
        perk = _perk(desk, wanted, reading, day)
        name, cost = perk.name, perk.cost
    made = Gift(
        id=wanted.id,
        business=wanted.business,
        shop=wanted.shop,
        till=wanted.till,
        person=wanted.person,
        kind="surprise" if wanted.perk is None else "perk",
        perk=wanted.perk,
        name=name,
        cost=cost,
        staff=wanted.staff,
        reason=wanted.reason,
        key=wanted.key,
        cue=wanted.cue,
        at=now,
        day=day,
    )
    desk.gifts[made.id] = made
    return made


def _perk(desk: Desk, wanted: Give, reading: Reading, day: int) -> Perk:
    program = desk.known.programs[wanted.business, desk.known.shops[wanted.shop].program]
    perk = next((one for one in program.perks if one.id == wanted.perk), None)
    if perk is None:
        listed = ", ".join(one.id for one in program.perks) or "none"
        raise Unknown(f"the program has no such perk; it has: {listed}", at="perk", code="unknown-perk")
    if perk not in held(program, reading):
        said = f"{perk.name} is not theirs to have now; give a surprise with a reason instead"
        raise Conflict(said, at="perk", code="not-granted")
    if not left(desk, wanted.person, wanted.shop, perk, day):
        said = f"{perk.name} was given as often today as the program allows; it can be given again tomorrow"
        raise Conflict(said, at="perk", code="limit")
    return perk


def _surprise(desk: Desk, wanted: Give, day: int) -> int:
    """What it costs; within the week's budget, or beyond it where the owner allows that."""
    budget = desk.known.shops[wanted.shop].budget
    if budget is None or (not budget.a_week and not budget.beyond):
        said = "this shop has no budget for surprises; the owner sets one on their page"
        raise Conflict(said, at="shop", code="no-budget")
    if not budget.beyond and remaining(desk, wanted.shop, day, tally(desk, wanted.shop, day)) <= 0:
        said = f"all {budget.a_week} surprises of this week are given; on Monday there are new ones"
        raise Conflict(said, at="shop", code="limit")
    return budget.cost


def remaining(desk: Desk, shop: str, day: int, known: Tally) -> int:
    """Surprises of the week that are left."""
    budget = desk.known.shops[shop].budget
    week = surprise.monday(day)
    now = sum(one.shop == shop and one.kind == "surprise" and one.day >= week for one in desk.gifts.values())
    return 0 if budget is None else budget.a_week - known.surprises - now


def whose(customer: str | None, cue: CueRow | None) -> str:
    """Who is to be given something: named, or whom the cue is about."""
    if cue is None:
        if customer is None:
            raise Unfit("expected a customer, or a cue that says who it is", at="customer")
        return customer
    if cue.between:
        raise Conflict("this cue asks who it is; answer it first", at="cue", code="not-sure-who")
    if customer not in (None, cue.person):
        raise Unfit("this cue is about somebody else", at="cue", code="other-person")
    return cue.person
