"""Starts what is measured, each server in a process of its own, and ends it again by its own handle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from bench.target import Target, free_port

ROOT = Path(__file__).parent.parent
READY_S_MAX = 30
STOP_S_MAX = 15


@contextmanager
def floor(directory: Path, guests: int) -> Iterator[Target]:
    port = free_port()
    with process(["bench.floor", str(port), str(directory / "floor.db")], directory, port) as pid:
        yield Target(name="floor", port=port, pid=pid, guests=guests)


@contextmanager
def bare(directory: Path) -> Iterator[Target]:
    port = free_port()
    with process(["bench.bare", str(port)], directory, port) as pid:
        yield Target(name="bare", port=port, pid=pid, guests=2)


def opened(
    directory: Path,
    guests: int,
    *,
    currency: str = "UAH",
    timezone: str = "Europe/Kyiv",
    clock: Path | None = None,
) -> tuple[Target, str]:
    """A fresh business in a fresh database: what it will be served as, and where it lies. Nobody is enrolled yet."""
    database = f"sqlite:///{directory.resolve() / 'loyalty.db'}"
    shop = ["--shop", "Bench", "--currency", currency, "--timezone", timezone]
    made = subprocess.run(
        [sys.executable, "-m", "loyalty", "init", *shop, "--database", database, "--json"],
        cwd=directory,
        env=environment(clock),
        check=True,
        capture_output=True,
        timeout=READY_S_MAX,
    )
    keys = json.loads(made.stdout)
    target = Target(
        name="product",
        port=free_port(),
        pid=0,
        shop=keys["shop"],
        currency=currency,
        adapter_key=keys["adapter_key"],
        screen_key=keys["screen_key"],
        owner_key=keys["owner_key"],
        guests=guests,
    )
    return target, database


@contextmanager
def product(
    directory: Path,
    guests: int,
    *,
    currency: str = "UAH",
    timezone: str = "Europe/Kyiv",
    clock: Path | None = None,
    fill: Callable[[Target, str], None] | None = None,
) -> Iterator[Target]:
    """Served as an owner would; nobody is enrolled but whom `fill` enrols before it starts."""
    target, database = opened(directory, guests, currency=currency, timezone=timezone, clock=clock)
    if fill is not None:
        fill(target, database)
    serve = ["loyalty", "serve", "--database", database, "--host", "127.0.0.1", "--port", str(target.port)]
    with process(serve, directory, target.port, clock) as pid:
        yield replace(target, pid=pid)


@contextmanager
def process(arguments: list[str], directory: Path, port: int, clock: Path | None = None) -> Iterator[int]:
    log = directory / f"{arguments[0]}-{port}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=directory,
            env=environment(clock),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            await_ready(server, port, log)
            yield server.pid
        finally:
            server.terminate()
            try:
                server.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def await_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + READY_S_MAX
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{server.args!r} did not become ready: {log.read_text()[-2000:]}")


def environment(clock: Path | None) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if not name.startswith("LOYALTY_")}
    here["PYTHONPATH"] = str(ROOT)
    if clock is not None:
        here["LOYALTY_TEST_CLOCK"] = str(clock)
    return here
