"""Redemptions: points leave the balance with the reservation; a sale uses it (`claims.py`), or it gives them back."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core import rewards
from loyalty.core.claims import bring
from loyalty.core.desk import Desk
from loyalty.core.folding import happen
from loyalty.core.looking import tier_now
from loyalty.core.reading import Reading
from loyalty.core.redemption import RESERVED, Adjustment, End, Redeem, Redemption, Reserve
from loyalty.errors import Conflict, Unknown
from loyalty.wire_program import Reward

OPEN_MAX = 20  # reservations of one customer at a time


def due(reading: Reading, currency: str) -> Redeem | None:
    """What using the reward in sight would change, if the points suffice."""
    reward = reading.reward
    if reward is None or reading.points < reward.points:
        return None
    stays = reading.points - reward.points
    return Redeem(
        reward.id,
        reward.name,
        reward.points,
        stays,
        rewards.off(reward),
        currency,
        rewards.percent(reward),
        reward.minimum,
        rewards.of(reward),
        reading.visit.stamps,
    )


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
        case "taken":
            return _taken(desk, found)
        case _:
            over = found.state == "reserved" and found.expires_at <= now
            return bring(desk, found, held=found.taken, by="age", now=now) if over else found


def _reserve(desk: Desk, wanted: Reserve, now: int) -> Redemption:
    reward = _reward(desk, wanted)
    calendar = desk.known.shops[wanted.shop].calendar
    tier = tier_now(desk, wanted.person, wanted.shop, now) if reward.tiers else None
    rewards.check(reward, calendar, now, tier.id if tier else None, mine=wanted.mine_today, everybody=wanted.all_today)
    points = desk.available(wanted.person, now)
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
    happen(desk, None, made)
    return desk.redemptions[made.id]


def adjust(desk: Desk, made: Adjustment) -> Adjustment:
    """By hand, points can be taken as far as there are any."""
    points = desk.available(made.person, made.at)
    if made.points < 0 and points + made.points < 0:
        raise Conflict(f"there are {max(0, points)} points to take", at="points", code="not-enough-points")
    happen(desk, None, made)
    return made


def _reward(desk: Desk, wanted: Reserve) -> Reward:
    program = desk.known.programs[wanted.business, desk.known.shops[wanted.shop].program]
    for reward in program.rewards:
        if reward.id == wanted.reward:
            return reward
    listed = ", ".join(reward.id for reward in program.rewards) or "none"
    raise Unknown(f"the program has no such reward; it has: {listed}", at="reward", code="unknown-reward")


def _taken(desk: Desk, found: Redemption) -> Redemption:
    """Somebody at the counter said so: then it is used up also where the till never tells whose the sale was."""
    if found.state == "reserved":
        desk.redemptions[found.id] = replace(found, taken=True)
    return desk.redemption(found.id) or found


def _confirm(desk: Desk, found: Redemption, now: int) -> Redemption:
    if found.state == "confirmed":
        return found
    if not found.held:
        raise Conflict(f"{_ENDED[found.ended_by or 'hand']}; reserve it again", code="released")
    if found.expires_at <= now:
        raise Conflict(f"{_ENDED['age']}; reserve it again", code="released")
    return bring(desk, found, held=True, by="hand", now=now)


_ENDED = {
    "hand": "this redemption was released, its points are back",
    "age": "this reservation ran out, its points are back",
    "sale": "the sale it was used on does not stand any more, its points are back",
}


def _release(desk: Desk, found: Redemption, now: int) -> Redemption:
    if found.state == "confirmed":
        raise Conflict("this reward has been used; a void or a refund of its sale gives it back", code="confirmed")
    return bring(desk, found, held=False, by="hand", now=now) if found.held else found
