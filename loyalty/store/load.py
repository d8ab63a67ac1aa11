"""The one read before a decision: the sales, people, memories, cues and program that a batch needs."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from loyalty.core.days import SECOND, VISIT_GAP, moment
from loyalty.core.decide import Reattribute, Request
from loyalty.core.facts import (
    NOBODY,
    Checkpoint,
    Delivery,
    History,
    Ident,
    Key,
    Person,
    PresenceIn,
    SaleIn,
    State,
)
from loyalty.core.known import Known, Missing
from loyalty.core.merging import Rehome
from loyalty.core.redemption import End, Reserve
from loyalty.store import merged, redemptions
from loyalty.store.houses import Houses
from loyalty.store.merged import SHARED, looked_at_again
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
    deliveries: Sequence[Delivery | Request],
    now: int,
) -> Known:
    """What a batch needs: mostly two statements, one for its sales and one for its people, whatever its size."""
    known = Known(settings.shops, settings.programs, settings.holding)
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
        elif isinstance(delivery, Rehome):
            idents.update(delivery.between)
            hands.update(merged.read_whole(session, known, delivery.people))
    _sales(session, known, idents)
    for ident in looked_at_again(deliveries) & known.sales.keys():
        business = settings.shops[ident.shop].business
        marks.update((business, mark.hash) for mark in known.sales[ident].marks)
    _linked(session, known, names, marks, now)
    merged.choices(session, known, deliveries)
    _redemptions(session, known, deliveries)
    hands |= {one.person for one in known.redemptions.values()}
    chosen = chosen_by_hand(session, picked)
    known.links |= chosen
    hands |= set(chosen.values())
    hands |= {who for sale in known.sales.values() for who in (sale.person, sale.assigned, sale.origin, sale.freed)}
    hands |= {one.person for found in known.choices.values() for one in found}
    _people(session, known, names, hands - known.people.keys(), now)
    _people(session, known, names, {*known.merged.values()} - known.people.keys(), now)
    _waiting(session, known, deliveries, now)
    for shop in _predicted(deliveries):
        today, _ = settings.shops[shop].calendar.read(now)
        known.houses[shop, today] = houses.read(session, shop, today)
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
        known.redemptions |= redemptions.of_ids(session, ids)


def _wanted(deliveries: Sequence[Delivery | Request]) -> set[str | None]:
    """Whose rewards are asked for."""
    found: set[str | None] = {one.person for one in deliveries if isinstance(one, Reserve)}
    return found | {one.redemption.person for one in deliveries if isinstance(one, End)}


def _waiting(session: Session, known: Known, deliveries: Sequence[Delivery | Request], now: int) -> None:
    """Reservations that a sale may meet; who never reserved anything pays nothing for it."""
    people = [person for person in known.people.values() if person.reserved_until]
    if people:
        since = _earliest(deliveries, now)
        met = [person.id for person in people if person.reserved_until > since]
        known.redemptions |= redemptions.of_people(session, met, since)


def _earliest(deliveries: Sequence[Delivery | Request], now: int) -> int:
    """When the first of these sales may have been paid: one that comes late meets what was reserved then."""
    found = [now]
    for delivery in deliveries:
        if isinstance(delivery, SaleIn):
            found += [moment(delivery.sale.at), now - int((delivery.sale.age_s or 0) * SECOND)]
        elif isinstance(delivery, Reattribute):
            return 0
    return min(found)


def load_more(session: Session, houses: Houses, known: Known, missing: Missing) -> None:
    """What a decision found missing: histories from a checkpoint on, house figures, points as of a moment."""
    for shop, day in sorted(missing.houses):
        known.houses[shop, day] = houses.read(session, shop, day)
    for person, since in missing.histories.items():
        known.histories[person] = history(session, person, since)
        for sale in known.histories[person].sales:
            known.sales.setdefault(sale.ident, sale)
    for person, at in missing.past:
        found = session.row("SELECT COALESCE(SUM(points), 0) FROM entries WHERE customer = ? AND at < ?", (person, at))
        known.past[person, at] = found[0] if found else 0


def history(session: Session, person: str, since: Key) -> History:
    """A customer's counted sales from the nearest checkpoint before `since`."""
    row = session.row(
        "SELECT at, source, ref, shop, memory FROM checkpoints WHERE customer = ?"
        " AND (at, source, ref, shop) < (?, ?, ?, ?) ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1",
        (person, *since),
    )
    start = Checkpoint(person, Key(*row[:4]), row[4]) if row else None
    rows = session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND counts AND at >= ? ORDER BY at, source, ref, shop",
        (person, start.key.at if start else -1),
    )
    sales = [sale_of(row) for row in rows]
    return History(start, since, tuple(sale for sale in sales if start is None or sale.key > start.key))


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
    "c.id, c.greeting, c.recognise, c.remember, c.reserved_until, c.held_out, c.other_at, c.business, c.secret, c.name,"
    " c.merged_into, s.memory, s.points, s.entries, q.body FROM w"
)
STANDING = "LEFT JOIN states s ON s.customer = c.id LEFT JOIN cues q ON q.customer = c.id AND q.renewed_at > recent"
LINKED = (
    f"WITH w (a, b, recent) AS (VALUES {{}}) SELECT l.business, l.hash, l.kind, l.until, {PERSON}"
    " CROSS JOIN links l ON l.business = a AND l.hash = b"
    f" CROSS JOIN customers c ON c.id = l.customer {STANDING}"
)
PEOPLE = f"WITH w (a, recent) AS (VALUES {{}}) SELECT {PERSON} CROSS JOIN customers c ON c.id = a {STANDING}"


def _linked(session: Session, known: Known, names: Names, marks: set[tuple[str, str]], now: int) -> None:
    """Whose the marks are, or were until they were taken away, each with what is known of them."""
    since = now - VISIT_GAP
    found = session.matching(LINKED, [(business, mark, since) for business, mark in sorted(marks)])
    for business, mark, kind, until, *row in found:
        if kind == SHARED:
            merged.shares(known, (business, mark), row[0], until)
        elif until is None:
            known.links[business, mark] = row[0]
        elif (until, row[0]) not in (ended := known.ended.setdefault((business, mark), [])):
            ended.append((until, row[0]))
        _person(known, names, row)


def _people(session: Session, known: Known, names: Names, people: Set[str | None], now: int) -> None:
    """Who is in it beside whom its marks name."""
    since = now - VISIT_GAP
    wanted = sorted(person for person in people if person is not None and person != NOBODY)
    for row in session.matching(PEOPLE, [(person, since) for person in wanted]):
        _person(known, names, row)


def _person(known: Known, names: Names, row: Sequence[Any]) -> None:
    """A row for each of their marks, and each of their recent cues."""
    (person, greeting, recognise, remember, until, held_out, other, business, secret, name,
     into, memory, points, entries, cue) = row  # fmt: skip
    if person not in known.people:
        held = bool(held_out) and business in known.holding
        known.people[person] = Person(person, greeting, bool(recognise), bool(remember), until or 0, held, other)
        names.learn(person, secret, name)
        if into is not None:
            known.merged[person] = into
        if memory is not None:
            known.states[person] = State(person, memory, points, entries)
    if cue is not None:
        recent = known.cues.setdefault(person, [])
        cue = cue_of(cue)
        if cue not in recent:
            recent.append(cue)
