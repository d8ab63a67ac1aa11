"""On what conditions a reward may be used, and why not just now."""

from __future__ import annotations

from loyalty.core.days import Calendar
from loyalty.core.earning import matches, within
from loyalty.core.refunds import quantity_of
from loyalty.core.unwanted import unwanted
from loyalty.errors import Conflict
from loyalty.wire import Line, Transaction
from loyalty.wire_program import Hours, Match, Program, Reward


def usable(reward: Reward, calendar: Calendar, at: int, tier: str | None) -> bool:
    """By its last day, its hours and its tiers; limits of a day are the ledger's."""
    return _why_not(reward, calendar, at, tier) is None


def check(reward: Reward, calendar: Calendar, at: int, tier: str | None, *, mine: int, everybody: int) -> None:
    """Raises Conflict in words. `mine` and `everybody`: how often it was used on this business day."""
    why = _why_not(reward, calendar, at, tier)
    if why is not None:
        raise Conflict(f"{reward.name} {why[1]}", at="reward", code=why[0])
    if reward.a_day is not None and mine >= reward.a_day:
        raise Conflict(f"{reward.name} can be used {_times(reward.a_day)} a day", at="reward", code="limit")
    if reward.a_day_shop is not None and everybody >= reward.a_day_shop:
        said = f"{reward.name} is given {_times(reward.a_day_shop)} a day, and was; it is there again tomorrow"
        raise Conflict(said, at="reward", code="limit")


def in_sight(
    program: Program, points: int, calendar: Calendar, at: int, tier: str | None, never: tuple[str, ...] = ()
) -> Reward | None:
    """Of those that may be used now, and are not of what is never to be offered to them: the dearest already paid for,
    else the cheapest to come."""
    best: Reward | None = None
    for reward in program.rewards:
        if never and unwanted(f"{reward.name} {of(reward)}", never):
            continue
        if (best is None or _sooner(reward, best, points)) and usable(reward, calendar, at, tier):
            best = reward
    return best


def _sooner(one: Reward, other: Reward, points: int) -> bool:
    if one.points <= points:
        return not other.points <= points or one.points > other.points
    return points < other.points and one.points < other.points


def off(reward: Reward) -> int | None:
    """What it takes off a sale, in minor units, where that is known before the sale is."""
    known = reward.off if reward.kind == "amount-off" else reward.worth
    return known if isinstance(known, int) else None


def fits(reward: Reward, sale: Transaction) -> bool:
    """Whether a sale it was used on keeps to what it asks, as far as the till tells: what the lines would have come to
    without it, and that one of them is what it is of. Of a sale without lines, of lines of a till that never says what
    they are of, and of lines without a price of their own, which may be less something, nobody can say."""
    if not sale.lines:
        return True
    priced = all(line.list_price for line in sale.lines if line.total >= 0)
    if priced and sum(max(line.total, _listed(line)) for line in sale.lines if line.total >= 0) < reward.minimum:
        return False
    match = reward.match
    if not isinstance(match, Match) or _silent(match, sale):
        return True
    return any(matches(match, line) for line in sale.lines)


def _silent(match: Match, sale: Transaction) -> bool:
    """Whether the till says on no line what this goes by."""
    if match.category is not None and all(line.category is None for line in sale.lines):
        return True
    return match.sku is not None and all(line.sku is None for line in sale.lines)


def _listed(line: Line) -> int:
    """What it would have come to without any discount, where the till tells."""
    return int(quantity_of(line.quantity) * line.list_price) if line.list_price else 0


def percent(reward: Reward) -> int:
    """What share of the sale it takes off; 0 where it takes off something else."""
    return reward.percent if reward.kind == "percent-off" and isinstance(reward.percent, int) else 0


def of(reward: Reward) -> str:
    """What it is of, as the till calls it; empty where it is of anything."""
    match = reward.match
    return (match.name or match.category or match.sku or "") if isinstance(match, Match) else ""


def _why_not(reward: Reward, calendar: Calendar, at: int, tier: str | None) -> tuple[str, str] | None:
    if reward.until is not None and calendar.read(at)[0] > reward.until.toordinal():
        return "over", f"could be used until {reward.until.isoformat()}"
    if isinstance(reward.hours, Hours) and not within(reward.hours, calendar, at):
        return "not-now", f"can be used {_when(reward.hours)}"
    if reward.tiers and tier not in reward.tiers:
        return "not-granted", "is not for this customer; another reward may be"
    return None


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _when(hours: Hours) -> str:
    days = f"on {', '.join(_WEEKDAYS[day - 1] for day in sorted(hours.weekdays))} " if hours.weekdays else ""
    return f"{days}from {hours.start} to {hours.end}"


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"
