"""One file of past sales, CSV or JSON lines, into rows and what was refused of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from loyalty.errors import RegularsError, Unfit
from loyalty.past.columns import Wanted, columns_of, date_order
from loyalty.past.rows import UNFIT, Refused, Row, row_of
from loyalty.past.text import BadFile, delimiter_of, records, text_of
from loyalty.wire import Transaction
from pos_adapters.files.options import HEADINGS

ROWS_MAX = 5_000_000  # they are sorted in memory
SHOWN_CHARS_MAX = 2_000  # of a refused row
TICK = 5_000  # rows between two looks at the progress
_NAMES = {heading: name for name, headings in HEADINGS.items() for heading in reversed(headings)}

Watch = Callable[[int, int], None]  # how many lines are done, of how many


class Found(msgspec.Struct):
    """What a file holds. `whole`: sales as the wire has them, each with its line; `wanted` as it was read."""

    rows: list[Row]
    whole: list[tuple[int, Transaction]]
    refused: list[Refused]
    wanted: Wanted


def read(path: Path, wanted: Wanted, shop: str = "", watch: Watch = lambda _, __: None) -> Found:
    """Raises BadFile where the file as a whole cannot be read."""
    text = text_of(path)
    lines = text.split("\n")
    if len(lines) > ROWS_MAX:
        raise BadFile(f"{path} has more than {ROWS_MAX:,} lines: split it, by year for example")
    if text.lstrip()[:1] == "{":
        return _json_lines(lines, wanted, shop, watch)
    return _sheet(lines, wanted, watch)


# -- CSV --------------------------------------------------------------------------------------------------------------
def _sheet(lines: list[str], wanted: Wanted, watch: Watch) -> Found:
    start = next(place for place, line in enumerate(lines) if line.strip())
    delimiter = delimiter_of(lines[start])
    heading = next(records(lines[start : start + 1], 0, delimiter)).cells
    columns = columns_of(heading)
    if not wanted.date_order:
        found = date_order(records(lines, start + 1, delimiter), columns["at"])
        wanted = dataclasses.replace(wanted, date_order=found)
    made = Found([], [], [], wanted)
    decimal = "," if delimiter == ";" else "."
    for record in records(lines, start + 1, delimiter):
        if record.line % TICK == 0:
            watch(record.line, len(lines))
        cells = record.cells
        if not record.wrong and (cells == heading or not "".join(cells).strip()):
            continue
        try:
            if record.wrong:
                raise Unfit(record.wrong)
            if len(cells) < len(heading):
                raise Unfit(f"expected {len(heading)} cells, got {len(cells)}")
            named = {name: cells[place].strip() for name, place in columns.items()}
            made.rows.append(row_of(record.line, named, wanted, decimal))
        except UNFIT as error:
            made.refused.append(Refused(record.line, reason(error), lines[record.line - 1].strip()[:SHOWN_CHARS_MAX]))
    return made


def reason(error: Exception) -> str:
    if isinstance(error, RegularsError):
        return f"{error.at}: {error.message}" if error.at and error.at not in error.message else error.message
    return f"{error} is missing" if isinstance(error, LookupError) else str(error)


# -- JSON lines -------------------------------------------------------------------------------------------------------
def _json_lines(lines: list[str], wanted: Wanted, shop: str, watch: Watch) -> Found:
    made = Found([], [], [], wanted)
    for number, line in enumerate(lines, 1):
        if number % TICK == 0:
            watch(number, len(lines))
        if not line.strip():
            continue
        try:
            told = _object(line)
            if "lines" in told:
                made.whole.append((number, _whole(told, shop)))
            else:
                made.rows.append(row_of(number, _named(told), wanted, "."))
        except UNFIT as error:
            made.refused.append(Refused(number, reason(error), line.strip()[:SHOWN_CHARS_MAX]))
    return made


def _object(line: str) -> dict[str, Any]:
    told = msgspec.json.decode(line)
    if not isinstance(told, dict):
        raise Unfit("expected an object with customer, datetime and item")
    return told


def _whole(told: dict[str, Any], shop: str) -> Transaction:
    """A sale as `POST /v1/transactions` takes it; the shop is the one that was named."""
    sale = msgspec.convert({"source": "import", "state": "paid"} | told | {"shop": shop or "-"}, Transaction)
    return replace(sale, age_s=None)


def _named(told: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _pairs(told):
        found.setdefault(name, value)
    missing = [said for name, said in (("at", "datetime"), ("item", "item")) if name not in found]
    if missing:
        raise Unfit(f"no {' and no '.join(missing)}")
    return {"customer": ""} | found


def _pairs(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        name = _NAMES.get(key.strip().casefold())
        if name is None or value is None:
            continue
        if isinstance(value, list) and name == "modifiers":
            yield name, ",".join(map(str, value))
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield name, str(value).strip()
        else:
            raise Unfit(f"{key}: expected a text or a number")
