"""One running service for all complaints; every test gets a business of its own in it.

At the end `loyalty verify` goes over everybody that these tests left behind. What comes at the same moment is tried on
PostgreSQL too, where two processes serve: those files have a `running` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import make
from tests.complaints.books import PROGRAM
from tests.running import Service, Shop, serving

SHOPS = 200
NOON = make.at("12:00", 30)


@contextmanager
def verified(folder: Path, database: str = "") -> Iterator[Service]:
    options = ("--workers", "2") if database else ()
    with serving(folder, NOON, SHOPS, database, *options) as service:
        yield service
        service.verified()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with verified(tmp_path_factory.mktemp("complaints")) as service:
        yield service


@pytest.fixture(scope="session")
def on_both(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Service]:
    """What a file that is tried on both databases has as its `running`."""
    with verified(tmp_path_factory.mktemp("complaints"), new_database()) as service:
        yield service


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    """Three points a visit, one for every ten shillings, five a latte; files on something else have another."""
    shop.owner("PUT", "/v1/program", PROGRAM)
    return shop
