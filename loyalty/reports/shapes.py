"""From the house's facts to the shapes of the wire."""

from __future__ import annotations

from loyalty import wire
from loyalty.core.facts import Drink
from loyalty.core.reading import Reading
from loyalty.words import catalogue


def nameless(_: str) -> str:
    """Texts of the reasons mention nobody."""
    return ""


def usual_line(drink: Drink) -> wire.UsualLine:
    return wire.UsualLine(name=drink.name, variation=drink.variation or None, modifiers=drink.modifiers)


def recognition(reading: Reading, language: str, *, aloud: bool) -> wire.Recognition:
    """`aloud`: the customer agreed to hear their usual said."""
    seen = reading.foresight
    return wire.Recognition(
        visits=reading.visits,
        regular=reading.regular,
        becoming=reading.becoming,
        overdue=reading.overdue,
        tier=reading.tier,
        points=reading.points,
        usual=wire.Usual(
            say=seen.say and aloud,
            because=catalogue(language).text(seen.because, nameless),
            items=tuple(wire.UsualItem(line=usual_line(item.drink), p=round(item.p, 4)) for item in seen.items),
        ),
    )
