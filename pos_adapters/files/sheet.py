"""A CSV in pieces: records into rows, rows into receipts; the last receipt waits until it is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.base import Ignored, Unreadable
from pos_adapters.files.amounts import amount, quantity
from pos_adapters.files.options import Options
from pos_adapters.files.reading import Reading, Start, lines_of
from pos_adapters.files.receipts import Recall, Remember, Row, Sold, fold
from pos_adapters.files.table import Record, Table, records, table
from pos_adapters.files.times import moment
from pos_adapters.reading import BAD_ITEM, fault_in

_MODIFIERS = re.compile(r"[,;|+]")


def read(
    raw: bytes, start: Start, options: Options, recall: Recall, *, flush: bool, final: bool, keep: bool = True
) -> Reading:
    """Unless `flush` the last receipt is left, since its next row may be about to be written. `keep`: see `fold`."""
    heading, skipped = (start.heading, 0) if start.heading else _heading(raw, final)
    if not heading:
        return Reading([], 0, 0)
    try:
        sheet = _Sheet(table(heading, options), options, start.reading, recall)
    except Unfit as error:
        return Reading([Unreadable(heading, fault_in(error, f"line {start.line + skipped or 1}"))], 0, 0)
    body = raw[sum(map(len, lines_of(raw)[:skipped])) :]
    first_line = start.line + skipped + 1
    found = records(body, sheet.table.delimiter, options.encoding, first_line=first_line, final=final)
    read = [(record, sheet.read(record, body[record.start : record.end])) for record in found]
    whole = read if flush else read[: _settled(read)]
    rows = [row for _, row in whole if isinstance(row, Row)]
    events, remember = fold(rows, recall, options, keep=keep)
    return Reading(
        events=[item for _, item in whole if isinstance(item, Unreadable | Ignored)] + events,
        consumed=len(raw) - len(body) + (whole[-1][0].end if whole else 0),
        lines=skipped + sum(record.lines for record, _ in whole),
        heading=heading,
        remember=(sheet.counts if keep else {}) | remember,
    )


def _heading(raw: bytes, final: bool) -> tuple[bytes, int]:
    """The first line that is not empty, and how many lines it ends."""
    for number, line in enumerate(lines_of(raw), 1):
        if line.removeprefix(b"\xef\xbb\xbf").strip() and (final or line.endswith(b"\n")):
            return line, number
    return b"", 0


def _settled(read: list[tuple[Record, Row | Unreadable | Ignored]]) -> int:
    """How many come before the rows of the last receipt."""
    settled = len(read)
    last = read[-1][1] if read else None
    while isinstance(last, Row) and last.numbered and settled:
        before = read[settled - 1][1]
        if not isinstance(before, Row) or before.id != last.id:
            break
        settled -= 1
    return settled


class _Count(msgspec.Struct, frozen=True):
    """How many rows without a receipt number one pass has met at one moment at one till."""

    reading: str
    rows: int


@dataclass(slots=True)
class _Sheet:
    """Reads the rows under one heading."""

    table: Table
    options: Options
    reading: str
    recall: Recall
    counts: Remember = field(default_factory=dict)

    def read(self, record: Record, raw: bytes) -> Row | Unreadable | Ignored:
        cells = tuple(cell.strip() for cell in record.cells)
        if not record.wrong and not any(cells):
            return Ignored("an empty line")
        if cells == self.table.heading:
            return Ignored("the heading again")
        try:
            if record.wrong:
                raise Unfit(record.wrong, code="bad-row")
            return self._row(self.table.row(record.cells), record.line, raw)
        except BAD_ITEM as error:
            return Unreadable(raw, fault_in(error, f"line {record.line}"))

    def _row(self, cells: dict[str, str], line: int, raw: bytes) -> Row:
        sold = self._sold(cells)
        number = cells.get("id", "")
        if not number and sold.kind == "refund":
            raise Unfit("something is given back, and no receipt number says of which sale")
        if not number:
            return Row(line, raw, self._counted(sold), False, sold)
        if self.options.receipt_numbers == "daily":
            number = f"{sold.at.astimezone(self.options.zone or UTC):%Y-%m-%d}-{number}"
        if sold.kind == "refund":
            return Row(line, raw, f"{number}-refund-{_stamp(sold.at)}", True, sold, refund_of=number)
        return Row(line, raw, number, True, sold)

    def _sold(self, cells: dict[str, str]) -> Sold:
        currency = (cells.get("currency") or self.options.currency).upper()
        paid = money.minor(amount(cells["amount"], self.table.decimal), currency) if "amount" in cells else 0
        many = quantity(cells["quantity"]) if cells.get("quantity") else Decimal(1)
        kind: Literal["sale", "discount", "refund"] = "refund" if many < 0 else "discount" if paid < 0 else "sale"
        return Sold(
            reading=self.reading,
            kind=kind,
            at=moment(_written(cells), self.options.zone, self.options.date_order),
            name=cells["item"],
            amount=abs(paid) if kind == "refund" else paid,
            currency=currency,
            quantity=_decimal_text(abs(many)),
            variation=cells.get("variation") or None,
            modifiers=tuple(part for text in _MODIFIERS.split(cells.get("modifiers", "")) if (part := text.strip())),
            till=cells.get("till") or None,
            reference=cells.get("customer") or None,
        )

    def _counted(self, sold: Sold) -> str:
        """A number for a row that has none: the moment, the till, and the how-manieth row of this pass it is there."""
        place = f"{_stamp(sold.at)}-{sold.till or self.options.till or 0}"
        raw = self.counts.get(f"#{place}") or self.recall(f"#{place}")
        count = msgspec.json.decode(raw, type=_Count) if raw else _Count(self.reading, 0)
        rows = count.rows + 1 if count.reading == self.reading else 1
        self.counts[f"#{place}"] = msgspec.json.encode(_Count(self.reading, rows))
        return f"{place}-{rows}"


def _written(cells: dict[str, str]) -> str:
    """Date and time, from one cell or from two."""
    at, time = cells["at"], cells.get("time", "")
    return f"{at} {time}" if time and ":" not in at else at


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def _decimal_text(value: Decimal) -> str:
    """`1.000` → `1`, `0.250` → `0.25`; never with an exponent."""
    return f"{value.normalize():f}"
