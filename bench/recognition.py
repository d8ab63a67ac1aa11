"""Recognition walked forward over the HTTP API of a running service, on real purchases it has never seen.

`python -m bench.recognition --data DIR`: before each visit but a customer's first, they check in, and what the answer
calls the usual is held against what they then bought. A test clock advances with the replay, so nothing is known early.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import servers
from bench.report import RESULTS
from bench.sockets import Http
from bench.target import SOURCE, TILL, Target, now, stamp
from bench.visits import Line, Visit, read, visits
from loyalty.clock import move
from loyalty.past.columns import Wanted
from loyalty.past.told import ANY_CURRENCY, backtest
from loyalty.wire import CheckinAnswer

BINS = 10
BATCH_MAX = 500
HOUSES = {"coffee": ("UAH", "Europe/Kyiv"), "cjcafe": ("USD", "America/New_York")}


@dataclass(frozen=True)
class Guess:
    """What a check-in answered, judged: `first` and `third` whether the best one, or one of three, was then bought."""

    p: float
    said: bool
    first: bool
    third: bool


class Score(Struct, frozen=True, kw_only=True):
    """Shares of the predicted visits; `said_right` of those said. `calibration`: mean p, share of hits, count."""

    visits: int
    top1: float
    top3: float
    said: float
    said_right: float
    ece: float
    calibration: list[tuple[float, float, int]]
    took_s: float


class Replay:
    """One house. Sales wait until something could depend on them: their customer's next check-in, or a new hour."""

    def __init__(self, target: Target, clock: Path, customers: list[str], start: datetime) -> None:
        self.target, self.clock = target, clock
        self.screen = Http(target, target.screen_key)
        move(clock, start)
        self.enrol(customers)
        self.adapter = Http(target, target.adapter_key)
        self.waiting: list[Line] = []

    def enrol(self, customers: list[str]) -> None:
        for number, customer in enumerate(customers, 1):
            body = {
                "name": f"Guest {number}",
                "identifiers": [{"kind": kind, "value": customer} for kind in ("reference", "pos_id")],
                "consents": {"recognise": True, "remember": True},
            }
            self.screen.post("/v1/customers", json.dumps(body).encode())

    def check_in(self, visit: Visit) -> Guess:
        at = visit.lines[0].at
        if self.waiting and (hour(self.waiting[0].at) != hour(at) or self.owes(visit.customer)):
            self.flush()
        move(self.clock, at)
        body = {"shop": self.target.shop, "till": TILL, "pos_id": visit.customer}
        answer = self.screen.post("/v1/checkins", json.dumps(body).encode())
        return judged(msgspec.json.decode(answer, type=CheckinAnswer), visit.items)

    def owes(self, customer: str) -> bool:
        return any(line.customer == customer for line in self.waiting)

    def sell(self, line: Line) -> None:
        self.waiting.append(line)
        if len(self.waiting) >= BATCH_MAX:
            self.flush()

    def flush(self) -> None:
        move(self.clock, self.waiting[-1].at)
        sales = [self.sale(line) for line in self.waiting]
        answer = json.loads(self.adapter.post("/v1/transactions", json.dumps(sales).encode()))
        if answer["accepted"] != len(sales):
            raise ConnectionError(f"not all accepted: {answer}")
        self.waiting.clear()

    def sale(self, line: Line) -> dict[str, object]:
        return {
            "id": f"{line.index:08d}",
            "source": SOURCE,
            "shop": self.target.shop,
            "till": TILL,
            "state": "paid",
            "at": stamp(line.at),
            "currency": self.target.currency,
            "lines": [{"name": line.item, "quantity": "1", "total": line.amount}],
            "total": line.amount,
            "customer": {"reference": line.customer},
        }


def hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def judged(answer: CheckinAnswer, bought: set[str]) -> Guess:
    usual = answer.recognition.usual
    hits = [item.line.name in bought for item in usual.items]
    p = usual.items[0].p if usual.items else 0.0
    return Guess(p=p, said=usual.say, first=any(hits[:1]), third=any(hits[:3]))


def walk(path: Path, currency: str, timezone: str, progress: Progress) -> Score:
    start = time.monotonic()
    lines = read(path, ZoneInfo(timezone), now())
    found = visits(lines)
    begins = {visit.lines[0].index: visit for visit in found}
    customers = sorted({line.customer for line in lines})
    guesses: list[Guess] = []
    task = progress.add_task(path.stem, total=len(lines))
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        directory = Path(made)
        clock = directory / "clock"
        with servers.product(directory, len(customers), currency=currency, timezone=timezone, clock=clock) as target:
            replay = Replay(target, clock, customers, lines[0].at - timedelta(hours=1))
            for line in lines:
                visit = begins.get(line.index)
                if visit is not None and visit.number > 1:
                    guesses.append(replay.check_in(visit))
                replay.sell(line)
                progress.advance(task)
    return score(guesses, time.monotonic() - start)


def score(guesses: Sequence[Guess], took_s: float) -> Score:
    said = [guess for guess in guesses if guess.said]
    bins: list[list[Guess]] = [[] for _ in range(BINS)]
    for guess in guesses:
        bins[min(int(guess.p * BINS), BINS - 1)].append(guess)
    calibration = [
        (share([guess.p for guess in group]), share([guess.first for guess in group]), len(group))
        for group in bins
        if group
    ]
    return Score(
        visits=len(guesses),
        top1=share([guess.first for guess in guesses]),
        top3=share([guess.third for guess in guesses]),
        said=len(said) / len(guesses),
        said_right=share([guess.first for guess in said]),
        ece=round(sum(abs(p - hit) * count for p, hit, count in calibration) / len(guesses), 4),
        calibration=calibration,
        took_s=round(took_s, 1),
    )


def share(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def agrees(path: Path, timezone: str, live: Score) -> str:
    """Whether `loyalty backtest` says of this file what live check-ins were told, to the last visit."""
    told = backtest(path, Wanted(ZoneInfo(timezone), ANY_CURRENCY), Console(stderr=True, quiet=True)).score
    names = ("visits", "top1", "top3", "said", "said_right")
    off = [name for name in names if round(getattr(told, name), 4) != round(getattr(live, name), 4)]
    if off:
        raise AssertionError(f"{path.name}: the backtest differs from live check-ins in {', '.join(off)}")
    return f"{path.name}: the backtest says the same, in {told.microseconds:.1f} µs a prediction"


def table(scores: dict[str, Score]) -> Table:
    made = Table("file", "visits", "top-1", "top-3", "said", "said right", "ECE", "seconds", title="walked forward")
    for name, one in scores.items():
        shares = (one.top1, one.top3, one.said, one.said_right, one.ece)
        made.add_row(name, f"{one.visits:,}", *(f"{value:.3f}" for value in shares), f"{one.took_s:.0f}")
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.recognition", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with …coffee.csv and …cjcafe.csv")
    parser.add_argument("--api", action="store_true", help="over the HTTP API (the default)")
    parser.add_argument("--name", default="recognition", help="of the file in bench/results")
    options = parser.parse_args(arguments)
    files = [(path, *HOUSES[house]) for house in HOUSES for path in sorted(options.data.glob(f"*{house}.csv"))]
    if not files:
        parser.error(f"no file ending in {' or '.join(f'{house}.csv' for house in HOUSES)} in {options.data}")
    console = Console()
    with Progress(console=console, transient=True) as progress:
        scores = {path.stem: walk(path, currency, zone, progress) for path, currency, zone in files}
    console.print(table(scores))
    for path, _, zone in files:
        console.print(agrees(path, zone, scores[path.stem]))
    RESULTS.mkdir(exist_ok=True)
    written = RESULTS / f"{options.name}.json"
    written.write_bytes(msgspec.json.format(msgspec.json.encode(scores), indent=1))
    console.print(f"written: {written}")


if __name__ == "__main__":
    main()
