"""What the owner is told of the connections to tills. The rules of `wire.py` hold."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

HANDLE = "regulars-"  # before a customer's id, where a vendor is to call them something that says nothing of them


class Trouble(Struct, frozen=True, kw_only=True):
    """What is wrong with a connection and what to do about it, in words; since when."""

    message: str
    at: datetime


class ConnectionRow(Struct, frozen=True, kw_only=True):
    """A shop's connection to its till. `waiting` has told nothing yet, `trouble` needs somebody to do something."""

    id: str
    vendor: str
    title: str
    shop: str
    url: str  # where the vendor sends its webhooks; empty where nothing is sent
    state: Literal["waiting", "working", "trouble"]
    needs: tuple[str, ...]  # settings that are still missing
    troubles: tuple[Trouble, ...]
    connected_at: datetime
    arrived_at: datetime | None  # the last delivery that was believed
    asked_at: datetime | None  # when the vendor was last asked, and answered
    unread: int  # deliveries taken and not worked off yet
    aside: int  # what could not be understood, of the last 30 days


class Connections(Struct, frozen=True, kw_only=True):
    connections: tuple[ConnectionRow, ...]
