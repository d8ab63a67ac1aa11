"""`python -m bench`: measures the product beside its floor in interleaved rounds, and writes what it found.

Ratios within one run are what counts. Own processes only, in a temporary directory, ended by their handles.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console

from bench import history
from bench.load import Figures
from bench.machine import describe
from bench.nchan import MISSING, module
from bench.plan import LONG_MANY, QUICK, WHOLE, Pair, Scale, load, prepared
from bench.report import Report, row, show, write
from bench.stations import profiles
from bench.target import now, stamp

LONG_S = 3_600


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="under 90 seconds: fewer rounds, fewer customers")
    parser.add_argument("--name", help="of the files in bench/results (default: today's date)")
    parser.add_argument("--dir", type=Path, help="where the databases are made: the disk that is measured")
    options = parser.parse_args(arguments)
    scale = QUICK if options.quick else WHOLE
    if os.environ.get("REGULARS_LONG") == "1":
        scale = dataclasses.replace(scale, customers=LONG_MANY, total_s=2 * LONG_S)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.dir) as directory:
        report = measure(Path(directory), scale, console)
    show(report, console)
    path = write(report, options.name or f"{report.made_at[:10]}{'-quick' if options.quick else ''}")
    console.print(f"written: {path} and {path.with_suffix('.md').name}")


def measure(directory: Path, scale: Scale, console: Console) -> Report:
    start = time.monotonic()
    machine = describe(directory)
    with console.status("starting and filling …") as status, prepared(directory, scale) as (possible, pairs):
        seen: dict[str, list[tuple[Figures, Figures]]] = {pair.title: [] for pair in pairs}
        came: Counter[int] = Counter()
        rounds = 0
        while rounds < possible and (rounds == 0 or time.monotonic() - start < scale.total_s):
            for pair in pairs:
                status.update(f"round {rounds + 1} of {possible}: {pair.title}")
                seen[pair.title].append(measured(pair, came, base_first=rounds % 2 == 1))
            rounds += 1
    with console.status("a file of past sales, and the stations of a sale …"):
        past = history.rows(directory, scale.past_sales, scale.past_rounds)
        (directory / "stations").mkdir()
        found = profiles(directory / "stations")
    return Report(
        made_at=stamp(now()),
        took_s=round(time.monotonic() - start, 1),
        rounds=rounds,
        machine=machine,
        rows=(*(row(pair, figure, seen[pair.title]) for pair in pairs for figure in pair.figures), *past),
        each_round=seen,
        profiles=found,
        left_out=() if module() else (f"fan-out beside the best there is: {MISSING}",),
    )


def measured(pair: Pair, came: Counter[int], *, base_first: bool) -> tuple[Figures, Figures]:
    """`came`: how many guests of each server have come so far; the next ones are fresh."""
    jobs = [replace(job, first=came[job.target.port]) for job in (pair.subject, pair.base)]
    figures = load(*reversed(jobs))[::-1] if base_first else load(*jobs)
    for job in jobs:
        came[job.target.port] += job.count
    return figures[0], figures[1]


if __name__ == "__main__":
    main()
