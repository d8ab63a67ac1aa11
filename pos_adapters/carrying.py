"""Everything that a configuration names, running side by side: sources, vendors' accounts, doors, and the stream."""

from __future__ import annotations

import asyncio
import traceback
from functools import partial

import structlog

from loyalty.errors import Passing
from pos_adapters import stream, telling
from pos_adapters.base import Closing, Source
from pos_adapters.config import Config, Connection
from pos_adapters.database import Damaged
from pos_adapters.greeting import Greeter
from pos_adapters.hooked import Hooked
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.listening import listen
from pos_adapters.outbox import Outbox

REST_S = 5.0  # of a source after a fault

log = structlog.get_logger()


async def carry(chosen: Config, outbox: Outbox, stop: asyncio.Event) -> None:
    """Until `stop`. Raises a group with Damaged in it where the outbox is."""
    log.info("started", connections=len(chosen.connections), held=outbox.held)
    async with asyncio.TaskGroup() as group:
        group.create_task(stream.run(outbox, chosen.url, chosen.key, stop=stop))
        hooked_here: list[Hooked] = []
        doors: dict[tuple[str, int], list[tuple[Connection, Hooked]]] = {}
        for connection in chosen.connections:
            if connection.adapter.source is not None:
                source = connection.adapter.source(connection.settings, outbox)
            else:
                source = hooked = Hooked(connection, outbox)
                hooked_here.append(hooked)
                if connection.listen is not None:
                    doors.setdefault(connection.listen, []).append((connection, hooked))
                    log.info("listening", address=connection.settings[PUBLIC_URL.name])
            group.create_task(watch(source, connection.adapter.vendor, stop))
        rows = partial(_rows, hooked_here)
        group.create_task(telling.keep_telling(chosen.outbox, outbox, rows, stop))
        if doors:
            group.create_task(listen(outbox, doors, stop, Greeter(chosen.url, chosen.key)))
    log.info("stopped", held=outbox.held)


def _rows(here: list[Hooked]) -> tuple[telling.Row, ...]:
    return tuple(telling.Row(one.space, one.title, one.kept.standing) for one in here)


async def watch(source: Source, vendor: str, stop: asyncio.Event) -> None:
    """Look again and again. One till's trouble is not the others'."""
    try:
        while not stop.is_set():
            await stream.rest(stop, await _looked(source, vendor))
    finally:
        if isinstance(source, Closing):
            await asyncio.to_thread(source.close)


async def _looked(source: Source, vendor: str) -> float:
    """In how many seconds to look again."""
    try:
        return await asyncio.to_thread(source.look)
    except Passing as error:
        log.warning("source-waits", vendor=vendor, because=error.message)
    except Damaged:
        raise  # the outbox is everybody's: only a new start helps
    except Exception as error:  # said by type and place alone: its message may quote what a sale says
        places = [f"{place.name}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)]
        log.error("source-failed", vendor=vendor, error=type(error).__name__, places=places)
    return REST_S
