"""The one read before a decision: the sales, people, memories, cues and program that a batch needs."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.core import referral
from loyalty.core.coming import Coming
from loyalty.core.days import SECOND, moment
from loyalty.core.decide import Reattribute, Request
from loyalty.core.facts import Delivery, Ident, Mark, PresenceIn, SaleIn
from loyalty.core.gifts import Give
from loyalty.core.known import Known
from loyalty.core.merging import Rehome
from loyalty.core.redemption import Adjust, End, Event, LetEnd, Reserve
from loyalty.store import acquainted, check_ins, gifts, merged, redemptions, tiers, used_codes
from loyalty.store.cutoffs import CutoffRows
from loyalty.store.houses import Houses
from loyalty.store.marks import is_id
from loyalty.store.merged import looked_at_again
from loyalty.store.names import Names
from loyalty.store.roster import chosen_by_hand
from loyalty.store.rows import SALE_COLUMNS, sale_of
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
    shown = [found for one in deliveries for found in _shown(settings, one)]
    hands = _wanted(deliveries)
    for delivery in deliveries:
        if isinstance(delivery, SaleIn):
            idents.add(delivery.ident)
            if delivery.sale.refund_of is not None:
                idents.add(Ident(delivery.ident.shop, delivery.ident.source, delivery.sale.refund_of.id))
        elif isinstance(delivery, Reattribute):
            idents.add(delivery.ident)
            hands.add(delivery.assigned)
        elif isinstance(delivery, Rehome):
            idents.update(delivery.between)
            hands.update(merged.read_whole(session, known, delivery.people))
            idents.update(one.sale for found in known.redemptions.values() for one in found.claims)
    _sales(session, known, idents)
    for ident in looked_at_again(known, deliveries) & known.sales.keys():
        business = settings.shops[ident.shop].business
        shown += [(business, mark) for mark in known.sales[ident].marks]
    marks, picked = _parted(shown)
    acquainted.linked(session, known, names, marks, now)
    used_codes.read(session, known, deliveries)
    came = check_ins.read(session, settings, known, deliveries)
    acquainted.linked(session, known, names, came, now)
    merged.choices(session, known, deliveries)
    _redemptions(session, known, deliveries)
    moved: list[Event] = [*known.redemptions.values(), *known.adjustments.values()]
    hands |= {who for one in moved for who in (one.person, one.origin)}
    chosen = chosen_by_hand(session, picked | came)
    known.links |= chosen
    hands |= set(chosen.values())
    hands |= {who for sale in known.sales.values() for who in (sale.person, sale.assigned, sale.origin)}
    hands |= {who for sale in known.sales.values() for who in (sale.freed, sale.forgotten)}
    hands |= {one.person for found in known.choices.values() for one in found}
    acquainted.people(session, known, names, hands - known.people.keys(), now)
    acquainted.people(session, known, names, {*known.merged.values()} - known.people.keys(), now)
    _waiting(session, known, deliveries, now)
    _claimed(session, known, names, now)
    _brought(session, known, names, now)
    _given(session, known, now)
    _hands(session, settings, known)
    for shop in _predicted(deliveries):
        today, _ = settings.shops[shop].calendar.read(now)
        known.houses[shop, today] = houses.read(session, shop, today)
        cutoffs.read_for(session, known, shop, today)
    return known


def _shown(settings: Settings, delivery: Delivery | Request) -> list[tuple[str, Mark]]:
    """What somebody showed, or a sale says of them; with whose business it is."""
    match delivery:
        case SaleIn():
            return [(delivery.business, mark) for mark in delivery.marks]
        case PresenceIn():
            return [(delivery.business, delivery.mark)]
        case Reattribute(found=Mark() as mark):
            return [(settings.shops[delivery.ident.shop].business, mark)]
        case _:
            return []


def _parted(shown: list[tuple[str, Mark]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What links are found by, and the ids of who was picked from a list."""
    marks, picked = set[tuple[str, str]](), set[tuple[str, str]]()
    for business, mark in shown:
        (picked if is_id(mark) else marks).add((business, mark.hash))
    return marks, picked


def _predicted(deliveries: Sequence[Delivery | Request]) -> set[str]:
    """The shops where something may have to be foreseen: their house figures are read."""
    found: set[str] = set()
    for delivery in deliveries:
        match delivery:
            case PresenceIn():
                found.add(delivery.presence.shop)
            case Coming():
                found.add(delivery.shop)
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
        known.redemptions |= redemptions.of_ids(session, ids)


def _wanted(deliveries: Sequence[Delivery | Request]) -> set[str | None]:
    """Whose rewards are asked for."""
    found: set[str | None] = {one.person for one in deliveries if isinstance(one, Reserve | LetEnd | Give | Coming)}
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
    acquainted.people(session, known, names, people - known.people.keys(), now)


def _brought(session: Session, known: Known, names: Names, now: int) -> None:
    """Who brought these people along, and what they were given for it."""
    if known.friends:
        friends = sorted(known.friends)
        known.adjustments |= redemptions.adjustments_of_ids(session, [referral.id_of(one) for one in friends])
        by = {known.people[friend].brought_by for friend in friends} | {
            one.person for one in known.adjustments.values()
        }
        by |= {known.merged.get(one) for one in by if one is not None}
        acquainted.people(session, known, names, by - known.people.keys(), now)
        merged.bought(session, known, friends)
        merged.first_bought(session, known, friends)


def _given(session: Session, known: Known, now: int) -> None:
    """What people were given lately, as it is limited; who was given nothing pays nothing for it."""
    people = [person.id for person in known.people.values() if person.given_at > now - gifts.LATELY]
    if people:
        known.given = gifts.lately(session, people, now)


def _hands(session: Session, settings: Settings, known: Known) -> None:
    """Tiers ever set by hand, where one may have multiplied points."""
    if settings.multiplying:
        known.hands = tiers.hands_of(session, known.people)


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
