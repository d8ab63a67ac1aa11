"""Whom is a cue about, and is it to be asked which of two people it is?

Asked for a sale that names two, and for a card that two people share.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core import counter, cues
from loyalty.core.days import LIVE, SECOND, VISIT_GAP, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Sale, SaleIn
from loyalty.core.known import Known
from loyalty.core.recognise import Claim


def at_the_counter(new: Sale, old: Sale | None, whose: Claim, delivery: SaleIn, now: int) -> str | None:
    """Whom a cue may be about: somebody known, in a sale that happens now; of two that it may be, the first."""
    if new.state == "voided" or new.refund_of is not None or (old is not None and old.state == "paid"):
        return None
    whom = (whose.person or whose.between[0]) if is_question(new, whose) else new.person
    if whom is None or delivery.past:
        return None
    sale = delivery.sale
    if sale.age_s is not None:
        return whom if sale.age_s * SECOND <= LIVE else None
    return whom if now - (moment(sale.changed_at) if sale.changed_at is not None else new.at) <= LIVE else None


def is_question(sale: Sale, whose: Claim) -> bool:
    """Two people are named, and nobody has said which of them it is."""
    return bool(whose.between) and sale.assigned is None


def stays_open(sale: Sale, whose: Claim) -> bool:
    """The question who of the two who share a card it is: no sale answers it."""
    return bool(whose.card) and is_question(sale, whose)


def was_greeted(desk: Desk, whom: str, sale: Sale, whose: Claim, now: int) -> bool:
    """A question that no greeting has answered is asked all the same."""
    if stays_open(sale, whose):
        return was_put_away(desk, whom, sale, now)
    return not (sale.person is None and sale.state == "paid") and counter.was_greeted(desk, whom, sale, now)


def was_answered(desk: Desk, person: str, shop: str, now: int) -> bool:
    """Whether somebody at the counter greeted them within this visit."""
    found = desk.recent_cues(person, shop)
    return any(cue.closed_by == "screen" and now - cue.renewed_at < VISIT_GAP for cue in found)


def question(desk: Desk, between: tuple[str, ...]) -> cues.Composed:
    """By name, where both agreed to be named."""
    modes = {cues.greeting_of(desk.person(person)) for person in between}
    return cues.question(between) if modes <= {"full", "name"} else cues.two_cards()


def other_holder(known: Known, mark: tuple[str, str], person: str) -> str | None:
    """Who else uses the card that was shown."""
    other = known.shared.get(mark)
    other = known.merged.get(other, other) if other is not None else None
    return other if other != person else None


def about(desk: Desk, cue: CueRow, card: str) -> CueRow:
    """The question, with the card that its answer will hold for."""
    if not card:
        return cue
    asked = replace(cue, card=card)
    desk.put_cue(asked)
    return asked


def was_put_away(desk: Desk, first: str, sale: Sale, now: int) -> bool:
    """Whether somebody at this till has closed the question within this visit: it is not asked twice."""
    return any(
        cue.card and cue.closed_by == "screen" and cue.till == sale.till and now - cue.renewed_at < VISIT_GAP
        for cue in desk.recent_cues(first, sale.ident.shop)
    )
