"""Fills a target: people and a past sale of each through the product's line, before it serves; a history by its API."""

from __future__ import annotations

import time
from datetime import timedelta

import msgspec

from bench.sockets import Http
from bench.target import KEPT, Target, enrolment, fresh_prefix, guest, now, past, sale
from loyalty.acts.people import take_in
from loyalty.clock import Clock
from loyalty.core.days import moment
from loyalty.core.facts import Ident, Mark, SaleIn
from loyalty.ingest import Line
from loyalty.store.database import Place, open_vault
from loyalty.store.marks import Marker
from loyalty.wire import Enrolment, Transaction

BATCH = 1_000
PAST_DAYS = 330

_enrolment = msgspec.json.Decoder(Enrolment)
_transaction = msgspec.json.Decoder(Transaction)


def in_bulk(target: Target, database: str) -> None:
    """Everybody enrols, and who is not kept for a history of their own came once in the past year."""
    place = Place.of(database)
    line = Line(place.open(), open_vault(place), Clock())
    line.settings.read(line.session)
    shop = line.settings.shops[target.shop]
    marker, zone = Marker(line.vault), shop.calendar.zone.key

    def marks(number: int) -> list[tuple[Mark, str]]:
        wanted = _enrolment.decode(enrolment(number)).identifiers
        made = ((marker.mark(shop.business, zone, one.kind, one.value), one.value) for one in wanted)
        return [(mark, value) for mark, value in made if mark is not None]

    until = now() - timedelta(days=1)
    for first in range(0, target.guests, BATCH):
        numbers = range(first, min(first + BATCH, target.guests))
        with line.session.transaction():
            for number in numbers:
                take_in(line, shop.business, _enrolment.decode(enrolment(number)), marks(number))
            sold = [
                _transaction.decode(sale(target, guest(number), number, past(until, number, target.guests, PAST_DAYS)))
                for number in numbers
                if number >= KEPT
            ]
            line.run(
                [
                    SaleIn(
                        one,
                        Ident(one.shop, one.source, one.id),
                        shop.business,
                        marker.of_sale(shop.business, zone, one),
                        moment(until),
                    )
                    for one in sold
                ]
            )
            line.sent = []
    line.session.close()


def past_sales(target: Target, count: int, guest: int) -> dict[str, float]:
    """`count` past visits of one guest."""
    start = time.perf_counter()
    adapter = Http(target, target.adapter_key)
    prefix, until = fresh_prefix(), now() - timedelta(days=1)
    for first in range(0, count, BATCH):
        batch = [
            sale(target, f"{prefix}-{index:07d}", guest, past(until, index, count, PAST_DAYS))
            for index in range(first, min(first + BATCH, count))
        ]
        answer = adapter.post("/v1/transactions", b"[" + b",".join(batch) + b"]")
        if b'"rejected":[]' not in answer.replace(b" ", b""):
            raise ConnectionError(f"rejected: {answer[:300]!r}")
    return {"per_s": count / (time.perf_counter() - start), "count": count}
