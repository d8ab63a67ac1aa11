"""PostgreSQL and Redis, started by the tests: on ports and in folders of their own, as users who may not do much.

One cluster serves a whole run of the tests, with a database for each service. It orders texts as people do, so that a
test fails where the house relied on the locale of a database; fsync is on.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

START_SECONDS = 120.0
PEOPLE_ORDER = ("--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listened_at(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def binary(name: str) -> str:
    """The newest of them; Debian keeps PostgreSQL's out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"{name} is not installed; `.ci/system` says which packages the tests need"
    return path


class Cluster:
    """A PostgreSQL server of our own; root may not run one, so then it is run by the user that Debian made for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._user = "postgres" if os.geteuid() == 0 else None
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(folder, self._user)
        command = [binary("initdb"), "-D", str(folder / "data"), "-U", "regulars", "-A", "trust", "-E", "UTF8"]
        command += PEOPLE_ORDER
        done = subprocess.run(command, cwd=folder, user=self._user, capture_output=True, text=True, env=_plain())
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "on",
            "max_connections": 200, "shared_buffers": "64MB",
        }  # fmt: skip
        command = [binary("postgres"), "-D", str(self.folder / "data")]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:  # right after a kill, the one before may still be dying
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    command, cwd=self.folder, user=self._user, stdout=log, stderr=log, env=_plain()
                )
            if self._ready(end):
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def _ready(self, end: float) -> bool:
        assert self._process is not None
        while time.monotonic() < end and self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def kill(self) -> None:
        """`kill -9`: no farewell."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """At once; nothing in it is needed any more."""
        assert self._process is not None
        self._process.send_signal(3)  # SIGQUIT: an immediate shutdown
        self._process.wait()

    def url(self, database: str) -> str:
        return f"postgresql://regulars@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of an empty one."""
        name = f"service_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Not below pytest's own folder, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-pg-"))
    try:
        made = Cluster(folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A Redis that keeps nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            binary("redis-server"),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            "/tmp",
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("Redis did not start")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@contextmanager
def redis() -> Iterator[Redis]:
    made = Redis()
    made.start()
    try:
        yield made
    finally:
        made.kill()


def _plain() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
