"""Whose check-ins are looked at: those near a sale, however far apart the sales of a batch are."""

from __future__ import annotations

import pytest

from loyalty.core.here import LATE
from loyalty.store.check_ins import around


@pytest.mark.parametrize(
    ("moments", "spans"),
    [
        ([], []),
        ([0], [(-LATE, LATE)]),
        ([LATE, 0], [(-LATE, 2 * LATE)]),
        ([0, 2 * LATE], [(-LATE, 3 * LATE)]),
        ([1_000 * LATE, 0], [(-LATE, LATE), (999 * LATE, 1_001 * LATE)]),
    ],
)
def test_only_what_is_near_a_sale_is_looked_at(moments: list[int], spans: list[tuple[int, int]]) -> None:
    assert around(moments) == spans
