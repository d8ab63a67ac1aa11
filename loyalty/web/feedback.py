"""How a visit was, and the thread with the shop: on the customer's card, and on the owner's page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts import feedback as acts
from loyalty.reports import feedback, threads
from loyalty.store.view import View
from loyalty.web.card import asked, change_card, of_holder
from loyalty.web.gate import answer, body, grant, house_of
from loyalty.wire_feedback import CardAnswer, CardThread, NewSentence, ShopSentence, Thread


# -- the customer's card ----------------------------------------------------------------------------------------------
async def post_answer(request: Request) -> Response:
    """A thumb about a visit, with a sentence if they like; or that they would rather not say."""
    house, token = asked(request)
    wanted = await body(request, CardAnswer)
    await change_card(house, token, lambda line: acts.answer(line, token, wanted))
    return Response(status_code=204)


async def get_card_thread(request: Request) -> Response:
    """What the customer and the shop have said to each other; what the shop wrote counts as read."""
    house, token = asked(request)
    found: CardThread = await of_holder(house, token, feedback.thread)
    if any(one.by == "shop" and not one.seen for one in found.said):
        await change_card(house, token, lambda line: acts.hear(line, token))
    return answer(found)


async def post_card_sentence(request: Request) -> Response:
    """The customer writes to the shop; only the owner reads it."""
    house, token = asked(request)
    wanted = await body(request, NewSentence)
    await change_card(house, token, lambda line: acts.say(line, token, wanted))
    return answer(await of_holder(house, token, feedback.thread))


# -- the owner --------------------------------------------------------------------------------------------------------
async def list_threads(request: Request) -> Response:
    """What customers say of their visits, the newest first, with what is still to be read and to be put right."""
    found = await grant(request, "owner")
    return answer(await house_of(request).reader.ask(lambda view: threads.read(view, found.business)))


async def get_thread(request: Request) -> Response:
    """One customer's thread; what they wrote counts as read."""
    found = await grant(request, "owner")
    house, customer = house_of(request), request.path_params["customer"]

    def question(view: View) -> Thread:
        return threads.thread(view, found.business, customer)

    known = await house.reader.ask(question)
    if any(one.by == "customer" and not one.seen for one in known.said):
        await house.writer.task(lambda line: acts.read(line, found.business, customer), of=found.business)
    return answer(known)


async def post_thread(request: Request) -> Response:
    """The owner answers; with `rights` it says what was done, and the visit is put right."""
    found = await grant(request, "owner")
    house, customer = house_of(request), request.path_params["customer"]
    wanted = await body(request, ShopSentence)
    await house.writer.task(lambda line: acts.reply(line, found.business, customer, wanted), of=found.business)
    return answer(await house.reader.ask(lambda view: threads.thread(view, found.business, customer)))
