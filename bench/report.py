"""From rounds to rows: medians, ratios within each round, as a table on the terminal, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bench.load import Figures
from bench.machine import Machine
from bench.plan import Figure, Pair
from bench.stations import Profile

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("measured", "unit", "product", "beside", "ratio", "wanted")


class Row(Struct, frozen=True, kw_only=True):
    """`ratio` is the median of the rounds' own ratios; absent where the base is nothing."""

    measured: str
    unit: str
    product: float
    beside: float
    ratio: float | None
    wanted: str

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        beside = number(self.beside) if self.ratio is not None or not self.wanted.startswith("≤") else ""
        return (self.measured, self.unit, number(self.product), beside, ratio, self.wanted)


class Report(Struct, frozen=True, kw_only=True):
    """`left_out`: what this machine could not measure, and why."""

    made_at: str
    took_s: float
    rounds: int
    machine: Machine
    rows: tuple[Row, ...]
    each_round: dict[str, list[tuple[Figures, Figures]]]
    profiles: tuple[Profile, ...] = ()
    left_out: tuple[str, ...] = ()


def row(pair: Pair, figure: Figure, rounds: Sequence[tuple[Figures, Figures]]) -> Row:
    values = [(subject[figure.key], base[figure.key]) for subject, base in rounds]
    ratios = [subject / base for subject, base in values if base]
    return Row(
        measured=pair.title,
        unit=figure.unit,
        product=median(subject for subject, _ in values),
        beside=median(base for _, base in values),
        ratio=median(ratios) if ratios else None,
        wanted=figure.goal,
    )


def show(report: Report, console: Console) -> None:
    machine = report.machine
    title = f"{machine.cpu}, {machine.cores} cores, fsync {machine.fsync_p50_us:.0f} µs; {report.rounds} rounds"
    table = Table(*COLUMNS, title=title)
    for column in table.columns[2:5]:
        column.justify = "right"
    previous = ""
    for one in report.rows:
        cells = one.cells()
        if previous and cells[0] != previous:
            table.add_section()
        table.add_row("" if cells[0] == previous else cells[0], *cells[1:])
        previous = cells[0]
    console.print(table)
    for missing in report.left_out:
        console.print(f"[bold red]LEFT OUT: {missing}")


def write(report: Report, name: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    path.with_suffix(".md").write_text(markdown(report), encoding="utf-8")
    return path


def markdown(report: Report) -> str:
    machine = report.machine
    versions = ", ".join(f"{package} {version}" for package, version in machine.versions.items())
    lines = [
        f"# The product beside its floor, {report.made_at[:10]}",
        "",
        f"{machine.cpu}, {machine.cores} cores, {machine.system}.",
        f"500 bytes made durable in {machine.fsync_p50_us:.0f} µs p50. {versions}.",
        f"Medians of {report.rounds} interleaved rounds; a ratio is the median of the ratios within the rounds.",
        "*Beside* is the floor (least code: parse, durable commit, one frame), unless the row says otherwise.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|---|---|--:|--:|--:|---|",
        *("| " + " | ".join(one.cells()) + " |" for one in report.rows),
        *(f"\n**Left out:** {missing}." for missing in report.left_out),
        "",
    ]
    return "\n".join(lines)


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
