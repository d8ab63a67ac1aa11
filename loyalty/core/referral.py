"""Bringing somebody along: once they have bought something, whoever brought them is given points for it.

What is given is a fact, stored when it is first given. It stands while anything that they bought stands.
"""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core import earning
from loyalty.core.desk import Desk
from loyalty.core.folding import happen
from loyalty.core.redemption import Adjustment


def settle(desk: Desk, now: int) -> None:
    """For everybody who was brought along and whose sales this batch touched."""
    for friend in [person for person in desk.touched if person in desk.known.friends]:
        known = desk.memory(friend)
        given, bought = desk.adjustment(id_of(friend)), known.at >= 0
        if given is None and bought:
            _give(desk, friend, known.shop, now)
        elif given is not None and given.standing != bought:
            happen(desk, given, replace(given, standing=bought))
    desk.catch_up()


def id_of(friend: str) -> str:
    """A friend is brought along once."""
    return f"r-{friend}"[:32]


def _give(desk: Desk, friend: str, shop: str, now: int) -> None:
    by = desk.known.people[friend].brought_by
    facts = desk.known.shops[shop]
    program = desk.known.programs[facts.business, facts.program]
    points = earning.brings(program)
    if by is None or by not in desk.known.people or not points:
        return
    until = earning.ends(program, facts.calendar, now)
    id = id_of(friend)
    happen(desk, None, Adjustment(id, facts.business, shop, by, points, "referral", now, until, friend, key=id))
