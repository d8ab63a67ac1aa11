"""The main job on real purchases: an adapter streams them into a service, cues arrive on a counter in Chromium.

`python -m bench.replay --data FILE [--shots DIR]`: cards are enrolled with invented names, all times moved by the same
whole weeks to just before today, and a test clock advances with the replay. A file watched by `pos-adapter run` grows
by one sale at a time. What the screen showed is held against what a plain socket beside it was told.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import msgspec
from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import track

from bench import servers
from bench.chromium import WATCH, chromium
from bench.machine import describe
from bench.report import RESULTS
from bench.target import SOURCE, TILL, Target, now, stamp
from bench.visits import Line, read, visits
from bench.witness import Beside, Message, Result, all_closed, compared, markdown
from loyalty.clock import move
from loyalty.demo.names import NAMES
from pos_adapters.outbox import Outbox

CURRENCY, ZONE = "UAH", "Europe/Kyiv"
INITIALS = "ABCDEFGHKLMNOPRSTVWYZ"
PATIENCE_S = 30.0
DRAWN_MS = 250  # after which a cue stands still
PICTURE_EVERY = 300  # sales; besides the first cue of each tone
TONE = "document.querySelector('.screen').classList[1]"
CUE_LASTS = timedelta(minutes=3)
DELIVERIES = re.compile(r"^regulars_deliveries_total (\S+)", re.MULTILINE)


@contextmanager
def adapter(directory: Path, target: Target) -> Iterator[Path]:
    """`pos-adapter run` in a process of its own, beside the file in which it looks for sales."""
    sales, config = directory / "sales.jsonl", directory / "adapter.toml"
    sales.touch()
    texts = {
        "service": {"url": f"http://{target.host}:{target.port}", "key": target.adapter_key},
        "outbox": {"path": str(directory / "outbox.db")},
        "[connection]": {"vendor": "files", "shop": target.shop, "source": SOURCE, "till": TILL, "path": str(sales)},
    }
    with config.open("w", encoding="utf-8") as file:
        for name, settings in texts.items():
            file.write(f"[{name}]\n")
            file.writelines(f"{key} = {json.dumps(text)}\n" for key, text in settings.items())
    command = [sys.executable, "-c", "from pos_adapters.runner import main; main()", "run", str(config)]
    with (directory / "adapter.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=directory, env=servers.environment(None), stderr=log)
        try:
            yield sales
        finally:
            running.terminate()
            running.wait(PATIENCE_S)


class Replay:
    """One shop, one day after the other."""

    def __init__(self, target: Target, clock: Path, sales: Path, page: Page, shots: Path | None) -> None:
        self.target, self.clock, self.sales, self.page, self.shots = target, clock, sales, page, shots
        self.http = httpx.Client(base_url=f"http://{target.host}:{target.port}")
        self.sold_at: list[float] = []
        self.pictured: set[str] = set()

    def enrol(self, customers: Sequence[str]) -> None:
        for number, customer in enumerate(customers):
            body = {
                "name": invented(number),
                "identifiers": [{"kind": "reference", "value": customer}],
                "consents": {"recognise": True, "remember": True},
            }
            headers = {"Authorization": f"Bearer {self.target.screen_key}"}
            self.http.post("/v1/customers", json=body, headers=headers).raise_for_status()

    def sell(self, line: Line) -> None:
        """The till writes a line; on we go once the service has it."""
        move(self.clock, line.at)
        with self.sales.open("ab") as file:
            file.write(json.dumps(self.sale(line)).encode() + b"\n")
        self.sold_at.append(time.time())
        until(lambda: self.delivered() == len(self.sold_at), f"sale {line.index} is delivered")
        if self.shots is not None:
            self.picture(self.shots)

    def sale(self, line: Line) -> Message:
        return {
            "id": f"{line.index:08d}",
            "source": SOURCE,
            "shop": self.target.shop,
            "state": "paid",
            "at": stamp(line.at),
            "currency": CURRENCY,
            "lines": [{"name": line.item, "quantity": "1", "total": line.amount}],
            "total": line.amount,
            "customer": {"reference": line.customer},
        }

    def delivered(self) -> int:
        found = DELIVERIES.search(self.http.get("/metrics").text)
        return int(float(found[1])) if found else 0

    def picture(self, shots: Path) -> None:
        tone: str = self.page.evaluate(TONE)
        if tone != "still" and (tone not in self.pictured or len(self.sold_at) % PICTURE_EVERY == 0):
            self.pictured.add(tone)
            self.page.wait_for_timeout(DRAWN_MS)
            self.page.screenshot(path=shots / f"{len(self.sold_at):05}-{tone}.png")


def invented(number: int) -> str:
    """Nobody has the same name as somebody else, so that a cue is somebody's."""
    return f"{NAMES[number % len(NAMES)]} {INITIALS[number // len(NAMES)]}."


def until(holds: Callable[[], bool], wanted: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE_S:.0f} s: {wanted}")
        time.sleep(0.005)


def replay(path: Path, shots: Path | None) -> Result:
    started = time.monotonic()
    lines = read(path, ZoneInfo(ZONE), now())
    customers = sorted({line.customer for line in lines})
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        directory = Path(made)
        clock = directory / "clock"
        move(clock, lines[0].at - timedelta(hours=1))
        with servers.product(directory, len(customers), currency=CURRENCY, timezone=ZONE, clock=clock) as target:
            figures = live_through(directory, target, clock, lines, customers, shots)
            clean = verified(directory)
        with closing(Outbox(directory / "outbox.db")) as outbox:
            acknowledged = len(lines) - outbox.held
        return Result(
            made_at=stamp(now()),
            machine=describe(directory),
            days=(lines[-1].at - lines[0].at).days,
            visits=len(visits(lines)),
            sales=len(lines),
            acknowledged=acknowledged,
            customers=len(customers),
            verify_clean=clean,
            took_s=round(time.monotonic() - started, 1),
            **figures,
        )


def live_through(
    directory: Path, target: Target, clock: Path, lines: Sequence[Line], customers: Sequence[str], shots: Path | None
) -> Message:
    """Every sale in its order; then what the screen showed against what the socket was told."""
    with chromium() as browser, adapter(directory, target) as sales, closing(Beside(target)) as beside:
        run = Replay(target, clock, sales, counter(browser, target), shots)
        run.enrol(customers)
        for line in track(lines, description="selling", transient=True):
            run.sell(line)
        move(clock, lines[-1].at + CUE_LASTS)
        until(lambda: all_closed(beside.messages), "every cue is closed")
        run.page.wait_for_function("count => watched.length > count", arg=len(beside.messages))
        run.http.close()
        return compared(beside, run.page.evaluate("watched"), run.sold_at)


def counter(browser: Browser, target: Target) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(WATCH)
    link = f"shop={target.shop}&key={target.screen_key}&till={TILL}"
    page.goto(f"http://{target.host}:{target.port}/counter.html#{link}")
    page.wait_for_function("watched.length === 1")
    return page


def verified(directory: Path) -> bool:
    """`loyalty verify`, while the service runs."""
    database = f"sqlite:///{directory.resolve() / 'loyalty.db'}"
    command = [sys.executable, "-m", "loyalty", "verify", "--database", database]
    return subprocess.run(command, cwd=directory, env=servers.environment(None), capture_output=True).returncode == 0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a CSV of customer, datetime, item, amount")
    parser.add_argument("--shots", type=Path, help="a folder for pictures of the counter screen")
    parser.add_argument("--name", default="replay", help="of the files in bench/results")
    options = parser.parse_args(arguments)
    if options.shots is not None:
        options.shots.mkdir(parents=True, exist_ok=True)
    found = replay(options.data, options.shots)
    written = RESULTS / f"{options.name}.json"
    RESULTS.mkdir(exist_ok=True)
    written.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    written.with_suffix(".md").write_text(markdown(found), encoding="utf-8")
    console = Console()
    console.print(Markdown(markdown(found)))
    console.print(f"written: {written} and {written.with_suffix('.md').name}")


if __name__ == "__main__":
    main()
