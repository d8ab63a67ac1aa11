"""What a database needs now and then: its log copied and begun anew, what is old forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loyalty.core.days import DAY
from loyalty.store import used_codes
from loyalty.store.database import Place
from loyalty.store.lite import BUSY_SECONDS, WAL_PAGES
from loyalty.store.retention import RAW_DAYS, purge
from loyalty.store.session import EVERYBODY, Session
from loyalty.work import TIDY_MAX, Counts, Untidy
from tests.migrated import migrated
from tests.running import serving, wait_until

PAGE = 4_096
NOW = 1_795_500_000_000_000


@pytest.fixture
def session(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Session]:
    place = Place.of(new_database() or f"sqlite:///{tmp_path}/loyalty.db", str(tmp_path / "loyalty.key"))
    migrated(place)
    with closing(place.open()) as session:
        yield session


def write(session: Session, pages: int) -> None:
    with session.transaction():
        session.turn([EVERYBODY])
        session.many(
            "INSERT INTO set_aside (business, reason, body, received_at) VALUES (?, ?, ?, ?)",
            [("b", b"", bytes(PAGE), n) for n in range(pages)],
        )


def test_the_log_is_begun_anew_by_whoever_tidies(tmp_path: Path) -> None:
    place, log = Place.of(f"sqlite:///{tmp_path}/loyalty.db"), tmp_path / "loyalty.db-wal"
    migrated(place)
    with closing(place.open(tidied=True)) as session, closing(place.open(only_reads=True)) as tidier:
        write(session, WAL_PAGES)
        write(session, WAL_PAGES)
        grown = log.stat().st_size
        assert grown > 2 * WAL_PAGES * PAGE, "whoever is tidied for copies nothing"
        tidier.tidy()
        write(session, WAL_PAGES)
        assert log.stat().st_size == grown, "written over from its beginning"
        assert tidier.row("SELECT COUNT(*) FROM set_aside") == (3 * WAL_PAGES,)


def test_the_log_is_copied_in_a_quiet_moment_and_within_bounds_however_busy_the_line_is() -> None:
    counts, untidy = Counts(), Untidy()
    assert not any(untidy.is_due(replace(counts, commits=number)) for number in range(1, 9)), "never quiet"
    assert untidy.is_due(replace(counts, commits=8))
    assert not untidy.is_due(replace(counts, commits=8)), "nothing since then"
    busy = [replace(counts, commits=8 + number, deliveries=100 * number) for number in range(1, 61)]
    due = [one.deliveries for one in busy if untidy.is_due(one)]
    assert due == [TIDY_MAX, 2 * TIDY_MAX, 3 * TIDY_MAX]
    assert untidy.is_due(replace(busy[-1], commits=69)) is untidy.is_due(replace(busy[-1], commits=70)) is False
    assert untidy.is_due(replace(busy[-1], commits=70)), "what no till brought is copied too"


def test_nobody_waits_for_who_reads_for_long(tmp_path: Path) -> None:
    """A tidier that waited for the reader would hold the writer's lock for the database's 30 seconds."""
    place, log = Place.of(f"sqlite:///{tmp_path}/loyalty.db"), tmp_path / "loyalty.db-wal"
    migrated(place)
    with closing(place.open(tidied=True)) as session, closing(place.open(only_reads=True)) as tidier:
        with closing(place.open(only_reads=True)) as reader, reader.snapshot():
            assert reader.row("SELECT COUNT(*) FROM set_aside") == (0,)
            write(session, 2 * WAL_PAGES)
            begun = time.monotonic()
            tidier.tidy()
            assert time.monotonic() - begun < BUSY_SECONDS / 2
            write(session, 3 * WAL_PAGES)
            assert reader.row("SELECT COUNT(*) FROM set_aside") == (0,)
        grown = log.stat().st_size
        assert grown > 5 * WAL_PAGES * PAGE
        tidier.tidy()
        write(session, WAL_PAGES)
        assert log.stat().st_size == grown, "begun anew once nobody reads what is old"


def test_messages_are_forgotten_after_thirty_days_with_the_cues_they_closed(session: Session) -> None:
    raw = NOW - RAW_DAYS * DAY
    told = [(1, "cue", raw - 2), (2, "closed", raw - 1), (3, "cue", raw - 1), (4, "closed", raw), (5, "cue", NOW)]
    with session.transaction():
        session.turn([EVERYBODY])
        session.run("INSERT INTO businesses (id, name, program, created_at) VALUES ('b', 'Corner', 1, 0)")
        session.run(
            "INSERT INTO shops (id, business, name, currency, timezone, day_ends, language, seq, created_at)"
            " VALUES ('s', 'b', 'Corner', 'EUR', 'Europe/Vienna', 240, 'en', 5, 0)"
        )
        session.many(
            "INSERT INTO messages (shop, seq, till, kind, cue, outcome, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [("s", seq, None, kind, "cue", None, at) for seq, kind, at in told],
        )
        purge(session, "b", NOW)
        assert session.rows("SELECT seq FROM messages ORDER BY seq") == [(3,), (4,), (5,)]
        purge(session, "b", NOW + 1)
        assert session.rows("SELECT seq FROM messages ORDER BY seq") == [(5,)]


def test_what_is_kept_of_a_card_that_was_shown_and_of_a_receipt_that_was_not_found_is_forgotten(
    session: Session,
) -> None:
    """By the hour's own purge: codes as long as a scan may wait for the network, misses as long as they are counted."""
    kept = {"used_codes": used_codes.KEPT, "claims": DAY}
    with session.transaction():
        session.turn([EVERYBODY])
        session.many(
            "INSERT INTO used_codes (business, hash, step, shop, till, used_at) VALUES (?, ?, ?, 's', '1', ?)",
            [(business, "card", step, NOW) for business in "bc" for step in range(2)],
        )
        session.many(
            "INSERT INTO claims (business, customer, at, shop, source, ref) VALUES ('b', 'amina', ?, ?, ?, ?)",
            [(NOW, None, None, None), (NOW, "s", "till", "1")],
        )
        for table, age in sorted(kept.items(), key=lambda one: one[1]):
            held = session.rows(f"SELECT COUNT(*) FROM {table} WHERE business = 'b'")
            purge(session, "b", NOW + age)
            assert session.rows(f"SELECT COUNT(*) FROM {table} WHERE business = 'b'") == held, table
            purge(session, "b", NOW + age + 1)
            assert session.rows(f"SELECT COUNT(*) FROM {table} WHERE business = 'b'") != held, table
        assert session.rows("SELECT COUNT(*) FROM used_codes WHERE business = 'c'") == [(2,)]
        assert session.rows("SELECT ref FROM claims") == [("1",)], "what was found stays"


@pytest.mark.slow
def test_a_process_that_is_started_again_asks_after_nobody_until_the_hour_is_over(tmp_path: Path) -> None:
    with serving(tmp_path, datetime(2026, 11, 4, 9, tzinfo=UTC)) as service:

        def purged() -> list[int]:
            return [at for (at,) in service.rows("SELECT at FROM chores WHERE name = 'purged'")]

        wait_until(lambda: purged() != [])
        first = purged()
        service.pass_time(minutes=10)
        service.restart()
        service.stop()  # what it has begun is done by then
        assert purged() == first
        service.pass_time(minutes=50)
        service.start()
        wait_until(lambda: purged() > first)
        service.pass_time(days=-30)
        service.restart()
        wait_until(lambda: purged() < first)
