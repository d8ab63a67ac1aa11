"""A running service for what goes wrong; tests that kill it have one of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import make
from tests.running import Service, serving


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("faults"), make.MORNING, shops=200, database=new_database()) as service:
        yield service
