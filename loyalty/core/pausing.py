"""*Pause*: for as long as somebody wants it they are left alone, and nothing is learned of what they buy.

It earns its points as ever. That a sale was made in a pause is a fact, recorded with it when it is first theirs and
never derived again, wherever it goes meanwhile: so a memory folds to the same bytes while they pause, and long after.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.apart import SKEW
from loyalty.core.desk import Desk
from loyalty.core.facts import Person, Sale


def paused_at(person: Person, at: int) -> bool:
    """Whether they had paused at that moment. Of pauses that are over the last one is known: for what comes late."""
    if person.paused is not None and at >= person.paused - SKEW:
        return True
    return person.rested is not None and person.rested[0] - SKEW <= at < person.rested[1]


def unlearn(desk: Desk, new: Sale, old: Sale | None) -> Sale:
    """The sale with the note that nothing is learned from it, if it is so."""
    quiet_of = old.quiet_of if old is not None else None
    if new.person is not None and old is not None and old.person == new.person:
        unlearned = old.unlearned
    else:
        if old is not None and old.unlearned and quiet_of is None:
            quiet_of = old.origin or old.person
        theirs = {new.person, new.origin} - {None}
        people = theirs & desk.known.people.keys()
        unlearned = quiet_of in theirs or any(paused_at(desk.known.people[str(one)], new.at) for one in people)
    if (unlearned, quiet_of) == (new.unlearned, new.quiet_of):
        return new
    return replace(new, unlearned=unlearned, quiet_of=quiet_of)
