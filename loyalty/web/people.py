"""Customers: enrolled at the counter or by the owner, read by the owner."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.erasing import erase
from loyalty.acts.people import take_in_here
from loyalty.core.facts import Mark
from loyalty.core.fit import check_enrolment
from loyalty.errors import Unfit, Unknown
from loyalty.reports import look_up, regulars
from loyalty.reports import person as person_report
from loyalty.store.marks import is_id, is_short, spelling
from loyalty.store.people import Enrolled as Made
from loyalty.web.acting import acting
from loyalty.web.gate import House, answer, body, grant, home_of, house_of, shop_of
from loyalty.web.qr import outline
from loyalty.wire import Enrolled, Enrolment, LookUp

log = structlog.get_logger()
FOUND_BY = ("card", "phone")


async def post_customer(request: Request) -> Response:
    """Enrol somebody; sales of the last seven days that carry their identifiers are theirs, if they agree to it."""
    found = await grant(request, "owner", "screen")
    house = house_of(request)
    wanted = await body(request, Enrolment)
    check_enrolment(wanted)
    marks = await marks_of(house, found.business, found.shop, wanted)
    staff = await acting(request, found)
    made = await house.writer.task(
        lambda line: take_in_here(line, found.business, found.shop, wanted, marks, staff), of=found.business
    )
    return answer(enrolled(house, made), 201)


def enrolled(house: House, made: Made) -> Enrolled:
    """Where the new card is, and the code that opens it on a phone."""
    url = f"{house.url}/card.html#{made.token}"
    drawn, size = outline(url)
    return Enrolled(id=made.person, card=made.card, card_url=url, qr=drawn, qr_size=size)


async def look_people_up(request: Request) -> Response:
    """Who of this shop is it? Names and two letters of the card, a few at a time; nobody is chosen by half a name."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    wanted = await body(request, LookUp)
    facts = await shop_of(house, found, wanted.shop)
    for budget in (found.key, f"look-up {found.key}"):
        house.misses.check(budget)
    house.misses.miss(f"look-up {found.key}")
    zone = facts.calendar.zone.key
    marks = [mark for kind in FOUND_BY if (mark := house.marker.mark(facts.business, zone, kind, wanted.query))]
    answered = await house.reader.ask(lambda view: look_up.read(view, facts.business, wanted.query, marks))
    if not answered.people:
        house.misses.miss(found.key)
    told = {"letters": len(wanted.query), "found": len(answered.people)}  # never what was asked, nor who was found
    log.info("people looked up", key=found.key[:8], shop=facts.id, **told)
    return answer(answered)


async def marks_of(house: House, business: str, shop: str | None, wanted: Enrolment) -> list[tuple[Mark, str]]:
    """The marks of an enrolment's identifiers, each with the value to show again."""
    zone = (await home_of(house, business, shop)).calendar.zone.key  # by which short telephone numbers are read
    found: dict[Mark, str] = {}
    for place, identifier in enumerate(wanted.identifiers):
        mark = house.marker.mark(business, zone, identifier.kind, identifier.value)
        if mark is None:
            raise Unfit(f"nobody can be told by this {identifier.kind}", at=f"identifiers[{place}].value")
        if is_id(mark):
            said = "this is how we call a customer ourselves; they need no other reference"
            raise Unfit(said, at=f"identifiers[{place}].value")
        spelt = found[mark] = spelling(identifier.kind, identifier.value, zone)
        if is_short(identifier.kind, spelt):
            raise Unfit("this telephone number is too short", at=f"identifiers[{place}].value")
    return list(found.items())


async def get_customer(request: Request) -> Response:
    """The whole of what is known of one customer."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = request.path_params["customer"]
    after = request.query_params.get("next")
    known = await house.reader.ask(lambda view: person_report.read(view, found.business, wanted, after))
    if known is None:
        raise Unknown("there is no such customer in this business", code="unknown-customer")
    return answer(known)


async def delete_customer(request: Request) -> Response:
    """Erase somebody: 204, and 410 ever after. Their sales stay and are nobody's."""
    found = await grant(request, "owner")
    house = house_of(request)
    wanted = request.path_params["customer"]
    await house.writer.task(lambda line: erase(line, house.erased, found.business, wanted), of=found.business)
    return Response(status_code=204)


async def list_customers(request: Request) -> Response:
    """The owner's list of regulars: by name, phone number or card letters, and by stage."""
    found = await grant(request, "owner")
    house = house_of(request)
    asked = request.query_params
    query, stage, after = asked.get("query", ""), asked.get("stage", ""), asked.get("next")
    shop = (await shop_of(house, found, asked["shop"])).id if asked.get("shop") else None
    zone = (await home_of(house, found.business, found.shop)).calendar.zone.key
    marks = [mark for kind in FOUND_BY if query and (mark := house.marker.mark(found.business, zone, kind, query))]
    return answer(
        await house.reader.ask(lambda view: regulars.read(view, found.business, query, marks, stage, after, shop))
    )
