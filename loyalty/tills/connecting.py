"""`loyalty connect`: makes a connection, or completes one, and says whether it works; `loyalty disconnect` ends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from loyalty.errors import Unfit, Unknown
from loyalty.store import tills as rows
from loyalty.store.secrets import Vault, new_id
from loyalty.store.session import Session
from loyalty.store.tills import ConnectionRow
from loyalty.tills.connections import Connection, given_in_words, given_of, opened, sealed
from loyalty.wire import Fault
from pos_adapters.base import Adapter
from pos_adapters.registry import adapter
from pos_adapters.settling import settled
from pos_adapters.understanding import look_over


class Connected(Struct, frozen=True):
    """What the command answers."""

    connection: str
    url: str
    needs: tuple[str, ...]


def connect(
    session: Session, vault: Vault, vendor: str, shop: str, pairs: Iterable[str], url: str, now: int,
    existing: str | None = None,
) -> Connection:  # fmt: skip
    """Inside the caller's transaction. Raises Unfit, or Unknown, before anything is written."""
    chosen, given = _adapter(vendor), given_in_words(pairs)
    settled(chosen, given)
    if existing is not None:
        return _complete(session, vault, existing, chosen, shop, given, url)
    row = ConnectionRow(new_id(), _business(session, shop), shop, vendor, sealed(vault, given), now)
    rows.add_connection(session, row)
    return opened(vault, row, url)


def _complete(
    session: Session, vault: Vault, existing: str, chosen: Adapter, shop: str, given: dict[str, str], url: str
) -> Connection:
    """What was set before stays, unless it is set anew."""
    found = [row for row in rows.connections(session, _business(session, shop)) if row.id == existing]
    if not found or found[0].shop != shop or found[0].vendor != chosen.vendor:
        raise Unknown(f"this shop has no {chosen.vendor} connection {existing}", at="connection")
    whole = {**given_of(vault, found[0]), **given}
    row = ConnectionRow(*(existing, found[0].business, shop, chosen.vendor, sealed(vault, whole), found[0].made_at))
    rows.change_settings(session, existing, row.settings)
    return opened(vault, row, url)


def disconnect(session: Session, vault: Vault, connection: str, now: int) -> int:
    """Inside the caller's transaction; how many deliveries waited, which are set aside for the owner."""
    fault = Fault(code="disconnected", message="its till was disconnected before this was worked off")
    waited = rows.end(session, connection, sealed(vault, {}), msgspec.json.encode(fault), now)
    if waited is None:
        raise Unknown(f"there is no connection {connection}, or it has ended already", at="connection")
    return waited


def said_of(connection: Connection) -> Sequence[str]:
    """What keeps it from working, asked of the vendor itself. Blocks for some seconds at most."""
    if connection.needs:
        return [f"{name} is still missing" for name in connection.needs]
    return look_over(connection.adapter, connection.settings)


def _adapter(vendor: str) -> Adapter:
    chosen = adapter(vendor)
    if chosen.source is not None:
        raise Unfit(f"{vendor} is read beside the till, by `pos-adapter run`; there is nothing to connect", at="vendor")
    return chosen


def _business(session: Session, shop: str) -> str:
    found = session.row("SELECT business FROM shops WHERE id = ?", (shop,))
    if found is None:
        raise Unknown(f"there is no shop {shop!r} in this database; `loyalty init` prints a shop's id", at="shop")
    return str(found[0])
