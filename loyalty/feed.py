"""Keeps the hub of this process told, in order and without a gap, whoever committed a message.

Its own messages come straight from the line, and go out at once where they follow the last one told. Of another
process's it hears the numbers only, over the bus, and reads the rows; where it hears nothing, a look at the shops'
numbers every other second finds out. Numbers of a shop become visible in order, so whoever reads what comes after the
last one told misses nothing. Only shops with a screen here are looked after.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial

from loyalty.acts.screens import numbers, told_after
from loyalty.errors import Passing
from loyalty.hub import Hub
from loyalty.reader import Reader
from loyalty.store.save import Sent


class Feed:
    """Used on the loop alone."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub = hub
        self._reader = reader
        self._told: dict[str, int] = {}  # of each shop with a screen here: the last number that the hub was given
        self._wanted: dict[str, int] = {}  # the highest number heard of
        self._reading: dict[str, asyncio.Task[None]] = {}

    def publish(self, sent: list[Sent]) -> None:
        """What this process committed."""
        runs: dict[str, list[Sent]] = defaultdict(list)
        for message in sent:
            if message.shop in self._told:
                runs[message.shop].append(message)
        for shop, run in runs.items():
            last = run[-1].seq
            if shop not in self._reading and run[0].seq == self._told[shop] + 1 and last - self._told[shop] == len(run):
                self._hub.publish(run)
                self._told[shop] = last
            else:
                self.heard(shop, last)

    def heard(self, shop: str, last: int) -> None:
        """Messages up to this number are committed."""
        told = self._told.get(shop)
        if told is None or last <= told:
            return
        self._wanted[shop] = max(last, self._wanted.get(shop, 0))
        if shop not in self._reading:
            self._reading[shop] = asyncio.create_task(self._catch_up(shop))

    def joined(self, shop: str, upto: int) -> None:
        """A screen has everything up to this number; what the hub was given since then, it is given again."""
        told = self._told.get(shop)
        if told is None:
            self._told[shop] = upto
        elif told > upto:
            self._told[shop] = upto
            self.heard(shop, told)

    async def _catch_up(self, shop: str) -> None:
        try:
            while self._wanted[shop] > self._told.get(shop, self._wanted[shop]):
                after, upto = self._told[shop], self._wanted[shop]
                found = await self._reader.ask(partial(told_after, shop=shop, after=after))
                if self._told.get(shop) != after:
                    continue  # a screen joined that has less
                self._hub.publish(found)
                self._told[shop] = found[-1].seq if found else upto  # what is not there is nowhere: it was purged
        except Passing:
            return  # the next look finds it
        finally:
            del self._reading[shop]

    async def look(self) -> None:
        """Where a notice was lost; and shops whose screens have left are let go."""
        for shop in [shop for shop in self._told if shop not in self._reading and not self._hub.watched(shop)]:
            del self._told[shop]
            self._wanted.pop(shop, None)
        shops = list(self._told)
        if shops:
            for shop, seq in await self._reader.ask(lambda view: numbers(view, shops)):
                self.heard(shop, seq)

    async def stop(self) -> None:
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
