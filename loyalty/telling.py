"""Cards in wallets follow what the shop knows: beside the line, so that no till waits for a telephone.

What a pass would show is held against what it showed when it was last told of. Only rows tell: so nothing has to be
remembered by whatever changes them, and nothing is lost with a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from loyalty.clock import Clock
from loyalty.core.days import MINUTE, moment
from loyalty.errors import RegularsError
from loyalty.ingest import Line
from loyalty.reader import Reader
from loyalty.reports import wallets as report
from loyalty.settings import Settings
from loyalty.store import wallets
from loyalty.store.view import View
from loyalty.store.wallets import Pass, Telling
from loyalty.wallet import google, keys
from loyalty.wallet.face import Face, digest
from loyalty.wallet.pushing import Outcome, Pushing
from loyalty.wallet.updating import Updating
from loyalty.writer import Writer

LOOK_SECONDS = 1.0
LOOKED_AT_MAX = 1_000  # passes whose rows are looked at in one go
READ_MAX = 50  # passes that are read whole in one go
TOLD_MAX = 50  # that are told in one go
AT_ONCE_MAX = 8

AFRESH = 10 * MINUTE  # read whole without any reason: points that waited, a day's best, a word in the program


log = structlog.get_logger()


@dataclass(slots=True)
class Looked:
    """What one look found: how far it came, and which passes show something else."""

    last: str  # serial; "": it came to the end
    seen: dict[str, int]  # by serial: what its rows are
    changed: list[tuple[Pass, str]]


class Teller:
    """Looks for changes, and tells of them. Several processes may: each change is noted once, and told by one."""

    def __init__(self, settings: Settings, beside: Path, reader: Reader, writer: Writer, clock: Clock) -> None:
        """`beside`: the folder of the master key, in which that of the wallets lies."""
        self._reader, self._writer, self._clock = reader, writer, clock
        kept = self.wallets = keys.read(keys.folder(settings.wallet, beside), settings.wallet_issuer)
        self._pushing = Pushing(kept.apple, settings.wallet_push) if kept.apple is not None else None
        self._updating = Updating(kept.google, settings.wallet_google) if kept.google is not None else None
        self._seen: dict[str, int] = {}  # by serial: what its rows were in the last round, when it was read whole
        self._round: dict[str, int] = {}  # the same of this round, as far as it came
        self._last = ""

    async def run(self) -> None:
        """Until it is cancelled. Telephones that do not answer hold up no look."""
        if self._pushing is None and self._updating is None:
            return
        try:
            await asyncio.gather(_every(self.look), _every(self.tell))
        finally:
            for one in (self._pushing, self._updating):
                if one is not None:
                    await one.close()

    async def look(self) -> None:
        """The next passes in turn."""
        found = await self._reader.ask(lambda view: _look(view, self._last, self._seen))
        for one, shown in found.changed:
            await self._writer.task(partial(_note, one, shown), of=one.business)
        self._round |= found.seen
        self._last = found.last
        if not self._last:  # passes that were not met any more are let go of
            self._seen, self._round = self._round, {}

    async def tell(self) -> None:
        """Whatever is due."""
        now = moment(self._clock.now())
        due = await self._reader.ask(lambda view: wallets.due(view.session, now, TOLD_MAX))
        room = asyncio.Semaphore(AT_ONCE_MAX)
        await asyncio.gather(*(self._tell(one, room) for one in due))

    async def _tell(self, telling: Telling, room: asyncio.Semaphore) -> None:
        async with room:
            business = telling.one.business
            until = await self._writer.task(partial(_claim, telling), of=business)
            if until is None:
                return
            outcome = await self._outcome(telling)
            if outcome == "told":
                await self._writer.task(lambda line: wallets.told(line.session, telling, until), of=business)
            elif outcome == "dead":
                await self._writer.task(lambda line: wallets.forget(line.session, telling), of=business)

    async def _outcome(self, telling: Telling) -> Outcome:
        if telling.one.kind == "google":
            return await self._tell_google(telling.one)
        token = await self._reader.ask(lambda view: _address(view, telling))
        return await self._pushing.tell(token) if self._pushing is not None else "again"

    async def _tell_google(self, one: Pass) -> Outcome:
        kept = self.wallets.google
        if self._updating is None or kept is None:
            return "again"
        face, secret = await self._reader.ask(lambda view: _shown(view, one))
        now = moment(self._clock.now())
        return await self._updating.tell(google.thing(kept, face, one.serial, secret), now)


async def _every(chore: Callable[[], Awaitable[None]]) -> None:
    """What fails is tried again in a moment; a fault of our own is told by its type, since it may quote somebody."""
    while True:
        try:
            with suppress(RegularsError):
                await chore()
        except Exception as error:
            log.error("wallets failed", chore=chore.__name__, error=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)


def _shown(view: View, one: Pass) -> tuple[Face | None, bytes]:
    face = report.read(view, one)
    return face, view.vault.card_secret(one.business, face.letters) if face is not None else b""


def _address(view: View, telling: Telling) -> str:
    """Of who was erased it is no longer under their own key."""
    if telling.secret is None:
        return view.vault.open_raw(telling.push).decode()
    return view.vault.person(telling.secret).open(telling.push)


def _claim(telling: Telling, line: Line) -> int | None:
    if not wallets.is_over(telling, line.now):
        return wallets.claim(line.session, telling, line.now)
    if wallets.give_up(line.session, telling):
        log.warning("a wallet could not be told of a change; it waits for the next", kind=telling.one.kind)
    return None


def _note(one: Pass, shown: str, line: Line) -> None:
    wallets.changed(line.session, one, shown, line.now)


def _look(view: View, last: str, seen: dict[str, int]) -> Looked:
    rows = wallets.watched(view.session, last, LOOKED_AT_MAX)
    found = Looked("", {}, [])
    programs = _programs(view)
    room = READ_MAX
    for one, known in rows:
        fresh = (view.now + hash(one.serial) % AFRESH) // AFRESH
        now = hash((one, known, programs.get(one.business), fresh))
        if seen.get(one.serial) != now:
            if not room:
                return found
            room -= 1
            _compare(view, one, found)
        found.seen[one.serial], found.last = now, one.serial
    found.last = rows[-1][0].serial if len(rows) == LOOKED_AT_MAX else ""
    return found


def _compare(view: View, one: Pass, found: Looked) -> None:
    face = report.read(view, one)
    shown = digest(face) if face is not None else wallets.VOID
    if shown != one.shown:
        found.changed.append((one, shown))


def _programs(view: View) -> dict[str, int]:
    """By business, what its shops are called and which program is in force."""
    found: dict[str, int] = {}
    for id, shop in sorted(view.settings.shops.items()):
        found[shop.business] = hash((found.get(shop.business), id, shop.name, shop.program))
    return found
