"""`docs/performance.md` and its plot, made from the newest result: `python -m bench.publish --write`, or `--check`."""

from __future__ import annotations

import re
import sys
from html import escape

import msgspec

from bench.report import RESULTS, Report, Row, number
from bench.servers import ROOT
from bench.stations import Profile

DOCS = ROOT / "docs"
RESULT = RESULTS / "line.json"
PAGE, PLOT = DOCS / "performance.md", DOCS / "performance.svg"
LIMIT = re.compile(r"([≤≥]) ([\d.]+)")
SAID = {
    "read": "decode, check and hash what identifies",
    "load": "read its sale and its people",
    "decide": "recognise, remember, earn, foresee, judge, compose",
    "save": "write sales, memories, points, cues, messages",
    "names": "open the name that the sentence needs",
    "commit": "begin and make durable",
    "words": "put the sentence into words, and into a frame",
}
WIDTH, BAR, LEFT, RIGHT = 960, 26, 530, 110
NAME_CHARS = 80
NEXT = """\
## What would come next

No one thing stands out any more. On a database of 60,000 people a sale at saturation spends 55 % of the writer's time
in SQLite (a fifth in the commit, a fifth writing six rows and nine indexes, an eighth reading its people), 25 %
deciding, in some two hundred small functions, and the rest on rows, names and words. The floor writes one row and
decides nothing; a quarter of its rate would leave 75 µs for all of a sale. One at a time the same work runs with cold
caches, which doubles it, and waits twice for a thread to wake. A prediction of `backtest` takes 6 µs for somebody who
is looked at again and again, and twice that in a walk through two thousand people, of whom nothing lies in a cache.

What was tried, each in turns with the code as it was, and brought too little to be worth its keep:

| tried | brought |
|---|---|
| `core/` compiled to C, as it is written | nothing: its time goes into making and dropping objects |
| another driver with a newer SQLite of its own | 10 % one at a time, 6 % together, and two SQLites in one process |
| pages of 1 and 2 KB instead of 4 | slower: more of them |
| not wiping what is deleted (`secure_delete`) | nothing that could be measured |
| points and messages as tables in the order of their keys | two pages of nineteen fewer in a commit, and no time |
| writing to each of many screens at once, not in a second pass | slower: who reads falls asleep between two |
| in a prediction, one weight instead of two where both are the same | nothing that could be measured |

What would bring more, by what the shares above leave to be won:

1. **Two commits on their way.** While one batch is written, the next could be decided on top of what the first is about
   to store: writing needs no interpreter, deciding needs no disk. On two cores at most half again the rate.
2. **A middle whose facts are no objects.** Compiled code pays off once a decision works on plain memory: classes that a
   compiler knows, or another language for `core/`. Deciding, rows and words are 45 % of the writer's time.
3. **HTTP without a framework** for sales and check-ins: a request costs 270 µs more than a frame of the stream.
"""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.bar { fill: #2f7d5b } .over { fill: #c2571a } .limit { stroke: #1f2328; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .limit { stroke: #e6edf3 } .bar { fill: #4fb286 } .over { fill: #f08a4b }
}
"""


def page(report: Report) -> str:
    machine = report.machine
    lines = [
        "# How fast it is",
        "",
        "Made from [the newest result](../bench/results/line.json) of `make bench`; `make check` holds them together.",
        "",
        f"{machine.cpu}, {machine.cores} cores, {machine.system}, {report.made_at[:10]}; {report.rounds} rounds.",
        *busy(report),
        "Figures move from machine to machine and with what else it does; the *ratios* within one run are what counts.",
        "Beside each figure stands its floor, the least code that can do that job at all (parse, one durable commit,",
        "one frame) and knows nobody, or what the row names.",
        "",
        "![Each required ratio, and its limit](performance.svg)",
        "",
        "| measured | unit | here | beside | ratio | wanted |",
        "|---|---|--:|--:|--:|---|",
        *("| " + " | ".join(row.cells()) + " |" for row in report.rows),
        "",
        *(f"**Left out:** {missing}.\n" for missing in report.left_out),
        *profile_lines(report.profiles),
        NEXT,
    ]
    return "\n".join(lines)


def busy(report: Report) -> list[str]:
    load = report.machine.load_before
    if load is None or load < 1:
        return []
    return [
        f"**The machine was not quiet**: {load:.0f} other processes wanted its {report.machine.cores} cores.",
        "Read CPU, and ratios of medians; p99 and rates tell of the neighbours.",
    ]


def profile_lines(profiles: tuple[Profile, ...]) -> list[str]:
    heads = " | ".join(f"{one.together} together" if one.together > 1 else "one at a time" for one in profiles)
    rows = [
        f"| {name} | {said} | " + " | ".join(number(one.stations[name]) for one in profiles) + " |"
        for name, said in SAID.items()
    ]
    sums = " | ".join(number(sum(one.stations.values())) for one in profiles)
    return [
        "## Where the time of a sale goes",
        "",
        "µs of CPU a sale inside the process (without sockets and threads), of a customer not seen since the start:",
        "",
        f"| station | what is done | {heads} |",
        f"|---|---|{'--:|' * len(profiles)}",
        *rows,
        f"| all of it | | {sums} |",
        "",
    ]


def plot(report: Report) -> str:
    """A bar for each ratio that has a limit; its scale ends at twice the limit."""
    rows = [(row, found) for row in report.rows if row.ratio is not None and (found := LIMIT.search(row.wanted))]
    height = BAR * len(rows) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' role="img">',
        f"<title>Ratios beside the floor, and their limits</title><style>{STYLE}</style>",
    ]
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    for place, (row, found) in enumerate(rows):
        parts += bar(row, found[1], float(found[2]), place * BAR + 6, middle)
    parts.append(f'<line class="limit" x1="{middle}" x2="{middle}" y1="2" y2="{height - 22}"/>')
    parts.append(f'<text x="{middle}" y="{height - 6}" text-anchor="middle">the limit</text></svg>')
    return "\n".join(parts) + "\n"


def bar(row: Row, sign: str, limit: float, top: float, middle: float) -> list[str]:
    """Green within the limit. For "at least" the bar must reach the line, for "at most" it must not pass it."""
    assert row.ratio is not None
    share = min(2.0, row.ratio / limit)
    good = share >= 1 if sign == "≥" else share <= 1
    name, end = f"{row.measured}, {row.unit}", share * (middle - LEFT)
    short = name if len(name) <= NAME_CHARS else name[: NAME_CHARS - 1] + "…"
    return [
        f'<text x="{LEFT - 10}" y="{top + 14}" text-anchor="end">{escape(short)}</text>',
        f'<rect class="{"bar" if good else "over"}" x="{LEFT}" y="{top + 2}" height="{BAR - 10}"'
        f' width="{end:.0f}" rx="3"/>',
        f'<text x="{LEFT + end + 6:.0f}" y="{top + 14}">{row.ratio:.2f} × ({sign} {limit:g})</text>',
    ]


def main(arguments: list[str]) -> int:
    report = msgspec.json.decode(RESULT.read_bytes(), type=Report)
    made = {PAGE: page(report), PLOT: plot(report)}
    if arguments == ["--write"]:
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        sys.stderr.write(f"{path.relative_to(ROOT)} does not match {RESULT.name}: python -m bench.publish --write\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
