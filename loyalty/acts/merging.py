"""Two customers are one person, and two again: each is one task of the line, and leaves no trace once it is undone.

Who was merged keeps their row, their key, their links and their cards; all of that leads to who is kept. So undoing
has nothing to put together again but whose the sales and the rewards are.
"""

from __future__ import annotations

from loyalty.acts.cues import close
from loyalty.acts.deeds import OWNER, Hand, put_right
from loyalty.acts.tiers import hold_again
from loyalty.core.coming import is_coming
from loyalty.core.days import DAY
from loyalty.core.facts import CueRow, Ident, Mark, PresenceIn
from loyalty.core.merging import Rehome
from loyalty.errors import Conflict, TooLarge, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import agreed, feedback, gifts, merges, tiers
from loyalty.store.merges import Merge
from loyalty.store.people import renamed
from loyalty.store.rows import cue_of
from loyalty.store.secrets import new_id
from loyalty.store.session import Session
from loyalty.wire import Presence
from loyalty.wire_people import NewMerge

SALES_MAX = 25_000  # of both together: the till waits while they are folded again
UNDO_DAYS = 1  # in which a screen may undo; the owner may at any time


def merge(line: Line, business: str, wanted: NewMerge, hand: Hand = OWNER) -> Merge:
    """`gone` is `kept` from now on. The same key is the same merge, answered as the first time."""
    known = merges.of_key(line.session, business, wanted.key)
    if known is not None:
        return _same(line.session, known, wanted)
    kept, gone = pair(line.session, business, wanted.kept, wanted.gone)
    made = Merge(new_id(), business, kept, gone, wanted.key, line.now)
    own, people = merges.below(line.session, kept), merges.below(line.session, gone)
    between = merges.between(line.session, people, own, SALES_MAX)
    merges.add(line.session, made)
    merges.point(line.session, people, kept)
    _settle(line, business, kept, [kept, *people], between)
    _greet_again(line, business, people, kept)
    put_right(line, business, hand, "merge", kept)
    return made


def pair(session: Session, business: str, kept: str, gone: str) -> tuple[str, str]:
    """Who is meant by these two; refused where they are one already, or have more sales than one turn may fold."""
    keeps = merges.kept_id(session, business, kept, "kept")
    goes = merges.kept_id(session, business, gone, "gone")
    if keeps == goes:
        said = "this is one and the same customer" if kept == gone else "these two are one customer already"
        raise Conflict(said, at="gone", code="same-person")
    named = merges.between(session, merges.below(session, goes), merges.below(session, keeps), SALES_MAX)
    sales = merges.count_sales(session, [keeps, goes]) + len(named)
    if sales > SALES_MAX:
        raise TooLarge(f"these two have {sales} sales together; at most {SALES_MAX} can be merged", code="too-many")
    return keeps, goes


def undo(line: Line, business: str, id: str, hand: Hand = OWNER) -> Merge:
    """Two people again, in whatever order merges are undone; twice is as once. The owner can at any time, a screen as
    long as nothing was made of it: else the points that one of them used would be used again."""
    known = merges.of_id(line.session, business, id)
    if known is None:
        raise Unknown("there is no such merge in this business", code="unknown-merge")
    if known.undone_at is not None:
        return known
    root = _root(line.session, known.kept)
    if not hand.owner:
        _check_unused(line, known, root)
    merges.end(line.session, id, line.now)
    parted = merges.below(line.session, known.gone)
    before = [*merges.below(line.session, root), *parted]
    merges.point(line.session, parted, known.gone)
    feedback.untell(line.session, known.gone, known.at)  # the greetings since then were somebody else's
    _settle(line, business, known.kept, before, [])
    put_right(line, business, hand, "part", known.kept)
    undone = merges.of_id(line.session, business, id)
    assert undone is not None
    return undone


def _check_unused(line: Line, known: Merge, root: str) -> None:
    if line.now - known.at > UNDO_DAYS * DAY:
        raise Conflict("this was merged more than a day ago; the owner can undo it", code="too-late")
    if merges.used_since(line.session, known, merges.below(line.session, root), line.now):
        said = "rewards were used or points taken since these two were merged; the owner can undo it"
        raise Conflict(said, code="used-since")


def _settle(line: Line, business: str, kept: str, people: list[str], between: list[Ident]) -> None:
    """What was agreed by those who hold it now, and then everything to whom it belongs."""
    anew: list[str] = []
    at: str | None = kept
    while at is not None:  # up to the root: each in between is made of those below
        again = agreed.agree_again(line.session, at)
        if again.remember:
            anew.append(at)
        if again.name:
            renamed(line.session, business, at)
        line.names.forget(at)
        at = merges.gone_into(line.session, at)
    anew += [who for who in merges.brought_among(line.session, people) if who not in anew]
    if business in line.settings.multiplying and tiers.hands_of(line.session, people):
        anew += [who for who in people if who not in anew]
    line.run([Rehome(tuple(people), tuple(between), tuple(anew))])
    merges.reserved_again(line.session, people)
    gifts.mark_again(line.session, people)
    feedback.mark_again(line.session, people)
    for person in people:
        hold_again(line, business, person)


def _root(session: Session, person: str) -> str:
    above = merges.gone_into(session, person)
    return person if above is None else _root(session, above)


def _greet_again(line: Line, business: str, gone: list[str], kept: str) -> None:
    """Whoever is being greeted at a till now is greeted as who they are."""
    open_ = [cue for who in gone for cue in _open_cues(line, who)]
    close(line, open_, "dismissed", "age")
    here = [cue for cue in open_ if cue.expires_at > line.now and not is_coming(cue)]
    for shop, till in dict.fromkeys((cue.shop, cue.till) for cue in here):
        line.run([PresenceIn(Presence(shop=shop, till=till), business, Mark("customer", kept), line.now)])


def _open_cues(line: Line, person: str) -> list[CueRow]:
    rows = line.session.rows("SELECT body FROM cues WHERE customer = ? AND closed_at IS NULL", (person,))
    return [cue_of(body) for (body,) in rows]


def _same(session: Session, known: Merge, wanted: NewMerge) -> Merge:
    went = merges.below(session, known.gone)
    stayed = [one for one in merges.below(session, known.kept) if one not in went]
    for field, were, now in (("kept", stayed, wanted.kept), ("gone", went, wanted.gone)):
        if now not in were:
            raise Unfit(f"this key was used for another merge, with another {field}", at="key", code="key-reused")
    return known
