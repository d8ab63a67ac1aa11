"""Two customers turn out to be one person: the sales and rewards of both are those of the one who is kept.

Whose a sale would be, had nobody been merged, stays recorded on it (`origin`) and is never derived again, and so it
is with rewards and with points by hand. So merging and parting are one and the same request: everything goes to whom
its own evidence leads now, and both are folded again as if they had always had it. A sale that was nobody's because
it named just these two is theirs while they are one.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core import claims
from loyalty.core.desk import Desk
from loyalty.core.facts import NOBODY, START, Ident, Sale
from loyalty.core.folding import event_key, happen
from loyalty.core.forgetting import still
from loyalty.core.record import claimed, note
from loyalty.core.redemption import Event, Redemption


class Rehome(Struct, frozen=True, gc=False):
    """What is of these people goes to whom it belongs now; `between`: sales that are theirs only while they are one.

    `anew`: people who are folded again from the beginning, since what may be remembered of them changed, or whether
    somebody brought them along, or which tiers were set for them by hand.
    """

    people: tuple[str, ...]
    between: tuple[Ident, ...] = ()
    anew: tuple[str, ...] = ()


def rehome(desk: Desk, wanted: Rehome, now: int) -> None:
    for person in wanted.people:
        desk.books_of(person).because = "transfer"
    moved = _sales(desk, wanted)
    rewards = {id for sale in moved for id in claims.concerned(desk, sale)}
    rewards |= {one.id for one in _events(desk, wanted) if isinstance(one, Redemption)}
    claims.settle(desk, sorted(rewards), now)
    for person in wanted.anew:
        desk.came_late(person, START)
    for person in wanted.people:
        desk.catch_up_with(person)
        desk.books_of(person).because = ""


def _sales(desk: Desk, wanted: Rehome) -> list[Sale]:
    """Those that went to somebody else."""
    moved: list[Sale] = []
    for sale in [*desk.known.sales.values()]:
        if sale.person in wanted.people or sale.ident in wanted.between:
            there = _belongs(desk, sale)
            if there != sale:
                desk.change(there)
                moved.append(there)
    return moved


def _events(desk: Desk, wanted: Rehome) -> list[Event]:
    """Rewards and points by hand that went to somebody else, in their order."""
    moved: list[Event] = []
    stored: list[Event] = [*desk.known.redemptions.values(), *desk.known.adjustments.values()]
    for one in sorted(stored, key=event_key):
        own = one.origin or one.person
        person = desk.known.merged.get(own, own)
        if one.person in wanted.people and person != one.person:
            there = replace(one, person=person, origin=own if own != person else None)
            happen(desk, one, there)
            moved.append(there)
    return moved


def _belongs(desk: Desk, sale: Sale) -> Sale:
    if sale.origin == NOBODY or sale.person is None:
        return _between_them(desk, sale)
    own = sale.origin or sale.person
    person = desk.known.merged.get(own, own)
    origin = own if own != person else None
    return replace(sale, person=person, origin=origin, forgotten=still(desk, sale.forgotten, person))


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
