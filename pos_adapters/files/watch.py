"""Watches a folder or a file: what a till appends is in the outbox a moment later.

It looks rather than being told: notices of changes do not come over network shares, where many tills write. A file
that was renamed is read to its end before what came after it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import structlog

from pos_adapters.base import Settings
from pos_adapters.files import rejected
from pos_adapters.files.pieces import Pieces
from pos_adapters.outbox import Outbox

LOOK_EVERY_S = 0.2
FILES_MAX = 5_000  # of a folder; beyond, the newest

log = structlog.get_logger()


@dataclass(slots=True)
class _Seen:
    """What this process saw of a file: since when it stands still, and whether it was read to its end."""

    state: tuple[int, int, int]  # inode, size, time of change
    since: float
    caught_up: bool = False
    due: float | None = 0.0  # look again once it has stood still for so long; None: once it changes


class Watcher:
    """One connection of the files adapter. `look` is called again and again, by one thread at a time."""

    def __init__(self, settings: Settings, outbox: Outbox, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._path, self._ticks = Path(settings["path"]), ticks
        self._patterns = [pattern.strip() for pattern in settings["pattern"].split(",")]
        self._settle_s = float(settings["settle_s"])
        self._torn_after_s = max(self._settle_s, float(settings["torn_after_s"]))
        self._pieces = Pieces(settings, outbox)
        self._seen: dict[Path, _Seen] = {}
        self._said: set[tuple[str, ...]] = set()

    def look(self) -> float:
        """Reads one piece of every file that has something new."""
        files = self._files()
        self._seen = {path: seen for path, seen in self._seen.items() if path in files}
        more = [self._step(path) for path in files]
        return 0.0 if any(more) else LOOK_EVERY_S

    # -- which files --------------------------------------------------------------------------------------------------
    def _files(self) -> dict[Path, int]:
        """With when each was last written, in that order: what was rotated away comes before what came after it."""
        folder = self._path if self._path.is_dir() else self._path.parent
        try:
            with os.scandir(folder) as entries:
                found = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if self._wanted(entry)]
        except OSError as error:
            self._say_once("folder-unreadable", folder=str(folder), because=str(error.strerror))
            return {}
        if not found:
            self._say_once("nothing-there-yet", path=str(self._path))
        if len(found) > FILES_MAX:
            self._say_once("too-many-files", folder=str(folder), next=f"only the newest {FILES_MAX} are read")
        return {folder / name: written for written, name in sorted(found)[-FILES_MAX:]}

    def _wanted(self, entry: os.DirEntry[str]) -> bool:
        """What the settings name, and what was being read when it was renamed."""
        if rejected.MARK in entry.name or not entry.is_file():
            return False
        if Path(entry.path) == self._path:
            return True
        if self._path.is_dir() and any(fnmatch(entry.name, pattern) for pattern in self._patterns):
            return True
        try:
            return self._pieces.follows(entry.path, entry.inode())
        except OSError:
            return False

    # -- one file -----------------------------------------------------------------------------------------------------
    def _step(self, path: Path) -> bool:
        """Whether there is more to read at once."""
        try:
            stat = path.stat()
            seen = self._seen_now(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns))
            return self._read(path, seen, self._ticks() - seen.since)
        except FileNotFoundError:
            self._seen.pop(path, None)  # gone since it was listed
        except OSError as error:
            self._say_once("file-unreadable", file=path.name, because=str(error.strerror))
        return False

    def _seen_now(self, path: Path, state: tuple[int, int, int]) -> _Seen:
        seen = self._seen.get(path)
        if seen is None or seen.state[0] != state[0]:
            seen = self._seen[path] = _Seen(state, self._ticks())
        elif seen.state != state:
            seen.state, seen.since, seen.due = state, self._ticks(), 0.0
        return seen

    def _read(self, path: Path, seen: _Seen, quiet: float) -> bool:
        if seen.due is None or quiet < seen.due:
            return False
        settled, stopped = quiet >= self._settle_s, quiet >= self._torn_after_s
        match self._pieces.take(path, live=seen.caught_up, settled=settled, stopped=stopped):
            case "more":
                return True
            case "nothing":
                seen.caught_up, seen.due = True, None
            case "rest":
                seen.due = None if stopped else self._torn_after_s if settled else self._settle_s
        return False

    def _say_once(self, what: str, **where: str) -> None:
        if (what, *where.values()) not in self._said:
            self._said.add((what, *where.values()))
            log.warning(what, **where)
