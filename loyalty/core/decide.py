"""The one pure decision between a read and a write: recognise → remember → earn → tier → usual → rules → cue.

`decide(known, deliveries, now, ...)` answers everything there is to store and to send. What it was not given it names
in `missing`; the shell reads that and decides again, which is safe because nothing here has any effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import cues, redeem
from loyalty.core.counter import close_by_sale, close_voided, raise_or_renew, row_of, was_greeted
from loyalty.core.days import SECOND, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Delivery, Ident, Key, Known, Person, PresenceIn, Sale, SaleIn
from loyalty.core.memory import Memory, load
from loyalty.core.reading import Reading, read
from loyalty.core.recognise import Claim, claim
from loyalty.core.record import note, original, owner, record, revalue
from loyalty.core.redemption import End, Redemption, Reserve
from loyalty.wire import Greeting

LIVE = 120 * SECOND  # a sale is live, a check-in present, for two minutes


class Reattribute(Struct, frozen=True):
    """Whose is it, after all: `assigned` to a person or to NOBODY by hand, or (None) what its own evidence says now."""

    ident: Ident
    assigned: str | None = None


Request = Reattribute | Reserve | End  # by people, as a task of the line


class Answer(Struct, frozen=True):
    """What became of one delivery."""

    kind: Literal["accepted", "duplicate", "stranger", "present"]
    person: str | None = None
    reading: Reading | None = None
    cue: CueRow | None = None
    greeting: Greeting = "none"
    redemption: Redemption | None = None


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
            case Reserve() | End():
                answers.append(Answer("accepted", redemption=redeem.act(desk, delivery, now)))
    desk.catch_up()
    return Decision(answers, desk)


# -- a sale -----------------------------------------------------------------------------------------------------------
def _sale(desk: Desk, delivery: SaleIn, now: int, new_id: Callable[[], str]) -> Answer:
    old = desk.sale(delivery.ident)
    if old is not None and delivery.sale.revision <= old.revision:
        return Answer("duplicate", old.person)
    whose = claim(delivery.business, delivery.marks, desk.known.links)
    new = record(desk, delivery, old, whose)
    if desk.known.redemptions:
        new = redeem.use(desk, new, old, delivery, now)
    was, refunds = original(old), original(new)
    if was is not None and was != refunds:
        desk.refunds[was].remove(new.ident)
    if refunds is not None and was != refunds:
        desk.refunds[refunds] = sorted([*desk.refunds.get(refunds, ()), new.ident])
    reading = _reading_for_cue(desk, new, now) if refunds is None and _is_live(delivery, now) else None
    desk.change(new)
    for refunded in dict.fromkeys((was, refunds)):
        if refunded is not None:
            revalue(desk, refunded)
            redeem.settle(desk, refunded, now)
    if new.used:
        redeem.settle(desk, new.ident, now)
    if new.state == "voided" and old is not None:
        people = {person for person in (old.person, whose.person, *whose.between) if person is not None}
        close_voided(desk, old, sorted(people), now)
    if reading is None or new.state == "voided" or (old is not None and old.state == "paid"):
        return Answer("accepted", new.person)
    cue = _cue_for_sale(desk, new, whose, reading, now, new_id)
    return Answer("accepted", new.person, reading, cue)


# -- a cue for a sale -------------------------------------------------------------------------------------------------
def _is_live(delivery: SaleIn, now: int) -> bool:
    sale = delivery.sale
    if delivery.past or sale.refund_of is not None:
        return False
    if sale.age_s is not None:
        return sale.age_s * SECOND <= LIVE
    return now - moment(sale.changed_at or sale.at) <= LIVE


def _reading_for_cue(desk: Desk, sale: Sale, now: int) -> Reading | None:
    """The customer as of before this sale, where a cue may be wanted."""
    if sale.person is None and sale.note != "two-people":
        return None
    return _read_now(desk, sale.person, sale.ident.shop, now)


def _read_now(desk: Desk, person: str | None, shop: str, now: int) -> Reading:
    facts = desk.known.shops[shop]
    program = desk.known.programs[facts.business, facts.program]
    day, _ = facts.calendar.read(now)
    memory = desk.memory(person) if person is not None else Memory()
    points = desk.state(person).points if person is not None else 0
    return read(memory, desk.house(shop, day), program, facts.calendar, points, now)


def _cue_for_sale(
    desk: Desk, sale: Sale, whose: Claim, reading: Reading, now: int, new_id: Callable[[], str]
) -> CueRow | None:
    top = reading.foresight.items[0].key if reading.foresight.items else ""
    if whose.between and sale.assigned is None:
        person, top = desk.person(whose.person or whose.between[0]), ""
        content = _question(desk, whose.between)
    elif sale.person is not None:
        person = desk.person(sale.person)
        content = _compose(desk, person, reading, sale.ident.shop)
    else:
        return None
    nobodys = bool(whose.between) and sale.person is None  # a question that no greeting has answered
    if sale.state == "paid" and not nobodys:
        if close_by_sale(desk, sale, person.id, now) or was_greeted(desk, person.id, sale, now):
            return None
    elif sale.state == "open" and was_greeted(desk, person.id, sale, now, answered=True):
        return None
    return raise_or_renew(desk, sale.ident.shop, sale.till, person.id, content, top, now, new_id, sale=sale)


def _compose(desk: Desk, person: Person, reading: Reading, shop: str) -> cues.Composed:
    due = redeem.due(reading, desk.known.shops[shop].currency)
    return cues.compose(person, reading.visit, reading.foresight, due)


def _question(desk: Desk, between: tuple[str, ...]) -> cues.Composed:
    modes = {cues.greeting_of(desk.person(person)) for person in between}
    return cues.question(between) if modes <= {"full", "name"} else cues.two_cards()


# -- somebody is here -------------------------------------------------------------------------------------------------
def _presence(desk: Desk, delivery: PresenceIn, now: int, new_id: Callable[[], str]) -> Answer:
    presence = delivery.presence
    person = desk.known.links.get((delivery.business, delivery.mark.hash))
    if person is None:
        return Answer("stranger")
    at = moment(presence.at) if presence.at is not None else now
    mode = cues.greeting_of(desk.person(person))
    if now - at > LIVE:
        reading = _read_then(desk, person, presence.shop, at)
        content = _compose(desk, desk.person(person), reading, presence.shop)
        # What it would have raised, had it come in time: answered, never recorded or pushed.
        unsent = row_of(content, new_id(), presence.shop, presence.till, person, at)
        return Answer("present", person, reading, unsent, mode)
    reading = _read_now(desk, person, presence.shop, now)
    content = _compose(desk, desk.person(person), reading, presence.shop)
    top = reading.foresight.items[0].key if reading.foresight.items else ""
    cue = raise_or_renew(desk, presence.shop, presence.till, person, content, top, now, new_id)
    return Answer("present", person, reading, cue, mode)


def _read_then(desk: Desk, person: str, shop: str, at: int) -> Reading:
    """As of a moment in the past, from what had happened by then."""
    facts = desk.known.shops[shop]
    program = desk.known.programs[facts.business, facts.program]
    day, _ = facts.calendar.read(at)
    house = desk.house(shop, day)
    since = Key(at, "", "", "")
    history, points = desk.known.histories.get(person), desk.known.past.get((person, at))
    if history is None or history.since > since or points is None:
        desk.missing.histories[person] = min(since, desk.missing.histories.get(person, since))
        desk.missing.past.add((person, at))
        return read(Memory(), house, program, facts.calendar, 0, at)
    start = history.start
    memory = load(start.memory if start else b"")
    for sale in desk.counted(person, history.sales, memory.key):
        if sale.at < at:
            desk.fold_aside(person, memory, sale)
    desk.state(person)  # what came late in this batch earns before it is counted
    points += sum(entry.points for entry in desk.entries if entry.person == person and entry.at < at)
    return read(memory, house, program, facts.calendar, points, at)


# -- whose was it, after all? -----------------------------------------------------------------------------------------
def _reattribute(desk: Desk, request: Reattribute, now: int) -> Answer:
    old = desk.sale(request.ident)
    if old is None:
        return Answer("duplicate")
    business = desk.known.shops[request.ident.shop].business
    whose = claim(business, old.marks, desk.known.links)
    said = note(old.refund_of is not None, old.marks, whose, request.assigned)
    new = replace(old, person=owner(whose, request.assigned), assigned=request.assigned, note=said)
    if desk.known.redemptions:
        new = redeem.use_now_theirs(desk, new)
    desk.change(new)
    redeem.settle(desk, new.ident, now)
    return Answer("accepted", new.person)
