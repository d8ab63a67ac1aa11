"""*Not my usual today*: one order is freed, and the habit left alone.

A customer says so on their card. Their next order on that business day is kept apart: nothing is offered before it,
and nothing is learned from it. Which order it was is a fact, recorded with the sale when it is first theirs, and never
derived again, so a memory folds to the same bytes whenever it is folded.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.days import MINUTE, Calendar
from loyalty.core.desk import Desk
from loyalty.core.facts import NOBODY, Person, Sale

SKEW = 2 * MINUTE  # a till's clock may be so far behind ours


def is_free(person: Person, calendar: Calendar, at: int) -> bool:
    """Whether an order at that moment is the one they freed: on the same business day, and not before they said so."""
    said = person.other
    return said is not None and at >= said - SKEW and calendar.read(said)[0] == calendar.read(at)[0]


def free(desk: Desk, new: Sale, old: Sale | None) -> Sale:
    """The sale with the note that it is kept apart, if it is. What was freed for nothing can be used again."""
    if old is not None and old.freed is not None:
        if new.person == desk.known.merged.get(old.freed, old.freed) and new.state != "voided":
            return replace(new, freed=old.freed)
        desk.others[old.freed] = old.at
        return replace(new, freed=None)
    if new.person is None or new.refund_of is not None or new.state == "voided":
        return new
    if old is not None and old.person == new.person:
        return new
    whose = desk.person(new.person if new.origin in (None, NOBODY) else new.origin)
    if not is_free(whose, desk.known.shops[new.ident.shop].calendar, new.at):
        return new
    desk.others[whose.id] = None
    if desk.person(new.person).other == whose.other:  # said once, for both whom they were merged from
        desk.others[new.person] = None
    return replace(new, freed=whose.id)
