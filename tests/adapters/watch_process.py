"""The files adapter's watcher alone, to be killed; with --once it ends when everything was read."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pos_adapters.base import settled
from pos_adapters.files import ADAPTER
from pos_adapters.outbox import Outbox

SETTLE_S = 0.02


def main(path: str, folder: str, *, once: bool) -> None:
    given = {"shop": "quay", "path": folder, "timezone": "UTC", "currency": "EUR", "settle_s": SETTLE_S}
    assert ADAPTER.source is not None
    source = ADAPTER.source(settled(ADAPTER, given), Outbox(Path(path)))
    print("watching", flush=True)  # noqa: T201
    until = time.monotonic() + 1 if once else float("inf")
    while time.monotonic() < until:
        if source.look():
            time.sleep(0.001)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], once="--once" in sys.argv)
