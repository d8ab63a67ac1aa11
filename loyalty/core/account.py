"""What is stored of a customer's ledger beside the balance: points in lots, each with the moment at which it ends.

Nothing is stored where there is nothing to say: a lot without end, all of it ready to be spent, is the balance itself.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from loyalty.core.facts import Sale
from loyalty.core.held import Held

NEVER = 0  # in place of the moment at which a lot ends
Parts = dict[tuple[str, int], int]  # what a sale gives, by (reason, lot)


class Account(Struct, gc=False, array_like=True):
    """What is stored beside the balance, where there is more to say than the balance itself."""

    head: int = 0  # up to where lots have ended and points have become ready, and the last event that was no sale
    lots: dict[int, int] = field(default_factory=dict)  # the moment each ends → points in it; not the one without end
    pending: tuple[tuple[int, int, int], ...] = ()  # (ready, lot, points) of what cannot be spent yet
    tier: str = ""  # held
    until: int = 0  # the last day of it


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Account)


def dump(account: Account) -> bytes:
    return _encoder.encode(account)


def load(blob: bytes) -> Account:
    return _decoder.decode(blob) if blob else Account()


def held_in(blob: bytes) -> Held:
    account = load(blob)
    return Held(account.tier, account.until)


def available(points: int, blob: bytes, at: int) -> int:
    """What of a balance can be spent at a moment: without what is pending, and what has ended and is not booked yet."""
    if not blob:
        return points
    account = load(blob)
    ended = sum(left for lot, left in account.lots.items() if lot <= at)
    return points - ended - sum(left for ready, lot, left in account.pending if ready > at and lasts(lot, at))


def waiting(blob: bytes, at: int) -> int:
    """Points that cannot be spent yet."""
    return sum(left for ready, lot, left in load(blob).pending if ready > at and lasts(lot, at)) if blob else 0


def endings(blob: bytes, at: int) -> list[tuple[int, int]]:
    """Every lot that will end and has something in it: when, and how much, the first first."""
    return sorted((lot, left) for lot, left in load(blob).lots.items() if lot > at and left > 0) if blob else []


def next_end(blob: bytes) -> int | None:
    """When the first lot ends that has something in it."""
    return min((lot for lot, left in load(blob).lots.items() if left), default=None) if blob else None


def lasts(lot: int, at: int) -> bool:
    return lot == NEVER or lot > at


def parts(earned: dict[str, int], lot: int, owed: int) -> Parts:
    """What a sale gives to which lot: a debt is settled by what comes first of it."""
    if not owed:
        return {(reason, lot): points for reason, points in earned.items()}
    found: Parts = {}
    for reason, points in earned.items():
        settled = min(points, owed)
        owed -= settled
        found |= {key: n for key, n in (((reason, NEVER), settled), ((reason, lot), points - settled)) if n}
    return found


def lots_of(given: Parts) -> list[tuple[int, int]]:
    return [(lot, points) for (_, lot), points in given.items()]


def cause_of(sale: Sale, reason: str) -> str:
    """Which rules, by which lines, where there are several: `rule:line:points`, counted from 0."""
    return " ".join(
        f"{rule}:{line}:{points}" if line >= 0 else f"{rule}::{points}"
        for why, rule, line, points in sale.taken.causes
        if why == reason
    )
