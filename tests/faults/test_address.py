"""The address that the service listens on is somebody else's: for a moment, or for good."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests import make
from tests.running import Service, wait_until

pytestmark = pytest.mark.slow
WAITING = "another program listens there; waiting a moment"


def taken(port: int) -> socket.socket:
    door = socket.socket()
    door.bind(("127.0.0.1", port))
    door.listen()
    return door


def test_an_address_that_is_just_being_let_go_is_waited_for(tmp_path: Path) -> None:
    """As when a parent of workers was killed and is started again at once, while they are still ending."""
    service = Service(tmp_path, make.MORNING)
    service.begin("Corner")
    door = taken(service.port)
    service.log.touch()

    def leave() -> None:
        wait_until(lambda: WAITING in service.log.read_text())
        door.close()

    leaving = threading.Thread(target=leave)
    leaving.start()
    try:
        service.start()
        assert service.client.get("/readyz").status_code == 200
    finally:
        leaving.join()
        service.stop()


def test_an_address_that_somebody_keeps_is_refused_in_words(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.begin("Corner")
    with closing(taken(service.port)):
        done = service.command("serve", "--port", str(service.port))
    assert done.returncode == 2
    assert f"127.0.0.1:{service.port} cannot be listened on (another program listens there)" in done.stderr
    assert "--port" in done.stderr
