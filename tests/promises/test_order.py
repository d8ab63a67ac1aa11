"""Promise 5: in order, without gaps. Cues are numbered per shop; a screen knows when it has missed something."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from loyalty.acts.screens import OPEN_MAX, RESUME_MAX
from tests import make
from tests.promises.guests import crowd
from tests.running import Counter, Message, Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow


def fold(messages: list[Message], cues: dict[str, Message] | None = None) -> dict[str, Message]:
    """The open cues on a screen after these messages: what the screen's own reducer does."""
    shown = dict(cues or {})
    for message in messages:
        match message["type"]:
            case "snapshot":
                shown = {cue["id"]: cue for cue in message["cues"]}
            case "cue":
                shown[message["cue"]["id"]] = message["cue"]
            case "closed":
                shown.pop(message["cue"], None)
    return shown


def assert_chain(messages: list[Message], start: int) -> None:
    """Each message names the one before it on this screen, and numbers grow."""
    for message in messages:
        assert message["prev"] == start, messages
        assert message["seq"] > start
        start = message["seq"]


def sent(shop: Shop, till: str | None, after: int = 0) -> list[tuple[int, str]]:
    """(number, kind) of the messages that a screen of that till should get."""
    wanted = (None, till)
    return [(row[0], row[2]) for row in shop.messages() if row[0] > after and (till is None or row[1] in wanted)]


def numbered(messages: list[Message]) -> list[tuple[int, str]]:
    return [(message["seq"], message["type"]) for message in messages]


def busy(shop: Shop, guests: list[Any], times: int, chance: random.Random) -> None:
    """Check-ins at tills 1, 2 and none, and sales that close them."""
    for _ in range(times):
        known = chance.choice(guests)
        till = chance.choice(("1", "2", None))
        if chance.random() < 0.6:
            shop.checkin(shop.presence(known.who, till=till))
        else:
            shop.post(shop.sale(who=known.who, till=till, state=chance.choice(("open", "paid"))))


def test_in_order_numbers_grow_by_one_within_each_shop(service: Service, shop: Shop) -> None:
    other = service.open_shop()
    ours, theirs = crowd(shop, 5), crowd(other, 5)
    for turn in range(20):
        chance = random.Random(turn)
        busy(shop, ours, 2, chance)
        busy(other, theirs, 1, chance)
    for one in (shop, other):
        numbers = [row[0] for row in one.messages()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_in_order_every_screen_has_its_own_unbroken_chain(shop: Shop) -> None:
    guests = crowd(shop, 6)
    with shop.counter("1") as one, shop.counter("2") as two, shop.counter(None) as every:
        screens: dict[str | None, Counter] = {"1": one, "2": two, None: every}
        start = {till: screen.opened()["seq"] for till, screen in screens.items()}
        busy(shop, guests, 40, random.Random(2))
        for till, screen in screens.items():
            due = sent(shop, till)
            messages = screen.take(len(due))
            assert numbered(messages) == due
            assert_chain(messages, start[till])
        assert len(sent(shop, "1")) < len(sent(shop, None)), "a screen of one till does not get the other's"


def test_in_order_a_cue_without_a_till_goes_to_every_screen(shop: Shop) -> None:
    shop.enrol()
    with shop.counter("1") as one, shop.counter("2") as two, shop.counter(None) as every:
        for screen in (one, two, every):
            screen.opened()
        cue = shop.checkin(shop.presence(till=None))["cue"]
        assert [screen.next()["cue"] for screen in (one, two, every)] == [cue] * 3


@pytest.mark.parametrize("till", ["1", "2", None])
def test_in_order_a_screen_that_was_away_gets_what_it_missed(shop: Shop, till: str | None) -> None:
    """From every number it may have stopped at: the missed messages one by one, then those that happen."""
    guests = crowd(shop, 4)
    with shop.counter(till) as screen:
        seen = [screen.opened()]
        busy(shop, guests, 20, random.Random(3))
        seen += screen.take(len(sent(shop, till)))
    shown = fold(seen)
    for place, last in enumerate(seen):
        missed = seen[place + 1 :]
        with shop.counter(till, after=last["seq"]) as again:
            resumed = again.take(len(missed))
            assert numbered(resumed) == numbered(missed)
            assert_chain(resumed, last["seq"])
            assert set(fold(resumed, fold(seen[: place + 1]))) == set(shown)
    with shop.counter(till, after=seen[-1]["seq"]) as again:
        shop.checkin(shop.presence(guests[0].who, till=till))
        assert again.next()["prev"] == seen[-1]["seq"], "nothing missed, nothing said, and the chain goes on"


def test_in_order_the_snapshot_is_the_fold_of_the_messages(shop: Shop) -> None:
    guests = crowd(shop, 6)
    with shop.counter(None) as screen:
        seen = [screen.opened()]
        busy(shop, guests, 30, random.Random(4))
        seen += screen.take(len(sent(shop, None)))
    for till in ("1", "2", None):
        with shop.counter(till) as fresh:
            snapshot = fresh.opened()
        assert snapshot["seq"] == seen[-1]["seq"]
        wanted = {id: cue for id, cue in fold(seen).items() if till is None or cue["till"] in (None, till)}
        assert {cue["id"]: cue for cue in snapshot["cues"]} == wanted


@pytest.mark.parametrize("after", [10_000, 2**62])
def test_in_order_a_number_that_was_never_given_is_answered_by_a_snapshot(shop: Shop, after: int) -> None:
    """A database that was restored stands lower than the screen remembers."""
    with shop.counter("1", after=after) as screen:
        assert screen.opened()["seq"] == 0


def test_in_order_whoever_was_away_too_long_starts_from_a_snapshot(shop: Shop) -> None:
    """RESUME_MAX messages are sent one by one; one more is a snapshot."""
    shop.enrol()
    with shop.stream() as stream:
        stream.deliver([shop.presence(till="1")] * (RESUME_MAX + 1))
    with shop.counter("1", after=1) as screen:
        messages = screen.take(RESUME_MAX)
        assert_chain(messages, 1)
        assert messages[-1]["seq"] == RESUME_MAX + 1
    with shop.counter("1", after=0) as screen:
        assert screen.opened()["seq"] == RESUME_MAX + 1


def test_in_order_a_snapshot_holds_at_most_so_many_cues(shop: Shop) -> None:
    guests = crowd(shop, OPEN_MAX + 1)
    with shop.stream() as stream:
        stream.deliver([shop.presence(known.who, till="1") for known in guests])
    with shop.counter("1") as screen:
        assert len(screen.opened()["cues"]) == OPEN_MAX


def test_in_order_screens_that_come_and_go_miss_and_repeat_nothing(shop: Shop) -> None:
    """Hellos in the midst of a rush: snapshot and live messages join without gap or overlap."""
    guests = crowd(shop, 5)
    faults: list[BaseException] = []
    over = threading.Event()

    def come_and_go(till: str | None, chance: random.Random) -> None:
        try:
            last: int | None = None
            while not over.is_set():
                with shop.counter(till, after=last) as screen:
                    start: int = screen.opened()["seq"] if last is None else last
                    more = screen.take(chance.randint(1, 6))
                    assert_chain(more, start)
                    due = [one for one in sent(shop, till, start) if one[0] <= more[-1]["seq"]]
                    assert numbered(more) == due
                    last = more[-1]["seq"] if chance.random() < 0.7 else None
        except TimeoutError:
            assert over.is_set()
        except BaseException as fault:
            faults.append(fault)

    tills = ("1", "2", None)
    threads = [threading.Thread(target=come_and_go, args=(till, random.Random(n))) for n, till in enumerate(tills)]
    for thread in threads:
        thread.start()
    with shop.stream() as stream:
        chance = random.Random(5)
        for _ in range(60):
            stream.deliver([shop.presence(chance.choice(guests).who, till=chance.choice(tills)) for _ in range(5)])
    over.set()
    while any(thread.is_alive() for thread in threads):
        shop.checkin(shop.presence(guests[0].who, till=None))
    assert faults == []
    assert [row[0] for row in shop.messages()] == list(range(1, len(shop.messages()) + 1))


def test_in_order_a_screen_and_a_message_of_one_commit_meet(service: Service, shop: Shop) -> None:
    """A hello that is worked off together with the check-in behind it: the screen gets that cue once."""
    shop.enrol()
    with ThreadPoolExecutor() as pool, shop.counter("1") as before, ExitStack() as screens:
        before.opened()
        with service.held():
            waiting = [pool.submit(shop.post, shop.sale())]  # what follows waits behind it, and is one commit
            wait_until(lambda: service.metric("regulars_waiting") == 1)
            hello = screens.enter_context(shop.counter("1"))
            pause()
            waiting.append(pool.submit(shop.checkin))
            pause()
            late = screens.enter_context(shop.counter("1"))
            pause()
        for one in waiting:
            one.result()
        cue = before.next()["cue"]
        assert hello.opened()["seq"] == 0
        assert hello.next()["cue"] == cue
        assert [one["id"] for one in late.opened()["cues"]] == [cue["id"]]
        again = shop.checkin()["cue"]
        for screen in (hello, late):
            message = screen.next()
            assert (message["seq"], message["prev"], message["cue"]) == (2, 1, again)


def pause() -> None:
    """Long enough for what was sent to stand in the service's queue, where only deliveries are counted."""
    time.sleep(0.5)


def test_in_order_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, make.MORNING) as service:
        shop = service.open_shop()
        shop.enrol()
        first = shop.checkin()["cue"]
        service.restart()
        with shop.counter("1", after=0) as screen:
            assert screen.next()["cue"] == first
            shop.checkin(shop.presence(till="1"))
            again = screen.next()
            assert (again["seq"], again["prev"], again["cue"]["id"]) == (2, 1, first["id"])
