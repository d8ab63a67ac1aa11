"""Whose is the sale, after all? Said at the counter: *wrong person* and then somebody else, or a card made just now."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.acts.cues import cue_in
from loyalty.core.days import SECOND
from loyalty.core.decide import Answer, Reattribute
from loyalty.core.facts import CueRow, Ident, PresenceIn
from loyalty.errors import Conflict
from loyalty.ingest import Line
from loyalty.store.save import save_cues

CHOOSE_SECONDS = 300  # after *wrong person*, somebody else may be found or enrolled
HERE_SECONDS = 180  # a sale so recent is that of whoever stands at the till


def choose(line: Line, presence: PresenceIn) -> Answer:
    """Somebody is here, and the sale that was taken off the wrong person is theirs."""
    assert presence.presence.instead is not None
    cue = taken_off(line, presence.presence.shop, presence.presence.instead)
    [answer] = line.run([replace(presence, sale=cue.sale)])
    if answer.kind == "present" and answer.person is not None:
        hand_over(line, cue, answer.person)
    return answer


def taken_off(line: Line, shop: str, cue_id: str) -> CueRow:
    """The cue that was answered *wrong person* a moment ago."""
    cue = cue_in(line, shop, cue_id)
    if cue.outcome != "wrong-person" or cue.closed_at is None or line.now - cue.closed_at > CHOOSE_SECONDS * SECOND:
        raise Conflict("expected a cue that was answered *wrong person* a moment ago", at="instead", code="too-late")
    return cue


def hand_over(line: Line, cue: CueRow, person: str) -> None:
    """The sale is theirs by hand; the time in which it all can be undone begins anew."""
    if cue.sale is not None:
        line.run([Reattribute(cue.sale, person), *(Reattribute(ident, person) for ident, _ in cue.along)])
    save_cues(line.session, [replace(cue, closed_at=line.now)])


def adopt(line: Line, ident: Ident | None, person: str) -> None:
    """A sale that was nobody's is theirs; whose it was said to be by hand meanwhile stays so."""
    if ident is not None and _is_nobodys(line, ident):
        line.run([Reattribute(ident, person)])


def rung_up(line: Line, shop: str, till: str | None) -> Ident | None:
    """The newest sale at this till, a moment old and nobody's. Where the till is not known: the only such sale."""
    rows = line.session.rows(
        "SELECT source, ref FROM sales WHERE shop = ? AND day >= ? AND received_at >= ? AND person IS NULL"
        " AND assigned IS NULL AND state <> 'voided' AND refund_of IS NULL"
        f"{'' if till is None else ' AND till = ?'} ORDER BY received_at DESC, id DESC LIMIT 2",
        (shop, _yesterday(line, shop), line.now - HERE_SECONDS * SECOND, *([] if till is None else [till])),
    )
    if not rows or (till is None and len(rows) > 1):
        return None
    return Ident(shop, *rows[0])


def rung_up_after(line: Line, shop: str, till: str | None, since: int) -> Ident | None:
    """The first sale at this till after a moment, and soon after it, that is nobody's."""
    if till is None:
        return None
    row = line.session.row(
        "SELECT source, ref FROM sales WHERE shop = ? AND day >= ? AND received_at BETWEEN ? AND ? AND till = ?"
        " AND person IS NULL AND assigned IS NULL AND state <> 'voided' AND refund_of IS NULL"
        " ORDER BY received_at, id LIMIT 1",
        (shop, _yesterday(line, shop), since, since + HERE_SECONDS * SECOND, till),
    )
    return Ident(shop, *row) if row is not None else None


def _yesterday(line: Line, shop: str) -> int:
    """A till's own clock may run a day behind: sales are found by their business day."""
    return line.settings.shops[shop].calendar.read(line.now)[0] - 1


def _is_nobodys(line: Line, ident: Ident) -> bool:
    row = line.session.row(
        "SELECT 1 FROM sales WHERE shop = ? AND source = ? AND ref = ? AND person IS NULL AND assigned IS NULL", ident
    )
    return row is not None
