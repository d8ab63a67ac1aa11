"""What is worth a look? The sales, cards and corrections of the last business days of a shop, measured against itself.

One pass over the sales of those days, at most SALES_MAX of them: how many customers the house has does not matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from loyalty.core import integrity as core
from loyalty.core.days import DAY, when
from loyalty.core.rewards import fits
from loyalty.core.seen import Found, Made, Merged, Moved, Rung
from loyalty.store import redemptions
from loyalty.store import staff as store
from loyalty.store.rows import counts_of
from loyalty.store.staff import Member
from loyalty.store.view import View
from loyalty.wire import Transaction
from loyalty.wire_pages import PersonName
from loyalty.wire_program import Reward
from loyalty.wire_staff import PEOPLE_SHOWN_MAX, SALES_SHOWN_MAX, SEEN_MAX, Integrity, Seen, SeenSale

DAYS = 28  # four of every day of the week
SALES_MAX = 60_000  # looked at: two thousand a day; of a busier shop the newest
MADE_MAX = 5_000  # cards made within those days, by staff and by customers each, the newest
MOVED_MAX = 5_000  # movements by hand, the newest
MERGED_MAX = 5_000  # merges and undos, the newest of each
TILLS_OWN = "name "  # before the name of somebody whom only the till knows; ids hold no space


class _Body(msgspec.Struct):
    """What is read of a sale's body."""

    total: int
    lines: list[msgspec.Raw] = []
    tenders: list[msgspec.Raw] = []
    staff: str | None = None


_body = msgspec.json.Decoder(_Body).decode
_sale = msgspec.json.Decoder(Transaction).decode


def read(view: View, business: str, shop: str) -> Integrity:
    calendar = view.settings.shops[shop].calendar
    today = calendar.read(view.now)[0]
    first = today - DAYS + 1
    since = calendar.starts(first)
    members = store.members(view.session, view.vault, business, gone=True)
    who = Who(view, shop, members, since)
    rung = list(_rung(view, shop, first, today, who))
    own = {one.customer: who.one(one.id) for one in members if one.customer is not None and one.shop in (None, shop)}
    there = (view, business, shop, since, who)
    found = core.look(rung, own, _made(*there), _moved(*there), _merged(*there))
    return Integrity(
        at=when(view.now),
        timezone=calendar.zone.key,
        days=DAYS,
        sales=len(rung),
        whole=len(rung) < SALES_MAX,
        rows=tuple(_seen(view, one, who) for one in found[:SEEN_MAX]),
        more=max(0, len(found) - SEEN_MAX),
    )


class Who:
    """Who rang up a sale: whom the till names, else who held the screen of that till alone.

    Who left and came back under the same name is one person.
    """

    def __init__(self, view: View, shop: str, members: list[Member], since: int) -> None:
        self._names = {one.id: one.name for one in members}
        self._ids = {one.name.casefold(): one.id for one in members if one.name and one.shop in (None, shop)}
        self._ones = {one.id: self._ids.get(one.name.casefold(), one.id) for one in members}
        self._held: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        rows = view.session.rows(
            "SELECT till, began_at, COALESCE(ended_at, until), staff FROM staff_sessions"
            " WHERE shop = ? AND began_at > ? AND till IS NOT NULL ORDER BY began_at",
            (shop, since - DAY),
        )
        for till, began, ended, staff in rows:
            self._held[till].append((began, ended, self.one(staff)))

    def one(self, id: str) -> str:
        return self._ones.get(id, id)

    def of(self, named: str | None, till: str | None, at: int) -> str | None:
        spelt = " ".join((named or "").split())
        return self._ids.get(spelt.casefold()) or self._holder(till, at) or (f"{TILLS_OWN}{spelt}" if spelt else None)

    def name(self, who: str | None) -> str | None:
        if who is None or who.startswith(TILLS_OWN):
            return who and who.removeprefix(TILLS_OWN)
        return self._names.get(who) or None

    def _holder(self, till: str | None, at: int) -> str | None:
        """Nobody, where two held it: which of them it was, nobody knows. A shift is shorter than a day."""
        held = self._held.get(till or "", ())
        holders = set()
        for place in range(bisect_right(held, (at, DAY * DAY, "")) - 1, -1, -1):
            began, ended, staff = held[place]
            if began < at - DAY:
                break
            if at < ended:
                holders.add(staff)
        return holders.pop() if len(holders) == 1 else None


def _rung(view: View, shop: str, first: int, today: int, who: Who) -> Iterator[Rung]:
    rows = view.session.rows(
        "SELECT ref, at, day, part, till, person, earned, used, body FROM sales WHERE shop = ? AND day >= ?"
        " AND day <= ? AND counts AND refund_of IS NULL ORDER BY day DESC LIMIT ?",
        (shop, first, today, SALES_MAX),
    )
    rewards = _rewards(view, shop, {id for *_, used, _ in rows if used is not None for id in used.split(" ")})
    for ref, at, day, part, till, person, earned, used, body in rows:
        said = _body(body)
        points = sum(counts_of(earned).values()) if person is not None else 0
        here = used.split(" ") if used is not None else []
        bare = not here and (said.total == 0 or not (said.lines or said.tenders))
        unmet = any(not fits(rewards[id], _sale(body)) for id in here if id in rewards)
        yield Rung(ref, at, day, part, till, who.of(said.staff, till, at), person, points, bare, len(here), unmet)


def _rewards(view: View, shop: str, ids: set[str]) -> dict[str, Reward]:
    """By redemption, as the program had it when it was reserved; of a reward that it had no more, nothing."""
    facts = view.settings.shops[shop]
    found: dict[str, Reward] = {}
    for one in redemptions.of_ids(view.session, ids).values():
        program = view.settings.programs[facts.business, facts.program_at(one.at)]
        reward = next((reward for reward in program.rewards if reward.id == one.reward), None)
        if reward is not None:
            found[one.id] = reward
    return found


def _made(view: View, business: str, shop: str, since: int, who: Who) -> list[Made]:
    """Cards made at the counters of this shop, the newest left out: they have had no time to be used again."""
    rows = [
        row
        for what in ("enrol", "join")
        for row in view.session.rows(
            "SELECT COALESCE(c.merged_into, d.customer), d.till, d.staff, d.at FROM deeds d LEFT JOIN customers c"
            " ON c.id = d.customer WHERE d.business = ? AND d.what = ? AND d.at >= ? AND d.at <= ? AND d.shop = ?"
            " AND d.customer IS NOT NULL ORDER BY d.at DESC LIMIT ?",
            (business, what, since, view.now - core.SETTLED, shop, MADE_MAX),
        )
    ]
    used = view.session.matching(
        "WITH w (a) AS (VALUES {}) SELECT person, COUNT(*) FROM w CROSS JOIN sales ON person = a AND counts"
        " GROUP BY person",
        [(person,) for person in sorted({row[0] for row in rows})],
    )
    sales: dict[str, int] = dict(used)
    return [Made(person, till, staff and who.one(staff), at, sales.get(person, 0)) for person, till, staff, at in rows]


def _moved(view: View, business: str, shop: str, since: int, who: Who) -> list[Moved]:
    rows = view.session.rows(
        "SELECT d.staff, d.till, COALESCE(c.merged_into, d.customer), d.points, d.at FROM deeds d LEFT JOIN customers c"
        " ON c.id = d.customer WHERE d.business = ? AND d.what = 'adjust' AND d.at >= ? AND d.at <= ? AND d.shop = ?"
        " ORDER BY d.at DESC LIMIT ?",
        (business, since, view.now, shop, MOVED_MAX),
    )
    return [Moved(staff and who.one(staff), *rest) for staff, *rest in rows]


def _merged(view: View, business: str, shop: str, since: int, who: Who) -> list[Merged]:
    """At the counters of this shop: what the owner does is theirs to know."""
    rows = [
        (what, *row)
        for what in ("merge", "part")
        for row in view.session.rows(
            "SELECT d.staff, d.till, COALESCE(c.merged_into, d.customer), d.at, d.screen FROM deeds d"
            " LEFT JOIN customers c ON c.id = d.customer WHERE d.business = ? AND d.what = ? AND d.at BETWEEN ? AND ?"
            " AND d.shop = ? ORDER BY d.at DESC LIMIT ?",
            (business, what, since, view.now, shop, MERGED_MAX),
        )
    ]
    return [
        Merged(staff and who.one(staff), till, one, what == "part", *rest) for what, staff, till, one, *rest in rows
    ]


def _seen(view: View, one: Found, who: Who) -> Seen:
    people = one.people[:PEOPLE_SHOWN_MAX]
    names = view.names.of(view.session, people)
    return Seen(
        kind=one.kind,
        staff=who.name(one.who),
        people=tuple(PersonName(id=person, name=names[person]) for person in people),
        till=one.till,
        n=one.n,
        of=one.of,
        usual=one.usual,
        since=when(one.since),
        until=when(one.until),
        sales=tuple(SeenSale(id=sale.id, at=when(sale.at)) for sale in one.sales[:SALES_SHOWN_MAX]),
    )
