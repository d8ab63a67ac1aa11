"""ESC/POS: the receipts that a till prints, read on their way to the printer."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Adapter, Event, Headers, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.escpos.commands import Scanner
from pos_adapters.escpos.sale import read
from pos_adapters.escpos.twin import Twin, address
from pos_adapters.files.options import currency, encoding, one_of, seconds, zone


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """Nothing is delivered to this adapter: it stands between a till and its printer."""
    raise NoKey("receipts are read on their way to the printer; nothing is taken for them over HTTP")


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """One whole job of a printer."""
    scanner = Scanner(settings["encoding"])
    printed = [*scanner.feed(raw), *scanner.end()]
    return [event for one in printed for event in read(one, settings)]


ADAPTER = Adapter(
    vendor="escpos",
    title="ESC/POS: receipts, read on their way to a network printer",
    settings=(
        Setting("listen_on", "where the till finds its printer now", default="0.0.0.0:9100", fits=address),
        Setting("printer", "where the printer is, such as 192.168.1.60:9100", required=True, fits=address),
        Setting("currency", "the currency of the receipts, such as KES", required=True, fits=currency),
        Setting("timezone", "whose wall clock the receipts show, such as Africa/Nairobi", required=True, fits=zone),
        Setting("date_order", "dmy or mdy, whether 05/10/2026 is in October or May", fits=one_of("dmy", "mdy")),
        Setting("encoding", "of the text, where the code page that the till chooses is not it", fits=encoding),
        Setting("number_word", "the word before the receipt's number, if it is none that we know"),
        Setting(
            "receipt_numbers",
            "unique where the till never begins its receipt numbers anew, else daily",
            default="daily",
            fits=one_of("daily", "unique"),
        ),
        Setting("source", "tills that count their receipts apart need a source each", default="escpos"),
        Setting("settle_s", "seconds of silence before a receipt without a cut is whole", default="5", fits=seconds),
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=parse,
    source=Twin,
)
