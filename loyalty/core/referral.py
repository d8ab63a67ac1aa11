"""Bringing somebody along: once they have bought something, whoever brought them is given points for it.

What is given goes by the program which judges the first that they bought, whenever a till tells of it, and stands while
anything that they bought stands. Nobody is given anything for bringing themselves: while the two are merged it does not
stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from loyalty.core import earning
from loyalty.core.desk import Desk
from loyalty.core.facts import Sale
from loyalty.core.folding import happen
from loyalty.core.redemption import Adjustment

OURS = "\x1f"  # begins our own keys of adjustments, and no sender's


def settle(desk: Desk, now: int) -> None:
    """For everybody who was brought along and whose sales this batch touched; not for who is thanked by it, and was
    brought along by somebody else in turn."""
    merged = desk.known.merged
    for friend in [one for one in desk.known.first if one in desk.touched or merged.get(one) in desk.touched]:
        given, first = desk.adjustment(id_of(friend)), _first(desk, friend)
        points = first[1] if first is not None else given.points if given is not None and _bought(desk, friend) else 0
        stands = points > 0 and desk.known.brought(friend)
        if given is None and first is not None and points:
            _give(desk, friend, first, now, standing=stands)
        elif given is not None and (given.standing, given.points) != (stands, points or given.points):
            happen(desk, given, replace(given, standing=stands, points=points or given.points))
    desk.catch_up()


def _first(desk: Desk, friend: str) -> tuple[str, int] | None:
    """The shop of the first that they bought themselves, and what the program that judges it gives for that."""
    known = desk.known
    there = [(key, version) for key, ident, version in known.first.get(friend, ()) if ident not in desk.sales]
    there += [(sale.key, sale.program) for sale in _own(desk, friend)]
    if not there:
        return None
    key, version = min(there)
    return key.shop, earning.brings(known.programs[known.shops[key.shop].business, version])


def id_of(friend: str) -> str:
    """A friend is brought along once."""
    return f"r-{friend}"[:32]


def _bought(desk: Desk, friend: str) -> bool:
    """What is theirs by a merge alone, they did not buy; and they did what is another's by one."""
    stored = desk.known.bought.get(friend)
    if stored is None:
        return desk.memory(friend).at >= 0
    return any(ident not in desk.sales for ident in stored) or any(_own(desk, friend))


def _own(desk: Desk, friend: str) -> Iterator[Sale]:
    """Of the sales in this batch."""
    return (one for one in desk.sales.values() if one.taken.counts and (one.origin or one.person) == friend)


def _give(desk: Desk, friend: str, first: tuple[str, int], now: int, *, standing: bool) -> None:
    known, (shop, points) = desk.known, first
    by, facts = known.people[friend].brought_by, known.shops[shop]
    program = known.programs[facts.business, facts.program]
    whom = known.merged.get(by, by) if by is not None else None
    if by is None or whom not in known.people or whom in known.erased:
        return
    made = Adjustment(
        id=id_of(friend),
        business=facts.business,
        shop=facts.id,
        person=whom,
        points=points,
        why="referral",
        at=now,
        until=earning.ends(program, facts.calendar, now),
        by=friend,
        key=OURS + id_of(friend),
        standing=standing,
        origin=by if by != whom else None,
    )
    happen(desk, None, made)
