"""How something was paid, in the words of tills: see `paying.toml`. Also how such words are compared at all."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

KINDS = ("cash", "card", "mobile", "gift")
_MARKS = re.compile(r"[^\w]+|\d+|_")


def kind_of(text: str) -> str:
    """`Karte`, `VISA ****4417` → card; empty where nobody knows."""
    return best(text, kinds_by_word(), KINDS)


def plain(text: str) -> str:
    """In small letters, without digits and marks: `Tax 8%` → `tax`; `*** REFUND ***` → `refund`."""
    return " ".join(part for part in _MARKS.split(unicodedata.normalize("NFKC", text).casefold()) if part)


def by_word(table: Mapping[str, str]) -> dict[str, str]:
    """Each of the words, which stand with commas between, to its kind."""
    return {plain(word): kind for kind, words in table.items() for word in words.split(",")}


def best(text: str, table: Mapping[str, str], kinds: Collection[str]) -> str:
    """The kind of the longest word with which the text begins or ends."""
    padded = f" {plain(text)} "
    found = [
        word
        for word, kind in table.items()
        if kind in kinds and (padded.startswith(f" {word} ") or padded.endswith(f" {word} "))
    ]
    return table[max(found, key=len)] if found else ""


@cache
def kinds_by_word() -> Mapping[str, str]:
    return by_word(tomllib.loads((files("pos_adapters") / "paying.toml").read_text(encoding="utf-8")))
