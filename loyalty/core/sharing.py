"""One card, two people: which of them it is, is asked and never guessed.

Until somebody says so, a sale with the card is the first holder's, so that no points are lost. What was said at a till
holds for the sales of that visit there, whenever they arrive: it is a fact, looked up by when the sale was paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from loyalty.core.days import MINUTE, VISIT_GAP, moment

if TYPE_CHECKING:
    from loyalty.core.facts import SaleIn

EARLY = 2 * MINUTE  # a till's clock may be so far behind ours


class Choice(Struct, frozen=True, gc=False):
    """Somebody with the card said who they are, or that they are neither (NOBODY)."""

    at: int
    shop: str
    till: str | None
    person: str


def chosen(said: Mapping[tuple[str, str], list[Choice]], delivery: SaleIn) -> str | None:
    """The last that was said of the sale's card at this till within the visit of this sale."""
    sale = delivery.sale
    paid = min(moment(sale.changed_at or sale.at), delivery.received_at)
    cards = [mark.hash for mark in delivery.marks if mark.kind == "card"]
    theirs = [
        one
        for card in cards
        for one in said.get((delivery.business, card), ())
        if one.shop == sale.shop
        and (one.till is None or sale.till is None or one.till == sale.till)
        and one.at - EARLY <= paid < one.at + VISIT_GAP
    ]
    return max(theirs, key=lambda one: one.at).person if theirs else None
