"""Faults that no door lets in: our own reading stumbles, a connection is lost in the midst of a decision."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loyalty.acts.shops import open_business
from loyalty.clock import Clock
from loyalty.core.facts import Note
from loyalty.errors import Passing, RegularsError
from loyalty.ingest import Line
from loyalty.store import tills as rows
from loyalty.store.database import Place
from loyalty.store.marks import Marker
from loyalty.store.save import Sent, number
from loyalty.tills.connecting import connect
from loyalty.tills.connections import Connections
from loyalty.tills.courier import Courier
from loyalty.tills.feeding import Feeder
from loyalty.tills.working import work_off
from loyalty.wire import Fault, NewShop
from loyalty.work import Batch
from loyalty.writer import Writer
from pos_adapters.base import Event, Ignored, Parse, Settings, Unreadable
from pos_adapters.understanding import Understood
from tests.migrated import migrated
from tests.servers import Cluster

SHOP = NewShop(name="Corner", currency="KES", timezone="Africa/Nairobi")


def parse(raw: bytes, settings: Settings) -> list[Event]:
    if raw == b"bad":
        raise AssertionError("nobody foresaw this")
    return [Ignored("nothing to do")]


def refused_by_the_line(raw: bytes, settings: Settings) -> list[Event]:
    if raw == b"bad":
        raise Passing("the database cannot write just now")
    return [Ignored("nothing to do")]


async def test_nothing_lost_a_fault_that_passes_is_no_try_of_what_was_not_begun(tmp_path: Path):
    """However often the line cannot, it is not given up in the end."""
    async with working(tmp_path, refused_by_the_line) as (courier, till):
        for round in (1, 2, 3):
            with pytest.raises(Passing):
                await work_off(courier, till)
            courier.feeder.line.session.run("UPDATE deliveries SET due_at = 0")  # the lease is over
            found = courier.feeder.line.session.rows("SELECT digest, state, tries FROM deliveries ORDER BY id")
            assert found == [("one", "done", 1), ("bad", "waiting", round), ("two", "waiting", 1)]


async def test_nothing_lost_a_delivery_that_is_stumbled_over_costs_none_that_was_claimed_with_it(tmp_path: Path):
    async with working(tmp_path, parse) as (courier, till):
        await work_off(courier, till)
        found = courier.feeder.line.session.rows("SELECT digest, state, tries FROM deliveries ORDER BY id")
    assert found == [("one", "done", 1), ("bad", "waiting", 1), ("two", "done", 1)]


async def test_nothing_lost_the_same_bytes_at_another_connection_are_set_aside_there_too(tmp_path: Path):
    """An empty body is the same from everybody, and each owner is told of theirs."""
    found = Understood(unreadable=(Unreadable(b"", Fault(code="bad-field", message="nothing is in it")),))
    async with working(tmp_path, parse) as (courier, till):
        for connection in (till, till, replace(till, id="another")):
            await courier.feeder.feed(connection, found)
        assert courier.feeder.line.session.rows("SELECT COUNT(*) FROM set_aside") == [(2,)]


async def test_nothing_lost_what_could_not_be_set_aside_is_set_aside_when_it_comes_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    found = Understood(unreadable=(Unreadable(b"bad", Fault(code="bad-field", message="no sale")),))
    async with working(tmp_path, parse) as (courier, till):
        with monkeypatch.context() as patch:
            patch.setattr(courier.feeder.writer, "line", full)
            with pytest.raises(Passing):
                await courier.feeder.feed(till, found)
        await courier.feeder.feed(till, found)
        assert courier.feeder.line.session.rows("SELECT COUNT(*) FROM set_aside") == [(1,)]


async def full(*_: Any) -> Any:
    raise Passing("the database cannot write just now")


@asynccontextmanager
async def working(folder: Path, parse: Parse) -> AsyncIterator[tuple[Any, Any]]:
    """A till whose three deliveries wait, and who works them off."""
    place = Place.of(f"sqlite:///{folder}/loyalty.db")
    vault = migrated(place)
    with closing(place.open()) as session:
        line = Line(session, vault, Clock())
        with session.transaction():
            shop = open_business(session, vault, SHOP, 0).shop
            till = connect(session, vault, "square", shop, (), "http://here", 0)
            for body in (b"one", b"bad", b"two"):
                rows.take(session, till.id, body.decode(), "signed", vault.seal_raw(body), line.now)
        till = replace(till, adapter=replace(till.adapter, parse=parse))
        writer = Writer(line, lambda _: None)
        writer.start()
        feeder = Feeder(line, writer, Marker(vault), Clock())
        try:
            yield Courier(Connections(vault, "http://here"), writer, feeder, Clock()), till
        finally:
            await writer.stop()


class Cut(Line):
    """Fails as nobody foresaw; tried again alone, it loses its connection after it has numbered a message."""

    shop, url, tried = "", "", False

    def run(self, _: Sequence[Any]) -> Any:
        self.publish(number(self.session, [Note(self.shop, None, "closed", "ghost", "usual")], {}, 0))
        if not self.tried:
            self.tried = True
            raise KeyError
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND state = 'idle in transaction'"
            )
        return self.session.rows("SELECT 1")


@contextmanager
def cut(place: Place) -> Iterator[tuple[Cut, str]]:
    vault = migrated(place)
    line = Cut(place.open(), vault, Clock())
    with line.session.transaction():
        made = open_business(line.session, vault, SHOP, 0)
    line.settings.read(line.session)
    line.shop = made.shop
    yield line, made.business
    line.session.close()


@pytest.mark.slow
def test_in_order_what_was_never_committed_is_never_told(tmp_path: Path, postgres: Cluster):
    """Its number is given to another message."""
    url = postgres.new_database()
    told: list[Sent] = []

    async def tried(line: Cut, business: str) -> None:
        line.url = url
        writer = Writer(line, told.extend)
        writer.start()
        lost = asyncio.get_running_loop().create_future()
        writer.put(Batch([Delivery(business)], lost.set_result))  # type: ignore[list-item]
        assert isinstance(await lost, RegularsError)
        await writer.task(lambda line: line.session.rows("SELECT 1"), of=None)
        await writer.stop()

    with cut(Place.of(url, str(tmp_path / "loyalty.key"))) as (line, business):
        asyncio.run(tried(line, business))
        assert line.session.rows("SELECT * FROM messages") == []
    assert told == []


class Delivery:
    """Of which nobody looks at anything but whose it is."""

    def __init__(self, business: str) -> None:
        self.business = business
