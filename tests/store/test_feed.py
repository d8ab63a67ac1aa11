"""The feed: a hub is told in order and without a gap, whoever committed, whatever is heard of it and when."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loyalty.acts.shops import open_business
from loyalty.bus import SPANS_MAX, NoBus, guess_of, miss_of, notices_of, read_notice
from loyalty.clock import Clock
from loyalty.core.facts import Note
from loyalty.errors import Passing
from loyalty.feed import Feed
from loyalty.hub import PENDING_MAX, Hub, Screen
from loyalty.neighbours import Neighbours
from loyalty.reader import Reader
from loyalty.store.database import Place, open_vault
from loyalty.store.postgres import CHANNEL
from loyalty.store.save import Sent, number
from loyalty.store.session import Session
from loyalty.store.view import View
from loyalty.upkeep import every
from loyalty.wire import NewShop
from tests.migrated import migrated


class House:
    """One process's hub and feed, and a shop to which anybody may write."""

    def __init__(self, place: Place) -> None:
        vault = open_vault(place)
        self.session: Session = place.open()
        with self.session.transaction():
            wanted = NewShop(name="Corner", currency="KES", timezone="Africa/Nairobi")
            self.shop = open_business(self.session, vault, wanted, 0).shop
        self.hub = Hub(Clock().now)
        self.reader = Reader(View(place.open(only_reads=True), vault, Clock()))
        self.feed = Feed(self.hub, self.reader)

    def commit(self, count: int = 1) -> list[Sent]:
        """So many messages, by this process or another."""
        with self.session.transaction():
            return number(self.session, [Note(self.shop, None, "closed", "cue", "usual")] * count, {}, 0)

    def screen(self, upto: int = 0) -> Screen:
        """Which has everything up to this number."""
        screen = Screen(self.shop, None, "en", lambda: None, lambda _: None)
        self.hub.join(screen, upto)
        self.feed.joined(self.shop, upto)
        return screen


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is copied for every house, since making one takes longer than any test here."""
    folder = tmp_path_factory.mktemp("feed")
    migrated(Place.of(f"sqlite:///{folder}/loyalty.db"))
    return folder


@pytest.fixture
def house(tmp_path: Path, empty: Path) -> Iterator[House]:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    house = House(Place.of(f"sqlite:///{tmp_path}/loyalty.db"))
    with closing(house.session):
        yield house
    house.reader.stop()


def heard(screen: Screen) -> list[tuple[int, int]]:
    """(the number before, its own) of everything a screen was told."""
    found = [json.loads(frame) for frame in screen.frames]
    return [(one["prev"], one["seq"]) for one in found]


def chain(first: int, last: int) -> list[tuple[int, int]]:
    return [(seq - 1, seq) for seq in range(first, last + 1)]


async def settled(screen: Screen, last: int) -> None:
    for _ in range(1_000):
        if screen.prev >= last:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"told up to {screen.prev}, not {last}")


async def test_its_own_messages_go_out_at_once(house: House):
    screen = house.screen()
    house.feed.publish(house.commit(3))
    assert heard(screen) == chain(1, 3)


async def test_what_another_committed_is_read_and_told_before_its_own(house: House):
    screen = house.screen()
    house.commit(2)
    house.feed.publish(house.commit(2))
    house.feed.publish(house.commit(1))
    await settled(screen, 5)
    assert heard(screen) == chain(1, 5)


async def test_notices_come_twice_late_and_in_any_order(house: House):
    screen = house.screen()
    house.commit(4)
    for last in (2, 4, 1, 4):
        house.feed.heard(house.shop, last)
    await settled(screen, 4)
    house.feed.heard(house.shop, 3)
    house.feed.publish(house.commit(1))
    await settled(screen, 5)
    assert heard(screen) == chain(1, 5)


async def test_a_notice_that_was_lost_is_found_by_a_look(house: House):
    screen = house.screen()
    house.commit(2)
    await house.feed.look()
    await settled(screen, 2)
    assert heard(screen) == chain(1, 2)


async def test_a_screen_that_has_less_than_the_hub_was_told_gets_the_rest(house: House):
    """It read where to start, and before it had joined, another's messages were told."""
    first = house.screen()
    house.feed.publish(house.commit(3))
    late = house.screen(upto=1)
    await settled(late, 3)
    assert heard(late) == chain(2, 3)
    assert heard(first) == chain(1, 3), "and nobody is told twice"


async def test_more_than_one_reading_holds_is_read_on(house: House):
    screen = house.screen()
    house.commit(PENDING_MAX)
    house.feed.heard(house.shop, PENDING_MAX)
    await settled(screen, PENDING_MAX)
    assert heard(screen) == chain(1, PENDING_MAX)


async def test_numbers_that_are_nowhere_are_passed_over(house: House):
    """Old messages are purged, and a restored shop goes on with higher numbers."""
    screen = house.screen()
    with house.session.transaction():
        house.session.run("UPDATE shops SET seq = 1000000")
    await house.feed.look()
    await asyncio.sleep(0.1)
    house.feed.publish(house.commit(1))
    await settled(screen, 1_000_001)
    assert heard(screen) == [(0, 1_000_001)]


async def test_a_shop_without_a_screen_is_not_looked_after(house: House):
    screen = house.screen()
    house.hub.leave(screen)
    await house.feed.look()
    house.feed.publish(house.commit(2))
    again = house.screen(upto=2)
    house.feed.publish(house.commit(1))
    assert heard(again) == chain(3, 3)


def test_one_notice_says_it_for_a_whole_commit_and_more_only_where_it_would_not_fit():
    """PostgreSQL takes 8,000 bytes; SPANS_MAX shops."""
    sent = [Sent(f"shop-{shop:04}-{'x' * 8}", 10**12 + seq, None, "closed", "c", None, None) for shop in range(200)
            for seq in range(3)]  # fmt: skip
    notices = notices_of("me", sent)
    assert len(notices) == -(-200 // SPANS_MAX)
    assert max(map(len, notices)) < 8_000 - len(CHANNEL)
    spans = [span for notice in notices for span in read_notice(notice).spans]
    assert [(span.shop, span.first, span.last) for span in spans[:2]] == [
        ("shop-0000-xxxxxxxx", 10**12, 10**12 + 2),
        ("shop-0001-xxxxxxxx", 10**12, 10**12 + 2),
    ]
    assert {read_notice(notice).by for notice in notices} == {"me"}


async def test_what_others_say_on_the_same_server_is_passed_over(house: House):
    missed: list[str] = []
    guessed: list[tuple[str, bool]] = []
    neighbours = Neighbours(
        "me", NoBus(), house.feed, missed.append, lambda login, right: guessed.append((login, right))
    )
    for text in ("", "hello", "[]", "{}", '{"by": 1}', "\ufffd"):
        neighbours.heard(text)
    neighbours.heard(miss_of("another", "key"))
    neighbours.heard(guess_of("another", "login", right=False))
    assert (missed, guessed) == (["key"], [("login", False)])


async def test_a_chore_that_fails_once_is_done_again():
    """Old cues go on to be closed, whatever one turn stumbled over."""
    done = asyncio.Event()
    turns = iter((KeyError, Passing, None))

    async def chore(_: Any) -> None:
        fault = next(turns, None)
        if fault is not None:
            raise fault("once")
        done.set()

    task = asyncio.create_task(every(0.0, chore, None))  # type: ignore[arg-type]
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()
