"""Round visits are worth a word of thanks: the 10th, the 25th, then every 50th. The number itself is not said."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit

FIRST = (10, 25)
EVERY = 50


def judge(visit: Visit) -> Fired | Near | None:
    if not visit.visits:
        return None
    if _round(visit.visits + 1):
        return Fired(Msg("why.milestone"), tone="celebrate", act=("thank", Msg("act.thank")))
    if _round(visit.visits + 2):
        return Near(Msg("why.milestone-near"))
    return None


def _round(n: int) -> bool:
    return n in FIRST or (n > 0 and n % EVERY == 0)
