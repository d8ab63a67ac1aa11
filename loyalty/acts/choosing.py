"""What a customer sets on their card holds everywhere at once, on what the screens show already too."""

from __future__ import annotations

from loyalty.acts import cards, coming
from loyalty.ingest import Line
from loyalty.wire_card import CardChange


def choose(line: Line, token: str, wanted: CardChange) -> None:
    cards.change(line, token, wanted)
    person, business = cards.holder(line.session, token)
    coming.say_anew(line, business, person)
