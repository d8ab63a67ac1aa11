"""Shops and programs are read again and again: what has not changed is not made again, and what has is there whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loyalty.acts.shops import DEFAULT_PROGRAM, add_shop, open_business, put_program
from loyalty.store.database import Place, open_vault
from loyalty.store.session import EVERYBODY, Session
from loyalty.store.shops import Settings
from loyalty.wire import NewShop
from tests.migrated import migrated

NOW = 1_795_500_000_000_000
CORNER = NewShop(name="Corner", currency="KES", timezone="Africa/Nairobi")


@pytest.fixture
def place(tmp_path: Path, new_database: Callable[[], str]) -> Place:
    place = Place.of(new_database() or f"sqlite:///{tmp_path}/loyalty.db", str(tmp_path / "loyalty.key"))
    migrated(place)
    return place


@pytest.fixture
def session(place: Place) -> Iterator[Session]:
    with closing(place.open()) as session, session.transaction():
        session.turn([EVERYBODY])
        yield session


def test_what_has_not_changed_is_the_same_as_before(place: Place, session: Session) -> None:
    one, other = (open_business(session, open_vault(place), CORNER, NOW) for _ in range(2))
    settings = Settings()
    settings.read(session)
    before, programs = dict(settings.shops), dict(settings.programs)
    settings.read(session)
    assert all(settings.shops[id] is before[id] for id in (one.shop, other.shop))
    put_program(session, one.business, DEFAULT_PROGRAM, NOW + 1)
    second = add_shop(session, other.business, CORNER, NOW + 1)
    settings.read(session)
    assert settings.shops[other.shop] is before[other.shop]
    assert settings.shops[second].business == other.business
    changed = settings.shops[one.shop]
    assert (changed.program, changed.versions) == (2, ((NOW, 1), (NOW + 1, 2)))
    assert settings.programs.keys() - programs.keys() == {(one.business, 2)}
    assert all(settings.programs[place] is program for place, program in programs.items())


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", "Harbour"), ("timezone", "Asia/Kuwait"), ("day_ends", 0), ("language", "sw"), ("currency", "KWD")],
)
def test_whatever_changes_of_a_shop_holds(place: Place, session: Session, column: str, value: object) -> None:
    opened = open_business(session, open_vault(place), CORNER, NOW)
    settings = Settings()
    settings.read(session)
    session.run(f"UPDATE shops SET {column} = ? WHERE id = ?", (value, opened.shop))
    settings.read(session)
    facts = settings.shops[opened.shop]
    held = {"timezone": facts.calendar.zone.key, "day_ends": facts.calendar.ends}.get(column)
    assert (held if held is not None else getattr(facts, column)) == value


def test_a_shop_that_is_gone_is_not_known(place: Place, session: Session) -> None:
    opened = open_business(session, open_vault(place), CORNER, NOW)
    settings = Settings()
    settings.read(session)
    session.run("DELETE FROM shops WHERE id = ?", (opened.shop,))
    settings.read(session)
    assert opened.shop not in settings.shops
