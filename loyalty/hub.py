"""Who is told what: numbered messages from the line to the screens of a shop. No sockets in here.

A screen is a bounded queue of frames. The number of the message before, on this very screen, goes with each one, so a
screen knows when it has missed something. A screen that reads too slowly is let go and resumes by number; it never
delays a till.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from msgspec import json

from loyalty.store.save import Sent
from loyalty.words.shown import show

PENDING_MAX = 2_048  # frames that a screen may be behind: two full batches of the line, and a little
Wake = Callable[[], None]


class Screen:
    """One screen's place in the hub; `prev` is the number of the last message put in its queue."""

    def __init__(self, shop: str, till: str | None, language: str, wake: Wake) -> None:
        self.shop = shop
        self.till = till
        self.language = language
        self.wake = wake
        self.prev = 0
        self.frames: deque[bytes] = deque()
        self.dropped = False

    def wants(self, sent: Sent) -> bool:
        """A cue without a till goes to every screen; a screen without a till gets every cue."""
        return self.till is None or sent.till is None or sent.till == self.till

    def push(self, sent: Sent, frame: Frame) -> None:
        if sent.seq > self.prev:  # what is older it has from where it started
            self.put(frame.to(self.language, self.prev))
            self.prev = sent.seq

    def put(self, frame: bytes) -> None:
        """Within bounds: a screen that is too far behind gets nothing more, and is let go."""
        if len(self.frames) >= PENDING_MAX:
            self.dropped = True
        if not self.dropped:
            self.frames.append(frame)
        self.wake()


class Frame:
    """One message, encoded once for each language; only `prev` differs from screen to screen."""

    def __init__(self, sent: Sent, now: datetime) -> None:
        self._sent = sent
        self._now = now
        self._halves: dict[str, tuple[bytes, bytes]] = {}
        self._whole: dict[tuple[str, int], bytes] = {}  # most screens of a shop are at the same number

    def to(self, language: str, prev: int) -> bytes:
        whole = self._whole.get((language, prev))
        if whole is None:
            head, tail = self.halves(language)
            whole = self._whole[language, prev] = b"%b%d%b" % (head, prev, tail)
        return whole

    def halves(self, language: str) -> tuple[bytes, bytes]:
        """What stands before and after `prev`."""
        found = self._halves.get(language)
        if found is None:
            found = self._halves[language] = self._encode(language)
        return found

    def _encode(self, language: str) -> tuple[bytes, bytes]:
        sent = self._sent
        head = b'{"type":"%b","seq":%d,"prev":' % (sent.kind.encode(), sent.seq)
        if sent.row is None:
            return head, b',"cue":%b,"outcome":%b}' % (json.encode(sent.cue), json.encode(sent.outcome))
        cue = json.encode(show(sent.row, language, sent.names))
        return head, b',"cue":%b,"now":%b}' % (cue, json.encode(self._now))


class Hub:
    """Every screen that is connected to this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._screens: dict[str, set[Screen]] = {}
        self._languages: dict[str, set[str]] = {}  # of a shop's screens, until one comes or goes
        self._ready: dict[int, Frame] = {}  # by the message's identity: put into words while its commit is made

    def join(self, screen: Screen, prev: int) -> None:
        screen.prev = prev
        self._languages.pop(screen.shop, None)
        self._screens.setdefault(screen.shop, set()).add(screen)

    def leave(self, screen: Screen) -> None:
        screens = self._screens.get(screen.shop, set())
        screens.discard(screen)
        self._languages.pop(screen.shop, None)
        if not screens:
            self._screens.pop(screen.shop, None)

    def prepare(self, messages: list[Sent]) -> None:
        """Puts into words what is just being committed. Whether it is told at all, `publish` is told."""
        self._ready = {}
        for sent in messages:
            if sent.shop in self._screens:
                frame = self._ready[id(sent)] = Frame(sent, self._now())
                for language in self._spoken(sent.shop):
                    frame.halves(language)

    def _spoken(self, shop: str) -> set[str]:
        found = self._languages.get(shop)
        if found is None:
            found = self._languages[shop] = {screen.language for screen in self._screens[shop]}
        return found

    def publish(self, messages: list[Sent]) -> None:
        """In the order of their numbers; called once the commit has returned."""
        for sent in messages:
            screens = self._screens.get(sent.shop)
            if screens:
                frame = self._ready.pop(id(sent), None) or Frame(sent, self._now())
                for screen in tuple(screens):
                    if screen.wants(sent):
                        screen.push(sent, frame)

    def watched(self, shop: str) -> bool:
        """Whether a screen of this shop is connected here."""
        return bool(self._screens.get(shop))

    def tills_of(self, shop: str) -> tuple[str | None, ...]:
        """The tills of the screens that are connected here; None is a screen of all tills."""
        return tuple(sorted((screen.till for screen in self._screens.get(shop, ())), key=lambda till: till or ""))

    @property
    def count(self) -> int:
        return sum(len(screens) for screens in self._screens.values())
