"""Tokens that a vendor gives for an hour or a day in exchange for what the owner has set: asked for once, then kept.

Kept in memory alone: who starts anew asks anew. What a vendor gives only once, and would not give again, is a setting
that is replaced (`Adapter.renew`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

EARLY_S = 60.0  # asked for anew before it runs out
KEPT_MAX = 256


class Token(NamedTuple):
    text: str
    lasts_s: float


class Tokens:
    """One vendor's. `key` tells accounts apart: whatever the token was got with."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, ...], tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], ask: Callable[[], Token]) -> str:
        """`ask` blocks; two that ask at once get one each, and the later is kept."""
        with self._lock:
            text, until = self._held.get(key, ("", 0.0))
        if time.monotonic() < until:
            return text
        token = ask()
        with self._lock:
            self._held[key] = token.text, time.monotonic() + max(0.0, token.lasts_s - EARLY_S)
            self._held.move_to_end(key)
            if len(self._held) > KEPT_MAX:
                self._held.popitem(last=False)
        return token.text

    def forget(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._held.pop(key, None)
