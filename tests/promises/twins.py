"""Two houses to which the same happens, but that in one of them people are merged and parted: both end alike."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from loyalty.acts import merging
from loyalty.acts.lots import adjust
from loyalty.acts.redemptions import confirm, reserve
from loyalty.core import account, memory
from loyalty.core.redemption import LetEnd
from loyalty.errors import Conflict
from loyalty.wire import NewRedemption
from loyalty.wire_ledger import NewAdjustment
from loyalty.wire_people import NewMerge
from tests import make
from tests.promises.inside import House

EMPTY = memory.dump(memory.Memory())
BY_CHANCE = {("checkpoints", "id"), ("hand_tiers", "reason")}


def merge(house: House, kept: str, gone: str, key: str) -> str | None:
    """The merge's id; None where they are one already."""
    with suppress(Conflict), house.session.transaction():
        people = house.cafe.people
        wanted = NewMerge(kept=people[kept], gone=people[gone], key=key)
        return merging.merge(house.line, house.cafe.business, wanted).id
    return None


def undo(house: House, merge: str) -> None:
    with house.session.transaction():
        merging.undo(house.line, house.cafe.business, merge)


def use(house: House, name: str, key: str) -> str | None:
    """A reward reserved and used; None where the points do not suffice."""
    with suppress(Conflict), house.session.transaction():
        wanted = NewRedemption(customer=house.cafe.people[name], reward="free", key=key, till="1")
        shop = house.cafe.shops[make.SHOP]
        made = reserve(house.line, house.cafe.business, replace(wanted, shop=shop))
        return confirm(house.line, house.cafe.business, shop, made.id).id
    return None


def by_hand(house: House, name: str, points: int, key: str) -> None:
    """Points given or taken, where there are so many to take."""
    with suppress(Conflict), house.session.transaction():
        wanted = NewAdjustment(points=points, note="by hand", key=key)
        adjust(house.line, house.cafe.business, house.cafe.people[name], wanted, "owner")


def let_end(house: House) -> None:
    """What the service does as time goes on: what is over by now has ended for everybody."""
    shop = house.cafe.shops[make.SHOP]
    with house.session.transaction():
        house.line.run([LetEnd(person, shop) for person in house.cafe.people.values()])


def rows(house: House) -> dict[str, Any]:
    """Everything that is stored of people and their sales, whole rows. Left out: how many entries somebody has, up to
    where their lots were looked at, a state in which nothing is, and what chance made (ids of redemptions and
    adjustments, the numbers of rows)."""
    keys: dict[str, str] = dict(house.session.rows("SELECT id, sent_key FROM redemptions"))
    found: dict[str, Any] = {
        "sales": [
            (*row[:-1], row[-1] and " ".join(keys[id] for id in row[-1].split(" ")))
            for row in house.session.rows(
                "SELECT shop, source, ref, revision, state, at, day, part, till, body, marks, refund_of, program,"
                " received_at, person, assigned, counts, taken, gave, earned, note, odd, freed, forgotten, quiet_of,"
                " origin, lot, owed, times, used FROM sales ORDER BY shop, source, ref"
            )
        ],
        "states": [
            (*row[:-1], _account(row[-1]))
            for row in house.session.rows(
                "SELECT customer, memory, points, business, shop, last_at, regular_until, becoming_until, ends, account"
                " FROM states ORDER BY customer"
            )
            if row[1:3] != (EMPTY, 0) or _account(row[-1]) != _account(b"")
        ],
        "redemptions": house.session.rows(
            "SELECT sent_key, business, shop, till, customer, reward, name, points, at, expires_at, state, ended_at,"
            " ended_by, used_shop, used_source, used_ref, used_at, lots, claims, taken, origin FROM redemptions"
            " ORDER BY sent_key"
        ),
        "adjustments": house.session.rows(
            "SELECT sent_key, business, shop, customer, points, why, at, until, made_by, note, standing, lots, origin"
            " FROM adjustments ORDER BY sent_key"
        ),
        "days": house.house_days(),
        "sums": house.sums(),
    }
    ordered = ("links", "id"), ("hand_tiers", "id"), ("checkpoints", "customer, at, source, ref, shop")
    for table, order in (("customers", "id"), *ordered):
        columns = [row[1] for row in house.session.rows(f"PRAGMA table_info({table})")]
        wanted = [name for name in columns if (table, name) not in BY_CHANCE]
        found[table] = house.session.rows(f"SELECT {', '.join(wanted)} FROM {table} ORDER BY {order}")
    return found


def _account(blob: bytes | None) -> account.Account:
    return replace(account.load(blob or b""), head=0)


def same(one: House, twin: House) -> None:
    mine, theirs = rows(one), rows(twin)
    for name in theirs:
        assert mine[name] == theirs[name], name
