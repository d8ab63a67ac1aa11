"""The printer's twin: what is printed goes on to the printer first, and then, once it is read, into the outbox.

A receipt is read after it was printed, so what is lost with `kill -9` is the receipts of the last moment: those in the
printer's hands and not in the outbox yet. A copy of one, printed again, is read as the sale that it is.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from loyalty.errors import Passing
from loyalty.wire import Presence, Transaction
from pos_adapters import elapsed
from pos_adapters.base import Ignored, Settings, Unreadable
from pos_adapters.database import Damaged
from pos_adapters.elapsed import Moment
from pos_adapters.escpos.commands import Printed, Scanner
from pos_adapters.escpos.passage import Passage
from pos_adapters.escpos.sale import PICTURE, read
from pos_adapters.outbox import Outbox
from pos_adapters.understanding import older

LOOK_EVERY_S = 0.1
RECEIPTS_MAX = 2_000  # that wait for the outbox; beyond, the newest are lost, and said so
PORT = 9100

log = structlog.get_logger()


def address(text: str) -> tuple[str, int]:
    """`192.168.1.60` → ("192.168.1.60", 9100). Raises ValueError."""
    host, mark, port = text.rpartition(":")
    host, port = (host, port) if mark else (text, str(PORT))
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"expected an address such as 192.168.1.60:9100, got {text!r}")
    return host, int(port)


@dataclass(slots=True)
class _Reading:
    """One till at the printer."""

    scanner: Scanner
    kept: deque[tuple[Printed, Moment]]

    def feed(self, raw: bytes) -> None:
        self._keep(self.scanner.feed(raw))

    def end(self) -> None:
        self._keep(self.scanner.end())

    def broken(self) -> None:
        """What was cut off was printed; what was not will come again."""
        if self.scanner.begun:
            log.warning("receipt-broken-off", next="the till prints it again, or it was none")
        self.scanner.end()

    def _keep(self, printed: list[Printed]) -> None:
        for one in printed:
            if len(self.kept) >= RECEIPTS_MAX:
                log.error("receipt-lost", because=f"{RECEIPTS_MAX} wait already: can the outbox be written?")
                continue
            self.kept.append((one, elapsed.now()))


class Twin:
    """One connection: listens from the first look on. `look` is called again and again, by one thread at a time."""

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self._settings, self._outbox = settings, outbox
        self._kept: deque[tuple[Printed, Moment]] = deque()
        self._passage = Passage(
            address(settings["listen_on"]),
            address(settings["printer"]),
            lambda: _Reading(Scanner(settings["encoding"]), self._kept),
            float(settings["settle_s"]),
        )
        self._said: set[str] = set()

    def look(self) -> float:
        self._passage.start()
        self._take_all()
        return LOOK_EVERY_S

    def close(self) -> None:
        """No more tills; what was printed is still kept, if it can be."""
        self._passage.stop()
        with suppress(Passing, Damaged):
            self._take_all()

    def _take_all(self) -> None:
        """In order. Raises Full or Passing, and keeps what it did not get rid of."""
        while self._kept:
            printed, since = self._kept.popleft()
            try:
                self._take(printed, since)
            except (Passing, Damaged):
                self._kept.appendleft((printed, since))
                raise

    def _take(self, printed: Printed, since: Moment) -> None:
        wall = datetime.fromtimestamp(since.wall, UTC)
        waited = elapsed.waited_s(since, elapsed.now())
        for event in read(printed, self._settings, wall):
            match event:
                case Transaction() | Presence():
                    self._outbox.put([older(event, waited, wall)])
                case Unreadable():
                    self._outbox.set_aside(event.raw, event.error)
                    log.warning("unreadable", vendor="escpos", code=event.error.code, at=event.error.at)
                case Ignored(reason) if reason == PICTURE and PICTURE not in self._said:
                    self._said.add(PICTURE)
                    log.error("receipts-are-pictures", next="have the till print text, or use another adapter")
