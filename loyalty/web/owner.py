"""The owner's settings: the program, the shops."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.shops import add_key, add_shop, put_program, put_settings
from loyalty.core.fit import check_shop
from loyalty.core.program import check_program, shown
from loyalty.ingest import Line
from loyalty.reports import business
from loyalty.web.gate import answer, body, grant, house_of
from loyalty.wire import NewShop, ShopMade
from loyalty.wire_program import HouseSettings, Program
from loyalty.words import check_language


async def get_program(request: Request) -> Response:
    """The program now in force."""
    found = await grant(request, "owner")
    house = house_of(request)
    return answer(shown(await house.reader.ask(lambda view: business.program(view, found.business))))


async def put_program_(request: Request) -> Response:
    """Every change is a new version; sales already judged keep theirs."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, Program)
    check_program(wanted)

    def change(line: Line) -> None:
        put_program(line.session, found.business, wanted, line.now)
        line.settings.read(line.session)

    await house.writer.task(change, of=found.business)
    return answer(shown(wanted))


async def get_settings(request: Request) -> Response:
    """What the owner chose for the business."""
    found = await grant(request, "owner")
    house = house_of(request)
    return answer(await house.reader.ask(lambda view: business.settings(view, found.business)))


async def put_settings_(request: Request) -> Response:
    """In force at once; who is held out is drawn when somebody enrols."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, HouseSettings)

    def change(line: Line) -> None:
        put_settings(line.session, found.business, wanted)
        line.settings.read(line.session)

    await house.writer.task(change, of=found.business)
    return answer(await house.reader.ask(lambda view: business.settings(view, found.business)))


async def list_shops(request: Request) -> Response:
    """The shops of the business."""
    found = await grant(request, "owner")
    house = house_of(request)
    return answer(await house.reader.ask(lambda view: business.shops(view, found.business)))


async def post_shop(request: Request) -> Response:
    """Another shop of the same business; its screen key is shown this once."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, NewShop)
    check_shop(wanted)
    check_language(wanted.language)

    def change(line: Line) -> ShopMade:
        shop = add_shop(line.session, found.business, wanted, line.now)
        key = add_key(line.session, line.vault, "screen", found.business, shop, line.now)
        line.settings.read(line.session)
        house.keys.read(line.session)
        return ShopMade(id=shop, name=wanted.name, currency=wanted.currency, timezone=wanted.timezone, screen_key=key)

    return answer(await house.writer.task(change, of=found.business), 201)
