"""The owner signs in: by the one-time set-up link, which sets a password, then by name and password.

The session is a secret in a cookie that no script can read and no other site's page can send (HttpOnly,
SameSite=Strict). Whatever changes something must also carry a header that only our own page can set.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.shops import check_setup, use_setup
from loyalty.core.days import when
from loyalty.errors import NoKey
from loyalty.ingest import Line
from loyalty.store import owners
from loyalty.web.gate import COOKIE, House, answer, body, grant, house_of
from loyalty.wire_pages import Setup, SetupLink, SignedIn, SignIn

DAY_SECONDS = 86_400


async def post_setup(request: Request) -> Response:
    """The one-time set-up link: sets by what the owner signs in, and signs them in."""
    house = house_of(request)
    wanted = await body(request, Setup)
    login = owners.login_hash(house.line.vault, wanted.login)
    token = house.line.vault.key_hash(wanted.token)
    await house.reader.ask(lambda view: check_setup(view.session, token))
    hashed = await house.passwords.hash(wanted.password)

    def change(line: Line) -> tuple[str, int]:
        business = use_setup(line.session, token, line.now)
        owners.keep(line.session, business, login, hashed, line.now)
        owners.end_sessions_of(line.session, business, line.now)
        return _opened(house, line, business)

    return _signed_in(house, await house.writer.task(change, of=None), 201)


async def post_setup_check(request: Request) -> Response:
    """Whether a set-up link is still good, before anybody types anything into its form; it is not used up by that."""
    house = house_of(request)
    token = house.line.vault.key_hash((await body(request, SetupLink)).token)
    await house.reader.ask(lambda view: check_setup(view.session, token))
    return Response(status_code=204)


async def post_sign_in(request: Request) -> Response:
    """By e-mail address or name, and password."""
    house = house_of(request)
    wanted = await body(request, SignIn)
    login = owners.login_hash(house.line.vault, wanted.login)
    known = await house.reader.ask(lambda view: owners.find(view.session, login))
    if not await house.passwords.check(login, wanted.password, known.password if known else None) or known is None:
        raise NoKey("this name and this password do not belong together", code="wrong-password")
    business = known.business
    opened = await house.writer.task(lambda line: _opened(house, line, business), of=None)
    return _signed_in(house, opened, 200)


async def post_sign_out(request: Request) -> Response:
    """Ends this session, here and now."""
    found = await grant(request, "owner")
    house = house_of(request)

    def change(line: Line) -> None:
        owners.end_session(line.session, found.key, line.now)
        house.keys.read(line.session)

    await house.writer.task(change, of=None)
    signed_out = Response(status_code=204)
    signed_out.delete_cookie(COOKIE, path="/v1", httponly=True, samesite="strict")
    return signed_out


def _opened(house: House, line: Line, business: str) -> tuple[str, int]:
    key, until = owners.open_session(line.session, line.vault, business, line.now)
    line.settings.read(line.session)
    house.keys.read(line.session)
    return key, until


def _signed_in(house: House, opened: tuple[str, int], status: int) -> Response:
    key, until = opened
    signed_in = answer(SignedIn(until=when(until)), status)
    signed_in.set_cookie(
        COOKIE,
        key,
        max_age=owners.SESSION_DAYS * DAY_SECONDS,
        path="/v1",
        httponly=True,
        samesite="strict",
        secure=house.url.startswith("https://"),
    )
    return signed_in
