"""What is put right about people: merged and parted, a visit moved, cards renewed, shared and unlinked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from loyalty import wire_people as wire
from loyalty.acts import cards, merging, sharing, visits
from loyalty.errors import Unknown
from loyalty.reports import marks as marks_report
from loyalty.reports import merging as report
from loyalty.store.keys import Grant
from loyalty.store.merges import Merge
from loyalty.store.view import View
from loyalty.web.acting import hand
from loyalty.web.gate import House, answer, body, grant, house_of, language_of
from loyalty.web.people import enrolled

LINK_DIGITS_MAX = 15


async def post_preview(request: Request) -> Response:
    """What two customers would be as one, and what speaks against it."""
    found, house = await _asked(request)
    wanted = await body(request, wire.MergePair)
    language, owner = language_of(request), found.role == "owner"

    def read(view: View) -> wire.MergePreview:
        kept, gone = merging.pair(view.session, found.business, wanted.kept, wanted.gone)
        return report.preview(view, found.business, kept, gone, language, owner=owner)

    return answer(await house.reader.ask(read))


async def post_merge(request: Request) -> Response:
    """Two customers are one from now on; the same key is the same merge."""
    found, house = await _asked(request)
    wanted, by = await body(request, wire.NewMerge), await hand(request, found)
    made = await house.writer.task(lambda line: merging.merge(line, found.business, wanted, by), of=found.business)
    return answer(_shown(made), 201)


async def post_undo(request: Request) -> Response:
    """They are two again, as if they had always been. A screen can within a day, as long as no reward was used and no
    points were taken since."""
    found, house = await _asked(request)
    id, by = request.path_params["merge"], await hand(request, found)
    done = await house.writer.task(lambda line: merging.undo(line, found.business, id, by), of=found.business)
    return answer(_shown(done))


async def list_merges(request: Request) -> Response:
    """Who was merged, the newest first, and what was undone."""
    found = await grant(request, "owner")
    return answer(await house_of(request).reader.ask(lambda view: report.listed(view, found.business)))


async def post_move(request: Request) -> Response:
    """The sales of a visit are somebody else's, or nobody's. A screen moves those of the last seven days."""
    found, house = await _asked(request)
    wanted, by = await body(request, wire.MoveVisit), await hand(request, found)
    await house.writer.task(lambda line: visits.move(line, found.business, wanted, by), of=found.business)
    return answer(wire.Moved(sales=wanted.sales, customer=wanted.customer))


async def get_marks(request: Request) -> Response:
    """By what somebody is known, hidden but for its end."""
    found, house = await _asked(request)
    return await _marks(house, found, request.path_params["customer"])


async def delete_mark(request: Request) -> Response:
    """A card or an identifier is theirs no more; what was bought with it before stays theirs."""
    found, house = await _asked(request)
    person, link = request.path_params["customer"], request.path_params["mark"]
    if not (link.isascii() and link.isdigit()) or len(link) > LINK_DIGITS_MAX:
        raise Unknown("there is no such identifier", at="id", code="unknown-identifier")
    by = await hand(request, found)
    await house.writer.task(lambda line: cards.unlink(line, found.business, person, int(link), by), of=found.business)
    return await _marks(house, found, person)


async def post_card(request: Request) -> Response:
    """Other letters and another link, for who has lost the telephone with the card; the old ones know nobody."""
    found, house = await _asked(request)
    person, by = request.path_params["customer"], await hand(request, found)
    made = await house.writer.task(lambda line: cards.new_card(line, found.business, person, by), of=found.business)
    return answer(enrolled(house, made), 201)


async def post_sharer(request: Request) -> Response:
    """Somebody else uses the same card: which of the two it is, is asked."""
    found, house = await _asked(request)
    person, other = request.path_params["customer"], (await body(request, wire.NewSharer)).customer
    by = await hand(request, found)
    await house.writer.task(lambda line: sharing.share(line, found.business, person, other, by), of=found.business)
    return await _marks(house, found, person)


async def delete_sharer(request: Request) -> Response:
    """The card is its holder's alone again."""
    found, house = await _asked(request)
    person, other = request.path_params["customer"], request.path_params["other"]
    by = await hand(request, found)
    await house.writer.task(lambda line: sharing.unshare(line, found.business, person, other, by), of=found.business)
    return await _marks(house, found, person)


async def _asked(request: Request) -> tuple[Grant, House]:
    return await grant(request, "owner", "screen"), house_of(request)


async def _marks(house: House, found: Grant, person: str) -> Response:
    owner = found.role == "owner"
    return answer(await house.reader.ask(lambda view: marks_report.read(view, found.business, person, owner=owner)))


def _shown(made: Merge) -> wire.Merge:
    return report.shown(made, {})
