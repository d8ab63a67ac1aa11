"""The connections there are: an adapter, its settings opened, and the shop that it speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
import structlog

from loyalty.errors import Unfit
from loyalty.store import tills as rows
from loyalty.store.secrets import Vault
from loyalty.store.session import Session
from loyalty.store.tills import ConnectionRow
from pos_adapters.base import Adapter, Settings
from pos_adapters.hooks import PUBLIC_URL, at_address
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import missing, settled

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Connection:
    """`settings` are whole: defaults filled in, `public_url` the whole address of its deliveries."""

    id: str
    business: str
    shop: str
    adapter: Adapter
    settings: Settings = field(repr=False)

    @property
    def url(self) -> str:
        """Where the vendor sends its deliveries."""
        return self.settings[PUBLIC_URL.name]

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(missing(self.adapter, self.settings))


class Connections:
    """All of them, for the loop. Read again whenever somebody may have connected another."""

    def __init__(self, vault: Vault, url: str) -> None:
        self._vault = vault
        self._url = url
        self._read: dict[str, tuple[bytes, Connection]] = {}
        self._left_out: set[bytes] = set()
        self.all: Mapping[str, Connection] = {}

    def read(self, session: Session) -> None:
        """Put in place whole: the loop reads at any moment. What did not change is not opened again."""
        found: dict[str, tuple[bytes, Connection]] = {}
        for row in rows.connections(session):
            before = self._read.get(row.id)
            if before is not None and before[0] == row.settings:
                found[row.id] = before
            elif (connection := self._open(row)) is not None:
                found[row.id] = row.settings, connection
        self._read = found
        self.all = {id: connection for id, (_, connection) in found.items()}

    def _open(self, row: ConnectionRow) -> Connection | None:
        """What another version of the house connected may not be understood by this one: the others go on."""
        found = openable(self._vault, row, self._url)
        if found is None and row.settings not in self._left_out:
            self._left_out.add(row.settings)
            log.error("connection left out", connection=row.id, vendor=row.vendor, next="connect this till again")
        return found

    def find(self, vendor: str, connection: str) -> Connection | None:
        found = self.all.get(connection)
        return found if found is not None and found.adapter.vendor == vendor else None


def openable(vault: Vault, row: ConnectionRow, url: str) -> Connection | None:
    try:
        return opened(vault, row, url)
    except (Unfit, KeyError):
        return None


def opened(vault: Vault, row: ConnectionRow, url: str) -> Connection:
    """Where nobody set `public_url`, it is the service's own."""
    adapter = ADAPTERS[row.vendor]
    given = {name: text for name, text in given_of(vault, row).items() if name in _known(adapter)}
    whole = settled(adapter, {**given, "shop": row.shop})
    whole = {**whole, PUBLIC_URL.name: whole.get(PUBLIC_URL.name) or url}
    return Connection(row.id, row.business, row.shop, adapter, at_address(adapter, row.id, whole))


def given_of(vault: Vault, row: ConnectionRow) -> dict[str, str]:
    """As the owner gave them."""
    return msgspec.json.decode(vault.open_raw(row.settings), type=dict[str, str])


def sealed(vault: Vault, given: Mapping[str, str]) -> bytes:
    return vault.seal_raw(msgspec.json.encode(given))


def given_in_words(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` as the command line has them."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not name:
            raise Unfit(f"--set expects NAME=VALUE, got {name!r}", at="set")  # never the value: it may be a secret
        if name == "shop":
            raise Unfit("the shop is said with --shop", at="shop")
        found[name.strip()] = value.strip()
    return found


def _known(adapter: Adapter) -> set[str]:
    """A setting that a newer version no longer has is passed over."""
    return {"till", *(setting.name for setting in adapter.settings)}
