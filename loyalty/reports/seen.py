"""What did staff see of me? The newest cues, as the counter drew them, and what was answered."""

from __future__ import annotations

from typing import Any

from loyalty import wire_card
from loyalty.core.days import SECOND, when
from loyalty.core.facts import CueRow
from loyalty.store.names import people_of
from loyalty.store.rows import cue_of
from loyalty.store.view import View
from loyalty.words.shown import show

SHOWN_MAX = 20


def read(view: View, person: str, language: str) -> tuple[wire_card.CardCue, ...]:
    """Newest first; also of whoever was merged into them. In the language that the counter speaks."""
    rows = view.session.rows(
        "SELECT body FROM cues WHERE customer IN (SELECT id FROM customers WHERE id = ? OR merged_into = ?)"
        " ORDER BY renewed_at DESC, id DESC LIMIT ?",
        (person, person, SHOWN_MAX),
    )
    return tuple(_seen(view, cue_of(body), language) for (body,) in rows)


def _seen(view: View, cue: CueRow, language: str) -> wire_card.CardCue:
    shown = show(cue, language, view.names.said(view.session, people_of(cue)))
    until = min(view.now, cue.expires_at, view.now if cue.closed_at is None else cue.closed_at)
    return wire_card.CardCue(
        tone=shown.tone,
        say=shown.say,
        act=shown.act,
        till=shown.till,
        at=when(cue.renewed_at),
        seconds=max(0, until - cue.renewed_at) // SECOND,
        outcome=_outcome(cue, view.now),
    )


def _outcome(cue: CueRow, now: int) -> Any:
    """One of wire.Closing, or None while nobody has answered it and it is still on the glass."""
    if cue.outcome is not None:
        return cue.outcome
    return "expired" if cue.closed_at is not None or cue.expires_at <= now else None
