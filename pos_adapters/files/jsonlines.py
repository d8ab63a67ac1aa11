"""JSON lines: one sale a line, in the wire's words or plainer ones; shop, source and till where a line has none."""

from __future__ import annotations

from hashlib import sha256

from loyalty.errors import Unfit
from loyalty.wire import FRAME_BYTES_MAX
from pos_adapters import plain
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
    place = {"shop": options.shop, "source": options.source, "till": options.till}
    return [plain.sale(text, place, called=options.shop_name, live=start.live)]
