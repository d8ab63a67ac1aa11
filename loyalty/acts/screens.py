"""A counter screen says hello: the messages it missed, or a snapshot to start from."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from loyalty.core.facts import CueRow
from loyalty.ingest import Line
from loyalty.store.names import people_of
from loyalty.store.rows import cue_of
from loyalty.store.save import Sent
from loyalty.store.view import View

RESUME_MAX = 500  # messages that are worth sending one by one
OPEN_MAX = 200  # cues of a snapshot


class Start(Struct, frozen=True):
    """Where a screen starts: `missed` one by one after number `seq`, or (None) the open cues as of `seq`.

    Either way it has everything up to `upto`.
    """

    seq: int
    upto: int
    missed: list[Sent] | None
    cues: list[tuple[CueRow, dict[str, str]]]
    greeted: int
    people: int


def hello(line: Line, shop: str, till: str | None, after: int | None) -> Start:
    session = line.session
    row = session.row("SELECT seq FROM shops WHERE id = ?", (shop,))
    assert row is not None, shop
    seq: int = row[0]
    if after is not None and seq - RESUME_MAX <= after <= seq:
        missed = [sent for sent in told_after(line, shop, after) if till is None or sent.till in (None, till)]
        return Start(after, seq, missed, [], 0, 0)
    return Start(seq, seq, None, _open_cues(line, shop, till), _greeted(line, shop), _people(line, shop))


def told_after(view: View, shop: str, after: int) -> list[Sent]:
    """What the screens of a shop were told after this number, in order; all of it, or the first of it."""
    rows = view.session.rows(
        "SELECT m.seq, m.till, m.kind, m.cue, m.outcome, c.body FROM messages m LEFT JOIN cues c ON c.id = m.cue"
        " WHERE m.shop = ? AND m.seq > ? ORDER BY m.seq LIMIT ?",
        (shop, after, RESUME_MAX),
    )
    found = [
        Sent(shop, seq, till, kind, cue, outcome, cue_of(body) if kind == "cue" and body is not None else None)
        for seq, till, kind, cue, outcome, body in rows
        if not (kind == "cue" and body is None)  # the cues of somebody who was erased are gone
    ]
    return view.names.attach(view.session, found)


def numbers(view: View, shops: Sequence[str]) -> list[tuple[str, int]]:
    """The last number of each of these shops."""
    wanted = [(shop,) for shop in shops]
    sql = "WITH w (a) AS (VALUES {}) SELECT id, seq FROM w CROSS JOIN shops ON id = a"
    return [(shop, seq) for shop, seq in view.session.matching(sql, wanted)]


def _open_cues(line: Line, shop: str, till: str | None) -> list[tuple[CueRow, dict[str, str]]]:
    of_till, tills = ("", ()) if till is None else (" AND (till IS NULL OR till = ?)", (till,))
    rows = line.session.rows(
        f"SELECT body FROM cues WHERE closed_at IS NULL AND expires_at > ? AND shop = ?{of_till}"
        " ORDER BY renewed_at LIMIT ?",
        (line.now, shop, *tills, OPEN_MAX),
    )
    cues = sorted((cue_of(row[0]) for row in rows), key=lambda cue: (cue.at, cue.id))
    return [(cue, line.names.said(line.session, people_of(cue))) for cue in cues]


def _greeted(line: Line, shop: str) -> int:
    """How many were greeted since the business day began."""
    calendar = line.settings.shops[shop].calendar
    today = calendar.starts(calendar.read(line.now)[0])
    row = line.session.row(
        "SELECT COUNT(*) FROM messages WHERE shop = ? AND at >= ? AND kind = 'closed'"
        " AND outcome IN ('usual', 'other')",
        (shop, today),
    )
    return row[0] if row else 0


def _people(line: Line, shop: str) -> int:
    """0 where nobody has enrolled yet."""
    business = line.settings.shops[shop].business
    row = line.session.row(
        "SELECT COUNT(*) FROM (SELECT 1 FROM customers WHERE business = ? LIMIT 1) AS one", (business,)
    )
    return row[0] if row else 0
