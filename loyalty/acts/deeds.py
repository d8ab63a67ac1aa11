"""Who did it: what is done at a counter leaves a row, in the commit of what was done."""

from __future__ import annotations

from typing import Literal, NamedTuple

from loyalty.core.facts import Ident
from loyalty.ingest import Line

OfCue = Literal["answer", "undo", "wrong-person", "assign"]
OfReward = Literal["redeem", "confirm", "release"]
OfCard = Literal["enrol", "join", "claim"]  # by staff, or by the customer on their own phone
OfGift = Literal["perk", "take-back"]
Righting = Literal["merge", "part", "move", "card", "unlink", "share", "unshare"]  # of people who were taken wrongly
What = OfCue | OfReward | OfCard | OfGift | Righting | Literal["adjust"]


class Hand(NamedTuple):
    """By whose hand: a screen's key and its shop, and who of the staff had taken it. The owner has none of them."""

    shop: str | None = None
    screen: str | None = None
    staff: str | None = None

    @property
    def owner(self) -> bool:
        return self.screen is None


OWNER = Hand()


def record(
    line: Line,
    *,
    business: str,
    shop: str | None,
    till: str | None,
    staff: str | None,
    what: What,
    screen: str | None = None,
    customer: str | None = None,
    sale: Ident | None = None,
    points: int = 0,
    redemption: str | None = None,
) -> None:
    """`staff` is null where nobody of them had taken the screen; `points` are what moved, with their sign."""
    _, source, ref = sale or (None, None, None)
    line.session.run(
        "INSERT INTO deeds (business, shop, till, staff, screen, what, customer, source, ref, redemption, points, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (business, shop, till, staff, screen, what, customer, source, ref, redemption, points, line.now),
    )


def put_right(
    line: Line, business: str, hand: Hand, what: Righting, customer: str | None, sale: Ident | None = None
) -> None:
    """Somebody was put right by this hand; the owner's has no shop."""
    shop, screen, staff = hand
    record(
        line,
        business=business,
        shop=shop,
        till=None,
        staff=staff,
        what=what,
        screen=screen,
        customer=customer,
        sale=sale,
    )
