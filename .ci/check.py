"""Runs the checks of the house side by side and shows the output of those that fail; exit 1 if any does."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = (sys.executable, "-m")


@dataclass(frozen=True, slots=True)
class Check:
    """One command, and the folder it runs in."""

    name: str
    command: tuple[str, ...]
    folder: str = "."


# The slowest first, so that nothing waits for them at the end.
CHECKS = (
    Check("tests", (*PYTHON, "pytest", "-q", "-n", "2", "-m", "not browser and not slow and not long")),
    Check("types", (*PYTHON, "mypy")),
    Check("screens: types", ("npm", "run", "--silent", "check"), "frontend"),
    Check("screens: tests", ("npm", "test", "--silent"), "frontend"),
    Check("lint", (*PYTHON, "ruff", "check")),
    Check("format", (*PYTHON, "ruff", "format", "--check")),
    Check("wire.ts", (*PYTHON, "loyalty.wire_ts", "--check")),
    Check("reference", (*PYTHON, "loyalty.reference", "--check")),
    Check("performance", (*PYTHON, "bench.publish", "--check")),
)


def run(check: Check) -> bool:
    """Run one; its verdict is one line, its output only where it failed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT / check.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    output = "" if done.returncode == 0 else f"{done.stdout}\n"
    sys.stdout.write(f"{output}{check.name:15} {verdict:6} {time.monotonic() - started:5.1f} s\n")
    return done.returncode == 0


def main() -> int:
    """Run them all, as many at once as there are cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--but-tests", action="store_true", help="leave out the Python tests, which follow")
    left_out = {"tests"} if parser.parse_args().but_tests else set()
    chosen = [check for check in CHECKS if check.name not in left_out]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        passed = list(pool.map(run, chosen))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
