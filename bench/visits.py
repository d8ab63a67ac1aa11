"""Real sales as a till would have rung them up: read from a CSV, moved close to today, grouped into visits."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SAME_VISIT = timedelta(minutes=30)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Line:
    """One row; `at` in UTC, `amount` in minor units."""

    index: int
    customer: str
    at: datetime
    item: str
    amount: int


@dataclass
class Visit:
    """Lines of one customer less than 30 minutes apart; `number` counts that customer's from 1."""

    customer: str
    number: int
    lines: list[Line] = field(default_factory=list)

    @property
    def items(self) -> set[str]:
        return {line.item for line in self.lines}


def read(path: Path, zone: ZoneInfo, today: datetime) -> list[Line]:
    """The rows in order of time, all moved by the same whole weeks so that the last one is just before today."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(datetime.fromisoformat(row["datetime"]), row) for row in csv.DictReader(file)]
    rows.sort(key=lambda pair: pair[0])
    midnight = today.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moved = (midnight - rows[-1][0]) // WEEK * WEEK
    lines = [
        Line(
            index=index,
            customer=row["customer"],
            at=(wall + moved).replace(tzinfo=zone).astimezone(UTC),
            item=row["item"],
            amount=round(float(row["amount"]) * 100),
        )
        for index, (wall, row) in enumerate(rows)
    ]
    return sorted(lines, key=lambda line: line.at)  # again: the hour that summer time skips lands after the next one


def visits(lines: Iterable[Line]) -> list[Visit]:
    """In the order in which they began."""
    found: list[Visit] = []
    of_customer: dict[str, list[Visit]] = defaultdict(list)
    for line in lines:
        mine = of_customer[line.customer]
        if not mine or line.at - mine[-1].lines[-1].at >= SAME_VISIT:
            mine.append(Visit(line.customer, len(mine) + 1))
            found.append(mine[-1])
        mine[-1].lines.append(line)
    return found
