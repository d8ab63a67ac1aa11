"""The commands about past sales: `loyalty backtest`, `loyalty import`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from msgspec import json

from loyalty.options import F, option
from loyalty.settings import BadSetting, settings


def reading(command: F) -> F:
    """What only the owner of a file can know of it."""
    order = click.option(
        "--date-order", type=click.Choice(["dmy", "mdy"]), help="whether 05/10/2026 is in October or May"
    )
    numbers = click.option(
        "--receipt-numbers",
        type=click.Choice(["daily", "unique"]),
        help="daily where the till begins its receipt numbers anew each day",
    )
    return order(numbers(command))


def given(how: dict[str, Any]) -> dict[str, str]:
    return {name: value or "" for name, value in how.items()}


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(f"there is no time zone {name!r}; expected one such as Africa/Nairobi") from error


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="for scripts")
@click.option("--timezone", default="", help="the shop's, where times in the file are of another zone than its own")
@reading
def backtest(file: Path, as_json: bool, timezone: str, **how: Any) -> None:
    """Say what we would have known: past sales walked forward, each visit predicted from earlier ones only."""
    from rich.console import Console

    from loyalty.past import told
    from loyalty.past.columns import Wanted

    wanted = Wanted(
        zone_of(timezone or "UTC"),
        told.ANY_CURRENCY,
        how["date_order"] or "",
        how["receipt_numbers"] or "",
        as_written=not timezone,
    )
    report = told.backtest(file, wanted, Console(stderr=True))
    if as_json:
        click.echo(json.encode(report.score).decode())
        return
    told.tell(report, Console(highlight=False))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--shop", required=True, help="the id of the shop that sold, as `loyalty init` printed it")
@click.option("--consents", default="", help="what the customers agreed to, e.g. recognise,remember [none]")
@click.option("--source", default="import", help="names where the sales come from: ids are told apart by it")
@reading
@option("database")
@option("key")
def import_(
    file: Path, shop: str, consents: str, source: str, database: str | None, key: str | None, **how: Any
) -> None:
    """Take in past sales, CSV or JSON lines; safe to repeat. Rejected rows go to FILE.rejected.csv with reasons."""
    from rich.console import Console

    from loyalty.past.importing import consents_of, import_file

    chosen = settings({"database": database, "key": key})
    import_file(chosen, file, shop, source, consents_of(consents), given(how), Console())
