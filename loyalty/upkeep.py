"""What the house does by itself, again and again: cues grow old, points end, what is kept for a while is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

import structlog

from loyalty.acts.cues import grow_old, with_old_cues
from loyalty.acts.lots import let_end, with_ended
from loyalty.acts.redemptions import run_out, with_run_out
from loyalty.acts.standing import fill_in, unfilled
from loyalty.bus import Bus
from loyalty.cards import Cards
from loyalty.core.days import SECOND
from loyalty.counting import count_best
from loyalty.errors import RegularsError
from loyalty.feed import Feed
from loyalty.ingest import Line
from loyalty.reader import Reader
from loyalty.store import chores, wallets
from loyalty.store.retention import businesses, purge
from loyalty.store.session import EVERYBODY, Session
from loyalty.work import Untidy
from loyalty.writer import Writer

SWEEP_SECONDS = 0.5
PURGE_SECONDS = 3600.0
TIDY_SECONDS = 0.25
LOOK_SECONDS = 2.0  # between two looks for what no notice told of
BEST_SECONDS = 2.0  # between two looks whether a day's best are counted
SETTINGS_SECONDS = 1.0  # between two looks for keys and programs that another process changed

log = structlog.get_logger()


class House(Protocol):
    """What is kept up; made in `app`."""

    writer: Writer
    reader: Reader
    watcher: Reader
    feed: Feed
    cards: Cards
    bus: Bus
    line: Line
    tidier: Session
    untidy: Untidy

    async def read_again(self) -> None: ...


async def know_names(house: House) -> None:
    """So that the first look-up of the day need not wait until everybody's name is read."""
    for business in sorted({shop.business for shop in house.line.settings.shops.values()}):
        while await _read_on(house, business):
            pass


async def _read_on(house: House, business: str) -> bool:
    with suppress(RegularsError):
        return await house.reader.ask(lambda view: view.roster.read_on(view.session, business))
    return False


async def every(seconds: float, chore: Chore, house: House) -> None:
    """A fault that passes is tried again next time; one of our own is told, and stops no later turn."""
    while True:
        try:
            with suppress(RegularsError):
                await chore(house)
        except Exception as error:  # by its type alone: its message may quote what is stored of somebody
            log.error("chore failed", chore=chore.__name__, error=type(error).__name__)
        await asyncio.sleep(seconds)


async def _grow_old(house: House) -> None:
    for business in await house.watcher.ask(with_old_cues):
        while await house.writer.task(partial(grow_old, business=business), of=business):
            pass


async def _run_out(house: House) -> None:
    for business in await house.watcher.ask(with_run_out):
        await house.writer.task(partial(run_out, business=business), of=business)


async def _let_end(house: House) -> None:
    for business in await house.watcher.ask(with_ended):
        while await house.writer.task(partial(let_end, business=business), of=business):
            pass


async def _purge(house: House) -> None:
    """Once an hour, whoever does it, and however often a process is started: it asks after every business."""
    if not await house.writer.task(_to_purge, of=None):
        return
    for business in await house.watcher.ask(lambda view: businesses(view.session)):
        await house.writer.task(partial(_purge_one, business), of=business)


def _to_purge(line: Line) -> bool:
    """Whoever is the first to ask does it. A clock that was ahead holds nothing up."""
    known = chores.last(line.session, chores.PURGED)
    if known is not None and 0 <= line.now - known[0] < PURGE_SECONDS * SECOND // 2:
        return False
    chores.did(line.session, chores.PURGED, line.now)
    return True


def _purge_one(business: str, line: Line) -> None:
    untold = wallets.untold(line.session, business, line.now)
    if untold:
        log.warning("wallets could not be told that a card has ended", wallets=untold)
    purge(line.session, business, line.now)


async def _tidy(house: House) -> None:
    if house.untidy.is_due(house.writer.counts):
        await asyncio.to_thread(house.tidier.tidy)


async def _look(house: House) -> None:
    await house.feed.look()


async def _look_at_cards(house: House) -> None:
    await house.cards.look()


async def _read_again(house: House) -> None:
    """What another process changed holds here within a second."""
    if house.bus.when != "never":
        await house.read_again()


async def _count_best(house: House) -> None:
    await count_best(house.reader, house.writer)


async def _fill_in(house: House) -> None:
    if await house.watcher.ask(unfilled):
        await house.writer.task(fill_in, of=EVERYBODY)


Chore = Callable[[House], Awaitable[None]]
CHORES: tuple[tuple[float, Chore], ...] = (
    (SWEEP_SECONDS, _grow_old),
    (SWEEP_SECONDS, _run_out),
    (SWEEP_SECONDS, _let_end),
    (PURGE_SECONDS, _purge),
    (TIDY_SECONDS, _tidy),
    (LOOK_SECONDS, _look),
    (SWEEP_SECONDS, _look_at_cards),
    (SETTINGS_SECONDS, _read_again),
    (SWEEP_SECONDS, _fill_in),
    (BEST_SECONDS, _count_best),
)
