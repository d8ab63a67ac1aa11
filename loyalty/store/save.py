"""The one commit after a decision: sales, memories, entries, cues, and the numbered messages to the screens."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from msgspec import Struct

from loyalty.core import account, memory, rhythm
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Note
from loyalty.store import feedback, used_codes
from loyalty.store.gifts import save_gifts
from loyalty.store.houses import Houses
from loyalty.store.redemptions import save_adjustments, save_redemptions
from loyalty.store.rows import SALE_COLUMNS, SALE_UPDATES, pack, sale_row
from loyalty.store.session import Session
from loyalty.store.shops import Settings

INSERT_SALE = (
    f"INSERT INTO sales ({SALE_COLUMNS}) VALUES ({', '.join('?' for _ in SALE_COLUMNS.split(','))})"
    f" ON CONFLICT (shop, source, ref) DO UPDATE SET {SALE_UPDATES}"
)
INSERT_STATE = (
    "INSERT INTO states (customer, memory, points, entries, account, ends, business, shop, last_at, regular_until,"
    " becoming_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (customer) DO UPDATE"
    " SET memory = excluded.memory, points = excluded.points, entries = excluded.entries, account = excluded.account,"
    " ends = excluded.ends, business = excluded.business, shop = excluded.shop, last_at = excluded.last_at,"
    " regular_until = excluded.regular_until, becoming_until = excluded.becoming_until"
)
CUT_CHECKPOINTS = "DELETE FROM checkpoints WHERE customer = ? AND (at, source, ref, shop) >= (?, ?, ?, ?)"
INSERT_ENTRY = (
    "INSERT INTO entries (customer, n, points, reason, shop, source, ref, at, day, made_at, redemption, lot, cause)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_CUE = (
    "INSERT INTO cues (id, shop, customer, till, renewed_at, expires_at, closed_at, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET renewed_at = excluded.renewed_at, expires_at = excluded.expires_at,"
    " closed_at = excluded.closed_at, body = excluded.body"
)
INSERT_MESSAGE = "INSERT INTO messages (shop, seq, till, kind, cue, outcome, at) VALUES (?, ?, ?, ?, ?, ?, ?)"


NOBODYS = {"stranger": "loose", "two-people": "two_people"}  # why a sale is nobody's, and where it is found then
NOWHERE = (None, None, None)  # in place of a sale
NUMBERS_ON = 1_000_000  # a restore raises a shop's numbers by so many: what screens saw since is not told again


class Sent(Struct, frozen=True, gc=False):
    """A message that has its number: what the hub publishes once the commit has returned."""

    shop: str
    seq: int
    till: str | None
    kind: str
    cue: str
    outcome: str | None
    row: CueRow | None
    names: dict[str, str] = {}  # of the people its sentence mentions


def save(session: Session, settings: Settings, houses: Houses, desk: Desk, now: int) -> list[Sent]:
    """Everything a decision changed, numbers last. Inside the caller's transaction."""
    session.many(INSERT_SALE, [sale_row(sale) for sale in desk.sales.values()])
    _nobodys(session, settings, desk)
    for person, after in desk.cuts.items():
        session.run(CUT_CHECKPOINTS, (person, *after))
    made = [point for points in desk.checkpoints.values() for point in points]
    session.many(
        "INSERT INTO checkpoints (customer, at, source, ref, shop, memory, account) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(point.person, *point.key, point.memory, point.account or None) for point in made],
    )
    session.many(INSERT_STATE, [_state_row(settings, desk, person) for person in desk.touched])
    session.many(
        INSERT_ENTRY,
        [
            (
                e.person,
                e.n,
                e.points,
                e.reason,
                *(e.sale or NOWHERE),
                e.at,
                e.day,
                now,
                e.redemption,
                e.lot or None,
                e.cause or None,
            )
            for e in desk.entries
        ],
    )
    if desk.redemptions:
        save_redemptions(session, desk.redemptions.values())
    if desk.adjustments:
        save_adjustments(session, desk.adjustments.values())
    if desk.gifts:
        save_gifts(session, desk.gifts.values())
        houses.tallies.changed()
    houses.soil(session, desk.dirty)
    session.many("UPDATE customers SET other_at = ? WHERE id = ?", [(at, who) for who, at in desk.others.items()])
    if desk.cared:
        feedback.tell(session, desk.cared, now)
    if desk.used:
        used_codes.save(session, desk.used)
    save_cues(session, list(desk.cues.values()))
    return number(session, desk.notes, desk.cues, now)


def save_cues(session: Session, cues: list[CueRow]) -> None:
    rows = [(c.id, c.shop, c.person, c.till, c.renewed_at, c.expires_at, c.closed_at, pack(c)) for c in cues]
    session.many(INSERT_CUE, rows)


def number(session: Session, notes: list[Note], cues: dict[str, CueRow], now: int) -> list[Sent]:
    """Numbers are taken from the shop's row, all at once and last, so that they become visible in order."""
    by_shop: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_shop[note.shop].append(note)
    sent: list[Sent] = []
    for shop in sorted(by_shop):
        found = by_shop[shop]
        row = session.row("UPDATE shops SET seq = seq + ? WHERE id = ? RETURNING seq", (len(found), shop))
        assert row is not None, shop
        first = row[0] - len(found) + 1
        for seq, note in enumerate(found, first):
            cue = cues[note.cue] if note.kind == "cue" else None
            sent.append(Sent(shop, seq, note.till, note.kind, note.cue, note.outcome, cue))
    session.many(INSERT_MESSAGE, [(s.shop, s.seq, s.till, s.kind, s.cue, s.outcome, now) for s in sent])
    return sent


def _state_row(settings: Settings, desk: Desk, person: str) -> tuple[Any, ...]:
    state, known = desk.state(person), desk.memory(person)
    ends = account.next_end(state.account)
    stored = (person, state.memory, state.points, state.entries, state.account or None, ends)
    return *stored, *standing(settings, known)


def standing(settings: Settings, known: memory.Memory) -> tuple[Any, ...]:
    """What the owner's lists are read by, without opening a memory: whose, where and when last, until when what."""
    if known.at < 0:
        return None, None, None, 0, 0
    business = settings.shops[known.shop].business
    return business, known.shop, known.at, rhythm.regular_until(known.pace), rhythm.becoming_until(known.pace)


def _nobodys(session: Session, settings: Settings, desk: Desk) -> None:
    """What sales are found by that are nobody's: hashes only, so that whoever enrols within seven days, or turns out to
    be one with somebody, can adopt them."""
    known = desk.known.sales
    for note, table in NOBODYS.items():
        stale = [tuple(ident) for ident in desk.sales if ident in known and known[ident].note == note]
        session.many(f"DELETE FROM {table} WHERE shop = ? AND source = ? AND ref = ?", stale)
        rows: list[tuple[Any, ...]] = []
        for sale in desk.sales.values():
            if sale.note == note and sale.person is None and sale.assigned is None and sale.marks:
                business = settings.shops[sale.ident.shop].business
                rows += [(business, mark.hash, *sale.ident, sale.received_at) for mark in sale.marks]
        if rows:
            session.many(
                f"INSERT INTO {table} (business, hash, shop, source, ref, received_at) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
