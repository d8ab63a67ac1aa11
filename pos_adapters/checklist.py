"""The checklist of an adapter, as it stands beside its code: `checklist.toml`.

refunds = "done"
tips = "done: with the payment"
"card fingerprint" = "impossible: they give none"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from pos_adapters.base import POINTS, Check, Point


def checklist(package: str) -> Mapping[Point, Check]:
    """In the order of POINTS. Raises KeyError on a point that is missing, ValueError on any other word."""
    given = tomllib.loads((files(package) / "checklist.toml").read_text(encoding="utf-8"))
    if unknown := set(given) - set(POINTS):
        raise ValueError(f"{package}: there is no point {', '.join(sorted(unknown))}")
    return {point: _check(given[point]) for point in POINTS}


def _check(text: str) -> Check:
    state, _, why = text.partition(": ")
    if state not in ("done", "impossible"):
        raise ValueError(f"expected done or impossible, got {state!r}")
    return Check(state, why)  # type: ignore[arg-type]
