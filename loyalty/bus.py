"""How processes that serve together tell each other what happened: over PostgreSQL itself, over Redis, or not at all.

A notice is a hint and may be lost: whoever hears it reads the rows, and looks for itself every now and then as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal, Protocol

import msgspec
import structlog
from redis import asyncio as redis
from redis.exceptions import RedisError

from loyalty.errors import Passing
from loyalty.store.listening import Listener
from loyalty.store.save import Sent

SPANS_MAX = 80  # of one notice; PostgreSQL takes 8,000 bytes
ANSWER_SECONDS = 2.0  # in which Redis answers
AGAIN_SECONDS = 1.0  # between two attempts to hear again
CHANNEL = "regulars"

Heard = Callable[[str], None]
When = Literal["never", "in commit", "after commit"]
log = structlog.get_logger()


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Messages to the screens of a shop, from the first to the last."""

    shop: str
    first: int
    last: int


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one process tells the others."""

    by: str
    spans: tuple[Span, ...] = ()
    miss: str = ""  # the hash of a key by which nobody was found
    guess: str = ""  # the hash of a login whose password somebody tries
    right: bool = False  # and the password was right: the guesses before it are forgiven


read_notice = msgspec.json.Decoder(Notice).decode


class Bus(Protocol):
    when: When  # notices of messages go out

    async def tell(self, notice: str) -> None:
        """To every process, this one too. A fault is no fault: notices may be lost."""

    async def hear(self, heard: Heard) -> None:
        """Until it is cancelled."""

    async def ready(self) -> None:
        """Raises Passing where nothing would be heard just now."""

    async def close(self) -> None: ...


class NoBus:
    """One process needs none."""

    when: When = "never"

    async def tell(self, notice: str) -> None:
        return

    async def hear(self, heard: Heard) -> None:
        return

    async def ready(self) -> None:
        return

    async def close(self) -> None:
        return


class DatabaseBus:
    """PostgreSQL's own: LISTEN on a connection that does nothing else, NOTIFY within the transaction."""

    when: When = "in commit"

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def tell(self, notice: str) -> None:
        await self._listener.tell(notice)

    async def hear(self, heard: Heard) -> None:
        await self._listener.listen(heard)

    async def ready(self) -> None:
        if not self._listener.up:
            raise Passing("the database does not tell us what others do just now")

    async def close(self) -> None:
        await self._listener.close()


class RedisBus:
    """Redis's publish and subscribe, after the commit."""

    when: When = "after commit"

    def __init__(self, url: str) -> None:
        self._redis = redis.from_url(url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)

    async def tell(self, notice: str) -> None:
        with suppress(RedisError, OSError, TimeoutError):
            await self._redis.publish(CHANNEL, notice)

    async def hear(self, heard: Heard) -> None:
        while True:
            with suppress(RedisError, OSError, TimeoutError):
                await self._hear(heard)
            log.warning("the bus does not answer; what others do is looked up in the database until it does")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self, heard: Heard) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=ANSWER_SECONDS)
                if message is not None:
                    heard(message["data"].decode(errors="replace"))

    async def ready(self) -> None:
        try:
            await self._redis.ping()
        except (RedisError, OSError, TimeoutError) as error:
            raise Passing("the bus does not answer just now") from error

    async def close(self) -> None:
        with suppress(RedisError, OSError, TimeoutError):
            await self._redis.aclose()


def notices_of(by: str, sent: Sequence[Sent]) -> list[str]:
    """Which numbers were given out: one notice a commit, or as many as the shops need."""
    ends: dict[str, tuple[int, int]] = {}
    for message in sent:
        first, _ = ends.get(message.shop, (message.seq, 0))
        ends[message.shop] = (first, message.seq)
    spans = [Span(shop, first, last) for shop, (first, last) in ends.items()]
    pieces = [tuple(spans[start : start + SPANS_MAX]) for start in range(0, len(spans), SPANS_MAX)]
    return [msgspec.json.encode(Notice(by, piece)).decode() for piece in pieces]


def miss_of(by: str, key: str) -> str:
    return msgspec.json.encode(Notice(by, miss=key)).decode()


def guess_of(by: str, login: str, *, right: bool) -> str:
    return msgspec.json.encode(Notice(by, guess=login, right=right)).decode()
