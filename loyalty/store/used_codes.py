"""Cards' renewing codes that were shown, for as long as one of them could be sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loyalty.core.days import DAY
from loyalty.core.facts import PresenceIn
from loyalty.core.known import Known
from loyalty.core.rotating import Used
from loyalty.store.session import Session

KEPT = 2 * DAY  # a check-in that waited for the network is told as of its time, so its code is looked at then


def read(session: Session, known: Known, deliveries: Sequence[object]) -> None:
    """Of the codes in this batch those that were shown before; a batch without a code pays nothing for it."""
    shown = [
        (one.business, one.mark.hash, one.shown.step)
        for one in deliveries
        if isinstance(one, PresenceIn) and one.shown is not None
    ]
    if shown:
        rows = session.matching(
            "WITH w (a, b, c) AS (VALUES {}) SELECT a, b, c, shop, till, used_at FROM w CROSS JOIN used_codes"
            " ON business = a AND hash = b AND step = c",
            sorted(set(shown)),
        )
        known.used = {(business, hash, step): Used(*first) for business, hash, step, *first in rows}


def save(session: Session, used: Mapping[tuple[str, str, int], Used]) -> None:
    session.many(
        "INSERT INTO used_codes (business, hash, step, shop, till, used_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(*key, one.shop, one.till, one.at) for key, one in used.items()],
    )


def purge(session: Session, business: str, now: int) -> None:
    session.run("DELETE FROM used_codes WHERE business = ? AND used_at < ?", (business, now - KEPT))
