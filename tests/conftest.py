"""What every test shares: the counts of the ring it runs in, and that nothing is skipped where CI runs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.servers import Cluster, cluster

if TYPE_CHECKING:
    from tests.running import Service, Shop

CI = os.environ.get("CI") == "true"
LONG = os.environ.get("REGULARS_LONG") == "1"

hypothesis.settings.register_profile("quick", max_examples=60, derandomize=True, deadline=None)
hypothesis.settings.register_profile("long", max_examples=5_000, deadline=None)
hypothesis.settings.load_profile("long" if LONG else "quick")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


@pytest.fixture(scope="session", params=DATABASES)
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """The same promises on both: gives the address of an empty PostgreSQL database, or "" for a SQLite file."""
    if request.param == "sqlite":
        return lambda: ""
    made: Cluster = request.getfixturevalue("postgres")
    return made.new_database


@pytest.fixture
def fresh_database(new_database: Callable[[], str]) -> str:
    """One for this test alone."""
    return new_database()


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The one that all tests of a folder share, at the time it began with; every test has a business of its own in it.

    A traceback in its log is our own fault, whatever was answered.
    """
    assert running.began is not None
    running.move(running.began)
    seen = running.log.stat().st_size
    yield running
    said = running.log.read_bytes()[seen:].decode()
    assert "Traceback" not in said, said


@pytest.fixture
def shop(service: Service) -> Shop:
    return service.open_shop()


class FilesOnOneDatabase(LoadScopeScheduling):  # type: ignore[misc]
    """One worker works off a file on one database, so that what the file or the folder shares starts once a worker."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        return f"{file} on postgresql" if "[postgresql" in test else file

    def _assign_work_unit(self, node) -> None:
        """What waits longest first, so that nobody waits for it at the end. One database after the other, since whoever
        changes it starts the service of a folder again."""
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)


LONGEST_FIRST = (("tests/faults/",), ("tests/browser/", "tests/promises/", "tests/complaints/"), ("tests/",))


def _place(scope: str) -> tuple[int, bool]:
    folder = next((number for number, folders in enumerate(LONGEST_FIRST) if scope.startswith(folders)), 0)
    return folder, not scope.endswith("postgresql")


def pytest_xdist_make_scheduler(config, log):
    return FilesOnOneDatabase(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _not_skipped((yield))


def _not_skipped(report):
    """In CI a skip is a failure: a test that cannot run there would be believed to pass."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {report.longrepr}"
    return report
