"""What can be loaded: the product or its floor, both behind the same wire; and the sales that load it."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta

from msgspec import Struct

TILL = "2"
SOURCE = "bench"
LIGHT_GUEST, HEAVY_GUEST, KEPT = 0, 1, 2
CUE_BYTES = 374  # of a cue, where the one who sends it may choose
STRIDE = 7_919  # a prime, so that everybody has a turn
DRINKS = ("Latte", "Espresso", "Cappuccino", "Flat white", "Americano", "Cortado", "Mocha", "Tea")


class Target(Struct, frozen=True, kw_only=True):
    """A running server. `guests` people are enrolled, named and referenced by `guest(0)` to `guest(guests - 1)`.

    Two of them are kept for histories of their own, and for check-ins.
    """

    name: str
    port: int
    pid: int
    shop: str = "bench"
    currency: str = "UAH"
    adapter_key: str = "bench"
    screen_key: str = "bench"
    owner_key: str = "bench"
    guests: int = 1_000
    hears: bool = True  # screens say hello, and get a snapshot
    host: str = "127.0.0.1"


def guest(number: int) -> str:
    """Name, reference and pos_id in one, so that a cue can be matched with the sale that raised it."""
    return f"Guest {number:07d}"


def sale(target: Target, identity: str, number: int, at: datetime, till: str = TILL) -> bytes:
    """A paid sale of one coffee and one croissant; whoever it is mostly drinks the same."""
    drink = DRINKS[number % len(DRINKS)]
    return json.dumps(
        {
            "id": identity,
            "source": SOURCE,
            "shop": target.shop,
            "till": till,
            "state": "paid",
            "at": stamp(at),
            "currency": target.currency,
            "lines": [
                {"name": drink, "variation": "Large", "modifiers": ["Oat milk"], "quantity": "1", "total": 630},
                {"name": "Almond croissant", "quantity": "2", "total": 765},
            ],
            "total": 1395,
            "tenders": [{"kind": "card", "amount": 1395}],
            "customer": {"reference": guest(number)},
        },
        separators=(",", ":"),
    ).encode()


def presence(target: Target, number: int, till: str = TILL) -> bytes:
    return json.dumps({"shop": target.shop, "till": till, "pos_id": guest(number)}, separators=(",", ":")).encode()


def enrolment(number: int) -> bytes:
    identifiers = [{"kind": kind, "value": guest(number)} for kind in ("reference", "pos_id")]
    consents = {"recognise": True, "remember": True}
    return json.dumps({"name": guest(number), "identifiers": identifiers, "consents": consents}).encode()


def hello(target: Target, till: str | None = TILL) -> bytes:
    return json.dumps(
        {"type": "hello", "key": target.screen_key, "shop": target.shop, "till": till, "after": None}
    ).encode()


def fresh_guests(target: Target, first: int, count: int) -> list[int]:
    """Those who come as number `first` and after: everybody once, scattered, before anybody comes again.

    Whoever was greeted is not greeted again in the same visit: a sale raises a cue only for somebody fresh.
    """
    everybody = target.guests - KEPT
    return [KEPT + (first + index) * STRIDE % everybody for index in range(count)]


def fresh_prefix() -> str:
    """Ids of one load never meet those of another."""
    return f"{time.time_ns():x}"


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def past(until: datetime, index: int, count: int, days: int) -> datetime:
    """The moment of past sale `index` of `count`, evenly over the `days` before `until`, oldest first."""
    return until - timedelta(days=days) * (1 - index / count)


def now() -> datetime:
    return datetime.now(UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def cpu_seconds(pid: int) -> float:
    """CPU that process has used, all its threads: what /proc/<pid>/stat tells in ticks, read in nanoseconds."""
    scheduler_clock = 2
    return time.clock_gettime((~pid << 3) | scheduler_clock)
