"""The settings of the files adapter, and what they mean once read."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.base import Setting, Settings
from pos_adapters.plain import SHOP_NAME

# Our name for a column, and the headings it is known by; the first that the file has is taken.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "receipt", "receipt number"),
    "at": ("datetime", "at", "date"),
    "time": ("time",),
    "customer": ("customer", "reference"),
    "item": ("item", "name"),
    "variation": ("variation", "size"),
    "modifiers": ("modifiers",),
    "quantity": ("quantity", "qty"),
    "amount": ("amount", "total"),
    "currency": ("currency",),
    "till": ("till",),
}
# Read only where the owner named them: they may be anything.
MORE: Mapping[str, str] = {"tax": "the tax of a row", "tender": "how it was paid"}
COLUMNS = (*HEADINGS, *MORE)
NONE = "-"  # for a column that is none of ours, whatever it is called


def one_of(*words: str) -> Callable[[str], object]:
    def fits(text: str) -> object:
        if text not in words:
            raise ValueError(f"expected {' or '.join(words)}, got {text!r}")
        return text

    return fits


def zone(text: str) -> object:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {text!r}; expected a name such as Africa/Nairobi") from error


def currency(text: str) -> object:
    try:
        return money.digits(text)
    except Unfit as error:
        raise ValueError(error.message) from error


def encoding(text: str) -> object:
    """Lines are found by the byte 10, so an encoding must write a line feed, and ASCII, as itself."""
    try:
        if codecs.encode("a;1\n", text) == b"a;1\n":
            return text
    except (LookupError, TypeError, UnicodeError):
        pass
    raise ValueError(f"{text!r} is not an encoding that can be read; expected one such as utf-8, cp1252 or cp850")


def _delimiter(text: str) -> object:
    if len(text) != 1 or text in '"\r\n':
        raise ValueError(f"expected one character such as ; or a tab, got {text!r}")
    return text


def seconds(text: str) -> object:
    if not 0 <= float(text) <= 86_400:
        raise ValueError(f"expected seconds from 0 to 86400, got {text}")
    return text


SETTINGS = (
    Setting("path", "the file the till writes, or the folder it puts its files into", required=True),
    Setting("pattern", "which files of a folder, with commas between", default="*.csv,*.jsonl"),
    Setting("source", "tills that count their receipts apart need a source each", default="files"),
    Setting("shop_name", f"JSON lines: {SHOP_NAME.help}"),
    Setting("timezone", "CSV: whose wall clock times without a zone are, such as Africa/Nairobi", fits=zone),
    Setting("currency", "CSV: the currency where no column names it, such as KES", fits=currency),
    Setting("delimiter", "CSV: what stands between cells; found in the heading unless set", fits=_delimiter),
    Setting("decimal", "CSV: the decimal mark, . or ,; the comma where cells stand between ;", fits=one_of(".", ",")),
    Setting("encoding", "CSV: the encoding; UTF-8, line by line else cp1252, unless set", fits=encoding),
    Setting("date_order", "CSV: dmy or mdy, whether 05/10/2026 is in October or May", fits=one_of("dmy", "mdy")),
    Setting(
        "receipt_numbers",
        "CSV: daily where the till begins its receipt numbers anew each day, else unique",
        fits=one_of("daily", "unique"),
    ),
    Setting("settle_s", "seconds without growth before a last receipt counts as whole", default="0.5", fits=seconds),
    Setting("torn_after_s", "seconds without growth before an unfinished line is told", default="30", fits=seconds),
    Setting("tax", "CSV: on top or within, whether the amounts are without their tax", fits=one_of("on top", "within")),
    *(
        Setting(f"column_{name}", f"CSV: the heading of the {name} column, if none of: {', '.join(headings)}")
        for name, headings in HEADINGS.items()
    ),
    *(Setting(f"column_{name}", f"CSV: the heading of the column with {what}") for name, what in MORE.items()),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The settings as they are used; those that were not given are empty or None."""

    shop: str
    till: str
    source: str
    shop_name: str
    zone: ZoneInfo | None
    currency: str
    delimiter: str
    decimal: str
    encoding: str
    date_order: str
    receipt_numbers: str
    tax: str
    columns: Mapping[str, str]


def options(settings: Settings) -> Options:
    """From settings that are settled."""
    return _options(tuple(sorted(settings.items())))


@cache
def _options(items: tuple[tuple[str, str], ...]) -> Options:
    settings = dict(items)
    given = (
        *("shop", "till", "source", "currency", "delimiter", "decimal", "encoding", "date_order", "receipt_numbers"),
        *("tax", "shop_name"),
    )
    return Options(
        **{name: settings[name] for name in given},
        zone=ZoneInfo(settings["timezone"]) if settings["timezone"] else None,
        columns={name: settings[f"column_{name}"] for name in COLUMNS},
    )
