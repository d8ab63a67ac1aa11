"""Tokens that a vendor replaces by new ones: what it gives is kept before it is used, since the old ones are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from loyalty.errors import RegularsError
from loyalty.store import tills as rows
from loyalty.tills.connections import Connection, given_of, sealed
from loyalty.tills.threads import in_thread
from pos_adapters.asking import Expired
from pos_adapters.base import Later
from pos_adapters.hooks import PUBLIC_URL

if TYPE_CHECKING:
    from loyalty.ingest import Line
    from loyalty.tills.courier import Courier

log = structlog.get_logger()


async def renewed(courier: Courier, connection: Connection, trouble: Later) -> Later | None:
    """None: the connection has new tokens, and everything of it is due at once. Else what is wrong."""
    renew = connection.adapter.renew
    if renew is None or not isinstance(trouble, Expired) or courier.rest(connection).renewed:
        return trouble
    if await courier.store(lambda line: _replaced(line, connection)):
        return None  # another process did
    try:
        tokens = await in_thread(renew, connection.settings)
    except RegularsError as error:
        return error if isinstance(error, Later) else Later(error.message)
    await courier.store(lambda line: _keep(line, connection, tokens))
    log.info("tokens renewed", connection=connection.id)
    return None


def _replaced(line: Line, connection: Connection) -> bool:
    now, given = connection.settings, _given(line, connection)
    return any(now[name] != value for name, value in given.items() if name in now and name != PUBLIC_URL.name)


def _keep(line: Line, connection: Connection, tokens: Mapping[str, str]) -> None:
    whole = {**_given(line, connection), **tokens}
    rows.change_settings(line.session, connection.id, sealed(line.vault, whole))


def _given(line: Line, connection: Connection) -> dict[str, str]:
    found = [row for row in rows.connections(line.session, connection.business) if row.id == connection.id]
    return given_of(line.vault, found[0]) if found else {}
