"""A tier that the owner sets by hand."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.tiers import end_tier, set_tier
from loyalty.reports import tiers
from loyalty.web.gate import answer, body, grant, house_of
from loyalty.wire_tiers import SetTier


async def put_tier(request: Request) -> Response:
    """Give somebody a tier until the end of a day, and no longer."""
    found = await grant(request, "owner")
    house, person = house_of(request), request.path_params["customer"]
    wanted = await body(request, SetTier)
    await house.writer.task(lambda line: set_tier(line, found.business, person, wanted), of=found.business)
    return answer(await house.reader.ask(lambda view: tiers.by_hand(view, found.business, person)))


async def delete_tier(request: Request) -> Response:
    """Take it away again: they have what they earned."""
    found = await grant(request, "owner")
    house, person = house_of(request), request.path_params["customer"]
    await house.writer.task(lambda line: end_tier(line, found.business, person), of=found.business)
    return Response(status_code=204)
