"""`python -m bench.before COMMIT`: how much the line takes, beside what it took at a commit, in turns in one run.

Both are served as an owner would, with the same people, and take the same sales; each turn begins with the other one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
TURN_S_MAX = 60.0
WIDTH = 100

# Runs in a process of its own, with the code of one of the two: fills, serves, and takes a turn whenever it is asked.
ONE = """
import sys
from pathlib import Path
from bench import servers
from bench.populate import in_bulk
from bench.saturate import by_http, by_stream
from bench.target import KEPT
guests, first = int(sys.argv[2]), KEPT
with servers.product(Path(sys.argv[1]), guests, fill=in_bulk) as target:
    print("ready", flush=True)
    for line in sys.stdin:
        how, count = line.split()
        run = by_stream if how == "stream" else by_http
        figures = run(target, list(range(first, first + int(count))), float(sys.argv[3]))
        first += int(count)
        print(figures["per_s"], figures["cpu_us"], figures["cues_missing"], flush=True)
"""


class Side:
    """One of the two, in its own process."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name, self._process = name, process
        self.per_s: dict[str, list[float]] = {"stream": [], "http": []}
        self.cpu_us: dict[str, list[float]] = {"stream": [], "http": []}

    def await_ready(self) -> None:
        if self._line() != "ready":
            raise RuntimeError(f"{self.name} did not start")

    def turn(self, how: str, count: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{how} {count}\n")
        self._process.stdin.flush()
        per_s, cpu_us, missing = map(float, self._line().split())
        if missing:
            raise RuntimeError(f"{self.name}: {missing:.0f} cues never came")
        self.per_s[how].append(per_s)
        self.cpu_us[how].append(cpu_us)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def side(name: str, tree: Path, folder: Path, guests: int) -> Iterator[Side]:
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", ONE, str(folder), str(guests), str(TURN_S_MAX)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Side(name, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=TURN_S_MAX)


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    subprocess.run(["git", "worktree", "add", "-q", "--detach", str(folder), commit], cwd=ROOT, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.before", description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--name", help="the table goes into bench/results/NAME.md")
    parser.add_argument("--sales", type=int, default=2_000, help="a turn, by stream; by HTTP half as many")
    options = parser.parse_args(arguments)
    guests = options.turns * options.sales * 3 // 2 + 1_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        old = stack.enter_context(checked_out(options.commit, Path(folder) / "tree"))
        before = stack.enter_context(side("before", old, Path(folder) / "before", guests))
        now = stack.enter_context(side("now", ROOT, Path(folder) / "now", guests))
        for one in (before, now):
            one.await_ready()
        for turn in range(options.turns):
            for one in (before, now) if turn % 2 else (now, before):
                one.turn("stream", options.sales)
                one.turn("http", options.sales // 2)
    console = Console(record=True, width=WIDTH)
    console.print(compared(before, now, f"sales a second beside {options.commit}, {options.turns} turns"))
    if options.name:
        written = ROOT / "bench" / "results" / f"{options.name}.md"
        written.write_text(f"`python -m bench.before {options.commit}`\n\n{console.export_text()}", encoding="utf-8")


def compared(before: Side, now: Side, title: str) -> Table:
    """Medians of the turns; the ratio is that of each turn, its median and its range."""
    table = Table("", "before", "now", "now ÷ before", "CPU µs before", "now", title=title, box=MARKDOWN)
    for how in ("stream", "http"):
        ratios = [mine / theirs for mine, theirs in zip(now.per_s[how], before.per_s[how], strict=True)]
        figures = [statistics.median(found[how]) for found in (before.per_s, now.per_s, before.cpu_us, now.cpu_us)]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        table.add_row(how, f"{figures[0]:,.0f}", f"{figures[1]:,.0f}", ratio, f"{figures[2]:.0f}", f"{figures[3]:.0f}")
    return table


if __name__ == "__main__":
    main()
