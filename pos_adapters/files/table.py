"""A CSV as bytes: what its heading says, and its records one by one, each with where it stands."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loyalty.errors import Unfit
from pos_adapters.base import SettingNeeded
from pos_adapters.files.options import COLUMNS, HEADINGS, NONE, Options
from pos_adapters.files.presets import UNKNOWN, Preset, guess, recognised
from pos_adapters.files.reading import lines_of

RECORD_LINES_MAX = 20  # a quote may hold line breaks, but not the rest of the file
NEEDED = ("at", "item")  # what a sale cannot do without
# What would make another sale of it: nothing is read while it is only guessed.
ASKED = ("id", "at", "time", "item", "quantity", "amount", "currency", "customer")


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line it begins on (from 1), where it stands in the bytes, and its cells or what is wrong."""

    line: int
    start: int
    end: int
    lines: int
    cells: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows under one heading are read."""

    delimiter: str
    decimal: str
    columns: Mapping[str, int]
    heading: tuple[str, ...]
    preset: Preset = UNKNOWN
    guessed: Mapping[str, str] = field(default_factory=dict)  # ours to theirs, for the owner to confirm

    def row(self, cells: tuple[str, ...]) -> dict[str, str]:
        """Our names to the cells. A row of another width is not guessed at."""
        if len(cells) < len(self.heading) or any(cells[len(self.heading) :]):
            raise Unfit(f"expected {len(self.heading)} cells, got {len(cells)}", code="bad-row")
        return {name: cells[place].strip() for name, place in self.columns.items()}


def table(heading: bytes, options: Options) -> Table:
    """Raises SettingNeeded, with the headings the file has, where a column is not found or only guessed."""
    found = columns_of(heading, options)
    name = next((name for name in ASKED if name in found.guessed), "")
    if name:
        raise SettingNeeded(
            f"{found.guessed[name]!r} may be the {name} column, or not: `pos-adapter columns FILE` shows how the file"
            f" would be read, and what to set; or set column_{name} ({NONE} where there is none)",
            at=f"column_{name}",
        )
    for name in NEEDED:
        if name not in found.columns:
            raise _not_found(name, HEADINGS[name][0], found.heading)
    if not options.currency and "currency" not in found.columns:
        raise SettingNeeded("no column names the currency: set currency, such as KES", at="currency")
    if "tax" in found.columns and not (options.tax or found.preset.tax or found.preset.title):
        raise SettingNeeded("is the tax within the amounts, or on top? Set tax", at="tax")
    return found


def columns_of(heading: bytes, options: Options) -> Table:
    """As far as it can be told. Raises SettingNeeded where it cannot be read, or has no column that was set."""
    try:
        text = decoded(heading, options.encoding, first=True)
    except UnicodeDecodeError as error:
        raise SettingNeeded(f"the heading cannot be read: {error}; set encoding", at="encoding") from error
    delimiter = options.delimiter or _delimiter(text)
    record = next(records(heading, delimiter, options.encoding, final=True), None)
    cells = tuple(cell.strip() for cell in record.cells) if record else ()
    preset = recognised(cells)
    columns = _placed(cells, options, preset)
    decimal = options.decimal or ("," if delimiter == ";" else ".")
    guessed = {} if preset.title else _guessed(cells, columns, options)
    return Table(delimiter, decimal, columns, cells, preset, guessed)


def _placed(cells: tuple[str, ...], options: Options, preset: Preset) -> dict[str, int]:
    """Where each column stands: under the heading that was set, else under the first that is known."""
    folded = [cell.casefold() for cell in cells]
    known = {name: (text,) for name, text in preset.columns.items()} if preset.title else HEADINGS
    found = {}
    for name in dict.fromkeys((*COLUMNS, *known)):
        chosen = options.columns.get(name, "")
        if chosen and chosen != NONE and chosen.casefold() not in folded:
            raise _not_found(name, chosen, cells)
        wanted = (chosen,) if chosen else known.get(name, ())
        place = next((folded.index(one.casefold()) for one in wanted if one.casefold() in folded), None)
        if place is not None:
            found[name] = place
    return found


def _guessed(cells: tuple[str, ...], columns: Mapping[str, int], options: Options) -> dict[str, str]:
    """The headings that may be what was not found."""
    found: dict[str, str] = {}
    for place, cell in enumerate(cells):
        name = guess(cell)
        if place not in columns.values() and name and name not in columns and not options.columns.get(name):
            found.setdefault(name, cell)
    return found


def records(raw: bytes, delimiter: str, encoding: str, *, first_line: int = 1, final: bool) -> Iterator[Record]:
    """Whole records only. A line that is not ended, or a quote that is not closed, waits for more unless `final`."""
    lines = lines_of(raw)
    at, start = 0, 0
    while at < len(lines) and (final or lines[at].endswith(b"\n")):
        record = _record(lines[at : at + RECORD_LINES_MAX], delimiter, encoding, first_line + at, start)
        if record.wrong == _UNCLOSED and at + RECORD_LINES_MAX > len(lines) and not final:
            return
        yield record
        at, start = at + record.lines, record.end


def decoded(raw: bytes, encoding: str, *, first: bool = False) -> str:
    """Line by line: UTF-8, else cp1252, as old tills append to new files. A byte order mark opens the first line."""
    if encoding:
        text = raw.decode(encoding)
    else:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
    return text.removeprefix("\ufeff") if first else text


_UNCLOSED = "a quote is opened and not closed"


def _record(lines: list[bytes], delimiter: str, encoding: str, line: int, start: int) -> Record:
    """The record that begins with the first of these lines; only that line where it cannot be read."""
    texts = (decoded(raw, encoding, first=line + place == 1) for place, raw in enumerate(lines))
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    cells: tuple[str, ...] = ()
    wrong = ""
    try:
        cells = tuple(next(reader))
    except csv.Error as error:
        wrong = _UNCLOSED if "unexpected end" in str(error) else str(error)
    except UnicodeDecodeError as error:
        wrong = str(error)
    taken = 1 if wrong else reader.line_num
    return Record(line, start, start + sum(map(len, lines[:taken])), taken, cells, wrong)


def _delimiter(text: str) -> str:
    """The one that stands most often in the heading."""
    counted = Counter(char for char in text if char in ",;\t|")
    return counted.most_common(1)[0][0] if counted else ","


def _not_found(name: str, heading: str, cells: tuple[str, ...]) -> SettingNeeded:
    there = ", ".join(repr(cell) for cell in cells)
    return SettingNeeded(f"no column {heading!r}; the file has {there}: set column_{name}", at=f"column_{name}")
