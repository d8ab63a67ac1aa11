"""Perks and surprises given at the counter, and the owner's budget of surprises."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from loyalty import wire_gifts
from loyalty.acts import gifts as acts
from loyalty.core.days import SECOND, when
from loyalty.core.gifts import Gift
from loyalty.reports import giving, surprises
from loyalty.store.keys import Grant
from loyalty.web.acting import hand
from loyalty.web.gate import answer, body, grant, home_of, house_of, shop_of

T = TypeVar("T", wire_gifts.NewPerk, wire_gifts.NewSurprise)


async def post_perk(request: Request) -> Response:
    """Give what their tier holds. Its cost is booked as the program says it now; no points move."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    wanted = await _here(request, found, await body(request, wire_gifts.NewPerk))
    by = await hand(request, found)
    made = await house.writer.task(lambda line: acts.give_perk(line, found.business, wanted, by), of=found.business)
    return answer(_shown(replace(made, undone_at=None)), 201)  # the same key is answered as the first time


async def post_surprise(request: Request) -> Response:
    """Give something on the house, with a reason, out of the week's budget; beyond it only where the owner allows."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    wanted = await _here(request, found, await body(request, wire_gifts.NewSurprise))
    by = await hand(request, found)
    made = await house.writer.task(lambda line: acts.give_surprise(line, found.business, wanted, by), of=found.business)
    return answer(_shown(replace(made, undone_at=None)), 201)


async def post_undo(request: Request) -> Response:
    """Takes a perk or a surprise back, for 30 seconds; it counts for no limit and costs nothing then."""
    found = await grant(request, "screen", "owner")
    id, by = request.path_params["gift"], await hand(request, found)
    task = house_of(request).writer.task
    return answer(_shown(await task(lambda line: acts.take_back(line, found.business, id, by), of=found.business)))


async def get_choices(request: Request) -> Response:
    """What somebody may be given now: whoever a cue is about, or a customer by their id."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    asked = request.query_params
    shop = await _shop(request, found, asked.get("shop"))
    who = asked.get("customer") or None, asked.get("cue") or None
    return answer(await house.reader.ask(lambda view: giving.read(view, found.business, shop, *who)))


async def put_budget(request: Request) -> Response:
    """Every change is a new version, which holds from today's business day."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, wire_gifts.SetBudget)
    await shop_of(house, found, wanted.shop)
    made = await house.writer.task(lambda line: acts.put_budget(line, wanted), of=found.business)
    return answer(surprises.shown(made))


async def get_surprises(request: Request) -> Response:
    """The week's budget of surprises, what they cost, and how they were spread."""
    found = await grant(request, "owner")
    house = house_of(request)
    shop = await _shop(request, found, request.query_params.get("shop"))
    return answer(await house.reader.ask(lambda view: surprises.read(view, shop)))


async def _here(request: Request, found: Grant, wanted: T) -> T:
    """In the shop that is named, else the screen's own, else the business's first."""
    return replace(wanted, shop=await _shop(request, found, wanted.shop))


async def _shop(request: Request, found: Grant, named: str | None) -> str:
    house = house_of(request)
    if named or found.shop is not None:
        return (await shop_of(house, found, named or found.shop or "")).id
    return (await home_of(house, found.business, None)).id


def _shown(gift: Gift) -> wire_gifts.GiftMade:
    return wire_gifts.GiftMade(
        id=gift.id,
        kind=gift.kind,
        perk=gift.perk,
        name=gift.name,
        at=when(gift.at),
        undo_until=when(gift.at + acts.UNDO_SECONDS * SECOND),
        undone=gift.undone_at is not None,
    )
