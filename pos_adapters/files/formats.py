"""Which of the two forms a file has, told from its first character, and the way to read it."""

from __future__ import annotations

from typing import Literal

from pos_adapters.base import SettingNeeded, Unreadable
from pos_adapters.files import jsonlines, sheet
from pos_adapters.files.options import Options
from pos_adapters.files.reading import Reading, Start
from pos_adapters.files.receipts import Recall
from pos_adapters.reading import fault_in

Kind = Literal["", "csv", "json"]
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def kind_of(raw: bytes) -> Kind:
    """By the first character that is not a space; empty while there is none."""
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return ""
    return "json" if text.startswith(b"{") else "csv"


def read(
    raw: bytes,
    kind: Kind,
    start: Start,
    options: Options,
    recall: Recall,
    *,
    flush: bool,
    final: bool,
    keep: bool = True,
    told: str = "",
) -> Reading:
    """What sheet.read and jsonlines.read say of their arguments holds."""
    if kind == "csv" and not start.heading and raw.startswith(_WIDE):
        wide = SettingNeeded("this is UTF-16; have the till, or the spreadsheet, save it as UTF-8", at="path")
        return Reading([Unreadable(raw[:2], fault_in(wide, "line 1"))], 0, 0)
    match kind:
        case "csv":
            return sheet.read(raw, start, options, recall, flush=flush, final=final, keep=keep)
        case "json":
            return jsonlines.read(raw, start, options, final=final, told=told)
        case "":
            return Reading([], 0, 0)
