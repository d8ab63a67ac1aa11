"""Proof of what stands beside other rows so that it need not be looked up: each is what those rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import msgpack

from loyalty.core import account, memory
from loyalty.core.facts import Taken
from loyalty.store import agreed, merges
from loyalty.store.feedback import CARE
from loyalty.store.gifts import THEIRS
from loyalty.store.save import standing
from loyalty.store.session import Session
from loyalty.store.shops import Settings

UNFILLED = (None,) * 5  # from before the owner's lists: read off the memory when the service starts
PAGE = 2_000  # sales looked at together
GIVEN = f"SELECT MAX(g.at) FROM gifts g WHERE g.customer IN ({THEIRS}) AND g.undone_at IS NULL"
BESIDE = (
    "WITH w (a) AS (VALUES {}) SELECT customers.id, reserved_until,"
    " (SELECT MAX(r.expires_at) FROM redemptions r WHERE r.customer = customers.id), given_at, surprised_at,"
    f" ({GIVEN}), ({GIVEN} AND g.kind = 'surprise'), hand_tier, hand_until, agreed,"
    f" care_until, ({CARE})"
    " FROM w CROSS JOIN customers ON id = a"
)
_taken = msgpack.Decoder(Taken).decode


def beside(session: Session, settings: Settings, people: Sequence[str]) -> Iterator[str]:
    """Of these people."""
    wanted = [(person,) for person in people]
    yield from _states(session, settings, wanted)
    hands, kept = _hands(session, wanted), _kept(session, wanted)
    for row in session.matching(BESIDE, wanted):
        person, reserved, last, given, surprised, gift, surprise, tier, until, agreed, care, said = row
        found: list[str] = []
        if (reserved or 0) < (last or 0):
            found.append(f"their rewards are looked for until {reserved}, one is reserved until {last}")
        if (given, surprised) != (gift, surprise):
            found.append(f"last given something at {given}, {surprised}, their gifts say {gift}, {surprise}")
        if care != said:
            found.append(f"is looked after until {care}, what they said of visits says until {said}")
        if not _is_held(person, (tier, until), hands[person]):
            found.append(f"has the tier {tier} by hand until {until}, what was set is {hands[person]}")
        if agreed is not None or person in kept:
            found += _agreed(session, person)
        yield from (f"customer {person}: {one}" for one in found)


def _states(session: Session, settings: Settings, wanted: Sequence[tuple[str]]) -> Iterator[str]:
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT customer, memory, account, ends, business, shop, last_at, regular_until,"
        " becoming_until FROM w CROSS JOIN states ON customer = a",
        wanted,
    )
    for person, blob, books, ends, *stored in rows:
        due = account.next_end(books or b"")
        if ends != due:
            yield f"customer {person}: the first of their points end at {ends}, should at {due}"
        seen = standing(settings, memory.load(blob))
        if tuple(stored) not in (seen, UNFILLED):
            yield f"customer {person}: is listed as {tuple(stored)}, should be as {seen}"


# -- tiers by hand ----------------------------------------------------------------------------------------------------
Hands = list[tuple[str, int, str]]  # tier, last day, for whom it was set


def _hands(session: Session, wanted: Sequence[tuple[str]]) -> dict[str, Hands]:
    """What was set for these and whoever is merged into them, and has not been taken away."""
    found: dict[str, Hands] = defaultdict(list)
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT a, h.tier, h.until_day, h.customer, h.id FROM w"
        " CROSS JOIN customers m ON m.id = a OR m.merged_into = a"
        " CROSS JOIN hand_tiers h ON h.customer = m.id AND h.ended_at IS NULL",
        wanted,
    )
    for person, tier, until, who, _ in sorted(rows, key=lambda row: (row[0], row[4])):
        found[person].append((tier, until, who))
    return found


def _is_held(person: str, held: tuple[str | None, int | None], rows: Hands) -> bool:
    """The best of several people's depends on the day on which they were merged: it is one of theirs."""
    if any(who != person for *_, who in rows):
        return held == (None, None) or held in [row[:2] for row in rows]
    return held == (rows[0][:2] if rows else (None, None))


# -- what was agreed --------------------------------------------------------------------------------------------------
def _kept(session: Session, wanted: Sequence[tuple[str]]) -> set[str]:
    """Those into whom somebody is merged."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT DISTINCT a FROM w CROSS JOIN merges ON kept = a AND undone_at IS NULL", wanted
    )
    return {row[0] for row in rows}


def _agreed(session: Session, person: str) -> list[str]:
    """What holds is the quietest of what each of them chose, but where it was changed since."""
    people = merges.below(session, person)
    now, own = agreed.agreed_by(session, person)
    if (own is not None) != (len(people) > 1):
        return [f"{len(people)} are one person here, what they chose themselves is {own}"]
    if own is None:
        return []
    made: dict[str, Any] = agreed.quietest([agreed.own_of(session, one) for one in people])
    return [
        f"agreed to {name} as {now[name]}, by all of them together it is {made[name]}"
        for name in agreed.FIELDS
        if agreed.is_made(name, now, own) and now[name] != made[name]
    ]


# -- sales ------------------------------------------------------------------------------------------------------------
def counted(session: Session) -> Iterator[str]:
    """Whether a sale counts stands beside what it comes to; nobody's too."""
    last = 0
    sql = "SELECT id, shop, ref, counts, taken FROM sales WHERE id > ? ORDER BY id LIMIT ?"
    while rows := session.rows(sql, (last, PAGE)):
        for _, shop, ref, counts, blob in rows:
            due = _taken(blob).counts
            if bool(counts) != due:
                yield f"shop {shop}: sale {ref} is stored as {'counted' if counts else 'not counted'}, should not be"
        last = rows[-1][0]
