"""Who checked in lately at the tills of a batch's anonymous sales; every other batch pays nothing for it."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.core import here
from loyalty.core.days import LIVE
from loyalty.core.facts import SaleIn
from loyalty.core.known import Known
from loyalty.store.rows import cue_of
from loyalty.store.session import Session
from loyalty.store.shops import Settings

LATELY = (
    "WITH w (a, b, since, until) AS (VALUES {}) SELECT q.body FROM w CROSS JOIN cues q"
    " ON q.shop = a AND q.till = b AND q.renewed_at >= since AND q.renewed_at <= until AND q.till IS NOT NULL"
)


def read(session: Session, settings: Settings, known: Known, deliveries: Sequence[object]) -> set[tuple[str, str]]:
    """Their cues. What they were for, and what stored sales carry of such, as (business, what somebody checked in by):
    a mark, or the id of who was picked from a list."""
    moments: dict[tuple[str, str], list[int]] = {}
    for one in deliveries:
        if isinstance(one, SaleIn) and not one.past and _may_follow(known, one):
            moments.setdefault((one.sale.shop, one.sale.till or ""), []).append(here.happened_at(one))
    spans = [(*till, *span) for till, found in sorted(moments.items()) for span in around(found)]
    for (body,) in session.matching(LATELY, spans):
        cue = cue_of(body)
        known.check_ins.setdefault((cue.shop, cue.till), []).append(cue)
    came = {(shop, cue.by) for (shop, _), cues in known.check_ins.items() for cue in cues if cue.by}
    came |= {(i.shop, mark.hash) for i, sale in known.sales.items() for mark in sale.marks if mark.kind in here.KEPT}
    return {(settings.shops[shop].business, by) for shop, by in came}


def around(moments: list[int]) -> list[tuple[int, int]]:
    """When their check-ins may have been: one may have been renewed since the sale that it was for. Apart where they
    are far apart: what lies between a sale of last year and one of today is of no use."""
    found: list[tuple[int, int]] = []
    for at in sorted(moments):
        since, until = at - here.LATE, at + here.LATE
        if found and since <= found[-1][1]:
            since, _ = found.pop()
        found.append((since, until))
    return found


def _may_follow(known: Known, one: SaleIn) -> bool:
    """Or be by somebody who checked in, which is looked up where it comes so late that nothing else does."""
    if one.sale.state == "paid" and one.sale.till and one.received_at - here.happened_at(one) > LIVE:
        return True
    linked = any((one.business, mark.hash) in known.links for mark in one.marks)
    return not linked and here.may_follow(one, known.sales.get(one.ident))
