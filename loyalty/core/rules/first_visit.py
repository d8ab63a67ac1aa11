"""The first visit with this card: a welcome, and nothing is claimed to be known."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if not visit.first:
        return None
    return Fired(Msg("why.first-visit"), lead="welcome")
