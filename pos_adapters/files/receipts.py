"""Rows of a sheet into sales: the rows of one receipt are one transaction, whenever and however often they are read.

What was read of a receipt is remembered, so that a row that comes later makes a higher revision of the whole, and the
same rows read again, from a file that was replaced by a longer one, make nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import msgspec

from loyalty.errors import Unfit
from loyalty.wire import Transaction
from pos_adapters.base import Event, SettingNeeded, Unreadable
from pos_adapters.files.options import Options
from pos_adapters.files.sold import Sold, transaction
from pos_adapters.reading import BAD_ITEM, fault_in

ONE_RECEIPT = timedelta(hours=24)  # rows of the same number further apart are two receipts

Recall = Callable[[str], bytes | None]  # what was remembered under a key
Remember = dict[str, bytes]


class Receipt(msgspec.Struct, frozen=True):
    """What is remembered: the rows, and what was last made of them."""

    rows: tuple[Sold, ...] = ()
    revision: int = 0  # 0: nothing yet
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with where it stands and which transaction it belongs to. Without a receipt number it is one by itself."""

    line: int
    raw: bytes
    id: str
    numbered: bool
    sold: Sold
    refund_of: str | None = None


def fold(rows: Iterable[Row], recall: Recall, options: Options, *, keep: bool) -> tuple[list[Event], Remember]:
    """The transactions that these rows make or change, in order, and what to remember with them.

    `keep` is off for a line that may still grow: what was sent of it is remembered, the row itself is not.
    """
    receipts: dict[str, list[Row]] = {}
    for row in rows:
        receipts.setdefault(row.id, []).append(row)
    events: list[Event] = []
    remember: Remember = {}
    for id, fresh in receipts.items():
        known = _known(recall, id)
        try:
            sale, receipt = _grown(known, fresh, options)
        except BAD_ITEM as error:
            events.extend(Unreadable(row.raw, fault_in(error, f"line {row.line}")) for row in fresh)
            continue
        if receipt.revision != known.revision:
            events.append(sale)
        if fresh[0].numbered or not keep:
            kept = receipt if keep else msgspec.structs.replace(receipt, rows=known.rows)
            remember[id] = msgspec.json.encode(kept)
    return events, remember


def remembered(recall: Recall, number: str) -> str:
    """The currency of a receipt whose first row came before. Raises SettingNeeded."""
    known = _known(recall, number.removeprefix("#")).rows
    if not known:
        raise SettingNeeded("a row names no currency: set currency, such as KES", at="currency")
    return known[0].currency


def _known(recall: Recall, id: str) -> Receipt:
    raw = recall(id)
    return Receipt() if raw is None else msgspec.json.decode(raw, type=Receipt)


def _grown(known: Receipt, fresh: list[Row], options: Options) -> tuple[Transaction, Receipt]:
    """With the fresh rows. Those of an earlier pass give way: a file that is read again says everything again."""
    reading = fresh[0].sold.reading
    _check_one_receipt(known, fresh, options)
    rows = (*(row for row in known.rows if row.reading == reading), *(row.sold for row in fresh))
    sale = transaction(fresh[0].id, fresh[0].refund_of, rows, options)
    digest = sha256(msgspec.json.encode(sale)).hexdigest()
    if digest == known.digest:
        return sale, Receipt(rows, known.revision, digest)
    revision = max(len(rows), known.revision + 1)  # the same again if ever all of it is read anew
    return msgspec.structs.replace(sale, revision=revision), Receipt(rows, revision, digest)


def _check_one_receipt(known: Receipt, fresh: list[Row], options: Options) -> None:
    first = known.rows[0].at if known.rows else fresh[0].sold.at
    if all(abs(row.sold.at - first) <= ONE_RECEIPT for row in fresh):
        return
    told = f"receipt {fresh[0].id} was printed on {first:%Y-%m-%d} too"
    if options.receipt_numbers:
        raise Unfit(f"{told}: rows of one receipt are at most a day apart")
    ask = "does the till begin its numbers anew each day? Set receipt_numbers to daily, or else to unique"
    raise SettingNeeded(f"{told}; {ask}", at="receipt_numbers")
