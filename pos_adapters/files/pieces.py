"""Reads a file piece by piece; how far it got is kept in one commit with the events that it found.

In doubt a piece is read again: the same sale twice is no sale more, and a sale that was skipped would be lost.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
import structlog
from msgspec.structs import replace

from loyalty.wire import FRAME_BYTES_MAX, Fault, Presence, Transaction
from pos_adapters.base import SettingNeeded, Settings, Unreadable
from pos_adapters.files import formats, jsonlines, rejected
from pos_adapters.files.options import options
from pos_adapters.files.position import Position, beginning, check, still
from pos_adapters.files.reading import Reading, Start
from pos_adapters.outbox import MARKS_MAX, Outbox

PIECE_BYTES = FRAME_BYTES_MAX  # a line that is longer could not be sent

Left = Literal["more", "rest", "nothing"]  # to read at once · unfinished: see whether it grows · until it changes

log = structlog.get_logger()


class Pieces:
    """The files of one connection."""

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self._options, self._outbox = options(settings), outbox
        place = f"{settings['shop']}|{settings['source']}|{Path(settings['path']).absolute()}"
        self._files, self._receipts = f"files|{place}", f"receipts|{place}"
        marks = outbox.marks(self._files)
        self._positions = {inode: msgspec.json.decode(raw, type=Position) for inode, raw in marks.items()}
        self._blocked: dict[str, str] = {}

    def follows(self, path: str, inode: int) -> bool:
        """Whether this is a file that was being read under another name."""
        position = self._positions.get(str(inode))
        if position is None or not position.offset:
            return False
        with open(path, "rb") as file:
            return still(position, file)

    def take(self, path: Path, *, live: bool, settled: bool, stopped: bool) -> Left:
        """One piece. `live`: it was seen to arrive; `settled`: no row is about to follow; `stopped`: not even
        the rest of a line. Raises OSError, or Full where the outbox has no room; then nothing has happened.
        """
        with path.open("rb") as file:
            inode = str(os.fstat(file.fileno()).st_ino)
            position = self._position(inode, path, file)
            file.seek(position.offset)
            raw = file.read(PIECE_BYTES)
            whole = len(raw) == PIECE_BYTES
            position = position if position.kind else replace(position, kind=formats.kind_of(raw))
            reading = self._read(raw, position, live, flush=settled and not whole)
            if whole and not reading.consumed:
                reading = self._read(raw, position, live, flush=True)
            if self._is_blocked(path, position, reading):
                return "nothing"
            if whole and not reading.consumed:
                reading = _too_long(file, raw, position)
            kept = self._keep(path, inode, file, position, reading)
        if whole and reading.consumed:
            return "more"
        rest = raw[reading.consumed :]
        if whole and stopped:
            self._reject(path, kept, _unreadable(reading))
        elif rest and stopped:
            self._tell_unfinished(path, inode, kept, rest, live)
        return "rest" if rest else "nothing"

    def _position(self, inode: str, path: Path, file: BinaryIO) -> Position:
        """By what stands in the file; where to look for it by its inode, then by its name."""
        known = self._positions.get(inode)
        named = (position for position in self._positions.values() if position.name == path.name)
        for position in (known, *named) if known else named:
            if still(position, file):
                return position
        if known:
            log.info("file-replaced", file=path.name, next="it is read from its beginning")
        return beginning()

    def _read(
        self, raw: bytes, position: Position, live: bool, *, flush: bool, final: bool = False, keep: bool = True
    ) -> Reading:
        return formats.read(
            raw,
            position.kind,
            Start(position.reading, position.line, position.heading, live),
            self._options,
            lambda key: self._outbox.mark(self._receipts, key),
            flush=flush,
            final=final,
            keep=keep,
            told=position.told,
        )

    def _keep(self, path: Path, inode: str, file: BinaryIO, position: Position, reading: Reading) -> Position:
        if not reading.consumed:
            return position
        offset = position.offset + reading.consumed
        kept = replace(
            position,
            name=path.name,
            offset=offset,
            line=position.line + reading.lines,
            heading=reading.heading,
            check=check(file, offset),
            told="",
        )
        self._commit(path, inode, kept, reading)
        return kept

    def _tell_unfinished(self, path: Path, inode: str, position: Position, rest: bytes, live: bool) -> None:
        """The end of a file that stopped growing in the middle of a line: sent if it can be read, told if it cannot.

        It stays where it is: should it grow after all, it is read again, and corrected if that made a difference.
        """
        told = jsonlines.digest(rest)
        if told == position.told:
            return
        reading = self._read(rest, position, live, flush=True, final=True, keep=False)
        events = [_unfinished(event) if isinstance(event, Unreadable) else event for event in reading.events]
        told_reading = Reading(events, 0, 0, remember=reading.remember)
        self._commit(path, inode, replace(position, name=path.name, told=told), told_reading)

    def _commit(self, path: Path, inode: str, position: Position, reading: Reading) -> None:
        """The rejected rows first: after a crash they are found there, while a row never written would be lost."""
        rows = _unreadable(reading)
        self._reject(path, position, rows)
        events = [event for event in reading.events if isinstance(event, Transaction | Presence)]
        marks = {(self._receipts, key): value for key, value in reading.remember.items()}
        marks[self._files, inode] = msgspec.json.encode(position)
        self._outbox.put(events, marks)
        self._positions.pop(inode, None)
        self._positions[inode] = position  # as the last, as in the outbox, which forgets the first
        if len(self._positions) > MARKS_MAX:
            del self._positions[next(iter(self._positions))]
        self._blocked.pop(path.name, None)
        if events or rows:
            log.info("file-read", file=path.name, to_line=position.line, sales=len(events), rejected=len(rows))

    def _is_blocked(self, path: Path, position: Position, reading: Reading) -> bool:
        """Only a setting is missing: nothing is given up, the file waits, and its owner is told once."""
        needed = [row for row in _unreadable(reading) if row.error.code == SettingNeeded.code]
        if not needed:
            return False
        setting = needed[0].error.at.rpartition(": ")[2]
        if self._blocked.get(path.name) != setting:
            self._blocked[path.name] = setting
            self._reject(path, position, needed[:1])
            log.error("setting-needed", file=path.name, setting=setting, reason_in=_beside(path, position).name)
        return True

    def _reject(self, path: Path, position: Position, rows: list[Unreadable]) -> None:
        """The reasons may quote people, so they go beside the file and not into the log."""
        if not rows:
            return
        try:
            rejected.append(_beside(path, position), rows)
        except OSError as error:
            log.warning("rejected-unwritten", file=path.name, rows=len(rows), because=error.strerror)


def _beside(path: Path, position: Position) -> Path:
    return rejected.path_beside(path, position.kind)


def _unreadable(reading: Reading) -> list[Unreadable]:
    return [event for event in reading.events if isinstance(event, Unreadable)]


def _unfinished(row: Unreadable) -> Unreadable:
    message = f"the file stopped growing in the middle of this line ({row.error.message})"
    return Unreadable(row.raw, replace(row.error, code="torn", message=message))


def _too_long(file: BinaryIO, raw: bytes, position: Position) -> Reading:
    """Steps over a line that is longer than a piece; over nothing while its end is not there. `file` stands behind."""
    message = f"longer than {PIECE_BYTES} bytes"
    fault = Fault(code="too-large", message=message, at=f"line {position.line + 1}")
    events = [Unreadable(raw[: rejected.SHOWN_BYTES_MAX], fault)]
    before, piece = 0, raw
    while piece:
        if end := piece.find(b"\n") + 1:
            return Reading(list(events), before + end, 1, position.heading)
        before += len(piece)
        piece = file.read(PIECE_BYTES)
    return Reading(list(events), 0, 0)
