"""What a decision found that it lacked: histories from a checkpoint on, house figures, points as of a moment."""

from __future__ import annotations

from loyalty.core.facts import Checkpoint, Key
from loyalty.core.known import History, Known, Missing
from loyalty.store import gifts, redemptions
from loyalty.store.cutoffs import CutoffRows, counted_on
from loyalty.store.houses import Houses
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.store.session import Session


def load_more(session: Session, houses: Houses, cutoffs: CutoffRows, known: Known, missing: Missing, now: int) -> None:
    """What a decision found missing: histories from a checkpoint on, house figures, points as of a moment."""
    for shop, day in sorted(missing.houses):
        known.houses[shop, day] = houses.read(session, shop, day)
        cutoffs.read_for(session, known, shop, day)
    for person, since in missing.histories.items():
        known.histories[person] = history(session, person, since, events=_moved(known, person))
        for sale in known.histories[person].sales:
            known.sales.setdefault(sale.ident, sale)
    for shop, day in sorted(missing.tallies):
        houses.tallies.read(session, known.shops[shop], day)
    for business, day in sorted(missing.counted):
        known.counted[business, day] = counted_on(session, business, day)
    for person in missing.wrong:
        known.wrong[person] = gifts.went_wrong(session, person, now)
    for person, at in missing.past:
        found = session.row("SELECT COALESCE(SUM(points), 0) FROM entries WHERE customer = ? AND at < ?", (person, at))
        known.past[person, at] = found[0] if found else 0


def _moved(known: Known, person: str) -> bool:
    """Whether anything but sales may have moved their points."""
    state = known.states.get(person)
    return bool((state and state.account) or known.people[person].reserved_until)


def history(session: Session, person: str, since: Key, *, events: bool) -> History:
    """A customer from the nearest checkpoint before `since`: counted sales and, if asked for, all other events."""
    row = session.row(
        "SELECT at, source, ref, shop, memory, account FROM checkpoints WHERE customer = ?"
        " AND (at, source, ref, shop) < (?, ?, ?, ?) ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1",
        (person, *since),
    )
    start = Checkpoint(person, Key(*row[:4]), row[4], row[5] or b"") if row else None
    rows = session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND counts AND at >= ? ORDER BY at, source, ref, shop",
        (person, start.key.at if start else -1),
    )
    sales = tuple(sale for row in rows if (sale := sale_of(row)) and (start is None or sale.key > start.key))
    if not events:
        return History(start, since, sales)
    after = start.key.at if start else -1
    ended = session.rows(
        "SELECT lot, SUM(points) FROM entries WHERE customer = ? AND reason = 'expire' AND lot > ? GROUP BY lot",
        (person, after),
    )
    return History(start, since, sales, redemptions.events_of(session, person, after), dict(ended))
