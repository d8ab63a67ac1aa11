"""Every word the house says, in one catalogue that server and screens share; text is made here, at the edge.

A name is wrapped in U+2068 … U+2069, so that a right-to-left name cannot turn the sentence around. Short parts of an
order are held together by no-break spaces, so that a line breaks after the dash and the comma. `en.json` says of every
text how long it may be; the other languages have a text for each of its keys, in as many plural forms as they need.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache, lru_cache, reduce
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from msgspec import msgpack

from loyalty.core.facts import Msg
from loyalty.errors import Unfit
from loyalty.words.letters import NO_BREAK, isolated, length, plain, shortened

FOLDER = Path(__file__).parent
DEFAULT = "en"
PART_CHARS_MIN = 8  # of a name or a drink that has to be shortened
SHORT_CHARS = 16  # parts up to here are not broken over two lines
ORDERS_MAX = 4_096  # of a language: drinks kept as they are said, a menu with everything given with it
TEXTS_MAX = 4_096  # and texts kept as they were made
TRIMS = 4  # steps in which an order that is too long gets shorter
GROUPED = 1_000  # from here on digits stand in groups
FIELD = re.compile(r"{\w+}")
Names = Callable[[str], str]  # person → name

_pack = msgpack.Encoder().encode
_unpack = msgpack.Decoder(Msg).decode


class Catalogue:
    """One language's texts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        self._texts = {key: (text, most - length(FIELD.sub("", text))) for key, (text, most) in read(language).items()}
        self.order = lru_cache(ORDERS_MAX)(self._order)
        self._nameless = lru_cache(TEXTS_MAX)(lambda packed: self.text(_unpack(packed), _nobody))

    def nameless(self, msg: Msg) -> str:
        """The text of a message that names nobody: the same for many people, so it is made once."""
        return self._nameless(_pack(msg))

    def text(self, msg: Msg, names: Names) -> str:
        """The message in this language. An order that makes it too long loses its modifiers, then its variation."""
        template, room = self._texts[self._key(msg)]
        for trim in range(TRIMS):
            args = {name: self._show(value, names, trim) for name, value in msg.args.items()}
            if sum(len(text) for text in args.values()) <= room or sum(map(length, args.values())) <= room:
                return template.format_map(args)
        return template.format_map(_squeezed(args, room))

    def knows(self, key: str) -> bool:
        return key in self._texts

    def _order(self, name: str, variation: str = "", modifiers: tuple[str, ...] = ()) -> str:
        """`medium latte, oat milk`: as one says it, so capitals of plain words go and those of names like AA stay."""
        drink = _said(name)
        if plain(variation):
            drink = self._fill("order.drink", name=drink, variation=_said(variation)).strip()
        parts = (_together(part) for part in (drink, *map(_said, modifiers)))
        return reduce(lambda first, second: self._fill("order.list", first=first, second=second), parts)

    def number(self, n: int) -> str:
        """With the digits that tills and cards show, grouped as the language groups them."""
        return str(n) if abs(n) < GROUPED else str(format_decimal(n, locale=self._locale))

    def _key(self, msg: Msg) -> str:
        """Of a text that comes in plural forms, the form for its number."""
        if msg.key in self._texts:
            return msg.key
        n = msg.args["n"]
        assert isinstance(n, int), msg
        return f"{msg.key}.{self._locale.plural_form(n)}"

    def _fill(self, key: str, **args: str) -> str:
        return self._texts[key][0].format_map(args)

    def _show(self, value: Any, names: Names, trim: int) -> str:
        if not isinstance(value, (list, tuple)):
            return self.number(value) if isinstance(value, int) else plain(str(value))
        kind = value[0]
        if kind == "person":
            return isolated(names(value[1]))
        if kind == "drink":
            _, name, variation, modifiers = value
            return self.order(name, "" if trim > 1 else variation, () if trim else tuple(modifiers))
        assert kind == "both", kind  # the second drink goes first, then modifiers, then variations
        said = self._show(value[1], names, max(0, trim - 1))
        return said if trim else self._fill("order.and", first=said, second=self._show(value[2], names, 0))


def _nobody(person: str) -> str:
    raise AssertionError(f"this message names {person}")


def _squeezed(args: dict[str, str], room: int) -> dict[str, str]:
    """The longest part is shortened to what the others leave, and so on; no part below eight letters."""
    found = dict(args)
    for name in sorted(args, key=lambda name: -length(args[name])):
        over = sum(map(length, found.values())) - room
        if over <= 0:
            break
        found[name] = shortened(found[name], max(PART_CHARS_MIN, length(found[name]) - over))
    return found


def order(name: str, variation: str, modifiers: tuple[str, ...], language: str | None = None) -> str:
    """What somebody has, as one says it in a language."""
    return catalogue(language).order(name, variation, modifiers)


def _said(text: str) -> str:
    """In small letters, unless one of its words has capitals or figures inside: Kenya AA V60 is a name."""
    words = plain(text).split(" ")
    common = all(len(word) == 1 or not any(char.isupper() or char.isdigit() for char in word[1:]) for word in words)
    return " ".join(words).lower() if common else " ".join(words)


def _together(part: str) -> str:
    return part.replace(" ", NO_BREAK) if len(part) <= SHORT_CHARS else part


def read(language: str) -> dict[str, tuple[str, int]]:
    """Every text of a language, with its longest length. A plural form that English has not is as long as its others;
    what a language lacks is said in English rather than not at all (and a test fails)."""
    english = {key: (entry["text"], int(entry["max"])) for key, entry in _json(DEFAULT).items()}
    if language == DEFAULT:
        return english
    own = {key: (text, _most(key, english)) for key, text in _json(language).items()}
    return english | own


def _most(key: str, english: dict[str, tuple[str, int]]) -> int:
    stem = key.rpartition(".")[0]
    return english[key if key in english else f"{stem}.other"][1]


def _json(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found


@cache
def languages() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


def check_language(language: str) -> None:
    """A shop cannot be opened in a language that nobody has written."""
    if _primary(language) not in languages():
        raise Unfit(
            f"there is no language {language} yet; expected one of {', '.join(sorted(languages()))}", at="language"
        )


def catalogue(language: str | None) -> Catalogue:
    """The language asked for, by its primary subtag, or English."""
    primary = _primary(language or DEFAULT)
    return _catalogue(primary if primary in languages() else DEFAULT)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue(language)
