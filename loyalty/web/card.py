"""The customer's own card: opened by the secret in its link, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts import cards, coming, receipts, wishes
from loyalty.acts import feedback as asking
from loyalty.acts.choosing import choose
from loyalty.core.days import moment
from loyalty.core.receipts import Found
from loyalty.errors import Conflict, Passing, Unknown
from loyalty.ingest import Line
from loyalty.reports import card as card_report
from loyalty.reports import copy, copy_page, feedback, knows, menu, standing
from loyalty.reports import receipts as found_by
from loyalty.store.view import View
from loyalty.web.gate import House, answer, bearer, body, house_of, language_of
from loyalty.web.qr import outline
from loyalty.wire_card import CardChange, CardClaim, CardComing, CardErase, CardView, CardWishes

LINK_DIGITS_MAX = 15
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
T = TypeVar("T")


async def get_card(request: Request) -> Response:
    """What is on the customer's own card. A question that is shown counts as asked."""
    house, token = asked(request)
    if await of_holder(house, token, feedback.is_due):
        with suppress(Passing):  # the card is shown whatever else fails
            await change_card(house, token, lambda line: asking.ask(line, token))
    return answer(await _view(house, token, language_of(request)))


async def put_card(request: Request) -> Response:
    """How they wish to be greeted, whether today is different, who they are; in force on the next scan."""
    house, token = asked(request)
    wanted = await body(request, CardChange)
    await change_card(house, token, lambda line: choose(line, token, wanted))
    return answer(await _view(house, token, language_of(request)))


async def put_wishes(request: Request) -> Response:
    """What they have and when, and what is never to be offered, in their own words; in force on the next scan."""
    house, token = asked(request)
    wanted = await body(request, CardWishes)
    await change_card(house, token, lambda line: wishes.keep(line, token, wanted))
    return answer(await _view(house, token, language_of(request)))


async def delete_usual(request: Request) -> Response:
    """Their usual is forgotten: what they have is learned anew, from the next visit on."""
    house, token = asked(request)
    await change_card(house, token, lambda line: wishes.forget(line, token))
    return answer(await _view(house, token, language_of(request)))


async def put_coming(request: Request) -> Response:
    """On my way: the counter is told."""
    house, token = asked(request)
    wanted = await body(request, CardComing)
    await change_card(house, token, lambda line: coming.say(line, token, wanted.minutes))
    return answer(await _view(house, token, language_of(request)))


async def delete_coming(request: Request) -> Response:
    """Not on my way, after all."""
    house, token = asked(request)
    await change_card(house, token, lambda line: coming.take_back(line, token))
    return answer(await _view(house, token, language_of(request)))


async def post_claim(request: Request) -> Response:
    """The sale of a receipt is theirs, if it is nobody's and one alone looks like it; claimed again it stays so."""
    house, token = asked(request)
    wanted = await body(request, CardClaim)
    found: Found = await of_holder(
        house, token, lambda view, business, person: found_by.look(view, business, person, wanted)
    )
    made = await change_card(house, token, lambda line: receipts.claim(line, token, found))
    if made.several:
        raise Conflict("two sales look like this; ask at the counter, or give the number too", code="several")
    if made.sale is None:
        said = "no sale like this is waiting; look again, or try later: it may not have arrived from the till yet"
        raise Unknown(said, code="unknown-sale")
    return answer(await _view(house, token, language_of(request)))


async def get_menu(request: Request) -> Response:
    """What they can name as their usual."""
    house, token = asked(request)
    language = language_of(request)
    return answer(
        await of_holder(house, token, lambda view, business, person: menu.read(view, business, person, language))
    )


async def delete_card(request: Request) -> Response:
    """The customer erases themselves, with the last four letters of their code."""
    house, token = asked(request)
    wanted = await body(request, CardErase)
    await change_card(house, token, lambda line: cards.erase_me(line, house.erased, token, wanted.letters))
    return Response(status_code=204)


async def get_knows(request: Request) -> Response:
    """Everything that the shop knows of the customer, the newest of each."""
    house, token = asked(request)
    language = language_of(request)
    return answer(
        await of_holder(house, token, lambda view, business, person: knows.read(view, business, person, language))
    )


async def get_copy(request: Request) -> Response:
    """The whole of it, to take along: as data, or with `form=html` as a page to read."""
    house, token = asked(request)
    if request.query_params.get("form") == "html":
        return await _page(house, token, language_of(request))
    found = answer(await of_holder(house, token, copy.read))
    found.headers["Content-Disposition"] = 'attachment; filename="regulars.json"'
    return found


async def _page(house: House, token: str, language: str | None) -> Response:
    """It holds no script and asks for none, whoever opens it from wherever."""

    def read(view: View, business: str, person: str) -> str:
        known = copy.read(view, business, person)
        assert known is not None, person
        return copy_page.page(known, view.settings.shops[standing.home_shop(view, business, person)], language)

    headers = {"Content-Disposition": 'attachment; filename="regulars.html"', "Content-Security-Policy": ALONE}
    return Response(await of_holder(house, token, read), media_type="text/html", headers=headers)


async def post_code(request: Request) -> Response:
    """Other letters for the card; with the old ones nobody is known any more."""
    house, token = asked(request)
    await change_card(house, token, lambda line: cards.new_code(line, token))
    return answer(await _view(house, token, language_of(request)))


async def delete_sharer(request: Request) -> Response:
    """The card is its holder's alone from now on."""
    house, token = asked(request)
    other = request.path_params["other"]
    await change_card(house, token, lambda line: cards.end_sharing(line, token, other))
    return Response(status_code=204)


async def delete_mark(request: Request) -> Response:
    """An identifier stops telling that it is them."""
    house, token = asked(request)
    link = request.path_params["mark"]
    if not (link.isascii() and link.isdigit()) or len(link) > LINK_DIGITS_MAX:
        raise Unknown("there is no such identifier on this card", at="id", code="unknown-identifier")
    await change_card(house, token, lambda line: cards.forget_mark(line, token, int(link)))
    return Response(status_code=204)


def asked(request: Request) -> tuple[House, str]:
    """The house, and the hash of the card link's token."""
    house = house_of(request)
    return house, house.line.vault.key_hash(bearer(request))


async def change_card(house: House, token: str, change: Callable[[Line], T]) -> T:
    """In the turn of the card's business; answers what the change does."""
    business = await of_holder(house, token, lambda _, business, __: business)
    done: T = await house.writer.task(change, of=business)
    return done


async def _view(house: House, token: str, language: str | None) -> CardView:
    seen = await house.reader.ask(lambda view: read_card(view, token, language)[2])
    return replace(seen, wallets=house.wallets.offered(moment(house.clock.now())))


def read_card(view: View, token: str, language: str | None) -> tuple[str, str, CardView]:
    """Whose card it is now, whose link opens it, and what is on it."""
    person, _ = cards.holder(view.session, token)
    own = cards.own_id(view.session, token)
    return person, own, card_report.read(view, person, outline, language, own)


async def of_holder(house: House, token: str, read: Callable[[View, str, str], T]) -> T:
    def question(view: View) -> T:
        person, business = cards.holder(view.session, token)
        return read(view, business, person)

    return await house.reader.ask(question)
