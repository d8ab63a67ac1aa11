"""What do customers tell us? The newest threads, what is unread, and what is still to be put right."""

from __future__ import annotations

from collections import defaultdict

from loyalty.core.days import DAY
from loyalty.reports.feedback import said_by
from loyalty.reports.standing import home_shop
from loyalty.store import feedback, merges
from loyalty.store.view import View
from loyalty.wire_feedback import SAID_MAX, THREADS_MAX, Thread, ThreadRow, Threads

WEEKS = 28 * DAY
KEPT = "COALESCE(c.merged_into, c.id)"  # whoever was merged is one person with them
SENTENCES = (
    f"SELECT {KEPT}, MAX(s.at), SUM(CASE WHEN s.by_shop OR s.read_at IS NOT NULL THEN 0 ELSE 1 END), 0"
    f" FROM sentences s JOIN customers c ON c.id = s.customer WHERE s.business = ? GROUP BY {KEPT}"
)
# A thumb down wants to be read, a thumb up is only counted; its sentence is unread by itself.
THUMBS = (
    f"SELECT {KEPT}, MAX(q.answered_at), SUM(CASE WHEN q.answer = 'down' AND q.read_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM sentences t WHERE t.question = q.id AND t.customer = q.customer) THEN 1 ELSE 0 END),"
    " SUM(CASE WHEN q.answer = 'down' AND q.righted_at IS NULL THEN 1 ELSE 0 END)"
    " FROM questions q JOIN customers c ON c.id = q.customer"
    f" WHERE q.business = ? AND q.answered_at IS NOT NULL AND q.answer <> 'skip' GROUP BY {KEPT}"
)


def read(view: View, business: str) -> Threads:
    """Of the whole business: a thread is with the customer, in whichever shop the visit was."""
    at: dict[str, int] = defaultdict(int)
    unread: dict[str, int] = defaultdict(int)
    bad: dict[str, int] = defaultdict(int)
    for select in (SENTENCES, THUMBS):
        for person, last, fresh, wrong in view.session.rows(select, (business,)):
            at[person] = max(at[person], last)
            unread[person] += fresh
            bad[person] += wrong
    newest = sorted(at, key=lambda person: (-at[person], person))[:THREADS_MAX]
    up, down = _thumbs(view, business)
    return Threads(
        rows=tuple([_row(view, person, unread[person], bad[person] > 0) for person in newest]),
        unread=sum(n > 0 for n in unread.values()),
        bad=sum(n > 0 for n in bad.values()),
        up=up,
        down=down,
    )


def _row(view: View, person: str, unread: int, bad: bool) -> ThreadRow:
    last = said_by(view, person, 1)[-1]
    return ThreadRow(
        customer=person,
        name=_name(view, person),
        at=last.at,
        by=last.by,
        text=last.text,
        thumb=last.thumb,
        unread=unread,
        bad=bad,
    )


def _thumbs(view: View, business: str) -> tuple[int, int]:
    rows = view.session.rows(
        "SELECT answer, COUNT(*) FROM questions WHERE business = ? AND answered_at IS NOT NULL AND answered_at > ?"
        " GROUP BY answer",
        (business, view.now - WEEKS),
    )
    found: dict[str, int] = dict(rows)
    return found.get("up", 0), found.get("down", 0)


def _name(view: View, person: str) -> str:
    row = view.session.row("SELECT secret, name FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return view.vault.person(row[0]).open(row[1])


def thread(view: View, business: str, asked: str) -> Thread:
    """With one customer. Unknown where there is no such customer, Gone where they were erased."""
    person = merges.kept_id(view.session, business, asked)
    shop = view.settings.shops[home_shop(view, business, person)]
    open_ = [one.id for one in feedback.questions(view.session, person) if one.answer == "down" and not one.righted_at]
    return Thread(
        customer=person,
        name=_name(view, person),
        timezone=shop.calendar.zone.key,
        said=said_by(view, person, SAID_MAX),
        open=open_[0] if open_ else None,
    )
