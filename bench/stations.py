"""Where the time of a sale goes: µs of CPU at each station, inside this process, one at a time and many together.

The line of a running service is called here as the service calls it, without sockets and threads, on a database that is
filled as for the other figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from msgspec import Struct

from bench import servers
from bench.populate import in_bulk
from bench.target import KEPT, TILL, Target, now, sale
from loyalty import ingest
from loyalty.clock import Clock
from loyalty.core import fit
from loyalty.core.days import moment
from loyalty.core.facts import Ident, SaleIn
from loyalty.hub import Hub, Screen
from loyalty.store.database import Place, open_vault
from loyalty.store.marks import Marker
from loyalty.web.gate import check_text
from loyalty.wire import StreamFrame, Transaction

BATCHES = (1, 250)
SALES = 2_000
STATIONS = ("read", "load", "decide", "save", "names", "commit", "words")

_frame = msgspec.json.Decoder(StreamFrame)
_transaction = msgspec.json.Decoder(Transaction)


class Profile(Struct, frozen=True, kw_only=True):
    """µs of CPU a sale at each station, where so many go through together."""

    together: int
    stations: dict[str, float]


def profiles(directory: Path) -> tuple[Profile, ...]:
    target, database = servers.opened(directory, KEPT + SALES * len(BATCHES))
    in_bulk(target, database)
    place = Place.of(database)
    line = ingest.Line(place.open(), open_vault(place), Clock())
    line.settings.read(line.session)
    found = [
        profile(line, target, together, range(KEPT + turn * SALES, KEPT + (turn + 1) * SALES))
        for turn, together in enumerate(BATCHES)
    ]
    line.session.close()
    return tuple(found)


def profile(line: ingest.Line, target: Target, together: int, guests: range) -> Profile:
    marker, clock, hub = Marker(line.vault), Clock(), Hub(Clock().now)
    screen = Screen(target.shop, TILL, "en", lambda: None, lambda _: None)
    hub.join(screen, 0)
    hub.keeps_up(screen)
    batches: list[dict[str, float]] = []
    for first in range(guests.start, guests.stop, together):
        numbers = range(first, min(first + together, guests.stop))
        frames = [
            b'{"seq":%d,"transaction":%s}' % (number, sale(target, f"s{number}", number, now())) for number in numbers
        ]
        spent = dict.fromkeys(STATIONS, 0.0)
        with timing(spent, "read"):
            deliveries = [arrived(line, marker, clock, raw) for raw in frames]
        with watched(spent, line), timing(spent, "commit"), line.session.transaction():
            line.take_turn({line.settings.shops[target.shop].business})
            line.run(deliveries)
        spent["commit"] -= sum(spent[name] for name in ("load", "decide", "save", "names"))
        with timing(spent, "words"):
            hub.publish(line.sent)
        line.sent = []
        screen.frames.clear()
        batches.append({name: us / len(numbers) for name, us in spent.items()})
    return Profile(together=together, stations={name: median(one[name] for one in batches) for name in STATIONS})


def arrived(line: ingest.Line, marker: Marker, clock: Clock, raw: bytes) -> SaleIn:
    """As `web/stream.py` and `web/pos.py` read a frame."""
    frame = _frame.decode(raw)
    check_text(bytes(frame.transaction))
    one = _transaction.decode(frame.transaction)
    shop, at = line.settings.shops[one.shop], clock.now()
    fit.check_transaction(one, at)
    marks = marker.of_sale(shop.business, shop.calendar.zone.key, one)
    return SaleIn(one, Ident(one.shop, one.source, one.id), shop.business, marks, moment(at))


def timed(spent: dict[str, float], name: str, run: Callable[[], Any]) -> Any:
    with timing(spent, name):
        return run()


@contextmanager
def timing(spent: dict[str, float], name: str) -> Iterator[None]:
    start = time.thread_time_ns()
    yield
    spent[name] += (time.thread_time_ns() - start) / 1_000


@contextmanager
def watched(spent: dict[str, float], line: ingest.Line) -> Iterator[None]:
    """The stations that `Line.run` calls, each with a watch around it."""
    kept: dict[str, Any] = {name: getattr(ingest, name) for name in ("load", "decide", "save")}
    attach = line.names.attach
    try:
        for name, run in kept.items():
            setattr(ingest, name, lambda *given, name=name, run=run: timed(spent, name, lambda: run(*given)))
        line.names.attach = lambda *given: timed(spent, "names", lambda: attach(*given))  # type: ignore[method-assign]
        yield
    finally:
        for name, run in kept.items():
            setattr(ingest, name, run)
        line.names.attach = attach  # type: ignore[method-assign]
