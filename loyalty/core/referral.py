"""Bringing somebody along: once they have bought something, whoever brought them is given points for it.

What is given is a fact, stored with the first that they bought, by the program which judges that sale. It stands while
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
from loyalty.core.memory import load
from loyalty.core.redemption import Adjustment

OURS = "\x1f"  # begins our own keys of adjustments, and no sender's


def settle(desk: Desk, now: int) -> None:
    """For everybody who was brought along and whose sales this batch touched."""
    merged = desk.known.merged
    for friend in [one for one in desk.known.friends if one in desk.touched or merged.get(one) in desk.touched]:
        given, bought = desk.adjustment(id_of(friend)), _bought(desk, friend)
        stands = bought and desk.known.brought(friend)
        if given is None and bought and not _had_bought(desk, friend):
            _give(desk, friend, now, standing=stands)
        elif given is not None and given.standing != stands:
            happen(desk, given, replace(given, standing=stands))
    desk.catch_up()


def id_of(friend: str) -> str:
    """A friend is brought along once."""
    return f"r-{friend}"[:32]


def _bought(desk: Desk, friend: str) -> bool:
    """What is theirs by a merge alone, they did not buy; and they did what is another's by one."""
    stored = desk.known.bought.get(friend)
    if stored is None:
        return desk.memory(friend).at >= 0
    return any(ident not in desk.sales for ident in stored) or any(_own(desk, friend))


def _had_bought(desk: Desk, friend: str) -> bool:
    """Before this batch."""
    stored = desk.known.bought.get(friend)
    if stored is not None:
        return bool(stored)
    state = desk.known.states.get(friend)
    return state is not None and load(state.memory).at >= 0


def _own(desk: Desk, friend: str) -> Iterator[Sale]:
    """Of the sales in this batch."""
    return (one for one in desk.sales.values() if one.taken.counts and (one.origin or one.person) == friend)


def _give(desk: Desk, friend: str, now: int, *, standing: bool) -> None:
    known = desk.known
    by, first = known.people[friend].brought_by, min(_own(desk, friend), key=lambda sale: sale.key, default=None)
    if first is None:
        return
    facts = known.shops[first.ident.shop]
    program = known.programs[facts.business, first.program]
    points = earning.brings(program)
    whom = known.merged.get(by, by) if by is not None else None
    if by is None or whom not in known.people or whom in known.erased or not points:
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
