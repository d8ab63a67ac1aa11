"""Two customers turn out to be one person: the sales and rewards of both are those of the one who is kept.

Whose a sale would be, had nobody been merged, stays recorded on it (`origin`) and is never derived again, and so it
is with rewards. So merging and parting are one and the same request: everything goes to whom its own evidence leads
now. A sale that was nobody's because it named just these two is theirs while they are one.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import redeem
from loyalty.core.desk import Desk
from loyalty.core.facts import NOBODY, START, Ident, Sale
from loyalty.core.record import claimed, note
from loyalty.core.redemption import Redemption


class Rehome(Struct, frozen=True, gc=False):
    """What is of these people goes to whom it belongs now; `between`: sales that are theirs only while they are one.

    `anew`: people whose memory is folded again from its beginning, since what may be remembered of them changed.
    """

    people: tuple[str, ...]
    between: tuple[Ident, ...] = ()
    anew: tuple[str, ...] = ()


def rehome(desk: Desk, wanted: Rehome, now: int) -> None:
    people = set(wanted.people)
    moved: list[Sale] = []
    for sale in [*desk.known.sales.values()]:
        if sale.person in people or sale.ident in wanted.between:
            there = _belongs(desk, sale)
            if there != sale:
                desk.moved.add(sale.ident)
                desk.change(there)
                moved.append(there)
    for one in sorted(desk.known.redemptions.values(), key=lambda one: (one.at, one.id)):
        if one.person in people:
            _hand_over(desk, one)
    for sale in moved:
        redeem.settle(desk, sale.ident, now)
    for person in wanted.anew:
        desk.fold_again(person, START)


def _belongs(desk: Desk, sale: Sale) -> Sale:
    if sale.origin == NOBODY or sale.person is None:
        return _between_them(desk, sale)
    own = sale.origin or sale.person
    person = desk.known.merged.get(own, own)
    return replace(sale, person=person, origin=own if own != person else None)


def _between_them(desk: Desk, sale: Sale) -> Sale:
    """It names two people, and is somebody's only while they are one."""
    shops = desk.known.shops
    if sale.assigned is not None or sale.refund_of is not None:
        return sale
    whose = claimed(desk, shops[sale.ident.shop].business, sale.marks, sale.at)
    if whose.origin != NOBODY:
        return sale if sale.person is None else replace(sale, person=None, origin=None, note="two-people")
    said = note(False, sale.marks, whose, None)
    return replace(sale, person=whose.person, origin=NOBODY, note=said)


def _hand_over(desk: Desk, one: Redemption) -> None:
    """With its points: what one is given back, the other pays."""
    own = one.origin or one.person
    person = desk.known.merged.get(own, own)
    if person == one.person:
        return
    there = replace(one, person=person, origin=own if own != person else None)
    if one.held:
        day, _ = desk.known.shops[one.shop].calendar.read(one.at)
        desk.move(one.person, one.points, "transfer", one.id, one.at, day)
        desk.move(there.person, -one.points, "transfer", one.id, one.at, day)
    desk.redemptions[one.id] = there
