"""`loyalty doctor`: looks at everything, and tells what it found."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from loyalty.care.findings import Facts, House, findings
from loyalty.care.wallets import Purse, purse_of
from loyalty.clock import clock_of
from loyalty.core.days import moment
from loyalty.errors import RegularsError
from loyalty.settings import Settings
from loyalty.store.chores import BACKUP, KEY_COPIED, did, last
from loyalty.store.database import LitePlace, Place, applied, migrations, must_exist, open_vault
from loyalty.store.secrets import NoMasterKey, Vault
from loyalty.store.session import Session
from loyalty.wallet import keys

ANSWER_SECONDS = 3
ANSWER_BYTES_MAX = 1_000_000
SCREENS = re.compile(r"^regulars_screens (\d+)", re.MULTILINE)
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def examine(settings: Settings) -> int:
    """Tells everything that is wrong or off; answers how much is wrong."""
    found = findings(look(settings))
    for one in found:
        click.echo(f"{'WRONG' if one.level == 'wrong' else 'off  '}  {one.what}.\n       → {one.do}")
    wrong = sum(1 for one in found if one.level == "wrong")
    click.echo("Everything is as it should be." if not found else f"{wrong} wrong, {len(found) - wrong} off.")
    return wrong


def key_copied(settings: Settings) -> None:
    """The owner says that there is a copy of this very key."""
    place = Place.of(settings.database, settings.key)
    vault = open_vault(place)
    with closing(place.open()) as session, session.transaction():
        if not migrations() <= set(applied(session)):
            raise RegularsError("the database is of an older version: start `loyalty serve` once, then say it again")
        did(session, KEY_COPIED, moment(clock_of(settings.test_clock).now()), vault.fingerprint)
    click.echo("Noted: there is a copy of the key. Look now and then whether it is still there.")


def look(settings: Settings) -> Facts:
    place = Place.of(settings.database, settings.key)
    must_exist(place)
    clock = clock_of(settings.test_clock)
    file = place.path if isinstance(place, LitePlace) else None
    reachable, screens = _service(settings)
    with closing(place.open(only_reads=True)) as session, session.snapshot():
        known, there = migrations(), set(applied(session))
        current = known <= there
        copied = last(session, KEY_COPIED) if current else None
        backup = last(session, BACKUP) if current else None
        fingerprint = _fingerprint(place)
        return Facts(
            now=moment(clock.now()),
            clock_moved=clock.moved,
            newest=_newest(session),
            database=str(place),
            database_mode=_mode(file),
            key=str(place.key_path),
            key_mode=_mode(place.key_path),
            key_fits=_fits(session, place),
            key_copied=copied is not None and copied[1] == fingerprint,
            free_bytes=shutil.disk_usage(place.key_path.resolve().parent).free,
            wal_bytes=_size(file.with_name(f"{file.name}-wal")) if file else 0,
            missing=tuple(sorted(known - there)),
            strange=tuple(sorted(there - known)),
            public_url=settings.public_url,
            address=_address(settings),
            reachable=reachable,
            screens=screens,
            houses=_houses(session),
            backup=backup[0] if backup else None,
            purse=_purse(settings, place),
        )


# -- the files --------------------------------------------------------------------------------------------------------
def _purse(settings: Settings, place: Place) -> Purse:
    folder = keys.folder(settings.wallet, place.key_path.parent)
    return purse_of(str(folder), keys.read(folder, settings.wallet_issuer))


def _mode(path: Path | None) -> int | None:
    return path.stat().st_mode & 0o777 if path is not None and path.exists() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _vault(place: Place) -> Vault | None:
    try:
        return Vault(place.key_path.read_bytes())
    except (OSError, NoMasterKey):
        return None


def _fingerprint(place: Place) -> str:
    vault = _vault(place)
    return vault.fingerprint if vault else ""


def _fits(session: Session, place: Place) -> bool:
    """Whether the key opens what it should: somebody's own key, where there is anybody."""
    vault = _vault(place)
    if vault is None:
        return False
    row = session.row("SELECT secret FROM customers WHERE secret IS NOT NULL LIMIT 1")
    return row is None or vault.opens(row[0])


# -- what is stored ---------------------------------------------------------------------------------------------------
def _newest(session: Session) -> int | None:
    told, made = "SELECT MAX(at) AS at FROM messages", "SELECT MAX(made_at) FROM entries"
    row = session.row(f"SELECT MAX(at) FROM ({told} UNION ALL {made}) t")
    return row[0] if row else None


def _houses(session: Session) -> tuple[House, ...]:
    rows = session.rows(
        "SELECT b.name, (SELECT COUNT(*) FROM customers c WHERE c.business = b.id AND c.erased_at IS NULL),"
        " NOT EXISTS (SELECT 1 FROM owners o WHERE o.business = b.id),"
        " (SELECT COUNT(*) FROM sales s JOIN shops h ON h.id = s.shop WHERE h.business = b.id),"
        " (SELECT MAX(s.received_at) FROM sales s JOIN shops h ON h.id = s.shop WHERE h.business = b.id)"
        " FROM businesses b ORDER BY b.created_at, b.id"
    )
    return tuple(
        House(name=name, people=people, setup_unused=bool(unused), sales=sales, last_sale=newest)
        for name, people, unused, sales, newest in rows
    )


# -- the service ------------------------------------------------------------------------------------------------------
def _address(settings: Settings) -> str:
    return f"http://{ANYWHERE.get(settings.host, settings.host)}:{settings.port}"


def _service(settings: Settings) -> tuple[bool, int | None]:
    """Whether it answers, and how many screens it has."""
    try:
        with urlopen(f"{_address(settings)}/metrics", timeout=ANSWER_SECONDS) as answer:
            found = SCREENS.search(answer.read(ANSWER_BYTES_MAX).decode("utf-8", "replace"))
    except (URLError, OSError, ValueError):
        return False, None
    return True, int(found[1]) if found else None
