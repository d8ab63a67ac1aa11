"""Why a sale brought points."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """Which earning rule of the program, by which line of the sale (-1: by all of it), for how many points."""

    reason: str
    rule: int
    line: int
    points: int
