"""JSON lines: the wire's own transactions, one a line; shop, source and till are filled in where a line has none."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from loyalty.errors import Unfit
from loyalty.wire import FRAME_BYTES_MAX, Transaction
from pos_adapters.base import Event, Ignored
from pos_adapters.files.options import Options
from pos_adapters.files.reading import Reading, Start, lines_of
from pos_adapters.reading import read_each


def read(raw: bytes, start: Start, options: Options, *, final: bool, told: str = "") -> Reading:
    """Whole lines; the last one without its line feed only if `final`. `told` is what was already made of the first."""
    lines = [line for line in lines_of(raw) if final or line.endswith(b"\n")]
    again = bool(lines) and digest(lines[0]) == told
    events: list[Event] = [Ignored("told while its line feed was missing")] if again else []
    numbered = ((f"line {number}", line) for number, line in enumerate(lines, start.line + 1))
    events += read_each(list(numbered)[again:], lambda line: _sale(line, options, start))
    return Reading(events, sum(map(len, lines)), len(lines))


def digest(line: bytes) -> str:
    """The same with and without its line feed."""
    return sha256(line.rstrip(b"\r\n")).hexdigest()


def _sale(line: bytes, options: Options, start: Start) -> list[Event]:
    if len(line) > FRAME_BYTES_MAX:
        raise Unfit(f"{len(line)} bytes; a line has at most {FRAME_BYTES_MAX}", code="too-large")
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return []
    fields = msgspec.json.decode(text)
    if not isinstance(fields, dict):
        raise Unfit("expected one transaction as a JSON object")
    for name, value in (("shop", options.shop), ("source", options.source), ("till", options.till)):
        if fields.get(name) is None and value:
            fields[name] = value
    if not start.live:
        fields.pop("age_s", None)
    return [msgspec.convert(fields, Transaction)]
