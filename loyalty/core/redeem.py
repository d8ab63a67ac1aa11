"""Redemptions: points leave the balance with the reservation; a sale uses it, or it gives them back.

What is decided here is stored and never derived again: who reserved what, when, and on which sale it was used. Only
whether that sale still stands is asked anew whenever the sale changes, so that a void gives the reward back once, a
repeated delivery does nothing, and a sale that is paid after all takes it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import json
from msgspec.structs import replace

from loyalty.core.days import MINUTE, SECOND, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import Ident, Sale, SaleIn
from loyalty.core.reading import Reading
from loyalty.core.record import value
from loyalty.core.redemption import End, Redeem, Redemption, Reserve
from loyalty.errors import Conflict, Unknown
from loyalty.wire import Transaction
from loyalty.wire_program import Reward

RESERVED = 15 * MINUTE  # from the counter's "use it" to the paid sale
OPEN_MAX = 20  # reservations of one customer at a time
EARLY = 2 * MINUTE  # a till may date a sale by when it was begun, before the reward was reserved

Ending = Literal["hand", "sale", "age"]


def due(reading: Reading, currency: str) -> Redeem | None:
    """What using the reward in sight would change, if the points suffice."""
    reward = reading.reward
    if reward is None or reading.points < reward.points:
        return None
    worth = reward.worth if isinstance(reward.worth, int) else None
    return Redeem(reward.id, reward.name, reward.points, reading.points - reward.points, worth, currency)


# -- by people --------------------------------------------------------------------------------------------------------
def act(desk: Desk, wanted: Reserve | End, now: int) -> Redemption:
    """The redemption as it is afterwards; refused in words where it cannot be."""
    if isinstance(wanted, Reserve):
        return _reserve(desk, wanted, now)
    found = desk.redemption(wanted.redemption.id) or wanted.redemption
    match wanted.how:
        case "confirm":
            return _confirm(desk, found, now)
        case "release":
            return _release(desk, found, now)
        case _:
            over = found.state == "reserved" and found.expires_at <= now
            return _bring(desk, found, held=False, by="age", now=now) if over else found


def _reserve(desk: Desk, wanted: Reserve, now: int) -> Redemption:
    reward = _reward(desk, wanted)
    points = desk.state(wanted.person).points
    if points < reward.points:
        owes = " below zero; what they earn next settles that first" if points < 0 else ""
        said = f"{reward.name} takes {reward.points} points; there are {points}{owes}"
        raise Conflict(said, at="reward", code="not-enough-points")
    waiting = sum(one.state == "reserved" and one.expires_at > now for one in desk.redemptions_of(wanted.person))
    if waiting >= OPEN_MAX:
        raise Conflict(f"{waiting} rewards are reserved already; release one first", at="customer", code="too-many")
    made = Redemption(
        id=wanted.id,
        business=wanted.business,
        shop=wanted.shop,
        till=wanted.till,
        person=wanted.person,
        reward=reward.id,
        name=reward.name,
        points=reward.points,
        key=wanted.key,
        at=now,
        expires_at=now + RESERVED,
        origin=wanted.origin,
    )
    _move(desk, made, -made.points, "redeem", now)
    desk.redemptions[made.id] = made
    return made


def _reward(desk: Desk, wanted: Reserve) -> Reward:
    program = desk.known.programs[wanted.business, desk.known.shops[wanted.shop].program]
    for reward in program.rewards:
        if reward.id == wanted.reward:
            return reward
    listed = ", ".join(reward.id for reward in program.rewards) or "none"
    raise Unknown(f"the program has no such reward; it has: {listed}", at="reward", code="unknown-reward")


def _confirm(desk: Desk, found: Redemption, now: int) -> Redemption:
    if found.state == "confirmed":
        return found
    if not found.held:
        raise Conflict(f"{_ENDED[found.ended_by or 'hand']}; reserve it again", code="released")
    if found.expires_at <= now:
        raise Conflict(f"{_ENDED['age']}; reserve it again", code="released")
    return _bring(desk, found, held=True, by="hand", now=now)


_ENDED = {
    "hand": "this redemption was released, its points are back",
    "age": "this reservation ran out, its points are back",
    "sale": "the sale it was used on does not stand any more, its points are back",
}


def _release(desk: Desk, found: Redemption, now: int) -> Redemption:
    if found.state == "confirmed":
        raise Conflict("this reward has been used; a void or a refund of its sale gives it back", code="confirmed")
    return _bring(desk, found, held=False, by="hand", now=now) if found.held else found


# -- by sales ---------------------------------------------------------------------------------------------------------
def use(desk: Desk, sale: Sale, old: Sale | None, delivery: SaleIn, now: int) -> Sale:
    """The sale with the redemptions that it uses: those it names, and its customer's that wait at its till."""
    if sale.state == "open" or sale.refund_of is not None:
        return sale
    named = [*_named(desk, sale, delivery)]
    if sale.state == "paid" and (old is None or (old.state, old.person) != ("paid", sale.person)):
        return _used(desk, sale, named, [*_waiting(desk, sale, _paid_at(delivery.sale, now))])
    return _used(desk, sale, named, [])


def use_now_theirs(desk: Desk, sale: Sale) -> Sale:
    """The same for a paid sale of which somebody said whose it is."""
    if sale.state != "paid" or sale.refund_of is not None:
        return sale
    body = json.decode(sale.body, type=Transaction)
    return _used(desk, sale, [], [*_waiting(desk, sale, moment(body.changed_at or body.at))])


def settle(desk: Desk, ident: Ident, now: int) -> None:
    """Brings what a sale used to what the sale is now: taken while it stands, given back once it does not."""
    sale = desk.sale(ident)
    if sale is None:
        return
    for id in sale.used:
        found = desk.redemption(id)
        if found is not None and found.sale == ident:
            _bring(desk, found, held=stands(sale, found), by="sale", now=now)


def _named(desk: Desk, sale: Sale, delivery: SaleIn) -> Iterator[Redemption]:
    """What somebody released was not used, whatever a till says; of two that name one, the later that counts has it."""
    for id in delivery.sale.redemptions:
        found = desk.redemption(id)
        if found is None or found.business != delivery.business or (not found.held and found.ended_by == "hand"):
            continue
        free = not found.held or (found.sale_at, found.sale) < (sale.at, sale.ident)
        if found.sale is None or (free and sale.taken.counts):
            yield found


def _waiting(desk: Desk, sale: Sale, paid_at: int) -> Iterator[Redemption]:
    """The customer's own at this till, also where the sale was on its way until after they had run out."""
    for found in desk.redemptions_of(sale.person) if sale.person is not None else ():
        here = found.shop == sale.ident.shop and (found.till is None or sale.till is None or found.till == sale.till)
        waits = found.state == "reserved" or found.ended_by == "age"
        if here and waits and found.sale is None and found.at - EARLY <= paid_at < found.expires_at:
            yield found


def _used(desk: Desk, sale: Sale, named: list[Redemption], waiting: list[Redemption]) -> Sale:
    """What waits is used only by a sale that counts; what a sale names it has used, even if it counts no more."""
    fresh = [one for one in (*named, *waiting) if one.sale != sale.ident]
    if not fresh:
        return sale
    using = value(desk, replace(sale, used=tuple(dict.fromkeys((*sale.used, *(one.id for one in fresh))))))
    if waiting and not using.taken.counts:
        return _used(desk, sale, named, [])
    for one in fresh:
        desk.redemptions[one.id] = replace(one, sale=sale.ident, sale_at=sale.at)
    return using


def stands(sale: Sale, found: Redemption) -> bool:
    """Counted, and the customer's own, unless it names the redemption itself."""
    if not sale.taken.counts:
        return False
    return sale.person == found.person or found.id in json.decode(sale.body, type=Transaction).redemptions


def _paid_at(sale: Transaction, now: int) -> int:
    """The adapter's own count comes before the till's clock, which may be wrong."""
    if sale.age_s is not None:
        return now - int(sale.age_s * SECOND)
    return min(now, moment(sale.changed_at or sale.at))


# -- movements --------------------------------------------------------------------------------------------------------
def _bring(desk: Desk, found: Redemption, *, held: bool, by: Ending, now: int) -> Redemption:
    """To confirmed (held) or released; points move only where that changes who has them."""
    state: Literal["confirmed", "released"] = "confirmed" if held else "released"
    if found.state == state:
        return found
    if held and not found.held:
        _move(desk, found, -found.points, "redeem", now)
    elif found.held and not held:
        _move(desk, found, found.points, "give-back" if by == "sale" else "release", now)
    found = replace(found, state=state, ended_at=now, ended_by=by)
    desk.redemptions[found.id] = found
    return found


def _move(desk: Desk, found: Redemption, points: int, reason: str, now: int) -> None:
    day, _ = desk.known.shops[found.shop].calendar.read(now)
    desk.move(found.person, points, reason, found.id, now, day)
