"""Enrolling."""

from __future__ import annotations

from loyalty.acts.deeds import record
from loyalty.acts.whose import adopt, hand_over, rung_up, taken_off
from loyalty.core.decide import Reattribute
from loyalty.core.facts import Mark
from loyalty.errors import Unfit
from loyalty.ingest import Line
from loyalty.store.marks import spelling
from loyalty.store.people import Enrolled, enrol, joined_by, loose_sales
from loyalty.wire import Enrolment


def take_in(line: Line, business: str, wanted: Enrolment, marks: list[tuple[Mark, str]]) -> Enrolled:
    """A new customer; whoever agrees to be remembered brings the sales of the last seven days along."""
    by = _brought_by(line, business, wanted.brought_by) if wanted.brought_by is not None else None
    made = enrol(line.session, line.vault, business, wanted, marks, line.now)
    if by is not None:
        line.session.run("UPDATE customers SET brought_by = ? WHERE id = ?", (by, made.person))
    if wanted.consents.remember and marks:
        found = loose_sales(line.session, business, [mark for mark, _ in marks], line.now)
        if found:
            line.run([Reattribute(ident) for ident in found])
    return made


def _brought_by(line: Line, business: str, card: str) -> str:
    mark = line.vault.mark(business, "card", spelling("card", card, ""))
    row = line.session.row(
        "SELECT customer FROM links WHERE business = ? AND hash = ? AND kind = 'card' AND until IS NULL",
        (business, mark),
    )
    if row is None:
        said = "nobody has this card; leave it empty, or look at the letters again"
        raise Unfit(said, at="brought_by", code="unknown-card")
    return str(row[0])


def take_in_here(
    line: Line,
    business: str,
    shop: str | None,
    wanted: Enrolment,
    marks: list[tuple[Mark, str]],
    staff: str | None = None,
) -> Enrolled:
    """The same at a counter (a shop that is null is none), by one of the staff where somebody says."""
    made = _take_in_here(line, business, shop, wanted, marks)
    if shop is not None:
        till, who = wanted.till, made.person
        joined_by(line.session, who, "counter")
        record(line, business=business, shop=shop, till=till, staff=staff, what="enrol", customer=who)
    return made


def _take_in_here(
    line: Line, business: str, shop: str | None, wanted: Enrolment, marks: list[tuple[Mark, str]]
) -> Enrolled:
    """The sale that was just rung up there, or taken off somebody else, is theirs."""
    if shop is None or (wanted.till is None and wanted.instead is None):
        return take_in(line, business, wanted, marks)
    wrong = taken_off(line, shop, wanted.instead) if wanted.instead is not None else None
    made = take_in(line, business, wanted, marks)
    if wrong is not None:
        hand_over(line, wrong, made.person)
    else:
        adopt(line, rung_up(line, shop, wanted.till), made.person)
    return made
