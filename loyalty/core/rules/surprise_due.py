"""It is their turn to be surprised. What the house gives away unasked it gives without saying to whom, or for what."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if not visit.surprise:
        return None
    why = Msg("why.surprise-wrong") if visit.surprise == "wrong" else Msg("why.surprise-long")
    return Fired(why, act=("surprise", Msg("act.surprise")))
