"""What each shop gave, and what its weeks and sizes are like: remembered, so that it costs no sale a statement."""

from __future__ import annotations

from statistics import median_low

from msgspec import json

from loyalty.core import surprise
from loyalty.core.gifts import Tally
from loyalty.core.known import ShopFacts
from loyalty.store.session import Session
from loyalty.wire import Line, Transaction

REMEMBERED_MAX = 400  # (shop, day) tallies kept ready
RECEIPTS_MAX = 500  # sales that a house's sizes are read from


class Tallies:
    """One thread's view of what every shop gave. What its weeks are like does not change within a week."""

    def __init__(self) -> None:
        self.ready: dict[tuple[str, int], Tally] = {}
        self._hours: dict[tuple[str, int], tuple[int, ...]] = {}
        self._sizes: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}

    def read(self, session: Session, shop: ShopFacts, day: int) -> Tally:
        if len(self.ready) >= REMEMBERED_MAX:
            self.forget()
        monday = surprise.monday(day)
        if (shop.id, monday) not in self._hours:
            self._hours[shop.id, monday] = hours(session, shop, monday)
        if (shop.id, day) not in self._sizes:
            self._sizes[shop.id, day] = sizes(session, shop.id, day)
        found = Tally(
            perks(session, shop.id, day),
            surprises(session, shop.id, monday),
            surprises(session, shop.id, monday - surprise.WEEK),
            self._hours[shop.id, monday],
            self._sizes[shop.id, day],
        )
        self.ready[shop.id, day] = found
        return found

    def changed(self) -> None:
        """Something was given, or taken back."""
        self.ready.clear()

    def forget(self) -> None:
        self.ready.clear()
        self._hours.clear()
        self._sizes.clear()


def perks(session: Session, shop: str, day: int) -> dict[str, int]:
    rows = session.rows(
        "SELECT perk, COUNT(*) FROM gifts WHERE shop = ? AND day = ? AND kind = 'perk' AND undone_at IS NULL"
        " GROUP BY perk",
        (shop, day),
    )
    return dict(rows)


def surprises(session: Session, shop: str, monday: int) -> int:
    """Given in the week that begins on that day."""
    row = session.row(
        "SELECT COUNT(*) FROM gifts WHERE shop = ? AND day >= ? AND day < ? AND kind = 'surprise'"
        " AND undone_at IS NULL",
        (shop, monday, monday + surprise.WEEK),
    )
    return row[0] if row else 0


def hours(session: Session, shop: ShopFacts, monday: int) -> tuple[int, ...]:
    """Sales to people the shop knows, in each hour of a week, over the weeks before this one."""
    found = [0] * surprise.CELLS
    rows = session.rows(
        f"SELECT at / {surprise.HOUR}, COUNT(*) FROM sales WHERE shop = ? AND day >= ? AND day < ? AND counts"
        f" AND person IS NOT NULL GROUP BY at / {surprise.HOUR}",
        (shop.id, monday - surprise.WEEKS_SEEN * surprise.WEEK, monday),
    )
    for hour, sales in rows:
        found[surprise.hour_of(shop.calendar, hour * surprise.HOUR)[0]] += sales
    return tuple(found)


def sizes(session: Session, shop: str, day: int) -> dict[str, tuple[str, ...]]:
    """In which sizes the house sells each drink, by what it last took for them before that day."""
    rows = session.rows(
        "SELECT body FROM sales WHERE shop = ? AND day < ? AND day >= ? AND counts ORDER BY day DESC LIMIT ?",
        (shop, day, day - surprise.WEEKS_SEEN * surprise.WEEK, RECEIPTS_MAX),
    )
    prices: dict[str, dict[str, list[int]]] = {}
    for (body,) in rows:
        for line in json.decode(body, type=Transaction).lines:
            if line.variation and (price := _price(line)):
                prices.setdefault(line.name.casefold().strip(), {}).setdefault(line.variation, []).append(price)
    return {name: _ladder(priced) for name, priced in prices.items() if len(priced) > 1}


def _price(line: Line) -> int:
    """Of one of them, before what was taken off."""
    return line.list_price if line.list_price is not None else (line.total if line.quantity == "1" else 0)


def _ladder(prices: dict[str, list[int]]) -> tuple[str, ...]:
    """By what each mostly costs, whatever was taken off or added now and then. Two at one price are no sizes."""
    priced = {name: median_low(each) for name, each in prices.items()}
    if len(set(priced.values())) < len(priced):
        return ()
    return tuple(sorted(priced, key=lambda name: priced[name]))
