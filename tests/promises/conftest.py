"""One running service for all promises; every test gets a business of its own in it, on the Monday of the tests.

At the end `loyalty verify` goes over everybody that these tests left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import make
from tests.promises.inside import Bench
from tests.promises.stories import OPENED, PEOPLE, PROGRAM
from tests.running import Service, serving

SHOPS = 400
NOON = make.at("12:00", 30)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service"), NOON, shops=SHOPS, database=new_database()) as service:
        yield service
        service.verified()


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Where houses of this process are copied from, each with a database of its own."""
    return Bench(tmp_path_factory.mktemp("houses"), PEOPLE, PROGRAM, OPENED)
