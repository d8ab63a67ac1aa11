"""A café's past as a sheet: people with habits, drawn from one seed; rows as an owner's program exports them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

HEADING = "customer,datetime,item,amount"
MENU = ("Latte", "Flat White", "Espresso", "Cappuccino", "Croissant", "Chai")
START = datetime(2026, 7, 1, 8, 0)  # noqa: DTZ001 a wall clock, as sheets have them


class Sold(NamedTuple):
    customer: str
    at: datetime
    item: str
    amount: str


def cafe(people: int = 30, days: int = 60, seed: int = 5) -> list[Sold]:
    """In order of time. Some take two things, some come twice a day, some orders lie minutes apart."""
    chance = random.Random(seed)
    rows: list[Sold] = []
    for person in range(people):
        favourite, pace = chance.choice(MENU), chance.uniform(0.1, 0.8)
        for day in range(days):
            if chance.random() > pace:
                continue
            at = START + timedelta(days=day, minutes=chance.randrange(600))
            while True:
                item = favourite if chance.random() < 0.8 else chance.choice(MENU)
                rows.append(Sold(f"K{person:04}", at, item, f"{chance.randrange(100, 900) / 100:.2f}"))
                if chance.random() > 0.3:
                    break
                at += timedelta(minutes=chance.choice((0, 3, 29, 30, 200)))
    return sorted(rows, key=lambda row: (row.at, row.customer))


def written(rows: Sequence[Sold], delimiter: str = ",") -> str:
    lines = [delimiter.join((row.customer, f"{row.at:%Y-%m-%d %H:%M}", row.item, row.amount)) for row in rows]
    return "\n".join([HEADING.replace(",", delimiter), *lines]) + "\n"


def put(folder: Path, text: str | bytes, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
