"""What somebody was given, the newest first, with the reason: for themselves."""

from __future__ import annotations

from loyalty.core.days import when
from loyalty.store.secrets import Person
from loyalty.store.view import View
from loyalty.wire_gifts import CardGift


def read(view: View, person: str, own: Person, most: int) -> tuple[CardGift, ...]:
    """`own`: their key, which opens what staff wrote of them."""
    rows = view.session.rows(
        "SELECT at, kind, name, reason, said, undone_at FROM gifts WHERE customer = ? ORDER BY at DESC, id LIMIT ?",
        (person, most),
    )
    return tuple(
        CardGift(
            at=when(at),
            kind=kind,
            name=name,
            reason=reason,
            said=own.open(said) if said is not None else "",
            taken_back=undone_at is not None,
        )
        for at, kind, name, reason, said, undone_at in rows
    )
