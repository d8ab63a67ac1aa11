"""Where the parts meet, and the only place where they do."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from loyalty import upkeep
from loyalty.bus import Bus, DatabaseBus, NoBus, RedisBus
from loyalty.cards import Cards
from loyalty.clock import clock_of
from loyalty.core import money
from loyalty.feed import Feed
from loyalty.hub import Hub
from loyalty.ingest import Line
from loyalty.metrics import watch
from loyalty.neighbours import Neighbours
from loyalty.reader import Reader
from loyalty.settings import Settings
from loyalty.store.database import Place, PostgresPlace, open_vault
from loyalty.store.erased import Erased
from loyalty.store.keys import Keys
from loyalty.store.listening import Listener
from loyalty.store.marks import Marker
from loyalty.store.secrets import Vault, new_id
from loyalty.store.view import View
from loyalty.telling import Teller
from loyalty.tills.beside import Beside
from loyalty.tills.connections import Connections
from loyalty.tills.courier import Courier
from loyalty.tills.feeding import Feeder
from loyalty.web import faults
from loyalty.web.channel import wire_frame
from loyalty.web.fresh_keys import FreshKeys
from loyalty.web.misses import Misses
from loyalty.web.passwords import Passwords
from loyalty.web.routes import routes
from loyalty.web.silence import Silences
from loyalty.wire import picture
from loyalty.work import Untidy
from loyalty.writer import Writer

SCREENS = Path(__file__).parent / "screens"
GC_THRESHOLDS = (50_000, 20, 100)  # hardly anything here holds a cycle, and a look at everything stops the house

log = structlog.get_logger()


class House:
    """Everything that a running service is made of."""

    def __init__(self, settings: Settings, vault: Vault, place: Place) -> None:
        session = place.open(tidied=True)
        self.tidier, self.untidy = place.open(only_reads=True), Untidy()
        self.clock = clock_of(settings.test_clock)
        self.url = settings.url
        self.erased = Erased(place.key_path.parent)
        self.passwords = Passwords(time.monotonic, lambda login, right: self.neighbours.guess(login, right))
        self.line = Line(session, vault, self.clock)
        self.hub = Hub(self.clock.now, wire_frame)
        self.reader = Reader(View(place.open(only_reads=True), vault, self.clock))
        self.watcher = Reader(View(place.open(only_reads=True), vault, self.clock))  # for what must not wait for pages
        self.feed = Feed(self.hub, self.watcher)
        self.cards = Cards(self.watcher)
        self.bus = bus_of(settings, place)
        self.keys = Keys(vault)
        self.marker = Marker(vault)
        self.fresh_keys = FreshKeys(self.read_again)
        self.misses = Misses(time.monotonic, lambda key: self.neighbours.miss(key))
        self.silences = Silences()
        self.neighbours = Neighbours(new_id(), self.bus, self.feed, self.misses.count, self.passwords.count)
        self.writer = Writer(self.line, self.neighbours.committed, self.neighbours.in_commit, self.hub.prepare)
        feeder = Feeder(self.line, self.writer, self.marker, self.clock)
        self.courier = Courier(Connections(vault, settings.url), self.writer, feeder, self.clock)
        self.teller = Teller(settings, place.key_path.parent, self.reader, self.writer, self.clock)
        self.wallets = self.teller.wallets
        self._read_again(self.line)

    async def read_again(self) -> None:
        """Another process may have opened a business, made or withdrawn a key, changed a program."""
        await self.writer.task(self._read_again, of=None)

    def _read_again(self, line: Line) -> None:
        self.keys.read(line.session)
        self.courier.connections.read(line.session)
        line.settings.read(line.session)  # last: whoever's key is known, their shops are


def make_app(settings: Settings) -> Starlette:
    """The service on an existing database."""
    place = Place.of(settings.database, settings.key)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        picture()
        money.exists("USD")  # what the first sale would wait for
        house = app.state.house = House(settings, open_vault(place), place)
        house.writer.start()
        unwatch = watch(house.writer, house.hub, str(os.getpid()) if settings.workers > 1 else "")
        chores = [asyncio.create_task(upkeep.every(seconds, chore, house)) for seconds, chore in upkeep.CHORES]
        chores.append(asyncio.create_task(house.bus.hear(house.neighbours.heard)))
        chores.append(asyncio.create_task(upkeep.know_names(house)))
        chores.append(asyncio.create_task(house.courier.run()))
        chores.append(asyncio.create_task(house.teller.run()))
        beside = Beside(Path(settings.tills)) if settings.tills else None
        gc.collect()
        gc.freeze()  # what lives as long as the process is not looked at again
        gc.set_threshold(*GC_THRESHOLDS)
        if house.clock.moved:
            log.warning("the clock is moved by a file: this is a test or a demo")
        try:
            if beside is not None:
                beside.start()
            yield
        finally:
            if beside is not None:
                await asyncio.to_thread(beside.stop)
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await house.writer.stop()
            await house.feed.stop()
            await house.bus.close()
            house.reader.stop()
            house.watcher.stop()
            unwatch()
            house.line.session.close()
            house.tidier.close()

    return Starlette(
        routes=routes(SCREENS),
        lifespan=lifespan,
        exception_handlers={HTTPException: faults.http_fault, Exception: faults.our_fault},
    )


def bus_of(settings: Settings, place: Place) -> Bus:
    """Redis where one is given; else PostgreSQL tells by itself, and on SQLite there is one process."""
    if settings.bus:
        return RedisBus(settings.bus)
    return DatabaseBus(Listener(place.conninfo)) if isinstance(place, PostgresPlace) else NoBus()
