"""Where a run was made: figures of one machine say nothing about another's."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

FSYNCS = 200
PACKAGES = ("starlette", "uvicorn", "uvloop", "httptools", "websockets", "tortoise-orm", "msgspec")


class Machine(Struct, frozen=True, kw_only=True):
    """`load_before`: how many other processes wanted a core when the run began; a quiet machine has none."""

    cpu: str
    cores: int
    system: str
    fsync_p50_us: float
    versions: dict[str, str]
    load_before: float | None = None


def describe(directory: Path) -> Machine:
    return Machine(
        cpu=cpu_model(),
        cores=len(os.sched_getaffinity(0)),
        system=f"{platform.system()} {platform.release().split('-')[0]}",
        fsync_p50_us=fsync_p50_us(directory),
        versions={
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in PACKAGES},
        },
        load_before=round(os.getloadavg()[0], 1),
    )


def cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def fsync_p50_us(directory: Path) -> float:
    """An append of 500 bytes made durable: the price that everything here pays."""
    path = directory / "fsync"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    took: list[float] = []
    for _ in range(FSYNCS):
        start = time.perf_counter()
        os.write(file, bytes(500))
        os.fsync(file)
        took.append(time.perf_counter() - start)
    os.close(file)
    path.unlink()
    return sorted(took)[FSYNCS // 2] * 1e6
