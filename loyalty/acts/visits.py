"""A visit goes to the right person: all of its sales, by hand; back again is the same act."""

from __future__ import annotations

from loyalty.core.days import VISIT_GAP
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, Ident, Sale
from loyalty.core.recognise import claim
from loyalty.errors import Conflict, NotYours, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store.load import load
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.wire_people import MoveVisit

AROUND = 16 * VISIT_GAP  # further from one of its sales no visit is looked for
Request = Reattribute


def move(line: Line, business: str, shop: str | None, wanted: MoveVisit) -> list[Ident]:
    """Where a sale's own evidence says the same, that is what holds again, and no hand. `shop`: of a screen's key."""
    person = NOBODY
    if wanted.customer is not None:
        person = merges.kept_id(line.session, business, wanted.customer, "customer")
    moved = [Ident(one.shop, one.source, one.id) for one in wanted.sales]
    for place, ident in enumerate(moved):
        _check(line, business, shop, ident, f"sales[{place}]")
    by_itself = _by_evidence(line, moved, person)
    line.run([Reattribute(ident, None if ident in by_itself else person) for ident in moved])
    return moved


def _check(line: Line, business: str, shop: str | None, ident: Ident, at: str) -> None:
    facts = line.settings.shops.get(ident.shop)
    if facts is None or facts.business != business or shop not in (None, ident.shop):
        raise NotYours("this key is not for that shop", at=f"{at}.shop", code="other-shop")
    row = line.session.row("SELECT refund_of FROM sales WHERE shop = ? AND source = ? AND ref = ?", ident)
    if row is None:
        raise Unknown("there is no such sale in this shop", at=f"{at}.id", code="unknown-sale")
    if row[0] is not None:
        raise Conflict("this is a refund; move the sale that it refunds", at=f"{at}.id")


def _by_evidence(line: Line, idents: list[Ident], person: str) -> set[Ident]:
    """Those of the sales whose own evidence says that they are this person's."""
    asked = [Reattribute(ident) for ident in idents]
    known = load(line.session, line.settings, line.houses, line.names, line.cutoffs, asked, line.now)
    found: set[Ident] = set()
    for ident in idents:
        sale = known.sales[ident]
        business = known.shops[ident.shop].business
        whose = claim(business, sale.marks, known.links, known.ended, sale.at, known.merged, known.shared)
        if whose.person == person and not whose.between:
            found.add(ident)
    return found


def with_it(line: Line, ident: Ident) -> list[Sale]:
    """The other sales of the same visit that were put on the same person by the same evidence."""
    row = line.session.row(
        "SELECT person, at, marks FROM sales WHERE shop = ? AND source = ? AND ref = ?", tuple(ident)
    )
    if row is None or row[0] is None:
        return []
    person, at, marks = row
    near = [
        sale_of(found)
        for found in line.session.rows(
            f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND at > ? AND at < ? AND refund_of IS NULL"
            " ORDER BY at, source, ref, shop",
            (person, at - AROUND, at + AROUND),
        )
    ]
    visit = _around(near, ident)
    mine = next((sale.marks for sale in visit if sale.ident == ident), ())
    return [sale for sale in visit if sale.ident != ident and sale.marks == mine] if marks else []


def _around(near: list[Sale], ident: Ident) -> list[Sale]:
    """Of sales in order, those without half an hour between them in which this one is."""
    visit: list[Sale] = []
    for sale in near:
        if visit and sale.at - visit[-1].at >= VISIT_GAP:
            if any(one.ident == ident for one in visit):
                return visit
            visit = []
        visit.append(sale)
    return visit
