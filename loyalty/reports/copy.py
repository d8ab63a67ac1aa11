"""Everything that is kept of me, to take along: the whole history, and what was learned from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from loyalty.core import memory
from loyalty.core.days import PARTS, when
from loyalty.reports import about, feedback, given
from loyalty.reports import person as person_report
from loyalty.reports.person import cues_of
from loyalty.store import feedback as rows
from loyalty.store import merges, receipts, redemptions, tiers, wallets, wishes
from loyalty.store.acquainted import PAUSED
from loyalty.store.view import View

PAGES_MAX = 500  # of two hundred entries and visits each
CUES_MAX = 10_000
ENTRIES_MAX = 100_000  # of who was merged
DEEDS_MAX = 10_000  # the newest
GIFTS_MAX = 10_000
SAID_MAX = 10_000
ASIDE_MAX = 10_000
FORMAT = "regulars copy 1"


def read(view: View, business: str, person: str) -> dict[str, Any] | None:
    """Plain data: a copy is for people and for other programs, not for ours."""
    entries: list[Any] = []
    visits: list[Any] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        page = person_report.read(view, business, person, after)
        if page is None:
            return None
        entries += page.entries
        visits += page.visits
        after = page.next
        if after is None:
            break
    assert page is not None
    whole = msgspec.to_builtins(page)
    whole |= {"entries": msgspec.to_builtins(entries), "visits": msgspec.to_builtins(visits)}
    whole["deeds"] = _deeds(view, page.id)
    whole["cues"] = msgspec.to_builtins(cues_of(view, business, person, CUES_MAX))
    whole["merged"] = [_merged(view, one, secret) for one, secret in merges.members(view.session, page.id)[1:]]
    whole["adjustments"] = [
        {"points": one.points, "at": when(one.at).isoformat(), "note": one.note}
        for one in redemptions.adjustments_of(view.session, page.id, 0)
        if one.why == "adjust"
    ]
    whole["tiers_by_hand"] = _by_hand(view, page.id)
    whole["gifts"] = _gifts(view, page.id)
    whole["said"] = msgspec.to_builtins(feedback.said_by(view, page.id, SAID_MAX))
    whole["asked"] = _asked(view, page.id)
    whole["claims"] = _claims(view, page.id)
    whole["wallets"] = _wallets(view, page.id)
    whole |= _themselves(view, page.id)
    whole["not_learned"] = _not_learned(view, page.id)
    del whole["next"]
    return {"format": FORMAT, "taken_at": when(view.now).isoformat(), **whole, "learned": _learned(view, page.id)}


def _themselves(view: View, person: str) -> dict[str, Any]:
    """What they say of themselves and where it is from, the letters of their card, their pauses, and who shares it."""
    row = view.session.row(
        f"SELECT secret, card, {PAUSED}, rested_from, rested_until, forgot_at FROM customers c WHERE id = ?", (person,)
    )
    assert row is not None, person
    secret, card, paused, rested, over, forgot = row
    found: dict[str, Any] = msgspec.to_builtins(about.read(view, person))
    return {
        "spoken": found["spoken"],
        "birthday": found["birthday"],
        "joined": found["joined"],
        "written": found["written"],
        "card": view.vault.person(secret).open(card),
        "paused_at": when(paused).isoformat() if paused is not None else None,
        "last_pause": [when(rested).isoformat(), when(over).isoformat()] if rested is not None else None,
        "forgot_at": when(forgot).isoformat() if forgot is not None else None,
        "sharers": msgspec.to_builtins(about.sharers(view, person)),
        **_wished(view, person),
    }


def _wished(view: View, person: str) -> dict[str, Any]:
    mine = wishes.of(view.session, view.vault, person)
    fields = ("name", "variation", "modifiers", "days", "part", "label")
    usuals = [{field: msgspec.to_builtins(getattr(one, field)) for field in fields} for one in mine.usuals]
    return {"usuals": usuals, "never": list(mine.never)}


def _not_learned(view: View, person: str) -> list[dict[str, Any]]:
    """Sales that earned and from which nothing was learned, beside what they agreed to: in a pause, not as usual, or
    before they had their usual forgotten."""
    rows = view.session.rows(
        "SELECT shop, source, ref, CASE WHEN unlearned THEN 'paused' WHEN freed IS NOT NULL THEN 'not-as-usual'"
        " ELSE 'forgotten' END FROM sales WHERE person = ? AND counts AND (freed IS NOT NULL OR unlearned"
        " OR forgotten IS NOT NULL) ORDER BY at DESC, source DESC, ref DESC LIMIT ?",
        (person, ASIDE_MAX),
    )
    return [{"shop": shop, "source": source, "id": ref, "why": why} for shop, source, ref, why in rows]


def _merged(view: View, person: str, secret: bytes) -> dict[str, Any]:
    """Somebody who is this customer now: how they joined, and how their points went over."""
    row = view.session.row("SELECT name, enrolled_at, spoken, birthday FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    entries = view.session.rows(
        "SELECT points, reason, at FROM entries WHERE customer = ? ORDER BY n LIMIT ?", (person, ENTRIES_MAX)
    )
    own = view.vault.person(secret)
    return {
        "id": person,
        "name": own.open(row[0]),
        "spoken": own.open(row[2]) if row[2] is not None else None,
        "birthday": own.open(row[3]) if row[3] is not None else None,
        "enrolled_at": when(row[1]).isoformat(),
        "entries": [{"points": points, "reason": reason, "at": when(at).isoformat()} for points, reason, at in entries],
    }


def _by_hand(view: View, person: str) -> list[dict[str, Any]]:
    """Every tier that somebody set for them, and why."""
    return [
        {
            "tier": one.tier,
            "until": date.fromordinal(one.until).isoformat(),
            "reason": view.vault.person(secret).open(one.reason),
            "set_at": when(one.set_at).isoformat(),
            "ended_at": when(one.ended_at).isoformat() if one.ended_at is not None else None,
        }
        for who, secret in merges.members(view.session, person)
        for one in tiers.all_of(view.session, who)
    ]


def _gifts(view: View, person: str) -> Any:
    return msgspec.to_builtins(given.read(view, person, GIFTS_MAX))


def _asked(view: View, person: str) -> list[dict[str, Any]]:
    """Which visits they were asked about, and what became of it; null where they said nothing."""
    return [
        {"visit_at": when(one.visit_at).isoformat(), "asked_at": when(one.asked_at).isoformat(), "answer": one.answer}
        for one in rows.questions(view.session, person, SAID_MAX)
    ]


def _claims(view: View, person: str) -> list[dict[str, Any]]:
    """Every receipt that they claimed, and the sale it told of; null where none was found."""
    return [
        {"at": when(one.at).isoformat(), "sale": None if one.sale is None else one.sale._asdict()}
        for one in receipts.of_person(view.session, person)
    ]


def _wallets(view: View, person: str) -> list[dict[str, Any]]:
    """The passes made of their cards, and since when telephones have them."""
    return [
        {"kind": one.kind, "language": one.language, "changed_at": when(one.changed_at).isoformat(),
         "devices": [when(since).isoformat() for since in devices]}
        for who, _ in merges.members(view.session, person)
        for one, devices in wallets.of_person(view.session, who)
    ]  # fmt: skip


def _learned(view: View, person: str) -> dict[str, Any]:
    """The memory as it is stored, with names in the place of positions."""
    row = view.session.row("SELECT memory FROM states WHERE customer = ?", (person,))
    known = memory.load(row[0] if row is not None else b"")
    drinks = {
        habit.name: {
            "in_visits": _places(memory.mask_of(known, habit)),
            "variations": habit.variations,
            "modifiers": habit.modifiers,
        }
        for habit in known.habits.values()
    }
    return {
        "visits": known.visits,
        "drinks": drinks,
        "visits_by_part_of_day": {name: _places(mask) for name, mask in zip(PARTS, known.parts, strict=True)},
    }


def _deeds(view: View, person: str) -> list[dict[str, Any]]:
    """What was done with their card at a counter. By whom is not theirs to know, and not ours to hand on."""
    rows = view.session.rows(
        "SELECT d.at, d.what, d.points FROM customers c JOIN deeds d ON d.customer = c.id"
        " WHERE c.id = ? OR c.merged_into = ? ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (person, person, DEEDS_MAX),
    )
    return [{"at": when(at).isoformat(), "what": what, "points": points} for at, what, points in rows]


def _places(mask: int) -> list[int]:
    """1 is the newest visit."""
    return [place + 1 for place in range(mask.bit_length()) if mask >> place & 1]
