"""Answers of the counter, and cues that grow old."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.acts import sharing
from loyalty.acts.deeds import What, record
from loyalty.acts.redemptions import let_go, taken
from loyalty.acts.visits import with_it
from loyalty.core.days import SECOND
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, CueRow, Ident, Note
from loyalty.errors import Conflict, Unknown
from loyalty.ingest import Line
from loyalty.store import feedback, gifts
from loyalty.store.rows import cue_of
from loyalty.store.save import number, save_cues
from loyalty.store.view import View
from loyalty.wire import Closing, Outcome

UNDO_SECONDS = 30
REOPENED_SECONDS = 30  # a cue that is taken back stays at least so long
SWEEP_MAX = 100  # cues closed by age in one turn: a sale that comes meanwhile waits for no more than that
OPEN_MAX = 500  # cues of a shop that may be open at once


def answer(
    line: Line, shop: str, cue_id: str, outcome: Outcome, choice: int | None = None, staff: str | None = None
) -> None:
    """The first answer holds; the same again changes nothing. `staff`: who of them gave it, where somebody says.

    Wrong person: the sale is taken off them at once. Asked which of two people it is, the one chosen gets the sale;
    *neither* (other) is nobody.
    """
    cue = cue_in(line, shop, cue_id)
    if cue.closed_at is not None and not (cue.closed_by == "sale" and outcome == "wrong-person"):
        return
    owner = _said_owner(cue, outcome, choice)
    if owner is not None and cue.sale is not None:
        was = by_hand(line, cue.sale)
        along = _along(line, cue, outcome)
        line.run([Reattribute(cue.sale, owner), *(Reattribute(ident, owner) for ident, _ in along)])
        cue = replace(cue_in(line, shop, cue_id), was=was, along=along)
    if outcome == "wrong-person" and cue.redeem is not None:
        let_go(line, cue, staff)
    if outcome == "redeemed":
        taken(line, cue)
    if outcome == "wrong-person" and gifts.undo_of_cue(line.session, cue.person, cue.id, line.now):
        line.houses.tallies.changed()
    if outcome == "wrong-person" and cue.tone == "repair":
        feedback.untell(line.session, cue.person, cue.at)
    close(line, [cue], outcome, "screen")
    if owner is not None and cue.card:
        business = line.settings.shops[shop].business
        sharing.choose(line, business, cue, owner)
        sharing.greet(line, business, cue, owner)
    _note(line, cue, "assign" if owner not in (None, NOBODY) else _deed(outcome), staff, owner)


def _along(line: Line, cue: CueRow, outcome: Outcome) -> tuple[tuple[Ident, str | None], ...]:
    """A visit of the wrong person is so with all its sales that tell the same."""
    if outcome != "wrong-person" or cue.sale is None:
        return ()
    return tuple((sale.ident, sale.assigned) for sale in with_it(line, cue.sale))


def _deed(outcome: Outcome) -> What:
    return "wrong-person" if outcome == "wrong-person" else "answer"


def _note(line: Line, cue: CueRow, what: What, staff: str | None, owner: str | None = None) -> None:
    """Who did it, and of whom: who was chosen, or whose cue it was."""
    person = cue.person if owner in (None, NOBODY) else owner
    record(
        line,
        business=line.settings.shops[cue.shop].business,
        shop=cue.shop,
        till=cue.till,
        staff=staff,
        what=what,
        customer=person or None,
        sale=cue.sale,
    )


def _said_owner(cue: CueRow, outcome: Outcome, choice: int | None) -> str | None:
    """Whose the sale is by this answer; None where the answer says nothing of it."""
    if outcome == "wrong-person":
        return NOBODY
    if cue.between and outcome == "other":
        return NOBODY
    if cue.between and outcome == "usual" and choice is not None:
        return cue.between[choice]
    return None


def undo(line: Line, shop: str, cue_id: str, staff: str | None = None) -> None:
    """Reopens a cue that a screen closed within the last 30 seconds, and gives a taken-off sale back.

    Somebody else who was chosen meanwhile loses it, and their cue with it.
    """
    cue = cue_in(line, shop, cue_id)
    if cue.closed_at is None:
        return
    if cue.closed_by != "screen" or line.now - cue.closed_at > UNDO_SECONDS * SECOND:
        raise Conflict("an answer can be taken back for 30 seconds", code="too-late")
    if cue.outcome == "redeemed":
        let_go(line, cue, staff)
    if cue.sale is not None and (cue.outcome == "wrong-person" or cue.between):
        line.run([Reattribute(cue.sale, cue.was), *(Reattribute(ident, was) for ident, was in cue.along)])
        close(line, [other for other in open_cues(line, shop) if other.sale == cue.sale], "dismissed", "screen")
    if cue.outcome == "wrong-person" and cue.tone == "repair":
        feedback.tell(line.session, [cue.person], line.now)
    if cue.card:
        person = sharing.take_back(line, cue)
        theirs = [one for one in open_cues(line, shop) if (one.person, one.till, one.card) == (person, cue.till, "")]
        close(line, theirs, "dismissed", "screen")
    now = line.now
    expires = max(cue.expires_at, now + REOPENED_SECONDS * SECOND)
    cue = replace(
        cue, closed_at=None, outcome=None, closed_by=None, was=None, along=(), renewed_at=now, expires_at=expires
    )
    save_cues(line.session, [cue])
    line.publish(number(line.session, [Note(shop, cue.till, "cue", cue.id)], {cue.id: cue}, now))
    _note(line, cue, "undo", staff)


def with_old_cues(view: View) -> list[str]:
    """The businesses that have some."""
    rows = view.session.rows(
        "SELECT DISTINCT s.business FROM cues c JOIN shops s ON s.id = c.shop"
        " WHERE c.closed_at IS NULL AND c.expires_at <= ?",
        (view.now,),
    )
    return sorted(row[0] for row in rows)


def grow_old(line: Line, business: str) -> int:
    """A business's cues whose time is over are closed; how many."""
    rows = line.session.rows(
        "SELECT c.body FROM cues c JOIN shops s ON s.id = c.shop WHERE c.closed_at IS NULL AND c.expires_at <= ?"
        " AND s.business = ? ORDER BY c.expires_at LIMIT ?",
        (line.now, business, SWEEP_MAX),
    )
    close(line, [cue_of(row[0]) for row in rows], "expired", "age")
    return len(rows)


def close(line: Line, cues: list[CueRow], outcome: Closing, by: str) -> None:
    if not cues:
        return
    now = line.now
    closed = [replace(cue, closed_at=now, outcome=outcome, closed_by=by) for cue in cues]
    save_cues(line.session, closed)
    notes = [Note(cue.shop, cue.till, "closed", cue.id, outcome) for cue in closed]
    line.publish(number(line.session, notes, {}, now))


def by_hand(line: Line, ident: Ident) -> str | None:
    """Whose a sale is by somebody's hand; None where its own evidence says."""
    row = line.session.row("SELECT assigned FROM sales WHERE shop = ? AND source = ? AND ref = ?", ident)
    return row[0] if row is not None else None


def open_cues(line: Line, shop: str) -> list[CueRow]:
    rows = line.session.rows(
        "SELECT body FROM cues WHERE closed_at IS NULL AND expires_at > ? AND shop = ? LIMIT ?",
        (line.now, shop, OPEN_MAX),
    )
    return [cue_of(row[0]) for row in rows]


def cue_in(line: Line, shop: str, cue_id: str) -> CueRow:
    row = line.session.row("SELECT body FROM cues WHERE id = ? AND shop = ?", (cue_id, shop))
    if row is None:
        raise Unknown("there is no such cue in this shop", at="cue", code="unknown-cue")
    return cue_of(row[0])
