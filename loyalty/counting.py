"""What takes long to count, a piece at a time beside the line, so that neither a till nor a page waits for it."""

from __future__ import annotations

import asyncio
from functools import partial

from loyalty.ingest import Line
from loyalty.reader import Reader
from loyalty.store.cutoffs import Count, next_count
from loyalty.writer import Writer

PAUSE_SECONDS = 0.02  # between two pieces


async def count_best(reader: Reader, writer: Writer) -> None:
    """Where the best of a business begin today, if that is not stored yet."""
    count = await reader.ask(lambda view: next_count(view.session, view.settings, view.now))
    if count is not None:
        while await _piece(reader, count):
            pass
        await writer.task(partial(_keep, count), of=count.business)


async def _piece(reader: Reader, count: Count) -> bool:
    more = await reader.ask(lambda view: count.read_on(view.session))
    await asyncio.sleep(PAUSE_SECONDS)
    return more


def _keep(count: Count, line: Line) -> None:
    count.keep(line.session, line.now)
    line.cutoffs.forget()
