"""House figures: the days of a shop summed up, and summed again where a late sale made one dirty.

Kept by the writer. A prediction on day D reads the days before D; what was read is remembered until one of those days
is dirty again.
"""

from __future__ import annotations

from loyalty.core.house import House, read
from loyalty.store.rows import NOTHING, counts_of, pack
from loyalty.store.session import Session
from loyalty.store.tallies import Tallies

REMEMBERED_MAX = 400  # (shop, day) figures kept ready


class Houses:
    """One thread's view of every shop's days; only the writer's `keeps` what it sums again."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._ready: dict[tuple[str, int], House] = {}
        self._sums: dict[str, tuple[int, dict[str, int], list[int]]] = {}  # shop → as of day, sums, days traded
        self._dirty: set[tuple[str, int]] = set()
        self.tallies = Tallies()

    def read(self, session: Session, shop: str, day: int) -> House:
        """The shop's figures as of a business day."""
        found = self._ready.get((shop, day))
        if found is None:
            if len(self._ready) >= REMEMBERED_MAX:
                self._ready.clear()
            sums, traded = self._sum_before(session, shop, day)
            found = self._ready[shop, day] = read(sums, tuple(traded))
        return found

    def soil(self, session: Session, dirty: set[tuple[str, int]]) -> None:
        """Sales of these days gave something else than before."""
        fresh = dirty - self._dirty
        if fresh:
            session.many(
                "INSERT INTO house_days (shop, day, dirty, sums) VALUES (?, ?, TRUE, ?)"
                " ON CONFLICT (shop, day) DO UPDATE SET dirty = TRUE",
                [(shop, day, NOTHING) for shop, day in sorted(fresh)],
            )
            self._dirty |= fresh
        for shop, day in dirty:
            self._unready(shop, day)

    def take_off(self, session: Session, gave: dict[tuple[str, int], dict[str, int]]) -> None:
        """Sales of these days no longer give this: off the sums, without reading the days again."""
        for (shop, day), less in sorted(gave.items()):
            row = session.row("SELECT dirty, sums FROM house_days WHERE shop = ? AND day = ?", (shop, day))
            if row is not None and not row[0]:
                sums = counts_of(row[1])
                left = {key: n for key in sorted(sums) if (n := sums[key] - less.get(key, 0))}
                session.run("UPDATE house_days SET sums = ? WHERE shop = ? AND day = ?", (pack(left), shop, day))
            self._unready(shop, day)

    def forget(self) -> None:
        """After a rollback nothing remembered is certain."""
        self._ready.clear()
        self._sums.clear()
        self._dirty.clear()
        self.tallies.forget()

    def _unready(self, shop: str, day: int) -> None:
        stale = [key for key in self._ready if key[0] == shop and key[1] > day]
        for key in stale:
            del self._ready[key]
        if shop in self._sums and self._sums[shop][0] > day:
            del self._sums[shop]

    def _sum_before(self, session: Session, shop: str, day: int) -> tuple[dict[str, int], list[int]]:
        start, sums, traded = self._sums.get(shop, (0, {}, []))
        if start > day:
            start, sums, traded = 0, {}, []
        sums, traded = dict(sums), list(traded)
        rows = session.rows(
            "SELECT day, dirty, sums FROM house_days WHERE shop = ? AND day >= ? AND day < ? ORDER BY day",
            (shop, start, day),
        )
        for traded_on, dirty, blob in rows:
            found = self._sum_again(session, shop, traded_on) if dirty else counts_of(blob)
            if found:
                traded.append(traded_on)
            for key, n in found.items():
                sums[key] = sums.get(key, 0) + n
        self._sums[shop] = (day, sums, traded)
        return sums, traded

    def _sum_again(self, session: Session, shop: str, day: int) -> dict[str, int]:
        sums = sum_day(session, shop, day)
        if self._keeps:
            sql = "UPDATE house_days SET dirty = FALSE, sums = ? WHERE shop = ? AND day = ?"
            session.run(sql, (pack(sums), shop, day))
            self._dirty.discard((shop, day))
        return sums


def sum_day(session: Session, shop: str, day: int) -> dict[str, int]:
    """What the sales of a day gave, added up."""
    sums: dict[str, int] = {}
    for (blob,) in session.rows("SELECT gave FROM sales WHERE shop = ? AND day = ? AND counts", (shop, day)):
        for key, n in counts_of(blob).items():
            sums[key] = sums.get(key, 0) + n
    return {key: sums[key] for key in sorted(sums) if sums[key]}
