"""Rows to facts and back. One place knows the order of the columns."""

from __future__ import annotations

from typing import Any

from msgspec import msgpack

from loyalty.core.facts import CueRow, Ident, Mark, Sale, Taken

SALE_COLUMNS = (
    "shop, source, ref, revision, state, at, day, part, till, body, marks, refund_of, program, received_at, person,"
    " assigned, counts, taken, gave, earned, note, odd, used, freed, lot, owed, times, origin, unlearned,"
    " forgotten, quiet_of"
)
SALE_UPDATES = ", ".join(
    f"{name} = excluded.{name}"
    for name in SALE_COLUMNS.replace(",", " ").split()
    if name not in ("shop", "source", "ref")
)

_pack = msgpack.Encoder().encode
_taken = msgpack.Decoder(Taken).decode
_counts = msgpack.Decoder(dict[str, int]).decode
_marks = msgpack.Decoder(tuple[Mark, ...]).decode
_cue = msgpack.Decoder(CueRow).decode
NOTHING = _pack({})


def sale_of(row: tuple[Any, ...]) -> Sale:
    """A row of SALE_COLUMNS."""
    (shop, source, ref, revision, state, at, day, part, till, body, marks, refund_of, program, received_at, person,
     assigned, _, taken, gave, earned, note, odd, used, freed, lot, owed, times, origin,
     unlearned, forgotten, quiet_of) = row  # fmt: skip
    return Sale(
        Ident(shop, source, ref), revision, state, at, day, part, till, body, _marks(marks), refund_of, program,
        received_at, person, assigned, _taken(taken), counts_of(gave), counts_of(earned), lot or 0, owed or 0,
        times or 0, note, odd, tuple(used.split(" ")) if used else (), freed, origin,
        bool(unlearned), forgotten, quiet_of,
    )  # fmt: skip


def sale_row(sale: Sale) -> tuple[Any, ...]:
    return (
        *sale.ident, sale.revision, sale.state, sale.at, sale.day, sale.part, sale.till, sale.body,
        _pack(sale.marks), sale.refund_of, sale.program, sale.received_at, sale.person, sale.assigned,
        sale.taken.counts, _pack(sale.taken), _pack(sale.gave), _pack(sale.earned), sale.note, sale.odd,
        " ".join(sale.used) or None, sale.freed, sale.lot or None, sale.owed or None, sale.times or None,
        sale.origin, sale.unlearned or None, sale.forgotten, sale.quiet_of,
    )  # fmt: skip


def counts_of(blob: bytes) -> dict[str, int]:
    return _counts(blob) if blob and blob != NOTHING else {}


def marks_of(blob: bytes) -> tuple[Mark, ...]:
    return _marks(blob)


def pack(value: object) -> bytes:
    return _pack(value)


def cue_of(blob: bytes) -> CueRow:
    return _cue(blob)
