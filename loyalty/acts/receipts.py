"""A customer puts the sale of a receipt on themselves, from their own card."""

from __future__ import annotations

from loyalty.acts.cards import holder, own_id
from loyalty.acts.deeds import record
from loyalty.core.decide import Reattribute
from loyalty.core.facts import Mark
from loyalty.core.receipts import NONE, Found
from loyalty.core.recognise import RECEIPT
from loyalty.ingest import Line
from loyalty.store import receipts


def claim(line: Line, token: str, found: Found) -> Found:
    """What became of it. That nothing was found is kept too, so it is answered, not raised.

    The claim is whose card it is, also where they were merged into somebody: parted again, they have what they claimed.
    It is the weakest evidence: what the till says of the sale, now or later, comes before it.
    """
    person, business = holder(line.session, token)
    if found.sale is not None and receipts.is_theirs(line.session, found.sale, person):
        return Found(found.sale, theirs=True)
    receipts.check(line.session, person, line.now)
    if found.sale is not None and not receipts.is_free(line.session, found.sale):
        found = NONE  # somebody was faster
    own = own_id(line.session, token)
    receipts.keep(line.session, business, own, line.now, found.sale)
    if found.sale is not None:
        line.run([Reattribute(found.sale, found=Mark(RECEIPT, own))])
        shop, sale = found.sale.shop, found.sale
        record(line, business=business, shop=shop, till=None, staff=None, what="claim", customer=own, sale=sale)
    return found
