"""A card's code that renews itself: its letters, when it was made, and proof that its maker holds the card's secret.

    7K4M29QX 1795735200 04917263      eight letters, seconds since the epoch, eight digits

The digits are those of RFC 6238 (TOTP, SHA-1) for the half minute in which it was made: what a wallet on a telephone
can make as well. Written without a mark in between: a hand scanner that is set to another keyboard loses marks first.
What it was made for is settled at the counter (`decide`): a photograph of it is too old in a moment, and a copy that
comes second is told from the first.
"""

from __future__ import annotations

import hmac
import re
from typing import Literal

from msgspec import Struct

from loyalty.core.days import SECOND

STEP_S = 30
DIGITS = 8
OLD_S = 150  # half a minute as long as it is shown, half to be read, and a clock that is a minute and a half slow
AHEAD_S = 100  # and one that is so fast

SHAPE = re.compile(r"([2-9A-HJ-KM-NP-Z]{8})[^0-9A-Z]?([0-9]{10})[^0-9A-Z]?([0-9]{8})", re.ASCII | re.IGNORECASE)

Proof = Literal["good", "old", "early", "forged"]


class Shown(Struct, frozen=True, gc=False):
    """A code that somebody showed: what it is worth, and the half minute in which it was made."""

    proof: Proof
    step: int


class Used(Struct, frozen=True, gc=False):
    """Where a code was shown first."""

    shop: str
    till: str | None
    at: int  # by our clock


class Signed(Struct, frozen=True):
    """A code as it was read."""

    letters: str
    made_s: int  # seconds since the epoch, by the clock of whoever made it
    digits: str

    @property
    def step(self) -> int:
        return self.made_s // STEP_S


def read(text: str) -> Signed | None:
    """None where it is something else, such as the letters alone."""
    found = SHAPE.fullmatch(text.strip())
    return Signed(found[1].upper(), int(found[2]), found[3]) if found else None


def judge(code: Signed, secret: bytes, at: int) -> Proof:
    """What it is worth at a moment (µs). Whoever does not hold the secret is told nothing of clocks."""
    if not hmac.compare_digest(digits(secret, code.step), code.digits):
        return "forged"
    age_s = at // SECOND - code.made_s
    if age_s > OLD_S:
        return "old"
    return "early" if -age_s > AHEAD_S else "good"


def made(letters: str, secret: bytes, at: int) -> str:
    """The code of a card as its own phone shows it at a moment (µs)."""
    step = at // SECOND // STEP_S
    return f"{letters}{step * STEP_S:010}{digits(secret, step)}"


def digits(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3: four bytes of the hash, from where its last half-byte says, as a number."""
    hashed = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = hashed[-1] & 0xF
    number = int.from_bytes(hashed[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"
