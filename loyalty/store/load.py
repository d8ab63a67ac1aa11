"""The one read before a decision: the sales, people, memories, cues and program that a batch needs."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import msgpack

from loyalty.core.days import SECOND, VISIT_GAP, Calendar, moment
from loyalty.core.decide import Reattribute, Request
from loyalty.core.facts import (
    NOBODY,
    Checkpoint,
    Delivery,
    History,
    Ident,
    Key,
    Known,
    Missing,
    Person,
    PresenceIn,
    SaleIn,
    ShopFacts,
    State,
)
from loyalty.core.redemption import End, Reserve
from loyalty.store import redemptions
from loyalty.store.houses import Houses
from loyalty.store.rows import SALE_COLUMNS, cue_of, sale_of
from loyalty.store.session import Session
from loyalty.wire import Program

_program = msgpack.Decoder(Program).decode


class Settings:
    """Shops and programs: read once, and again when one changed."""

    def __init__(self) -> None:
        self.shops: dict[str, ShopFacts] = {}
        self.programs: dict[tuple[str, int], Program] = {}
        self.holding: frozenset[str] = frozenset()

    def shop(self, session: Session, shop: str) -> ShopFacts | None:
        if shop not in self.shops:
            self.read(session)
        return self.shops.get(shop)

    def read(self, session: Session) -> None:
        """Put in place whole: the loop reads them at any moment."""
        rows = session.rows("SELECT business, version, body FROM programs")
        known = self.programs
        self.programs = {(row[0], row[1]): known.get((row[0], row[1])) or _program(row[2]) for row in rows}
        rows = session.rows("SELECT id FROM businesses WHERE hold_out > 0")
        self.holding = frozenset(row[0] for row in rows)
        rows = session.rows(
            "SELECT s.id, s.business, s.name, s.currency, s.timezone, s.day_ends, s.language, b.program"
            " FROM shops s JOIN businesses b ON b.id = s.business"
        )
        self.shops = {
            row[0]: ShopFacts(row[0], row[1], row[2], row[3], Calendar(ZoneInfo(row[4]), row[5]), row[6], row[7])
            for row in rows
        }


def load(
    session: Session, settings: Settings, houses: Houses, deliveries: Sequence[Delivery | Request], now: int
) -> Known:
    """What a batch needs, in a handful of statements whatever its size."""
    known = Known(settings.shops, settings.programs, settings.holding)
    idents: set[Ident] = set()
    originals: set[Ident] = set()
    marks: set[tuple[str, str]] = set()
    hands = _wanted(deliveries)
    for delivery in deliveries:
        match delivery:
            case SaleIn():
                idents.add(delivery.ident)
                if delivery.sale.refund_of is not None:
                    originals.add(Ident(delivery.ident.shop, delivery.ident.source, delivery.sale.refund_of.id))
                marks.update((delivery.business, mark.hash) for mark in delivery.marks)
            case PresenceIn():
                marks.add((delivery.business, delivery.mark.hash))
            case Reattribute():
                idents.add(delivery.ident)
                hands |= {delivery.assigned} - {None, NOBODY}
    _sales(session, known, idents, originals)
    for delivery in deliveries:
        if isinstance(delivery, Reattribute) and delivery.ident in known.sales:
            business = settings.shops[delivery.ident.shop].business
            marks.update((business, mark.hash) for mark in known.sales[delivery.ident].marks)
    _links(session, known, marks)
    _redemptions(session, known, deliveries)
    hands |= {one.person for one in known.redemptions.values()}
    hands |= {person for sale in known.sales.values() for person in (sale.person, sale.assigned)}
    people = {person for person in hands | set(known.links.values()) if person is not None and person != NOBODY}
    _people(session, known, sorted(people), now)
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
        known.redemptions = redemptions.of_ids(session, ids)


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


def _sales(session: Session, known: Known, idents: set[Ident], originals: set[Ident]) -> None:
    """The sales themselves, what they refund (or did until now), and every receipt that refunds one of those."""
    _read_sales(session, known, sorted(idents | originals))
    stored = {Ident(i.shop, i.source, sale.refund_of) for i, sale in known.sales.items() if sale.refund_of}
    _read_sales(session, known, sorted(stored - known.sales.keys()))
    rows = session.matching(
        f"WITH w (a, b, c) AS (VALUES {{}}) SELECT {SALE_COLUMNS} FROM w CROSS JOIN sales"
        " ON shop = a AND source = b AND refund_of = c",
        sorted(idents | originals | stored),
    )
    for row in rows:
        sale = sale_of(row)
        known.sales[sale.ident] = sale
        known.refunds.setdefault(Ident(row[0], row[1], sale.refund_of or ""), []).append(sale.ident)
    for found in known.refunds.values():
        found.sort()


def _read_sales(session: Session, known: Known, wanted: list[Ident]) -> None:
    rows = session.matching(
        f"WITH w (a, b, c) AS (VALUES {{}}) SELECT {SALE_COLUMNS} FROM w CROSS JOIN sales"
        " ON shop = a AND source = b AND ref = c",
        wanted,
    )
    for row in rows:
        sale = sale_of(row)
        known.sales[sale.ident] = sale


def _links(session: Session, known: Known, marks: set[tuple[str, str]]) -> None:
    rows = session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT business, hash, customer FROM w CROSS JOIN links"
        " ON business = a AND hash = b WHERE until IS NULL",
        sorted(marks),
    )
    for business, mark, person in rows:
        known.links[business, mark] = person


def _people(session: Session, known: Known, people: list[str], now: int) -> None:
    wanted = [(person,) for person in people]
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT c.id, c.greeting, c.recognise, c.remember, c.reserved_until, c.held_out,"
        " c.business, s.memory, s.points, s.entries"
        " FROM w CROSS JOIN customers c ON c.id = a LEFT JOIN states s ON s.customer = c.id",
        wanted,
    )
    for person, greeting, recognise, remember, until, held_out, business, memory, points, entries in rows:
        held = bool(held_out) and business in known.holding
        known.people[person] = Person(person, greeting, bool(recognise), bool(remember), until or 0, held)
        if memory is not None:
            known.states[person] = State(person, memory, points, entries)
    since = now - VISIT_GAP
    found = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT customer, body FROM w CROSS JOIN cues"
        f" ON customer = a AND renewed_at > {since}",
        wanted,
    )
    for person, body in found:
        known.cues.setdefault(person, []).append(cue_of(body))
