"""The files adapter's watcher alone, to be killed; with --once it ends once there is nothing new."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import structlog

from pos_adapters.files import ADAPTER
from pos_adapters.outbox import Outbox
from pos_adapters.settling import settled

SETTLE_S = 0.02
IDLE_S = 1.0


def main(path: str, folder: str, *, once: bool) -> None:
    given = {"shop": "quay", "path": folder, "timezone": "UTC", "currency": "EUR", "settle_s": SETTLE_S}
    assert ADAPTER.source is not None
    outbox = Outbox(Path(path))
    source = ADAPTER.source(settled(ADAPTER, given), outbox)
    print("watching", flush=True)  # noqa: T201
    held, since = -1, time.monotonic()
    while not once or time.monotonic() - since < IDLE_S:
        pause = source.look()
        if outbox.held != held or not pause:
            held, since = outbox.held, time.monotonic()
        time.sleep(0.001 if pause else 0)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # nobody reads the pipe
    main(sys.argv[1], sys.argv[2], once="--once" in sys.argv)
