"""ESC/POS as bytes: what is written on the paper, line by line, with the commands taken out.

Bytes may come in any pieces. A picture's data are stepped over as they come: they are never kept, and a cut that only
seems to stand in them is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

LINES_MAX = 1_000  # of one receipt
LINE_BYTES_MAX = 256  # paper holds some fifty letters
DATA_BYTES_MAX = 16 * 1024 * 1024  # of one picture; who says more does not mean a picture
HEADER_BYTES_MAX = 300  # of a command that ends with a zero

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
_TEXT = re.compile(rb"[^\x00-\x1f]+")

# How many bytes follow the two of a command, after Epson's reference; what is not listed has none.
_ESC = (
    dict.fromkeys(b"! %-3=?EGJKMRTUVadertu{", 1) | dict.fromkeys(b"$\\B", 2) | {ord("p"): 3, ord("W"): 8, ord("&"): 3}
)
_GS = dict.fromkeys(b"!#/BEHITabfhrw", 1) | dict.fromkeys(b"$LPW\\", 2) | dict.fromkeys(b"^z", 3) | {ord("g"): 4}
_FS = dict.fromkeys(b"!-CW", 1) | dict.fromkeys(b"Sp", 2) | {ord("2"): 74}
_DLE = {0x04: 1, 0x05: 1, 0x14: 3}
_ARGUMENTS = {ESC: _ESC, GS: _GS, FS: _FS, DLE: _DLE}
_FEEDS = {(ESC, ord(name)) for name in "dJeK"} | {(ESC, ord("S")), (ESC, ord("L"))}
_MOVES = {(ESC, ord("$")), (ESC, ord("\\")), (GS, ord("$")), (GS, ord("\\"))}
_CUTS = {(GS, ord("V")), (ESC, ord("i")), (ESC, ord("m"))}
_PICTURES = {(ESC, ord("*")), (GS, ord("v")), (GS, ord("Q")), (GS, ord("8")), (FS, ord("p"))}

# What ESC t n chooses, on Epson's printers and most others.
PAGES = {
    0: "cp437", 1: "shift_jis", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857", 14: "cp737",
    15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 26: "cp874", 32: "cp720", 33: "cp775",
    34: "cp855", 35: "cp861", 36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2", 40: "iso8859_15", 45: "cp1250",
    46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256", 51: "cp1257", 52: "cp1258",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """One piece of paper. `drawer`: the cash drawer was opened with it; `cut_short`: there was more on it."""

    lines: tuple[str, ...]
    drawer: bool = False
    picture: bool = False
    cut_short: bool = False


class Scanner:
    """One connection. `encoding` is for what every code page says otherwise: utf-8, gb18030."""

    def __init__(self, encoding: str = "") -> None:
        self._encoding = encoding
        self._raw = b""
        self._skip = 0
        self._page = 0
        self._done: list[Printed] = []
        self._begin()

    def feed(self, raw: bytes) -> list[Printed]:
        """What is finished with these bytes: it was cut off."""
        self._raw += raw
        at = 0
        while (then := self._step(at)) > at:
            at = then
        self._raw = self._raw[at:]
        done, self._done = self._done, []
        return done

    def end(self) -> list[Printed]:
        """What is written and was not cut off: nothing more comes."""
        self._raw, self._skip = b"", 0
        self._cut()
        self._begin()
        done, self._done = self._done, []
        return done

    @property
    def begun(self) -> bool:
        return bool(self._lines or self._line or self._parts or self._picture)

    # -- one step -----------------------------------------------------------------------------------------------------
    def _step(self, at: int) -> int:
        """Where the next one begins; the same place where it needs more bytes."""
        raw = self._raw
        if at >= len(raw):
            return at
        if self._skip:
            taken = min(self._skip, len(raw) - at)
            self._skip -= taken
            return at + taken
        if text := _TEXT.match(raw, at):
            self._line += text[0][: max(0, LINE_BYTES_MAX - len(self._line))]
            return text.end()
        if raw[at] in _ARGUMENTS:
            size = size_of(raw, at)
            if size is None:
                return at
            own, self._skip = size
            self._obey((raw[at], raw[at + 1]), raw[at + 2 : at + own])
            return at + own
        if raw[at] in b"\n\x0c":
            self._feed()
        elif raw[at] in b"\t":
            self._line += b"  "
        return at + 1

    def _obey(self, command: tuple[int, int], given: bytes) -> None:
        if command in _CUTS:
            self._cut()
        elif command in _FEEDS:
            self._feed()
        elif command in _MOVES:
            self._line += b"  "
        elif command in _PICTURES:
            self._picture = True
        elif command == (ESC, ord("p")) or (command == (DLE, 0x14) and given[:1] == b"\x01"):
            self._open()
        elif command in ((ESC, ord("t")), (ESC, ord("@"))):
            self._turn()
            self._page = given[0] if given else 0

    # -- the paper ----------------------------------------------------------------------------------------------------
    def _begin(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._line = b""
        self._drawer = self._picture = self._cut_short = False

    def _turn(self) -> None:
        """Text so far is of the code page so far."""
        self._parts.append(self._line.decode(self._encoding or PAGES.get(self._page, "cp437"), "replace"))
        self._line = b""

    def _feed(self) -> None:
        self._turn()
        text = "".join(self._parts).rstrip()
        self._parts = []
        if len(self._lines) >= LINES_MAX:
            self._cut_short = True
        else:
            self._lines.append(text)

    def _cut(self) -> None:
        self._feed()
        if any(self._lines) or self._picture:
            self._done.append(Printed(tuple(self._lines), self._drawer, self._picture, self._cut_short))
            self._begin()

    def _open(self) -> None:
        """With the paper it comes with: before it, or right after the cut."""
        if not self._done or self._line.strip() or any(self._lines):
            self._drawer = True
        else:
            self._done[-1] = replace(self._done[-1], drawer=True)


def size_of(raw: bytes, at: int) -> tuple[int, int] | None:
    """How many bytes a command has, and how many data behind them; None while too little of it is there."""
    head = raw[at : at + 8]
    if len(head) < 2:
        return None
    found = _varied(head, raw, at) if head[0] in (ESC, GS, FS) else (2 + _DLE.get(head[1], 0), 0)
    if found is None or len(raw) - at < found[0]:
        return None
    return (found[0], 0) if found[1] > DATA_BYTES_MAX else found


def _varied(head: bytes, raw: bytes, at: int) -> tuple[int, int] | None:
    fixed = 2 + _ARGUMENTS[head[0]].get(head[1], 0), 0
    head += b"\0" * (8 - len(head))  # what is not there yet: the size of its own says that it waits for it
    three, x, y = head[2], head[4] + 256 * head[5], head[6] + 256 * head[7]
    match chr(head[0]), chr(head[1]):
        case _, "(":
            return 5, head[3] + 256 * head[4]
        case "\x1b", "*":
            return 5, (head[3] + 256 * head[4]) * (3 if three in (32, 33) else 1)
        case "\x1b", "c":
            return 4, 0
        case ("\x1b", "D"):
            return _to_zero(raw, at)
        case "\x1d", "V":
            return (4 if three in b"ABabgh" else 3), 0
        case "\x1d", "v" | "Q":
            return 8, x * y
        case "\x1d", "8":
            return 7, int.from_bytes(head[3:7], "little")
        case "\x1d", "*":
            return 4, three * head[3] * 8
        case "\x1d", "k":
            return (4, head[3]) if three >= 65 else _to_zero(raw, at)
    return fixed


def _to_zero(raw: bytes, at: int) -> tuple[int, int] | None:
    end = raw.find(b"\0", at + 3, at + HEADER_BYTES_MAX)
    if end >= 0:
        return end + 1 - at, 0
    return (2, 0) if len(raw) - at >= HEADER_BYTES_MAX else None
