"""What a customer says of themselves on their card: in force on the next scan."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.acts import coming
from loyalty.acts.about import Holder
from loyalty.acts.cards import holder, own_id
from loyalty.core.fit import one_line as line_of
from loyalty.core.merging import Rehome
from loyalty.core.mine import NONE, Mine, Wishes, together
from loyalty.errors import Unfit
from loyalty.ingest import Line
from loyalty.store import wishes
from loyalty.wire_card import CardWishes


def keep(line: Line, token: str, wanted: CardWishes) -> None:
    person, business = holder(line.session, token)
    usuals = tuple(
        Mine(line_of(one.name), line_of(one.variation), _some(one.modifiers), one.days, one.part, line_of(one.label))
        for one in wanted.usuals
    )
    for place, one in enumerate(usuals):
        if not one.name:
            raise Unfit("expected what they have", at=f"usuals[{place}].name")
        if any((one.days, one.part) == (other.days, other.part) for other in usuals[:place]):
            raise Unfit("two usuals at the same time; say when each of them is", at=f"usuals[{place}].days")
    never = _some(wanted.never)
    own = own_id(line.session, token)
    wishes.keep(line.session, line.vault, own, _own(line, person, own, Wishes(usuals, never)))
    coming.say_anew(line, business, person)


def forget(line: Line, token: str) -> None:
    """What they usually have, as they said it and as it was counted. What they never want stays; so do their visits."""
    person, business = holder(line.session, token)
    let_go(line, Holder(own_id(line.session, token), person))
    coming.say_anew(line, business, person)


def let_go(line: Line, whose: Holder) -> None:
    """Of all who are one with them, for as long as they are."""
    own, person = whose
    for one, said in wishes.by_member(line.session, line.vault, person):
        wishes.keep(line.session, line.vault, one, replace(said, usuals=()))
    line.session.run("UPDATE customers SET forgot_at = ? WHERE id = ?", (line.now, own))
    line.session.run("UPDATE sales SET forgotten = ? WHERE person = ? AND forgotten IS NULL", (own, person))
    line.run([Rehome((person,), anew=(person,))])


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in texts if (text := line_of(one))))


def _own(line: Line, person: str, own: str, wanted: Wishes) -> Wishes:
    """What others who are one person with them said stays with those: it was on this card too."""
    members = dict(wishes.by_member(line.session, line.vault, person))
    before = members.pop(own)
    others = together(NONE, tuple(members.values()))
    usuals = () if not before.usuals and wanted.usuals == others.usuals else wanted.usuals
    return Wishes(usuals, tuple(text for text in wanted.never if text in before.never or text not in others.never))
