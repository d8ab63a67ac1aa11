"""What customers say of themselves on their own card: what they have and when, and what is never to be offered.

A word of theirs comes before anything that was counted; the counting goes on beside it, so that taking the word back
gives the habit back as it then is. What is never to be offered is never said, asked or given, whatever their habit.
"""

from __future__ import annotations

from loyalty.core.days import PARTS
from loyalty.core.facts import Drink, Msg
from loyalty.core.mine import Mine, Wishes
from loyalty.core.unwanted import unwanted
from loyalty.core.usual import Foresight, Guess

SURE = 0.9  # somebody who says what they have is right about it nine times in ten; not measured yet
SHOWN = 3
UNWANTED = "why.unwanted"  # of what comes before it they asked not to be offered it
WISHED = "why.wished"  # the reason of what they said themselves
SATURDAY = 5
EPOCH_WEEKDAY = 1  # ordinal 1, the first of January of the year 1, is a Monday


def wished(foresight: Foresight, wishes: Wishes, day: int, part: int) -> Foresight:
    """What is foreseen on a business day (an ordinal), in a part of it, after what they said."""
    mine = usual_at(wishes, day, part)
    items = list(foresight.items)
    if mine is not None:
        drink = _drink(mine)
        key = drink.name.casefold().strip()
        known = next((item for item in items if item.key == key), None)
        sure = max(SURE, known.p) if known is not None else SURE
        items = [Guess(key, drink, sure), *(item for item in items if item.key != key)]
    kept = tuple(item for item in items if not offends(item.drink, wishes.never))[:SHOWN]
    if mine is not None and kept and kept[0].drink == _drink(mine):
        return Foresight(kept, True, False, Msg(WISHED), (kept[0].drink,))
    if kept == foresight.items:
        return foresight
    order = tuple(drink for drink in foresight.order if not offends(drink, wishes.never))
    said = foresight.say and bool(order) and bool(kept) and foresight.items[0] == kept[0]
    either = foresight.either and kept[:2] == foresight.items[:2]
    because = foresight.because if kept and foresight.items[0] == kept[0] else Msg(UNWANTED)
    return Foresight(kept, said, either, because, order if said else ())


def usual_at(wishes: Wishes, day: int, part: int) -> Mine | None:
    """The narrowest of their usuals that is for that time; of two as narrow, the first."""
    fitting = [mine for mine in wishes.usuals if _fits(mine, day, part)]
    return min(fitting, key=lambda mine: (mine.days == "any") + (mine.part == "any"), default=None)


def offends(drink: Drink, never: tuple[str, ...]) -> bool:
    """Whether all words of something unwanted stand in it: "oat milk" is in a latte with oat milk."""
    return bool(never) and unwanted(" ".join((drink.name, drink.variation, *drink.modifiers)), never)


def _drink(mine: Mine) -> Drink:
    return Drink(mine.name, mine.variation, mine.modifiers)


def _fits(mine: Mine, day: int, part: int) -> bool:
    weekend = (day - EPOCH_WEEKDAY) % 7 >= SATURDAY
    in_days = mine.days == "any" or (mine.days == "weekend") == weekend
    return in_days and mine.part in ("any", PARTS[part])
