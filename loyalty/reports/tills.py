"""Do the tills and screens work? Each till as its own sales show it, and what could not be understood."""

from __future__ import annotations

from msgspec import json

from loyalty import wire_pages
from loyalty.core.days import DAY, MINUTE, when
from loyalty.store.view import View
from loyalty.wire import Fault

DAYS = 7  # of sales that tell what is usual for a till
TILLS_MAX = 50
ASIDE_MAX = 50
QUIET = 30 * MINUTE
HOUR = 60 * MINUTE


def read(view: View, business: str, shop: str, screens: tuple[str | None, ...]) -> wire_pages.Tills:
    count = view.session.row("SELECT COUNT(*) FROM set_aside WHERE business = ?", (business,))
    return wire_pages.Tills(
        at=when(view.now),
        timezone=view.settings.shops[shop].calendar.zone.key,
        tills=_tills(view, shop),
        screens=screens,
        aside=_aside(view, business),
        aside_count=count[0] if count is not None else 0,
    )


def _tills(view: View, shop: str) -> tuple[wire_pages.TillRow, ...]:
    calendar = view.settings.shops[shop].calendar
    today, _ = calendar.read(view.now)
    rows = view.session.rows(
        "SELECT source, till, day, at, received_at FROM sales WHERE shop = ? AND day > ? AND day <= ? ORDER BY at",
        (shop, today - DAYS, today),
    )
    spoken: dict[tuple[str, str | None], list[tuple[int, int, int]]] = {}
    for source, till, day, at, received_at in rows:
        spoken.setdefault((source, till), []).append((day, at, received_at))
    listed = sorted(spoken.items(), key=lambda found: (found[0][1] or "", found[0][0]))[:TILLS_MAX]
    starts = calendar.starts(today)
    first = min((at for sales in spoken.values() for day, at, _ in sales if day == today), default=view.now)
    return tuple(_till(view.now, today, starts, first, *place, sales) for place, sales in listed)


def _till(
    now: int, today: int, starts: int, first: int, source: str, till: str | None, sales: list[tuple[int, int, int]]
) -> wire_pages.TillRow:
    mine = [at for day, at, _ in sales if day == today]
    opened = (first - starts) // HOUR
    hours = [0] * max(0, (now - starts) // HOUR - opened + 1)
    for at in mine:
        place = (at - starts) // HOUR - opened
        if 0 <= place < len(hours):
            hours[place] += 1
    last = max(received for _, _, received in sales)
    return wire_pages.TillRow(
        till=till,
        source=source,
        last_at=when(last),
        today=len(mine),
        first_hour=opened,
        hours=tuple(hours),
        silent=now - last > QUIET and _usually_speaks(now, today, sales),
    )


def _usually_speaks(now: int, today: int, sales: list[tuple[int, int, int]]) -> bool:
    """Whether on most of the days on which it sold anything it sold within half an hour of this time of day."""
    days = {day for day, _, _ in sales if day != today}
    alike = {day for day, at, _ in sales if day != today and _apart(now, at) <= QUIET}
    return bool(days) and 2 * len(alike) > len(days)


def _apart(now: int, at: int) -> int:
    """How far apart two moments are by the clock on the wall."""
    apart = (now - at) % DAY
    return min(apart, DAY - apart)


def _aside(view: View, business: str) -> tuple[wire_pages.AsideRow, ...]:
    rows = view.session.rows(
        "SELECT id, received_at, reason FROM set_aside WHERE business = ? ORDER BY id DESC LIMIT ?",
        (business, ASIDE_MAX),
    )
    found = ((id, at, json.decode(reason, type=Fault)) for id, at, reason in rows)
    return tuple(
        wire_pages.AsideRow(id=id, at=when(at), field=fault.at, message=fault.message) for id, at, fault in found
    )
