"""Where the parts meet, and the only place where they do."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from loyalty.acts.cues import grow_old
from loyalty.acts.redemptions import run_out
from loyalty.clock import clock_of
from loyalty.errors import RegularsError
from loyalty.hub import Hub
from loyalty.ingest import Line
from loyalty.metrics import watch
from loyalty.reader import Reader
from loyalty.settings import Settings
from loyalty.store.database import Place, open_vault
from loyalty.store.keys import Keys
from loyalty.store.marks import Marker
from loyalty.store.retention import purge
from loyalty.store.secrets import Vault
from loyalty.store.view import View
from loyalty.web import gate
from loyalty.web.gate import FreshKeys, Misses
from loyalty.web.routes import routes
from loyalty.wire import FRAME_BYTES_MAX
from loyalty.writer import Writer

SCREENS = Path(__file__).parent / "screens"
SWEEP_SECONDS = 0.5
PURGE_SECONDS = 3600.0
SWITCH_SECONDS = 0.0005  # a page that is being read gives way to a sale ten times sooner than by default
WS_QUEUE_MAX = 64  # frames that uvicorn reads ahead of us on one socket

log = structlog.get_logger()


class House:
    """Everything that a running service is made of."""

    def __init__(self, settings: Settings, vault: Vault, place: Place) -> None:
        session = place.open()
        self.clock = clock_of(settings.test_clock)
        self.url = settings.url
        self.line = Line(session, vault, self.clock)
        self.hub = Hub(self.clock.now)
        self.writer = Writer(self.line, self.hub.publish)
        self.reader = Reader(View(place.open(only_reads=True), vault, self.clock))
        self.keys = Keys(vault)
        self.marker = Marker(vault)
        self.fresh_keys = FreshKeys(self._read_keys)
        self.misses = Misses(time.monotonic)
        self.line.settings.read(session)
        self.keys.read(session)

    async def _read_keys(self) -> None:
        await self.writer.task(self._read_again, of=None)

    def _read_again(self, line: Line) -> None:
        """Another process may have opened a business: its keys and its shops."""
        line.settings.read(line.session)
        self.keys.read(line.session)


def make_app(settings: Settings) -> Starlette:
    """The service on an existing database."""
    place = Place.of(settings.database, settings.key)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        house = app.state.house = House(settings, open_vault(place), place)
        house.writer.start()
        unwatch = watch(house.writer, house.hub)
        chores = [
            asyncio.create_task(_every(SWEEP_SECONDS, house, lambda line: (grow_old(line), run_out(line)))),
            asyncio.create_task(_every(PURGE_SECONDS, house, lambda line: purge(line.session, line.now))),
        ]
        gc.collect()
        gc.freeze()  # what lives as long as the process is not looked at again
        if house.clock.moved:
            log.warning("the clock is moved by a file: this is a test or a demo")
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await house.writer.stop()
            house.reader.stop()
            unwatch()
            house.line.session.close()

    return Starlette(
        routes=routes(SCREENS),
        lifespan=lifespan,
        exception_handlers={HTTPException: gate.http_fault, Exception: gate.our_fault},
    )


async def _every(seconds: float, house: House, chore: object) -> None:
    """A chore of the house, as a task of the line; a fault that passes is tried again next time."""
    while True:
        with suppress(RegularsError):
            await house.writer.task(chore)  # type: ignore[arg-type]
        await asyncio.sleep(seconds)


def serve(settings: Settings) -> None:
    """Runs until it is told to stop."""
    configure(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.Server(server_config(settings)).run()


def configure(settings: Settings) -> None:
    """Logs without personal data, to standard error."""
    level = logging.getLevelNamesMapping()[settings.log.upper()]
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), plain],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _is_news(record: logging.LogRecord) -> bool:
    """uvicorn reports each socket that we refuse as an error of ours: a flood of wrong keys would fill the log."""
    return "without completing handshake" not in record.getMessage()


def server_config(settings: Settings) -> uvicorn.Config:
    """No access log and no deflate: both cost more than the work itself."""
    return uvicorn.Config(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log if settings.log != "info" else "warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=FRAME_BYTES_MAX,
        ws_max_queue=WS_QUEUE_MAX,
        timeout_graceful_shutdown=10,
    )
