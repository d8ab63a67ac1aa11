"""One table of settings. Each is an option of the command line and an environment variable `LOYALTY_<NAME>`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from loyalty.errors import RegularsError

PREFIX = "LOYALTY_"


class BadSetting(RegularsError):
    """A setting that cannot be."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    help: str


TABLE = (
    Setting("database", "sqlite:///loyalty.db", "sqlite:///relative/path or sqlite:////absolute/path"),
    Setting("host", "127.0.0.1", "the address to listen on; 0.0.0.0 behind a proxy that ends TLS"),
    Setting("port", "8000", "the port to listen on"),
    Setting(
        "public_url", "", "how customers' phones reach the service, e.g. https://cafe.example; default http://host:port"
    ),
    Setting("test_clock", "", "a file that holds the time, for tests and the demo; never in production"),
    Setting("bus", "", "redis://…, between several processes; not needed by one, and not served yet"),
    Setting("workers", "1", "processes; one for now"),
    Setting("log", "info", "debug, info, warning or error"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    database: str
    host: str
    port: int
    public_url: str
    test_clock: str
    log: str
    bus: str = ""
    workers: int = 1

    @property
    def url(self) -> str:
        """Where links to cards and screens point."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def settings(given: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> Settings:
    """What the command line says, else the environment, else the default. Raises BadSetting in words."""
    found: dict[str, str] = {}
    for setting in TABLE:
        value = given.get(setting.name)
        text = str(value) if value is not None else environment.get(PREFIX + setting.name.upper(), setting.default)
        found[setting.name] = text
    return Settings(
        database=found["database"],
        host=found["host"],
        port=_port(found["port"]),
        public_url=_url(found["public_url"]),
        test_clock=found["test_clock"],
        bus=_none_yet("bus", found["bus"], ""),
        workers=int(_none_yet("workers", found["workers"], "1")),
        log=_one_of("log", found["log"], ("debug", "info", "warning", "error")),
    )


def is_given(name: str, given: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody chose it, rather than the default."""
    return given.get(name) is not None or PREFIX + name.upper() in environment


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(f"port: expected a number from 1 to 65535, got {text!r}", at="port")
    return int(text)


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise BadSetting(f"public_url: expected http://… or https://…, got {text!r}", at="public_url")
    return text


def _none_yet(name: str, text: str, only: str) -> str:
    if text != only:
        raise BadSetting(f"{name}: several processes are not served yet; leave it at {only or 'nothing'}", at=name)
    return text


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise BadSetting(f"{name}: expected one of {', '.join(allowed)}, got {text!r}", at=name)
    return text
