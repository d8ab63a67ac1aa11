"""Cards that are open on somebody's phone, and connected to this process: whoever's changed is woken.

Nobody in the line tells of it: twice a second one question asks after all the people whose card is open, whichever
process sold them something and whatever else moved their points. Nothing is asked while no card is open.
"""

from __future__ import annotations

import asyncio
from typing import Any

from loyalty.reader import Reader
from loyalty.store.view import View

OPEN_MAX = 5_000  # cards of one process
STANDING = (
    "WITH w (a) AS (VALUES {}) SELECT c.id, c.merged_into, c.erased_at, c.greeting, c.other_at, c.card, c.paused_at,"
    " c.written, s.points, s.entries, s.last_at FROM w CROSS JOIN customers c ON c.id = a"
    " LEFT JOIN states s ON s.customer = c.id"
)


class Open:
    """One card that is open. `changed` is set whenever there is something to look at."""

    def __init__(self) -> None:
        self.person = ""
        self.changed = asyncio.Event()


class Cards:
    """Used on the loop alone."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._open: dict[str, set[Open]] = {}
        self._seen: dict[str, tuple[Any, ...]] = {}
        self.count = 0

    @property
    def full(self) -> bool:
        return self.count >= OPEN_MAX

    def join(self, card: Open) -> None:
        self.count += 1
        self._open.setdefault(card.person, set()).add(card)

    def leave(self, card: Open) -> None:
        self.count -= 1
        its = self._open[card.person]
        its.discard(card)
        if not its:
            del self._open[card.person]
            self._seen.pop(card.person, None)

    def move(self, card: Open, person: str) -> None:
        """It was merged into somebody, or parted from them: it is their card now."""
        if card.person != person:
            self.leave(card)
            card.person = person
            self.join(card)

    async def look(self) -> None:
        """Whoever is seen for the first time has changed: something may have happened since their card was read."""
        people = list(self._open)
        if not people:
            return
        for row in await self._reader.ask(lambda view: _standing(view, people)):
            person = row[0]
            if person not in self._open or self._seen.get(person) == row:
                continue
            self._seen[person] = row
            for card in self._open[person]:
                card.changed.set()


def _standing(view: View, people: list[str]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in view.session.matching(STANDING, [(person,) for person in people])]
