"""Everything that is kept of me, to take along: the whole history, and what was learned from it.

What a customer may read of each table, and why not of some, is said line by line in tests/promises/test_copy.py: a
table that is new has to say it there.
"""

from __future__ import annotations

from typing import Any

import msgspec

from loyalty.reports import (
    copy_of_counter,
    copy_of_feedback,
    copy_of_habits,
    copy_of_person,
    copy_of_points,
    copy_of_sales,
)
from loyalty.reports import person as person_report
from loyalty.reports.copy_of import Whose, told
from loyalty.store import merges
from loyalty.store.view import View

PAGES_MAX = 500  # of two hundred entries and visits each
FORMAT = "regulars copy 1"  # what is added since leaves the rest as it was
PARTS = (copy_of_person, copy_of_sales, copy_of_points, copy_of_counter, copy_of_feedback, copy_of_habits)


def read(view: View, business: str, person: str) -> dict[str, Any] | None:
    """Plain data: a copy is for people and for other programs, not for ours."""
    whole = _history(view, business, person)
    if whole is None:
        return None
    whose = Whose(view, business, whole["id"], merges.members(view.session, whole["id"]))
    for part in PARTS:
        whole |= part.read(whose)
    return {"format": FORMAT, "taken_at": told(view.now), **whole}


def _history(view: View, business: str, person: str) -> dict[str, Any] | None:
    """What the owner reads of them, with every page of it."""
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
    whole: dict[str, Any] = msgspec.to_builtins(page)
    del whole["next"]
    return whole | {"entries": msgspec.to_builtins(entries), "visits": msgspec.to_builtins(visits)}
