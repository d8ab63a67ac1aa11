"""The one pure decision between a read and a write: recognise → remember → earn → tier → usual → rules → cue.

`decide(known, deliveries, now, ...)` answers everything there is to store and to send. What it was not given it names
in `missing`; the shell reads that and decides again, which is safe because nothing here has any effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import asking, claims, cues, giving, here, redeem, referral, showing
from loyalty.core.coming import Coming, arrived, come
from loyalty.core.counter import close_by_sale, close_voided, raise_or_renew, row_of
from loyalty.core.days import LIVE, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Delivery, Ident, Mark, Person, PresenceIn, Sale, SaleIn
from loyalty.core.folding import let_end
from loyalty.core.gifts import Gift, Give
from loyalty.core.known import Known
from loyalty.core.learning import noted
from loyalty.core.looking import free_then, read_now, read_then
from loyalty.core.merging import Rehome, rehome
from loyalty.core.offering import permitted
from loyalty.core.reading import Reading
from loyalty.core.recognise import Claim
from loyalty.core.record import claimed, moment_of, note, original, owner, record, revalue
from loyalty.core.redemption import Adjust, End, LetEnd, Redemption, Reserve
from loyalty.core.sharing import chosen
from loyalty.core.showing import Refusal
from loyalty.wire import Greeting


class Reattribute(Struct, frozen=True, gc=False):
    """Whose is it, after all: `assigned` to a person or to NOBODY by hand, or (None) what its evidence says now, with
    what was `found` beside it."""

    ident: Ident
    assigned: str | None = None
    found: Mark | None = None


Request = Reattribute | Rehome | Reserve | End | Adjust | LetEnd | Give | Coming  # by people or time, as a task


class Answer(Struct, frozen=True, gc=False):
    """What became of one delivery."""

    kind: Literal["accepted", "duplicate", "stranger", "present", "refused"]
    person: str | None = None
    reading: Reading | None = None
    cue: CueRow | None = None
    greeting: Greeting = "none"
    redemption: Redemption | None = None
    gift: Gift | None = None
    why: Refusal | None = None  # of a card's code


class Decision(Struct):
    answers: list[Answer]
    desk: Desk


def decide(known: Known, deliveries: Sequence[Delivery | Request], now: int, new_id: Callable[[], str]) -> Decision:
    """Deliveries in order, each seeing what the ones before it did. `now` in microseconds."""
    desk = Desk(known)
    answers: list[Answer] = []
    for delivery in deliveries:
        match delivery:
            case SaleIn():
                answers.append(_sale(desk, delivery, now, new_id))
            case PresenceIn():
                answers.append(_presence(desk, delivery, now, new_id))
            case Reattribute():
                answers.append(_reattribute(desk, delivery, now))
            case Rehome():
                rehome(desk, delivery, now)
                answers.append(Answer("accepted"))
            case Coming():
                answers.append(Answer("accepted", delivery.person, cue=come(desk, delivery, now, new_id)))
            case _:
                answers.append(_asked(desk, delivery, now))
    desk.catch_up()
    if known.friends:
        referral.settle(desk, now)
    return Decision(answers, desk)


def _asked(desk: Desk, request: Reserve | End | Adjust | LetEnd | Give, now: int) -> Answer:
    """What people do with points, rewards and gifts, and what time does."""
    match request:
        case Adjust():
            return Answer("accepted", redeem.adjust(desk, request.made).person)
        case LetEnd():
            let_end(desk, request.person, request.shop, now)
            return Answer("accepted", request.person)
        case Give():
            reading = read_now(desk, request.person, request.shop, now, free=False)
            return Answer("accepted", gift=giving.give(desk, request, reading, now))
        case _:
            return Answer("accepted", redemption=redeem.act(desk, request, now))


# -- a sale -----------------------------------------------------------------------------------------------------------
def _sale(desk: Desk, delivery: SaleIn, now: int, new_id: Callable[[], str]) -> Answer:
    old = desk.sale(delivery.ident)
    if old is not None and delivery.sale.revision <= old.revision:
        return Answer("duplicate", old.person)
    known, delivery = desk.known, here.with_check_in(desk, delivery, old)
    at = moment_of(delivery, old)
    whose = claimed(desk, delivery.business, delivery.marks, at)
    said = chosen(known.choices, delivery) if known.choices else None
    new = noted(desk, record(desk, delivery, old, at, whose, said), old)
    rewards = claims.claim(desk, new, old, delivery, now) if known.redemptions else []
    new = claims.using(desk, new, rewards) if rewards else new
    whom = asking.at_the_counter(new, old, whose, delivery, now)
    reading, greeted = None, False
    if whom is not None:  # as of before this sale
        greeted = asking.was_greeted(desk, whom, new, whose, now)
        if not greeted and not asking.is_question(new, whose):
            reading = read_now(desk, whom, new.ident.shop, now, free=new.freed is not None)
    if old is None and new.refund_of is None:
        desk.change(new)
    else:
        _change(desk, new, old, whose, now)
    if rewards:
        claims.settle(desk, rewards, now)
    bought = new.state == "paid" and new.person is not None and not asking.stays_open(new, whose)
    if whom is not None and bought:
        close_by_sale(desk, new, whom, now)
    if bought and new.person is not None and new.refund_of is None and not delivery.past:
        here.served(desk, new, new.person, delivery.received_at if whom is not None else here.happened_at(delivery))
    if whom is None or greeted:
        return Answer("accepted", new.person)
    return Answer("accepted", new.person, reading, _cue_for_sale(desk, new, whom, whose, reading, now, new_id))


def _change(desk: Desk, new: Sale, old: Sale | None, whose: Claim, now: int) -> None:
    """A sale that takes the place of its former self, uses a reward or refunds another: those change too."""
    was, refunds = original(old), original(new)
    if was is not None and was != refunds:
        desk.refunds[was].remove(new.ident)
    if refunds is not None and was != refunds:
        desk.refunds[refunds] = sorted([*desk.refunds.get(refunds, ()), new.ident])
    desk.change(new)
    for refunded in dict.fromkeys((was, refunds)):
        if refunded is not None:
            _revalue(desk, refunded, now)
    if new.state == "voided" and old is not None:
        people = {person for person in (old.person, whose.person, *whose.between) if person is not None}
        close_voided(desk, old, sorted(people), now)
        if old.state == "paid":
            here.called_off(desk, old.ident, sorted(people))


def _revalue(desk: Desk, refunded: Ident, now: int) -> None:
    revalue(desk, refunded)
    sale = desk.sale(refunded)
    if sale is not None and desk.known.redemptions:
        claims.settle(desk, claims.concerned(desk, sale), now)


# -- a cue for a sale -------------------------------------------------------------------------------------------------
def _cue_for_sale(
    desk: Desk, sale: Sale, whom: str, whose: Claim, reading: Reading | None, now: int, new_id: Callable[[], str]
) -> CueRow:
    if reading is None:
        asked = asking.question(desk, whose.between)
        cue = raise_or_renew(desk, sale.ident.shop, sale.till, whom, asked, "", now, new_id, sale=sale)
        return asking.about(desk, cue, whose.card)
    content, top = _compose(desk, desk.person(whom), reading, sale.ident.shop, now), reading.foresight.first
    told: Any = {"sale": sale, "bare": whose.by in ("card", "here")}
    return raise_or_renew(desk, sale.ident.shop, sale.till, whom, content, top, now, new_id, **told)


def _compose(desk: Desk, person: Person, reading: Reading, shop: str, now: int) -> cues.Composed:
    due = redeem.due(reading, desk.known.shops[shop].currency)
    visit, offers = permitted(desk, person, reading, shop, now)
    if desk.known.care.get(person.id, 0) > now:
        visit = replace(visit, care=True)
    return cues.compose(person, visit, reading.foresight, due, offers)


# -- somebody is here -------------------------------------------------------------------------------------------------
def _presence(desk: Desk, delivery: PresenceIn, now: int, new_id: Callable[[], str]) -> Answer:
    presence = delivery.presence
    known, mark = desk.known, (delivery.business, delivery.mark.hash)
    held = known.links.get(mark)
    if held is None:
        return Answer("stranger", why="elsewhere" if delivery.shown else None)
    person = known.merged.get(held, held)
    refused = showing.refusal(desk, delivery, person, now) if delivery.shown else None
    if refused is not None:
        return Answer("refused", why=refused)
    at = moment(presence.at) if presence.at is not None else now
    other = asking.other_holder(known, mark, person)
    mode = cues.greeting_of(desk.person(person))
    if now - at > LIVE:
        reading = read_then(desk, person, presence.shop, at)
        content = _here(desk, person, other, reading, presence.shop, None)
        # What it would have raised, had it come in time: answered, never recorded or pushed.
        unsent = row_of(content, new_id(), presence.shop, presence.till, person, at)
        return Answer("present", person, reading, unsent, mode)
    reading = read_now(desk, person, presence.shop, now, free=free_then(desk, held, presence.shop, now))
    content = _here(desk, person, other, reading, presence.shop, now)
    if delivery.again and asking.was_answered(desk, person, presence.shop, now):
        unsent = row_of(content, new_id(), presence.shop, presence.till, person, at)
        return Answer("present", person, reading, unsent, mode)
    top = reading.foresight.first if other is None else ""
    place = (desk, presence.shop, presence.till, person)
    arrived(desk, person, now)
    told: Any = {"ident": delivery.sale, "join": delivery.join, "by": mark[1], "came": min(at, now)}
    told["bare"] = delivery.mark.kind == "card" and delivery.shown is None
    cue = raise_or_renew(*place, content, top, now, new_id, **told)
    return Answer("present", person, reading, asking.about(desk, cue, mark[1] if other else ""), mode)


def _here(desk: Desk, person: str, other: str | None, reading: Reading, shop: str, now: int | None) -> cues.Composed:
    """Whose card two people share is asked which of them it is. `now` is none for who was here long ago: nothing is
    given to them."""
    if other is not None:
        return asking.question(desk, (person, other))
    if now is not None:
        return _compose(desk, desk.person(person), reading, shop, now)
    due = redeem.due(reading, desk.known.shops[shop].currency)
    return cues.compose(desk.person(person), reading.visit, reading.foresight, due)


# -- whose was it, after all? -----------------------------------------------------------------------------------------
def _reattribute(desk: Desk, request: Reattribute, now: int) -> Answer:
    old = desk.sale(request.ident)
    if old is None:
        return Answer("duplicate")
    business = desk.known.shops[request.ident.shop].business
    marks = old.marks if request.found is None else (*old.marks, request.found)
    whose = claimed(desk, business, marks, old.at)
    said = note(old.refund_of is not None, marks, whose, request.assigned)
    person, origin = owner(desk, whose, request.assigned)
    new = replace(old, marks=marks, person=person, origin=origin, assigned=request.assigned, note=said)
    new = noted(desk, new, old)
    rewards = claims.claim_theirs(desk, new) if desk.known.redemptions else []
    new = claims.using(desk, new, rewards) if rewards else new
    desk.change(new)
    claims.settle(desk, rewards, now)
    if request.assigned is not None and new.person is not None and new.state == "paid":
        here.served(desk, new, new.person, new.received_at)
    return Answer("accepted", new.person)
