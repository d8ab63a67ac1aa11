"""One connection's deliveries, oldest first: what they say by themselves at once, then what they point to."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from loyalty.core.days import DAY
from loyalty.errors import RegularsError, Unknown
from loyalty.store import tills as rows
from loyalty.store.session import Session
from loyalty.store.tills import Taken
from loyalty.tills.asking import ask
from loyalty.tills.connections import Connection
from loyalty.tills.threads import in_thread
from loyalty.wire import Fault
from pos_adapters.asking import NotAllowed
from pos_adapters.base import Fetch, Later, Verdict
from pos_adapters.understanding import Understood, look_up, understand

if TYPE_CHECKING:
    from loyalty.tills.courier import Courier

ROUND_MAX = 50  # deliveries claimed together; what several point to is asked for once
TRIES_MAX = 12  # that ended in nobody knows what, or found nothing; questions that were not answered do not count
UNKNOWN_MAX = 6  # times that the vendor may not have what it told of
KEPT = 3 * DAY  # a vendor that gives no answer for so long will not
T = TypeVar("T")

log = structlog.get_logger()


async def work_off(courier: Courier, connection: Connection) -> bool:
    """One round of what is due; whether there was any.

    The vendor may be in trouble with one of them alone: so that asking for what changed, and the others, have their
    turn before it is tried again.
    """
    claimed = await courier.store(lambda line: _claim(line.session, courier, connection))
    round, rest = _Round(courier, connection, claimed), courier.rest(connection)
    try:
        read = [(taken, await _alone(connection, round.begin(taken))) for taken in claimed]
        if claimed and rest.failures:
            await ask(courier, connection)
        for taken, found in sorted(read, key=lambda pair: pair[0].id in rest.stumbled):
            if found is not None:
                await _alone(connection, round.end(taken, found))
    except RegularsError:  # the line's own: the rest was not tried, and that is noted as soon as it can be
        courier.untried.setdefault(connection.id, []).extend(round.untried())
        raise
    return bool(claimed)


async def tell_meanwhile(courier: Courier, connection: Connection) -> None:
    """While a vendor is asked: what deliveries say by themselves waits for no answer. The rest is left for its turn."""

    def claim(line: Any) -> list[Taken]:
        return rows.claim(line.session, connection.id, courier.machine, ROUND_MAX, untold=True)

    while claimed := await courier.store(claim):
        round = _Round(courier, connection, claimed)
        for taken in claimed:
            if await _alone(connection, round.begin(taken)) is not None:
                await round.leave(taken)


def _claim(session: Session, courier: Courier, connection: Connection) -> list[Taken]:
    rows.give_back(session, courier.untried.pop(connection.id, []))
    return rows.claim(session, connection.id, courier.machine, ROUND_MAX)


async def _alone(connection: Connection, step: Awaitable[T]) -> T | None:
    """A delivery that we stumble over costs no other; it comes up again by itself, and in the end is given up."""
    try:
        return await step
    except RegularsError:
        raise  # the line's own: everything comes up again
    except Exception as error:
        told_where(connection, error)
        return None


def told_where(connection: Connection, error: Exception) -> None:
    """By type and place alone: its message may quote what somebody bought."""
    places = [f"{place.name}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)]
    log.error("till failed", connection=connection.id, error=type(error).__name__, places=places)


class _Round:
    """Deliveries that are worked off together. All of them came before its first question, so its answers are fresh."""

    def __init__(self, courier: Courier, connection: Connection, claimed: Sequence[Taken]) -> None:
        self._courier = courier
        self._connection = connection
        self._claimed = claimed
        self._ours = {taken.id for taken in claimed}
        self._at = 0  # the delivery that is worked on
        self._kept_at = courier.machine
        self._answers: dict[Fetch, Understood | Unknown] = {}

    async def begin(self, taken: Taken) -> Understood | None:
        """What needs no question is in the line when this returns: its cue waits for no vendor."""
        self._at = taken.id
        raw = self._courier.feeder.line.vault.open_raw(taken.body)
        if taken.tries > TRIES_MAX:
            await self._give_up(taken, raw, Fault(code="our-fault", message="we could not work on this; it was kept"))
            return None
        verdict: Verdict = "signed" if taken.verdict == "signed" else "hint"
        connection = self._connection
        found = await in_thread(understand, connection.adapter, raw, verdict, connection.settings)
        if taken.told:
            return found
        if found.notices:
            said = "; ".join(found.notices)
            await self._courier.store(lambda line: rows.tell(line.session, connection.id, said, line.now))
        await self._courier.misled.heard(self._courier, connection, found)
        fed = await self._courier.feeder.feed(connection, found, taken.received_at)
        if not found.wanted:
            await self._finish(taken, "done" if fed.whole else "aside")
            return None
        await self._courier.store(lambda line: rows.told(line.session, taken.id))
        return found

    async def end(self, taken: Taken, found: Understood) -> None:
        self._at = taken.id
        try:
            whole = not found.unreadable
            for wanted in found.wanted:
                answer = await self._answer(wanted)
                whole = (await self._courier.feeder.feed(self._connection, answer)).whole and whole
            await self._finish(taken, "done" if whole else "aside")
        except NotAllowed as trouble:
            await (self._seek if taken.verdict == "hint" else self._wait)(taken, trouble)
        except Later as trouble:
            await self._wait(taken, trouble)
        except Unknown as error:
            await self._seek(taken, error)
        except RegularsError as error:
            if error.status == 503:
                raise  # the line's own: it comes up again
            await self._give_up(taken, None, Fault(code=error.code, at=error.at, message=error.message))

    async def leave(self, taken: Taken) -> None:
        """For whoever asks the vendor; it was told, and that is no try."""
        self._ours.discard(taken.id)
        due = self._courier.machine
        await self._courier.store(lambda line: rows.put_off(line.session, taken.id, due, taken.tries - 1))

    def untried(self) -> list[Taken]:
        """What is ours still, and not what was being worked on."""
        return [taken for taken in self._claimed if taken.id in self._ours and taken.id != self._at]

    async def _answer(self, wanted: Fetch) -> Understood:
        """Asked for once a round; while the vendor is left alone, not at all."""
        courier, connection = self._courier, self._connection
        if wanted not in self._answers:
            resting = courier.resting_s(connection)
            if resting:
                raise Resting(resting)
            await self._keep()
            try:
                self._answers[wanted] = await in_thread(look_up, connection.adapter, wanted, connection.settings)
            except Unknown as error:
                self._answers[wanted] = error
            await courier.answered(connection)
        found = self._answers[wanted]
        if isinstance(found, Unknown):
            raise found
        return found

    async def _keep(self) -> None:
        """What is ours stays ours while we ask."""
        machine = self._courier.machine
        if machine - self._kept_at > rows.LEASE // 3:
            self._kept_at = machine
            await self._courier.store(lambda line: rows.keep_claimed(line.session, sorted(self._ours), machine))

    async def _wait(self, taken: Taken, trouble: Later) -> None:
        courier = self._courier
        if courier.feeder.line.now - taken.received_at > KEPT:
            await self._give_up(taken, None, Fault(code="no-answer", message=trouble.message))
            return
        resting = isinstance(trouble, Resting)
        if not resting:
            courier.rest(self._connection).stumbled.add(taken.id)
        pause = trouble.after_s if resting else await courier.trouble(self._connection, trouble)
        due = courier.later(pause)
        self._ours.discard(taken.id)
        await courier.store(lambda line: rows.put_off(line.session, taken.id, due, taken.tries - 1))

    async def _seek(self, taken: Taken, error: Unknown | NotAllowed) -> None:
        """A vendor may tell of something a moment before it can be asked for. What nobody signed may point to what is
        another's."""
        if taken.tries >= UNKNOWN_MAX:
            await self._give_up(taken, None, Fault(code=error.code, at=error.at, message=error.message))
            return
        due = self._courier.later(2.0 ** (taken.tries - 1))
        self._ours.discard(taken.id)
        await self._courier.store(lambda line: rows.put_off(line.session, taken.id, due, taken.tries))

    async def _give_up(self, taken: Taken, raw: bytes | None, fault: Fault) -> None:
        """Kept, with the reason, for the owner."""
        feeder = self._courier.feeder
        await feeder.set_aside(self._connection, raw or feeder.line.vault.open_raw(taken.body), fault)
        await self._finish(taken, "aside")

    async def _finish(self, taken: Taken, state: str) -> None:
        self._ours.discard(taken.id)
        self._courier.rest(self._connection).stumbled.discard(taken.id)
        await self._courier.store(lambda line: rows.finish(line.session, taken.id, state))


class Resting(Later):
    """The vendor is left alone just now; it was not asked."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the vendor is left alone for a moment", after_s=seconds)
