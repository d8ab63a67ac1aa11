"""Taking past sales in: the same line as for sales of today, one customer after the other, in turns of bounded length.

Nothing here knows how a memory is made. Sales stand in the order in which a memory folds them, so none comes late;
they are told to be of the past, so none raises a cue. A till that sells meanwhile waits for one turn at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import chain, islice

from msgspec import Struct

from loyalty.acts.people import take_in
from loyalty.core import fit
from loyalty.core.days import SECOND, moment, when
from loyalty.core.facts import Ident, Mark, SaleIn
from loyalty.core.known import ShopFacts
from loyalty.ingest import Line
from loyalty.past.file import Found, reason
from loyalty.past.receipts import Receipt, receipts, sale_of
from loyalty.past.rows import UNFIT, Refused
from loyalty.store.marks import Marker, is_phone, spelling
from loyalty.wire import Consents, Enrolment, Transaction

TURN_MAX = 2_000  # sales of one turn, where nobody else writes
SHORT_TURN_MAX = 200  # and while somebody does: tills wait for no longer than this takes
REST = 0.5  # of a short turn's time: in it whoever waits comes to theirs
SPOKEN_DIGITS = 4  # of a telephone number, where nothing else is known to call somebody by
CAREFUL_TURNS = 100  # after somebody else wrote

EARLIEST, LATEST = moment(fit.EARLIEST), int(fit.AHEAD_MAX.total_seconds()) * SECOND

Watch = Callable[[int, int], None]


class Counts(Struct):
    """What became of a file."""

    sales: int = 0
    accepted: int = 0
    there: int = 0  # already, from an earlier import
    enrolled: int = 0
    continued: int = 0


class Taking:
    """One import into one shop."""

    def __init__(self, line: Line, facts: ShopFacts, source: str, consents: Consents) -> None:
        self.line, self.facts, self.source, self.consents = line, facts, source, consents
        self.marker = Marker(line.vault)
        self.counts = Counts()
        self._known: set[str] = set()
        self._careful = 0  # turns still to be short
        self._begun = False

    def take(self, found: Found, watch: Watch = lambda _, __: None) -> None:
        """Everything in the file; what cannot be is added to `found.refused`. Safe to repeat at any point."""
        whole = self._wholes(found)
        made = [one for one in receipts(found) if self._fits(one, found)]
        made.sort(key=lambda one: (one.customer, one.at, one.id))
        self.counts.sales = len(made) + len(whole)
        sales = chain((sale_of(one, self.facts.id, self.source) for one in made), whole)
        done = 0
        while turn := list(islice(sales, SHORT_TURN_MAX if self._careful else TURN_MAX)):
            self._turn(turn)
            done += len(turn)
            watch(done, self.counts.sales)

    def _fits(self, one: Receipt, found: Found) -> bool:
        latest = self.line.now + LATEST
        if EARLIEST <= one.at <= latest:
            return True
        why = "before 2000" if one.at < EARLIEST else "more than a day ahead"
        found.refused += [Refused(row.line, f"{when(row.at).isoformat()} is {why}", row.item) for row in one.rows]
        return False

    def _wholes(self, found: Found) -> list[Transaction]:
        now = self.line.clock.now()
        fitting: list[Transaction] = []
        for number, sale in found.whole:
            try:
                fit.check_transaction(sale, now)
                fitting.append(sale)
            except UNFIT as error:
                found.refused.append(Refused(number, reason(error), sale.id))
        return sorted(fitting, key=lambda sale: (sale.at, sale.id))

    # -- one turn -----------------------------------------------------------------------------------------------------
    def _turn(self, sales: Sequence[Transaction]) -> None:
        """One commit."""
        deliveries = [self._delivery(sale) for sale in sales]
        fresh = self._unknown(sales)
        begun = time.perf_counter()
        with self.line.session.transaction():
            self._take_turn()
            self._enrol(fresh)
            for answer in self.line.run(deliveries):
                if answer.kind == "duplicate":
                    self.counts.there += 1
                else:
                    self.counts.accepted += 1
        self.line.sent = []
        if self._careful:
            time.sleep((time.perf_counter() - begun) * REST)

    def _take_turn(self) -> None:
        """Short ones from the moment on in which somebody else is seen to write."""
        if self.line.session.turn({self.facts.business}):
            self._careful = max(0, self._careful - 1)
            return
        self.line.forget()
        self._careful = CAREFUL_TURNS if self._begun else 0
        self._begun = True

    def _delivery(self, sale: Transaction) -> SaleIn:
        ident = Ident(sale.shop, sale.source, sale.id)
        marks = self.marker.of_sale(self.facts.business, self.facts.calendar.zone.key, sale)
        return SaleIn(sale, ident, self.facts.business, marks, self.line.now, past=True)

    def _unknown(self, sales: Sequence[Transaction]) -> dict[str, list[Mark]]:
        """Customers whom this import has not met yet: what each is told by."""
        found: dict[str, list[Mark]] = {}
        for sale in sales:
            reference = sale.customer.reference if sale.customer is not None else None
            if reference and reference not in self._known:
                self._known.add(reference)
                kinds = ("reference", "phone") if is_phone(reference) else ("reference",)
                marks = [self.marker.mark(self.facts.business, self._zone, kind, reference) for kind in kinds]
                if any(marks):
                    found[reference] = [mark for mark in marks if mark is not None]
        return found

    @property
    def _zone(self) -> str:
        return self.facts.calendar.zone.key

    def _enrol(self, fresh: dict[str, list[Mark]]) -> None:
        """Whoever has no card here yet gets one; whoever has goes on as they are, with the consents they gave."""
        rows = self.line.session.matching(
            "WITH w (a, b) AS (VALUES {}) SELECT hash FROM w CROSS JOIN links ON business = a AND hash = b"
            " WHERE until IS NULL",
            [(self.facts.business, mark.hash) for marks in fresh.values() for mark in marks],
        )
        there = {row[0] for row in rows}
        for reference, marks in fresh.items():
            if any(mark.hash in there for mark in marks):
                self.counts.continued += 1
                continue
            spelt = [(mark, spelling(mark.kind, reference, self._zone)) for mark in marks]
            phone = next((value for mark, value in spelt if mark.kind == "phone"), "")
            name = f"…{phone[-SPOKEN_DIGITS:]}" if phone else reference
            wanted = Enrolment(name=name, identifiers=(), consents=self.consents)
            take_in(self.line, self.facts.business, wanted, spelt)
            there |= {mark.hash for mark in marks}  # one number may be written in two ways
            self.counts.enrolled += 1
