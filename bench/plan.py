"""What is measured: pairs of jobs whose figures are divided by each other in the same round."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench import servers
from bench.load import Figures, Job, Kind
from bench.nchan import module, nchan
from bench.populate import in_bulk
from bench.target import HEAVY_GUEST, KEPT, LIGHT_GUEST, Target

FEW, MANY, LONG_MANY = 1_000, 100_000, 1_000_000  # customers
LIGHT, HEAVY = 10, 10_000  # past visits of one customer
SATURATION_MIN = 800  # sales a round, by stream and by HTTP together
SCREENS = (100, 1_000)
FLOOR_FASTER = 10  # so many times the sales, for about the same time at saturation
POPULATE_S_MAX = 3_600
START_S_MAX = 60  # of a load generator, on top of its own limit: it builds its sales before its clock starts


@dataclass(frozen=True)
class Scale:
    """How much of everything; no round begins after `total_s`."""

    rounds: int
    total_s: float
    singles: int
    calm: int
    full_s: float
    full_stream: int
    full_http: int
    crowd_s: float
    customers: int
    past_sales: int
    past_rounds: int

    def within(self, guests: int) -> Scale:
        """Nobody is greeted twice in a run. Where guests are few, less at saturation, then fewer rounds."""
        for rounds in range(self.rounds, 0, -1):
            fitted = dataclasses.replace(self, rounds=rounds)
            spare = (guests - KEPT) // rounds - 3 * self.singles - self.calm - fitted.among
            if spare >= SATURATION_MIN:
                full_stream, full_http = min(self.full_stream, spare * 6 // 10), min(self.full_http, spare * 4 // 10)
                return dataclasses.replace(fitted, full_stream=full_stream, full_http=full_http)
        raise RuntimeError(f"{guests} guests are not enough for one round")

    @property
    def among(self) -> int:
        """Sales a round where few customers are compared with many: all rounds together greet each of the few once."""
        return (FEW - KEPT) // self.rounds


QUICK = Scale(
    rounds=3,
    total_s=60,
    singles=300,
    calm=100,
    full_s=2,
    full_stream=1_200,
    full_http=700,
    crowd_s=0.5,
    customers=10_000,
    past_sales=20_000,
    past_rounds=1,
)
WHOLE = Scale(
    rounds=7,
    total_s=400,
    singles=500,
    calm=250,
    full_s=2,
    full_stream=6_000,
    full_http=4_000,
    crowd_s=1.5,
    customers=MANY,
    past_sales=100_000,
    past_rounds=3,
)


@dataclass(frozen=True)
class Figure:
    """One number out of a job's figures, and what performance.md wants of it as multiple of the floor's."""

    key: str
    unit: str
    goal: str = ""


@dataclass(frozen=True)
class Pair:
    """`subject` is judged by `base`, which is the floor unless the title says otherwise."""

    title: str
    subject: Job
    base: Job
    figures: tuple[Figure, ...]


P50, P99 = Figure("p50_ms", "ms p50"), Figure("p99_ms", "ms p99")
CPU = Figure("cpu_us", "µs CPU each")
MISSING = Figure("cues_missing", "cues missing", "0")


@contextmanager
def prepared(directory: Path, scale: Scale) -> Iterator[tuple[int, list[Pair]]]:
    """The servers, filled; for how many rounds there are guests, and what to do in each."""
    with ExitStack() as stack:

        def place(name: str) -> Path:
            (directory / name).mkdir()
            return directory / name

        floor = stack.enter_context(servers.floor(place("floor"), FEW))

        def product(name: str, guests: int) -> Target:
            return stack.enter_context(servers.product(place(name), guests, fill=in_bulk))

        many, few = product("many", scale.customers), product("few", FEW)
        two, shown = product("two", KEPT), product("shown", KEPT)
        for guest, visits in ((LIGHT_GUEST, LIGHT), (HEAVY_GUEST, HEAVY)):
            load(Job(kind="past", target=two, count=visits, guest=guest), seconds_max=POPULATE_S_MAX)
        bare = stack.enter_context(servers.bare(place("bare")))
        best = stack.enter_context(nchan(place("nchan"))) if module() else None
        scale = scale.within(many.guests)
        flatness = (*in_history(two, scale), *in_customers(few, many, scale))
        yield (
            scale.rounds,
            [*beside_the_floor(many, floor, scale), *flatness, *fan_out(shown, bare, best, scale)],
        )


def beside_the_floor(product: Target, floor: Target, scale: Scale) -> Iterator[Pair]:
    within_twice = (Figure("p50_ms", "ms p50", "≤ 2"), Figure("p99_ms", "ms p99", "≤ 2"), CPU)

    def pair(title: str, kind: Kind, count: int, *figures: Figure) -> Pair:
        subject = Job(kind=kind, target=product, count=count)
        return Pair(title, subject, replace(subject, target=floor), figures)

    def full(title: str, kind: Kind, count: int, rate: Figure) -> Pair:
        subject = Job(kind=kind, target=product, count=count, seconds=scale.full_s)
        return Pair(
            title, subject, replace(subject, target=floor, count=FLOOR_FASTER * count), (rate, P99, CPU, MISSING)
        )

    yield pair("one at a time, stream: sale → cue", "stream", scale.singles, *within_twice)
    yield pair("one at a time, HTTP: sale → cue", "http", scale.singles, P50, P99, CPU)
    yield pair("check-in → cue", "checkin", scale.singles, P50, Figure("p99_ms", "ms p99", "≤ 2"), CPU)
    yield pair("calm shop, 50 sales/s by stream", "calm", scale.calm, P50, P99)
    by_stream, by_http = Figure("per_s", "tx/s", "≥ 0.25, aim 0.45"), Figure("per_s", "tx/s", "≥ 0.5, aim 0.75")
    yield full("saturation, stream", "full_stream", scale.full_stream, by_stream)
    yield full("saturation, HTTP one by one", "full_http", scale.full_http, by_http)


def in_history(two: Target, scale: Scale) -> Iterator[Pair]:
    def of_one(guest: int) -> Job:
        return Job(kind="ack", target=two, count=scale.singles, guest=guest)

    title = f"one more sale (to its ack) after {HEAVY:,} visits, beside after {LIGHT}"
    yield Pair(title, of_one(HEAVY_GUEST), of_one(LIGHT_GUEST), flat("≤ 1.1"))


def in_customers(few: Target, many: Target, scale: Scale) -> Iterator[Pair]:
    def among(target: Target) -> Job:
        return Job(kind="stream", target=target, count=scale.among)

    title = f"one more sale among {many.guests:,} customers, beside among {few.guests:,}"
    yield Pair(title, among(many), among(few), flat("≤ 1.3"))


def flat(goal: str) -> tuple[Figure, ...]:
    return (Figure("p50_ms", "ms p50", goal), Figure("cpu_us", "µs CPU each", goal))


def fan_out(product: Target, bare: Target, best: Target | None, scale: Scale) -> Iterator[Pair]:
    def crowd(target: Target, screens: int, kind: Kind = "crowd") -> Job:
        return Job(kind=kind, target=target, count=screens, seconds=scale.crowd_s)

    for screens in SCREENS:
        title = f"check-in → last of {screens:,} screens, beside a bare socket loop"
        yield Pair(title, crowd(product, screens), crowd(bare, screens), (P50, P99))
    most = SCREENS[-1]
    if best is not None:
        title = f"check-in → last of {most:,} screens, beside nginx + nchan"
        yield Pair(title, crowd(product, most), crowd(best, most), (Figure("p50_ms", "ms p50", "≤ 1.6, aim 1.1"), P99))
    title = f"the same, one frozen among {most:,}, beside none frozen"
    alike = (Figure("p50_ms", "ms p50", "≤ 1.1"), Figure("p99_ms", "ms p99", "≤ 1.1"))
    yield Pair(title, crowd(product, most, "crowd_with_frozen"), crowd(product, most), alike)


def load(*jobs: Job, seconds_max: float | None = None) -> list[Figures]:
    """Runs jobs in a process of their own, so that the client's CPU is nobody's."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", msgspec.json.encode(jobs).decode()],
        cwd=servers.ROOT,
        capture_output=True,
        timeout=seconds_max or sum(job.seconds for job in jobs) + START_S_MAX,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{jobs[0].kind} on {jobs[0].target.name}: {done.stderr.decode()[-2000:]}")
    return msgspec.json.decode(done.stdout, type=list[Figures])
