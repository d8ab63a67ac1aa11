"""What somebody did lately at the counters, as far as it decides whether they are asked how it was."""

from __future__ import annotations

from typing import NamedTuple

from loyalty.core import feedback as core
from loyalty.core.days import DAY, VISIT_GAP
from loyalty.core.facts import Sale
from loyalty.core.feedback import Asked
from loyalty.store import feedback
from loyalty.store.acquainted import PAUSED
from loyalty.store.feedback import Question
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.store.session import Session
from loyalty.wire import Greeting

SALES_MAX = 100  # the newest; more than that in ten visits, and nobody is asked
THEIR_CUES = (
    "SELECT MAX(renewed_at) FROM cues WHERE customer IN (SELECT id FROM customers WHERE id = ? OR merged_into = ?)"
    " AND renewed_at <= ?"
)


class Lately(NamedTuple):
    """`seen`: when they were last at a counter. `sales`: theirs that are not receipts of refunds, the newest first."""

    greeting: Greeting
    remember: bool
    seen: int
    sales: list[Sale]
    asked: list[Question]

    @property
    def paid(self) -> list[Sale]:
        return [sale for sale in self.sales if sale.state == "paid" and sale.taken.counts]

    def visit(self, end: int) -> list[Sale]:
        """The paid sales of the visit that ended then, the first first; none, if there is no such visit any more."""
        found: list[Sale] = []
        for sale in self.paid:
            if (found and found[-1].at - sale.at < VISIT_GAP) or (not found and sale.at == end):
                found.append(sale)
        return found[::-1]


def read(session: Session, person: str, now: int) -> Lately:
    """As of `now`: what a clock that was wrong has dated later is left out. A till's own may run ahead by a day."""
    row = session.row(f"SELECT c.greeting, c.remember, {PAUSED} FROM customers c WHERE c.id = ?", (person,))
    assert row is not None, person
    greeting: Greeting = row[0] if row[2] is None else "none"  # who has paused is left alone
    sales = session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? AND refund_of IS NULL AND at <= ?"
        " ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
        (person, now + DAY, SALES_MAX),
    )
    cue = session.row(THEIR_CUES, (person, person, now))
    newest = [sale_of(one) for one in sales]
    seen = max([cue[0] if cue and cue[0] else 0, *(sale.at for sale in newest[:1])])
    asked = feedback.asked_lately(session, person, now, core.UNANSWERED_MAX)
    return Lately(greeting, bool(row[1]), seen, newest, asked)


def due(session: Session, lately: Lately, now: int) -> Sale | None:
    """The last sale of the visit that they are to be asked about now, if there is one."""
    if not core.may_be_asked(lately.greeting, remember=lately.remember):
        return None
    ends = core.ends_of(sale.at for sale in lately.paid)
    if not core.is_due(ends, lately.seen, [_asked(one) for one in lately.asked], now):
        return None
    visit = lately.visit(ends[0])
    return None if any(_was_refunded(session, sale) for sale in visit) else visit[-1]


def standing(session: Session, lately: Lately, now: int) -> tuple[Question, list[Sale]] | None:
    """The question that was shown and still stands, with the sales of its visit, the first first."""
    if not lately.asked or not core.may_be_asked(lately.greeting, remember=lately.remember):
        return None
    question = lately.asked[0]
    visit = lately.visit(question.visit_at)
    stands = question.answer is None and core.still_stands(_asked(question), lately.seen, now)
    if not stands or not visit or any(_was_refunded(session, sale) for sale in visit):
        return None
    return question, visit


def _asked(question: Question) -> Asked:
    return Asked(question.visit_at, question.asked_at, question.answer in ("up", "down"))


def _was_refunded(session: Session, sale: Sale) -> bool:
    """In part: what was given back as a whole does not count."""
    sql = "SELECT 1 FROM sales WHERE shop = ? AND source = ? AND refund_of = ? LIMIT 1"
    return session.row(sql, sale.ident) is not None
