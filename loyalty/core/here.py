"""Who checked in at a till, for the sale that follows there and says nothing of anybody.

Many tills never learn whose sale it is: the counter's scan, or a phone number typed at it, says so a moment before.
The sale then carries what they checked in by, as evidence weaker than any of its own; so whatever comes of a merge, of
an erasure or of *wrong person* holds for it as for any other. Two who wait at one till are a question.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.days import LIVE, MINUTE, SECOND, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Mark, Sale, SaleIn

HERE = "here"  # the kind of such a mark; its hash is what they checked in by
LATE = 10 * MINUTE  # after a check-in, a sale at its till is no longer theirs
EARLY = 2 * SECOND  # tills write whole seconds
TOLD_APART_MAX = 2  # who waits at one till; more are not asked about


def with_check_in(desk: Desk, delivery: SaleIn, old: Sale | None) -> SaleIn:
    """The sale with what its customer checked in by, if it is theirs: found once, and kept ever after."""
    if old is not None:
        kept = tuple(mark for mark in old.marks if mark.kind == HERE)
        if kept:
            return replace(delivery, marks=(*delivery.marks, *kept))
    if not may_follow(delivery, old) or _names_somebody(desk, delivery):
        return delivery
    waiting = waiting_at(desk, delivery)
    if not 0 < len(waiting) <= TOLD_APART_MAX:
        return delivery
    marks = tuple(Mark(HERE, cue.by) for cue in waiting)
    return replace(delivery, marks=(*delivery.marks, *marks))


def may_follow(delivery: SaleIn, old: Sale | None = None) -> bool:
    """A paid sale of nobody's at a till that is known. A bank card that nobody has linked yet may be anybody's."""
    sale = delivery.sale
    fresh = old is None or (old.state == "open" and old.person is None and old.assigned is None)
    bare = all(mark.kind == "fingerprint" for mark in delivery.marks)
    return fresh and bare and sale.state == "paid" and sale.refund_of is None and sale.till is not None


def happened_at(delivery: SaleIn) -> int:
    """By our clock for what happens now, since a till's may be wrong; by the till's for what comes late."""
    sale, heard = delivery.sale, delivery.received_at
    if sale.age_s is not None:
        return heard - int(sale.age_s * SECOND)
    at = moment(sale.changed_at or sale.at)
    return heard if abs(heard - at) <= LIVE else at


def waiting_at(desk: Desk, delivery: SaleIn) -> list[CueRow]:
    """Who checked in at its till in the last minutes and has bought nothing since, the first of them first; of
    somebody who did so twice, the latest."""
    at, sale = happened_at(delivery), delivery.sale
    found: dict[str, CueRow] = {}
    for cue in sorted(desk.check_ins(sale.shop, sale.till), key=lambda cue: (cue.renewed_at, cue.id)):
        if cue.by and cue.at - EARLY <= at <= cue.renewed_at + LATE and _waits(cue):
            found[cue.person] = cue
    return list(found.values())


def served(desk: Desk, sale: Sale, person: str) -> None:
    """They have bought something: no other sale is theirs by the same check-in."""
    for cue in desk.recent_cues(person, sale.ident.shop):
        if cue.raised_by == "presence" and cue.sale is None:
            desk.put_cue(replace(cue, sale=sale.ident))


def _waits(cue: CueRow) -> bool:
    return cue.sale is None and not cue.between and cue.outcome != "wrong-person"


def _names_somebody(desk: Desk, delivery: SaleIn) -> bool:
    links = desk.known.links
    return any((delivery.business, mark.hash) in links for mark in delivery.marks)
