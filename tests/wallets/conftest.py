"""One running service with what Apple and Google would have given its owner, and both of them on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import make
from tests.running import Service, serving
from tests.wallets import issuing, makers

URL = "https://cafe.example"
NOON = make.at("12:00", 30)


@pytest.fixture(scope="session")
def apple(tmp_path_factory: pytest.TempPathFactory) -> Iterator[makers.Apple]:
    with makers.apple(tmp_path_factory.mktemp("apple")) as made:
        yield made


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[makers.Google]:
    with makers.google(tmp_path_factory.mktemp("google")) as made:
        yield made


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    new_database: Callable[[], str],
    apple: makers.Apple,
    google: makers.Google,
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    issuing.fill(folder / "wallet", issuing.own(), issuing.account(f"{google.url}/token"))
    (folder / "root.pem").write_bytes(issuing.root().pem)
    options = ["--public-url", URL, "--wallet-issuer", issuing.ISSUER]
    options += ["--wallet-push", apple.url, "--wallet-google", google.url]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "root.pem"))  # so that the service believes both
        with serving(folder, NOON, 60, new_database(), *options) as service:
            yield service
