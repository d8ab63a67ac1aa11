"""The other processes that serve the same database: what they are told of us, and what we hear of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import MsgspecError

from loyalty.bus import Bus, guess_of, miss_of, notices_of, read_notice
from loyalty.feed import Feed
from loyalty.store.save import Sent


class Neighbours:
    """Numbers of messages, for the screens; look-ups that found nobody, and guesses at passwords, to count together."""

    def __init__(
        self, name: str, bus: Bus, feed: Feed, missed: Callable[[str], None], guessed: Callable[[str, bool], None]
    ) -> None:
        self._name = name
        self._bus = bus
        self._feed = feed
        self._missed = missed
        self._guessed = guessed
        self._telling: set[asyncio.Task[None]] = set()

    def in_commit(self, sent: list[Sent]) -> list[str]:
        """What goes out with the commit that holds these messages."""
        return notices_of(self._name, sent) if self._bus.when == "in commit" else []

    def committed(self, sent: list[Sent]) -> None:
        self._feed.publish(sent)
        if self._bus.when == "after commit":
            for notice in notices_of(self._name, sent):
                self._tell(notice)

    def miss(self, key: str) -> None:
        if self._bus.when != "never":
            self._tell(miss_of(self._name, key))

    def guess(self, login: str, right: bool) -> None:
        if self._bus.when != "never":
            self._tell(guess_of(self._name, login, right=right))

    def heard(self, text: str) -> None:
        try:
            notice = read_notice(text)
        except MsgspecError:
            return  # no word of ours: others may use the same server, and another version speaks otherwise
        if notice.by == self._name:
            return
        for span in notice.spans:
            self._feed.heard(span.shop, span.last)
        if notice.miss:
            self._missed(notice.miss)
        if notice.guess:
            self._guessed(notice.guess, notice.right)

    def _tell(self, notice: str) -> None:
        task = asyncio.create_task(self._bus.tell(notice))
        self._telling.add(task)  # a task that nobody holds may vanish
        task.add_done_callback(self._telling.discard)
