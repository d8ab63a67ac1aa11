"""A customer's standing as of now, outside the line: for pages and lists."""

from __future__ import annotations

from typing import Any

from loyalty import wire_pages
from loyalty.core import memory
from loyalty.core.memory import Memory
from loyalty.core.mine import NONE, Wishes
from loyalty.core.reading import UNRANKED, Ranked, Reading, read
from loyalty.core.wishes import WISHED
from loyalty.store import shops
from loyalty.store.view import View
from loyalty.words import order


def of(view: View, shop: str, blob: bytes, points: int, ranked: Ranked = UNRANKED, wishes: Wishes = NONE) -> Reading:
    """What the counter would know if they came in now."""
    return reading_of(view, shop, memory.load(blob), points, ranked, wishes)


def reading_of(
    view: View, shop: str, known: Memory, points: int, ranked: Ranked = UNRANKED, wishes: Wishes = NONE
) -> Reading:
    facts = view.settings.shops[shop]
    program = view.settings.programs[facts.business, facts.program]
    now = view.now
    day, _ = facts.calendar.read(now)
    house = view.houses.read(view.session, shop, day)
    return read(known, house, program, facts.calendar, points, now, ranked=ranked, wishes=wishes)


def usual_of(known: Memory, reading: Reading, language: str) -> str | None:
    """Their most likely drink, if it is one of their own; as the shop speaks of it."""
    top = reading.foresight.items[0] if reading.foresight.items else None
    if top is None or (top.key not in known.habits and reading.foresight.because.key != WISHED):
        return None
    return order(top.drink.name, top.drink.variation, top.drink.modifiers, language)


def home_shop(view: View, business: str, person: str) -> str:
    """The shop of their last sale, else the business's first."""
    return shops.home_shop(view.session, business, person)


def first_shop(view: View, business: str) -> str:
    return shops.first_shop(view.session, business)


def counts_in(view: View, business: str, shop: str, today: int) -> wire_pages.Counts:
    """Of a shop's people, where they were last; read off one index."""

    def count(condition: str, *params: Any) -> int:
        row = view.session.row(
            f"SELECT COUNT(*) FROM states WHERE business = ? AND shop = ? AND {condition}", (business, shop, *params)
        )
        return int(row[0]) if row is not None else 0

    people = view.session.row(
        "SELECT COUNT(*) FROM customers WHERE business = ? AND erased_at IS NULL AND merged_into IS NULL", (business,)
    )
    return wire_pages.Counts(
        regulars=count("regular_until >= ?", today),
        becoming=count("becoming_until >= ? AND regular_until < ?", today, today),
        resting=count("regular_until > 0 AND regular_until < ? AND becoming_until < ?", today, today),
        people=people[0] if people is not None else 0,
        sales=view.session.row("SELECT 1 FROM sales WHERE shop = ? LIMIT 1", (shop,)) is not None,
    )
