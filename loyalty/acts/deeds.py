"""Who did it: what is done at a counter leaves a row, in the commit of what was done."""

from __future__ import annotations

from typing import Literal

from loyalty.core.facts import Ident
from loyalty.ingest import Line

OfCue = Literal["answer", "undo", "wrong-person", "assign"]
OfReward = Literal["redeem", "confirm", "release"]
OfCard = Literal["enrol", "join"]  # by staff, or by the customer on their own phone
What = OfCue | OfReward | OfCard | Literal["perk", "adjust", "merge", "unlink"]


def record(
    line: Line,
    *,
    business: str,
    shop: str | None,
    till: str | None,
    staff: str | None,
    what: What,
    customer: str | None = None,
    sale: Ident | None = None,
    points: int = 0,
    redemption: str | None = None,
) -> None:
    """`staff` is null where nobody of them had taken the screen; `points` are what moved, with their sign."""
    _, source, ref = sale or (None, None, None)
    line.session.run(
        "INSERT INTO deeds (business, shop, till, staff, what, customer, source, ref, redemption, points, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (business, shop, till, staff, what, customer, source, ref, redemption, points, line.now),
    )
