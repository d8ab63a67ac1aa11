"""Who is told what: numbered messages from the line to the screens of a shop. No sockets in here.

The number of the message before, on this very screen, goes with each one, so a screen knows when it has missed
something. Screens that read as fast as they are told stand in rows of those that have been told the same: what comes is
put together once for a row, and written to each. A screen that is behind has a bounded queue of its own; one that reads
too slowly is let go and resumes by number. It never delays a till.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from loyalty.frame import Frame
from loyalty.store.save import Sent

PENDING_MAX = 2_048  # frames that a screen may be behind: two full batches of the line, and a little
Wake = Callable[[], None]
Write = Callable[[bytes], object]
Told = list[tuple[Sent, Frame]]  # what one commit brought to a shop, in the order of its numbers


class Screen:
    """One screen's place in the hub; `prev` is the number of the last message that it was given."""

    def __init__(self, shop: str, till: str | None, language: str, wake: Wake, write: Write) -> None:
        """`wake`: there is something in `frames`. `write`: as it goes over the wire, to one that is not behind."""
        self.shop = shop
        self.till = till
        self.language = language
        self.wake = wake
        self.write = write
        self.row: Row | None = None
        self.frames: deque[bytes] = deque()
        self.dropped = False
        self._prev = 0

    @property
    def prev(self) -> int:
        return self._prev if self.row is None else self.row.prev

    def start(self, prev: int) -> None:
        """From here on it is told what comes after `prev`."""
        self._prev = prev

    def take(self, told: Told) -> None:
        frames, self._prev = unseen(told, self.till, self.language, self._prev)
        for frame in frames:
            self._keep(frame)
        if frames:
            self.wake()

    def put(self, frame: bytes) -> None:
        self._keep(frame)
        self.wake()

    def _keep(self, frame: bytes) -> None:
        """Within bounds: a screen that is too far behind gets nothing more, and is let go."""
        if len(self.frames) >= PENDING_MAX:
            self.dropped = True
        if not self.dropped:
            self.frames.append(frame)


class Row:
    """Screens of a shop that have been told the same."""

    def __init__(self, till: str | None, language: str, prev: int) -> None:
        self.till = till
        self.language = language
        self.prev = prev
        self.writes: dict[Screen, Write] = {}

    @property
    def key(self) -> tuple[str | None, str, int]:
        return self.till, self.language, self.prev

    def take(self, told: Told, on_wire: Callable[[bytes], bytes]) -> None:
        """Of a thousand screens nothing is touched but where it is written to: most are not in the cache."""
        frames, self.prev = unseen(told, self.till, self.language, self.prev)
        if frames:
            together = b"".join(map(on_wire, frames))
            for write in tuple(self.writes.values()):  # whoever takes no more leaves the row
                write(together)


def unseen(told: Told, till: str | None, language: str, prev: int) -> tuple[list[bytes], int]:
    """The frames for a screen that has everything up to `prev`, and what it has after them.

    A cue without a till goes to every screen; a screen without a till gets every cue.
    """
    frames = []
    for sent, frame in told:
        if sent.seq > prev and (till is None or sent.till is None or sent.till == till):
            frames.append(frame.to(language, prev))
            prev = sent.seq
    return frames, prev


class Shop:
    """The screens of one shop that are connected to this process: in a row, or behind."""

    def __init__(self) -> None:
        self.screens: set[Screen] = set()
        self._behind: set[Screen] = set()
        self._rows: dict[tuple[str | None, str, int], Row] = {}
        self._languages: set[str] | None = None  # until one comes or goes

    @property
    def languages(self) -> set[str]:
        if self._languages is None:
            self._languages = {screen.language for screen in self.screens}
        return self._languages

    def join(self, screen: Screen) -> None:
        self.screens.add(screen)
        self._behind.add(screen)
        self._languages = None

    def leave(self, screen: Screen) -> None:
        self.falls_behind(screen)
        self._behind.discard(screen)
        self.screens.discard(screen)
        self._languages = None

    def keeps_up(self, screen: Screen) -> None:
        if screen in self._behind:
            self._behind.remove(screen)
            row = Row(screen.till, screen.language, screen.prev)
            screen.row = row = self._rows.setdefault(row.key, row)
            row.writes[screen] = screen.write

    def falls_behind(self, screen: Screen) -> None:
        row = screen.row
        if row is not None:
            screen.start(row.prev)
            screen.row = None
            del row.writes[screen]
            self._behind.add(screen)

    def take(self, told: Told, on_wire: Callable[[bytes], bytes]) -> None:
        behind = tuple(self._behind)
        rows, self._rows = self._rows, {}
        for row in rows.values():
            row.take(told, on_wire)
            self._stand(row)
        for screen in behind:
            screen.take(told)

    def _stand(self, row: Row) -> None:
        """Two rows that have now been told the same become one; an empty one is no more."""
        one = self._rows.setdefault(row.key, row) if row.writes else row
        if one is not row:
            for screen in row.writes:
                screen.row = one
            one.writes |= row.writes


class Hub:
    """Every screen that is connected to this process."""

    def __init__(self, now: Callable[[], datetime], on_wire: Callable[[bytes], bytes] = bytes) -> None:
        """`on_wire`: a message as the sockets of the screens carry it."""
        self._now = now
        self._on_wire = on_wire
        self._shops: dict[str, Shop] = {}
        self._ready: dict[int, Frame] = {}  # by the message's identity: put into words while its commit is made

    def join(self, screen: Screen, prev: int) -> None:
        """Behind, at first: what it is told waits for it in its queue."""
        screen.start(prev)
        self._shops.setdefault(screen.shop, Shop()).join(screen)

    def keeps_up(self, screen: Screen) -> None:
        """It has taken all it was told, and takes more."""
        if screen.shop in self._shops:
            self._shops[screen.shop].keeps_up(screen)

    def falls_behind(self, screen: Screen) -> None:
        """It takes no more just now."""
        if screen.shop in self._shops:
            self._shops[screen.shop].falls_behind(screen)

    def leave(self, screen: Screen) -> None:
        shop = self._shops.get(screen.shop)
        if shop is not None:
            shop.leave(screen)
            if not shop.screens:
                del self._shops[screen.shop]

    def prepare(self, messages: list[Sent]) -> None:
        """Puts into words what is just being committed. Whether it is told at all, `publish` is told."""
        self._ready = {}
        for sent in messages:
            if sent.shop in self._shops:
                frame = self._ready[id(sent)] = Frame(sent, self._now())
                for language in self._shops[sent.shop].languages:
                    frame.halves(language)

    def publish(self, messages: list[Sent]) -> None:
        """In the order of their numbers; called once the commit has returned."""
        told: dict[str, Told] = {}
        for sent in messages:
            if sent.shop in self._shops:
                frame = self._ready.pop(id(sent), None) or Frame(sent, self._now())
                told.setdefault(sent.shop, []).append((sent, frame))
        for shop, its in told.items():
            self._shops[shop].take(its, self._on_wire)

    def watched(self, shop: str) -> bool:
        """Whether a screen of this shop is connected here."""
        return shop in self._shops

    def tills_of(self, shop: str) -> tuple[str | None, ...]:
        """The tills of the screens that are connected here; None is a screen of all tills."""
        return tuple(sorted((screen.till for screen in self._screens(shop)), key=lambda till: till or ""))

    def _screens(self, shop: str) -> Iterable[Screen]:
        return self._shops[shop].screens if shop in self._shops else ()

    @property
    def count(self) -> int:
        return sum(len(shop.screens) for shop in self._shops.values())
