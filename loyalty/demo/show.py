"""`loyalty demo`: the café with a year behind it, a service, and a till that sells in front of you.

Everything goes the way it goes in a shop: people are enrolled over HTTP, the past is posted as transactions, and the
till speaks through an adapter's durable outbox and the stream.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
import httpx
import msgspec
import uvicorn
from rich.console import Console
from rich.progress import track

from loyalty.clock import clock_of, move
from loyalty.demo import days, giving, menu, people, till
from loyalty.demo.hours import ZONE
from loyalty.demo.rewards import Rewards
from loyalty.opening import Keys, open_shop
from loyalty.serving import configure, server_config
from loyalty.settings import Settings
from loyalty.wire import BATCH_MAX, Enrolled, Presence, Transaction
from pos_adapters import stream
from pos_adapters.outbox import Outbox

SEED = 7
HISTORY_DAYS = 365
READY_SECONDS = 30
AFTERWARDS = timedelta(minutes=10)  # of a past day: later than anything of it could be live

console = Console(highlight=False)


def show(settings: Settings) -> None:
    """Until Ctrl-C. A database of its own, thrown away afterwards, unless one was named."""
    configure(settings)
    with tempfile.TemporaryDirectory(prefix="regulars-demo-") as folder, suppress(KeyboardInterrupt):
        if not settings.database:
            settings = replace(settings, database=f"sqlite:///{folder}/demo.db")
        if not settings.test_clock:  # what the guests use of their points is written down when it is used
            settings = replace(settings, test_clock=f"{folder}/clock")
        asyncio.run(_run(settings, Path(folder)))


@dataclass(frozen=True)
class Cafe:
    """The shop that is shown, with everybody who comes; `cards`: the codes of their cards, by the people's keys."""

    settings: Settings
    folder: Path
    keys: Keys
    crowd: tuple[people.Person, ...]
    cards: dict[str, str]
    rewards: Rewards

    async def live_through(self, client: httpx.AsyncClient) -> None:
        """Its year, in the order in which its tills delivered it; each day's rewards are used on that day."""
        now, rng = clock_of(self.settings.test_clock).now(), random.Random(SEED)
        start = now.astimezone(ZONE).date() - timedelta(days=HISTORY_DAYS)
        year = list(days.year(SEED, start, self.crowd, days=HISTORY_DAYS + 1, shop=self.keys.shop, cards=self.cards))
        own = self.folder / "clock"
        for day in track(year, description="A year of the café", console=console, transient=True):
            told = [one for one in day if one.deliver_at <= now and isinstance(one.event, Transaction)]
            if told and self.settings.test_clock == str(own):
                move(own, min(now, told[-1].deliver_at + AFTERWARDS))
            past = [one.event for one in told if isinstance(one.event, Transaction)]
            for batch in _batches(past):
                answer = await client.post(
                    "/v1/transactions", content=msgspec.json.encode(batch), headers=_bearer(self.keys.adapter_key)
                )
                answer.raise_for_status()
            await self.rewards.look_back(rng, past)
        own.write_bytes(b"")  # from here on the machine's time

    async def sell(self) -> None:
        """In front of you, until cancelled."""
        outbox = Outbox(self.folder / "till.outbox")
        clock, shop = clock_of(self.settings.test_clock), self.keys.shop

        async def send(event: Transaction | Presence) -> None:
            await asyncio.to_thread(outbox.put, [event])

        sales = till.sell(
            send, clock, self.crowd, seed=SEED, shop=shop, cards=self.cards, before_paid=self.rewards.at_the_till
        )
        try:
            async with asyncio.TaskGroup() as group:
                to = f"http://127.0.0.1:{self.settings.port}"
                group.create_task(stream.run(outbox, to, self.keys.adapter_key))
                group.create_task(sales)
        finally:
            outbox.close()


async def _run(settings: Settings, folder: Path) -> None:
    keys = await open_shop(settings, menu.SHOP_NAME, menu.CURRENCY, menu.TIMEZONE)
    server = uvicorn.Server(server_config(settings))
    service = asyncio.create_task(server.serve())
    base = f"http://127.0.0.1:{settings.port}"
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        await _ready(client, service)
        start = clock_of(settings.test_clock).now().astimezone(ZONE).date() - timedelta(days=HISTORY_DAYS)
        crowd = people.everybody(random.Random(SEED), start)
        await giving.allow(client, keys.owner_key, keys.shop)
        cards = await _enrol(client, keys, crowd)
        rewards = Rewards(client, keys.screen_key, {key: one.id for key, one in cards.items()}, crowd)
        cafe = Cafe(settings, folder, keys, crowd, {key: one.card for key, one in cards.items()}, rewards)
        await cafe.live_through(client)
        _tell(settings, keys, next(iter(cards.values())))
        selling = asyncio.create_task(cafe.sell())
        await service
        selling.cancel()
        await asyncio.gather(selling, return_exceptions=True)


async def _ready(client: httpx.AsyncClient, service: asyncio.Task[None]) -> None:
    for _ in range(READY_SECONDS * 20):
        if service.done():
            raise click.ClickException("the service did not start; is the port in use? PORT=8123 make demo moves it")
        with suppress(httpx.TransportError):
            if (await client.get("/readyz")).status_code == 200:
                return
        await asyncio.sleep(0.05)
    raise click.ClickException(f"the service was not ready within {READY_SECONDS} seconds")


async def _enrol(client: httpx.AsyncClient, keys: Keys, crowd: Iterable[people.Person]) -> dict[str, Enrolled]:
    """Everybody's card, by their key."""
    found: dict[str, Enrolled] = {}
    for key, enrolment in people.enrolments(crowd).items():
        answer = await client.post(
            "/v1/customers", content=msgspec.json.encode(enrolment), headers=_bearer(keys.owner_key)
        )
        answer.raise_for_status()
        found[key] = msgspec.json.decode(answer.content, type=Enrolled)
    return found


def _batches(events: Iterable[Transaction]) -> Iterator[list[Transaction]]:
    waiting = iter(events)
    while batch := list(islice(waiting, BATCH_MAX)):
        yield batch


def _tell(settings: Settings, keys: Keys, card: Enrolled) -> None:
    console.print(f"\n{menu.SHOP_NAME} is open. A sale every few seconds; Ctrl-C closes it.\n")
    for name, url in (
        ("Counter screen", keys.counter_url),
        ("A customer's card", card.card_url),
        ("Owner's page", f"{settings.url}/owner.html#key={keys.owner_key}"),
    ):
        console.print(f"  {name:<18} {url}", soft_wrap=True)
    console.print()


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
