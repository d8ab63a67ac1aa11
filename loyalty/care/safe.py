"""`loyalty backup` and `loyalty restore`, with what they need opened and what they did told."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from loyalty import __version__
from loyalty.acts.erasing import erase_again
from loyalty.clock import clock_of
from loyalty.core.days import moment
from loyalty.errors import Conflict
from loyalty.ingest import Line
from loyalty.settings import Settings
from loyalty.store.backup import back_up
from loyalty.store.chores import BACKUP, did
from loyalty.store.database import Place, open_vault
from loyalty.store.restore import restore
from loyalty.store.secrets import Vault
from loyalty.store.session import Session
from loyalty.store.verify import verify


def make_backup(settings: Settings, to: Path, *, with_key: bool, overwrite: bool = False) -> None:
    place = Place.of(settings.database, settings.key)
    if to.exists() and not overwrite:
        raise Conflict(f"{to} is there already: name another file, or say --overwrite to put this one in its place")
    vault, now = open_vault(place), clock_of(settings.test_clock).now()
    console = Console(stderr=True)
    with (
        closing(place.open(only_reads=True)) as session,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task("", total=None)
        made = back_up(
            place,
            session,
            vault,
            to,
            version=__version__,
            now=now.isoformat(timespec="seconds"),
            with_key=with_key,
            watch=lambda table, rows: progress.update(task, description=table, advance=rows),
        )
    with closing(place.open()) as session, session.transaction():
        did(session, BACKUP, moment(now), str(to.absolute()))
    click.echo(f"{made.rows:,} rows of {len(made.tables)} tables are in {to}.")
    if with_key:
        click.echo("The key is in it too: whoever has this file can read every name. Keep it as you keep the key.")
    else:
        click.echo(f"The key is not in it. It is needed to restore: keep a copy of {place.key_path} in another place.")


def put_back(settings: Settings, path: Path, key: Path | None, *, replace: bool) -> None:
    place = Place.of(settings.database, settings.key)
    place.key_path.parent.mkdir(parents=True, exist_ok=True)
    clock = clock_of(settings.test_clock)
    console = Console(stderr=True)

    def again(session: Session, vault: Vault, people: tuple[str, ...]) -> None:
        erase_again(Line(session, vault, clock), people)

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        made = asyncio.run(
            restore(
                place,
                path,
                key,
                replace=replace,
                again=again,
                watch=lambda table, rows: progress.update(task, description=table, advance=rows),
            )
        )
    click.echo(f"{made.rows:,} rows as of {made.made_at} are in {place}, with {place.key_path}.")
    click.echo("What was sold after that moment is not in it; an adapter sends again only what was never acknowledged.")
    if verify(settings.database, click.echo):
        raise click.ClickException("the restored database is not what its own records say; keep the backup")
