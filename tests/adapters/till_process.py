"""A till beside its adapter, to be killed: puts numbered sales into an outbox and streams them until all are there."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import structlog

from pos_adapters import stream
from pos_adapters.outbox import Outbox
from tests import make
from tests.adapters.sink import KEY

MARK = ("till", "sold")


async def sell(outbox: Outbox, count: int) -> None:
    """Where it has got to stands in the same commit as the sales, as with any source."""
    sold = int(outbox.mark(*MARK) or 0)
    while sold < count:
        batch = [make.sale(id=str(number), age_s=0.0) for number in range(sold, min(count, sold + 3))]
        sold += len(batch)
        await asyncio.to_thread(outbox.put, batch, {MARK: str(sold).encode()})
        await asyncio.sleep(0.001)
    while outbox.waiting(limit=1):  # noqa: ASYNC110, acknowledged by the task that sends
        await asyncio.sleep(0.01)


async def main(path: str, url: str, count: int) -> None:
    outbox = Outbox(Path(path))
    pauses = stream.Pauses(first=0.01, most=0.1, silent=2)
    sending = asyncio.create_task(stream.run(outbox, url, KEY, pauses=pauses))
    print("selling", flush=True)  # noqa: T201
    await sell(outbox, count)
    sending.cancel()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # nobody reads the pipe
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
