"""Days, hours and amounts as one writes them in a language; the digits are those that tills and cards show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from loyalty.core.money import digits
from loyalty.words.letters import NO_BREAK

LEAP_YEAR = 2000
MINUS = "\u2212"
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur"))
LOCALES = {"en": "en_GB"}  # as the screens have it: the day before the month


def day(on: date, language: str) -> str:
    """17 May 2026"""
    return format_date(on, "long", locale=_locale(language))


def birthday(month_and_day: str, language: str) -> str:
    """`05-17` → 17 May, or as the language orders it: there is no year."""
    return str(format_skeleton("MMMMd", date.fromisoformat(f"{LEAP_YEAR}-{month_and_day}"), locale=_locale(language)))


def moment(at: datetime, zone: ZoneInfo, language: str) -> tuple[str, str]:
    """17 May 2026 · 08:12: there, and by the clock of 24 hours, as on every screen of the house."""
    there = at.astimezone(zone)
    return str(format_skeleton("yMMMd", there, locale=_locale(language))), f"{there:%H:%M}"


def _locale(language: str) -> str:
    return LOCALES.get(language, language)


def amounts(minor: Sequence[int], currency: str, language: str) -> list[str]:
    """A column of amounts: KES 320, or USD 4.50 as soon as one of them has cents."""
    places = digits(currency)
    whole = all(amount % 10**places == 0 for amount in minor)
    pattern = "#,##0" if whole or not places else f"#,##0.{'0' * places}"
    return [f"{currency}{NO_BREAK}{_written(amount, places, pattern, language)}" for amount in minor]


def _written(amount: int, places: int, pattern: str, language: str) -> str:
    return str(format_decimal(Decimal(amount).scaleb(-places), pattern, locale=language)).replace("-", MINUS)
