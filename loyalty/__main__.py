"""The commands of `loyalty`. Thin: each reads its options and calls the part that does it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

import click
from msgspec import json

from loyalty import __version__
from loyalty.care.commands import backup, doctor, restore
from loyalty.errors import RegularsError
from loyalty.options import option
from loyalty.past.commands import backtest, import_
from loyalty.settings import Settings, is_given, settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="loyalty")
def commands() -> None:
    """Regulars: one sentence, in time, for the person at the counter."""


@commands.command()
@click.option("--shop", required=True, help="the shop's name, as customers read it")
@click.option("--currency", required=True, help="ISO 4217, e.g. KES")
@click.option("--timezone", required=True, help="e.g. Africa/Nairobi")
@click.option("--language", default="en", show_default=True, help="what its screens and cards speak, e.g. sw")
@click.option("--json", "as_json", is_flag=True, help="for scripts")
@option("database")
@option("key")
@option("public_url")
@option("host")
@option("port")
def init(shop: str, currency: str, timezone: str, language: str, as_json: bool, **given: object) -> None:
    """Create or migrate the database, and in it a business of its own with one shop."""
    from loyalty.opening import open_shop

    made = asyncio.run(open_shop(settings(given), shop, currency, timezone, language))
    if as_json:
        told = ("shop", "owner_url", "owner_key", "adapter_key", "screen_key")
        click.echo(json.encode({name: getattr(made, name) for name in told}).decode())
        return
    click.echo(f"Shop          {made.shop}\nOwner's page  {made.owner_url}  (works once)")
    click.echo(f"Counter       {made.counter_url}\nAdapter key   {made.adapter_key}\nOwner key     {made.owner_key}")
    click.echo("Next: `loyalty serve`, then open the counter's link.")
    click.echo("These keys are shown this once. Keep a copy of loyalty.key, beside the database, in another place.")


@commands.command()
@click.argument("vendor")
@click.option("--shop", required=True, help="the shop's id, as `loyalty init` printed it")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="a setting of the vendor's; may be repeated")
@click.option("--connection", default=None, help="complete or change this one, instead of making another")
@click.option("--json", "as_json", is_flag=True, help="for scripts; asks the vendor nothing")
@option("database")
@option("public_url")
@option("host")
@option("port")
def connect(
    vendor: str, shop: str, pairs: tuple[str, ...], connection: str | None, as_json: bool, **given: object
) -> None:
    """Connect a till: prints the address for its webhooks, and says in words whether it works."""
    from loyalty.opening import connect_till
    from loyalty.tills.connecting import Connected, said_of

    made = asyncio.run(connect_till(settings(given), vendor, shop, pairs, connection))
    if as_json:
        click.echo(json.encode(Connected(made.id, made.url, made.needs)).decode())
        return
    click.echo(f"Connection  {made.id}\nAddress     {made.url}")
    for said in said_of(made) or (f"{made.adapter.vendor} answers, and all that it needs is set.",):
        click.echo(f"            {said}")


@commands.command()
@click.argument("connection")
@option("database")
@option("key")
def disconnect(connection: str, **given: object) -> None:
    """End a till's connection: its address takes nothing any more, its tokens are forgotten, what it brought stays."""
    from loyalty.opening import disconnect_till

    waited = asyncio.run(disconnect_till(settings(given), connection))
    click.echo(f"{connection} has ended. What it brought stays; delete its webhook where the vendor keeps it.")
    if waited:
        click.echo(f"{waited} deliveries waited; the owner's page lists them among what was set aside.")


@commands.command()
@click.option("--shop", required=True, help="the shop's id, as `loyalty init` printed it")
@option("database")
@option("public_url")
@option("host")
@option("port")
def link(shop: str, **given: object) -> None:
    """Print another one-time link to the owner's page: for a forgotten password, or one more owner."""
    from loyalty.opening import new_link

    click.echo(new_link(settings(given), shop))


@commands.command()
@option("database")
@option("key")
@option("host")
@option("port")
@option("public_url")
@option("bus")
@option("workers")
@option("tills")
@option("wallet")
@option("wallet_issuer")
@option("wallet_push")
@option("wallet_google")
@option("log")
def serve(**given: object) -> None:
    """Run the service."""
    from loyalty.opening import bring_up_to_date
    from loyalty.serving import serve as run

    chosen = settings(given)
    if asyncio.run(bring_up_to_date(chosen)):
        click.echo("This database is new: `loyalty init` opens a shop in it.", err=True)
    run(chosen)


@commands.command()
@option("port")
@option("database")
@option("key")
def demo(**given: object) -> None:
    """Run a demo café with a year of history and a till that sells in front of you."""
    from loyalty.demo.show import show

    chosen = settings(given)
    show(chosen if is_given("database", given) else replace(chosen, database=""))


@commands.command()
@option("database")
@option("key")
def verify(**given: object) -> None:
    """Refold every memory and balance from what was recorded, and list the differences."""
    from loyalty.store.verify import verify as check

    chosen: Settings = settings(given)
    differences = check(chosen.database, click.echo)
    sys.exit(1 if differences else 0)


for command in (backtest, import_, backup, restore, doctor):
    commands.add_command(command)


def main() -> None:
    """The world's faults end in one sentence, not in a traceback."""
    try:
        commands()
    except RegularsError as error:
        click.echo(f"loyalty: {error.message}", err=True)
        sys.exit(error.exits)


if __name__ == "__main__":
    main()
