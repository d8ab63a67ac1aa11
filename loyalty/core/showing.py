"""A card's renewing code at the counter: good once.

The same code at the same till is the same scan while its cue is open: scanners read twice, and a check-in whose answer
was lost is sent again. A till that asks anew with every change of its order says the same one all the while. Anywhere
else, or later, it is a copy.
"""

from __future__ import annotations

from typing import Literal

from loyalty.core.days import VISIT_GAP
from loyalty.core.desk import Desk
from loyalty.core.facts import PresenceIn
from loyalty.core.rotating import Used

# Nobody here has this card; or the code is not its own, too old, from a clock that runs ahead, or was shown before.
Refusal = Literal["elsewhere", "forged", "old", "early", "used"]


PROVEN = ("good", "old")  # made by the card


def refusal(desk: Desk, delivery: PresenceIn, person: str, now: int) -> Refusal | None:
    """None: it is good, and used from now on."""
    shown, presence = delivery.shown, delivery.presence
    assert shown is not None
    key = (delivery.business, delivery.mark.hash, shown.step)
    first, here = desk.used.get(key) or desk.known.used.get(key), Used(presence.shop, presence.till, now)
    same = first is not None and (first.shop, first.till) == (here.shop, here.till)
    if delivery.again and shown.proof in PROVEN and same and first is not None and now - first.at < VISIT_GAP:
        return None
    if shown.proof != "good":
        return shown.proof
    if first is None:
        desk.used[key] = here
        return None
    return None if same and _stands_there(desk, person, here, now) else "used"


def _stands_there(desk: Desk, person: str, where: Used, now: int) -> bool:
    return any(
        cue.till == where.till and cue.closed_at is None and cue.expires_at > now
        for cue in desk.recent_cues(person, where.shop)
    )
