"""A reward is paid for and may be used now: celebrated once, after the visit that paid for it; then it is a line."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit


def judge(visit: Visit) -> Fired | Near | None:
    if visit.reward is None or visit.points < visit.reward:
        return None
    args: dict[str, object] = {"reward": ["drink", visit.reward_name, "", []]}
    why = Msg("why.stamps-waiting" if visit.stamps else "why.reward-waiting", args)
    if visit.fresh:
        act = ("reward", Msg("act.reward-due", {"reward": visit.reward_name}))
        return Fired(why, lead="reward", tone="celebrate", act=act)
    return Fired(why, act=("reward", Msg("act.reward-waiting", args)))
