"""What a customer says of themselves on their card: in force on the next scan."""

from __future__ import annotations

from loyalty.acts.cards import holder
from loyalty.core.mine import Mine, Wishes
from loyalty.errors import Unfit
from loyalty.ingest import Line
from loyalty.store import wishes
from loyalty.wire_card import CardWishes


def keep(line: Line, token: str, wanted: CardWishes) -> None:
    person, _ = holder(line.session, token)
    usuals = tuple(
        Mine(one.name.strip(), one.variation.strip(), one.modifiers, one.days, one.part, one.label.strip())
        for one in wanted.usuals
    )
    for place, one in enumerate(usuals):
        if not one.name:
            raise Unfit("expected what they have", at=f"usuals[{place}].name")
        if any((one.days, one.part) == (other.days, other.part) for other in usuals[:place]):
            raise Unfit("two usuals at the same time; say when each of them is", at=f"usuals[{place}].days")
    never = tuple(dict.fromkeys(text for one in wanted.never if (text := one.strip())))
    wishes.keep(line.session, line.vault, person, Wishes(usuals, never))
