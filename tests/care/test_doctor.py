"""The doctor finds in words what is wrong or off, and says what to do; where all is well he says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.care import findings
from loyalty.care.findings import FREE_BYTES_MIN, WAL_BYTES_MAX, Facts, House
from loyalty.care.wallets import Purse
from loyalty.core.days import DAY, MINUTE, moment
from loyalty.wallet.keys import Trouble
from tests import make
from tests.running import Service, serving

NOW = moment(make.at("12:00"))
CAFE = House(name="Corner", people=7, setup_unused=False, sales=90, last_sale=NOW - MINUTE)
PURSE = Purse(folder="wallet", apple_ends=NOW + 300 * DAY, google=True)
LOCKED = Trouble("apple", "the key has a passphrase", "openssl pkey")
WELL = Facts(
    now=NOW,
    clock_moved=False,
    newest=NOW - MINUTE,
    database="loyalty.db",
    database_mode=0o600,
    key="loyalty.key",
    key_mode=0o600,
    key_fits=True,
    key_copied=True,
    free_bytes=50 * 10**9,
    wal_bytes=4 * 10**6,
    missing=(),
    strange=(),
    public_url="https://cafe.example",
    address="http://127.0.0.1:8000",
    reachable=True,
    screens=1,
    houses=(CAFE,),
    backup=NOW - DAY,
    purse=PURSE,
)


@dataclass(frozen=True)
class Case:
    level: str
    what: str
    do: str
    facts: Facts


def case(level: str, what: str, do: str, house: dict[str, Any] | None = None, **different: Any) -> Case:
    facts = replace(WELL, **different)
    return Case(level, what, do, replace(facts, houses=(replace(CAFE, **house),)) if house else facts)


CASES = (
    case("wrong", "the key loyalty.key is missing", "put the copy", key_mode=None),
    case("wrong", "not the one that this database was made with", "put the copy that belongs", key_fits=False),
    case("wrong", "nobody has confirmed that there is a copy of the key", "doctor --key-copied", key_copied=False),
    case("wrong", "others on this machine can read loyalty.key", "chmod 600 loyalty.key", key_mode=0o640),
    case("wrong", "others on this machine can read loyalty.db", "chmod 600 loyalty.db", database_mode=0o644),
    case("wrong", "of a newer version of Regulars (it has 9999_late)", "install that version", strange=("9999_late",)),
    case("wrong", "of an older version of Regulars (it lacks 0002_turns)", "loyalty serve", missing=("0002_turns",)),
    case("wrong", "only 999 MB are free", "make room", free_bytes=FREE_BYTES_MIN - 1),
    case("off", "the log beside the database has grown", "hangs", wal_bytes=WAL_BYTES_MAX + 1),
    case("off", "the clock is moved by a file", "unset it", clock_moved=True),
    case("wrong", "the clock of this machine says 1970", "timedatectl", now=0, houses=(), backup=0),
    case("wrong", "before what is stored already", "timedatectl", newest=NOW + DAY),
    case("wrong", "nobody answers at http://127.0.0.1:8000", "loyalty serve", reachable=False, screens=None),
    case("off", "no counter screen is connected", "open the counter's link", screens=0),
    case("off", "public_url is not set", "LOYALTY_PUBLIC_URL", public_url=""),
    case("off", "http://cafe.lan is not https: a tablet's camera", "certificate", public_url="http://cafe.lan"),
    case("wrong", "there is no shop yet", "loyalty init", houses=()),
    case("off", "Corner: the owner's set-up link was never used", "open it", house={"setup_unused": True}),
    case("off", "Corner: nobody is enrolled yet", "press N", house={"people": 0}),
    case("off", "Corner: no sale has come in yet", "adapter", house={"last_sale": None}),
    case("off", "Corner: the last sale came in 4 days ago", "still running", house={"last_sale": NOW - 4 * DAY}),
    case("wrong", "there has never been a backup", "loyalty backup FILE", backup=None),
    case("off", "cards cannot be put into Apple Wallet", "Pass Type IDs", purse=replace(PURSE, apple_ends=None)),
    case("off", "cards cannot be put into Google Wallet", "--wallet-issuer", purse=replace(PURSE, google=False)),
    case("off", "for Apple Wallet ends on 20", "another certificate", purse=replace(PURSE, apple_ends=NOW + 30 * DAY)),
    case("wrong", "for Apple Wallet ended on 20", "another certificate", purse=replace(PURSE, apple_ends=NOW)),
    case("wrong", "cards in wallets stay as they were made", "https", public_url="http://cafe.lan"),
    case("wrong", "has a passphrase", "openssl pkey", purse=replace(PURSE, apple_ends=None, troubles=(LOCKED,))),
    case("wrong", "the last backup is 8 days old", "loyalty backup FILE", backup=NOW - 8 * DAY),
)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.what)
def test_the_doctor_finds(one: Case) -> None:
    found = [finding for finding in findings.findings(one.facts) if one.what in finding.what]
    assert [finding.level for finding in found] == [one.level]
    assert one.do in found[0].do


def test_the_doctor_has_nothing_to_say_where_all_is_well() -> None:
    assert findings.findings(WELL) == []


def test_the_doctor_says_first_what_is_wrong() -> None:
    ill = replace(WELL, public_url="", screens=0, backup=None, key_copied=False)
    levels = [finding.level for finding in findings.findings(ill)]
    assert levels == sorted(levels, reverse=True)
    assert set(levels) == {"wrong", "off"}


def test_the_doctor_asks_for_no_backup_of_nothing() -> None:
    fresh = replace(WELL, backup=None, houses=(replace(CAFE, people=0, sales=0),))
    assert not any("backup" in finding.what for finding in findings.findings(fresh))


# -- on a real shop ---------------------------------------------------------------------------------------------------
def doctor(service: Service, *more: str) -> tuple[int, str]:
    done = service.command("doctor", "--port", str(service.port), "--public-url", "https://cafe.example", *more)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
def test_the_doctor_nags_until_a_real_shop_is_safe(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        shop = service.init("Corner")
        code, said = doctor(service)
        assert code == 1
        for part in (
            "nobody has confirmed",
            "no counter screen",
            "set-up link",
            "nobody is enrolled",
            "no sale has come",
        ):
            assert part in said
        shop.enrol(make.AMINA)
        shop.post(shop.sale(who=make.AMINA))
        assert "never been a backup" in doctor(service)[1]
        assert service.command("backup", str(tmp_path / "b.zip")).returncode == 0
        code, said = doctor(service, "--key-copied")
        assert (code, "Noted" in said) == (0, True), said
        with shop.counter(None) as screen:
            screen.opened()
            assert "no counter screen" not in doctor(service)[1]
        (tmp_path / "loyalty.key").chmod(0o644)
        assert "others on this machine can read" in doctor(service)[1]
        (tmp_path / "loyalty.key").chmod(0o600)
    assert "nobody answers at" in doctor(service)[1]


@pytest.mark.slow
def test_a_confirmed_copy_is_of_this_very_key(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.init()
    doctor(service, "--key-copied")
    assert "nobody has confirmed" not in doctor(service)[1]
    (tmp_path / "loyalty.key").write_bytes(b"z" * 32)
    assert "nobody has confirmed" in doctor(service)[1]
    (tmp_path / "loyalty.key").unlink()
    assert "is missing" in doctor(service)[1]


@pytest.mark.slow
def test_the_doctor_of_no_database_says_what_makes_one(tmp_path: Path) -> None:
    code, said = doctor(Service(tmp_path))
    assert code == 2
    assert "`loyalty init` makes one" in said
