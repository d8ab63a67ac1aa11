"""As many people as a test needs, enrolled over HTTP."""

from __future__ import annotations

from typing import Any

from tests import make
from tests.running import Enrolled, Shop

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def guest(number: int, name: str | None = None) -> make.Who:
    """Somebody whose name holds no digit, so that a digit on a screen comes from elsewhere."""
    letters = LETTERS[number // 26 % 26] + LETTERS[number % 26].lower()
    return make.Who(
        name or f"Guest {letters}",
        make.SHOP,
        f"G{number}",
        f"+2547009{number:05}",
        f"guest{number}@example.com",
        f"CUST-{number}",
        f"fp-{number}",
    )


def crowd(shop: Shop, count: int, **fields: Any) -> list[Enrolled]:
    return [shop.enrol(guest(number), **fields) for number in range(count)]
