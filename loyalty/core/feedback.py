"""Who is asked how a visit was, and when nobody is: by counts and dates, without chance.

Asked is only about a paid visit that counts, and only while nobody is at a counter: it ended half an hour ago or more,
and no order and no check-in is newer. It is not asked about once three days are over, nor if anything of it was given
back. One visit in ten is asked about at most: since the last one that was, and since the first of all, nine others have
passed. Between two questions there are three weeks, however often somebody comes. Who did not answer twice in a row,
by *Skip* or by saying nothing, is left in peace for half a year. Who asked to be left alone, or did not agree to be
remembered, is never asked. A question that was shown stands for a day, and counts as asked whatever becomes of it.

A thumb down makes the next greeting *repair*, once: until it was shown, and for the rest of that visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from loyalty.core.days import DAY, MINUTE, VISIT_GAP
from loyalty.wire import Greeting

AWAY = 30 * MINUTE  # since anything of theirs happened at a counter
ABOUT = 3 * DAY  # after a visit it is not asked about any more
STANDS = DAY  # a question that was shown
EVERY_VISITS = 10  # of them one is asked about
EVERY_DAYS = 21 * DAY
UNANSWERED_MAX = 2  # questions in a row
REST = 180 * DAY
ALWAYS = 2**62  # a moment that never comes

Thumb = Literal["up", "down"]


class Asked(NamedTuple):
    """A question: the end of the visit it was about, when it was first shown, and whether a thumb answered it."""

    visit: int
    at: int
    answered: bool


def may_be_asked(greeting: Greeting, *, remember: bool) -> bool:
    """Whether they are somebody who may be asked at all."""
    return greeting != "none" and remember


def ends_of(paid: Iterable[int]) -> list[int]:
    """When their visits ended, the newest first: of the moments of their paid sales, in any order."""
    ends: list[int] = []
    last: int | None = None
    for at in sorted(paid, reverse=True):
        if last is None or last - at >= VISIT_GAP:
            ends.append(at)
        last = at
    return ends


def is_due(ends: Sequence[int], seen: int, asked: Sequence[Asked], now: int) -> bool:
    """Whether the newest visit is to be asked about now. `ends` of visits and `asked` have the newest first; `seen` is
    when they were last at a counter, for whatever."""
    if not ends or not _away(seen, now) or now - ends[0] > ABOUT:
        return False
    if not asked:
        return len(ends) >= EVERY_VISITS
    last = asked[0]
    if now - last.at < EVERY_DAYS or sum(end > last.visit for end in ends) < EVERY_VISITS:
        return False
    unanswered = len(asked) >= UNANSWERED_MAX and not any(one.answered for one in asked[:UNANSWERED_MAX])
    return not unanswered or now - last.at >= REST


def still_stands(asked: Asked, seen: int, now: int) -> bool:
    """Whether a question that was shown before may be shown again."""
    return _away(seen, now) and now - asked.at < STANDS


def _away(seen: int, now: int) -> bool:
    return now - seen >= AWAY
