"""Asks a vendor for what changed, page by page. The cursor moves on only once what it passed over is in the line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from loyalty.errors import RegularsError
from loyalty.store import tills as rows
from loyalty.tills.connections import Connection
from loyalty.tills.threads import in_thread
from pos_adapters.base import Later
from pos_adapters.hooks import POLL_S
from pos_adapters.understanding import look_on, look_over

if TYPE_CHECKING:
    from loyalty.tills.courier import Courier

PAGES_MAX = 200  # of one turn; the next turn goes on
CHECK_S = 3_600.0  # between two looks whether the settings still work
WRONG_S = 30.0  # the same, while they do not
FIRST_S = 1.0  # so long before the vendor is asked again we are ready: what was delivered is not sooner
NEVER_S = 86_400.0  # between two looks at a connection that cannot be asked


async def ask(courier: Courier, connection: Connection) -> None:
    """If it is time, and nobody else does."""
    claimed = await courier.store(lambda line: rows.claim_asking(line.session, connection.id, courier.machine))
    if claimed is None:
        return
    pause = NEVER_S
    if connection.adapter.pull is not None:
        resting = courier.resting_s(connection)
        pause = max(0.1, resting - FIRST_S) if resting else await _ask_on(courier, connection, claimed[0])
    at = courier.later(pause)
    await courier.store(lambda line: rows.ask_again(line.session, connection.id, at))


async def _ask_on(courier: Courier, connection: Connection, cursor: str) -> float:
    """In how many seconds to ask again."""
    try:
        await _check(courier, connection)
        for _ in range(PAGES_MAX):
            now = courier.clock.now()
            page, found = await in_thread(look_on, connection.adapter, cursor, connection.settings, now)
            fed = await courier.feeder.feed(connection, found)
            await courier.hushed.brought(courier, connection, fed.new)
            cursor = page.cursor
            await _moved_on(courier, connection, cursor)
            if not page.more:
                break
    except Later as trouble:
        return await courier.trouble(connection, trouble)
    except RegularsError as error:
        if error.status == 503:
            raise
        return await courier.trouble(connection, Later(error.message))
    await courier.answered(connection)
    return float(connection.settings[POLL_S.name])


async def _moved_on(courier: Courier, connection: Connection, cursor: str) -> None:
    machine = courier.machine
    await courier.store(lambda line: rows.asked(line.session, connection.id, cursor, machine, line.now))


async def _check(courier: Courier, connection: Connection) -> None:
    """At the first look, after a change of the settings, and now and then."""
    if not courier.checks.due(connection, asyncio.get_running_loop().time()):
        return
    said = await in_thread(look_over, connection.adapter, connection.settings)
    was_wrong = connection.id in courier.checks.wrong
    courier.checks.heard(connection, bool(said), asyncio.get_running_loop().time())
    if said or was_wrong:
        why = "; ".join(said) or None
        await courier.store(lambda line: rows.note_trouble(line.session, connection.id, why, line.now))


class Checks:
    """When the settings of a connection were last tried, and what they were then."""

    def __init__(self) -> None:
        self._at: dict[str, tuple[float, object]] = {}
        self.wrong: set[str] = set()

    def due(self, connection: Connection, now: float) -> bool:
        at, settings = self._at.get(connection.id, (0.0, None))
        again_s = WRONG_S if connection.id in self.wrong else CHECK_S
        return settings is not connection.settings or now - at >= again_s

    def heard(self, connection: Connection, wrong: bool, now: float) -> None:
        self._at[connection.id] = now, connection.settings
        (self.wrong.add if wrong else self.wrong.discard)(connection.id)
