"""Text from outside made harmless, and how much room a text takes: what stands above, below or unseen takes none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

OPEN: Final = "\u2068"
SHUT: Final = "\u2069"
NO_BREAK: Final = "\u00a0"
CONTROLS = re.compile("[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")
ROOMLESS = frozenset(("Mn", "Me", "Cf"))  # marks on another letter, isolates, places to break
DEPENDENT = frozenset(("Mn", "Mc", "Me", "Cf"))  # what cannot stand without the letter before it
UNSEEN = dict.fromkeys((0xAD, *range(0x2066, 0x206A)))  # soft hyphens and isolates
FIRST_MARK = "\u0300"  # below it, nothing but a soft hyphen takes no room
STACKS = "\u1039"  # Burmese: the next letter stands under this one


def isolated(name: str) -> str:
    """A name that cannot turn the sentence around it."""
    return f"{OPEN}{plain(name)}{SHUT}" if name else ""


def plain(text: str) -> str:
    """Text from outside without what would act on its surroundings: bidirectional controls, line breaks."""
    if text.isprintable():  # holds no control of any kind, and no white space but plain spaces
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return " ".join(CONTROLS.sub(" ", text).split())


def length(text: str) -> int:
    """The characters that count: သီရိ is two letters long, however many code points write it."""
    if text.isascii():
        return len(text)
    text = text.translate(UNSEEN)
    if max(text, default="") < FIRST_MARK:  # as nearly every text in Latin letters
        return len(text)
    return sum(unicodedata.category(letter) not in ROOMLESS for letter in text)


def shortened(text: str, most: int) -> str:
    """At most so many characters that count, the last a "…"; no letter loses its marks, no isolate stays open."""
    if length(text) <= most:
        return text
    end = f"…{SHUT}" if text.endswith(SHUT) else "…"
    kept, left = "", most - 1
    for letter in _letters(text):
        left -= length(letter)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + end


def _letters(text: str) -> Iterator[str]:
    """Each with the marks that belong to it."""
    found = ""
    for one in text:
        if found and unicodedata.category(one) not in DEPENDENT and not found.endswith(STACKS):
            yield found
            found = ""
        found += one
    yield found
