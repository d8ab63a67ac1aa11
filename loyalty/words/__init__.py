"""Every word the house says, in one catalogue that server and screens share; text is made here, at the edge.

A name is wrapped in U+2068 … U+2069, so that a right-to-left name cannot turn the sentence around. Short parts of an
order are held together by no-break spaces, so that a line breaks after the dash and the comma.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from loyalty.core.facts import Msg

FOLDER = Path(__file__).parent
DEFAULT = "en"
NO_BREAK = "\u00a0"
PART_CHARS_MIN = 8  # of a name or a drink that has to be shortened
SHORT_CHARS = 16  # parts up to here are not broken over two lines
CONTROLS = re.compile("[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")
TRIMS = 4  # steps in which an order that is too long gets shorter
FIELD = re.compile(r"{\w+}")
Names = Callable[[str], str]  # person → name


class Catalogue:
    """One language's texts."""

    def __init__(self, language: str) -> None:
        self.language = language
        found: dict[str, dict[str, Any]] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
        self._texts = {key: (str(entry["text"]), int(entry["max"])) for key, entry in found.items()}

    def text(self, msg: Msg, names: Names) -> str:
        """The message in this language. An order that makes it too long loses its modifiers, then its variation."""
        template, most = self._texts[msg.key]
        room = most - len(FIELD.sub("", template))
        for trim in range(TRIMS):
            args = {name: self._show(value, names, trim) for name, value in msg.args.items()}
            if sum(len(text) for text in args.values()) <= room:
                return template.format_map(args)
        return template.format_map(_squeezed(args, room))

    def _show(self, value: object, names: Names, trim: int) -> str:
        match value:
            case ["person", str(person)]:
                return isolated(names(person))
            case ["both", first, second]:  # the second drink goes first, then modifiers, then variations
                said = self._show(first, names, max(0, trim - 1))
                return (
                    said
                    if trim
                    else self._texts["order.and"][0].format(first=said, second=self._show(second, names, 0))
                )
            case ["drink", str(name), str(variation), list(modifiers)]:
                return order(name, "" if trim > 1 else variation, () if trim else tuple(modifiers))
            case _:
                return plain(str(value))


def isolated(name: str) -> str:
    """A name that cannot turn the sentence around it."""
    return f"\u2068{plain(name)}\u2069" if name else ""


def plain(text: str) -> str:
    """Text from outside without what would act on its surroundings: bidirectional controls, line breaks."""
    return " ".join(CONTROLS.sub(" ", text).split())


def _squeezed(args: dict[str, str], room: int) -> dict[str, str]:
    """The longest part is shortened to what the others leave, and so on; no part below eight letters."""
    found = dict(args)
    for name in sorted(args, key=lambda name: -len(args[name])):
        over = sum(len(text) for text in found.values()) - room
        if over <= 0:
            break
        found[name] = _cut(found[name], max(PART_CHARS_MIN, len(found[name]) - over))
    return found


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = "…\u2069" if text.endswith("\u2069") else "…"
    return text[: most - len(end)].rstrip() + end


def order(name: str, variation: str, modifiers: tuple[str, ...]) -> str:
    """`medium latte, oat milk`: as one says it, so capitals of plain words go and those of names like AA stay."""
    drink = f"{_said(variation)} {_said(name)}".strip()
    return ", ".join(_together(part) for part in (drink, *(_said(modifier) for modifier in modifiers)))


def _said(text: str) -> str:
    """In small letters, unless one of its words has capitals or figures inside: Kenya AA V60 is a name."""
    words = plain(text).split(" ")
    common = all(len(word) == 1 or not any(char.isupper() or char.isdigit() for char in word[1:]) for word in words)
    return " ".join(words).lower() if common else " ".join(words)


def _together(part: str) -> str:
    return part.replace(" ", NO_BREAK) if len(part) <= SHORT_CHARS else part


@cache
def languages() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


def catalogue(language: str | None) -> Catalogue:
    """The language asked for, by its primary subtag, or English."""
    primary = (language or DEFAULT).replace("_", "-").split("-")[0].lower()
    return _catalogue(primary if primary in languages() else DEFAULT)


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue(language)
