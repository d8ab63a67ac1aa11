"""Which tills of a shop have not spoken for longer than they ever do at this hour? For counter and owner alike."""

from __future__ import annotations

from collections import defaultdict

from loyalty import wire
from loyalty.core.days import when
from loyalty.core.silence import SAME_WEEKDAY, YOUNG_DAYS, Habit, habit, is_silent
from loyalty.store.view import View

TILLS_MAX = 50


def habits(view: View, shop: str, today: int) -> dict[str, Habit]:
    """What is usual for each till on such a day."""
    calendar = view.settings.shops[shop].calendar
    days: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = view.session.rows(
        "SELECT till, day, at FROM sales WHERE shop = ? AND till IS NOT NULL AND state = 'paid'"
        " AND ((day >= ? AND day < ?) OR day IN (?, ?, ?, ?))",
        (shop, today - YOUNG_DAYS, today, *(today - ago for ago in SAME_WEEKDAY)),
    )
    for till, day, at in rows:
        days[till][day].append(at)
    found = {till: habit(calendar, sold, today) for till, sold in sorted(days.items())[:TILLS_MAX]}
    return {till: known for till, known in found.items() if known is not None}


def read(view: View, shop: str, known: dict[str, Habit]) -> tuple[wire.Silent, ...]:
    calendar = view.settings.shops[shop].calendar
    now = view.now
    today, _ = calendar.read(now)
    rows = view.session.rows(
        "SELECT till, MAX(received_at) FROM sales WHERE shop = ? AND day = ? AND till IS NOT NULL GROUP BY till",
        (shop, today),
    )
    heard: dict[str, int] = dict(rows)
    return tuple(
        wire.Silent(till=till, since=when(heard[till]) if till in heard else None)
        for till, one in known.items()
        if is_silent(calendar, one, heard.get(till), now)
    )
