"""For machines that watch."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from loyalty.errors import Passing
from loyalty.web.gate import answer, house_of
from loyalty.wire import Health


async def healthz(_: Request) -> Response:
    """The process is up."""
    return answer(Health(status="up"))


async def readyz(request: Request) -> Response:
    """The database answers, through the very line that sales take, and so does the bus."""
    house = house_of(request)
    if house.writer.full:
        raise Passing("more is waiting than we can work off")
    await house.writer.task(lambda line: line.session.row("SELECT 1"), of=None)
    await house.bus.ready()
    return answer(Health(status="ready"))


async def metrics(_: Request) -> Response:
    """For Prometheus."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
