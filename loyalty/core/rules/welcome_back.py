"""Somebody who stayed away longer than their own rhythm is back. How long is never said."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if not visit.overdue:
        return None
    return Fired(Msg("why.welcome-back"), lead="back")
