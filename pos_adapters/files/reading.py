"""One pass over bytes of a file: where it begins, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pos_adapters.base import Event


@dataclass(frozen=True, slots=True)
class Start:
    """`reading` names this pass over the file from its first byte on; `line` counts the lines before.

    `live`: these bytes were seen to arrive, so an `age_s` in them still holds. When those that were there before were
    written nobody knows; their age is left to the time they carry.
    """

    reading: str = ""
    line: int = 0
    heading: bytes = b""
    live: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """How many bytes and lines are dealt with, for good once `remember` is kept; the others are to be read again."""

    events: list[Event]
    consumed: int
    lines: int
    heading: bytes = b""
    remember: Mapping[str, bytes] = field(default_factory=dict)


def lines_of(raw: bytes) -> list[bytes]:
    """Each with its line feed, the last one perhaps without. A lone carriage return ends no line."""
    *ended, last = raw.split(b"\n")
    return [line + b"\n" for line in ended] + ([last] if last else [])
