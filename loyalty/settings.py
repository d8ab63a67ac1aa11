"""One table of settings. Each is an option of the command line and an environment variable `LOYALTY_<NAME>`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from loyalty.errors import RegularsError

PREFIX = "LOYALTY_"
IN_FILE = "_FILE"
WORKERS_MAX = 64


class BadSetting(RegularsError):
    """A setting that cannot be."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    help: str


TABLE = (
    Setting("database", "sqlite:///loyalty.db", "sqlite:///relative/path, sqlite:////absolute/path or postgresql://…"),
    Setting("database_password", "", "of a postgresql://user@host/name that does not say it"),
    Setting("key", "", "the master key, a file; default loyalty.key beside a SQLite file, or in the working directory"),
    Setting("host", "127.0.0.1", "the address to listen on; 0.0.0.0 behind a proxy that ends TLS"),
    Setting("port", "8000", "the port to listen on"),
    Setting(
        "public_url", "", "how customers' phones reach the service, e.g. https://cafe.example; default http://host:port"
    ),
    Setting("test_clock", "", "a file that holds the time, for tests and the demo; never in production"),
    Setting("bus", "", "redis://…, by which processes tell each other; those that share a SQLite file need it"),
    Setting("workers", "1", "processes that serve together"),
    Setting("tills", "", "a pos-adapter configuration whose tills this one process reads along, such as till.toml"),
    Setting("wallet", "", "a folder with what Apple and Google gave you for passes; default wallet, beside the key"),
    Setting("wallet_issuer", "", "the issuer id of your Google Wallet account, a number"),
    Setting("wallet_push", "https://api.push.apple.com", "where telephones are told that a pass of Apple's changed"),
    Setting("wallet_google", "https://walletobjects.googleapis.com", "where Google is told that a pass changed"),
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
    key: str = ""
    tills: str = ""
    wallet: str = ""
    wallet_issuer: str = ""
    wallet_push: str = ""
    wallet_google: str = ""

    @property
    def url(self) -> str:
        """Where links to cards and screens point."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def settings(given: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> Settings:
    """What the command line says, else the environment, else the default. Raises BadSetting in words."""
    found: dict[str, str] = {}
    for setting in TABLE:
        value = given.get(setting.name)
        found[setting.name] = str(value) if value is not None else _said(setting, environment)
    return Settings(
        database=_with_password(found["database"], found["database_password"]),
        key=found["key"],
        host=found["host"],
        port=_port(found["port"]),
        public_url=_url(found["public_url"]),
        test_clock=found["test_clock"],
        bus=_bus(found["bus"]),
        workers=_workers(found["workers"], found["database"], found["bus"]),
        tills=_tills(found["tills"], found["workers"]),
        wallet=found["wallet"],
        wallet_issuer=found["wallet_issuer"].strip(),
        wallet_push=_over_tls("wallet_push", found["wallet_push"]),
        wallet_google=_over_tls("wallet_google", found["wallet_google"]),
        log=_one_of("log", found["log"], ("debug", "info", "warning", "error")),
    )


def is_given(name: str, given: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody chose it, rather than the default."""
    name_there = PREFIX + name.upper()
    return given.get(name) is not None or name_there in environment or name_there + IN_FILE in environment


def _said(setting: Setting, environment: Mapping[str, str]) -> str:
    """LOYALTY_X, or what stands in the file that LOYALTY_X_FILE names: how secrets are handed to containers."""
    name = PREFIX + setting.name.upper()
    path = environment.get(name + IN_FILE)
    if name in environment or path is None:
        return environment.get(name, setting.default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}{IN_FILE}: {path} cannot be read: {error}", at=setting.name) from error


def _with_password(database: str, password: str) -> str:
    """The address with the password in it, where that is kept apart."""
    address = urlsplit(database)
    if not password or address.password is not None or not address.scheme.startswith("postgres"):
        return database
    who, _, where = address.netloc.rpartition("@")
    return urlunsplit(address._replace(netloc=f"{who}:{quote(password, safe='')}@{where}"))


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(f"port: expected a number from 1 to 65535, got {text!r}", at="port")
    return int(text)


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise BadSetting(f"public_url: expected http://… or https://…, got {text!r}", at="public_url")
    return text


def _over_tls(name: str, text: str) -> str:
    """What names telephones goes nowhere in the open."""
    if not text.startswith("https://"):
        raise BadSetting(f"{name}: expected https://…, got {text!r}", at=name)
    return text.rstrip("/")


def _bus(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise BadSetting("bus: expected redis://host:port, or nothing", at="bus")
    return text


def _workers(text: str, database: str, bus: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= WORKERS_MAX:
        raise BadSetting(f"workers: expected a number from 1 to {WORKERS_MAX}, got {text!r}", at="workers")
    if int(text) > 1 and database.startswith("sqlite:") and not bus:
        raise BadSetting(
            "workers: several processes on a SQLite file cannot tell each other what happened; give them a bus"
            " (--bus redis://…), or use PostgreSQL (--database postgresql://…), which needs none",
            at="workers",
        )
    return int(text)


def _tills(text: str, workers: str) -> str:
    if text and workers != "1":
        said = "tills: several processes cannot share one outbox; run `pos-adapter run` beside them"
        raise BadSetting(said, at="tills")
    return text


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise BadSetting(f"{name}: expected one of {', '.join(allowed)}, got {text!r}", at=name)
    return text
