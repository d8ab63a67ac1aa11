"""When the café is open: a business day that ends at closing, public holidays, two weeks shut at New Year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loyalty.demo.menu import TIMEZONE

ZONE = ZoneInfo(TIMEZONE)
DAY_ENDS = time(1)  # the latest closing: what is sold until then belongs to the day before

# Monday to Sunday, in hours after midnight; the two late evenings end after it.
WEEK = ((6.5, 20), (6.5, 20), (6.5, 20), (6.5, 20), (6.5, 25), (7.5, 25), (8, 18))
# Month and day. The feasts that follow the moon are proclaimed a day ahead; the café stays open on them.
HOLIDAYS = frozenset({(5, 1), (6, 1), (10, 10), (10, 20), (12, 12)})
SHUT_FROM, SHUT_UNTIL = (12, 24), (1, 6)  # both included: fourteen days


@dataclass(frozen=True, slots=True)
class Hours:
    """One business day."""

    day: date
    midnight: datetime
    opens: datetime
    closes: datetime

    @property
    def minutes(self) -> int:
        """How long it is open."""
        return self.minute(self.closes) - self.minute(self.opens)

    def minute(self, at: datetime) -> int:
        """Counted from this day's midnight; beyond 1440 late in the evening."""
        return (at - self.midnight) // timedelta(minutes=1)


def hours(day: date) -> Hours | None:
    """The opening hours of a business day; none when the café stays shut."""
    if _shut(day):
        return None
    opens, closes = WEEK[day.weekday()]
    midnight = datetime.combine(day, time(), ZONE)
    return Hours(day, midnight, midnight + timedelta(hours=opens), midnight + timedelta(hours=closes))


def business_day(at: datetime) -> date:
    """The day to which a moment belongs."""
    local = at.astimezone(ZONE)
    return local.date() - timedelta(days=local.time() < DAY_ENDS)


def is_open(at: datetime) -> bool:
    today = hours(business_day(at))
    return today is not None and today.opens <= at < today.closes


def _shut(day: date) -> bool:
    if (day.month, day.day) >= SHUT_FROM or (day.month, day.day) <= SHUT_UNTIL:
        return True
    yesterday = day - timedelta(days=1)
    return _holiday(day) or (yesterday.weekday() == 6 and _fixed(yesterday))  # a holiday on a Sunday moves to Monday


def _holiday(day: date) -> bool:
    return _fixed(day) or (day - _easter(day.year)).days in (-2, 1)


def _fixed(day: date) -> bool:
    return (day.month, day.day) in HOLIDAYS


def _easter(year: int) -> date:
    """Easter Sunday by Gauss's rule, exact from 1900 to 2099."""
    d = (19 * (year % 19) + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    after = d + e - 7 if (d == 29 and e == 6) or (d == 28 and e == 6 and year % 19 > 10) else d + e
    return date(year, 3, 22) + timedelta(days=after)
