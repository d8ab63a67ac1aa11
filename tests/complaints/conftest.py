"""One running service for all complaints; every test gets a business of its own in it.

At the end `loyalty verify` goes over everybody that these tests left behind. What comes at the same moment is tried on
PostgreSQL too, where two processes serve: those files have a `running` of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import make
from tests.running import Service, Shop, serving

SHOPS = 200
NOON = make.at("12:00", 30)


@contextmanager
def verified(folder: Path, database: str = "") -> Iterator[Service]:
    options = ("--workers", "2") if database else ()
    with serving(folder, NOON, SHOPS, database, *options) as service:
        yield service
        done = service.command("verify")
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with verified(tmp_path_factory.mktemp("complaints")) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The service at noon; a traceback in its log is our own fault, whatever was answered."""
    running.move(NOON)
    seen = running.log.stat().st_size
    yield running
    said = running.log.read_bytes()[seen:].decode()
    assert "Traceback" not in said, said


@pytest.fixture
def shop(service: Service) -> Shop:
    return service.open_shop()
