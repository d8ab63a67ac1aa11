"""Vendors' deliveries as rows: taken once, claimed by one, back by themselves, bounded, and forgotten after 30 days."""

from __future__ import annotations

import asyncio

import pytest
from tortoise import Tortoise

from loyalty.acts.shops import open_business
from loyalty.core.days import DAY, SECOND
from loyalty.errors import Passing, Unknown
from loyalty.store import tills as rows
from loyalty.store.database import Place
from loyalty.store.retention import RAW_DAYS, purge
from loyalty.tills.connecting import connect, disconnect
from loyalty.tills.connections import Connections
from loyalty.wire import NewShop
from tests.migrated import migrated

NOW = 1_000 * DAY


@pytest.fixture(scope="module")
def place(tmp_path_factory, new_database):
    folder = tmp_path_factory.mktemp("tills")
    place = Place.of(new_database() or f"sqlite:///{folder / 'loyalty.db'}", str(folder / "loyalty.key"))
    return place, migrated(place)


@pytest.fixture
def vault(place):
    return place[1]


@pytest.fixture
def session(place):
    """Everything is taken back."""
    session = place[0].open()
    try:
        with session.transaction():
            session.turn(["*"])
            yield session
            raise Undo
    except Undo:
        pass
    finally:
        session.close()


class Undo(Exception):
    pass


@pytest.fixture
def shop(session, vault):
    return open_business(session, vault, NewShop(name="A", currency="KES", timezone="Africa/Nairobi"), NOW).shop


@pytest.fixture
def business(session, shop):
    return session.row("SELECT business FROM shops WHERE id = ?", (shop,))[0]


@pytest.fixture
def till(session, vault, shop):
    return connect(session, vault, "square", shop, ("signature_key=hush",), "http://here", NOW)


def take(session, till, name, verdict="signed"):
    return rows.take(session, till.id, name, verdict, b"sealed", NOW)


def test_the_models_and_the_migrations_agree(place):
    async def tables():
        await Tortoise.init(config=place[0].config)
        try:
            from loyalty.store.models_tills import ConnectionRecord, DeliveryRecord

            return await ConnectionRecord.all().count() + await DeliveryRecord.all().count()
        finally:
            await Tortoise.close_connections()

    assert asyncio.run(tables()) == 0


def test_a_delivery_is_taken_once(session, till):
    assert [take(session, till, name) for name in ("a", "a", "b")] == [True, False, True]


def test_what_one_works_on_nobody_else_is_given_until_it_comes_up_again(session, till):
    for name in "abc":
        take(session, till, name)
    first = rows.claim(session, till.id, 0, 2)
    second = rows.claim(session, till.id, 0, 2)
    assert [len(first), len(second), len(rows.claim(session, till.id, 0, 2))] == [2, 1, 0]
    assert not {one.id for one in first} & {one.id for one in second}
    assert rows.claim(session, till.id, rows.LEASE - 1, 9) == []
    again = rows.claim(session, till.id, rows.LEASE, 9)
    assert [(one.tries, one.told) for one in again] == [(2, False)] * 3


def test_who_says_so_keeps_what_is_claimed(session, till):
    take(session, till, "a")
    [taken] = rows.claim(session, till.id, 0, 1)
    rows.keep_claimed(session, [taken.id], 20 * SECOND)
    assert rows.claim(session, till.id, rows.LEASE, 1) == []


def test_a_vendor_is_asked_by_one_at_a_time(session, till):
    assert rows.claim_asking(session, till.id, 5) == ("",)
    assert rows.claim_asking(session, till.id, 5) is None
    rows.asked(session, till.id, "there", 5, NOW)
    assert rows.claim_asking(session, till.id, 5 + rows.LEASE) == ("there",)


def test_what_waits_is_bounded(session, till, monkeypatch):
    assert rows.WAITING_MAX == 10_000
    monkeypatch.setattr(rows, "WAITING_MAX", 3)
    for name in "abc":
        take(session, till, name)
    with pytest.raises(Passing, match="more of these wait"):
        take(session, till, "d")


def test_what_nobody_signed_keeps_out_nothing_that_is_signed(session, till, monkeypatch):
    monkeypatch.setattr(rows, "HINTS_MAX", 2)
    for name in "ab":
        assert rows.take(session, till.id, name, "hint", b"", NOW)
    with pytest.raises(Passing, match="more of these wait"):
        rows.take(session, till.id, "c", "hint", b"", NOW)
    take(session, till, "d")


def test_a_till_that_was_disconnected_takes_nothing_and_its_tokens_are_gone(session, vault, till):
    """Also where another process has not heard of it yet."""
    take(session, till, "a")
    assert disconnect(session, vault, till.id, NOW) == 1
    with pytest.raises(Unknown, match="was disconnected"):
        take(session, till, "b")
    assert (rows.due(session, NOW), rows.claim(session, till.id, NOW, 9)) == (set(), [])
    [sealed] = session.row("SELECT settings FROM connections WHERE id = ?", (till.id,))
    assert vault.open_raw(sealed) == b"{}"
    assert session.row("SELECT COUNT(*) FROM set_aside") == (1,)


def test_the_same_trouble_keeps_its_time(session, till):
    def trouble():
        return session.row("SELECT trouble, trouble_at FROM connections WHERE id = ?", (till.id,))

    for why, at in (("down", 1), ("down", 2), ("refused", 3)):
        rows.note_trouble(session, till.id, why, at)
    assert trouble() == ("refused", 3)
    rows.note_trouble(session, till.id, "refused", 4)
    assert trouble() == ("refused", 3)
    rows.note_trouble(session, till.id, None, 5)
    assert trouble() == (None, None)


def test_deliveries_are_forgotten_after_thirty_days(session, till, business):
    take(session, till, "a")
    purge(session, business, NOW + RAW_DAYS * DAY)
    assert session.row("SELECT COUNT(*) FROM deliveries") == (1,)
    purge(session, business, NOW + RAW_DAYS * DAY + 1)
    assert session.row("SELECT COUNT(*) FROM deliveries") == (0,)


def test_a_connection_that_this_version_does_not_understand_costs_no_other(session, vault, shop, till):
    rows.add_connection(session, rows.ConnectionRow("old", "b", shop, "abacus", vault.seal_raw(b"{}"), NOW))
    bad = vault.seal_raw(b'{"poll_s": "never", "colour": "green"}')
    rows.add_connection(session, rows.ConnectionRow("bad", "b", shop, "square", bad, NOW))
    known = Connections(vault, "http://here")
    known.read(session)
    assert list(known.all) == [till.id]
    assert (known.find("square", till.id), known.find("files", till.id)) == (known.all[till.id], None)
    assert known.all[till.id].url == f"http://here/hooks/square/{till.id}"
    assert "hush" not in repr(known.all[till.id])


def test_a_clock_that_ran_ahead_and_was_put_right_stops_nothing(session, till):
    """A machine that started in the wrong year claimed something, and planned its next question."""
    take(session, till, "one")
    ahead = NOW + 3_650 * DAY
    assert len(rows.claim(session, till.id, ahead, 10)) == 1
    rows.ask_again(session, till.id, ahead + DAY)
    assert rows.due(session, NOW) == {till.id}
    assert len(rows.claim(session, till.id, NOW, 10)) == 1
    assert rows.claim_asking(session, till.id, NOW) is not None
    assert rows.claim_asking(session, till.id, NOW) is None
    assert rows.claim(session, till.id, NOW, 10) == []
