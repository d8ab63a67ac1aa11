"""Do the tills and screens work? Each till as its own sales show it, and what could not be understood."""

from __future__ import annotations

from msgspec import json

from loyalty import wire_pages
from loyalty.core.days import MINUTE, when
from loyalty.core.silence import SAME_WEEKDAY
from loyalty.reports import silence
from loyalty.store.view import View
from loyalty.wire import Fault

DAYS = 7  # in which a till that is in use has sold something
TILLS_MAX = 50
ASIDE_MAX = 50
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
    """Those that sold within DAYS, and those that are silent, by the rule by which the counter says so."""
    calendar = view.settings.shops[shop].calendar
    today, _ = calendar.read(view.now)
    silent = {one.till for one in silence.read(view, shop, silence.habits(view, shop, today))}
    rows = view.session.rows(
        "SELECT source, till, MAX(day), MAX(received_at) FROM sales WHERE shop = ? AND day > ? AND day <= ?"
        " GROUP BY source, till",
        (shop, today - max(SAME_WEEKDAY) - 1, today),
    )
    kept = [row for row in rows if row[2] > today - DAYS or row[1] in silent]
    listed = sorted(kept, key=lambda row: (row[1] not in silent, row[1] or "", row[0]))[:TILLS_MAX]
    sold = _today(view, shop, today)
    starts = calendar.starts(today)
    opened = (min((at for moments in sold.values() for at in moments), default=view.now) - starts) // HOUR
    return tuple(
        _till(source, till, last, sold.get((source, till), []), starts, opened, view.now, silent=till in silent)
        for source, till, _, last in sorted(listed, key=lambda row: (row[1] or "", row[0]))
    )


def _today(view: View, shop: str, today: int) -> dict[tuple[str, str | None], list[int]]:
    """When each till sold."""
    sold: dict[tuple[str, str | None], list[int]] = {}
    rows = view.session.rows("SELECT source, till, at FROM sales WHERE shop = ? AND day = ?", (shop, today))
    for source, till, at in rows:
        sold.setdefault((source, till), []).append(at)
    return sold


def _till(
    source: str, till: str | None, last: int, sold: list[int], starts: int, opened: int, now: int, *, silent: bool
) -> wire_pages.TillRow:
    hours = [0] * max(0, (now - starts) // HOUR - opened + 1)
    for at in sold:
        place = (at - starts) // HOUR - opened
        if 0 <= place < len(hours):
            hours[place] += 1
    return wire_pages.TillRow(
        till=till,
        source=source,
        last_at=when(last),
        today=len(sold),
        first_hour=opened,
        hours=tuple(hours),
        silent=silent,
    )


def _aside(view: View, business: str) -> tuple[wire_pages.AsideRow, ...]:
    rows = view.session.rows(
        "SELECT id, received_at, reason FROM set_aside WHERE business = ? ORDER BY id DESC LIMIT ?",
        (business, ASIDE_MAX),
    )
    found = ((id, at, json.decode(reason, type=Fault)) for id, at, reason in rows)
    return tuple(
        wire_pages.AsideRow(id=id, at=when(at), field=fault.at, message=fault.message) for id, at, fault in found
    )
