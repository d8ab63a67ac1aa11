"""Rewards used at the counter: reserved, confirmed, released."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from loyalty import wire
from loyalty.acts.lots import adjust
from loyalty.acts.redemptions import confirm, release, reserve
from loyalty.core.days import when
from loyalty.core.redemption import Redemption
from loyalty.errors import Unfit
from loyalty.ingest import Line
from loyalty.store.keys import Grant
from loyalty.web.acting import acting, hand
from loyalty.web.gate import answer, body, grant, house_of, shop_of
from loyalty.wire_ledger import NewAdjustment


async def post_redemption(request: Request) -> Response:
    """Use a reward: its points leave the balance now, and come back if no sale uses it before it expires."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    wanted = await body(request, wire.NewRedemption)
    if wanted.shop is not None or found.shop is not None:
        facts = await shop_of(house, found, wanted.shop or found.shop or "")
        wanted = replace(wanted, shop=facts.id)
    by = await hand(request, found)
    made = await house.writer.task(lambda line: reserve(line, found.business, wanted, by), of=found.business)
    return answer(_shown(replace(made, state="reserved")), 201)  # the same key is answered as the first time


async def post_confirm(request: Request) -> Response:
    """The reward has been used; a sale of the customer's at that till says so by itself."""
    found = await grant(request, "screen", "owner")
    return await _ended(request, found, confirm)


async def post_release(request: Request) -> Response:
    """The reward is kept for another day; the same points come back."""
    found = await grant(request, "screen", "owner")
    return await _ended(request, found, release)


async def post_adjustment(request: Request) -> Response:
    """Points by the owner's hand, with a word why; below zero they are taken."""
    found = await grant(request, "owner")
    wanted = await body(request, NewAdjustment)
    if not wanted.points:
        raise Unfit("expected points to give or to take", at="points")
    customer = request.path_params["customer"]
    task = house_of(request).writer.task
    made = await task(lambda line: adjust(line, found.business, customer, wanted, "owner"), of=found.business)
    return answer(made, 201)


End = Callable[[Line, str, str | None, str, str | None], Redemption]


async def _ended(request: Request, found: Grant, end: End) -> Response:
    id, staff = request.path_params["redemption"], await acting(request, found)
    task = house_of(request).writer.task
    return answer(_shown(await task(lambda line: end(line, found.business, found.shop, id, staff), of=found.business)))


def _shown(found: Redemption) -> wire.Redemption:
    return wire.Redemption(id=found.id, state=found.state, points=found.points, expires_at=when(found.expires_at))
