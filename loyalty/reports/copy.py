"""Everything that is kept of me, to take along: the whole history, and what was learned from it."""

from __future__ import annotations

from typing import Any

import msgspec

from loyalty.core import memory
from loyalty.core.days import PARTS, when
from loyalty.reports import person as person_report
from loyalty.reports.person import cues_of
from loyalty.store import merges
from loyalty.store.view import View

PAGES_MAX = 500  # of two hundred entries and visits each
CUES_MAX = 10_000
ENTRIES_MAX = 100_000  # of who was merged
FORMAT = "regulars copy 1"


def read(view: View, business: str, person: str) -> dict[str, Any] | None:
    """Plain data: a copy is for people and for other programs, not for ours."""
    entries: list[Any] = []
    visits: list[Any] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        page = person_report.read(view, business, person, after)
        if page is None:
            return None
        entries += page.entries
        visits += page.visits
        after = page.next
        if after is None:
            break
    assert page is not None
    whole = msgspec.to_builtins(page)
    whole |= {"entries": msgspec.to_builtins(entries), "visits": msgspec.to_builtins(visits)}
    whole["cues"] = msgspec.to_builtins(cues_of(view, business, person, CUES_MAX))
    whole["merged"] = [_merged(view, one, secret) for one, secret in merges.members(view.session, page.id)[1:]]
    del whole["next"]
    return {"format": FORMAT, "taken_at": when(view.now).isoformat(), **whole, "learned": _learned(view, page.id)}


def _merged(view: View, person: str, secret: bytes) -> dict[str, Any]:
    """Somebody who is this customer now: how they joined, and how their points went over."""
    row = view.session.row("SELECT name, enrolled_at FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    entries = view.session.rows(
        "SELECT points, reason, at FROM entries WHERE customer = ? ORDER BY n LIMIT ?", (person, ENTRIES_MAX)
    )
    return {
        "id": person,
        "name": view.vault.person(secret).open(row[0]),
        "enrolled_at": when(row[1]).isoformat(),
        "entries": [{"points": points, "reason": reason, "at": when(at).isoformat()} for points, reason, at in entries],
    }


def _learned(view: View, person: str) -> dict[str, Any]:
    """The memory as it is stored, with names in the place of positions."""
    row = view.session.row("SELECT memory FROM states WHERE customer = ?", (person,))
    known = memory.load(row[0] if row is not None else b"")
    drinks = {
        habit.name: {
            "in_visits": _places(memory.mask_of(known, habit)),
            "variations": habit.variations,
            "modifiers": habit.modifiers,
        }
        for habit in known.habits.values()
    }
    return {
        "visits": known.visits,
        "drinks": drinks,
        "visits_by_part_of_day": {name: _places(mask) for name, mask in zip(PARTS, known.parts, strict=True)},
    }


def _places(mask: int) -> list[int]:
    """1 is the newest visit."""
    return [place + 1 for place in range(mask.bit_length()) if mask >> place & 1]
