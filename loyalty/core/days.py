"""The shop's own time: business days that end at its closing hour, and parts of the day.

Inside the house a moment is an integer of microseconds since the epoch, a business day the proleptic ordinal of its
date. Both survive daylight saving: the day is read off the wall clock, never counted in hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 3_600 * SECOND
DAY = 86_400 * SECOND
LIVE = 2 * MINUTE  # a sale is live, a check-in present, for so long
VISIT_GAP = 30 * MINUTE  # sales closer than this are one visit
MINUTES_MAX = 16_384  # minutes whose day a calendar remembers
CHANGE_MINUTES = 120  # within so long of its beginning, a day is told by moments: the clocks may be put back or on
PARTS = ("morning", "midday", "afternoon", "evening")  # before 11, 11–14, 14–17, after 17 h


def moment(when: datetime) -> int:
    """An aware datetime as microseconds since the epoch."""
    return (when - EPOCH) // MICRO


def when(at: int) -> datetime:
    """Microseconds since the epoch as an aware datetime in UTC."""
    return EPOCH + at * MICRO


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one shop counts days: its zone, and the minute after midnight at which its day ends."""

    zone: ZoneInfo
    ends: int = 240
    _minutes: dict[int, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def read(self, at: int) -> tuple[int, int]:
        """The business day (ordinal) and the part of the day (0–3) of a moment.

        Clocks are a whole number of minutes apart, so all of a minute is one day and one part of it.
        """
        minute = at // MINUTE
        found = self._minutes.get(minute)
        if found is None:
            if len(self._minutes) >= MINUTES_MAX:
                self._minutes.clear()
            found = self._minutes[minute] = self._read(minute * MINUTE)
        return found

    def _read(self, at: int) -> tuple[int, int]:
        local = (EPOCH + at * MICRO).astimezone(self.zone)
        hour = local.hour
        day = local.toordinal()
        if hour * 60 + local.minute < self.ends + CHANGE_MINUTES and at < self.starts(day):
            return day - 1, 3  # after midnight it is still the evening before
        return day, 0 if hour < 11 else 1 if hour < 14 else 2 if hour < 17 else 3

    def minute(self, at: int) -> int:
        """Minutes after midnight, by the wall clock."""
        local = (EPOCH + at * MICRO).astimezone(self.zone)
        return local.hour * 60 + local.minute

    def wall(self, at: int) -> int:
        """Minutes by the wall clock, counted from the first of all dates."""
        local = (EPOCH + at * MICRO).astimezone(self.zone)
        return local.toordinal() * 1_440 + local.hour * 60 + local.minute

    def starts(self, day: int) -> int:
        """The first moment of a business day."""
        wall = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=self.ends)
        return moment(wall.replace(tzinfo=self.zone))
