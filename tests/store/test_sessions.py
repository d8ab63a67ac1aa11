"""Both databases understand the same statements, and mean the same by them; and whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loyalty.acts.shops import open_business
from loyalty.errors import Passing
from loyalty.store.database import NoDatabase, Place, PostgresPlace, prepare
from loyalty.store.postgres import translated
from loyalty.store.session import EVERYBODY, Session
from loyalty.wire import NewShop
from tests.migrated import migrated
from tests.running import Service
from tests.servers import Cluster

ONE, OTHER = "business-1", "business-2"
ROUNDS = 100


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Place:
    folder = tmp_path_factory.mktemp("store")
    place = Place.of(new_database() or f"sqlite:///{folder}/loyalty.db", str(folder / "loyalty.key"))
    migrated(place)
    return place


@pytest.fixture
def session(place: Place) -> Iterator[Session]:
    """With two businesses, and nothing else."""
    with closing(place.open()) as session:
        with session.transaction():
            for table in ("businesses", "loose", "house_days"):
                session.run(f"DELETE FROM {table}")
            for business in (ONE, OTHER):
                session.run(
                    "INSERT INTO businesses (id, name, program, created_at) VALUES (?, 'Corner', 1, 0)", (business,)
                )
        yield session


def put(session: Session, *rows: tuple[str, int, str]) -> None:
    """Loose sales stand for any table: (hash, received at, till's id)."""
    session.many(
        "INSERT INTO loose (business, hash, shop, source, ref, received_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(ONE, hash, "shop", "source", ref, at) for hash, at, ref in rows],
    )


def fail(session: Session, ref: str) -> None:
    session.turn([ONE])
    put(session, ("h", 0, ref))
    raise KeyError


# -- the same statements ----------------------------------------------------------------------------------------------
def test_texts_are_in_the_order_of_their_bytes(session: Session):
    """As Python has them: a memory is folded in the order of the tills' own ids."""
    texts = ["a", "B", "Z", "_", "é", "1", "10", "9", "ab", "A-b"]
    put(session, *((text, 0, text) for text in texts))
    assert [row[0] for row in session.rows("SELECT ref FROM loose ORDER BY ref")] == sorted(texts)
    found = session.rows("SELECT ref FROM loose WHERE (received_at, ref) > (?, ?) ORDER BY ref", (0, "Z"))
    assert [row[0] for row in found] == [text for text in sorted(texts) if text > "Z"]


def test_sums_and_counts_are_whole_numbers(session: Session):
    put(session, ("h", 2**60, "1"), ("h", 2**61, "2"))
    row = session.row("SELECT COUNT(*), SUM(received_at), COALESCE(SUM(received_at), 0), MAX(received_at) FROM loose")
    assert row == (2, 3 * 2**60, 3 * 2**60, 2**61)
    assert [type(value) for value in row] == [int] * 4


def test_bytes_truths_and_nothing_come_back_as_they_went(session: Session):
    values = [(1, b"", True), (2, bytes(range(256)), False), (3, b"\0", True)]
    session.many("INSERT INTO house_days (shop, day, sums, dirty) VALUES ('s', ?, ?, ?)", values)
    assert session.rows("SELECT day, sums, dirty FROM house_days ORDER BY day") == values
    session.run("UPDATE shops SET name = ? WHERE id = ?", ("nobody", None))
    assert session.row("SELECT sums FROM house_days WHERE day = ?", (4,)) is None
    assert session.run("UPDATE house_days SET dirty = TRUE WHERE NOT dirty") == 1


def test_what_is_wanted_is_found_whatever_its_number(session: Session):
    put(session, *((f"h{n}", n, str(n)) for n in range(2_000)))
    sql = "WITH w (a, b) AS (VALUES {}) SELECT ref FROM w CROSS JOIN loose ON business = a AND hash = b"
    for count in (0, 1, 2_000):
        found = session.matching(sql, [(ONE, f"h{n}") for n in range(count)])
        assert sorted(int(row[0]) for row in found) == list(range(count))
    assert session.matching("WITH w (a) AS (VALUES {}) SELECT ref FROM w CROSS JOIN loose ON received_at = a", [(7,)])


def test_a_row_that_comes_twice_in_one_go_is_changed_twice(session: Session):
    sql = (
        "INSERT INTO house_days (shop, day, dirty, sums) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shop, day) DO UPDATE SET sums = excluded.sums"
    )
    session.many(sql, [("s", 1, True, b"a"), ("s", 2, True, b"b"), ("s", 1, True, b"c")])
    assert session.rows("SELECT day, sums FROM house_days ORDER BY day") == [(1, b"c"), (2, b"b")]
    session.many(sql, [("s", 1, True, b"d"), ("s", 2, True, b"e")])
    assert session.rows("SELECT day, sums FROM house_days ORDER BY day") == [(1, b"d"), (2, b"e")]


def test_what_fails_within_is_taken_back_alone(session: Session):
    with session.transaction():
        put(session, ("h", 0, "before"))
        with pytest.raises(KeyError), session.nested():
            fail(session, "within")
        put(session, ("h", 0, "after"))
    assert [row[0] for row in session.rows("SELECT ref FROM loose ORDER BY id")] == ["before", "after"]


def test_a_transaction_is_there_whole_or_not_at_all(session: Session, place: Place):
    with closing(place.open()) as other:
        with pytest.raises(KeyError), session.transaction():
            fail(session, "1")
        with session.transaction():
            put(session, ("h", 0, "2"))
            assert other.rows("SELECT ref FROM loose") == []
        with other.snapshot():
            assert other.rows("SELECT ref FROM loose") == [("2",)]
            with session.transaction():
                put(session, ("h", 0, "3"))
            assert other.rows("SELECT ref FROM loose") == [("2",)]


def test_whoever_only_reads_cannot_write(place: Place):
    with closing(place.open(only_reads=True)) as reader, pytest.raises(Passing), reader.transaction():
        reader.run("UPDATE businesses SET name = 'Harbour'")


def test_what_postgresql_says_otherwise():
    assert (
        translated("SELECT x FROM w CROSS JOIN t ON a = ? AND b = ?") == "SELECT x FROM w JOIN t ON a = $1 AND b = $2"
    )
    assert translated("SELECT COALESCE(m, x''), x'80'") == r"SELECT COALESCE(m, '\x'::bytea), '\x80'::bytea"


# -- turns ------------------------------------------------------------------------------------------------------------
def test_a_turn_tells_whether_somebody_else_decided_since_the_last_one(session: Session, place: Place):
    with closing(place.open()) as other:
        with session.transaction():
            assert not session.turn([ONE])  # nothing was remembered yet
        with session.transaction():
            assert session.turn([ONE])
            session.run("UPDATE businesses SET name = 'Quay' WHERE id = ?", (ONE,))
        with session.transaction():
            assert session.turn([ONE]), "what a session wrote itself it knows"
        with other.transaction():
            other.turn([ONE])
            other.run("UPDATE businesses SET name = 'Harbour' WHERE id = ?", (ONE,))
        with session.transaction():
            assert not session.turn([ONE])
        with session.transaction():
            assert session.turn([ONE])


def test_after_a_rollback_nothing_that_was_remembered_is_certain(session: Session):
    with session.transaction():
        session.turn([ONE])
    with pytest.raises(KeyError), session.transaction():
        fail(session, "1")
    with session.transaction():
        assert not session.turn([ONE])


def test_a_new_business_is_somebody_elses_decision(session: Session, place: Place):
    vault = asyncio.run(prepare(place))
    with session.transaction():
        session.turn([EVERYBODY])
    with closing(place.open()) as other, other.transaction():
        open_business(other, vault, NewShop(name="Corner", currency="KES", timezone="Africa/Nairobi"), 0)
    with session.transaction():
        assert not session.turn([EVERYBODY])


def test_turns_lose_no_update_and_wait_for_each_other_without_a_deadlock(session: Session, place: Place):
    """Four sessions read, and write what they read plus one: of one business, of both in either order, of all."""

    def count(which: list[str]) -> None:
        with closing(place.open()) as mine:
            for _ in range(ROUNDS):
                with mine.transaction():
                    mine.turn(which)
                    row = mine.row("SELECT created_at FROM businesses WHERE id = ?", (ONE,))
                    assert row is not None
                    mine.run("UPDATE businesses SET created_at = ? WHERE id = ?", (row[0] + 1, ONE))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, ([ONE], [ONE, OTHER], [OTHER, ONE], [EVERYBODY])))
    assert session.row("SELECT created_at FROM businesses WHERE id = ?", (ONE,)) == (4 * ROUNDS,)


# -- PostgreSQL alone -------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_connection_that_is_lost_passes(postgres: Cluster, tmp_path: Path):
    """In the middle of a transaction it is Passing; between two nobody notices. What was committed is there."""
    place = Place.of(postgres.new_database(), str(tmp_path / "key"))
    assert isinstance(place, PostgresPlace)
    migrated(place)

    def cut() -> Any:
        with psycopg.connect(place.conninfo, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    with closing(place.open()) as session:
        with session.transaction():
            put(session, ("h", 0, "1"))
        cut()
        with session.transaction():
            put(session, ("h", 0, "2"))
        with pytest.raises(Passing), session.transaction(), session.nested():
            put(session, cut() or ("h", 0, "3"))
        with session.snapshot():
            assert session.rows("SELECT ref FROM loose ORDER BY id") == [("1",), ("2",)]


@pytest.mark.slow
def test_several_processes_may_make_the_database_at_once(postgres: Cluster, tmp_path: Path):
    service = Service(tmp_path, None, postgres.new_database())
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(service.init, ("Corner", "Harbour", "Quay")))
    assert len({shop.id for shop in made}) == 3
    assert service.one("SELECT COUNT(*) FROM businesses") == 3


@pytest.mark.parametrize("url", ["mysql://x", "postgresql://[", "loyalty.db"])
def test_an_address_that_is_none_is_refused_in_words(url: str):
    with pytest.raises(NoDatabase, match="postgresql://"):
        Place.of(url)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    place = Place.of("postgresql://regulars:s3cret@127.0.0.1:1/cafe?connect_timeout=1")
    with pytest.raises(NoDatabase) as refused:
        place.open()
    assert "cafe at 127.0.0.1" in refused.value.message
    assert "s3cret" not in refused.value.message
