"""What may somebody be given now? Asked at the counter, for whoever is on the screen or was looked up."""

from __future__ import annotations

from loyalty.core import surprise
from loyalty.core.giving import whose
from loyalty.core.offering import held, within
from loyalty.errors import Gone, Unknown
from loyalty.reports import standing, tiers
from loyalty.store import gifts, tallies
from loyalty.store.rows import cue_of
from loyalty.store.view import View
from loyalty.wire_gifts import Choice, Choices


def read(view: View, business: str, shop: str, customer: str | None, cue: str | None) -> Choices:
    facts = view.settings.shops[shop]
    day, _ = facts.calendar.read(view.now)
    budget = facts.budget
    left = 0 if budget is None else budget.a_week - tallies.surprises(view.session, shop, surprise.monday(day))
    beyond = budget is not None and budget.beyond
    perks = _perks(view, business, shop, _person(view, shop, customer, cue), day)
    return Choices(perks=perks, surprises=left > 0 or beyond, left=max(0, left))


def _person(view: View, shop: str, customer: str | None, cue: str | None) -> str:
    if cue is None:
        return whose(customer, None)
    row = view.session.row("SELECT body FROM cues WHERE id = ? AND shop = ?", (cue, shop))
    if row is None:
        raise Unknown("there is no such cue in this shop", at="cue", code="unknown-cue")
    return whose(customer, cue_of(row[0]))


def _perks(view: View, business: str, shop: str, person: str, day: int) -> tuple[Choice, ...]:
    """Those of their tier that are not used up today."""
    facts = view.settings.shops[shop]
    row = view.session.row(
        "SELECT c.erased_at, s.memory, s.points FROM customers c LEFT JOIN states s ON s.customer = c.id"
        " WHERE c.id = ? AND c.business = ?",
        (person, business),
    )
    if row is None:
        raise Unknown("there is no such customer in this business", at="customer", code="unknown-customer")
    if row[0] is not None:
        raise Gone("this customer was erased", at="customer")
    program = view.settings.programs[business, facts.program]
    if not program.perks:
        return ()
    beside = tiers.ranked_alone(view, shop, person)
    mine = held(program, standing.of(view, shop, row[1] or b"", row[2] or 0, beside))
    theirs = gifts.lately(view.session, [person], view.now).get(person, {})
    all_of = tallies.perks(view.session, shop, day)
    return tuple(
        Choice(perk=perk.id, name=perk.name)
        for perk in mine
        if within(perk, theirs.get((perk.id, day), 0), all_of.get(perk.id, 0))
    )
