"""One running service and a Chromium for the browser tests; every test gets a business and a fresh profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.chromium import SHELL, chromium
from tests import make
from tests.browser.glass import Profiles
from tests.running import Service, serving

NOON = make.at("12:00", 30)
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service"), NOON) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    running.move(NOON)
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: Playwright keeps an event loop running in this thread, which asynchronous tests forbid."""
    with chromium(SHELL) as browser:
        yield browser


@pytest.fixture
def profiles(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Profiles]:
    """Opens pages, each in a profile of its own. What they looked like is kept in `tmp_path` where the test failed."""
    opened = Profiles(browser)
    try:
        yield opened
        if request.node.stash.get(FAILED, False):
            opened.picture(tmp_path)
        else:
            assert opened.errors == []
    finally:
        opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
