"""A backup holds everything as of one moment, and comes back whole, with the key it needs, or not at all."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from pathlib import Path

import pytest

from tests import make
from tests.running import Service, Shop, serving
from tests.servers import Cluster

pytestmark = pytest.mark.slow

NOON = make.at("12:00", 30)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with something of everything, whose service was stopped."""
    with serving(tmp_path_factory.mktemp("filled"), NOON) as service:
        shop = service.open_shop()
        fill(shop)
    return shop


@pytest.fixture
def shop(filled: Shop, tmp_path: Path) -> Shop:
    """A copy of it, for the test alone."""
    shutil.copytree(filled.service.folder, tmp_path / "shop")
    service = Service(tmp_path / "shop", NOON)
    return Shop(service, filled.id, filled.owner_key, filled.adapter_key, filled.screen_key)


def fill(shop: Shop) -> None:
    amina, ben = shop.enrol(make.AMINA), shop.enrol(make.BEN)
    first = shop.sale(who=make.AMINA, id="first")
    shop.post([first, shop.sale(who=make.BEN), shop.sale(who=make.CLEO), shop.sale()])
    shop.post(make.refunded(first, *first.lines))
    shop.refused(b"{", 422)
    with shop.counter(None) as screen:
        screen.opened()
        shop.checkin(shop.presence(make.AMINA))
        screen.done(screen.next()["cue"]["id"], "usual")
        screen.next()
    shop.owner("PUT", "/v1/settings", {"hold_out": 10})
    assert shop.customer(amina)["name"], shop.customer(ben)["name"]


def run(service: Service, *arguments: object, code: int = 0) -> str:
    done = service.command(*map(str, arguments))
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    return " ".join((done.stdout + done.stderr).split())


def restored(service: Service, folder: Path, backup: Path, *more: object, code: int = 0) -> tuple[Service, str]:
    """Into another folder, as on another machine."""
    folder.mkdir(exist_ok=True)
    other = Service(folder, NOON)
    return other, run(other, "restore", backup, *more, code=code)


def content(service: Service) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; numbers that the database gives, and what a restore changes, left out."""
    found: dict[str, list[tuple[object, ...]]] = {}
    names = service.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (table,) in names:
        if table in ("tortoise_migrations", "chores"):
            continue
        columns = [row[1] for row in service.rows(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{one}"' for one in columns if (table, one) not in GIVEN_ANEW)
        found[table] = sorted(service.rows(f"SELECT {kept} FROM {table}"), key=repr)
    return found


GIVEN_ANEW = {
    *((table, "id") for table in ("keys", "programs", "links", "sales", "loose", "checkpoints", "entries")),
    *((table, "id") for table in ("messages", "house_days", "set_aside", "two_people")),
    ("shops", "seq"),
    ("businesses", "turn"),
}


def test_a_backup_comes_back_whole_and_verified_and_serves_on(shop: Shop, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "b.zip")
    other, said = restored(
        shop.service, tmp_path / "other", tmp_path / "b.zip", "--key", shop.service.folder / "loyalty.key"
    )
    assert "2 customers folded again, 0 differences" in said
    assert content(other) == content(shop.service)
    mine = {row[0]: row[1] for row in shop.service.rows("SELECT id, seq FROM shops")}
    theirs = {row[0]: row[1] for row in other.rows("SELECT id, seq FROM shops")}
    assert theirs == {id: seq + 1_000_000 for id, seq in mine.items()}
    other.start()
    try:
        there = Shop(other, shop.id, shop.owner_key, shop.adapter_key, shop.screen_key)
        with there.counter(None, after=2) as screen:
            assert screen.opened()["seq"] > 1_000_000  # no number is taken for one it had
        there.post(there.sale(who=make.AMINA, id="after"))
        [amina] = [row[0] for row in other.rows("SELECT customer FROM states WHERE points = 1 LIMIT 1")]
        assert there.customer(amina)["points"] == 1
    finally:
        other.stop()
    assert "0 differences" in run(other, "verify")


def test_a_backup_goes_from_a_file_into_postgresql_and_back(shop: Shop, postgres: Cluster, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "b.zip", "--with-key")
    (tmp_path / "server").mkdir()
    server = Service(tmp_path / "server", NOON, postgres.new_database())
    assert "2 customers folded again, 0 differences" in run(server, "restore", tmp_path / "b.zip")
    assert "say --replace" in run(server, "restore", tmp_path / "b.zip", code=2)
    server.start()
    try:
        there = Shop(server, shop.id, shop.owner_key, shop.adapter_key, shop.screen_key)
        assert {one["name"] for one in there.owner("GET", "/v1/customers")["people"]} == {"Amina", "Ben"}
        assert "is being served" in run(server, "restore", tmp_path / "b.zip", "--replace", code=2)
        run(server, "backup", tmp_path / "p.zip")
        there.post(there.sale(who=make.AMINA, id="later"))  # rows that get numbers of their own
    finally:
        server.stop()
    assert "0 differences" in run(server, "restore", tmp_path / "b.zip", "--replace")
    other, said = restored(shop.service, tmp_path / "other", tmp_path / "p.zip", "--key", server.folder / "loyalty.key")
    assert "2 customers folded again, 0 differences" in said
    assert content(other) == content(shop.service)


def test_a_backup_made_while_the_shop_sells_is_of_one_moment(tmp_path: Path) -> None:
    with serving(tmp_path, NOON) as service:
        shop = service.open_shop()
        shop.enrol(make.AMINA)
        done = threading.Event()

        def sell() -> None:
            while not done.is_set():
                shop.post([shop.sale(who=make.AMINA) for _ in range(5)])

        till = threading.Thread(target=sell)
        till.start()
        try:
            for number in range(3):
                run(service, "backup", tmp_path / f"{number}.zip")
        finally:
            done.set()
            till.join()
        for number in range(3):
            _, said = restored(
                service, tmp_path / f"r{number}", tmp_path / f"{number}.zip", "--key", tmp_path / "loyalty.key"
            )
            assert "1 customers folded again, 0 differences" in said
        assert shop.customer(service.one("SELECT id FROM customers"))["points"] == 1


def test_a_backup_holds_no_key_unless_it_is_asked_for(shop: Shop, tmp_path: Path) -> None:
    key = (shop.service.folder / "loyalty.key").read_bytes()
    said = run(shop.service, "backup", tmp_path / "b.zip")
    assert "The key is not in it" in said
    assert key not in unpacked(tmp_path / "b.zip")
    assert "whoever has this file can read every name" in run(shop.service, "backup", tmp_path / "k.zip", "--with-key")
    restored(shop.service, tmp_path / "other", tmp_path / "k.zip")
    assert (tmp_path / "other" / "loyalty.key").read_bytes() == key
    assert (tmp_path / "other" / "loyalty.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def unpacked(path: Path) -> bytes:
    with zipfile.ZipFile(path) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def test_a_manifest_says_what_a_backup_is(shop: Shop, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert (manifest["format"], manifest["database"], manifest["with_key"]) == (1, "sqlite", False)
    rows = {part["name"]: part["rows"] for part in manifest["tables"]}
    assert rows["sales"] == shop.service.one("SELECT COUNT(*) FROM sales") > 0
    assert set(rows) == set(content(shop.service)) | {"chores"}


def test_restoring_without_the_key_it_needs_is_refused_in_words(shop: Shop, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "b.zip")
    other, said = restored(shop.service, tmp_path / "other", tmp_path / "b.zip", code=2)
    assert "this backup needs the key file" in said
    assert "--key FILE" in said
    (tmp_path / "wrong.key").write_bytes(b"x" * 32)
    _, said = restored(shop.service, tmp_path / "other", tmp_path / "b.zip", "--key", tmp_path / "wrong.key", code=2)
    assert "is not the one this backup needs" in said
    assert list((tmp_path / "other").iterdir()) == [other.clock]


def test_restoring_over_a_database_that_holds_anything_is_refused_unless_told(shop: Shop, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "b.zip")
    before = content(shop.service)
    assert "say --replace" in run(shop.service, "restore", tmp_path / "b.zip", code=2)
    assert content(shop.service) == before
    shop.service.start()
    shop.post(shop.sale(who=make.AMINA, id="lost"))
    said = run(shop.service, "restore", tmp_path / "b.zip", "--replace", code=2)
    assert "is being served: stop" in said
    shop.service.stop()
    run(shop.service, "restore", tmp_path / "b.zip", "--replace")
    assert content(shop.service) == before
    assert (shop.service.folder / "loyalty.before-restore.db").exists()


def test_whoever_was_erased_after_the_backup_is_erased_again_in_it(shop: Shop, tmp_path: Path) -> None:
    """By the list beside the key: an old backup brings nobody back."""
    run(shop.service, "backup", tmp_path / "b.zip")
    shop.service.start()
    [amina] = [one["id"] for one in shop.owner("GET", "/v1/customers")["people"] if one["name"] == "Amina"]
    assert shop.http("DELETE", f"/v1/customers/{amina}", shop.owner_key).status_code == 204
    shop.service.stop()
    assert "0 differences" in run(shop.service, "restore", tmp_path / "b.zip", "--replace")
    assert shop.service.rows("SELECT secret, name FROM customers WHERE id = ?", amina) == [(None, b"")]
    assert shop.service.rows("SELECT COUNT(*) FROM sales WHERE person = ?", amina) == [(0,)]


def test_who_was_parted_and_then_erased_takes_nothing_of_the_other_along(shop: Shop, tmp_path: Path) -> None:
    """In the backup the two are one; since then they were two again, and one of them was erased."""
    shop.service.start()
    ids = {one["name"]: one["id"] for one in shop.owner("GET", "/v1/customers")["people"]}
    made = shop.owner("POST", "/v1/merges", {"kept": ids["Amina"], "gone": ids["Ben"], "key": "m"})
    run(shop.service, "backup", tmp_path / "b.zip")
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert shop.http("DELETE", f"/v1/customers/{ids['Amina']}", shop.owner_key).status_code == 204
    ben = shop.customer(ids["Ben"])
    shop.service.stop()
    assert "0 differences" in run(shop.service, "restore", tmp_path / "b.zip", "--replace")
    assert shop.service.rows("SELECT id FROM customers WHERE erased_at IS NOT NULL") == [(ids["Amina"],)]
    shop.service.start()
    again = shop.customer(ids["Ben"])
    shop.service.stop()
    assert ben["points"] == 1
    for told in (ben, again):
        told.pop("entries")
        told.pop("next")
    assert again == ben


def test_another_key_in_the_folder_is_never_written_over(shop: Shop, tmp_path: Path) -> None:
    run(shop.service, "backup", tmp_path / "k.zip", "--with-key")
    other = tmp_path / "other"
    other.mkdir()
    (other / "loyalty.key").write_bytes(b"y" * 32)
    _, said = restored(shop.service, other, tmp_path / "k.zip", code=2)
    assert "another key lies at" in said
    assert (other / "loyalty.key").read_bytes() == b"y" * 32
    restored(shop.service, other, tmp_path / "k.zip", "--replace")
    assert (other / "loyalty.key.before-restore").read_bytes() == b"y" * 32


@pytest.mark.parametrize("damage", ["short", "changed", "no zip", "no manifest", "newer"])
def test_a_damaged_backup_is_refused_and_changes_nothing(shop: Shop, tmp_path: Path, damage: str) -> None:
    good = tmp_path / "k.zip"
    run(shop.service, "backup", good, "--with-key")
    bad = tmp_path / "bad.zip"
    if damage == "short":
        bad.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    elif damage == "no zip":
        bad.write_text("customer,datetime,item\n")
    else:
        rewrite(good, bad, damage)
    other, said = restored(shop.service, tmp_path / "other", bad, code=2)
    assert "backup" in said or "newer" in said
    assert list((tmp_path / "other").iterdir()) == [other.clock]


def rewrite(good: Path, bad: Path, damage: str) -> None:
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            if damage == "changed" and name == "tables/states.jsonl":
                raw = b"".join(raw.splitlines(keepends=True)[1:])
            if damage == "newer" and name == "manifest.json":
                raw = raw.replace(b'"0001_initial"', b'"0001_initial", "9999_later"')
            if damage != "no manifest" or name != "manifest.json":
                target.writestr(name, raw)


def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(shop: Shop, tmp_path: Path) -> None:
    assert "cannot be written" in run(shop.service, "backup", tmp_path / "nowhere" / "b.zip", code=2)
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_is_written_over_another_only_where_that_is_said(shop: Shop, tmp_path: Path) -> None:
    """The file of the day before may be the only good one."""
    there = tmp_path / "b.zip"
    there.write_bytes(b"of yesterday")
    assert "is there already: name another file, or say --overwrite" in run(shop.service, "backup", there, code=2)
    assert there.read_bytes() == b"of yesterday"
    run(shop.service, "backup", there, "--overwrite")
    assert zipfile.is_zipfile(there)
