"""A CSV in pieces: records into rows, rows into receipts; the last receipt waits until it is whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from loyalty.errors import Unfit
from pos_adapters.base import Ignored, Unreadable
from pos_adapters.files.cells import number_of, sold, stamp
from pos_adapters.files.options import Options
from pos_adapters.files.reading import Reading, Start, lines_of
from pos_adapters.files.receipts import Recall, Remember, Row, fold, remembered
from pos_adapters.files.sold import Sold
from pos_adapters.files.table import Record, Table, records, table
from pos_adapters.reading import BAD_ITEM, fault_in


def read(
    raw: bytes, start: Start, options: Options, recall: Recall, *, flush: bool, final: bool, keep: bool = True
) -> Reading:
    """Unless `flush` the last receipt is left, since its next row may be about to be written. `keep`: see `fold`."""
    heading, skipped = (start.heading, 0) if start.heading else heading_of(raw, final)
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


def heading_of(raw: bytes, final: bool) -> tuple[bytes, int]:
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
    currency: tuple[str, str] = ("", "")  # of the receipt with this number

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
        one = sold(self._with_currency(cells), self.table, self.options, self.reading)
        id, refund_of = number_of(cells, one, self.table, self.options)
        if not id:
            return Row(line, raw, self._counted(one), False, one)
        return Row(line, raw, id, True, one, refund_of=refund_of)

    def _with_currency(self, cells: dict[str, str]) -> dict[str, str]:
        """Some exports name it on the first row of a receipt only."""
        number = cells.get("id", "")
        if cells.get("currency"):
            self.currency = number, cells["currency"]
        elif "currency" in cells and number and not self.options.currency:
            same, currency = self.currency
            return cells | {"currency": currency if same == number else remembered(self.recall, number)}
        return cells

    def _counted(self, one: Sold) -> str:
        """A number for a row that has none: the moment, the till, and the how-manieth row of this pass it is there."""
        place = f"{stamp(one.at)}-{one.till or self.options.till or 0}"
        raw = self.counts.get(f"#{place}") or self.recall(f"#{place}")
        count = msgspec.json.decode(raw, type=_Count) if raw else _Count(self.reading, 0)
        rows = count.rows + 1 if count.reading == self.reading else 1
        self.counts[f"#{place}"] = msgspec.json.encode(_Count(self.reading, rows))
        return f"{place}-{rows}"
