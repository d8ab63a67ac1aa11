"""Proof of movements and of what is used: each entry says when, why and of what it is, as what it names does."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty.core.audit import Recorded
from loyalty.core.facts import Entry
from loyalty.core.redemption import Event, Redemption
from loyalty.store import redemptions
from loyalty.store.session import Session

OF_SALES = {"visit", "spend", "item", "hours", "tier", "welcome", "referral", "reverse", "transfer"}
OF_REWARDS = {"redeem", "release", "give-back", "reallocate", "transfer"}
BY_HAND = {"reverse", "reallocate", "transfer"}  # beside what it is for
GONE = (
    "SELECT 1 FROM customers c JOIN customers gone ON gone.business = c.business AND gone.erased_at IS NOT NULL"
    " WHERE c.id = ? LIMIT 1"
)


def entries(session: Session, recorded: Recorded) -> Iterator[str]:
    """Of one customer, beside what their sums say."""
    events: dict[str, Event] = {one.id: one for one in recorded.events}
    named: set[str] = set()
    for entry in recorded.entries:
        event = events.get(entry.redemption or entry.cause) if entry.sale is None else None
        if entry.sale is None and event is None and entry.reason != "expire":
            named.add(entry.redemption or entry.cause)
        wrong = _wrong(recorded, entry, event)
        if wrong:
            yield f"customer {recorded.person}: entry {entry.n} is of {wrong}"
    used = {id: sale for sale in recorded.sales for id in sale.used}
    others = (named | used.keys()) - events.keys()
    events |= _elsewhere(session, others)
    for id in sorted(others - events.keys()):
        if session.row(GONE, (recorded.person,)) is None:  # else it may have been of somebody who is erased
            yield f"customer {recorded.person}: {id} moved their points or was used on their sale, and is not there"
    for id, sale in used.items():
        event = events.get(id)
        if isinstance(event, Redemption) and event.sale != sale.ident:
            yield f"customer {recorded.person}: sale {sale.ident.id} uses {id}, which was not used on it"


def _elsewhere(session: Session, ids: set[str]) -> dict[str, Event]:
    """Those that are somebody else's, or were theirs while people were one."""
    if not ids:
        return {}
    return {**redemptions.of_ids(session, ids), **redemptions.adjustments_of_ids(session, ids)}


def _wrong(recorded: Recorded, entry: Entry, event: Event | None) -> str:
    """What does not fit; a sale may have been at another moment once, and is of the day of that moment all the same."""
    shops = recorded.shops
    if entry.sale is not None:
        days = {shops[entry.sale.shop].calendar.read(entry.at)[0]}
        reasons = OF_SALES
    elif event is not None:
        if entry.at != event.at:
            return f"the moment {entry.at}, {event.id} was at {event.at}"
        days = {shops[event.shop].calendar.read(entry.at)[0]}
        reasons = OF_REWARDS if isinstance(event, Redemption) else BY_HAND | {event.why}
    elif entry.reason == "expire":
        if entry.at != entry.lot:
            return f"the moment {entry.at}, its points ended at {entry.lot}"
        calendars = {(one.calendar.zone.key, one.calendar.ends): one.calendar for one in shops.values()}
        days, reasons = {one.read(entry.lot - 1)[0] for one in calendars.values()}, {"expire"}
    else:
        return ""
    if entry.day not in days:
        return f"the day {entry.day}, its moment is of {sorted(days)}"
    return "" if entry.reason in reasons else f"the reason {entry.reason}, should be one of {sorted(reasons)}"
