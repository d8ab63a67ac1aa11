"""One person, for the owner: everything that is known, with the habit it was learned from."""

from __future__ import annotations

from loyalty import wire_pages
from loyalty.core import account, memory
from loyalty.core.money import digits
from loyalty.reports import identifiers, marks, regulars, tiers
from loyalty.reports import person as person_report
from loyalty.reports.standing import home_shop
from loyalty.store.tiers import beside
from loyalty.store.view import View

HABITS_MAX = 12


def read(view: View, business: str, person: str, after: str | None) -> wire_pages.PersonPage | None:
    known = person_report.read(view, business, person, after)
    if known is None:
        return None
    person = known.id  # who was merged is shown as whom they are now
    row = view.session.row(
        "SELECT c.secret, c.card, s.memory, COALESCE(s.points, 0), s.last_at, s.account FROM customers c"
        " LEFT JOIN states s ON s.customer = c.id WHERE c.id = ?",
        (person,),
    )
    assert row is not None, person
    secret, card, blob, balance, last, lots = row
    points = account.available(balance, lots or b"", view.now)
    own, mine = view.vault.person(secret), beside(view.session, [person])[person]
    shop = view.settings.shops[home_shop(view, business, person)]
    return wire_pages.PersonPage(
        person=known,
        row=regulars.row_of(view, shop.id, known.name, (person, blob or b"", points, last), *mine),
        tiers=tiers.person_tiers(view, business, person, own),
        card=own.open(card),
        habits=_habits(blob or b""),
        marks=identifiers.marks_of(view, person),
        sharers=marks.sharers(view, person, owner=True),
        shop=shop.name,
        timezone=shop.calendar.zone.key,
        currency=shop.currency,
        digits=digits(shop.currency),
    )


def _habits(blob: bytes) -> tuple[wire_pages.HabitRow, ...]:
    """What they have had, most often first, of the visits that are remembered."""
    known = memory.load(blob)
    of = memory.seen_visits(known)
    counted = [(memory.mask_of(known, habit).bit_count(), habit.name) for habit in known.habits.values()]
    listed = sorted((-n, name) for n, name in counted if n)[:HABITS_MAX]
    return tuple(wire_pages.HabitRow(item=name, n=-n, of=of) for n, name in listed)
