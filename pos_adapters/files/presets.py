"""Exports that are known by their heading alone: `presets.toml`, one table a till."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from loyalty.errors import Unfit

Tax = Literal["", "on top", "within"]


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """`columns`: ours to theirs.

    `refund`, `voided`, `open`: a column of ours, and what stands there, on a row that is no plain sale.
    """

    title: str
    known_by: tuple[str, ...]
    columns: dict[str, str]
    tax: Tax = ""
    date_order: str = ""
    name_and_variation: str = ""
    refund: dict[str, str] = {}
    voided: dict[str, str] = {}
    open: dict[str, str] = {}

    def marked(self, what: Literal["refund", "voided", "open"], cells: Mapping[str, str]) -> bool:
        marks: dict[str, str] = getattr(self, what)
        return any(cells.get(name, "").casefold() in word.casefold().split("|") for name, word in marks.items())


UNKNOWN = Preset(title="", known_by=(), columns={})


def recognised(heading: Collection[str]) -> Preset:
    """By headings that no other export has together; UNKNOWN where it is none of these."""
    there = {cell.casefold() for cell in heading}
    return next((one for one in _presets() if there.issuperset(map(str.casefold, one.known_by))), UNKNOWN)


def zone_of(name: str) -> ZoneInfo:
    """`Eastern Time (US & Canada)`, or the IANA name. Raises Unfit."""
    try:
        return ZoneInfo(_toml("zones").get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unfit(f"there is no time zone {name[:60]!r}; expected one such as Africa/Nairobi") from error


def guess(heading: str) -> str:
    """What a column of this name may be to us; empty where nobody knows."""
    return _by_synonym().get(_bare(heading), "")


@cache
def _presets() -> tuple[Preset, ...]:
    return tuple(msgspec.convert(table, Preset) for table in _toml("presets").values())


@cache
def _by_synonym() -> Mapping[str, str]:
    return {_bare(word): name for name, words in _toml("synonyms").items() for word in words}


def _bare(heading: str) -> str:
    return "".join(char for char in heading.casefold() if char.isalnum() or char == "#")


@cache
def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
