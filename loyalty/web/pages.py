"""The owner's page: what it asks, and the few things that are done there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.shops import add_key
from loyalty.acts.standing import assign
from loyalty.core.days import when
from loyalty.errors import Unfit, Unknown
from loyalty.ingest import Line
from loyalty.reports import copy, person_page, standing, tills, today, why
from loyalty.store.keys import Grant
from loyalty.web.gate import House, answer, body, grant, house_of, shop_of
from loyalty.web.pos import as_old_as, read_sale
from loyalty.web.qr import outline
from loyalty.web.stream import unframed
from loyalty.wire_pages import Assign, KeyMade, NewKey

ASIDE_DIGITS_MAX = 15


async def get_today(request: Request) -> Response:
    """Who is expected, who is late, who is becoming a regular, as of now."""
    house, found, shop = await _asked(request)
    return answer(await house.reader.ask(lambda view: today.read(view, found.business, shop)))


async def get_person_page(request: Request) -> Response:
    """One person, with the habit and where it comes from."""
    found = await grant(request, "owner")
    house, wanted = house_of(request), request.path_params["customer"]
    after = request.query_params.get("next")
    known = await house.reader.ask(lambda view: person_page.read(view, found.business, wanted, after))
    if known is None:
        raise Unknown("there is no such customer in this business", code="unknown-customer")
    return answer(known)


async def get_person_copy(request: Request) -> Response:
    """Everything that is kept of one customer, to hand it to them."""
    found = await grant(request, "owner")
    house, wanted = house_of(request), request.path_params["customer"]
    known = await house.reader.ask(lambda view: copy.read(view, found.business, wanted))
    if known is None:
        raise Unknown("there is no such customer in this business", code="unknown-customer")
    return answer(known)


async def get_sales(request: Request) -> Response:
    """Why a sale did what it did: by its receipt number, or the newest of today that are nobody's."""
    house, _, shop = await _asked(request)
    query = request.query_params.get("query", "")
    return answer(await house.reader.ask(lambda view: why.read(view, shop, query)))


async def post_assign(request: Request) -> Response:
    """Put a sale on a person, or decide again by its own evidence."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, Assign)
    shop = (await shop_of(house, found, wanted.shop)).id
    await house.writer.task(lambda line: assign(line, found.business, wanted), of=found.business)
    return answer(await house.reader.ask(lambda view: why.read(view, shop, wanted.id)))


async def get_tills(request: Request) -> Response:
    """Whether the tills and screens of a shop work, and what could not be understood."""
    house, found, shop = await _asked(request)
    screens = house.hub.tills_of(shop)
    return answer(await house.reader.ask(lambda view: tills.read(view, found.business, shop, screens)))


async def post_replay(request: Request) -> Response:
    """A sale that was set aside is read again; if it can be understood now, it goes through the line."""
    found = await grant(request, "owner")
    house = house_of(request)
    id = _aside_id(request)
    row = await house.reader.ask(
        lambda view: view.session.row(
            "SELECT body, received_at FROM set_aside WHERE id = ? AND business = ?", (id, found.business)
        )
    )
    if row is None:
        raise Unknown("nothing is set aside under this number", at="id", code="unknown-aside")
    raw, waited = house.line.vault.open_raw(row[0]), house.clock.now() - when(row[1])
    delivery = as_old_as(await read_sale(house, found, unframed(raw)), waited.total_seconds())

    def change(line: Line) -> None:
        line.run([delivery])
        line.session.run("DELETE FROM set_aside WHERE id = ?", (id,))

    await house.writer.task(change, of=found.business)
    return Response(status_code=204)


async def post_key(request: Request) -> Response:
    """Another key, shown this once: for an adapter, or with its link for a counter screen."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = await body(request, NewKey)
    shop = (await shop_of(house, found, wanted.shop)).id

    def change(line: Line) -> str:
        place = shop if wanted.role == "screen" else None
        key = add_key(line.session, line.vault, wanted.role, found.business, place, line.now)
        house.keys.read(line.session)
        return key

    key = await house.writer.task(change, of=found.business)
    if wanted.role == "adapter":
        return answer(KeyMade(key=key, url=None, qr=None, qr_size=0), 201)
    url = f"{house.url}/counter.html#shop={shop}&key={key}"
    drawn, size = outline(url)
    return answer(KeyMade(key=key, url=url, qr=drawn, qr_size=size), 201)


async def _asked(request: Request) -> tuple[House, Grant, str]:
    """The house, whose key it is, and the shop that is asked about: the first of the business unless it is named."""
    found = await grant(request, "owner")
    house = house_of(request)
    named = request.query_params.get("shop")
    if named is None:
        return house, found, await house.reader.ask(lambda view: standing.first_shop(view, found.business))
    if not named:
        raise Unfit("expected a shop's id", at="shop")
    return house, found, (await shop_of(house, found, named)).id


def _aside_id(request: Request) -> int:
    id = request.path_params["aside"]
    if not (id.isascii() and id.isdigit()) or len(id) > ASIDE_DIGITS_MAX:
        raise Unknown("nothing is set aside under this number", at="id", code="unknown-aside")
    return int(id)
