"""Answers a vendor that waits while somebody stands at its till: who they are, and what they may have.

A vendor's till stops for our answer, so there is one in time, even if it says nothing: the strictest give us two
seconds, and ask for half of one on average.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from loyalty.acts.redemptions import release, reserve
from loyalty.arriving import presence_in
from loyalty.core.decide import Answer
from loyalty.errors import RegularsError
from loyalty.ingest import Line
from loyalty.store import redemptions
from loyalty.tills.answering import NOTHING_TOLD, Asked, Offered, Told
from loyalty.tills.connections import Connection
from loyalty.web.pos import checkin_answer
from loyalty.web.showing import is_guess
from loyalty.wire import CheckinAnswer, Fault, NewRedemption
from loyalty.wire_tills import HANDLE

if TYPE_CHECKING:
    from loyalty.web.gate import House

ANSWER_S = 1.5


async def told(house: House, connection: Connection, asked: Asked) -> Told:
    """Never raises, and never takes longer than ANSWER_S."""
    try:
        async with asyncio.timeout(ANSWER_S):
            if asked.undo:
                await house.writer.task(lambda line: _undo(line, connection, asked.undo), of=connection.business)
            return await _told(house, connection, asked) if asked.who is not None else NOTHING_TOLD
    except (RegularsError, TimeoutError):
        return NOTHING_TOLD


async def _told(house: House, connection: Connection, asked: Asked) -> Told:
    """`misses` counts who asks for people that we do not know, as of anybody who looks people up."""
    assert asked.who is not None
    house.misses.check(connection.id)
    facts = house.line.settings.shops[connection.shop]
    presence = presence_in(facts, house.marker, asked.who, house.clock.now(), again=True)
    [result] = await house.writer.line([presence])
    if isinstance(result, Fault):
        return NOTHING_TOLD
    if is_guess(result):
        house.misses.miss(connection.id)
    if result.kind != "present" or result.person is None:
        return NOTHING_TOLD
    seen = await checkin_answer(house, result, facts.language)
    return Told(seen, f"{HANDLE}{result.person}", _offered(result), await _used(house, connection, asked, seen))


def _offered(result: Answer) -> tuple[Offered, ...]:
    """The reward that is due, as the counter is told of it."""
    due = result.cue.redeem if result.cue is not None else None
    return (Offered(due.reward, due.name, due.off),) if due is not None else ()


async def _used(house: House, connection: Connection, asked: Asked, seen: CheckinAnswer) -> tuple[tuple[str, str], ...]:
    """Reserves each: its sale confirms it. Asked again, the same reservation is answered."""
    refused: list[tuple[str, str]] = []
    for reward in asked.use:
        wanted = NewRedemption(
            customer=seen.customer.id, reward=reward, till=asked.who.till if asked.who else None,
            shop=connection.shop, key=_key(connection, asked.key, reward),
        )  # fmt: skip
        try:
            await _reserve(house, connection, wanted)
        except RegularsError as error:
            refused.append((reward, error.message))
    return tuple(refused)


async def _reserve(house: House, connection: Connection, wanted: NewRedemption) -> None:
    await house.writer.task(lambda line: reserve(line, connection.business, wanted), of=connection.business)


def _undo(line: Line, connection: Connection, key: str) -> None:
    """What an earlier question reserved comes back; what its sale has used meanwhile is the sale's."""
    program = line.settings.programs[connection.business, line.settings.shops[connection.shop].program]
    for reward in program.rewards:
        found = redemptions.of_key(line.session, connection.business, _key(connection, key, reward.id))
        if found is not None and found.state == "reserved":
            release(line, connection.business, connection.shop, found.id)


def _key(connection: Connection, key: str, reward: str) -> str:
    """Idempotent within the connection: the vendor's own word for its question."""
    return f"{connection.id}/{key}/{reward}"[:128]
