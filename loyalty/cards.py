"""Cards that are open on somebody's phone, and connected to this process: whoever's changed is woken.

Nobody in the line tells of it: twice a second one question asks after all the people whose card is open, whichever
process sold them something and whatever else moved their points. Nothing is asked while no card is open.
What moves by the clock alone wakes nobody: a telephone that is taken out asks for itself.
"""

from __future__ import annotations

import asyncio
from typing import Any

from loyalty.core.days import VISIT_GAP
from loyalty.reader import Reader
from loyalty.store.view import View

OPEN_MAX = 5_000  # cards of one process
LATELY = VISIT_GAP  # of what was told to the counter later than that, nothing is open any more
# Of each who is one person with them: what they chose and wrote, their points, what the shop wrote to them, when they
# were last at a counter and until when they are on their way, and what they are asked.
STANDING = (
    "WITH w (a, since) AS (VALUES {}) SELECT a, c.id, c.merged_into, c.erased_at, c.card, c.name, c.greeting,"
    " c.recognise, c.remember, c.messages, c.offers, c.other_at, c.paused_at, c.forgot_at, c.wishes, c.written,"
    " c.hand_tier, c.hand_until, s.points, s.entries, s.last_at,"
    " (SELECT COUNT(*) || ' ' || MAX(t.id) FROM sentences t WHERE t.customer = c.id AND t.by_shop"
    " AND t.read_at IS NULL),"
    " (SELECT COALESCE(MAX(q.renewed_at), 0) || ' ' || COALESCE(MAX(CASE WHEN q.till IS NULL AND q.closed_at IS NULL"
    " THEN q.expires_at END), 0) FROM cues q WHERE q.customer = c.id AND q.renewed_at > since),"
    " (SELECT k.id || COALESCE(k.answer, '') FROM questions k WHERE k.customer = c.id"
    " ORDER BY k.asked_at DESC LIMIT 1)"
    " FROM w CROSS JOIN customers c ON c.id = a OR c.merged_into = a LEFT JOIN states s ON s.customer = c.id"
)
ELSEWHERE = (
    "SELECT written, (SELECT MAX(t.id) FROM sentences t WHERE t.by_shop AND t.customer IN"
    " (SELECT m.id FROM customers m WHERE m.id = ? OR m.merged_into = ?)) FROM customers WHERE id = ?"
)

Rows = dict[str, tuple[Any, ...]]  # by the id of each who is one person with them


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
        self._seen: dict[str, Rows] = {}
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
        for person, rows in (await self._reader.ask(lambda view: _standing(view, people))).items():
            if person not in self._open or self._seen.get(person) == rows:
                continue
            self._seen[person] = rows
            for card in self._open[person]:
                card.changed.set()


def elsewhere(view: View, person: str) -> tuple[Any, ...] | None:
    """A mark that is another one once its other pages have something new: what they wrote of themselves, and what the
    shop wrote to them."""
    return view.session.row(ELSEWHERE, (person, person, person))


def _standing(view: View, people: list[str]) -> dict[str, Rows]:
    since = view.now - LATELY
    found: dict[str, Rows] = {}
    for person, one, *row in view.session.matching(STANDING, [(person, since) for person in people]):
        found.setdefault(person, {})[one] = tuple(row)
    return found
