"""What the counter is told of somebody who is on their way."""

from __future__ import annotations

from loyalty.core.coming import is_coming
from loyalty.core.facts import CueRow
from loyalty.store.rows import cue_of
from loyalty.store.session import Session

TOLD = "SELECT body FROM cues WHERE customer = ? AND closed_at IS NULL AND expires_at > ? AND till IS NULL"


def told_of(session: Session, person: str, now: int) -> list[CueRow]:
    return [cue for (body,) in session.rows(TOLD, (person, now)) if is_coming(cue := cue_of(body))]


def open_in(session: Session, shop: str, now: int) -> int:
    """How many cues of every till of a shop are open."""
    row = session.row(
        "SELECT COUNT(*) FROM cues WHERE shop = ? AND closed_at IS NULL AND expires_at > ? AND till IS NULL",
        (shop, now),
    )
    return int(row[0]) if row is not None else 0
