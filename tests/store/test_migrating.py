"""What a database of before a change holds is found by the ways that came with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from loyalty.core.facts import Ident
from loyalty.core.referral import OURS
from loyalty.store import merges, redemptions
from loyalty.store.database import LitePlace
from loyalty.store.migrating import bring_to
from loyalty.store.rows import pack
from loyalty.store.session import Session


@contextmanager
def since(migration: str, folder: Path, fill: Callable[[Session], None]) -> Iterator[Session]:
    """A file as it was at a migration, filled, and brought up to date."""
    place = LitePlace(folder / "loyalty.db", folder / "loyalty.key")
    asyncio.run(bring_to(place, migration))
    with closing(place.open()) as session, session.transaction():
        fill(session)
    asyncio.run(bring_to(place, None))
    with closing(place.open()) as session:
        yield session


def add(session: Session, table: str, row: Mapping[str, object]) -> None:
    session.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


def test_points_for_bringing_somebody_along_are_not_found_by_a_key_that_an_owner_sends(tmp_path: Path) -> None:
    made = {"business": "b", "shop": "s", "customer": "amina", "points": 5, "at": 1, "standing": True, "lots": b"\x90"}

    def fill(session: Session) -> None:
        by_hand = {"id": "1", "why": "adjust", "made_by": "owner", "sent_key": "mine"}
        brought = {"id": "r-ben", "why": "referral", "made_by": "ben", "sent_key": "r-ben"}
        for row in (by_hand, brought):
            add(session, "adjustments", made | row)

    with since("0015_people", tmp_path, fill) as session:
        found = redemptions.adjustment_of_key(session, "b", "mine")
        assert found is not None
        assert found.id == "1"
        assert redemptions.adjustment_of_key(session, "b", "r-ben") is None
        brought = redemptions.adjustments_of_ids(session, ["r-ben"])["r-ben"]
        assert (brought.key, brought.points) == (OURS + "r-ben", 5)


def test_sales_that_name_two_people_are_found_by_either(tmp_path: Path) -> None:
    row = {"shop": "s", "source": "t", "revision": 1, "state": "paid", "at": 1, "day": 1, "part": 1, "body": b"{}"}
    row |= {"program": 1, "counts": True, "odd": "", "received_at": 7} | dict.fromkeys(("taken", "gave", "earned"), b"")

    def fill(session: Session) -> None:
        shop = {"id": "s", "business": "b", "name": "Corner", "currency": "EUR", "timezone": "UTC", "created_at": 1}
        add(session, "shops", shop | {"day_ends": 240, "language": "en", "seq": 0})
        for n in range(3):
            marks = pack([("phone", f"amina{n}"), ("phone", f"ben{n}")])
            note = "two-people" if n < 2 else "stranger"
            add(session, "sales", row | {"ref": f"it's {n}", "marks": marks, "note": note})
        for person, hash in (("amina", "amina0"), ("ben", "ben0"), ("ben", "ben1")):
            link = {"business": "b", "kind": "phone", "hash": hash, "value": b"", "customer": person, "since": 1}
            add(session, "links", link)

    with since("0015_people", tmp_path, fill) as session:
        found = session.rows("SELECT business, hash, ref, received_at FROM two_people ORDER BY hash")
        assert found == [("b", f"{who}{n}", f"it's {n}", 7) for who in ("amina", "ben") for n in range(2)]
        assert merges.between(session, ["amina"], ["ben"], 9) == [Ident("s", "t", "it's 0")]
