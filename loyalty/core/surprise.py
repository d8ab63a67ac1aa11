"""Who is due for something on the house: pure, and the same for the same facts.

Two questions. *Who*: a score of how long and how steadily somebody comes, whether their last visits went wrong, and
what they are worth to the house, less for who was surprised lately. *When*: the week's number is spread over the week
as the shop's visits are. One after the other is let go, each after as many visits as the last; where in the week that
begins is drawn anew for every week, so every visit of a week has the same chance, on Monday morning and on Sunday
night. While one is free, whoever comes and may be due is drawn by lot, once a day, as likely as their score.

Nothing here is told to anybody: what the barista reads is one of two reasons, without a number.
"""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct as Packed

from msgspec import Struct

from loyalty.core import rhythm
from loyalty.core.days import DAY, MINUTE, Calendar
from loyalty.core.facts import Person
from loyalty.core.gifts import Budget, Tally
from loyalty.core.memory import Memory
from loyalty.core.tiers import Days

REST_WEEKS = 8  # nobody is suggested twice within so many
VISIT_DAYS_MIN = 12  # before that nobody has been coming for long
WEEKS_MIN = 8
LONG_WEEKS = 52.0  # somebody who has been coming for so long has been coming for long
STEADY = 6.7  # A30 of who comes once a week: half of what steadiness counts
HALF_LIFE = 90.0  # days, of what somebody spent
WORTH = 100  # surprises' worth of fading spend that counts for half
WRONG_DAYS = 28  # how long a visit that went wrong is remembered here
WEIGHTS = (0.45, 0.2, 0.2, 0.15)  # long, steady, went wrong, worth
WEEKS_SEEN = 4  # before this one: what a shop's weeks are like
KEPT_MAX = 1  # surprises of a week that may be given in the next, out of its number
LATELY = 0.3  # taken off who was surprised just now, fading with REST_WEEKS
SCORE_MIN = 0.05
WEEK = 7
HOUR = 60 * MINUTE
HOURS = 25  # of a business day on which the clocks are put back
CELLS = WEEK * HOURS


class Due(Struct, frozen=True):
    """Somebody to be surprised now; `wrong`: because their last visits did not go well."""

    score: float
    wrong: bool


def monday(day: int) -> int:
    """The business day on which a day's week began."""
    return day - (day - 1) % WEEK


# -- who --------------------------------------------------------------------------------------------------------------
def may_be(person: Person, memory: Memory, day: int, at: int) -> bool:
    """Somebody who has been coming for long, is not held out, and was not surprised within REST_WEEKS."""
    if person.held or memory.pace.days < VISIT_DAYS_MIN or _weeks(memory.days, day) < WEEKS_MIN:
        return False
    return not person.surprised_at or at - person.surprised_at >= REST_WEEKS * WEEK * DAY


def score(person: Person, memory: Memory, day: int, at: int, cost: int, *, wrong: bool) -> float:
    """From SCORE_MIN to 1. What somebody spent counts for little, and against what one surprise costs."""
    heat = rhythm.heat(memory.pace, day)
    worth = faded(memory.days, day)
    parts = (
        min(1.0, _weeks(memory.days, day) / LONG_WEEKS),
        heat / (heat + STEADY),
        1.0 if wrong else 0.0,
        worth / (worth + WORTH * cost) if cost else 0.0,
    )
    found = sum(weight * part for weight, part in zip(WEIGHTS, parts, strict=True))
    if person.surprised_at:
        found -= LATELY * 0.5 ** ((at - person.surprised_at) / (REST_WEEKS * WEEK * DAY))
    return min(1.0, max(SCORE_MIN, found))


def _weeks(days: Days, day: int) -> float:
    first = int.from_bytes(days.day[:4], "little", signed=True) if days.day else day
    return (day - first) / WEEK


def faded(days: Days, today: int) -> float:
    """What they spent, each day of it fading with a half-life of 90 days."""
    total, before = 0.0, 0
    on, sums = Packed("<i").iter_unpack(days.day), Packed("<q").iter_unpack(days.spend)
    for (day,), (until,) in zip(on, sums, strict=True):
        total += (until - before) * 0.5 ** ((today - day) / HALF_LIFE)
        before = until
    return max(0.0, total)


# -- when -------------------------------------------------------------------------------------------------------------
def hour_of(calendar: Calendar, at: int) -> tuple[int, float]:
    """Which hour of the week it is, and how much of it is over. Hours count from the beginning of the business day."""
    day, _ = calendar.read(at)
    since = (at - calendar.starts(day)) / HOUR
    hour = min(HOURS - 1, max(0, int(since)))
    return (day - 1) % WEEK * HOURS + hour, min(1.0, max(0.0, since - hour))


def gone(hours: tuple[int, ...], hour: int, part: float) -> float:
    """Which share of a week's visits is over by then."""
    return (sum(hours[:hour]) + hours[hour] * part) / sum(hours)


def places(a_week: int, shop: str, week: int) -> tuple[float, ...]:
    """After which shares of the week's visits another surprise is let go: at even distances from a drawn beginning."""
    start = drawn(f"{shop}/{week}")
    return tuple((k + start) / a_week for k in range(a_week))


def free(budget: Budget, known: Tally, at: tuple[int, float], shop: str, week: int) -> bool:
    """Whether one is let go and not given yet.

    The last one of a week may be given in the next, so that nothing is crowded into Sunday night; never are more given
    in a week than the budget says.
    """
    if known.surprises >= budget.a_week or not any(known.hours):
        return False
    over = gone(known.hours, *at)
    kept = min(KEPT_MAX, max(0, budget.a_week - known.surprises_before))
    return kept + sum(place <= over for place in places(budget.a_week, shop, week)) > known.surprises


def drawn(seed: str) -> float:
    """A number from 0 to 1 that is always the same for the same facts."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()) / 2**64
