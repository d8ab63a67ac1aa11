"""A till beside its adapter: what it sells goes into the adapter's own outbox, and through that into the service."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from loyalty.wire import Presence, Transaction
from pos_adapters import elapsed, stream
from pos_adapters.elapsed import Moment
from pos_adapters.outbox import Outbox
from tests.running import PATIENCE, Shop

QUICK = stream.Pauses(first=0.01, most=0.05, denied=0.2)


class Till:
    """`ago`: how many seconds what it puts into its outbox has waited there."""

    def __init__(self, shop: Shop, path: Path) -> None:
        self.shop, self.path = shop, path
        self.ago = 0.0

    def sell(self, *told: Transaction | Presence) -> None:
        outbox = self._opened()
        outbox.put(replace(one, age_s=0.0) if isinstance(one, Transaction) else one for one in told)
        outbox.close()

    def send(self) -> None:
        """Until the service has acknowledged all of it."""
        outbox = self._opened()
        try:
            asyncio.run(self._drain(outbox))
            assert (outbox.held, outbox.parked()) == (0, [])
        finally:
            outbox.close()

    def copied(self, path: Path) -> Till:
        """The same outbox as it is on the disk now: what a till has that was killed before it wrote down an answer."""
        shutil.copy(self.path, path)
        return Till(self.shop, path)

    def _opened(self) -> Outbox:
        return Outbox(self.path, clock=self._moment)

    def _moment(self) -> Moment:
        now = elapsed.now()
        return Moment(now.wall - self.ago, now.ticks - self.ago, now.boot)

    async def _drain(self, outbox: Outbox) -> None:
        stop = asyncio.Event()
        sending = asyncio.create_task(
            stream.run(outbox, self.shop.service.url, self.shop.adapter_key, stop=stop, pauses=QUICK)
        )
        async with asyncio.timeout(PATIENCE):
            while outbox.held:  # noqa: ASYNC110, acknowledged by the task that sends
                await asyncio.sleep(0.005)
        stop.set()
        await sending


def backlog(till: Till, sales: Sequence[Transaction]) -> None:
    """Sales of a day without a line: each waits for as long as it is old."""
    now = till.shop.service.now
    for sale in sales:
        till.ago = (now - sale.at).total_seconds()
        till.sell(sale)
