"""A database as the migrations leave it: made once in a process of the tests, and copied for whoever needs one."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from loyalty.store.database import KEY, LitePlace, Place, PostgresPlace, open_vault, prepare
from loyalty.store.secrets import Vault

FIRST = "migrated"


def migrated(place: Place) -> Vault:
    """What `prepare` makes of a place where there is nothing yet, which takes it seconds and is the same every time."""
    match place:
        case LitePlace():
            shutil.copy(_file(), place.path)
        case PostgresPlace():
            _copy(place)
    shutil.copy(_folder() / KEY, place.key_path)
    return open_vault(place)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="regulars-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _file() -> Path:
    made = _folder() / f"{FIRST}.db"
    _make(LitePlace(made, _folder() / KEY))
    assert list(_folder().glob(f"{made.name}-*")) == [], "all of it is in the one file"
    return made


def _copy(place: PostgresPlace) -> None:
    """On the same server, where the first is made beside those that are copied from it."""
    name = Identifier(str(conninfo_to_dict(place.conninfo)["dbname"]))
    with psycopg.connect(make_conninfo(place.conninfo, dbname="postgres"), autocommit=True) as db:
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", (FIRST,)).fetchone() is None:
            db.execute(SQL("CREATE DATABASE {}").format(Identifier(FIRST)))
            _make(PostgresPlace(make_conninfo(place.conninfo, dbname=FIRST), _folder() / KEY))
        db.execute(SQL("DROP DATABASE {}").format(name))
        db.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(name, Identifier(FIRST)))


def _make(place: Place) -> None:
    """In a thread, since an event loop may be running in this one. A key that is there already is used."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, prepare(place)).result()
