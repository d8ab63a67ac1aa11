"""A filled database of every release becomes one of this version: nothing is lost, and it is as if made today."""

from __future__ import annotations

import asyncio
import lzma
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loyalty.store.database import MODELS, Place, prepare
from loyalty.store.migrating import depends_on, in_order
from tests import make
from tests.releases.fill import DAYS, HERE
from tests.running import ROOT, Service, Shop

RELEASES = sorted(path.name.removesuffix(".db.xz") for path in HERE.glob("*.db.xz"))
OURS = "type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'tortoise_migrations'"
LATER = make.at("08:12", DAYS)
Rows = list[tuple[Any, ...]]


def unpacked(release: str, folder: Path) -> Service:
    folder.mkdir(exist_ok=True)
    (folder / "loyalty.db").write_bytes(lzma.decompress((HERE / f"{release}.db.xz").read_bytes()))
    shutil.copy(HERE / f"{release}.key", folder / "loyalty.key")
    return Service(folder, LATER)


def shop_of(service: Service, release: str) -> Shop:
    shop, owner, adapter, screen = (HERE / f"{release}.keys").read_text().split()
    return Shop(service, shop, owner, adapter, screen)


def tables(path: Path) -> dict[str, list[str]]:
    """Names and columns."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute(f"SELECT name FROM sqlite_master WHERE {OURS}").fetchall()
        return {name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")] for (name,) in names}


def rows(path: Path, table: str, columns: list[str]) -> Rows:
    quoted = ", ".join(f'"{column}"' for column in columns)
    with closing(sqlite3.connect(path)) as database:
        return sorted(database.execute(f"SELECT {quoted} FROM {table}").fetchall(), key=repr)


def shape(path: Path) -> dict[str, Any]:
    """Columns with their types and what they refuse, and every index: what it is over, and whether it is unique."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(path)) as database:
        for (table,) in database.execute(f"SELECT name FROM sqlite_master WHERE {OURS}").fetchall():
            columns = {row[1]: row[2:] for row in database.execute(f"PRAGMA table_info({table})")}
            listed = database.execute(f"PRAGMA index_list({table})").fetchall()
            indexes = {
                (unique, tuple(row[2] for row in database.execute(f"PRAGMA index_info({name})")))
                for _, name, unique, *_ in listed
            }
            found[table] = (columns, indexes)
    return found


def upgraded(service: Service) -> None:
    """As starting the new version does it, before it serves."""
    asyncio.run(prepare(Place.of(service.database, str(service.key))))


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_nothing_is_lost_in_an_upgrade(tmp_path: Path, release: str) -> None:
    before = unpacked(release, tmp_path / "before")
    service = unpacked(release, tmp_path / "shop")
    upgraded(service)
    for table, columns in tables(before.path).items():
        assert set(columns) <= set(tables(service.path)[table]), table
        assert rows(service.path, table, columns) == rows(before.path, table, columns), table
    copy = service.folder / "loyalty.before-upgrade.db"
    assert {t: rows(copy, t, c) for t, c in tables(copy).items()} == {
        t: rows(before.path, t, c) for t, c in tables(before.path).items()
    }
    assert copy.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgraded_database_is_as_one_that_is_made_today(tmp_path: Path, release: str) -> None:
    service = unpacked(release, tmp_path / "shop")
    upgraded(service)
    (tmp_path / "fresh").mkdir()
    fresh = Service(tmp_path / "fresh", LATER)
    fresh.init()
    assert shape(service.path) == shape(fresh.path)


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgraded_shop_is_true_to_its_records_and_sells_on(tmp_path: Path, release: str) -> None:
    service = unpacked(release, tmp_path / "shop")
    shop = shop_of(service, release)
    upgraded(service)
    checked = service.command("verify")
    assert checked.returncode == 0, checked.stdout
    service.start()
    try:
        people = shop.owner("GET", "/v1/customers")["people"]
        assert {one["name"] for one in people} >= {"Guest A", "Guest J"}
        [amina] = [one["id"] for one in people if one["name"] == "Guest A"]
        named = shop.http("POST", "/v1/people", shop.screen_key, {"shop": shop.id, "query": "Guest A"}).json()["people"]
        assert amina in {one["id"] for one in named}
        before = shop.customer(amina)
        who = make.Who("Guest A", make.SHOP, "REF-0", "+254700000100", "g0@example.com", "P-0", "fp-0")
        with shop.counter(None) as screen:
            screen.opened()
            shop.post(shop.sale(who=who, id="after the upgrade"))
            assert "Guest A" in screen.next()["cue"]["say"]
        after = shop.customer(amina)
        assert after["recognition"]["visits"] == before["recognition"]["visits"] + 1
        assert after["points"] > before["points"]
    finally:
        service.stop()
    assert service.command("verify").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_a_backup_goes_from_an_upgraded_shop_to_a_new_one(tmp_path: Path, release: str) -> None:
    service = unpacked(release, tmp_path / "shop")
    upgraded(service)
    assert service.command("backup", str(tmp_path / "b.zip"), "--with-key").returncode == 0
    (tmp_path / "other").mkdir()
    other = Service(tmp_path / "other", LATER)
    done = other.command("restore", str(tmp_path / "b.zip"))
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "0 differences" in done.stdout
    assert shape(other.path) == shape(service.path)


def test_a_database_that_is_up_to_date_is_opened_without_a_library_for_migrations(tmp_path: Path) -> None:
    """Which takes a third of a second to load, and ten megabytes as long as the service runs."""
    service = Service(tmp_path, LATER)
    upgraded(service)
    opened = (
        "import asyncio, sys, loyalty.app, loyalty.past.importing; from loyalty.store.database import Place, prepare;"
        f"asyncio.run(prepare(Place.of({service.database!r}))); print('tortoise' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", opened], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_database_that_was_begun_and_never_made_is_made(tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    whole, begun = Service(tmp_path, LATER), Service(tmp_path / "begun", LATER)
    upgraded(whole)
    shutil.copy(whole.key, begun.key)
    with closing(sqlite3.connect(begun.path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    upgraded(begun)
    assert shape(begun.path) == shape(whole.path) != {}


def test_migrations_stand_in_one_line() -> None:
    """Two that depend on the same one would leave it open which of them an old backup had last."""
    after = [tuple(depends_on(name)) for name in in_order()]
    assert after == [(), *((name,) for name in in_order()[:-1])]


def test_every_module_of_models_is_one_that_databases_are_made_from() -> None:
    there = {f"loyalty.store.{path.stem}" for path in (ROOT / "loyalty" / "store").glob("models*.py")}
    assert there == set(MODELS)


def test_there_is_a_filled_database_of_a_release_and_it_is_small() -> None:
    assert RELEASES
    for release in RELEASES:
        assert (HERE / f"{release}.db.xz").stat().st_size <= 300_000
