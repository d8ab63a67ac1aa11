"""Putting a card into a wallet: what the buttons on the card ask for, and the pass that a link hands over once."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from functools import cache
from typing import NoReturn

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts import cards
from loyalty.acts import wallets as acts
from loyalty.core.days import moment
from loyalty.errors import Unknown
from loyalty.reports import wallets as report
from loyalty.store import wallets as store
from loyalty.store.view import View
from loyalty.store.wallets import Pass
from loyalty.wallet import apple, google, mark
from loyalty.wallet.face import Face
from loyalty.wallet.keys import Apple, Google
from loyalty.web.gate import House, answer, bearer, house_of, language_of
from loyalty.wire_card import Wallet
from loyalty.wire_wallet import WalletLink

TICKETS = f"{apple.SERVICE}/pass"
LOGO_KEPT_S = 24 * 60 * 60


async def post_apple(request: Request) -> Response:
    """A link that hands the pass to a browser once, since it cannot send the card's token along."""
    house = house_of(request)
    apple_of(house)
    one, _ = await _of_holder(request, "apple")
    made = await house.writer.task(lambda line: acts.ticket(line, one), of=one.business)
    return answer(WalletLink(url=f"{house.url}{TICKETS}/{made}"))


async def get_ticket(request: Request) -> Response:
    """The pass itself, to whoever comes first with the link."""
    house, made = house_of(request), request.path_params["ticket"]
    apple_of(house)
    hashed = house.line.vault.key_hash(made)
    one = await house.reader.ask(lambda view: store.of_ticket(view.session, hashed, view.now))
    if one is None:
        raise acts.used()
    if request.method != "HEAD":  # whoever only looks has not come first
        await house.writer.task(lambda line: acts.taken(line, made), of=one.business)
    return await file_of(house, one)


async def post_google(request: Request) -> Response:
    """Google's address at which the card is saved; the card is in it, signed."""
    house = house_of(request)
    keys = google_of(house)
    one, face = await _of_holder(request, "google")
    await house.writer.task(lambda line: acts.keep_google(line, one), of=one.business)
    secret, now = house.line.vault.card_secret(one.business, face.letters), moment(house.clock.now())
    made = await asyncio.to_thread(google.address, keys, face, one.serial, secret, house.url, now)
    return answer(WalletLink(url=made))


async def get_logo(request: Request) -> Response:
    """Our mark: the icon of a card on a telephone's first page, and for Google to fetch."""
    drawn = await asyncio.shield(asyncio.wrap_future(_logo()))
    return Response(drawn, headers={"Cache-Control": f"public, max-age={LOGO_KEPT_S}"}, media_type="image/png")


@cache
def _logo() -> Future[bytes]:
    """Drawn once, whoever asks meanwhile: it takes a second, in a thread of its own."""
    drawing = ThreadPoolExecutor(1)
    drawn = drawing.submit(mark.picture, google.LOGO_SIDE)
    drawing.shutdown(wait=False)
    return drawn


async def file_of(house: House, one: Pass) -> Response:
    """The signed pass, as it is now."""
    keys = apple_of(house)
    face = await house.reader.ask(lambda view: report.read(view, one))
    return await file(house, keys, face, one.serial, one.changed_s, one.language)


async def file(house: House, keys: Apple, face: Face | None, serial: str, changed_s: int, language: str) -> Response:
    """`changed_s`: seconds since the epoch. Nobody between us and the telephone keeps it."""
    token = house.line.vault.pass_token(serial)
    content = apple.content(keys, face, serial, token, house.url, language)
    headers = {
        "Last-Modified": formatdate(changed_s, usegmt=True),
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="card.pkpass"',
    }
    made = await asyncio.to_thread(apple.file, keys, content)
    return Response(made, headers=headers, media_type=apple.MEDIA_TYPE)


def apple_of(house: House) -> Apple:
    """Unknown where there is no certificate, or one that has ended."""
    found = house.wallets.apple
    if found is None or "apple" not in house.wallets.offered(moment(house.clock.now())):
        _not_offered("Apple Wallet")
    return found


def google_of(house: House) -> Google:
    if house.wallets.google is None:
        _not_offered("Google Wallet")
    return house.wallets.google


def _not_offered(maker: str) -> NoReturn:
    said = f"cards are not put into {maker} here; `loyalty doctor` tells the owner what is needed for it"
    raise Unknown(said, code="no-wallet")


async def _of_holder(request: Request, kind: Wallet) -> tuple[Pass, Face]:
    house, language = house_of(request), language_of(request)
    token = house.line.vault.key_hash(bearer(request))

    def question(view: View) -> tuple[Pass, Face]:
        cards.holder(view.session, token)
        return report.of_holder(view, token, kind, language)

    return await house.reader.ask(question)
