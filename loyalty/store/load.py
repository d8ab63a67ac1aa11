"""The one read before a decision: the sales, people, memories, cues and program that a batch needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.core import referral
from loyalty.core.days import SECOND, VISIT_GAP, moment
from loyalty.core.decide import Reattribute, Request
from loyalty.core.facts import (
    NOBODY,
    Delivery,
    Ident,
    Person,
    PresenceIn,
    SaleIn,
    State,
)
from loyalty.core.gifts import Give
from loyalty.core.known import Known
from loyalty.core.redemption import Adjust, End, LetEnd, Reserve
from loyalty.store import gifts, redemptions
from loyalty.store.cutoffs import CutoffRows
from loyalty.store.houses import Houses
from loyalty.store.names import Names
from loyalty.store.roster import chosen_by_hand
from loyalty.store.rows import SALE_COLUMNS, cue_of, sale_of
from loyalty.store.session import Session
from loyalty.store.shops import Settings


def load(
    session: Session,
    settings: Settings,
    houses: Houses,
    names: Names,
    cutoffs: CutoffRows,
    deliveries: Sequence[Delivery | Request],
    now: int,
) -> Known:
    """What a batch needs: mostly two statements, one for its sales and one for its people, whatever its size."""
    known = Known(settings.shops, settings.programs, settings.holding, tallies=houses.tallies.ready)
    idents: set[Ident] = set()
    marks, picked = set[tuple[str, str]](), set[tuple[str, str]]()
    hands = _wanted(deliveries)
    for delivery in deliveries:
        if isinstance(delivery, SaleIn):
            idents.add(delivery.ident)
            if delivery.sale.refund_of is not None:
                idents.add(Ident(delivery.ident.shop, delivery.ident.source, delivery.sale.refund_of.id))
            for mark in delivery.marks:
                marks.add((delivery.business, mark.hash))
        elif isinstance(delivery, PresenceIn):
            (picked if delivery.mark.kind == "customer" else marks).add((delivery.business, delivery.mark.hash))
        elif isinstance(delivery, Reattribute):
            idents.add(delivery.ident)
            hands.add(delivery.assigned)
    _sales(session, known, idents)
    for delivery in deliveries if known.sales else ():
        if isinstance(delivery, Reattribute) and delivery.ident in known.sales:
            business = settings.shops[delivery.ident.shop].business
            marks.update((business, mark.hash) for mark in known.sales[delivery.ident].marks)
    _linked(session, known, names, marks, now)
    _redemptions(session, known, deliveries)
    hands |= {one.person for one in known.redemptions.values()}
    chosen = chosen_by_hand(session, picked)
    known.links |= chosen
    hands |= set(chosen.values())
    hands |= {person for sale in known.sales.values() for person in (sale.person, sale.assigned)}
    _people(session, known, names, hands - known.people.keys(), now)
    _waiting(session, known, deliveries, now)
    _claimed(session, known, names, now)
    _brought(session, known, names, now)
    _given(session, known, now)
    for shop in _predicted(deliveries):
        today, _ = settings.shops[shop].calendar.read(now)
        known.houses[shop, today] = houses.read(session, shop, today)
        cutoffs.read_for(session, known, shop, today)
    return known


def _predicted(deliveries: Sequence[Delivery | Request]) -> set[str]:
    """The shops where something may have to be foreseen: their house figures are read."""
    found: set[str] = set()
    for delivery in deliveries:
        match delivery:
            case PresenceIn():
                found.add(delivery.presence.shop)
            case SaleIn(past=False) | Reattribute():
                found.add(delivery.ident.shop)
            case _:
                pass
    return found


def _redemptions(session: Session, known: Known, deliveries: Sequence[Delivery | Request]) -> None:
    """Those that a sale names, or used before."""
    ids = {id for sale in known.sales.values() for id in sale.used}
    ids |= {id for one in deliveries if isinstance(one, SaleIn) for id in one.sale.redemptions}
    if ids:
        known.redemptions = redemptions.of_ids(session, ids)


def _wanted(deliveries: Sequence[Delivery | Request]) -> set[str | None]:
    """Whose rewards are asked for."""
    found: set[str | None] = {one.person for one in deliveries if isinstance(one, Reserve | LetEnd | Give)}
    found |= {one.made.person for one in deliveries if isinstance(one, Adjust)}
    return found | {one.redemption.person for one in deliveries if isinstance(one, End)}


def _waiting(session: Session, known: Known, deliveries: Sequence[Delivery | Request], now: int) -> None:
    """Reservations that a sale may meet; who never reserved anything pays nothing for it."""
    people = [person for person in known.people.values() if person.reserved_until]
    if people:
        since = _earliest(deliveries, now)
        met = [person.id for person in people if person.reserved_until > since]
        known.redemptions |= redemptions.of_people(session, met, since)


def _claimed(session: Session, known: Known, names: Names, now: int) -> None:
    """The sales that claim one of the redemptions, and whose they are."""
    if not known.redemptions:
        return
    claims = {one.sale for found in known.redemptions.values() for one in found.claims}
    _read_sales(session, known, claims - known.sales.keys())
    for ident, sale in known.sales.items():
        if sale.refund_of is not None:
            original = Ident(ident.shop, ident.source, sale.refund_of)
            if ident not in known.refunds.setdefault(original, []):
                known.refunds[original].append(ident)
                known.refunds[original].sort()
    people = {person for sale in known.sales.values() for person in (sale.person, sale.assigned)}
    people |= {found.person for found in known.redemptions.values()}
    _people(session, known, names, people - known.people.keys(), now)


def _brought(session: Session, known: Known, names: Names, now: int) -> None:
    """Who brought these people along, and what they were given for it."""
    if known.friends:
        by = {known.people[friend].brought_by for friend in known.friends}
        _people(session, known, names, by - known.people.keys(), now)
        known.adjustments |= redemptions.adjustments_of_ids(session, [referral.id_of(one) for one in known.friends])


def _given(session: Session, known: Known, now: int) -> None:
    """What people were given lately, as it is limited; who was given nothing pays nothing for it."""
    people = [person.id for person in known.people.values() if person.given_at > now - gifts.LATELY]
    if people:
        known.given = gifts.lately(session, people, now)


def _earliest(deliveries: Sequence[Delivery | Request], now: int) -> int:
    """When the first of these sales may have been paid: one that comes late meets what was reserved then."""
    found = [now]
    for delivery in deliveries:
        if isinstance(delivery, SaleIn):
            found += [moment(delivery.sale.at), now - int((delivery.sale.age_s or 0) * SECOND)]
        elif isinstance(delivery, Reattribute):
            return 0
    return min(found)


THERE = (
    "WITH w (a, b, c) AS (VALUES {}) SELECT shop, source, ref FROM w CROSS JOIN sales"
    " ON shop = a AND source = b AND ref = c"
    " UNION ALL SELECT shop, source, ref FROM w CROSS JOIN sales ON shop = a AND source = b AND refund_of = c"
)
SALES = (
    f"WITH w (a, b, c) AS (VALUES {{}}) SELECT {SALE_COLUMNS} FROM w CROSS JOIN sales"
    " ON shop = a AND source = b AND ref = c"
)


def _sales(session: Session, known: Known, idents: set[Ident]) -> None:
    """The sales themselves, what they refund (or did until now), and every receipt that refunds one of those."""
    _read_sales(session, known, idents)
    if known.sales:
        stored = {Ident(i.shop, i.source, sale.refund_of) for i, sale in known.sales.items() if sale.refund_of}
        _read_sales(session, known, stored - idents)
        for ident, sale in known.sales.items():
            if sale.refund_of is not None:
                known.refunds.setdefault(Ident(ident.shop, ident.source, sale.refund_of), []).append(ident)
        for found in known.refunds.values():
            found.sort()


def _read_sales(session: Session, known: Known, wanted: set[Ident]) -> None:
    """Each of these, and the receipts that refund it. Mostly they are new, which a look at two indexes tells."""
    there = {Ident(*row) for row in session.matching(THERE, sorted(wanted))}
    for row in session.matching(SALES, sorted(there)):
        sale = sale_of(row)
        known.sales[sale.ident] = sale


PERSON = (
    "c.id, c.greeting, c.recognise, c.remember, c.reserved_until, c.held_out, c.other_at, c.brought_by, c.hand_tier,"
    " c.hand_until, c.given_at, c.surprised_at, c.business, c.secret, c.name, s.memory, s.points, s.entries, s.account,"
    " q.body FROM w"
)
STANDING = "LEFT JOIN states s ON s.customer = c.id LEFT JOIN cues q ON q.customer = c.id AND q.renewed_at > recent"
LINKED = (
    f"WITH w (a, b, recent) AS (VALUES {{}}) SELECT l.business, l.hash, l.until, {PERSON}"
    " CROSS JOIN links l ON l.business = a AND l.hash = b"
    f" CROSS JOIN customers c ON c.id = l.customer {STANDING}"
)
PEOPLE = f"WITH w (a, recent) AS (VALUES {{}}) SELECT {PERSON} CROSS JOIN customers c ON c.id = a {STANDING}"


def _linked(session: Session, known: Known, names: Names, marks: set[tuple[str, str]], now: int) -> None:
    """Whose the marks are, or were until they were taken away, each with what is known of them."""
    since = now - VISIT_GAP
    found = session.matching(LINKED, [(business, mark, since) for business, mark in sorted(marks)])
    for business, mark, until, *row in found:
        if until is None:
            known.links[business, mark] = row[0]
        elif (until, row[0]) not in (ended := known.ended.setdefault((business, mark), [])):
            ended.append((until, row[0]))
        _person(known, names, row)


def _people(session: Session, known: Known, names: Names, people: set[str | None], now: int) -> None:
    """Who is in it beside whom its marks name."""
    since = now - VISIT_GAP
    wanted = sorted(person for person in people if person is not None and person != NOBODY)
    for row in session.matching(PEOPLE, [(person, since) for person in wanted]):
        _person(known, names, row)


def _person(known: Known, names: Names, row: Sequence[Any]) -> None:
    """A row for each of their marks, and each of their recent cues."""
    (person, greeting, recognise, remember, until, held_out, other, brought_by, hand, hand_until, given, surprised,
     business, secret, name, memory, points, entries, account, cue) = row  # fmt: skip
    if person not in known.people:
        held = bool(held_out) and business in known.holding
        known.people[person] = Person(
            person, greeting, bool(recognise), bool(remember), until or 0, held, other, brought_by=brought_by,
            hand=(hand, hand_until) if hand is not None else None, given_at=given or 0,
            surprised_at=surprised or 0,
        )  # fmt: skip
        if brought_by is not None:
            known.friends.add(person)
        names.learn(person, secret, name)
        if memory is not None:
            known.states[person] = State(person, memory, points, entries, account or b"")
    if cue is not None:
        recent = known.cues.setdefault(person, [])
        cue = cue_of(cue)
        if cue not in recent:
            recent.append(cue)
