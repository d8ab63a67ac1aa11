"""Whether chance alone may have spread gifts as they were spread: numbers, so that favouritism shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, lgamma, log, log1p

ENOUGH = 12  # gifts below which nobody can tell
LEVEL = 0.01  # what chance does more rarely than this is called more than chance


def at_least(k: int, n: int, share: float) -> float:
    """How likely k or more of n gifts are somebody's whose fair share is that."""
    if k <= 0 or share >= 1:
        return 1.0
    if k > n or share <= 0:
        return 0.0
    ways = (lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(share) + (n - i) * log1p(-share)
            for i in range(k, n + 1))  # fmt: skip
    return min(1.0, sum(exp(one) for one in ways))


def most_by_chance(n: int, visits: Iterable[int]) -> int:
    """How many gifts the luckiest of these people gets, nearly always, if every visit has the same chance."""
    counts = [one for one in visits if one > 0]
    total = sum(counts)
    alike: dict[int, int] = {}
    for one in counts:
        alike[one] = alike.get(one, 0) + 1
    most = 0
    while most < n and sum(who * at_least(most + 1, n, one / total) for one, who in alike.items()) >= LEVEL:
        most += 1
    return most


def spread(given: Sequence[int], shares: Sequence[float]) -> bool:
    """Whether each got what its share and chance alone may give it, neither more nor less."""
    n, level = sum(given), LEVEL / (2 * max(1, len(given)))
    return all(
        at_least(got, n, share) >= level and at_least(n - got, n, 1 - share) >= level
        for got, share in zip(given, shares, strict=True)
    )
