"""The commands that keep the house safe: `loyalty backup`, `loyalty restore`, `loyalty doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from loyalty.options import option
from loyalty.settings import settings

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--with-key", is_flag=True, help="put the master key into it too: whoever has the file can read it all")
@click.option("--overwrite", is_flag=True, help="take the place of a file of that name, once the new one is whole")
@option("database")
@option("key")
def backup(file: Path, with_key: bool, overwrite: bool, **given: object) -> None:
    """Write everything into one file, as of one moment, while the shop sells. The key is left out unless asked for."""
    from loyalty.care.safe import make_backup

    make_backup(settings(given), file, with_key=with_key, overwrite=overwrite)


@click.command()
@click.argument("file", type=FILE)
@click.option("--key", "copy", type=FILE, help="your copy of loyalty.key, if it is not in its place")
@click.option("--replace", is_flag=True, help="take the place of a database that holds something; that one is kept")
@option("database")
def restore(file: Path, copy: Path | None, replace: bool, database: str | None) -> None:
    """Put a backup back, with the key it needs. The service has to be stopped."""
    from loyalty.care.safe import put_back

    put_back(settings({"database": database}), file, copy, replace=replace)


@click.command()
@click.option("--key-copied", is_flag=True, help="say that there is a copy of loyalty.key in another place")
@option("database")
@option("key")
@option("host")
@option("port")
@option("public_url")
@option("wallet")
@option("wallet_issuer")
def doctor(key_copied: bool, **given: object) -> None:
    """Say what is wrong or could be better, and what to do. Exit 1 if anything is wrong."""
    from loyalty.care import doctor as care

    chosen = settings(given)
    if key_copied:
        care.key_copied(chosen)
    sys.exit(1 if care.examine(chosen) else 0)
