"""Erasing somebody, while the shop sells: their open cues are closed first, and their id goes on the list."""

from __future__ import annotations

from loyalty.acts.cues import close
from loyalty.ingest import Line
from loyalty.store import erased as store
from loyalty.store import merges
from loyalty.store.rows import cue_of


def erase(line: Line, erased: store.Erased, business: str, person: str) -> None:
    """Unknown where there is nobody of that id, Gone where they were erased before."""
    people = merges.members(line.session, merges.kept_id(line.session, business, person))
    for one, _ in people:  # whoever was merged is one person with them, and goes with them
        erased.add(one)
    for one, _ in people:
        cues = line.session.rows("SELECT body FROM cues WHERE customer = ? AND closed_at IS NULL", (one,))
        close(line, [cue_of(body) for (body,) in cues], "dismissed", "age")
        store.erase(line.session, line.houses, one, line.now)
        line.names.forget(one)
