"""CONFIG.toml of `pos-adapter run`, read strictly: a mistake is answered in words, with the names that are known."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loyalty.errors import Unfit
from pos_adapters.base import Adapter, Settings
from pos_adapters.hooks import PUBLIC_URL, at_address
from pos_adapters.registry import adapter
from pos_adapters.settling import missing, settled

CONNECTIONS_MAX = 100
TABLES = ("service", "outbox", "connection")


@dataclass(frozen=True, slots=True)
class Connection:
    """A till, or a vendor's account."""

    adapter: Adapter
    settings: Settings = field(repr=False)
    name: str = ""  # its number in the file: names it in its address and in the outbox
    listen: tuple[str, int] | None = None  # where it takes deliveries


@dataclass(frozen=True, slots=True)
class Config:
    url: str
    key: str = field(repr=False)
    outbox: Path
    connections: tuple[Connection, ...]


def read(path: Path) -> Config:
    """Raises Unfit with every mistake, one a line. Relative paths count from the working directory."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Unfit(f"{path} is not TOML: {error}") from error
    mistakes: list[str] = []
    config = _config(given, mistakes)
    if config is None or mistakes:
        raise Unfit("\n".join(f"{path}: {mistake}" for mistake in mistakes))
    return config


def _config(given: Mapping[str, Any], mistakes: list[str]) -> Config | None:
    mistakes += [f"there is no [{name}]; there is {_listed(TABLES)}" for name in given if name not in TABLES]
    place = _texts(given, "service", ("url", "key"), mistakes)
    outbox = _texts(given, "outbox", ("path",), mistakes)
    if place and urlsplit(place["url"]).scheme not in ("http", "https", "ws", "wss"):
        mistakes.append(f"[service] url: expected an address such as https://regulars.example, got {place['url']!r}")
    connections = _connections(given.get("connection"), mistakes)
    if not (place and outbox):
        return None
    return Config(place["url"], place["key"], Path(outbox["path"]), tuple(connections))


def _texts(given: Mapping[str, Any], table: str, names: tuple[str, ...], mistakes: list[str]) -> dict[str, str] | None:
    """A table in which each of these names is needed and no other is known."""
    found = given.get(table)
    if not isinstance(found, dict):
        mistakes.append(f"[{table}] is missing; it needs {_listed(names)}")
        return None
    wrong = [f"[{table}] has no {name}; it has {_listed(names)}" for name in found if name not in names]
    wrong += [
        f"[{table}] {name} is missing; expected text"
        for name in names
        if not isinstance(found.get(name), str) or not found[name]
    ]
    mistakes += wrong
    return None if wrong else found


def _connections(given: object, mistakes: list[str]) -> list[Connection]:
    if not isinstance(given, list) or not given:
        mistakes.append("[[connection]] is missing; at least one till is needed, with vendor, shop and its settings")
        return []
    if len(given) > CONNECTIONS_MAX:
        mistakes.append(f"{len(given)} connections; one adapter serves at most {CONNECTIONS_MAX}")
        return []
    found = []
    for number, table in enumerate(given, 1):
        try:
            found.append(_connection(table, str(number)))
        except Unfit as error:
            mistakes.append(f"[[connection]] number {number}: {error.message}")
    return found


def _connection(table: object, name: str) -> Connection:
    if not isinstance(table, dict):
        raise Unfit("expected a table")
    given = dict(table)
    chosen = adapter(str(given.pop("vendor", "")))
    listen = _listen(given.pop("listen", None), chosen)
    settings = settled(chosen, given)
    needed = missing(chosen, settings)
    if needed:
        helps = {setting.name: setting.help for setting in chosen.settings}
        raise Unfit("; ".join(f"{name} is missing: {helps.get(name, 'the id of the shop')}" for name in needed))
    if listen and not settings.get(PUBLIC_URL.name):
        settings = {**settings, PUBLIC_URL.name: f"http://{listen[0]}:{listen[1]}"}
    return Connection(chosen, at_address(chosen, name, settings), name, listen)


def _listen(given: object, chosen: Adapter) -> tuple[str, int] | None:
    if given is None:
        return None
    if chosen.source is not None:
        raise Unfit(f"{chosen.vendor} takes no webhooks: leave out listen", at="listen")
    host, _, port = str(given).rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Unfit(f"listen: expected an address such as 127.0.0.1:8100, got {given!r}", at="listen")
    return host, int(port)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
