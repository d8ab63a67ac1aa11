"""What a script pushes: one transaction, an array of them, or one a line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pos_adapters import plain
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.reading import read_each


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """As `POST /v1/transactions` takes them; shop, source and till are filled in where one has none."""
    place = {name: settings[name] for name in ("shop", "source", "till")}

    def read(one: bytes) -> list[Event]:
        return [plain.sale(one, place, called=settings["shop_name"])]

    events = read_each(_items(raw.removeprefix(b"\xef\xbb\xbf").strip()), read)
    return events or [Ignored("no transaction in it")]


def _items(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Each with where it stands."""
    if text.startswith(b"["):
        try:
            array = msgspec.json.decode(text, type=list[msgspec.Raw])
        except (msgspec.MsgspecError, RecursionError):
            yield "", text
            return
        yield from ((f"[{place}]", bytes(one)) for place, one in enumerate(array))
        return
    lines = text.split(b"\n")
    if not any(map(_is_object, lines)):
        yield from ([("", text)] if text else [])
        return
    yield from ((f"line {number}", line.strip()) for number, line in enumerate(lines, 1) if line.strip())


def _is_object(line: bytes) -> bool:
    """By itself, and not indented: else it is a part of one that is written over several lines."""
    try:
        return line.startswith(b"{") and msgspec.json.decode(line, type=msgspec.Raw) is not None
    except (msgspec.MsgspecError, RecursionError):
        return False
