"""The words that tills print beside amounts and numbers, in the languages of their shops: see `words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from babel.core import Locale

from pos_adapters.paying import best, by_word, kinds_by_word, plain

BEFORE_TOTAL = ("total", "subtotal", "discount", "tax", "tip", "service")
NUMBERS = ("receipt", "order")
LANGUAGES = ("nl", "pt", "it", "es", "fr", "de", "sw", "en")  # of months that are written as words

_NUMBER = r"(?P<value>[\w/-]*\d[\w/-]*)"
_VALUES = {
    "receipt": _NUMBER,
    "order": _NUMBER,
    "member": r"(?P<value>[\w.@+/-]*\d[\w.@+/-]*)",
    "till": r"(?P<value>\w{0,8}\d\w{0,8})\b",
}


def amount_of(label: str, kinds: Iterable[str]) -> str:
    """What an amount with this label is; empty where it is none of these."""
    return best(label, _amounts(), set(kinds))


def kind_of(line: str) -> str:
    """What a line that holds nothing else says of the receipt."""
    return _kinds().get(plain(line), "")


def said_after(what: str, line: str) -> str:
    """`Order #1041` → `1041`. `what` is a kind of number, or a word that the owner named."""
    found = _after(what).search(line)
    return found["value"] if found else ""


@cache
def months() -> Mapping[str, int]:
    """`oct`, `oktober`, `octobre` → 10."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            names = Locale(language).months["format"][width]
            found |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return found


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))


def _words(listed: str) -> list[str]:
    return [" ".join(word.split()) for word in listed.split(",")]


@cache
def _amounts() -> Mapping[str, str]:
    return {**by_word(_table()["amounts"]), **kinds_by_word()}


@cache
def _kinds() -> Mapping[str, str]:
    return by_word(_table()["kinds"])


@cache
def _after(what: str) -> re.Pattern[str]:
    known = _table()["before"]
    either = "|".join(sorted(map(re.escape, _words(known.get(what, what))), key=len, reverse=True))
    number = r"(?:[ .-]*(?:no|nr|num|number|nummer|id|n°|nº|№|رقم))?"
    return re.compile(rf"(?<!\w)(?:{either}){number}\s*[.:#]*\s*{_VALUES.get(what, _NUMBER)}", re.IGNORECASE)
