"""What a screen is told of silent tills: looked for beside the line, seldom, and once for all screens of a shop."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from loyalty import wire
from loyalty.core.days import MINUTE
from loyalty.core.silence import Habit
from loyalty.errors import RegularsError
from loyalty.reports import silence
from loyalty.store.view import View
from loyalty.web.gate import House

LOOK = timedelta(seconds=15)
HOUR = 60 * MINUTE
SHOPS_MAX = 1_000  # remembered


class Silences:
    """Remembers habits for an hour, and for some seconds what was found."""

    def __init__(self) -> None:
        self._habits: dict[str, tuple[int, dict[str, Habit]]] = {}
        self._found: dict[str, tuple[datetime, tuple[wire.Silent, ...]]] = {}

    async def of(self, house: House, shop: str, till: str | None) -> wire.Silent | None:
        """The screen's own till, or for a screen of all tills the first that is silent."""
        now = house.clock.now()
        asked, found = self._found.get(shop, (now - LOOK, ()))
        if not timedelta(0) <= now - asked < LOOK:
            self._found[shop] = (now, found)  # whoever else asks meanwhile is told the same
            with suppress(RegularsError):
                found = await house.reader.ask(lambda view: self._look(view, shop))
            self._found[shop] = (now, found)
        return next((one for one in found if till in (None, one.till)), None)

    def _look(self, view: View, shop: str) -> tuple[wire.Silent, ...]:
        hour = view.now // HOUR
        if self._habits.get(shop, (None, {}))[0] != hour:
            if len(self._habits) >= SHOPS_MAX:
                self._habits.clear()
                self._found.clear()
            today, _ = view.settings.shops[shop].calendar.read(view.now)
            self._habits[shop] = (hour, silence.habits(view, shop, today))
        return silence.read(view, shop, self._habits[shop][1])
