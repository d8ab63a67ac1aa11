"""What can this customer name as their usual? Their own first, then what the shop sells."""

from __future__ import annotations

from loyalty.core import memory
from loyalty.core.memory import MASK
from loyalty.core.usual import drink_as_taken
from loyalty.reports.standing import home_shop
from loyalty.store.view import View
from loyalty.wire_card import CardItem, CardMenu
from loyalty.words import catalogue

OWN_MAX = 12
SHOP_MAX = 200


def read(view: View, business: str, person: str, language: str | None = None) -> CardMenu:
    shop = home_shop(view, business, person)
    facts = view.settings.shops[shop]
    words = catalogue(language or facts.language)
    row = view.session.row("SELECT memory FROM states WHERE customer = ?", (person,))
    known = memory.load(row[0] if row is not None else b"")
    habits = sorted(known.habits.values(), key=lambda habit: -(habit.mask & MASK).bit_count())[:OWN_MAX]
    own = [drink_as_taken(habit) for habit in habits]
    day, _ = facts.calendar.read(view.now)
    labels = view.houses.read(view.session, shop, day).labels
    mine = {drink.name.casefold().strip() for drink in own}
    others = sorted(label for key, label in labels.items() if key not in mine)[:SHOP_MAX]
    return CardMenu(
        own=tuple(
            CardItem(
                name=drink.name,
                variation=drink.variation,
                modifiers=drink.modifiers,
                shown=words.order(drink.name, drink.variation, drink.modifiers),
            )
            for drink in own
        ),
        others=tuple(others),
    )
