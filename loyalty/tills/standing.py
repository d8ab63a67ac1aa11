"""How the connections of a business are: what arrived last, what waits, and what is wrong, in words."""

from __future__ import annotations

from typing import Literal

from loyalty.core.days import when
from loyalty.store import tills as rows
from loyalty.store.tills import ConnectionRow, Tally
from loyalty.store.view import View
from loyalty.tills.connections import Connection, openable
from loyalty.wire_tills import ConnectionRow as Shown
from loyalty.wire_tills import Connections, Trouble


def read(view: View, business: str, url: str) -> Connections:
    tallies = rows.tallies(view.session, business)
    found = ((row, openable(view.vault, row, url)) for row in rows.connections(view.session, business))
    shown = (_shown(row, known, tallies.get(row.id, Tally(0, 0))) for row, known in found if known is not None)
    return Connections(connections=tuple(shown))


def _shown(row: ConnectionRow, connection: Connection, tally: Tally) -> Shown:
    troubles = _troubles(row)
    return Shown(
        id=row.id,
        vendor=row.vendor,
        title=connection.adapter.title.partition(":")[0],
        shop=row.shop,
        url=connection.url,
        state=_state(row, bool(troubles or connection.needs)),
        needs=connection.needs,
        troubles=troubles,
        connected_at=when(row.made_at),
        arrived_at=None if row.arrived_at is None else when(row.arrived_at),
        asked_at=None if row.asked_at is None else when(row.asked_at),
        unread=tally.unread,
        aside=tally.aside,
    )


def _state(row: ConnectionRow, wrong: bool) -> Literal["waiting", "working", "trouble"]:
    if wrong:
        return "trouble"
    return "waiting" if row.arrived_at is None and row.asked_at is None else "working"


def _troubles(row: ConnectionRow) -> tuple[Trouble, ...]:
    said = ((row.refused, row.refused_at), (row.trouble, row.trouble_at))
    return tuple(Trouble(message=why, at=when(at)) for why, at in said if why is not None and at is not None)
