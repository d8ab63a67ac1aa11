"""Where tills speak: batches of transactions over HTTP, frames over one socket, and check-ins."""

from __future__ import annotations

import asyncio
import json as lenient
from typing import Any

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts.whose import choose
from loyalty.arriving import presence_in, sale_in
from loyalty.core.decide import Answer
from loyalty.core.facts import Delivery, PresenceIn, SaleIn
from loyalty.errors import NotYours, Passing, RegularsError, TooLarge, Unfit
from loyalty.reports.shapes import recognition
from loyalty.store.keys import Grant
from loyalty.store.names import people_of
from loyalty.web.gate import (
    UNREADABLE,
    House,
    answer,
    body,
    check_text,
    grant,
    house_of,
    language_of,
    read_body,
    shop_of,
    unfit,
)
from loyalty.web.showing import code_refusal, is_guess
from loyalty.wire import (
    BATCH_MAX,
    BODY_BYTES_MAX,
    Accepted,
    CheckinAnswer,
    CustomerRef,
    Fault,
    Presence,
    Rejected,
    Transaction,
)
from loyalty.words.shown import show
from loyalty.work import Aside

_transaction = msgspec.json.Decoder(Transaction)
_raws = msgspec.json.Decoder(list[msgspec.Raw])
NDJSON = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


async def post_transactions(request: Request) -> Response:
    """One object, an array, or JSON lines; answered after the durable commit."""
    found = await grant(request, "adapter")
    house = house_of(request)
    raw = await read_body(request, BODY_BYTES_MAX)
    if house.writer.full:
        raise Passing("more is waiting than we can work off; send it again in a moment")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in NDJSON:
        return await _many(house, found, [line for line in raw.split(b"\n") if line.strip()])
    if raw.lstrip()[:1] == b"[":
        return await _many(house, found, _array(raw))
    return await _single(house, found, raw)


def _array(raw: bytes) -> list[Any]:
    """The elements of a JSON array. One that holds what JSON has no word for (NaN) must not lose the others."""
    try:
        return list(_raws.decode(raw))
    except UNREADABLE as error:
        try:
            found = lenient.loads(raw)
        except (ValueError, RecursionError):
            raise unfit(error) from error
    return [lenient.dumps(element).encode() for element in found]


async def _single(house: House, found: Grant, raw: bytes) -> Response:
    try:
        delivery = await read_sale(house, found, raw)
    except NotYours:
        raise
    except Unfit as error:
        await house.writer.line([], [_aside(found, raw, error)])
        raise
    return answer(_accepted(await house.writer.line([delivery]), [0], []))


async def _many(house: House, found: Grant, raws: list[Any]) -> Response:
    if len(raws) > BATCH_MAX:
        raise TooLarge(f"expected at most {BATCH_MAX} transactions, got {len(raws)}; send them in parts")
    deliveries: list[Delivery] = []
    places: list[int] = []
    aside: list[Aside] = []
    refused: list[Rejected] = []
    foreign: NotYours | None = None
    since = asyncio.get_running_loop().time()
    for place, raw in enumerate(raws):
        try:
            deliveries.append(await read_sale(house, found, raw, since))
            places.append(place)
        except RegularsError as error:
            foreign = error if isinstance(error, NotYours) else foreign
            refused.append(Rejected(index=place, error=_fault(error)))
            aside.append(_aside(found, bytes(raw), error))
    if foreign is not None and not deliveries and all(one.error.code == foreign.code for one in refused):
        raise foreign
    return answer(_accepted(await house.writer.line(deliveries, aside), places, refused))


async def read_sale(house: House, found: Grant, raw: bytes | msgspec.Raw, since: float | None = None) -> SaleIn:
    """A transaction as the line takes it: checked, its identifiers hashed. `since`: as `shop_of` has it."""
    check_text(bytes(raw))
    try:
        sale = _transaction.decode(raw)
    except UNREADABLE as error:
        raise unfit(error) from error
    return sale_in(await shop_of(house, found, sale.shop, since), house.marker, sale, house.clock.now())


def as_old_as(delivery: SaleIn, waited_s: float) -> SaleIn:
    """After it has waited: an adapter's own count of its age was true when it came."""
    sale = delivery.sale
    if sale.age_s is None:
        return delivery
    return replace(delivery, sale=replace(sale, age_s=sale.age_s + max(0.0, waited_s)))


async def read_presence(house: House, found: Grant, presence: Presence, since: float | None = None) -> PresenceIn:
    shop = await shop_of(house, found, presence.shop, since)
    return presence_in(shop, house.marker, presence, house.clock.now())


async def post_checkin(request: Request) -> Response:
    """Somebody is here: the answer, and the cue on the till's screens in the same moment."""
    found = await grant(request, "adapter", "screen")
    house = house_of(request)
    house.misses.check(found.key)
    presence = await read_presence(house, found, await body(request, Presence))
    if presence.presence.instead is not None:
        result = await house.writer.task(lambda line: choose(line, presence), of=presence.business)
    else:
        [result] = await house.writer.line([presence])
    if isinstance(result, Fault):
        raise Passing(result.message)
    house.misses.check(found.key)  # again: those that were asked side by side have been counted by now
    if is_guess(result):
        house.misses.miss(found.key)
    refused = code_refusal(result)
    if refused is not None:
        raise refused
    language = language_of(request) or house.line.settings.shops[presence.presence.shop].language
    return answer(await checkin_answer(house, result, language))


async def checkin_answer(house: House, result: Answer, language: str) -> CheckinAnswer:
    assert result.person is not None
    assert result.reading is not None
    assert result.cue is not None
    wanted = {*people_of(result.cue), result.person}
    names = house.line.names.ready(wanted)  # mostly: the cue has just been told
    if names is None:
        names = await house.writer.task(lambda line: line.names.said(line.session, wanted), of=None)
    return CheckinAnswer(
        customer=CustomerRef(id=result.person, name=str(names[result.person]), greeting=result.greeting),
        recognition=recognition(result.reading, language, aloud=result.greeting == "full"),
        cue=show(result.cue, language, names),
    )


def _accepted(answers: list[Any], places: list[int], refused: list[Rejected]) -> Accepted:
    accepted = duplicates = 0
    for place, one in zip(places, answers, strict=True):
        if isinstance(one, Fault):
            refused.append(Rejected(index=place, error=one))
        elif one.kind == "duplicate":
            duplicates += 1
        else:
            accepted += 1
    return Accepted(
        accepted=accepted, duplicates=duplicates, rejected=tuple(sorted(refused, key=lambda one: one.index))
    )


def _fault(error: RegularsError) -> Fault:
    return Fault(code=error.code, at=error.at, message=error.message)


def _aside(found: Grant, raw: bytes, error: RegularsError) -> Aside:
    return Aside(found.business, raw, _fault(error))
