"""A backtest for people: a few sentences, and what is behind them as two small plots."""

from __future__ import annotations

import gc
from collections import defaultdict
from pathlib import Path

from msgspec import Struct
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from loyalty.core.days import Calendar, when
from loyalty.past.backtest import Guess, Score, Walk, score, share
from loyalty.past.columns import Wanted
from loyalty.past.file import Found, read
from loyalty.past.receipts import in_order, receipts, sale_of
from loyalty.wire import Evidence, Transaction

ANY_CURRENCY = "EUR"  # amounts are read, and are of no matter to what is predicted
BAR = 30
REFUSED_SHOWN = 5
MONTHS_SHOWN = 24


class Report(Struct, frozen=True):
    """What a file tells."""

    score: Score
    guesses: list[Guess]
    customers: int
    again: int  # customers who came at least twice
    sales: int
    found: Found


def backtest(path: Path, wanted: Wanted, console: Console) -> Report:
    """Walks the file forward. Raises BadFile."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=None)
        found = read(path, wanted, watch=lambda done, total: progress.update(task, completed=done, total=total))
        sales = _sales(found)
        walk = Walk(Calendar(wanted.zone))
        gc.disable()  # nothing in here goes round in circles, and looking for it would be counted as predicting
        for customer, sale in progress.track(sales, description="walking forward"):
            walk.sell(customer, sale)
        gc.enable()
    again = sum(1 for known in walk.people.values() if known.visits > 1)
    return Report(score(walk.guesses, walk.took), walk.guesses, len(walk.people), again, len(sales), found)


def _sales(found: Found) -> list[tuple[str, Transaction]]:
    """What somebody bought, in order of time; what was given back is no visit."""
    made = [(one.customer, sale_of(one, "-", "-")) for one in in_order(receipts(found)) if not one.refunds]
    made += [(_whose(sale.customer), sale) for _, sale in found.whole if sale.refund_of is None]
    return sorted(((who, sale) for who, sale in made if who), key=lambda pair: (pair[1].at, pair[1].id))


def _whose(evidence: Evidence | None) -> str:
    if evidence is None:
        return ""
    return evidence.reference or evidence.pos_id or evidence.card or evidence.phone or evidence.email or ""


def tell(report: Report, console: Console) -> None:
    """To the terminal."""
    made = report.score
    console.print(
        f"{report.sales:,} sales of {report.customers:,} customers; {report.again:,} of them came back,"
        f" in {made.visits:,} visits that could be predicted."
    )
    if not made.visits:
        console.print("Nobody came twice, so nobody can be known again. Is the customer column the right one?")
        _tell_refused(report.found, console)
        return
    hits = round(made.top1 * made.visits)
    console.print(
        f"We would have known what they take in {hits:,} of {made.visits:,} ({made.top1:.0%}), and had it among three"
        f" guesses in {made.top3:.0%}."
    )
    if made.said:
        console.print(
            f"We would have been sure enough to name the usual aloud in {made.said:.0%} of visits, rightly in"
            f" {made.said_right:.0%} of those; in the others the counter asks, or says nothing."
        )
    else:
        console.print("We would never have been sure enough to name a usual aloud.")
    _tell_refused(report.found, console)
    console.print(_calibration(made))
    console.print(_months(report.guesses))
    console.print(f"[dim]{made.microseconds:.1f} µs a prediction, each from earlier visits only[/dim]")


def _tell_refused(found: Found, console: Console) -> None:
    if not found.refused:
        return
    console.print(f"{len(found.refused):,} rows could not be read:", style="yellow")
    for row in sorted(found.refused, key=lambda row: row.line)[:REFUSED_SHOWN]:
        console.print(f"  line {row.line}: {row.reason}", markup=False)
    if len(found.refused) > REFUSED_SHOWN:
        console.print("  …")


def _calibration(made: Score) -> Table:
    table = Table("we said", "it was so", "", "visits", title="When we say 80 %, is it 80 %?", title_justify="left")
    for p, hit, count in made.calibration:
        table.add_row(f"{p:.0%}", f"{hit:.0%}", _bar(hit), f"{count:,}")
    return table


def _months(guesses: list[Guess]) -> Table:
    """How it would have gone, month by month: a shop learns its people."""
    months: dict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        months[f"{when(guess.at):%Y-%m}"].append(guess)
    table = Table("month", "known", "", "named aloud", "visits", title="Month by month", title_justify="left")
    for month in sorted(months)[-MONTHS_SHOWN:]:
        group = months[month]
        known, said = share(one.first for one in group), share(one.said for one in group)
        table.add_row(month, f"{known:.0%}", _bar(known), f"{said:.0%}", f"{len(group):,}")
    return table


def _bar(part: float) -> str:
    whole, rest = divmod(round(part * BAR * 8), 8)
    return "█" * whole + (chr(0x2590 - rest) if rest else "")
