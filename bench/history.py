"""Past sales from a file: how fast `loyalty import` takes them in, and what one prediction of `loyalty backtest` costs.

The least code beside the import reads the same file and makes each row durable, a thousand a commit.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median

from bench.report import Row
from bench.servers import ROOT, environment
from bench.target import DRINKS, guest, now

CUSTOMERS = 2_000
DAYS = 200
SEED = 7
ROWS_A_COMMIT = 1_000
RUN_S_MAX = 600


def rows(directory: Path, sales: int, rounds: int) -> tuple[Row, ...]:
    file = directory / "sales.csv"
    write(file, sales)
    imports = [(imported(directory, file, turn, sales), least(directory, file, turn)) for turn in range(rounds)]
    ratios = [product / floor for product, floor in imports]
    predicted = median(backtest(directory, file) for _ in range(rounds))
    return (
        Row(
            measured=f"import of {sales:,} past sales on SQLite",
            unit="tx/s",
            product=median(product for product, _ in imports),
            beside=median(floor for _, floor in imports),
            ratio=median(ratios),
            wanted="10,000/s, aim 20,000",
        ),
        Row(measured="backtest", unit="µs a prediction", product=predicted, beside=0, ratio=None, wanted="≤ 12 µs"),
    )


def write(file: Path, sales: int) -> None:
    """Everybody mostly has the same; times go up."""
    chance = random.Random(SEED)
    start = now() - timedelta(days=DAYS + 1)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("customer", "datetime", "item", "amount"))
        for index in range(sales):
            number = chance.randrange(CUSTOMERS)
            drink = DRINKS[number % len(DRINKS)] if chance.random() < 0.7 else chance.choice(DRINKS)
            at = start + timedelta(days=DAYS) * (index / sales)
            writer.writerow((guest(number), at.isoformat(timespec="seconds"), drink, "4.50"))


def imported(directory: Path, file: Path, turn: int, sales: int) -> float:
    database = f"sqlite:///{directory.resolve() / f'import-{turn}.db'}"
    shop = ["--shop", "Bench", "--currency", "UAH", "--timezone", "Europe/Kyiv"]
    made = json.loads(run("init", *shop, "--database", database, "--json"))
    start = time.perf_counter()
    run("import", str(file), "--shop", made["shop"], "--consents", "recognise,remember", "--database", database)
    return sales / (time.perf_counter() - start)


def backtest(directory: Path, file: Path) -> float:
    return float(json.loads(run("backtest", str(file), "--json"))["microseconds"])


def run(*arguments: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "loyalty", *arguments],
        cwd=ROOT,
        env=environment(None),
        check=True,
        capture_output=True,
        timeout=RUN_S_MAX,
    )
    return done.stdout


def least(directory: Path, file: Path, turn: int) -> float:
    start, count = time.perf_counter(), 0
    connection = sqlite3.connect(directory / f"least-{turn}.db", isolation_level=None)
    connection.executescript("pragma journal_mode=wal; pragma synchronous=full; create table sale (a, b, c, d)")
    with file.open(newline="", encoding="utf-8") as found:
        reader = csv.reader(found)
        next(reader)
        while batch := list(islice(reader, ROWS_A_COMMIT)):
            connection.execute("begin immediate")
            connection.executemany("insert into sale values (?, ?, ?, ?)", batch)
            connection.execute("commit")
            count += len(batch)
    connection.close()
    return count / (time.perf_counter() - start)
