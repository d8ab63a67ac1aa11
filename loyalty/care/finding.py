"""One thing that the doctor found, in words, with what to do."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Level = Literal["wrong", "off"]


class Finding(Struct, frozen=True):
    """`wrong`: something may be lost, or does not work; `off`: something could be better."""

    level: Level
    what: str
    do: str
