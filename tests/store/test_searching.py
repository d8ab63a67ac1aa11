"""The owner's search looks through everybody, however many they are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from loyalty.acts.shops import open_business
from loyalty.clock import Clock
from loyalty.reports import regulars
from loyalty.store.database import Place
from loyalty.store.people import enrol
from loyalty.store.view import View
from loyalty.wire import Enrolment, NewShop
from tests.migrated import migrated

MANY = 5_001


@pytest.mark.slow
async def test_a_name_is_found_among_more_people_than_are_read_at_once(tmp_path: Path) -> None:
    """In any part of it, in any spelling, and a common one page by page."""
    place = Place.of(f"sqlite:///{tmp_path}/loyalty.db")
    vault = migrated(place)
    with closing(place.open()) as session:
        with session.transaction():
            shop = open_business(session, vault, NewShop(name="A", currency="KES", timezone="Africa/Nairobi"), 0)
            [business] = session.rows("SELECT business FROM shops WHERE id = ?", (shop.shop,))[0]
            made = [
                enrol(session, vault, business, Enrolment(name=f"Zoë {number:04}"), [], 0).person
                for number in range(MANY)
            ]
        view = View(session, vault, Clock())
        view.forget()
        last = made.index(max(made))
        [found] = regulars.read(view, business, f"oe {last:04}", [], "", None).people
        assert found.id == made[last]
        few = regulars.read(view, business, "zoe 01", [], "new", None).people
        assert {row.id for row in few} == set(made[100:200])
        assert [row.id for row in few] == sorted(made[100:200])
        assert regulars.read(view, business, "nobody", [], "", None).people == ()
        listed: list[str] = []
        after: str | None = None
        for _ in range(MANY // regulars.PAGE_MAX + 1):
            page = regulars.read(view, business, "ZOE", [], "", after)
            listed += [row.id for row in page.people]
            after = page.next
        assert (after, sorted(listed)) == (None, sorted(made))
