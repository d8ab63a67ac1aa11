"""Of a customer's copy who they are, by what they are known, what they agreed to and chose; and of whoever turned out
to be them the same, each as they have it by themselves."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import msgspec

from loyalty.core.feedback import ALWAYS
from loyalty.core.mine import Wishes
from loyalty.reports import about, marks
from loyalty.reports.copy_of import ALL, Part, Whose, told
from loyalty.store import agreed, wishes
from loyalty.store.acquainted import PAUSED
from loyalty.store.merged import SHARED
from loyalty.store.written import written_by

LINKS_MAX = 10_000
MERGES_MAX = 10_000
ENTRIES_MAX = 100_000  # of who was merged
USUAL = ("name", "variation", "modifiers", "days", "part", "label")


class Row(NamedTuple):
    """Of somebody what their row says: as COLUMNS."""

    name: bytes
    spoken: bytes | None
    birthday: bytes | None
    card: bytes
    enrolled_at: int
    joined: str | None
    written: str | None
    greeting: str
    recognise: bool
    remember: bool
    messages: bool
    offers: bool
    held_out: bool | None
    other_at: int | None
    care_until: int | None
    paused_at: int | None
    rested_from: int | None
    rested_until: int | None
    forgot_at: int | None
    hand_tier: str | None
    hand_until: int | None
    brought_by: str | None


COLUMNS = ", ".join(Row._fields)


def read(whose: Whose) -> Part:
    view, person = whose.view, whose.person
    row, known = _row(whose, person), about.read(view, person)
    found: Part = msgspec.to_builtins(known)
    return {
        **_chosen(row),
        **{name: found[name] for name in ("spoken", "birthday", "joined", "written")},
        "card": view.vault.person(whose.members[0][1]).open(row.card),
        "paused_at": told(_paused(whose)),
        "sharers": msgspec.to_builtins(about.sharers(view, person)),
        **_wished(wishes.of(view.session, view.vault, person)),
        "agreed_alone": _alone(whose),
        "brought": _brought(whose),
        "card_of_staff": _of_staff(whose),
        "links": _links(whose),
        "merges": _merges(whose),
        "merged": [_merged(whose, *one) for one in whose.members[1:]],
    }


def _row(whose: Whose, id: str) -> Row:
    row = whose.view.session.row(f"SELECT {COLUMNS} FROM customers WHERE id = ?", (id,))
    assert row is not None, id
    return Row._make(row)


def _chosen(row: Row) -> Part:
    """What they chose, what holds of it, and since when."""
    rested = [told(row.rested_from), told(row.rested_until)] if row.rested_from is not None else None
    return {
        "paused_at": told(row.paused_at),
        "last_pause": rested,
        "forgot_at": told(row.forgot_at),
        "other_today_at": told(row.other_at),
        "looked_after": _looked_after(row.care_until),
        "held_out": bool(row.held_out) if row.held_out is not None else None,
        "tier_held_by_hand": _held(row),
    }


def _looked_after(until: int | None) -> Part | None:
    """Whether their greeting is changed by a visit that was not right; to no set moment, until it was said once."""
    return {"until": told(until) if until < ALWAYS else None} if until is not None else None


def _held(row: Row) -> Part | None:
    if row.hand_tier is None or row.hand_until is None:
        return None
    return {"tier": row.hand_tier, "until": date.fromordinal(row.hand_until).isoformat()}


def _paused(whose: Whose) -> int | None:
    """Also while somebody who was merged into them pauses."""
    row = whose.view.session.row(f"SELECT {PAUSED} FROM customers c WHERE id = ?", (whose.person,))
    return row[0] if row is not None else None


def _wished(mine: Wishes) -> Part:
    usuals = [{field: msgspec.to_builtins(getattr(one, field)) for field in USUAL} for one in mine.usuals]
    return {"usuals": usuals, "never": list(mine.never)}


def _alone(whose: Whose) -> Part | None:
    """What they agreed to by themselves, while others are one person with them and all have to agree."""
    session, person = whose.view.session, whose.person
    several = agreed.agreed_by(session, person)[1] is not None
    return agreed.own_of(session, person) if several else None


def _brought(whose: Whose) -> Part:
    """Whether somebody brought them along, by name only if that one lets it be said; and how many they brought."""
    by = whose.rows(
        "SELECT COALESCE(b.merged_into, b.id), b.erased_at FROM customers c JOIN customers b ON b.id = c.brought_by"
        " WHERE c.id IN {ALL} ORDER BY c.enrolled_at, c.id",
        len(whose.members),
    )
    others = [(id, erased) for id, erased in by if id != whose.person]
    there = [id for id, erased in others if erased is None]
    brought = whose.view.session.row(
        f"SELECT COUNT(*) FROM customers WHERE business = ? AND brought_by IN {ALL} AND COALESCE(merged_into, id) <> ?",
        (whose.business, whose.person, whose.person, whose.person),
    )
    return {
        "by_somebody": bool(others),
        "by": marks.said_name(whose.view, there[0], owner=False) if there else None,
        "others": brought[0] if brought is not None else 0,
    }


def _of_staff(whose: Whose) -> bool:
    """Whether the owner has noted that it is the card of one of the staff."""
    return bool(whose.rows("SELECT 1 FROM staff WHERE customer IN {ALL}", 1))


def _links(whose: Whose) -> list[Part]:
    """Every identifier and every card's letters, since when, and until when they told that it was they. The letters of
    a card that is somebody else's are theirs."""
    own = whose.opened()
    sql = "SELECT customer, kind, value, since, until FROM links WHERE customer IN {ALL} ORDER BY id"
    return [
        {
            "kind": kind,
            "value": own[id].open(value) if kind != SHARED else None,
            "since": told(since),
            "until": told(until),
        }
        for id, kind, value, since, until in whose.rows(sql, LINKS_MAX)
    ]


def _merges(whose: Whose) -> list[Part]:
    """When cards were put together with theirs, and parted again: then the other is somebody else, whose id is not
    theirs to know."""
    ids = {id for id, _ in whose.members}
    rows = whose.view.session.rows(
        f"SELECT kept, gone, at, undone_at FROM merges WHERE kept IN {ALL} OR gone IN {ALL} ORDER BY at DESC LIMIT ?",
        (*[whose.person] * 4, MERGES_MAX),
    )
    return [
        {"kept": kept if kept in ids else None, "gone": gone if gone in ids else None, "at": told(at),
         "undone_at": told(undone_at)}
        for kept, gone, at, undone_at in rows
    ]  # fmt: skip


# -- who was merged ---------------------------------------------------------------------------------------------------
def _merged(whose: Whose, id: str, secret: bytes) -> Part:
    """Somebody who is this customer now: who they are by themselves, and how their points went over."""
    view, own, row = whose.view, whose.view.vault.person(secret), _row(whose, id)
    sealed: dict[str, Any] = {"spoken": row.spoken, "birthday": row.birthday}
    return {
        "id": id,
        "name": own.open(row.name),
        **{name: own.open(value) if value is not None else None for name, value in sealed.items()},
        "card": own.open(row.card),
        "greeting": row.greeting,
        "consents": {name: bool(getattr(row, name)) for name in agreed.CONSENTS},
        "enrolled_at": told(row.enrolled_at),
        "joined": row.joined,
        "written": [{"what": what, "at": told(at)} for what, at in sorted(written_by(row.written).items())],
        **_chosen(row),
        **_wished(dict(wishes.by_member(view.session, view.vault, whose.person))[id]),
        "entries": _entries(whose, id),
    }


def _entries(whose: Whose, id: str) -> list[Part]:
    rows = whose.view.session.rows(
        "SELECT points, reason, at FROM entries WHERE customer = ? ORDER BY n LIMIT ?", (id, ENTRIES_MAX)
    )
    return [{"points": points, "reason": reason, "at": told(at)} for points, reason, at in rows]
