"""Where vendors' webhooks arrive, and what the owner reads of their connections."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from loyalty.errors import NoKey, Passing, Unknown
from loyalty.tills import standing, taking
from loyalty.tills.connections import Connection
from loyalty.web.gate import House, answer, grant, house_of, read_body
from loyalty.wire import BODY_BYTES_MAX

NOTE_S = 30.0  # between two notes that a connection's deliveries are not believed: anybody can send such


async def post_hook(request: Request) -> Response:
    """A vendor's webhook, as the vendor sends it: answered once it is stored, and worked off afterwards."""
    house = house_of(request)
    connection = await _connection(house, request.path_params["vendor"], request.path_params["connection"])
    raw = await read_body(request, BODY_BYTES_MAX)
    try:
        verdict = taking.believed(connection, dict(request.headers), raw, house.clock)
    except NoKey as error:
        await _note(house, connection, error)
        raise
    if house.writer.full:
        raise Passing("more is waiting than we can work off; send it again in a moment")
    if await house.writer.task(lambda line: taking.keep(line, connection, raw, verdict), of=None):
        house.courier.wake(connection)
    reply = taking.reply(connection, raw)
    return Response(reply.body, 200, media_type=reply.media_type)


async def list_connections(request: Request) -> Response:
    """The tills that are connected: what arrived last, what waits, and what is wrong, in words."""
    found = await grant(request, "owner")
    house = house_of(request)
    return answer(await house.reader.ask(lambda view: standing.read(view, found.business, house.url)))


async def _connection(house: House, vendor: str, connection: str) -> Connection:
    """One that was made a moment ago is looked up, at most once a second."""
    found = house.courier.connections.find(vendor, connection)
    if found is None:
        await house.fresh_keys.read()
        found = house.courier.connections.find(vendor, connection)
    if found is None:
        raise Unknown("there is no such connection; `loyalty connect` makes one and prints its address")
    return found


async def _note(house: House, connection: Connection, error: NoKey) -> None:
    now = asyncio.get_running_loop().time()
    if now - house.courier.noted.get(connection.id, now - NOTE_S) >= NOTE_S:
        house.courier.noted[connection.id] = now
        await house.writer.task(lambda line: taking.note_refused(line, connection, error), of=None)
