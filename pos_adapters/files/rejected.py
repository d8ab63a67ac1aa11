"""Rows that could not be read, written beside their file with the reason, for the owner to mend and put back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pos_adapters.base import Unreadable
from pos_adapters.files.formats import Kind

SHOWN_BYTES_MAX = 4_096  # of one row
TAIL_BYTES = 256 * 1024  # of what was written before, to find a row that stands there already
MARK = ".rejected."


def path_beside(source: Path, kind: Kind) -> Path:
    """`sales.csv` → `sales.csv.rejected.csv`, JSON lines → `.rejected.jsonl`."""
    return source.with_name(f"{source.name}{MARK}{'jsonl' if kind == 'json' else 'csv'}")


def append(path: Path, rows: Sequence[Unreadable]) -> None:
    """Each row once, also if the same piece of a file is read again after a crash. Raises OSError."""
    there = _tail(path)
    write = _as_json if path.suffix == ".jsonl" else _as_csv
    lines = [line for line in map(write, rows) if b"\n" + line not in b"\n" + there]
    if not there and path.suffix == ".csv":
        lines.insert(0, _csv("line", "reason", "row"))
    with path.open("ab") as file:
        file.write(b"".join(lines))


def _as_csv(row: Unreadable) -> bytes:
    where, _, field = row.error.at.removeprefix("line ").partition(": ")
    return _csv(where, f"{field}: {row.error.message}" if field else row.error.message, _shown(row))


def _as_json(row: Unreadable) -> bytes:
    where, _, field = row.error.at.removeprefix("line ").partition(": ")
    told = {"line": int(where), "at": field, "reason": row.error.message, "row": _shown(row)}
    return msgspec.json.encode(told) + b"\n"


def _csv(*cells: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _shown(row: Unreadable) -> str:
    raw = row.raw[:SHOWN_BYTES_MAX].rstrip(b"\r\n")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _tail(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read()
    except FileNotFoundError:
        return b""
