"""Where the best of a business begin, a row a business day: counted beside the line, read by it, never changed.

What is counted is the spend of the days before, so a sale of the day itself moves nobody in or out, and two processes
that count the same day come to the same. Until the day's own row is there, and where a day has none, the newest of the
week before holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.core.best import REACH, Best, Cutoff, Cutoffs, asked, counts, cutoff, decayed_spend
from loyalty.core.days import DAY
from loyalty.core.known import Known
from loyalty.core.memory import days_of
from loyalty.core.multiplying import Counted
from loyalty.store.session import Session
from loyalty.store.shops import Settings
from loyalty.wire_program import Program

HOLDS_DAYS = 7  # a row, where no newer one is stored
PIECE = 500  # people read in one go: some twenty milliseconds, in which nobody else's page is read
REMEMBERED_MAX = 400  # (business, day) kept ready
INSERT = (
    "INSERT INTO cutoffs (business, day, percent, window_days, value, of_many, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (business, day, percent, window_days) DO NOTHING"
)


class CutoffRows:
    """One thread's view of what is stored."""

    def __init__(self) -> None:
        self._ready: dict[tuple[str, int], Cutoffs] = {}

    def read(self, session: Session, business: str, day: int) -> Cutoffs:
        found = self._ready.get((business, day))
        if found is None:
            if len(self._ready) >= REMEMBERED_MAX:
                self._ready.clear()
            rows = session.rows(
                "SELECT percent, window_days, value, of_many FROM cutoffs WHERE business = ? AND day > ? AND day <= ?"
                " ORDER BY day",
                (business, day - HOLDS_DAYS, day),
            )
            found = self._ready[business, day] = {
                Best(percent, window): Cutoff(value, many) for percent, window, value, many in rows
            }
        return found

    def of(self, session: Session, business: str, day: int, program: Program) -> Cutoffs:
        """None of them is read for a program that has no tier of the best."""
        return self.read(session, business, day) if any(tier.measure == "top-spend" for tier in program.tiers) else {}

    def read_for(self, session: Session, known: Known, shop: str, day: int) -> None:
        """What a decision may need, read with the house figures of the day."""
        facts = known.shops[shop]
        program = known.programs[facts.business, facts.program]
        known.cutoffs[facts.business, day] = self.of(session, facts.business, day, program)

    def forget(self) -> None:
        self._ready.clear()


def counted_on(session: Session, business: str, day: int) -> list[Counted]:
    rows = session.rows(
        "SELECT made_at, percent, window_days, value, of_many FROM cutoffs WHERE business = ? AND day > ? AND day <= ?"
        " ORDER BY day",
        (business, day - HOLDS_DAYS, day),
    )
    return [
        Counted(made_at, Best(percent, window), Cutoff(value, many)) for made_at, percent, window, value, many in rows
    ]


class Count:
    """The cut-offs of one business for one day, counted a piece at a time; let go and begun again, nothing is lost."""

    def __init__(self, business: str, day: int, wanted: Sequence[Best], now: int) -> None:
        self.business, self.day, self.wanted = business, day, wanted
        self._from = (now - (REACH + 2) * DAY, "")
        self._values: dict[Best, dict[str, int]] = {best: {} for best in wanted}

    def read_on(self, session: Session) -> bool:
        """The next people in the order in which they were last here: whoever comes meanwhile stands further on, and is
        met there. Answers whether there are more."""
        rows = session.rows(
            "SELECT customer, last_at, memory FROM states WHERE business = ?"
            " AND last_at >= ? AND (last_at > ? OR customer > ?) ORDER BY last_at, customer LIMIT ?",
            (self.business, self._from[0], *self._from, PIECE),
        )
        for person, at, blob in rows:
            self._from = (at, person)
            self._take(person, blob)
        return len(rows) == PIECE

    def _take(self, person: str, blob: bytes) -> None:
        days = days_of(blob)
        spent: int | None = None
        for best in self.wanted:
            if counts(days, best, self.day):
                spent = decayed_spend(days, self.day) if spent is None else spent
                self._values[best][person] = spent

    def keep(self, session: Session, now: int) -> None:
        """Inside the caller's transaction. A row that somebody stored meanwhile stays as it is."""
        rows = []
        for best, values in self._values.items():
            value, many = cutoff(list(values.values()), best.percent)
            rows.append((self.business, self.day, *best, value, many, now))
        session.many(INSERT, rows)


def next_count(session: Session, settings: Settings, now: int) -> Count | None:
    """What is to be counted next, if anything is: today's cut-offs that a program in force asks for. The day is that
    of the business's shop that is furthest on."""
    for business, wanted, day in sorted(_asked(settings, now)):
        rows = session.rows("SELECT percent, window_days FROM cutoffs WHERE business = ? AND day = ?", (business, day))
        missing = [best for best in wanted if best not in {Best(*row) for row in rows}]
        if missing:
            return Count(business, day, missing, now)
    return None


def _asked(settings: Settings, now: int) -> list[tuple[str, tuple[Best, ...], int]]:
    found: dict[str, tuple[tuple[Best, ...], int]] = {}
    for shop in settings.shops.values():
        program = settings.programs.get((shop.business, shop.program))
        if program is not None and (wanted := asked(program.tiers)):
            day, _ = shop.calendar.read(now)
            found[shop.business] = wanted, max(day, found.get(shop.business, ((), 0))[1])
    return [(business, wanted, day) for business, (wanted, day) in found.items()]
