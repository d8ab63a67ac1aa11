"""The heading of a file of past sales: which column is what, and whether 05/10 is in October or in May."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from loyalty.past.text import BadFile, Record
from pos_adapters.files.options import HEADINGS

NEEDED = (("customer", "customer"), ("at", "datetime"), ("item", "item"))
SHOWN_CHARS = 80
LOOKED_AT = 200  # rows, before a file is believed to write its dates another way
_DAY_MONTH = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read: whose wall clock, which currency, and what only its owner can know."""

    zone: ZoneInfo
    currency: str
    date_order: str = ""
    receipt_numbers: str = ""
    as_written: bool = False  # the wall clock that a time shows, whatever zone stands behind it


def columns_of(heading: list[str]) -> Mapping[str, int]:
    """Our names to places in a row. Raises BadFile with what the first line says instead."""
    folded = [cell.strip().casefold() for cell in heading]
    found = {
        name: next(folded.index(known) for known in headings if known in folded)
        for name, headings in HEADINGS.items()
        if any(known in folded for known in headings)
    }
    missing = [said for name, said in NEEDED if name not in found]
    if missing:
        shown = ", ".join(repr(cell.strip()) for cell in heading)[:SHOWN_CHARS]
        raise BadFile(
            f"no column {' and no column '.join(missing)}: the first line has to name the columns, such as"
            f" customer,datetime,item,amount (in any order); it is {shown}"
        )
    return found


def date_order(rows: Iterable[Record], place: int) -> str:
    """`dmy` or `mdy` where one row of the file settles it; empty where none needs it."""
    seen = ""
    for number, row in enumerate(rows):
        if number == LOOKED_AT and not seen:
            break  # no such dates in here
        found = _DAY_MONTH.match(row.cells[place]) if place < len(row.cells) else None
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 or second > 12:
            return "dmy" if first > 12 else "mdy"
        seen = seen or row.cells[place].strip()
    if seen:
        raise BadFile(f"{seen} may be read both ways: say --date-order dmy (day first) or --date-order mdy")
    return ""
