"""A visit goes to the right person: all of its sales, by hand; back again is the same act."""

from __future__ import annotations

from loyalty.acts.deeds import OWNER, Hand, put_right
from loyalty.core.days import DAY, VISIT_GAP
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, Ident, Sale
from loyalty.core.recognise import claim
from loyalty.errors import Conflict, NotYours, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store.load import load
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.wire_people import MoveVisit

SCREEN_DAYS = 7  # in which a screen moves a visit; the owner, one of any age
AROUND = 16 * VISIT_GAP  # further from one of its sales no visit is looked for
Request = Reattribute


def move(line: Line, business: str, wanted: MoveVisit, hand: Hand = OWNER) -> list[Ident]:
    """Where a sale's own evidence says the same, that is what holds again, and no hand."""
    person = NOBODY
    if wanted.customer is not None:
        person = merges.kept_id(line.session, business, wanted.customer, "customer")
    moved = [Ident(one.shop, one.source, one.id) for one in wanted.sales]
    were = [_whose(line, business, hand, ident, f"sales[{place}]") for place, ident in enumerate(moved)]
    by_itself = _by_evidence(line, moved, person)
    owing = merges.in_debt(line.session, {was for was in were if was is not None})
    line.run([Reattribute(ident, None if ident in by_itself else person) for ident in moved])
    if not hand.owner and merges.in_debt(line.session, {was for was in were if was is not None}) - owing:
        said = "the points of this visit are used, so whose it was would have fewer than none; the owner can move it"
        raise Conflict(said, at="sales", code="used-since")
    for ident, was in zip(moved, were, strict=True):
        put_right(line, business, hand, "move", was if person == NOBODY else person, ident)
    return moved


def _whose(line: Line, business: str, hand: Hand, ident: Ident, at: str) -> str | None:
    """Whose it was. A screen moves what is of its own shop and not long ago: what is older, nobody there remembers."""
    facts = line.settings.shops.get(ident.shop)
    if facts is None or facts.business != business or hand.shop not in (None, ident.shop):
        raise NotYours("this key is not for that shop", at=f"{at}.shop", code="other-shop")
    row = line.session.row("SELECT refund_of, at, person FROM sales WHERE shop = ? AND source = ? AND ref = ?", ident)
    if row is None:
        raise Unknown("there is no such sale in this shop", at=f"{at}.id", code="unknown-sale")
    if row[0] is not None:
        raise Conflict("this is a refund; move the sale that it refunds", at=f"{at}.id")
    if not hand.owner and row[1] < line.now - SCREEN_DAYS * DAY:
        said = f"this sale is more than {SCREEN_DAYS} days old; the owner can move it"
        raise Conflict(said, at=f"{at}.id", code="too-old")
    found: str | None = row[2]
    return found


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
