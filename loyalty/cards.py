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
    "WITH w (a) AS (VALUES {}) SELECT c.id, c.merged_into, c.erased_at, c.greeting, c.other_at, c.paused_at, c.card,"
    " c.name, c.wishes, c.hand_tier, c.hand_until, s.points, s.entries, s.last_at,"
    " (SELECT COUNT(*) FROM sentences t WHERE t.customer = c.id AND t.read_at IS NULL),"
    " (SELECT COUNT(*) FROM cues q WHERE q.customer = c.id AND q.till IS NULL AND q.closed_at IS NULL)"
    " FROM w CROSS JOIN customers c ON c.id = a LEFT JOIN states s ON s.customer = c.id"
)


class Open:
    """One card that is open. `changed` is set whenever there is something to look at."""

    def __init__(self) -> None:
        self.people: tuple[str, ...] = ()  # whose card it is, and whose link opened it: those differ after a merge
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

    def leave(self, card: Open) -> None:
        self.count -= 1
        self._watch(card, ())

    def move(self, card: Open, person: str, own: str) -> None:
        """Whose it is turns out, or has changed by a merge."""
        self._watch(card, (person,) if person == own else (person, own))

    def _watch(self, card: Open, people: tuple[str, ...]) -> None:
        if people == card.people:
            return
        for person in card.people:
            its = self._open[person]
            its.discard(card)
            if not its:
                del self._open[person]
                self._seen.pop(person, None)
        card.people = people
        for person in people:
            self._open.setdefault(person, set()).add(card)

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
