"""The last visit was not as it should be: this one is to be better. What it was is never said, only what to do."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if not visit.care:
        return None
    return Fired(Msg("why.look-after"), lead="care", tone="repair")
