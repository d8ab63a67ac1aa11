"""`pos-adapter`: lists the adapters, and runs them beside a till."""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from types import FrameType

import click
import msgspec
import structlog

from loyalty.errors import Passing, RegularsError
from loyalty.wire import picture
from pos_adapters import config, new, sending, stream, telling
from pos_adapters.base import Adapter, Check, Closing, Setting, Source
from pos_adapters.config import Config, Connection
from pos_adapters.database import Damaged
from pos_adapters.files import columns as looking
from pos_adapters.greeting import Greeter
from pos_adapters.hooked import Hooked
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.listening import listen
from pos_adapters.outbox import Outbox
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import PLACE

REST_S = 5.0  # of a source after a fault
OUTBOXES_MAX = 3  # begun in one run: a disk that damages each is no help

log = structlog.get_logger()


@click.group()
def main() -> None:
    """Carries the sales of a till, or of a vendor's account, to Regulars."""


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """Every adapter, its settings, and how complete it is."""
    if as_json:
        click.echo(msgspec.json.encode([_described(adapter) for adapter in ADAPTERS.values()]))
        return
    for adapter in ADAPTERS.values():
        _show(adapter)


@main.command()
@click.argument("file", metavar="CONFIG.toml", type=click.Path(path_type=Path))
def run(file: Path) -> None:
    """Run the connections of a configuration until told to stop."""
    _log_as_json()
    try:
        chosen = config.read(file)
        for _ in range(OUTBOXES_MAX):
            if _ran(chosen, Outbox(chosen.outbox)):
                return
    except RegularsError as error:
        raise click.ClickException(error.message) from error
    raise click.ClickException("the outbox is damaged; start again, and it is set aside and a new one begun")


def _ran(chosen: Config, outbox: Outbox) -> bool:
    """Until it was told to stop; False where the outbox is damaged. Opened again, it is set aside: tills go on."""
    try:
        asyncio.run(_run(chosen, outbox))
    except ExceptionGroup as failed:
        if failed.subgroup(Damaged) is None:
            raise
        log.error("outbox-damaged", next="it is opened again, which sets it aside and begins a new one")
        return False
    finally:
        outbox.close()
    return True


@main.command()
@click.argument("file", metavar="CONFIG.toml", type=click.Path(path_type=Path))
def status(file: Path) -> None:
    """What arrived last at each connection, what waits, and what is wrong; exit 1 if anything is."""
    try:
        said, well = telling.status(config.read(file))
    except RegularsError as error:
        raise click.ClickException(error.message) from error
    click.echo("\n".join(said))
    sys.exit(0 if well else 1)


@main.command("send")
@click.argument("fixture", metavar="FIXTURE", type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, help="the connection's address, as `loyalty connect` printed it")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="a setting, such as the secret to sign with")
def send_(fixture: Path, url: str, pairs: tuple[str, ...]) -> None:
    """Send a captured delivery, signed as the vendor would; exit 1 unless it is taken."""
    try:
        answer = sending.send(fixture, url, pairs)
    except RegularsError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{answer.status_code} {answer.text}".rstrip())
    sys.exit(0 if answer.is_success else 1)


@main.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="a setting of the files adapter, to try it")
def columns(file: Path, pairs: tuple[str, ...]) -> None:
    """Show what each column of a till's CSV is taken for, its first sales as they would be read, and what to set."""
    try:
        for line in looking.shown(file, ADAPTERS["files"], sending.given(pairs)):
            click.echo(line)
    except RegularsError as error:
        raise click.ClickException(error.message) from error


@main.command("new")
@click.argument("name")
def new_(name: str) -> None:
    """Begin an adapter: its folder, checklist, notes and first fixture; its tests then say what is to do."""
    try:
        place = new.make(name, new.source(Path.cwd()))
    except RegularsError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{place} is begun, and registered. What is to do:\n  " + "\n  ".join(new.left(place)))


async def _run(chosen: Config, outbox: Outbox) -> None:
    picture()
    stop = asyncio.Event()
    _stop_on_signals(stop)
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


def _stop_on_signals(stop: asyncio.Event) -> None:
    """What was begun is ended, and what was not sent is in the outbox. Works on Windows as well."""
    loop = asyncio.get_running_loop()

    def asked(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)


def _log_as_json() -> None:
    """One JSON object a line, on stderr. Never what a sale says, nor whose it is."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _described(adapter: Adapter) -> dict[str, object]:
    return {
        "vendor": adapter.vendor,
        "title": adapter.title,
        "settings": [_setting(setting) for setting in (*PLACE, *adapter.settings)],
        "checklist": {point: {"state": check.state, "why": check.why} for point, check in adapter.checklist.items()},
    }


def _setting(setting: Setting) -> dict[str, object]:
    return {name: getattr(setting, name) for name in ("name", "help", "required", "secret", "default")}


def _show(adapter: Adapter) -> None:
    done = sum(check.state == "done" for check in adapter.checklist.values())
    click.echo(f"{adapter.vendor}  {adapter.title}  ({done} of {len(adapter.checklist)})")
    for point, check in adapter.checklist.items():
        click.echo(f"  {point:17} {_words(check)}")
    for setting in (*PLACE, *adapter.settings):
        need = "needed" if setting.required else f"default {setting.default}" if setting.default else ""
        click.echo(f"  {setting.name:17} {setting.help}{f' ({need})' if need else ''}")
    click.echo()


def _words(check: Check) -> str:
    return f"{check.state}{f': {check.why}' if check.why else ''}"
