"""Why did this sale do nothing? The stations of the line, and what became of it at each."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import json

from loyalty import wire, wire_pages
from loyalty.core.days import when
from loyalty.core.facts import CueRow, Sale
from loyalty.core.money import digits
from loyalty.store.names import people_of
from loyalty.store.rows import SALE_COLUMNS, cue_of, sale_of
from loyalty.store.view import View
from loyalty.words.shown import show

SHOWN_MAX = 10
SOURCES_MAX = 50  # of one shop
QUERY_CHARS_MAX = 128
NEAR_CUE = 30 * 60 * 1_000_000  # a cue so close to the sale was for it
Station = wire_pages.Station


def read(view: View, shop: str, query: str) -> wire_pages.Traces:
    facts = view.settings.shops[shop]
    wanted = query.strip()[:QUERY_CHARS_MAX]
    rows = _numbered(view, shop, wanted) if wanted else _nobodys(view, shop)
    sales = sorted((sale_of(row) for row in rows), key=lambda sale: sale.key, reverse=True)
    return wire_pages.Traces(
        sales=tuple(_trace(view, sale) for sale in sales[:SHOWN_MAX]),
        timezone=facts.calendar.zone.key,
    )


def _numbered(view: View, shop: str, ref: str) -> Iterator[tuple[object, ...]]:
    """Of every source that the shop has: each is one look-up in the index of what a sale is."""
    source = ""
    for _ in range(SOURCES_MAX):
        row = view.session.row("SELECT MIN(source) FROM sales WHERE shop = ? AND source > ?", (shop, source))
        if row is None or row[0] is None:
            return
        source = row[0]
        yield from view.session.rows(
            f"SELECT {SALE_COLUMNS} FROM sales WHERE shop = ? AND source = ? AND ref = ?", (shop, source, ref)
        )


def _nobodys(view: View, shop: str) -> list[tuple[object, ...]]:
    today, _ = view.settings.shops[shop].calendar.read(view.now)
    return view.session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE shop = ? AND day = ? AND person IS NULL AND refund_of IS NULL"
        " ORDER BY at DESC LIMIT ?",
        (shop, today, SHOWN_MAX),
    )


def _trace(view: View, sale: Sale) -> wire_pages.Trace:
    body = json.decode(sale.body, type=wire.Transaction)
    person = None
    if sale.person is not None:
        name = view.names.of(view.session, {sale.person})[sale.person]
        person = wire_pages.PersonName(id=sale.person, name=name)
    return wire_pages.Trace(
        shop=sale.ident.shop,
        source=sale.ident.source,
        id=sale.ident.id,
        at=when(sale.at),
        till=sale.till,
        total=body.total,
        currency=body.currency,
        digits=digits(body.currency),
        person=person,
        by_hand=sale.assigned is not None,
        refund=sale.refund_of is not None,
        stations=(
            _received(sale),
            _understood(sale, body),
            _recognised(view, sale, person.name if person else ""),
            _remembered(view, sale),
            _earned(sale),
            _said(view, sale),
        ),
    )


def _received(sale: Sale) -> Station:
    args: dict[str, str | int] = {"source": sale.ident.source, "till": sale.till or ""}
    code = "received" if sale.till is None else "received-till"
    return Station(name="received", verdict="done", code=code, args=args)


def _understood(sale: Sale, body: wire.Transaction) -> Station:
    args: dict[str, str | int] = {"lines": len(body.lines), "currency": body.currency}
    odd = {"sum": "odd-sum", "currency": "odd-currency"}.get(sale.odd)
    return Station(name="understood", verdict="failed" if odd else "done", code=odd or "understood", args=args)


def _recognised(view: View, sale: Sale, name: str) -> Station:
    """By what evidence, or why it is nobody's: the note that was stored with the sale."""
    code, known = f"note-{sale.note}", sale.person is not None
    return Station(name="recognised", verdict="done" if known else "failed", code=code, args={"name": name})


def _remembered(view: View, sale: Sale) -> Station:
    code = _fate(view, sale)
    return Station(name="remembered", verdict="done" if code == "learned" else "skipped", code=code, args={})


def _fate(view: View, sale: Sale) -> str:
    if sale.refund_of is not None:
        return "is-refund"
    if sale.person is None:
        return "nobody"
    if not sale.taken.counts:
        return f"not-{sale.state}" if sale.state != "paid" else "given-back"
    row = view.session.row("SELECT remember FROM customers WHERE id = ?", (sale.person,))
    if row is None or not row[0]:
        return "not-agreed"
    if sale.unlearned:
        return "paused"
    if sale.forgotten is not None:
        return "forgotten"
    return "apart" if sale.freed is not None else "learned"


def _earned(sale: Sale) -> Station:
    taken = sale.taken
    possible = taken.per_visit + taken.per_spend + taken.per_item
    if sale.person is None and possible:
        return Station(name="earned", verdict="skipped", code="possible", args={"points": possible})
    points = sum(sale.earned.values())
    code = "points" if points else "same-visit" if taken.counts and taken.per_visit else "no-points"
    return Station(name="earned", verdict="done" if points else "skipped", code=code, args={"points": points})


def _said(view: View, sale: Sale) -> Station:
    cue = _cue_near(view, sale)
    if cue is None:
        return Station(name="said", verdict="skipped", code="no-cue", args={})
    language = view.settings.shops[cue.shop].language
    shown = show(cue, language, view.names.said(view.session, people_of(cue)))
    return Station(name="said", verdict="done", code="cue", args={"say": shown.say})


def _cue_near(view: View, sale: Sale) -> CueRow | None:
    """The cue that this sale raised or closed, else one of the same visit."""
    if sale.person is None:
        return None
    rows = view.session.rows(
        "SELECT body FROM cues WHERE customer IN (?, ?) AND renewed_at > ? AND renewed_at < ?"
        " ORDER BY renewed_at DESC LIMIT ?",
        (sale.person, sale.origin or sale.person, sale.at - NEAR_CUE, sale.received_at + NEAR_CUE, SHOWN_MAX),
    )
    cues = [cue_of(body) for (body,) in rows]
    own = [cue for cue in cues if cue.sale == sale.ident]
    return next(iter(own or cues), None)
