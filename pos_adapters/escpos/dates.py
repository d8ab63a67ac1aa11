"""The date and the time that are printed on a receipt, as `files.times` reads them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pos_adapters.base import SettingNeeded
from pos_adapters.escpos.words import months
from pos_adapters.files.times import moment
from pos_adapters.reading import BAD_ITEM

_NUMBERS = re.compile(r"(?<![\d.,/-])\d{1,4}(?P<mark>[./-])\d{1,2}(?P=mark)\d{2,4}(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.?[ -](?P<month>[^\W\d_]{3,12})\.?,?[ -](?P<year>\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(r"(?P<month>[^\W\d_]{3,12})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})(?!\d)")
_TIME = (
    r"(?<![\d.:])(?P<hour>[01]?\d|2[0-3]){mark}(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\b)?"
)
_COLON, _DOT = re.compile(_TIME.format(mark="[:h]")), re.compile(_TIME.format(mark="[:.h]"))


def date_in(text: str) -> tuple[str, str]:
    """The first date as it is written (or as 2026-10-05, where its month was a word), and what stands behind it."""
    if found := _NUMBERS.search(text):
        return found[0], text[found.end() :]
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for found in pattern.finditer(text):
            if month := months().get(found["month"].casefold()):
                year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
                return f"{year:04}-{month:02}-{int(found['day']):02}", text[found.end() :]
    return "", text


def time_in(text: str, *, dotted: bool) -> str:
    """`8:14 PM`, `08h14`; with a dot only where nothing else can be meant, that is behind a date."""
    found = (_DOT if dotted else _COLON).search(text)
    if found is None or (not dotted and "h" in found[0].casefold() and not found[0][-1].isdigit()):
        return ""
    return f"{found['hour']}:{found['minute']}:{found['second'] or '00'} {found['half'] or ''}".strip()


def printed_at(date: str, time: str, zone: ZoneInfo | None, date_order: str, now: datetime | None) -> datetime:
    """Without a date, now. Which way a date is meant, `now` tells as well: receipts are read as they are printed."""
    if not date and now is not None:
        return now
    try:
        return moment(f"{date} {time}".strip(), zone, date_order)
    except SettingNeeded as needed:
        if now is None or needed.at != "date_order":
            raise
    found = [at for order in ("dmy", "mdy") if (at := _perhaps(f"{date} {time}".strip(), zone, order))]
    near = [at for at in found if abs(at - now) <= timedelta(days=1)]
    if len(set(near)) != 1:
        raise needed_again(date)
    return near[0]


def needed_again(date: str) -> SettingNeeded:
    return SettingNeeded(f"{date} may be read both ways: set date_order to dmy or mdy", at="date_order")


def _perhaps(text: str, zone: ZoneInfo | None, date_order: str) -> datetime | None:
    try:
        return moment(text, zone, date_order)
    except BAD_ITEM:
        return None
