"""*Forget my usual*: what somebody bought until they said so says nothing of what they usually have.

The visits stay visits, with their points, their days and the tier that they hold. That a sale is forgotten is a fact,
recorded with it and never derived again; so is what comes late and was bought before.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.desk import Desk
from loyalty.core.facts import Sale


def forget(desk: Desk, new: Sale, old: Sale | None) -> Sale:
    """The sale with the note that its customer wants it forgotten, if they do."""
    if new.person is None:
        forgotten = False
    elif old is not None and old.person == new.person:
        forgotten = old.forgotten
    else:
        people = {new.person, new.origin} & desk.known.people.keys()
        moments = [desk.known.people[one].forgot for one in people if one is not None]
        forgotten = any(at is not None and new.at <= at for at in moments)
    return replace(new, forgotten=forgotten) if forgotten != new.forgotten else new
