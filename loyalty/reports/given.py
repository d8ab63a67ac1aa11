"""What somebody was given, the newest first, with the reason: for themselves."""

from __future__ import annotations

from loyalty.core.days import when
from loyalty.store.merges import members
from loyalty.store.view import View
from loyalty.wire_gifts import CardGift


def read(view: View, person: str, most: int) -> tuple[CardGift, ...]:
    """Also what was given to those who turned out to be them; each own key opens what staff wrote."""
    own = {id: view.vault.person(secret) for id, secret in members(view.session, person)}
    rows = view.session.matching(
        "WITH w (a) AS (VALUES {}) SELECT customer, at, kind, name, reason, said, undone_at FROM w"
        " CROSS JOIN gifts ON customer = a",
        [(id,) for id in own],
    )
    return tuple(
        CardGift(
            at=when(at),
            kind=kind,
            name=name,
            reason=reason,
            said=own[id].open(said) if said is not None else "",
            taken_back=undone_at is not None,
        )
        for id, at, kind, name, reason, said, undone_at in sorted(rows, key=lambda row: -row[1])[:most]
    )
