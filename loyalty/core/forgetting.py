"""*Forget my usual*: what somebody bought until they said so says nothing of what they usually have.

The visits stay visits, with their points, their days and the tier that they hold. Who had a sale forgotten is recorded
with it; so it is with what comes late and was bought before. Of somebody else it is a sale like any other.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.desk import Desk
from loyalty.core.facts import Sale


def forget(desk: Desk, new: Sale, old: Sale | None) -> Sale:
    """The sale with the note by whom it is forgotten, if it is."""
    if new.person is not None and old is not None and old.person == new.person:
        forgotten = old.forgotten
    else:
        forgotten = next((one for one in (new.origin, new.person) if _forgot(desk, one, new.at)), None)
    return replace(new, forgotten=forgotten) if forgotten != new.forgotten else new


def still(desk: Desk, forgotten: str | None, person: str | None) -> str | None:
    """Whether it stays so, whoever it goes to: only with whom it was that had it forgotten."""
    if forgotten is None:
        return None
    return forgotten if desk.known.merged.get(forgotten, forgotten) == person else None


def _forgot(desk: Desk, person: str | None, at: int) -> bool:
    who = desk.known.people.get(person) if person is not None else None
    return who is not None and who.forgot is not None and at <= who.forgot
