"""Who is about to lose their tier? Whoever was here last comes first, so that a word at the counter is in time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from loyalty.core.memory import days_of
from loyalty.core.standing import standing
from loyalty.reports.tiers import program_of, ranked
from loyalty.store.tiers import kept
from loyalty.store.view import View

PIECE_MAX = 1_000  # people looked at in one statement
LOOKED_MAX = 5_000  # and for one answer: then it says where to go on
Seen = tuple[str, int | None]


def read(
    view: View, business: str, start: tuple[int, str], shop: str | None, among: Collection[str] | None, most: int
) -> tuple[list[Seen], str | None]:
    """So many of them after a moment and an id, of these people if any are named, and where to go on."""
    found: list[Seen] = []
    for looked, (person, last, losing) in enumerate(_looked_at(view, business, start, shop), 1):
        if losing and (among is None or person in among):
            found.append((person, last))
        if len(found) == most or looked == LOOKED_MAX:
            return found, f"{last}.{person}"
    return found, None


def _looked_at(view: View, business: str, start: tuple[int, str], shop: str | None) -> Iterator[tuple[str, int, bool]]:
    rules = program_of(view, business).tiers
    beside = {one.id: ranked(view, one.id).cutoffs for one in view.settings.shops.values() if one.business == business}
    days = {place: view.settings.shops[place].calendar.read(view.now)[0] for place in beside}
    for person, last, here, blob, *mine in _rows(view, business, start, shop) if rules else ():
        held, hand = kept(*mine)
        found = standing(held, days_of(blob), rules, days[here], beside[here], hand)
        yield person, last, found.losing(days[here])


def _rows(view: View, business: str, start: tuple[int, str], shop: str | None) -> Iterator[tuple[Any, ...]]:
    here, params = ("AND s.shop = ?", (shop,)) if shop is not None else ("", ())
    at, person = start
    while True:
        rows = view.session.rows(
            "SELECT s.customer, s.last_at, s.shop, s.memory, s.account, c.hand_tier, c.hand_until FROM states s"
            " JOIN customers c ON c.id = s.customer WHERE s.business = ? AND s.last_at <= ?"
            f" AND (s.last_at < ? OR s.customer > ?) {here} ORDER BY s.last_at DESC, s.customer LIMIT ?",
            (business, at, at, person, *params, PIECE_MAX),
        )
        for row in rows:
            person, at = row[0], row[1]
            yield row
        if len(rows) < PIECE_MAX:
            return
