"""A customer is on their way, and the counter is told; or they are not, after all."""

from __future__ import annotations

from contextlib import suppress

from loyalty.acts.cards import holder
from loyalty.acts.cues import close
from loyalty.core.coming import LATE_MINUTES, Coming
from loyalty.core.days import MINUTE
from loyalty.errors import Conflict
from loyalty.ingest import Line
from loyalty.store.coming import open_in, told_of
from loyalty.store.shops import home_shop

OPEN_MAX = 20  # of a shop at a time: a counter that is told of more knows nobody


def say(line: Line, token: str, minutes: int) -> None:
    person, business = holder(line.session, token)
    shop = home_shop(line.session, business, person)
    if open_in(line.session, shop, line.now) >= OPEN_MAX and not told_of(line.session, person, line.now):
        raise Conflict("the counter has been told of many already; just come", code="enough")
    line.run([Coming(business, shop, person, minutes)])


def take_back(line: Line, token: str) -> None:
    person, _ = holder(line.session, token)
    close(line, told_of(line.session, person, line.now), "dismissed", "age")


def say_anew(line: Line, business: str, person: str) -> None:
    """They are greeted otherwise, or said what they have: what stands on the screens keeps to it at once."""
    told = told_of(line.session, person, line.now)
    close(line, told, "dismissed", "age")
    for cue in told:
        left = (cue.expires_at - line.now) // MINUTE - LATE_MINUTES
        with suppress(Conflict):  # who is named to nobody now is announced to nobody
            line.run([Coming(business, cue.shop, person, max(1, int(left)))])
