"""Where vendors' webhooks arrive, and what the owner reads of their connections."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from loyalty.errors import NoKey, Passing, Unknown
from loyalty.tills import answering, standing, taking
from loyalty.tills.connections import Connection
from loyalty.web.answering import told
from loyalty.web.gate import House, answer, grant, house_of, read_body
from loyalty.wire import BODY_BYTES_MAX

ALLOWED = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "86400",
}
NOTE_S = 30.0  # between two notes that a connection's deliveries are not believed: anybody can send such


async def post_hook(request: Request) -> Response:
    """A vendor's webhook, as the vendor sends it: answered once it is stored, and worked off afterwards."""
    house = house_of(request)
    connection = await _connection(house, request.path_params["vendor"], request.path_params["connection"])
    raw, headers = await read_body(request, BODY_BYTES_MAX), dict(request.headers)
    try:
        verdict = taking.believed(connection, headers, raw, house.clock)
    except NoKey as error:
        await _note(house, connection, error)
        raise
    if house.writer.full:
        raise Passing("more is waiting than we can work off; send it again in a moment")
    new = await house.writer.task(lambda line: taking.keep(line, connection, raw, verdict), of=None)
    question = answering.asked(connection, headers, raw, verdict)
    said = await told(house, connection, question) if question is not None else answering.NOTHING_TOLD
    if said.seen is not None:
        await house.writer.task(lambda line: taking.note_told(line, connection, raw, verdict), of=None)
    if new:
        house.courier.wake(connection)
    reply = answering.reply(connection, headers, raw, said)
    return Response(reply.body, reply.status, dict(reply.headers), reply.media_type)


async def allow_hook(request: Request) -> Response:
    """What runs inside a vendor's till asks first whether it may ask: anybody may, and only who signs is heard."""
    return Response(None, 204, dict(ALLOWED))


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
