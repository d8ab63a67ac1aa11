"""Works off what vendors delivered, and asks them for what no delivery told.

One task a connection, so that a slow vendor delays no other. What is claimed is ours for a while only: whoever dies in
the midst of it leaves it to be claimed again, and doing it again changes nothing. Waiting is counted by the machine's
own clock, which no test stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import random
from typing import Any

import structlog

from loyalty.clock import Clock
from loyalty.core.days import SECOND, moment
from loyalty.errors import RegularsError
from loyalty.store import tills as rows
from loyalty.tills.asking import Checks, ask
from loyalty.tills.connections import Connection, Connections
from loyalty.tills.feeding import Feeder
from loyalty.tills.hushed import Hushed, Misled
from loyalty.tills.renewing import renewed
from loyalty.tills.working import tell_meanwhile, told_where, work_off
from loyalty.writer import Writer
from pos_adapters.base import Later

TICK_S = 0.5  # between two looks for what is due
REST_S_MAX = 60.0  # of a connection whose vendor gives no answer, unless the vendor asks for longer
RENEWED_S = 1.0  # until what was refused is asked with new tokens
AT_ONCE_MAX = 8  # connections that are worked on, and so questions to vendors

MACHINE = Clock()
log = structlog.get_logger()


@dataclass(slots=True)
class Rest:
    """How long a connection's vendor is left alone: doubling, and not all at the same moment."""

    failures: int = 0
    until: float = 0.0
    renewed: bool = False  # its tokens, since it last gave an answer or was found in trouble
    stumbled: set[int] = field(default_factory=set)  # deliveries for which it gave none: tried last

    def more(self, now: float, trouble: Later) -> float:
        """New tokens may be asked for again after it: those that were refused may have ended before they were used."""
        self.failures, self.renewed = self.failures + 1, False
        pause: float = min(REST_S_MAX, 2.0 ** min(self.failures, 16) / 2) * (0.75 + random() / 4)
        self.until = now + max(pause, trouble.after_s)
        return self.until - now

    def anew(self, now: float) -> float:
        """With new tokens it is asked again in a moment; if those are refused too, that is trouble."""
        self.renewed, self.until = True, now + RENEWED_S
        return RENEWED_S

    def over(self) -> None:
        self.failures, self.until, self.renewed = 0, 0.0, False


@dataclass
class Courier:
    """Everything that one connection's work needs, and who is being worked on."""

    connections: Connections
    writer: Writer
    feeder: Feeder
    clock: Clock
    rests: dict[str, Rest] = field(default_factory=dict)
    checks: Checks = field(default_factory=Checks)
    hushed: Hushed = field(default_factory=Hushed)
    misled: Misled = field(default_factory=Misled)
    noted: dict[str, float] = field(default_factory=dict)  # when a delivery that was not believed was last told
    untried: dict[str, list[rows.Taken]] = field(default_factory=dict)  # claimed, and not begun: by connection
    busy: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    telling: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # beside those that are busy
    untold: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)  # connections whose vendors have answered
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_MAX))

    async def run(self) -> None:
        """Until it is cancelled; what is under way is claimed again after the next start."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(TICK_S)
        finally:
            tasks = (*self.busy.values(), *self.telling.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, connection: Connection) -> None:
        """Something of it waits: at once, or right after what is being done; but what it says by itself at once."""
        if connection.id in self.busy or self.room.locked():
            self._tell(connection)
        if connection.id in self.busy:
            self.again.add(connection.id)
            return
        task = self.busy[connection.id] = asyncio.create_task(self._work(connection))
        task.add_done_callback(lambda _: self._done(connection))

    def _tell(self, connection: Connection) -> None:
        """Once more if it is under way: that may have looked before this came."""
        self.untold.add(connection.id)
        if connection.id not in self.telling:
            self.telling[connection.id] = asyncio.create_task(self._told(connection))

    async def _told(self, connection: Connection) -> None:
        try:
            while connection.id in self.untold:
                self.untold.discard(connection.id)
                await self._alone(connection, tell_meanwhile(self, connection))
        finally:
            del self.telling[connection.id]

    def _done(self, connection: Connection) -> None:
        self.busy.pop(connection.id, None)
        if connection.id in self.again:
            self.again.discard(connection.id)
            self.wake(connection)

    async def _look(self) -> None:
        def look(line: Any) -> set[str]:
            self.connections.read(line.session)
            return rows.due(line.session, self.machine)

        try:
            due = await self.writer.task(look, of=None)
        except RegularsError:
            return  # the database has a fault that passes
        for connection in self.connections.all.values():
            if connection.id in due and connection.id not in self.busy:
                self.wake(connection)

    async def _work(self, connection: Connection) -> None:
        async with self.room:
            await self._alone(connection, self._worked(connection))

    async def _worked(self, connection: Connection) -> None:
        while await work_off(self, connection):
            await ask(self, connection)  # however much was delivered
        await ask(self, connection)

    async def _alone(self, connection: Connection, work: Coroutine[Any, Any, None]) -> None:
        """The outermost edge of one connection's work: whatever goes wrong in here stops no other."""
        try:
            await work
        except RegularsError as error:
            log.warning("till waits", connection=connection.id, because=error.code)
        except Exception as error:
            told_where(connection, error)

    # -- what the work uses -------------------------------------------------------------------------------------------
    @property
    def machine(self) -> int:
        return moment(MACHINE.now())

    def rest(self, connection: Connection) -> Rest:
        return self.rests.setdefault(connection.id, Rest())

    def resting_s(self, connection: Connection) -> float:
        return max(0.0, self.rest(connection).until - asyncio.get_running_loop().time())

    async def trouble(self, connection: Connection, trouble: Later) -> float:
        """Told to the owner, unless a check has told a reason; the seconds for which the vendor is left alone."""
        left = await renewed(self, connection, trouble)
        if left is None:
            return self.rest(connection).anew(asyncio.get_running_loop().time())
        trouble = left
        pause = self.rest(connection).more(asyncio.get_running_loop().time(), trouble)
        if connection.id not in self.checks.wrong:
            await self.store(lambda line: rows.note_trouble(line.session, connection.id, trouble.message, line.now))
        log.warning("vendor gives no answer", connection=connection.id, again_in_s=round(pause, 1))
        return pause

    async def answered(self, connection: Connection) -> None:
        """The vendor gives answers again, or for the first time: whatever was told of it before is over."""
        new = connection.id not in self.heard or self.rest(connection).failures
        self.heard.add(connection.id)
        if new and connection.id not in self.checks.wrong:
            await self.store(lambda line: rows.note_trouble(line.session, connection.id, None, line.now))
        self.rest(connection).over()

    async def store(self, run: Callable[[Any], Any]) -> Any:
        return await self.writer.task(run, of=None)

    def later(self, seconds: float) -> int:
        return self.machine + int(seconds * SECOND)
