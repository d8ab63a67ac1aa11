"""Texts of a customer's copy in the language and by the clock of its reader."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from loyalty.core.facts import Msg
from loyalty.words import Catalogue, days

Row = tuple[str, ...]  # texts, not yet escaped
Copy = dict[str, Any]


class Pen(Struct, frozen=True):
    """In what language and by what clock it is written."""

    words: Catalogue
    zone: ZoneInfo
    currency: str

    def text(self, key: str, **args: object) -> str:
        return self.words.text(Msg(key, args), lambda _: "")

    def known(self, key: str, other: str) -> str:
        """The text of a word that may be younger than the catalogue; then the one that fits any."""
        return self.text(key if self.words.knows(key) else other)

    def moment(self, text: str) -> str:
        day, hour = days.moment(datetime.fromisoformat(text), self.zone, self.words.language)
        return self.text("screen.list", first=day, second=hour)

    def day(self, text: str) -> str:
        return days.day(date.fromisoformat(text), self.words.language)

    def points(self, n: int) -> str:
        return f"+{self.words.number(n)}" if n > 0 else self.words.number(n).replace("-", days.MINUS)
