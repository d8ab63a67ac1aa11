"""The words that tills print beside amounts and numbers, in the languages of their shops: see `words.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from babel.core import Locale

TENDERS = ("cash", "card", "mobile", "gift")
BEFORE_TOTAL = ("total", "subtotal", "discount", "tax", "tip", "service")
NUMBERS = ("receipt", "order")
LANGUAGES = ("nl", "pt", "it", "es", "fr", "de", "sw", "en")  # of months that are written as words

_MARKS = re.compile(r"[^\w]+|\d+|_")
_NUMBER = r"(?P<value>[\w/-]*\d[\w/-]*)"
_VALUES = {
    "receipt": _NUMBER,
    "order": _NUMBER,
    "member": r"(?P<value>[\w.@+/-]*\d[\w.@+/-]*)",
    "till": r"(?P<value>\w{0,8}\d\w{0,8})\b",
}


def plain(text: str) -> str:
    """`Tax 8%` → `tax`; `*** REFUND ***` → `refund`."""
    return " ".join(part for part in _MARKS.split(unicodedata.normalize("NFKC", text).casefold()) if part)


def amount_of(label: str, kinds: Iterable[str]) -> str:
    """What an amount with this label is; empty where it is none of these."""
    padded, wanted, table = f" {plain(label)} ", set(kinds), _kinds_by_word("amounts")
    found = [
        word
        for word, kind in table.items()
        if kind in wanted and (padded.startswith(f" {word} ") or padded.endswith(f" {word} "))
    ]
    return table[max(found, key=len)] if found else ""


def kind_of(line: str) -> str:
    """What a line that holds nothing else says of the receipt."""
    return _kinds_by_word("kinds").get(plain(line), "")


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
def _kinds_by_word(table: str) -> Mapping[str, str]:
    return {plain(word): kind for kind, listed in _table()[table].items() for word in _words(listed)}


@cache
def _after(what: str) -> re.Pattern[str]:
    known = _table()["before"]
    either = "|".join(sorted(map(re.escape, _words(known.get(what, what))), key=len, reverse=True))
    number = r"(?:[ .-]*(?:no|nr|num|number|nummer|id|n°|nº|№|رقم))?"
    return re.compile(rf"(?<!\w)(?:{either}){number}\s*[.:#]*\s*{_VALUES.get(what, _NUMBER)}", re.IGNORECASE)
