"""What is known of this customer? Everything, newest first, two hundred of each at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import json

from loyalty import wire
from loyalty.core import account, memory
from loyalty.core.days import VISIT_GAP, Calendar, when
from loyalty.core.facts import Sale
from loyalty.errors import Gone, Unfit
from loyalty.reports import tiers
from loyalty.reports.shapes import recognition
from loyalty.reports.standing import home_shop, of
from loyalty.store import wishes
from loyalty.store.merges import members
from loyalty.store.names import people_of
from loyalty.store.rows import SALE_COLUMNS, cue_of, sale_of
from loyalty.store.view import View
from loyalty.wire import Ending
from loyalty.words.shown import show

PAGE_MAX = 200
CUES_MAX = 50
ENDINGS_MAX = 400  # days on which points end
# What takes back or moves on is told by when it did so, everything else by when it happened.
TAKING_BACK = "('reverse', 'release', 'give-back', 'reallocate', 'transfer')"
MOVED_AT = f"CASE WHEN e.reason IN {TAKING_BACK} THEN e.made_at ELSE e.at END"
CURSOR_CHARS_MAX = 40


def read(view: View, business: str, person: str, after: str | None) -> wire.Person | None:
    row = view.session.row(
        "SELECT c.secret, c.name, c.greeting, c.recognise, c.remember, c.messages, c.offers, c.enrolled_at,"
        " c.erased_at, c.merged_into, COALESCE(s.memory, x''), COALESCE(s.points, 0), s.account FROM customers c"
        " LEFT JOIN states s ON s.customer = c.id WHERE c.id = ? AND c.business = ?",
        (person, business),
    )
    if row is None:
        return None
    (secret, name, greeting, recognise, remember, messages, offers, enrolled_at, erased_at, into, blob, balance,
     lots) = row  # fmt: skip
    if erased_at is not None:
        raise Gone("this customer was erased")
    if into is not None:  # whoever asks for who was merged gets who is kept
        return read(view, business, into, after)
    own = view.vault.person(secret)
    shop = home_shop(view, business, person)
    calendar, language = view.settings.shops[shop].calendar, view.settings.shops[shop].language
    entries, visits, onward = _movements(view, person, after, calendar)
    points = account.available(balance, lots or b"", view.now)
    beside, mine = tiers.ranked_alone(view, shop, person), wishes.of(view.session, view.vault, person)
    return wire.Person(
        id=person,
        name=own.open(name),
        greeting=greeting,
        consents=wire.Consents(
            recognise=bool(recognise), remember=bool(remember), messages=bool(messages), offers=bool(offers)
        ),
        identifiers=_identifiers(view, person),
        merged=tuple(one for one, _ in members(view.session, person)[1:]),
        recognition=recognition(of(view, shop, blob, points, beside, mine), language, aloud=greeting == "full"),
        standing=tiers.standing_of(view, shop, memory.load(blob), beside),
        points=points,
        pending=account.waiting(lots or b"", view.now),
        expiring=endings_of(lots or b"", view.now, calendar),
        entries=entries,
        visits=visits,
        cues=cues_of(view, business, person, CUES_MAX),
        enrolled_at=when(enrolled_at),
        next=onward,
    )


def _identifiers(view: View, person: str) -> tuple[wire.Identifier, ...]:
    """Theirs, and those of whoever was merged into them, each under the key of whom it came with."""
    return tuple(
        wire.Identifier(kind=kind, value=view.vault.person(secret).open(value))
        for one, secret in members(view.session, person)
        for kind, value in view.session.rows(
            "SELECT kind, value FROM links WHERE customer = ? AND until IS NULL AND kind NOT IN ('card', 'shared')"
            " ORDER BY id",
            (one,),
        )
    )


def endings_of(lots: bytes, now: int, calendar: Calendar) -> tuple[Ending, ...]:
    """Every day to the end of which some of the points can be spent, the first first."""
    ends: dict[int, int] = {}
    for lot, points in account.endings(lots, now):
        day, _ = calendar.read(lot - 1)
        ends[day] = ends.get(day, 0) + points
    return tuple(Ending(points=points, on=date.fromordinal(day)) for day, points in list(ends.items())[:ENDINGS_MAX])


def _movements(view: View, person: str, after: str | None, calendar: Calendar) -> tuple[Any, Any, str | None]:
    """Entries and visits older than the cursor, and the cursor to what is older still."""
    entry_before, sale_before = _cursor(after)
    entries = view.session.rows(
        f"SELECT n, points, reason, {MOVED_AT}, ref, redemption, lot FROM entries e"
        " WHERE customer = ? AND n < ? ORDER BY n DESC LIMIT ?",
        (person, entry_before, PAGE_MAX + 1),
    )
    sales = [
        sale_of(row)
        for row in view.session.rows(
            f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND counts AND at < ?"
            " ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
            (person, sale_before, PAGE_MAX * 3),
        )
    ]
    visits = _visits(sales)
    more = len(entries) > PAGE_MAX or len(visits) > PAGE_MAX or len(sales) == PAGE_MAX * 3
    if len(sales) == PAGE_MAX * 3 and len(visits) <= PAGE_MAX:
        visits.pop()  # it may go on in the next page
    entries, visits = entries[:PAGE_MAX], visits[:PAGE_MAX]
    onward = f"{entries[-1][0] if entries else 0}.{visits[-1][0] if visits else 0}" if more else None
    shown = tuple(
        wire.EntryOut(
            points=points,
            reason=reason,
            at=when(at),
            transaction=ref,
            redemption=redemption,
            expires_on=date.fromordinal(calendar.read(lot - 1)[0]).isoformat() if lot else None,
        )
        for _, points, reason, at, ref, redemption, lot in entries
    )
    return shown, tuple(visit for _, visit in visits), onward


def _cursor(after: str | None) -> tuple[int, int]:
    if after is None:
        return 2**62, 2**62
    entry, _, sale = after.partition(".")
    if len(after) > CURSOR_CHARS_MAX or not (entry.isascii() and entry.isdigit() and sale.isascii() and sale.isdigit()):
        raise Unfit("expected the `next` of an earlier answer", at="next")
    return min(int(entry), 2**62), min(int(sale), 2**62)


def _visits(sales: list[Sale]) -> list[tuple[int, wire.VisitOut]]:
    """Sales, newest first, gathered where less than 30 minutes lie between them."""
    gathered: list[list[Sale]] = []
    for sale in sales:
        if gathered and gathered[-1][-1].at - sale.at < VISIT_GAP:
            gathered[-1].append(sale)
        else:
            gathered.append([sale])
    return [(group[-1].at, _visit(group[::-1])) for group in gathered]


def _visit(sales: list[Sale]) -> wire.VisitOut:
    bodies = [json.decode(sale.body, type=wire.Transaction) for sale in sales]
    return wire.VisitOut(
        at=when(sales[0].at),
        transactions=tuple(sale.ident.id for sale in sales),
        sales=tuple(wire.SaleRef(shop=s.ident.shop, source=s.ident.source, id=s.ident.id) for s in sales),
        lines=tuple(line for body in bodies for line in body.lines),
        total=sum(body.total for body, sale in zip(bodies, sales, strict=True) if not sale.foreign),
    )


def cues_of(view: View, business: str, person: str, most: int) -> tuple[wire.CueOut, ...]:
    """What the counter was told of them, newest first."""
    language = view.settings.shops[home_shop(view, business, person)].language
    rows = view.session.rows(
        "SELECT body FROM cues WHERE customer IN (SELECT id FROM customers WHERE id = ? OR merged_into = ?)"
        " ORDER BY renewed_at DESC LIMIT ?",
        (person, person, most),
    )
    found = []
    for (body,) in rows:
        cue = cue_of(body)
        shown = show(cue, language, view.names.said(view.session, people_of(cue)))
        found.append(wire.CueOut(at=shown.at, say=shown.say, tone=shown.tone, outcome=cue.outcome, offer=shown.offer))
    return tuple(found)
