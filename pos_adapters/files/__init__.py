"""Files: what a till writes into a folder or a file, as CSV or as JSON lines."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Adapter, Event, Headers, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.files import formats
from pos_adapters.files.options import SETTINGS, options
from pos_adapters.files.reading import Start
from pos_adapters.files.watch import Watcher


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """Nothing is delivered to this adapter: it goes and looks."""
    raise NoKey("files are read from the disk beside the till; nothing is taken for them over the network")


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A whole file."""
    known: dict[str, bytes] = {}
    kind = formats.kind_of(raw)
    return formats.read(raw, kind, Start(), options(settings), known.get, flush=True, final=True).events


ADAPTER = Adapter(
    vendor="files",
    title="Files: CSV or JSON lines that a till writes",
    settings=SETTINGS,
    checklist=checklist(__name__),
    verify=verify,
    parse=parse,
    source=Watcher,
)
