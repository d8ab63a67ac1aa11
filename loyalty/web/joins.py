"""Joining on one's own phone: a screen asks for a code, a customer's phone opens it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.joins import join, make_code
from loyalty.core.days import when
from loyalty.core.earning import brings
from loyalty.core.fit import check_enrolment
from loyalty.errors import NoKey
from loyalty.store.joins import Code, find_code, poster_token
from loyalty.web.gate import House, answer, bearer, body, grant, home_of, house_of, shop_of
from loyalty.web.people import enrolled, marks_of
from loyalty.web.qr import outline
from loyalty.wire import Consents, Enrolment, Identifier
from loyalty.wire_joins import Join, JoinForm, JoinView, NewJoin


async def post_join_code(request: Request) -> Response:
    """A code that a customer scans to join: used once, within ten minutes. The poster's stays the same."""
    found = await grant(request, "screen", "owner")
    house = house_of(request)
    wanted = await body(request, NewJoin)
    facts = await shop_of(house, found, wanted.shop)
    if wanted.poster:
        token = poster_token(house.line.vault, facts.business, facts.id)
        return answer(_code(house, "poster", token, None), 201)
    made = await house.writer.task(lambda line: make_code(line, facts.business, wanted), of=facts.business)
    return answer(_code(house, made.id, made.token, made.expires_at), 201)


def _code(house: House, id: str, token: str, expires_at: int | None) -> Join:
    url = f"{house.url}/join.html#{token}"
    drawn, size = outline(url)
    ends = when(expires_at) if expires_at is not None else None
    return Join(id=id, url=url, qr=drawn, qr_size=size, expires_at=ends)


async def get_join(request: Request) -> Response:
    """Where a code leads, as long as it can be used."""
    house = house_of(request)
    code = await _find(house, bearer(request))
    facts = await home_of(house, code.business, code.shop)
    program = house.line.settings.programs[facts.business, facts.program]
    return answer(JoinView(shop=facts.name, language=facts.language, friends=brings(program) > 0))


async def post_join(request: Request) -> Response:
    """A customer joins by what they wrote themselves; staff see none of it but the name, if they may say it."""
    house = house_of(request)
    token = bearer(request)
    code = await _find(house, token)
    wanted = _enrolment(await body(request, JoinForm))
    check_enrolment(wanted)
    marks = await marks_of(house, code.business, code.shop, wanted)
    made = await house.writer.task(lambda line: join(line, code, token, wanted, marks), of=code.business)
    return answer(enrolled(house, made), 201)


async def _find(house: House, token: str) -> Code:
    vault = house.line.vault
    found = await house.reader.ask(lambda view: find_code(view.session, vault, token, view.now))
    if found is None:
        raise NoKey("this code was used already, or is too old; ask at the counter for a new one", code="used")
    return found


def _enrolment(form: JoinForm) -> Enrolment:
    """Being greeted by name is being told apart; having the usual said is having orders learned."""
    phone = (form.phone or "").strip()
    told_apart, learned = form.greeting in ("full", "name"), form.greeting == "full"
    return Enrolment(
        name=form.name,
        identifiers=(Identifier(kind="phone", value=phone),) if phone else (),
        greeting=form.greeting,
        consents=form.consents or Consents(recognise=told_apart, remember=learned),
        brought_by=(form.brought_by or "").strip() or None,
        spoken=form.spoken,
        birthday=form.birthday,
    )
