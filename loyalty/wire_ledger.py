"""What is said of the ledger beside sales and redemptions: points by hand."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from loyalty.wire import Id, Text

ADJUST_MAX = 1_000_000  # points of one adjustment


class NewAdjustment(Struct, frozen=True, kw_only=True):
    """Points given (or, below zero, taken) by hand. `key` is the sender's own: the same key is the same adjustment."""

    points: Annotated[int, Meta(ge=-ADJUST_MAX, le=ADJUST_MAX)]
    key: Id
    note: Text = ""


class Adjusted(Struct, frozen=True, kw_only=True):
    """What was moved, and what can be spent now."""

    id: str
    points: int
    balance: int
