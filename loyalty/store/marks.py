"""From what a till or a person writes to the mark it is found by: one spelling, one keyed hash.

`0712 555 014` in Nairobi and `+254712555014` are one telephone; which country a short number belongs to is read off
the shop's time zone.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from babel.core import get_global

from loyalty.core import rotating
from loyalty.core.facts import Mark
from loyalty.core.rotating import Signed
from loyalty.store.secrets import CARD_CHARS, ID_CHARS, Vault
from loyalty.wire import Evidence, Transaction
from loyalty.wire_tills import HANDLE

CACHED_MAX = 20_000
FULL_NUMBER = re.compile(r"\+[0-9][0-9 ()./-]{5,23}")
HANDLE_OF = re.compile(f"{HANDLE}([a-z0-9]{{{ID_CHARS}}})")
PHONE_DIGITS_MIN = 7  # with the country's; no number in use anywhere has fewer


class Marker:
    """Makes marks; remembers the recent ones, since a regular's come every day."""

    def __init__(self, vault: Vault) -> None:
        self._hash = lru_cache(CACHED_MAX)(vault.mark)
        self._secret = vault.card_secret

    def mark(self, business: str, zone: str, kind: str, value: str) -> Mark | None:
        """None where nothing is left to tell anybody by: tills do write "n/a" and "-"."""
        spelt = spelling(kind, value, zone)
        if kind == "reference" and (theirs := HANDLE_OF.fullmatch(spelt)):
            return Mark(kind, theirs[1])  # we called them so: as if they had been picked from a list
        return Mark(kind, self._hash(business, kind, spelt)) if spelt else None

    def prove(self, business: str, code: Signed, at: int) -> rotating.Proof:
        """What a card's renewing code is worth at a moment (µs)."""
        return rotating.judge(code, self._secret(business, code.letters), at)

    def of_sale(self, business: str, zone: str, sale: Transaction) -> tuple[Mark, ...]:
        """Everything on a sale that may say whose it is."""
        marks = [self.mark(business, zone, "fingerprint", t.fingerprint) for t in sale.tenders if t.fingerprint]
        if sale.customer is not None:
            marks += [self.mark(business, zone, kind, value) for kind, value in _given(sale.customer)]
        return tuple(dict.fromkeys(mark for mark in marks if mark is not None))


def _given(evidence: Evidence) -> list[tuple[str, str]]:
    kinds = ("card", "phone", "email", "pos_id", "reference")
    given = [(kind, value) for kind in kinds if (value := getattr(evidence, kind))]
    if evidence.reference and not evidence.phone and is_phone(evidence.reference):
        given.append(("phone", evidence.reference))
    return given


def is_id(mark: Mark) -> bool:
    """Whether it names a customer by id: picked from a list, or called by a handle of ours."""
    return len(mark.hash) == ID_CHARS


def is_phone(reference: str) -> bool:
    """Many tills tell people apart by a telephone number. Written with its country it is one, whatever it stands in."""
    return FULL_NUMBER.fullmatch(reference.strip()) is not None


def is_short(kind: str, spelt: str) -> bool:
    """Whether this telephone number can be nobody's."""
    return kind == "phone" and sum(char.isdigit() for char in spelt) < PHONE_DIGITS_MIN


@lru_cache(CACHED_MAX)
def spelling(kind: str, value: str, zone: str) -> str:
    """The one way in which an identifier is written before it is hashed."""
    text = value.strip()
    match kind:
        case "card":
            return card_code(text)
        case "email":
            return text.casefold()
        case "phone":
            return _phone(text, zone)
        case _:
            return text


def card_code(text: str) -> str:
    """`7k4m 29qx`, `7K4M-29QX`, the address in a card's QR code, or the letters of a code that renews itself."""
    signed = rotating.read(text)
    if signed is not None:
        return signed.letters
    code = "".join(char for char in text.rpartition("#")[2].rpartition("/")[2] if char.isalnum()).upper()
    return code if len(code) == CARD_CHARS else text.upper()


def _phone(text: str, zone: str) -> str:
    try:
        number = phonenumbers.parse(text, get_global("zone_territories").get(zone))
    except phonenumbers.NumberParseException:
        return "".join(char for char in text if char.isdigit() or char == "+")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
