"""What somebody orders this time: mostly the usual, one in eight times something else."""

from __future__ import annotations

import random
from dataclasses import replace

from loyalty.demo.menu import BAKERY, DRINKS, EXTRA_HOT, SHOTS, SIZES, Choice, Item
from loyalty.demo.people import Part, Person

MOOD = 1 / 8  # of a person's visits are for something else
EXTRA_HOT_SHARE = 1 / 10  # of hot drinks
WALK_IN_TREATS = 0.35
WALK_IN_COMPANY = 0.2

Basket = tuple[Choice, ...]


def of(person: Person, part: Part, rng: random.Random) -> Basket:
    """The drink, perhaps one for company, perhaps something baked."""
    usual = person.takes(part)
    drink = _something_else(rng, usual.item) if rng.random() < MOOD else usual
    basket = [_as_today(rng, drink)]
    if rng.random() < person.company:
        basket.append(_any_drink(rng))
    if rng.random() < person.treats:
        basket.append(Choice(person.treat))
    return tuple(basket)


def of_a_walk_in(rng: random.Random) -> Basket:
    basket = [_as_today(rng, _any_drink(rng))]
    if rng.random() < WALK_IN_COMPANY:
        basket.append(basket[0] if rng.random() < 0.4 else _any_drink(rng))
    if rng.random() < WALK_IN_TREATS:
        basket.append(Choice(_one_of(rng, BAKERY)))
    return tuple(basket)


def _as_today(rng: random.Random, choice: Choice) -> Choice:
    if choice.item.hot and rng.random() < EXTRA_HOT_SHARE:
        return replace(choice, modifiers=(*choice.modifiers, EXTRA_HOT))
    return choice


def _something_else(rng: random.Random, item: Item) -> Choice:
    return _in_a_size(rng, _one_of(rng, tuple(other for other in DRINKS if other != item)))


def _any_drink(rng: random.Random) -> Choice:
    return _in_a_size(rng, _one_of(rng, DRINKS))


def _one_of(rng: random.Random, items: tuple[Item, ...]) -> Item:
    return rng.choices(items, [item.share for item in items])[0]


def _in_a_size(rng: random.Random, item: Item) -> Choice:
    match item.sizes:
        case ():
            return Choice(item)
        case sizes if sizes == SHOTS:
            return Choice(item, rng.choices(SHOTS, (2, 3))[0])
        case _:
            return Choice(item, rng.choices(SIZES, (3, 5, 2))[0])
