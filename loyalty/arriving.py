"""From a message to a delivery of the line: what it says can be, and whom it names is a keyed hash.

Both ways into the house take this step: what tills send (`web/pos`), and what is understood of a vendor (`tills/`).
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from loyalty.core import fit, rotating
from loyalty.core.days import moment
from loyalty.core.facts import Ident, Mark, PresenceIn, SaleIn
from loyalty.core.known import ShopFacts
from loyalty.core.rotating import Shown
from loyalty.errors import Unknown
from loyalty.store.marks import Marker
from loyalty.wire import Presence, Transaction


def sale_in(facts: ShopFacts, marker: Marker, sale: Transaction, now: datetime) -> SaleIn:
    """Raises Unfit with the path of what cannot be."""
    fit.check_transaction(sale, now)
    marks = marker.of_sale(facts.business, facts.calendar.zone.key, sale)
    return SaleIn(sale, Ident(sale.shop, sale.source, sale.id), facts.business, marks, moment(now))


def presence_in(
    facts: ShopFacts, marker: Marker, presence: Presence, now: datetime, *, again: bool = False
) -> PresenceIn:
    """Raises Unfit, or Unknown where what it names says nothing. `again`: its till asks whenever the order changes."""
    kind, value = fit.check_presence(presence, now)
    picked = Mark(kind, value) if kind == "customer" else None
    mark = picked or marker.mark(facts.business, facts.calendar.zone.key, kind, value)
    if mark is None:
        raise Unknown(f"this {kind} says nothing; type it again", at=kind, code="unknown-customer")
    bare = replace(presence, **dict.fromkeys(fit.IDENTIFIERS))
    found = PresenceIn(bare, facts.business, mark, moment(now), again=again)
    code = rotating.read(value) if kind == "card" else None
    if code is None:
        return found
    proof = marker.prove(facts.business, code, moment(presence.at or now))
    return replace(found, shown=Shown(proof, code.step))
