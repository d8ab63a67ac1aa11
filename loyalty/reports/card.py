"""What is on this customer's card?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from loyalty import wire
from loyalty.core import memory
from loyalty.reports.standing import home_shop, of
from loyalty.words import catalogue, order

if TYPE_CHECKING:
    from loyalty.ingest import Line

Outline = Callable[[str], tuple[str, int]]


def read(line: Line, person: str, outline: Outline) -> wire.CardView:
    """`outline` draws the QR code of the card's letters."""
    row = line.session.row(
        "SELECT c.business, c.secret, c.name, c.card, c.greeting, c.recognise, c.remember, c.messages, c.offers,"
        " COALESCE(s.memory, x''), COALESCE(s.points, 0) FROM customers c LEFT JOIN states s ON s.customer = c.id"
        " WHERE c.id = ?",
        (person,),
    )
    assert row is not None, person
    business, secret, name, card, greeting, recognise, remember, messages, offers, blob, points = row
    own = line.vault.person(secret)
    shop = home_shop(line, business, person)
    facts = line.settings.shops[shop]
    reading = of(line, shop, blob, points)
    known = memory.load(blob)
    top = reading.foresight.items[0] if reading.foresight.items else None
    mine = top is not None and top.key in known.habits
    code = own.open(card)
    drawn, size = outline(code)
    because = catalogue(facts.language).text(reading.foresight.because, lambda _: "")
    return wire.CardView(
        shop=facts.name,
        language=facts.language,
        name=own.open(name),
        code=code,
        qr=drawn,
        qr_size=size,
        points=points,
        reward=wire.CardReward(name=reading.reward.name, points=reading.reward.points) if reading.reward else None,
        greeting=greeting,
        consents=wire.Consents(
            recognise=bool(recognise), remember=bool(remember), messages=bool(messages), offers=bool(offers)
        ),
        usual=order(top.drink.name, top.drink.variation, top.drink.modifiers) if top is not None and mine else None,
        because=because if mine else None,
    )
