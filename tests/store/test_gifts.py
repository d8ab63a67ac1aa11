"""Gifts as rows: handed over with what was said of them, and found again by who was given something lately."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace

from loyalty.acts.shops import open_business
from loyalty.clock import Clock
from loyalty.core.days import when
from loyalty.core.gifts import Gift
from loyalty.reports import given, surprises
from loyalty.store import gifts, tallies
from loyalty.store.database import Place
from loyalty.store.people import enrol
from loyalty.store.secrets import Person
from loyalty.store.view import View
from loyalty.wire import Enrolment, NewShop
from loyalty.wire_gifts import STAFF_ROWS_MAX
from tests import make
from tests.core.test_surprise import TODAY, at
from tests.migrated import migrated


class Kept:
    """A database with a shop and two people."""

    def __init__(self, folder: Path) -> None:
        self.place = Place.of(f"sqlite:///{folder}/loyalty.db")
        self.vault = migrated(self.place)
        self.session = self.place.open()
        with self.session.transaction():
            shop = NewShop(name="Corner", currency=make.CURRENCY, timezone=make.ZONE.key)
            self.made = open_business(self.session, self.vault, shop, at())
            self.amina, self.ben = (
                enrol(self.session, self.vault, self.made.business, Enrolment(name=name), [], at()).person
                for name in ("Amina", "Ben")
            )

    def give(
        self, id: str, person: str, *, perk: str | None = None, day: int = TODAY, said: str = "", by: str = ""
    ) -> None:
        made = Gift(
            id=id,
            business=self.made.business,
            shop=self.made.shop,
            till="1",
            person=person,
            kind="surprise" if perk is None else "perk",
            perk=perk,
            name="",
            cost=5,
            staff=by or None,
            reason="other",
            key=id,
            cue=None,
            at=at(day),
            day=day,
        )
        with self.session.transaction():
            gifts.save_gifts(self.session, [made])
            if said:
                self.session.run("UPDATE gifts SET said = ? WHERE id = ?", (self.own(person).seal(said), id))

    def own(self, person: str) -> Person:
        [(secret,)] = self.session.rows("SELECT secret FROM customers WHERE id = ?", (person,))
        return self.vault.person(secret)

    def marks(self, person: str) -> tuple[int | None, int | None]:
        [row] = self.session.rows("SELECT given_at, surprised_at FROM customers WHERE id = ?", (person,))
        return row[0], row[1]

    def told(self, person: str) -> list[str]:
        view = View(self.session, self.vault, Clock())
        return [one.said for one in given.read(view, person, 10)]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path)
    with closing(found.session):
        yield found


def test_whoever_turns_out_to_be_somebody_else_is_reminded_of_what_they_were_given(kept: Kept) -> None:
    """The rows stay with whom they were given to, so parting again needs nothing."""
    kept.give("a", kept.amina, said="Carried our sacks in")
    kept.give("b", kept.ben, perk="larger", day=TODAY - 1)
    with kept.session.transaction():
        kept.session.run("UPDATE customers SET merged_into = ? WHERE id = ?", (kept.ben, kept.amina))
        gifts.mark_again(kept.session, [kept.amina, kept.ben])
    assert kept.told(kept.ben) == ["Carried our sacks in", ""]
    assert kept.marks(kept.ben) == (at(), at())
    assert gifts.lately(kept.session, [kept.ben], at())[kept.ben] == {(None, TODAY): 1, ("larger", TODAY - 1): 1}
    with kept.session.transaction():
        kept.session.run("UPDATE customers SET merged_into = NULL WHERE id = ?", (kept.amina,))
        gifts.mark_again(kept.session, [kept.amina, kept.ben])
    assert (kept.told(kept.amina), kept.told(kept.ben)) == (["Carried our sacks in"], [""])
    assert (kept.marks(kept.amina), kept.marks(kept.ben)) == ((at(), at()), (at(TODAY - 1), None))


def test_what_is_looked_up_is_what_was_given_lately_and_still_stands(kept: Kept) -> None:
    kept.give("a", kept.amina, perk="larger")
    kept.give("b", kept.amina, perk="larger", day=TODAY - 1)
    kept.give("c", kept.amina, perk="larger", day=TODAY - 3)
    kept.give("d", kept.ben)
    with kept.session.transaction():
        assert gifts.undo_of_cue(kept.session, kept.ben, "no such cue", at()) is False
    found = gifts.lately(kept.session, [kept.amina, kept.ben], at())
    assert found == {kept.amina: {("larger", TODAY): 1, ("larger", TODAY - 1): 1}, kept.ben: {(None, TODAY): 1}}
    assert tallies.perks(kept.session, kept.made.shop, TODAY) == {"larger": 1}
    assert tallies.surprises(kept.session, kept.made.shop, TODAY) == 1
    assert tallies.surprises(kept.session, kept.made.shop, TODAY - 7) == 0


def test_lists_and_what_is_remembered_end_at_their_limits(kept: Kept) -> None:
    for n in range(STAFF_ROWS_MAX + 1):
        kept.give(f"g{n}", kept.amina, by=f"staff {n}")
    clock = Clock()
    clock.now = lambda: when(at())  # type: ignore[method-assign]
    view = View(kept.session, kept.vault, clock)
    view.settings.read(kept.session)
    found = surprises.read(view, kept.made.shop)
    assert (len(found.staff), found.given, found.people, found.top) == (
        STAFF_ROWS_MAX,
        STAFF_ROWS_MAX + 1,
        1,
        STAFF_ROWS_MAX + 1,
    )
    remembered = tallies.Tallies()
    for day in range(tallies.REMEMBERED_MAX + 1):
        remembered.read(kept.session, view.settings.shops[kept.made.shop], TODAY - day)
        assert len(remembered.ready) <= tallies.REMEMBERED_MAX
    assert len(remembered.ready) == 1


LATTES = [
    # size, list price, paid
    *[("Medium", None, 250)] * 3,
    ("Medium", None, 420),  # with an extra shot
    *[("Large", 300, 300)] * 3,
    ("Large", None, 150),  # half off
    ("Large", None, 0),  # on the house
]


def test_sizes_are_told_by_what_they_mostly_cost(kept: Kept) -> None:
    lines = [make.line("Latte", size, total=paid, price=listed or paid) for size, listed, paid in LATTES]
    kinds = [make.line("Tea", kind, price=200) for kind in ("Black", "Green")]
    with kept.session.transaction():
        for n, one in enumerate([*lines, *kinds]):
            sale = make.sale(replace(one, list_price=None) if one.total == one.list_price else one, id=f"s{n}")
            row: dict[str, object] = {
                "shop": kept.made.shop,
                "source": "t",
                "ref": f"s{n}",
                "body": json.encode(sale),
                "counts": True,
            }
            row |= {"state": "paid", "at": at(), "received_at": at(), "day": TODAY - 1, "note": "", "odd": ""}
            row |= dict.fromkeys(("revision", "part", "program"), 0) | dict.fromkeys(("taken", "gave", "earned"), b"")
            row["marks"] = b""
            names, blanks = ", ".join(row), ", ".join("?" * len(row))
            kept.session.run(f"INSERT INTO sales ({names}) VALUES ({blanks})", list(row.values()))
    assert tallies.sizes(kept.session, kept.made.shop, TODAY) == {"latte": ("Medium", "Large"), "tea": ()}
    assert tallies.sizes(kept.session, kept.made.shop, TODAY - 1) == {}
