"""Files: what a till writes into a folder or a file, as CSV or as JSON lines."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Adapter, Check, Event, Headers, Settings, Verdict
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
    checklist={
        "refunds": Check("done", "CSV: rows with a negative quantity and the receipt number of the sale"),
        "voids": Check("done", "JSON lines: state voided; a CSV has no word for it that tills agree on"),
        "tips": Check("done", "JSON lines; a CSV of items has none"),
        "tax": Check("done", "JSON lines; amounts of a CSV are taken as they are, with or without"),
        "split tender": Check("done", "JSON lines; a CSV of items has none"),
        "open orders": Check("done", "JSON lines: state open; a CSV is written once all is paid"),
        "customer": Check("done", "CSV: the customer column, a reference of the shop's own"),
        "card fingerprint": Check("done", "JSON lines, in tenders; a CSV has none"),
        "signing": Check("impossible", "a file has no sender; who may write into the folder is believed"),
        "pull": Check("done", "the files are the truth: how far they were read is kept, and read on from there"),
    },
    verify=verify,
    parse=parse,
    source=Watcher,
)
