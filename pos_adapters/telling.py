"""How the connections of a running adapter stand: a small file beside its outbox, which `pos-adapter status` reads.

The outbox belongs to the process that runs. Nothing of what a sale says, nor whose it is, stands in here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from loyalty.errors import Unfit
from pos_adapters import elapsed
from pos_adapters.config import Config
from pos_adapters.keeping import Standing
from pos_adapters.outbox import Outbox

LOOK_S = 2.0  # between two looks whether there is something new to tell
EVERY_S = 60.0  # it is told at least as often, so that silence is noticed
SILENT_S = 3 * EVERY_S

log = structlog.get_logger()


class Row(msgspec.Struct, frozen=True):
    name: str
    title: str
    standing: Standing


class Told(msgspec.Struct, frozen=True):
    """`at`: seconds since 1970, when it was written. `held`: events that wait or were set aside, of `room`."""

    at: float
    held: int
    room: int
    nearly_full: bool
    connections: tuple[Row, ...]


def place(outbox: Path) -> Path:
    return outbox.with_name(f"{outbox.name}.status.json")


# -- the one that runs ------------------------------------------------------------------------------------------------
async def keep_telling(path: Path, outbox: Outbox, rows: Callable[[], tuple[Row, ...]], stop: asyncio.Event) -> None:
    """Until `stop`. A disk that is full costs this file, and nothing else."""
    before: Told | None = None
    while not stop.is_set():
        told = Told(elapsed.now().wall, outbox.held, outbox.room, outbox.nearly_full, rows())
        if before is None or msgspec.structs.replace(told, at=before.at) != before or told.at - before.at >= EVERY_S:
            before = told
            await asyncio.to_thread(_write, place(path), told)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_S)
        except TimeoutError:
            continue


def _write(path: Path, told: Told) -> None:
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(msgspec.json.encode(told))
        new.replace(path)
    except OSError as error:
        log.warning("status-not-written", file=str(path), because=error.strerror)


# -- whoever asks -----------------------------------------------------------------------------------------------------
def status(config: Config) -> tuple[list[str], bool]:
    """Lines for people, and whether all is well. Raises Unfit where nothing was told."""
    path = place(config.outbox)
    try:
        told = msgspec.json.decode(path.read_bytes(), type=Told)
    except (OSError, msgspec.MsgspecError) as error:
        raise Unfit(f"{path} cannot be read: is `pos-adapter run` running with this file?") from error
    silent = elapsed.now().wall - told.at > SILENT_S
    lines = [f"told {_when(told.at)}{': it does not run, or the clock was set' if silent else ''}", _room(told)]
    for row in told.connections:
        lines += [f"{row.name}  {row.title}", *_standing(row.standing)]
    wrong = any(row.standing.trouble or row.standing.refused for row in told.connections)
    return lines, not (silent or wrong or told.nearly_full)


def _room(told: Told) -> str:
    held = f"{told.held} of {told.room} events wait or were set aside"
    return f"{held}: nearly full; is the service within reach?" if told.nearly_full else held


def _standing(found: Standing) -> list[str]:
    said = [f"  last delivery   {_when(found.arrived_at)}", f"  last asked      {_when(found.asked_at)}"]
    for mark, text in (("not believed", found.refused), ("wrong", found.trouble), ("to do", found.notice)):
        said += [f"  {mark:15} {text}"] if text else []
    return said


def _when(at: float | None) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at is not None else "never"
