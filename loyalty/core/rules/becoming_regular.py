"""Somebody is becoming a regular, by the pace of their visits and not by the count."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if visit.turns_regular:
        return Fired(Msg("why.turns-regular"), tone="celebrate", act=("thank", Msg("act.turns-regular")))
    if visit.turns_becoming:
        return Fired(Msg("why.becoming"), act=("thank", Msg("act.becoming")))
    if visit.becoming:
        return Near(Msg("why.becoming-near"))
    return None
