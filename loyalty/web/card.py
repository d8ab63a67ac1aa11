"""The customer's own card: opened by the secret in its link, nothing else."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.people import business_of_card, greet
from loyalty.errors import NoKey
from loyalty.reports import card as card_report
from loyalty.web.gate import answer, bearer, body, house_of, language_of
from loyalty.web.qr import outline
from loyalty.wire import CardView, Greet


async def get_card(request: Request) -> Response:
    """What is on the customer's own card."""
    return answer(await _view(request, None))


async def put_card(request: Request) -> Response:
    """How they wish to be greeted; in force on the next scan."""
    return answer(await _view(request, await body(request, Greet)))


async def _view(request: Request, change: Greet | None) -> CardView:
    house = house_of(request)
    token = house.line.vault.key_hash(bearer(request))
    language = language_of(request)
    if change is not None:
        business = await house.reader.ask(lambda view: business_of_card(view, token))
        await house.writer.task(lambda line: greet(line, token, change.greeting), of=business)
    found = await house.reader.ask(lambda view: card_report.read(view, token, outline, language))
    if found is None:
        raise NoKey("this link opens no card; ask at the counter for a new one", code="unknown-card")
    return found
