"""`loyalty backtest` says what the shop would have been told: the same, to the last visit, as live check-ins."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, timedelta
from pathlib import Path

import msgspec
import pytest

from loyalty.core.days import Calendar
from loyalty.past.backtest import Walk
from loyalty.wire import CheckinAnswer, Presence
from tests import make
from tests.past.sheet import Sold, cafe, put, written
from tests.running import ROOT, Shop, serving

GAP = timedelta(minutes=30)


def loyalty(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loyalty", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def visits(rows: list[Sold]) -> list[list[Sold]]:
    """A row less than 30 minutes after the one before belongs to the same visit; in the order in which they began."""
    found: list[list[Sold]] = []
    open_: dict[str, list[Sold]] = {}
    for row in rows:
        mine = open_.get(row.customer)
        if mine is None or row.at - mine[-1].at >= GAP:
            mine = open_[row.customer] = []
            found.append(mine)
        mine.append(row)
    return found


def live(shop: Shop, rows: list[Sold]) -> dict[str, int]:
    """The same sales through the API: everybody checks in before each visit but their first."""
    service = shop.service
    who = {
        name: make.Who(name, shop.id, name, "", "", f"pos-{name}", "") for name in sorted({r.customer for r in rows})
    }
    for one in who.values():
        shop.enrol(one, "reference", "pos_id")
    begins = {visit[0]: visit for visit in visits(rows)}
    seen: set[str] = set()
    counts = dict.fromkeys(("visits", "top1", "top3", "said", "said_right"), 0)
    for number, row in enumerate(rows):
        at = row.at.replace(tzinfo=make.ZONE).astimezone(UTC)
        service.move(at)
        if row in begins and row.customer in seen:
            body = Presence(shop=shop.id, till="1", pos_id=f"pos-{row.customer}")
            usual = msgspec.convert(shop.checkin(body), CheckinAnswer).recognition.usual
            bought = {sold.item for sold in begins[row]}
            hits = [item.line.name in bought for item in usual.items]
            counts["visits"] += 1
            counts["top1"] += any(hits[:1])
            counts["top3"] += any(hits[:3])
            counts["said"] += usual.say
            counts["said_right"] += usual.say and any(hits[:1])
        seen.add(row.customer)
        line = make.line(row.item, price=round(float(row.amount) * 100))
        shop.post(shop.sale(line, id=f"{number:06}", at=at, who=who[row.customer]))
    return counts


@pytest.mark.slow
def test_a_backtest_agrees_with_live_check_ins_to_the_last_visit(tmp_path: Path) -> None:
    rows = list(dict.fromkeys(cafe()))
    with serving(tmp_path, make.at("06:00", -200)) as service:
        counted = live(service.open_shop(), rows)
    done = loyalty("backtest", put(tmp_path, written(rows)), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    n = told["visits"]
    assert counted["visits"] > 500
    assert counted == {
        "visits": n,
        "top1": round(told["top1"] * n),
        "top3": round(told["top3"] * n),
        "said": round(told["said"] * n),
        "said_right": round(told["said_right"] * round(told["said"] * n)),
    }


@pytest.mark.slow
def test_a_backtest_has_the_shape_of_the_contract(tmp_path: Path) -> None:
    told = json.loads(loyalty("backtest", put(tmp_path, written(cafe())), "--json").stdout)
    assert set(told) == {"visits", "top1", "top3", "said", "said_right", "calibration", "microseconds"}
    assert sum(count for _, _, count in told["calibration"]) == told["visits"]
    assert all(0 <= p <= 1 and 0 <= hit <= 1 for p, hit, _ in told["calibration"])
    assert told["top1"] <= told["top3"]


@pytest.mark.slow
def test_a_backtest_without_anybody_who_came_twice_says_so(tmp_path: Path) -> None:
    rows = cafe()[:1]
    done = loyalty("backtest", put(tmp_path, written(rows)))
    assert done.returncode == 0
    assert "Nobody came twice" in done.stdout
    empty = json.loads(loyalty("backtest", put(tmp_path, written(rows)), "--json").stdout)
    assert (empty["visits"], empty["top1"], empty["calibration"]) == (0, 0.0, [])


@pytest.mark.slow
def test_a_backtest_is_told_in_sentences(tmp_path: Path) -> None:
    said = " ".join(loyalty("backtest", put(tmp_path, written(cafe()))).stdout.split())
    for part in ("We would have known what they take in", "rightly in", "When we say 80 %", "Month by month"):
        assert part in said


@pytest.mark.slow
def test_a_file_that_cannot_be_read_ends_a_backtest_with_one_sentence(tmp_path: Path) -> None:
    done = loyalty("backtest", put(tmp_path, "K1,2026-01-01,Latte\n"), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("loyalty: no column customer")
    assert "Traceback" not in done.stderr


def test_a_prediction_reads_nothing_of_its_own_day_nor_of_what_comes_after() -> None:
    """Whatever is bought later, what was guessed stays the same."""
    rows = [(row, make.sale(make.line(row.item), at=row.at.replace(tzinfo=UTC))) for row in cafe()]

    def guesses(upto: int) -> list[tuple[float, tuple[str, ...]]]:
        walk = Walk(Calendar(make.ZONE))
        for row, sale in rows[:upto]:
            walk.sell(row.customer, sale)
        return [(guess.p, guess.named) for guess in walk.guesses]

    whole = guesses(len(rows))
    for upto in (50, 200, 400):
        part = guesses(upto)
        assert part == whole[: len(part)]
