"""A customer read at a moment: standing, tier, points, the usual, and what the rules need to judge the visit."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import rhythm
from loyalty.core.best import NO_CUTOFFS, Cutoffs
from loyalty.core.days import Calendar
from loyalty.core.held import NOTHING, Held
from loyalty.core.house import House
from loyalty.core.memory import Memory, opens_visit
from loyalty.core.mine import NONE, Wishes
from loyalty.core.rewards import in_sight
from loyalty.core.rules import Visit
from loyalty.core.standing import Hand, tier_on
from loyalty.core.usual import Foresight, foresee
from loyalty.core.wishes import WISHED, wished
from loyalty.wire import TierRef
from loyalty.wire_program import EarnSpend, EarnVisit, Program, Reward


class Ranked(Struct, frozen=True, gc=False):
    """What a tier depends on beside the memory: what is held, what was set by hand, where the best begin today."""

    held: Held = NOTHING
    hand: Hand | None = None
    cutoffs: Cutoffs = NO_CUTOFFS


UNRANKED = Ranked()


class Reading(Struct, frozen=True, gc=False):
    visits: int
    regular: bool
    becoming: bool
    overdue: bool
    tier: TierRef | None
    points: int
    reward: Reward | None
    foresight: Foresight
    visit: Visit


def read(
    memory: Memory,
    house: House,
    program: Program,
    calendar: Calendar,
    points: int,
    at: int,
    *,
    free: bool = False,
    ranked: Ranked = UNRANKED,
    wishes: Wishes = NONE,
) -> Reading:
    """Everything the counter may want to know, as of `at`, before the visit at `at` is counted.

    `free`: they said that today is different, so their usual is known and not offered.
    """
    day, part = calendar.read(at)
    pace = memory.pace
    regular, becoming = rhythm.regular(pace, day), rhythm.becoming(pace, day)
    overdue = rhythm.overdue(pace, house.open_since(pace.day, day), house.log_gap, house.limits)
    foresight = foresee(memory, house, day, part)
    if wishes is not NONE:
        foresight = wished(foresight, wishes, day, part)
    if free:
        foresight = replace(foresight, say=False, either=False, order=())
    opens = opens_visit(memory, at)
    rule = tier_on(ranked.held, memory.days, program.tiers, day, ranked.cutoffs, ranked.hand)
    tier = TierRef(id=rule.id, name=rule.name) if rule is not None else None
    reward = in_sight(program, points, calendar, at, tier.id if tier else None, wishes.never)
    turns_regular, turns_becoming = (False, False) if regular else rhythm.turns(pace, day)
    visit = Visit(
        memory.at < 0,
        memory.visits if opens or not memory.visits else memory.visits - 1,
        regular,
        becoming,
        turns_regular,
        turns_becoming and not becoming,
        overdue,
        points,
        _for_a_visit(program) if opens else 0,
        reward.points if reward else None,
        reward.name if reward else "",
        reward is not None and 0 <= points - reward.points < _brought(memory, program),
        foresight.say,
        foresight.items[0].p if foresight.items and _is_theirs(foresight, memory) else 0.0,
        foresight.because,
        free,
        stamps=program.unit == "stamps",
    )
    return Reading(memory.visits, regular, becoming, overdue, tier, points, reward, foresight, visit)


def _is_theirs(foresight: Foresight, memory: Memory) -> bool:
    """Their own habit, or their own word; else it is what most people have."""
    return foresight.items[0].key in memory.habits or foresight.because.key == WISHED


def _for_a_visit(program: Program) -> int:
    return sum([rule.points for rule in program.earn if isinstance(rule, EarnVisit)])


def _brought(memory: Memory, program: Program) -> int:
    """Points of their last day here, by visits and spend; of a plain visit where no day is remembered."""
    visits, spend = memory.days.since(memory.days.last)
    points = _for_a_visit(program) * max(1, visits)
    return points + sum(spend // rule.per * rule.points for rule in program.earn if isinstance(rule, EarnSpend))
