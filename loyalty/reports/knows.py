"""What does the shop know about me? For the customer: the newest of everything, hidden where a bystander might look."""

from __future__ import annotations

from msgspec import json

from loyalty import wire, wire_card
from loyalty.core.days import when
from loyalty.core.facts import Sale
from loyalty.core.money import digits
from loyalty.reports import about, feedback, given, identifiers, seen
from loyalty.reports.person import MOVED_AT
from loyalty.reports.standing import home_shop
from loyalty.store import receipts
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.store.view import View
from loyalty.words import order

SHOWN_MAX = 20  # visits, movements of points, gifts, and sentences


def read(view: View, business: str, person: str, language: str | None = None) -> wire_card.CardKnows:
    """In the customer's language, else the shop's; the cue as the counter had it."""
    shop = view.settings.shops[home_shop(view, business, person)]
    spoken = language or shop.language
    row = view.session.row(
        "SELECT COUNT(*) FROM sales WHERE person = ? AND counts",
        (person,),
    )
    assert row is not None, person
    cues = seen.read(view, person, shop.language)
    return wire_card.CardKnows(
        currency=shop.currency,
        digits=digits(shop.currency),
        timezone=shop.calendar.zone.key,
        about=about.read(view, person),
        sharers=about.sharers(view, person),
        cue=cues[0] if cues else None,
        earlier=cues[1:],
        visits=_visits(view, person, spoken),
        visits_count=row[0],
        entries=_entries(view, person, spoken),
        gifts=tuple(one for one in given.read(view, person, SHOWN_MAX) if not one.taken_back),
        marks=identifiers.marks_of(view, person),
        said=feedback.said_by(view, person, SHOWN_MAX),
    )


def _visits(view: View, person: str, language: str) -> tuple[wire_card.CardVisit, ...]:
    rows = view.session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND state <> 'open' AND refund_of IS NULL"
        " ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
        (person, SHOWN_MAX),
    )
    remembers = view.session.row("SELECT remember FROM customers WHERE id = ?", (person,))
    assert remembers is not None, person
    claimed = receipts.claimed(view.session, person)
    sales = [sale_of(row) for row in rows]
    return tuple(_visit(sale, bool(remembers[0]), sale.ident in claimed, language) for sale in sales)


def _visit(sale: Sale, remember: bool, claimed: bool, language: str) -> wire_card.CardVisit:
    body = json.decode(sale.body, type=wire.Transaction)
    items = tuple(order(line.name, line.variation or "", line.modifiers, language) for line in body.lines)
    total = None if sale.foreign else body.total
    fate = _fate(sale, remember)
    return wire_card.CardVisit(at=when(sale.at), items=items, total=total, fate=fate, claimed=claimed)


def _fate(sale: Sale, remember: bool) -> wire_card.VisitFate:
    if sale.state == "voided":
        return "voided"
    if not sale.taken.counts:
        return "given-back"
    if sale.unlearned:
        return "earned"
    if sale.freed is not None:
        return "apart"
    if sale.forgotten is not None:
        return "forgotten"
    return "learned" if remember else "earned"


def _entries(view: View, person: str, language: str) -> tuple[wire_card.CardEntry, ...]:
    rows = view.session.rows(
        f"SELECT e.points, e.reason, {MOVED_AT}, s.body FROM entries e"
        " LEFT JOIN sales s ON s.shop = e.shop AND s.source = e.source AND s.ref = e.ref"
        " WHERE e.customer = ? AND e.reason NOT IN ('reallocate', 'transfer') ORDER BY e.n DESC LIMIT ?",
        (person, SHOWN_MAX),
    )
    return tuple(
        wire_card.CardEntry(at=when(at), points=points, reason=reason, item=_first_item(body, language))
        for points, reason, at, body in rows
    )


def _first_item(body: bytes | None, language: str) -> str | None:
    if body is None:
        return None
    lines = json.decode(body, type=wire.Transaction).lines
    return order(lines[0].name, "", (), language) if lines else None
