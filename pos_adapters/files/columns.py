"""`pos-adapter columns FILE`: what each column of a CSV is taken for, how its first sales would read, and what to set.

It only looks: what is guessed counts once the owner has put it into the configuration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from loyalty.errors import Unfit
from loyalty.wire import Line, Transaction
from pos_adapters import money
from pos_adapters.base import Adapter, Event, SettingNeeded, Unreadable
from pos_adapters.files import formats
from pos_adapters.files.options import COLUMNS, options
from pos_adapters.files.reading import lines_of
from pos_adapters.files.sheet import heading_of
from pos_adapters.files.table import Table, columns_of, records
from pos_adapters.settling import settled

LOOKED_AT_BYTES = 256 * 1024
SHOWN = 3
# So that something can be shown before these are known. `column_…` is not among them: a column cannot be made up.
PLACEHOLDERS = {"timezone": "UTC", "currency": "EUR", "date_order": "dmy", "tax": "within", "receipt_numbers": "daily"}


def shown(path: Path, adapter: Adapter, given: Mapping[str, object]) -> Iterator[str]:
    """Lines for the owner, safe for a terminal. Raises Unfit in words where the file cannot be looked at at all."""
    for line in _shown(path, adapter, given):
        yield "".join(char if char.isprintable() else "?" for char in line).rstrip()


def _shown(path: Path, adapter: Adapter, given: Mapping[str, object]) -> Iterator[str]:
    raw = _read(path)
    if formats.kind_of(raw) == "json":
        yield "JSON lines: there are no columns to name. See NOTES.md for what a line may hold."
        return
    chosen = {"shop": "-", "path": str(path), **given}
    heading, ended = heading_of(raw, final=True)
    found = columns_of(heading, options(settled(adapter, chosen)))
    yield from _columns(found, raw, ended, options(settled(adapter, chosen)).encoding)
    guessed = {f"column_{name}": theirs for name, theirs in found.guessed.items()}
    events, missing = _tried(raw, adapter, chosen | guessed)
    yield from _sales(events)
    yield from _to_set(guessed, missing)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LOOKED_AT_BYTES)
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}", at="file") from error
    whole = raw if len(raw) < LOOKED_AT_BYTES else raw[: raw.rfind(b"\n") + 1]
    if not formats.kind_of(whole):
        raise Unfit(f"{path} is empty, or no table: expected a first line that names the columns", at="file")
    return whole


# -- what each column is ----------------------------------------------------------------------------------------------
def _columns(found: Table, raw: bytes, ended: int, encoding: str) -> Iterator[str]:
    known = (
        f"This is an export that is known: {found.preset.title}." if found.preset.title else "No export that is known."
    )
    mark = {"\t": "a tab", "|": "|"}.get(found.delimiter, found.delimiter)
    yield f"{known} {mark} stands between cells, {found.decimal} is the decimal mark."
    yield ""
    body = raw[sum(map(len, lines_of(raw)[:ended])) :]
    first = next(records(body, found.delimiter, encoding, first_line=ended + 1, final=True), None)
    by_place = {place: name for name, place in found.columns.items()}
    guesses = {theirs: f"{name}?" for name, theirs in found.guessed.items()}
    width = max(map(len, found.heading))
    for place, cell in enumerate(found.heading):
        value = first.cells[place] if first and place < len(first.cells) else ""
        yield f"  {cell:{width}}  {by_place.get(place) or guesses.get(cell) or '-':14}  {' '.join(value.split())[:40]}"
    yield ""


# -- how it would be read ---------------------------------------------------------------------------------------------
def _tried(raw: bytes, adapter: Adapter, chosen: Mapping[str, object]) -> tuple[list[Event], dict[str, str]]:
    """What comes out once everything is set that is asked for, and that with the reasons."""
    missing: dict[str, str] = {}
    for _ in range(len(PLACEHOLDERS) + 1):
        with_them = {**chosen, **{name: PLACEHOLDERS[name] for name in missing}}
        events = adapter.parse(raw, settled(adapter, with_them))
        asked = next(
            (one.error for one in events if isinstance(one, Unreadable) and one.error.code == SettingNeeded.code), None
        )
        name = asked.at.rpartition(": ")[2] if asked else ""
        if asked is None or name not in PLACEHOLDERS:
            return events, missing | ({name: asked.message} if asked else {})
        missing[name] = asked.message
    return events, missing


def _sales(events: list[Event]) -> Iterator[str]:
    sales = [event for event in events if isinstance(event, Transaction)][:SHOWN]
    yield f"The first {len(sales)} as they would be read:" if sales else "Nothing in it can be read as it is."
    yield from (f"  {_sale(sale)}" for sale in sales)
    for one in [event for event in events if isinstance(event, Unreadable)][:SHOWN]:
        yield f"  {one.error.at.partition(': ')[0]} cannot be read: {one.error.message}"
    yield ""


def _sale(sale: Transaction) -> str:
    sold = " + ".join(_line(line, sale.currency) for line in sale.lines)
    parts = [
        f"{sale.refund_of.id} given back" if sale.refund_of else sale.id,
        f"{sale.at:%Y-%m-%d %H:%M} UTC",
        f"{sold} = {_money(sale.total, sale.currency)} {sale.currency}",
        "" if sale.state == "paid" else sale.state,
        f"till {sale.till}" if sale.till else "",
        next((f"customer {one}" for one in _known_by(sale)), "no customer"),
        ", ".join(tender.kind for tender in sale.tenders),
    ]
    return " · ".join(part for part in parts if part)


def _known_by(sale: Transaction) -> Iterator[str]:
    who = sale.customer
    if who is not None:
        yield from (one for one in (who.reference, who.pos_id, who.phone, who.email) if one)


def _line(line: Line, currency: str) -> str:
    about = ", ".join(filter(None, (line.variation, *line.modifiers)))
    return f"{line.quantity} {line.name}{f' ({about})' if about else ''} {_money(line.total, currency)}"


def _money(amount: int, currency: str) -> str:
    return f"{Decimal(amount).scaleb(-money.digits(currency)):f}"


# -- what to set ------------------------------------------------------------------------------------------------------
def _to_set(guessed: Mapping[str, str], missing: Mapping[str, str]) -> Iterator[str]:
    if not guessed and not missing:
        yield "Nothing is missing."
        return
    yield "Copy this under [[connection]] in CONFIG.toml, and correct what is not so:"
    for name, theirs in guessed.items():
        yield f"  {name} = {json.dumps(theirs, ensure_ascii=False)}"
    for name, why in missing.items():
        given = json.dumps(PLACEHOLDERS.get(name, ""))
        yield f"  {name} = {given}  # {'assumed above; ' if name in PLACEHOLDERS else ''}{why}"
    if guessed:
        yield f'A column that is none of these ({", ".join(COLUMNS)}): "-".'
