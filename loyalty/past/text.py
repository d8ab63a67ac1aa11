"""A file of past sales as text and as records, whatever program saved it. What cannot be read is said in words."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from loyalty.errors import RegularsError

FILE_BYTES_MAX = 512 * 1024 * 1024
RECORD_LINES_MAX = 20  # a quote may hold line breaks, but not the rest of the file
CELL_CHARS_MAX = 100_000
UNCLOSED = "a quote is opened and not closed"
WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")  # spreadsheets, documents, archives


class BadFile(RegularsError):
    """The file as a whole cannot be read."""

    exits = 1


class Record(NamedTuple):
    """One row: the line it begins on (from 1), its cells, or what is wrong with it."""

    line: int
    cells: list[str]
    wrong: str = ""


def text_of(path: Path) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Windows wrote (cp1252)."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise BadFile(f"{path} has more than {FILE_BYTES_MAX // 2**20} MB: split it, by year for example")
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from error
    if raw.startswith(PACKED):
        raise BadFile(f"{path} is no text but a spreadsheet or an archive: open it and save it as CSV")
    try:
        text = raw.decode(WIDE.get(raw[:2], "utf-8-sig"))
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if "\0" in text[:4096]:
        raise BadFile(f"{path} is no text: expected CSV with a first line such as customer,datetime,item,amount")
    if not text.strip():
        raise BadFile(f"{path} is empty: expected a first line such as customer,datetime,item,amount")
    return text if "\n" in text else text.replace("\r", "\n")


def delimiter_of(heading: str) -> str:
    """The one that stands most often in the heading."""
    counted = Counter(char for char in heading if char in ",;\t|")
    return counted.most_common(1)[0][0] if counted else ","


def records(lines: list[str], first: int, delimiter: str) -> Iterator[Record]:
    """From line `first` (counted from 0) on. A line that cannot be read costs no other."""
    csv.field_size_limit(CELL_CHARS_MAX)
    while first < len(lines):
        done = [first]
        try:
            for cells in csv.reader(_fed(lines, done), delimiter=delimiter, strict=True):
                line, done[0] = done[0], done[1]
                yield Record(line + 1, cells)
            return
        except csv.Error as error:
            wrong = UNCLOSED if "unexpected end" in str(error) else str(error)
            yield Record(done[0] + 1, [], wrong)
            first = done[0] + 1


def _fed(lines: list[str], done: list[int]) -> Iterator[str]:
    """Lines to the reader, and to `done` how far it was fed: [begin of this record, begin of the next]."""
    done.append(done[0])
    for place in range(done[0], len(lines)):
        if place - done[0] >= RECORD_LINES_MAX:
            raise csv.Error(UNCLOSED)
        done[1] = place + 1
        yield lines[place] + "\n"
