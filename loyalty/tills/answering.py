"""What a vendor waits to be told, between the adapter that understands it and the house that knows."""

from __future__ import annotations

from loyalty.tills.connections import Connection
from pos_adapters.answering import NOTHING_TOLD, Asked, Offered, Reply, Told
from pos_adapters.base import Headers, Verdict
from pos_adapters.reading import BAD_ITEM

__all__ = ["NOTHING_TOLD", "Asked", "Offered", "Reply", "Told", "asked", "reply"]


def asked(connection: Connection, headers: Headers, raw: bytes, verdict: Verdict) -> Asked | None:
    """Who is not believed is told nothing of anybody."""
    if verdict != "signed":
        return None
    try:
        return connection.adapter.asks(headers, raw, connection.settings)
    except BAD_ITEM:
        return None


def reply(connection: Connection, headers: Headers, raw: bytes, told: Told) -> Reply:
    """What the vendor expects to hear."""
    try:
        return connection.adapter.answer(headers, raw, connection.settings, told)
    except BAD_ITEM:
        return Reply()
