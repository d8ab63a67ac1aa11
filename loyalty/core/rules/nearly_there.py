"""The next visit brings a reward: the barista may say so."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit

NEAR_VISITS = 3


def judge(visit: Visit) -> Fired | Near | None:
    if visit.reward is None:
        return None
    args: dict[str, object] = {"reward": ["drink", visit.reward_name, "", []]}
    short = visit.reward - visit.points
    if short <= 0 or visit.earns <= 0:
        return None
    left = -(-short // visit.earns)
    if left == 1:
        return Fired(Msg("why.reward-next", args), act=("reward", Msg("act.reward-next", args)))
    if left <= NEAR_VISITS:
        return Near(Msg("why.reward-near", args | {"n": left}))
    return None
