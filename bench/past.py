"""How fast past sales are taken in, and what a prediction costs: `python -m bench.past --data FILE`.

A file as `loyalty import` takes it, into a new SQLite database with full durability, in this process. Load of the
machine by others shows in the difference between the wall's time and the processor's.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from loyalty.clock import Clock
from loyalty.ingest import Line
from loyalty.opening import open_shop
from loyalty.past.columns import Wanted
from loyalty.past.file import read
from loyalty.past.taking import Taking
from loyalty.past.told import ANY_CURRENCY, backtest
from loyalty.settings import settings
from loyalty.store.database import Place, open_vault
from loyalty.wire import Consents

CURRENCY, ZONE = "EUR", "Europe/Kyiv"


def take_in(path: Path, folder: Path) -> tuple[int, float, float]:
    """Sales, seconds of the wall, seconds of the processor; reading the file is part of it."""
    chosen = settings({"database": f"sqlite:///{folder / 'loyalty.db'}"}, {})
    keys = asyncio.run(open_shop(chosen, "Bench", CURRENCY, ZONE))
    place = Place.of(chosen.database)
    with closing(place.open()) as session:
        line = Line(session, open_vault(place), Clock())
        line.settings.read(session)
        facts = line.settings.shops[keys.shop]
        gc.freeze()
        gc.disable()  # as the command does
        wall, processor = time.perf_counter(), time.process_time()
        found = read(path, Wanted(facts.calendar.zone, facts.currency))
        taking = Taking(line, facts, "import", Consents(recognise=True, remember=True))
        taking.take(found)
        took = time.perf_counter() - wall, time.process_time() - processor
        gc.enable()
    return taking.counts.accepted, *took


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.past", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a CSV with customer, datetime, item, amount")
    path = parser.parse_args(arguments).data
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        sales, wall, processor = take_in(path, Path(made))
    each = f"{sales / wall:,.0f}/s by the wall, {sales / processor:,.0f}/s by the processor"
    console.print(f"import: {sales:,} sales, {each}")
    told = backtest(path, Wanted(ZoneInfo(ZONE), ANY_CURRENCY), Console(quiet=True)).score
    console.print(f"backtest: {told.visits:,} predictions, {told.microseconds:.1f} µs each")


if __name__ == "__main__":
    main()
