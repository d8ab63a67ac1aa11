"""*On my way*: somebody says on their card that they will be here in some minutes, and the counter sees it.

A cue for every screen of the shop, by whose sale nobody is found: it is closed when they show up, or by their sale, or
when they are ten minutes late.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import cues
from loyalty.core.counter import raise_or_renew
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Note
from loyalty.core.looking import free_then, read_now
from loyalty.errors import Conflict

LATE_MINUTES = 10
SAID_MAX = 6  # times within half an hour
SAYS = ("say.coming", "say.coming.usual")  # by which such a cue is known


class Coming(Struct, frozen=True, gc=False):
    business: str
    shop: str
    person: str
    minutes: int


def come(desk: Desk, said: Coming, now: int, new_id: Callable[[], str]) -> CueRow:
    person, mode = desk.person(said.person), cues.greeting_of(desk.person(said.person))
    if mode not in ("full", "name"):
        raise Conflict("the counter names you to nobody; choose to be greeted by name first", code="quiet")
    lately = [cue for cue in desk.recent_cues(said.person, said.shop) if is_coming(cue)]
    if len(lately) >= SAID_MAX:
        raise Conflict("the counter was told of you several times just now; it knows", code="enough")
    free = free_then(desk, said.person, said.shop, now)
    foresight = read_now(desk, said.person, said.shop, now, free=free).foresight
    content = cues.coming(person, foresight, said.minutes, said.minutes + LATE_MINUTES)
    return raise_or_renew(desk, said.shop, None, said.person, content, foresight.first, now, new_id)


def arrived(desk: Desk, person: str, now: int) -> None:
    """They are here: whoever waits for them need wait no longer, in whichever shop."""
    for cue in desk.recent_cues(person, None):
        if is_coming(cue) and cue.closed_at is None:
            desk.put_cue(replace(cue, closed_at=now, outcome="dismissed", closed_by="age"))
            desk.notes.append(Note(cue.shop, cue.till, "closed", cue.id, "dismissed"))


def is_coming(cue: CueRow) -> bool:
    return cue.till is None and cue.say.key in SAYS
