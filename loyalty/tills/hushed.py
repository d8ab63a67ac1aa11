"""Whether a vendor has stopped to tell us, or tells of others alone.

Many switch a subscription off after failures, and say so to nobody. Sales that only asking brought, one after the
other, with no delivery in between, are noticed; that they came is why nothing is lost meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.days import when
from loyalty.store import tills as rows
from loyalty.tills.connections import Connection
from pos_adapters.hooks import POLL_S
from pos_adapters.understanding import Understood

if TYPE_CHECKING:
    from loyalty.tills.courier import Courier

OTHERS = 3  # deliveries of other shops, before it is said that there was none of this one
OWN = -(10**9)
SALES = 5  # that no delivery told of, before it is said: one may be on its way


class Hushed:
    """What asking alone brought, by connection, since the last delivery that was believed."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[int, int]] = {}  # when the last delivery came, and how many sales since
        self._told: set[str] = set()

    async def brought(self, courier: Courier, connection: Connection, new: int) -> None:
        """`new`: sales that this question brought and nobody knew. Who never told anything is only ever asked."""
        if not connection.adapter.tells_all or not (new or connection.id in self._told):
            return
        arrived = await courier.store(lambda line: rows.arrived_at(line.session, connection.id))
        if arrived is None:
            return
        since, before = self._since.get(connection.id, (arrived, 0))
        count = before + new if since == arrived else 0
        self._since[connection.id] = arrived, count
        if count >= SALES and connection.id not in courier.checks.wrong:
            self._told.add(connection.id)
            said = _words(connection, arrived)
            await courier.store(lambda line: rows.note_trouble(line.session, connection.id, said, line.now))
        elif not count and connection.id in self._told:
            self._told.discard(connection.id)
            await courier.store(lambda line: rows.note_trouble(line.session, connection.id, None, line.now))


def _words(connection: Connection, arrived: int) -> str:
    vendor, every = connection.adapter.vendor, float(connection.settings[POLL_S.name])
    return (
        f"{vendor} has told us nothing since {when(arrived):%Y-%m-%d %H:%M} UTC, although sales were made: is our"
        f" webhook still switched on there? Sales come all the same, since we ask every {every:.0f} seconds, but late"
    )


class Misled:
    """Whether a vendor tells of other shops alone, as of a connection whose setting names the wrong one."""

    def __init__(self) -> None:
        # By connection: deliveries of others, and none of its own; far below zero once there was one.
        self._others: dict[str, int] = {}

    async def heard(self, courier: Courier, connection: Connection, found: Understood) -> None:
        if found.said or found.wanted:
            self._others[connection.id] = OWN
        elif found.elsewhere:
            self._others[connection.id] = others = self._others.get(connection.id, 0) + 1
            if others >= OTHERS:
                said = (
                    f"{connection.adapter.vendor} tells of other shops alone, and nothing of this one: the last was"
                    f" {found.elsewhere[-1]}. Is the setting that names this one right?"
                )
                await courier.store(lambda line: rows.tell(line.session, connection.id, said, line.now))
