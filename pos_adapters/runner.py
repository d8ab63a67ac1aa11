"""`pos-adapter`: lists the adapters, and runs them beside a till."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from types import FrameType

import click
import msgspec
import structlog

from loyalty.errors import RegularsError
from loyalty.wire import picture
from pos_adapters import config, new, sending, telling
from pos_adapters.base import Adapter, Check, Setting
from pos_adapters.carrying import carry
from pos_adapters.config import Config
from pos_adapters.database import Damaged
from pos_adapters.files import columns as looking
from pos_adapters.outbox import Outbox
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import PLACE

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
    await carry(chosen, outbox, stop)


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
