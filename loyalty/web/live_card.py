"""`WS /v1/card/live`: the customer's card while it is open, told whenever something on it has changed."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec
from msgspec.structs import replace
from starlette.websockets import WebSocket, WebSocketDisconnect

from loyalty.cards import Open, elsewhere
from loyalty.core.days import EPOCH, moment
from loyalty.errors import Denied, Gone, RegularsError, Unfit
from loyalty.store.view import View
from loyalty.web.card import read_card
from loyalty.web.channel import Channel, channel_of, nothing
from loyalty.web.gate import House, decode, house_of
from loyalty.wire_card import CardHello, CardNews, CardView

HELLO_SECONDS = 10.0
CALM_SECONDS = 0.1  # between two tellings
REFUSED, TOO_MANY, POLICY = 4401, 1013, 1008

_encode = msgspec.json.Encoder().encode


async def live(socket: WebSocket) -> None:
    await socket.accept()
    channel = channel_of(socket)
    with suppress(WebSocketDisconnect, RuntimeError):
        try:
            said = decode((await asyncio.wait_for(channel.texts(), HELLO_SECONDS))[0], CardHello)
        except (TimeoutError, Unfit) as error:
            await socket.close(POLICY, str(error)[:100] or "expected a hello within ten seconds")
            return
        house = house_of(socket)
        if house.cards.full:
            await socket.close(TOO_MANY, "more cards are open than we can tell; look again by the page")
            return
        refused = await _serve(channel, house, said)
        if refused is not None:
            await socket.close(*refused)


Refused = tuple[int, str]


async def _serve(channel: Channel, house: House, said: CardHello) -> Refused | None:
    """Until it is closed on either side. Nothing that the phone says after its hello means anything."""
    card = Open()
    house.cards.join(card)
    channel.drained = card.changed.set  # what was left out while the phone did not read
    telling = asyncio.create_task(_tell(channel, house, said, card))
    tasks = (telling, asyncio.create_task(_until_gone(channel)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return telling.result() if telling.done() else None
    finally:
        house.cards.leave(card)
        channel.drained = nothing
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(channel: Channel, house: House, said: CardHello, card: Open) -> Refused:
    token, told = house.line.vault.key_hash(said.key), None
    while True:
        card.changed.clear()
        try:
            person, own, found, mark = await house.reader.ask(lambda view: _look(view, token, said.language))
        except (Denied, Gone):
            return REFUSED, "this link opens no card"
        except RegularsError:
            return TOO_MANY, "try again in a moment"
        house.cards.move(card, person, own)
        view = replace(found, wallets=house.wallets.offered(moment(house.clock.now())))
        seen = replace(view, now=EPOCH), mark  # the time moves always, and is no news
        if seen != told and not channel.congested:
            told = seen
            channel.tell(_encode(CardNews(card=view)))
        await card.changed.wait()
        await asyncio.sleep(CALM_SECONDS)


def _look(view: View, token: str, language: str | None) -> tuple[str, str, CardView, object]:
    """Whose card it is, whose link, what is on it; and a mark of what only its other pages show."""
    person, own, found = read_card(view, token, language)
    return person, own, found, elsewhere(view, person)


async def _until_gone(channel: Channel) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await channel.texts()
