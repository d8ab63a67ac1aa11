"""Times as tills write them, into moments in UTC. What has no zone is the wall clock of the shop.

In the hour that a clock shows twice in autumn the first pass is taken; a time that a clock leaves out in spring counts
as if it had not been put forward yet. Both are an hour a year in which cafés sleep.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from loyalty.errors import Unfit
from pos_adapters.base import SettingNeeded

_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")  # 08:14:46 -0400
_UTC = re.compile(r"\s*(Z|UTC|GMT)$", re.IGNORECASE)
_WRITTEN = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{1,4})"
    r"(?:[ T,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<seconds>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:(?P<half>[AaPp])\.?[Mm]\.?)?)?\s*(?P<zone>[+-]\d\d:?\d\d|Z)?"
)


@lru_cache(maxsize=4_096)
def moment(text: str, zone: ZoneInfo | None, date_order: str) -> datetime:
    """Raises Unfit, or SettingNeeded where only the owner knows which way a date is meant."""
    found = _iso(text) or _written(text, date_order)
    if found.tzinfo is None:
        if zone is None:
            raise SettingNeeded("times in this file have no zone: set timezone to the shop's", at="timezone")
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_UTC.sub("+00:00", _OFFSET.sub("", text.strip())))
    except ValueError:
        return None


def _written(text: str, date_order: str) -> datetime:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise Unfit(f"expected a date and time such as 2026-10-05 08:14, got {text[:40]!r}")
    year, month, day = _date(found["first"], found["second"], found["third"], found["mark"], date_order)
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise Unfit(f"there is no such time of day: {text!r}")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    written = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["seconds"] or 0))  # noqa: DTZ001
    return written if found["zone"] is None else datetime.fromisoformat(f"{written.isoformat()}{found['zone']}")


def _date(first: str, second: str, third: str, mark: str, date_order: str) -> tuple[int, int, int]:
    """Year, month, day. With dots the day comes first wherever dots are used; with anything else it is asked."""
    if len(first) == 4:
        return int(first), int(second), int(third)
    order = "dmy" if mark == "." else date_order
    if not order:
        raise SettingNeeded(
            f"{first}{mark}{second}{mark}{third} may be read both ways: set date_order to dmy or mdy", at="date_order"
        )
    day, month = (first, second) if order == "dmy" else (second, first)
    return int(third) + (2000 if len(third) <= 2 else 0), int(month), int(day)
