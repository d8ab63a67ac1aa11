"""`loyalty import`: opens what it needs, shows how far it is, and says in words what came of it."""

from __future__ import annotations

import asyncio
import csv
import gc
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from loyalty.clock import clock_of
from loyalty.errors import RegularsError, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.past.columns import Wanted
from loyalty.past.file import Found, read
from loyalty.past.rows import Refused
from loyalty.past.taking import Counts, Taking
from loyalty.settings import Settings
from loyalty.store.database import Place, open_vault, prepare
from loyalty.wire import Consents

GIVEN = ("recognise", "remember", "messages", "offers")
SHOPS_SHOWN = 10


def consents_of(text: str) -> Consents:
    """`recognise,remember` as the consents that customers gave."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in GIVEN]
    if unknown:
        raise Unfit(f"--consents: there is no {unknown[0]!r}; expected some of {', '.join(GIVEN)}")
    return Consents(**dict.fromkeys(names, True))


def import_file(
    settings: Settings, path: Path, shop: str, source: str, consents: Consents, how: dict[str, str], console: Console
) -> Counts:
    """Raises BadFile, Unknown and what else a database may refuse."""
    place = Place.of(settings.database, settings.key)
    open_vault(place)  # there has to be one
    line = Line(place.open(), asyncio.run(prepare(place)), clock_of(settings.test_clock))
    try:
        gc.disable()  # nothing here goes round in circles, and looking for it takes a tenth of the time
        facts = line.settings.shop(line.session, shop)
        if facts is None:
            raise Unknown(f"there is no shop {shop!r} in {place}; {_shops(line)}", at="shop")
        with _progress(console) as progress:
            task = progress.add_task("reading", total=None)
            wanted = Wanted(facts.calendar.zone, facts.currency, how["date_order"], how["receipt_numbers"])
            found = read(path, wanted, shop, lambda done, all_: progress.update(task, completed=done, total=all_))
            progress.update(task, description="taking in", completed=0)
            taking = Taking(line, facts, source, consents)
            taking.take(found, lambda done, all_: progress.update(task, completed=done, total=all_))
    finally:
        gc.enable()
        line.session.close()
    beside = write_refused(path, found.refused)
    _tell(taking.counts, found, consents, beside, console)
    return taking.counts


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _shops(line: Line) -> str:
    known = [f"{facts.id} ({facts.name})" for facts in list(line.settings.shops.values())[:SHOPS_SHOWN]]
    return f"--shop takes one of {', '.join(known)}" if known else "`loyalty init` opens one"


def write_refused(path: Path, refused: list[Refused]) -> Path | None:
    """`sales.csv` → `sales.csv.rejected.csv`; one of an earlier import, which no longer holds, goes."""
    beside = path.with_name(f"{path.name}.rejected.csv")
    if not refused:
        beside.unlink(missing_ok=True)
        return None
    try:
        with beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "reason", "row"))
            writer.writerows((row.line, row.reason, row.row) for row in sorted(refused, key=lambda row: row.line))
    except OSError as error:
        raise RegularsError(f"the rejected rows cannot be written to {beside}: {error.strerror}") from error
    return beside


def _tell(counts: Counts, found: Found, consents: Consents, beside: Path | None, console: Console) -> None:
    already = f"; {counts.there:,} were there already" if counts.there else ""
    console.print(f"Taken in: {counts.accepted:,} sales{already}.", highlight=False)
    if counts.enrolled or counts.continued:
        went_on = f", {counts.continued:,} went on whom the shop knew already" if counts.continued else ""
        console.print(f"Customers: {counts.enrolled:,} new{went_on}.", highlight=False)
    if counts.continued:
        console.print(
            "Whoever the shop knew keeps the consents they had: --consents is about the new ones alone. What somebody"
            " agrees to later is chosen on their card.",
            highlight=False,
        )
    if counts.enrolled:
        console.print(_meaning(consents), highlight=False)
    if beside is not None:
        console.print(
            f"{len(found.refused):,} rows were not taken; {beside} says why.", highlight=False, style="yellow"
        )


def _meaning(consents: Consents) -> str:
    """What the consents given let the shop do with the new ones."""
    if consents.recognise and consents.remember:
        return "As you say that they agreed to it, they are greeted by name and their orders are learned."
    if consents.remember:
        return "Their orders are learned, as you say they agreed to it. They are not greeted by name: not recognise."
    known = "They may be greeted by name. " if consents.recognise else ""
    return (
        f"{known}Their sales give points, and nothing is learned of what they order, since no consent to that was given"
        " (--consents recognise,remember says that you asked them)."
    )
