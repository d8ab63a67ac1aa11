"""By what is this customer known? Each identifier hidden but for its end, since a bystander might look."""

from __future__ import annotations

from typing import Any

from loyalty import wire_card
from loyalty.core.days import when
from loyalty.store.merges import members
from loyalty.store.view import View

MARKS_MAX = 100
ENDS = 3  # characters of an identifier that are shown
HIDDEN = "•"


def marks_of(view: View, person: str) -> tuple[wire_card.CardMark, ...]:
    """Of whoever was merged into them too."""
    found: list[wire_card.CardMark] = []
    for one, secret in members(view.session, person):
        own = view.vault.person(secret)
        rows = view.session.rows(
            "SELECT id, kind, value, since FROM links WHERE customer = ? AND until IS NULL"
            " ORDER BY kind <> 'card', id LIMIT ?",
            (one, MARKS_MAX - len(found)),
        )
        found += [
            wire_card.CardMark(id=id, kind=kind, shown=hidden(kind, own.open(value)), since=when(since))
            for id, kind, value, since in rows
        ]
    return tuple(found)


def hidden(kind: Any, value: str) -> str:
    """The card as it is; of everything else its end, and of a bank card nothing that is on it."""
    if kind == "card":
        return value
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}{HIDDEN * 3}@{host}"
    return f"{HIDDEN * 4}{value[-ENDS:]}" if len(value) > 2 * ENDS else HIDDEN * 4
