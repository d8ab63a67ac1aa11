"""Of several processes one tells of a change, a change meanwhile is told again, and a change is noted once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from loyalty.store import wallets
from loyalty.store.session import Session
from loyalty.store.wallets import Pass, Telling
from tests.migrated import migrated
from tests.running import Service

NOW = 10**15
SECOND = 10**6


@pytest.fixture
def session(tmp_path, fresh_database: str) -> Iterator[Session]:
    service = Service(tmp_path, database=fresh_database)
    migrated(service.place)
    with closing(service.place.open()) as opened:
        yield opened


def kept(session: Session, serial: str = "one", at: int = NOW) -> Pass:
    wallets.keep(session, Pass(serial, "b", "amina", "apple", "m", "en", "before", 0), at)
    found = wallets.of_serial(session, serial)
    assert found is not None
    return found


def due(session: Session, now: int = NOW) -> Telling:
    [found] = wallets.due(session, now, 9)
    return found


def test_one_of_two_processes_tells(session: Session) -> None:
    with session.transaction():
        one = kept(session)
        assert wallets.register(session, one, "phone", b"push", NOW)
        assert wallets.due(session, NOW, 9) == []
        wallets.changed(session, one, "after", NOW)
        seen_by_both = due(session)
        until = wallets.claim(session, seen_by_both, NOW)
        assert until == NOW + wallets.AGAIN
        assert wallets.claim(session, seen_by_both, NOW) is None
        assert wallets.due(session, NOW, 9) == []
        wallets.told(session, seen_by_both, until)
        assert wallets.due(session, NOW + wallets.AGAIN, 9) == []


def test_what_changes_while_it_is_told_is_told_again(session: Session) -> None:
    with session.transaction():
        one = kept(session)
        wallets.register(session, one, "phone", b"push", NOW)
        wallets.changed(session, one, "after", NOW)
        telling = due(session)
        until = wallets.claim(session, telling, NOW)
        assert until is not None
        again = wallets.of_serial(session, "one")
        assert again is not None
        wallets.changed(session, again, "later", NOW + 1)
        wallets.told(session, telling, until)
        assert due(session, NOW + 1).tries == 0


def tried(session: Session, at: int, times: int) -> tuple[int, list[int]]:
    """That often without an answer: when it is due again, and how long each time it had to wait (minutes)."""
    waited = []
    for _ in range(times):
        telling = due(session, at)
        assert not wallets.is_over(telling, at)
        until = wallets.claim(session, telling, at)
        assert until is not None
        waited.append((until - at) // wallets.AGAIN)
        at = until
    return at, waited


def test_each_try_waits_twice_as_long_and_six_hours_at_most(session: Session) -> None:
    with session.transaction():
        one = kept(session)
        wallets.register(session, one, "phone", b"push", NOW)
        wallets.changed(session, one, "after", NOW)
        at, waited = tried(session, NOW, wallets.TRIES_MAX)
        assert waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
        assert wallets.is_over(due(session, at), at)
        assert wallets.give_up(session, due(session, at))
        assert wallets.due(session, at * 2, 9) == [], "until it changes again"


def test_what_is_to_be_void_is_told_as_long_as_it_is_kept(session: Session) -> None:
    """A pass with a name on it: a wallet may be out of reach for days. After GONE_DAYS there is no row any more."""
    hours = 10**6 * 3_600
    with session.transaction():
        one = kept(session)
        wallets.register(session, one, "phone", b"push", NOW)
        wallets.part(session, "amina", wallets.pushes_of(session, "amina"), NOW)
        ended_at = NOW + wallets.GONE_DAYS * 24 * hours
        at, waited = tried(session, NOW, wallets.TRIES_MAX + 100)
        assert waited[-1] == 360
        assert at < ended_at
        assert wallets.untold(session, "b", at) == 0
        at, _ = tried(session, at, 1 + (ended_at - at) // (6 * hours))
        assert wallets.is_over(due(session, at), at)
        assert wallets.untold(session, "b", at + 10 * SECOND) == 1
        wallets.purge(session, "b", at + 10 * SECOND)
        assert wallets.due(session, at * 2, 9) == []


def test_a_change_is_noted_once_and_each_has_a_second_of_its_own(session: Session) -> None:
    with session.transaction():
        one = kept(session)
        wallets.changed(session, one, "after", NOW)
        wallets.changed(session, one, "after", NOW)
        first = wallets.of_serial(session, "one")
        assert first is not None
        assert first.changed_at == one.changed_at + SECOND
        wallets.changed(session, first, "later", NOW)
        second = wallets.of_serial(session, "one")
        assert second is not None
        assert [row.changed_s for row in (first, second)] == [one.changed_s + 1, one.changed_s + 2]


def test_moments_grow_within_a_business(session: Session) -> None:
    """A telephone asks for what changed since the newest that it knows of."""
    with session.transaction():
        found = [kept(session, serial).changed_at for serial in ("one", "two", "three")]
    assert found == sorted(set(found))


def test_a_pass_made_again_keeps_what_it_was(session: Session) -> None:
    with session.transaction():
        one = kept(session)
        wallets.changed(session, one, "after", NOW)
        again = kept(session, at=NOW + 9 * SECOND)
        assert (again.shown, again.changed_at) == ("after", one.changed_at + SECOND)
