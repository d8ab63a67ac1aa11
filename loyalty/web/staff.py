"""Staff: the owner says who works here; a screen is taken by a name and a PIN, and given back; limits; a report."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts import limits
from loyalty.acts import staff as acts
from loyalty.core.days import when
from loyalty.errors import NoKey, Unknown
from loyalty.ingest import Line
from loyalty.reports import integrity, standing
from loyalty.reports import staff as report
from loyalty.store.keys import Grant
from loyalty.store.staff import Member, member
from loyalty.web.acting import token_of
from loyalty.web.gate import House, answer, body, grant, house_of, shop_of
from loyalty.web.passwords import SHARED
from loyalty.wire_staff import Limits, MemberChange, MemberRef, MemberRow, NewMember, NewPin, Shift, SignOn


# -- the owner --------------------------------------------------------------------------------------------------------
async def list_staff(request: Request) -> Response:
    """Who works here, and whose card is their own."""
    found = await grant(request, "owner")
    return answer(await house_of(request).reader.ask(lambda view: report.read(view, found.business)))


async def post_staff(request: Request) -> Response:
    """Somebody new; their PIN is kept as a slow hash, and no two in one shop have the same."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, NewMember)
    acts.check_pin(wanted.pin)
    await _check_shop(house, found, wanted.shop)
    hashed = await house.passwords.hash(wanted.pin)

    def change(line: Line) -> MemberRow:
        return report.row(line, acts.add(line, found.business, wanted, hashed))

    return answer(await house.writer.task(change, of=found.business), 201)


async def put_staff(request: Request) -> Response:
    """Another name, another shop, or another card of their own."""
    found = await grant(request, "owner")
    house, id = house_of(request), request.path_params["member"]
    wanted = await body(request, MemberChange)
    await _check_shop(house, found, wanted.shop)

    def change(line: Line) -> MemberRow:
        return report.row(line, acts.change(line, found.business, id, wanted))

    return answer(await house.writer.task(change, of=found.business))


async def put_pin(request: Request) -> Response:
    """Another PIN; whoever holds a screen by the old one is signed off."""
    found = await grant(request, "owner")
    house, id = house_of(request), request.path_params["member"]
    pin = (await body(request, NewPin)).pin
    acts.check_pin(pin)
    hashed = await house.passwords.hash(pin)
    await house.writer.task(lambda line: acts.set_pin(line, found.business, id, pin, hashed), of=found.business)
    return Response(status_code=204)


async def delete_staff(request: Request) -> Response:
    """They have left: signed off everywhere, at once. What they did stays in the records."""
    found = await grant(request, "owner")
    house, id = house_of(request), request.path_params["member"]
    await house.writer.task(lambda line: acts.end(line, found.business, id), of=found.business)
    return Response(status_code=204)


async def _check_shop(house: House, found: Grant, shop: str | None) -> None:
    if shop is not None:
        await shop_of(house, found, shop)


# -- at the counter ---------------------------------------------------------------------------------------------------
async def list_here(request: Request) -> Response:
    """Who may take this screen."""
    found, shop = await _screen(request)
    return answer(await house_of(request).reader.ask(lambda view: report.here(view, found.business, shop)))


async def post_session(request: Request) -> Response:
    """Somebody takes the screen, by their name and PIN. Whoever held it before is signed off."""
    found, shop = await _screen(request)
    house = house_of(request)
    wanted = await body(request, SignOn)
    known = await _whose(house, found, shop, wanted)
    before = token_of(request)

    def change(line: Line) -> tuple[str, int]:
        return acts.sign_on(line, found.business, shop, wanted.till, known, before)

    token, until = await house.writer.task(change, of=found.business)
    return answer(Shift(token=token, staff=MemberRef(id=known.id, name=known.name), until=when(until)), 201)


async def _whose(house: House, found: Grant, shop: str, wanted: SignOn) -> Member:
    """Wrong ones are counted for the screen's key, whoever's they were said to be."""
    business, vault = found.business, house.line.vault
    known = await house.reader.ask(lambda view: member(view.session, vault, business, wanted.staff))
    if known is None or not known.works_in(shop):
        raise Unknown("nobody of that name works here", at="staff", code="unknown-staff")
    if not await house.passwords.check(f"{SHARED}{found.key}", wanted.pin, known.pin):
        raise NoKey("this is not their PIN; type it again", at="pin", code="wrong-pin")
    return known


async def delete_session(request: Request) -> Response:
    """The screen is given back; doing it twice is as good as once."""
    found, shop = await _screen(request)
    token = token_of(request)
    if token is not None:
        await house_of(request).writer.task(lambda line: acts.sign_off(line, shop, token), of=found.business)
    return Response(status_code=204)


async def _screen(request: Request) -> tuple[Grant, str]:
    found = await grant(request, "screen")
    assert found.shop is not None, "a screen's key is for one shop"
    return found, found.shop


# -- how much may be done, and what is worth a look -------------------------------------------------------------------
async def get_limits(request: Request) -> Response:
    """The most rewards that may be used at a till an hour, by one of the staff a shift, by a customer a day."""
    found = await grant(request, "owner")
    return answer(await house_of(request).reader.ask(lambda view: limits.read(view, found.business)))


async def put_limits(request: Request) -> Response:
    """In force at once; null is no limit."""
    found = await grant(request, "owner")
    wanted = await body(request, Limits)
    await house_of(request).writer.task(lambda line: limits.put(line, found.business, wanted), of=found.business)
    return answer(wanted)


async def get_integrity(request: Request) -> Response:
    """What is worth a look, with the numbers it is measured against; never that anybody did anything wrong."""
    found = await grant(request, "owner")
    house, named = house_of(request), request.query_params.get("shop")
    if named is None:
        shop = await house.reader.ask(lambda view: standing.first_shop(view, found.business))
    else:
        shop = (await shop_of(house, found, named)).id
    return answer(await house.reader.ask(lambda view: integrity.read(view, found.business, shop)))
