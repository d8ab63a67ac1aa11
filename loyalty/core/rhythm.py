"""Pace and rhythm: who is a regular, who is becoming one, who is overdue by their own rhythm.

Pace decides, not the count: A30, the visit-day count decayed with a half-life of 30 days. Overdue: longer away than
`k` times the customer's typical gap, the typical gap being a geometric mean shrunk towards the house's, and `k` the
house's own 90 % quantile for people with as many known gaps (measured: fewer false alarms than a fixed limit, and
the fastest third of regulars are noticed in half the time).
"""

from __future__ import annotations

import math

from msgspec import Struct

HALF_LIFE = 30.0
REGULAR, BECOMING, NO_LONGER = 4.5, 3.0, 2.0
SPRINT_DAYS, SPRINT_VISITS = 14, 3
SHRINK = 2.0  # house gaps that a customer's own gaps are mixed with
BUCKET = 0.1  # of ln(gap): the house keeps integers
CLASSES = (2, 5, 10)  # by number of known gaps: 2–4, 5–9, 10 and more
QUANTILE = 0.9
LATE = (6.0, 4.5, 3.3)  # k of a class, as believed before the house has shown its own
LATE_PRIOR = 30.0  # gaps' worth of that belief
GAPS_MAX = 40  # numbers of known gaps told apart
HOUSE_GAP = 10.0  # days; a house's typical gap before it has one


class Pace(Struct, gc=False, array_like=True):
    """Of visit days: `heat` is A30 as of `day`."""

    day: int = 0
    days: int = 0
    heat: float = 0.0
    gaps: int = 0
    log_gaps: float = 0.0
    recent: tuple[int, ...] = ()  # the last three visit days
    regular: bool = False


def visit(pace: Pace, day: int, gave: dict[str, int]) -> None:
    """A visit opened on that day. Gaps go to the house figures as integers that depend on this customer alone."""
    if pace.days and day <= pace.day:
        return
    if pace.days:
        gap = math.log(day - pace.day)
        gave["gaps"] = 1
        gave["gapsum"] = math.floor(gap / BUCKET)
        if pace.gaps >= CLASSES[0]:
            known = min(pace.gaps, GAPS_MAX)
            bucket = math.floor((gap - pace.log_gaps / (pace.gaps + SHRINK)) / BUCKET)
            gave[f"g{known}:{bucket}"] = 1
        pace.gaps += 1
        pace.log_gaps += gap
    pace.regular = pace.regular and heat(pace, day) >= NO_LONGER
    pace.heat = heat(pace, day) + 1.0
    pace.day = day
    pace.days += 1
    pace.recent = (*pace.recent, day)[-SPRINT_VISITS:]
    if pace.days >= 3 and pace.heat >= REGULAR:
        pace.regular = True


def heat(pace: Pace, day: int) -> float:
    """A30 on a day."""
    return pace.heat * 0.5 ** ((day - pace.day) / HALF_LIFE) if pace.days else 0.0


def regular(pace: Pace, day: int) -> bool:
    return pace.regular and heat(pace, day) >= NO_LONGER


def becoming(pace: Pace, day: int) -> bool:
    """On the way, and not there yet."""
    if pace.days < 3 or regular(pace, day):
        return False
    return _sprints(pace.recent, day) or heat(pace, day) >= BECOMING


def turns(pace: Pace, day: int) -> tuple[bool, bool]:
    """Whether a visit on that day would make a regular of somebody who is none, or somebody on the way to it.

    What `visit` would come to, without changing anything.
    """
    if pace.days < 2 or day <= pace.day:
        return False, False
    hot = heat(pace, day) + 1.0
    if hot >= REGULAR:
        return True, False
    return False, _sprints((*pace.recent, day)[-SPRINT_VISITS:], day) or hot >= BECOMING


def _sprints(recent: tuple[int, ...], day: int) -> bool:
    return len(recent) == SPRINT_VISITS and day - recent[0] < SPRINT_DAYS


def regular_until(pace: Pace) -> int:
    """The last day on which they are a regular if they do not come again; 0 for who is none."""
    return _cools_below(pace, NO_LONGER) if pace.regular else 0


def becoming_until(pace: Pace) -> int:
    """The same for becoming one."""
    if pace.days < 3:
        return 0
    sprint = pace.recent[0] + SPRINT_DAYS - 1 if len(pace.recent) == SPRINT_VISITS else 0
    return max(sprint, _cools_below(pace, BECOMING))


def _cools_below(pace: Pace, least: float) -> int:
    """The last day on which A30 is at least that, found from its logarithm and then looked at."""
    if pace.heat < least:
        return 0
    day = pace.day + int(HALF_LIFE * math.log2(pace.heat / least))
    while heat(pace, day + 1) >= least:
        day += 1
    while heat(pace, day) < least:
        day -= 1
    return day


def typical_gap(pace: Pace, house_log_gap: float) -> float:
    """Days; the customer's geometric mean gap, shrunk towards the house's."""
    return math.exp((pace.log_gaps + SHRINK * house_log_gap) / (pace.gaps + SHRINK))


def overdue(pace: Pace, away: int, house_log_gap: float, limits: tuple[float, float, float]) -> bool:
    """`away`: days since the last visit on which the shop was open. Judged from the third visit day on."""
    if pace.gaps < CLASSES[0] or away <= 0:
        return False
    return away > limits[class_of(pace.gaps)] * typical_gap(pace, house_log_gap)


def class_of(gaps: int) -> int:
    return 0 if gaps < CLASSES[1] else 1 if gaps < CLASSES[2] else 2
