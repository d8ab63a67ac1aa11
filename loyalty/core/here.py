"""Who checked in at a till, for the sale that follows there and says nothing of anybody.

Many tills never learn whose sale it is: the counter's scan, or a phone number typed at it, says so a moment before.
The sale then carries what they checked in by, as evidence weaker than any of its own; so whatever comes of a merge, of
an erasure or of *wrong person* holds for it as for any other. Two who wait at one till are a question.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.days import LIVE, MINUTE, SECOND, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Ident, Mark, Sale, SaleIn
from loyalty.core.recognise import RECEIPT

HERE = "here"  # the kind of such a mark; its hash is what they checked in by
KEPT = (HERE, RECEIPT)  # found out beside the till: it does not tell them again
LATE = 10 * MINUTE  # after a check-in, a sale at its till is no longer theirs
EARLY = 2 * SECOND  # tills write whole seconds
PAID = LIVE  # who checks in so soon after paying checked in for what they paid
TOLD_APART_MAX = 2  # who waits at one till; more are not asked about


def with_check_in(desk: Desk, delivery: SaleIn, old: Sale | None) -> SaleIn:
    """The sale with what its customer checked in by, if it is theirs: found once, and kept ever after, as is who
    claimed it by its receipt."""
    if old is not None:
        kept = tuple(mark for mark in old.marks if mark.kind in KEPT)
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
    """As the till says. A clock that runs fast says nothing: by ours, what is told now has happened by now. One that
    runs slow loses the check-in: a sale from before it, told a moment late, would else be theirs."""
    sale, heard = delivery.sale, delivery.received_at
    if sale.age_s is not None:
        return heard - int(sale.age_s * SECOND)
    return min(heard, moment(sale.changed_at or sale.at))


def waiting_at(desk: Desk, delivery: SaleIn) -> list[CueRow]:
    """Who checked in at its till in the last minutes and has bought nothing since, the first of them first; of
    somebody who did so twice, the latest."""
    at, sale = happened_at(delivery), delivery.sale
    found: dict[str, CueRow] = {}
    for cue in sorted(desk.check_ins(sale.shop, sale.till), key=lambda cue: (cue.renewed_at, cue.id)):
        if cue.by and came(cue) - EARLY <= at <= cue.renewed_at + LATE and _waits(cue) and not _went_on(desk, cue, at):
            found[cue.person] = cue
    return list(found.values())


def came(cue: CueRow) -> int:
    """When they checked in, which may have been told late."""
    return cue.came or cue.at


def served(desk: Desk, sale: Sale, person: str, at: int) -> None:
    """They bought something at this moment: no other sale is theirs by the same check-in."""
    shop, theirs = sale.ident.shop, desk.recent_cues(person, sale.ident.shop)
    theirs += [cue for cue in desk.check_ins(shop, sale.till) if cue.person == person and cue not in theirs]
    for cue in theirs:
        if cue.raised_by == "presence" and cue.sale is None and came(cue) - PAID <= at:
            desk.put_cue(replace(cue, sale=sale.ident))


def called_off(desk: Desk, sale: Ident, people: list[str]) -> None:
    """What they paid was voided, and is mostly rung up anew: they wait again."""
    for person in people:
        for cue in desk.recent_cues(person, sale.shop):
            if cue.raised_by == "presence" and cue.sale == sale:
                desk.put_cue(replace(cue, sale=None))


def _waits(cue: CueRow) -> bool:
    return cue.sale is None and not cue.between and cue.outcome != "wrong-person"


def _went_on(desk: Desk, cue: CueRow, at: int) -> bool:
    """Whether they have checked in at another till since."""
    return any(
        other.till != cue.till and other.raised_by == "presence" and other.outcome != "wrong-person"
        and cue.renewed_at < other.renewed_at and came(other) <= at
        for other in desk.recent_cues(cue.person, cue.shop)
    )  # fmt: skip


def _names_somebody(desk: Desk, delivery: SaleIn) -> bool:
    links = desk.known.links
    return any((delivery.business, mark.hash) in links for mark in delivery.marks)
