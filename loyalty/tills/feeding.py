"""What was understood goes into the line, by the same door as what tills send; what does not fit is set aside."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from loyalty.arriving import presence_in, sale_in
from loyalty.clock import Clock
from loyalty.core.days import when
from loyalty.core.facts import Delivery
from loyalty.errors import RegularsError, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store.marks import Marker
from loyalty.tills.connections import Connection
from loyalty.wire import Fault, Presence, Transaction
from loyalty.work import Aside
from loyalty.writer import Writer
from pos_adapters.base import Unreadable
from pos_adapters.understanding import Understood, older

ASIDE_MAX = 1_000  # remembered, so that what comes up at every look is set aside once


class Fed(NamedTuple):
    """Whether all of it could be understood, and how many sales, or versions of sales, were new."""

    whole: bool
    new: int


@dataclass
class Feeder:
    """`waited` is how long ago the event came to us, if that was not just now."""

    line: Line
    writer: Writer
    marker: Marker
    clock: Clock
    seen: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    async def feed(self, connection: Connection, found: Understood, received_at: int | None = None) -> Fed:
        """Returns after the commit."""
        deliveries: list[Delivery] = []
        fresh = {digest: one for one in found.unreadable if (digest := _digest(connection, one)) not in self.seen}
        aside = [self._aside(connection, one.raw, one.error) for one in fresh.values()]
        for event in found.said:
            try:
                deliveries.append(await self._delivery(connection, event, received_at))
            except Unknown:
                continue  # a presence that names nobody
            except RegularsError as error:
                fault = Fault(code=error.code, at=error.at, message=error.message)
                aside.append(self._aside(connection, msgspec.json.encode(event), fault))
        answers = []
        if deliveries or aside:
            await self.writer.room()
            answers = await self.writer.line(deliveries, aside)
            self._remember(fresh)
        whole = not found.unreadable and not aside and not any(isinstance(one, Fault) for one in answers)
        return Fed(whole, sum(not isinstance(one, Fault) and one.kind == "accepted" for one in answers))

    async def set_aside(self, connection: Connection, raw: bytes, fault: Fault) -> None:
        await self.writer.line([], [self._aside(connection, raw, fault)])

    async def _delivery(
        self, connection: Connection, event: Transaction | Presence, received_at: int | None
    ) -> Delivery:
        facts = self.line.settings.shops.get(connection.shop)
        if facts is None:  # opened by another process since
            await self.writer.task(lambda line: line.settings.read(line.session), of=None)
            facts = self.line.settings.shops[connection.shop]
        if event.shop != connection.shop:
            raise Unfit("this connection is for another shop; name its own, or none", at="shop", code="other-shop")
        now = self.clock.now()
        if received_at is not None:
            since = when(received_at)
            event = older(event, (now - since).total_seconds(), since)
        if isinstance(event, Transaction):
            return sale_in(facts, self.marker, event, now)
        return presence_in(facts, self.marker, event, now)

    def _remember(self, fresh: Iterable[bytes]) -> None:
        """Only once it is set aside for good: what comes up again after a fault is still new."""
        self.seen.update(dict.fromkeys(fresh))
        while len(self.seen) > ASIDE_MAX:
            self.seen.popitem(last=False)

    @staticmethod
    def _aside(connection: Connection, raw: bytes, fault: Fault) -> Aside:
        return Aside(connection.business, raw, fault)


def _digest(connection: Connection, one: Unreadable) -> bytes:
    """The same bytes at another connection are another owner's to see."""
    return hashlib.blake2b(one.raw, digest_size=16, key=connection.id.encode()).digest()
