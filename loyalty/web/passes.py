"""What telephones ask about their passes, as Apple has laid it down: they register, ask what changed, and fetch it.

A pass and its token were made together, and whoever has both may ask about that pass alone. The token is derived from
the serial, so it is known to be ours also when the card is not there any more.
"""

from __future__ import annotations

import hmac
import re
import time
from email.utils import parsedate_to_datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from loyalty.acts import wallets as acts
from loyalty.core.days import SECOND, moment
from loyalty.errors import NoKey, Unfit
from loyalty.store import wallets as store
from loyalty.wallet.keys import Apple
from loyalty.web.gate import House, answer, body, house_of
from loyalty.web.wallets import apple_of, file, file_of
from loyalty.wire_wallet import ChangedPasses, PassLog, PassRegistration

SCHEME = "ApplePass"
DEVICE = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
TAG_DIGITS_MAX = 17  # microseconds since the epoch, until the year 5138
COMPLAINTS_A_MINUTE_MAX = 20  # that are logged

log = structlog.get_logger()


async def post_registration(request: Request) -> Response:
    """A telephone has the pass and wants to be told of changes: 201, or 200 if it was registered already."""
    house, serial = _shown(request)
    wanted = await body(request, PassRegistration)
    device, business = _device(request), await _business(house, serial)
    made = await house.writer.task(lambda line: acts.register(line, serial, device, wanted.push_token), of=business)
    return Response(status_code=201 if made else 200)


async def delete_registration(request: Request) -> Response:
    """The pass was taken off the telephone."""
    house, serial = _shown(request)
    device, business = _device(request), await _business(house, serial)
    await house.writer.task(lambda line: acts.unregister(line, serial, device), of=business)
    return Response(status_code=200)


async def list_changed(request: Request) -> Response:
    """The telephone's passes that changed since it asked last; 204 where none did. Nobody else knows its name."""
    house = house_of(request)
    _check_kind(apple_of(house), request)
    device, since = house.line.vault.key_hash(_device(request)), _tag(request)
    found = await house.reader.ask(lambda view: store.listed(view.session, device, "apple", since))
    if not found:
        return Response(status_code=204)
    serials = tuple(serial for serial, _ in found)
    return answer(ChangedPasses(serial_numbers=serials, last_updated=str(found[-1][1])))


async def get_pass(request: Request) -> Response:
    """The pass as it is now, 304 if it has not changed; void for who was erased or has other letters."""
    house, serial = _shown(request)
    one = await house.reader.ask(lambda view: store.of_serial(view.session, serial))
    if one is None:
        return await file(house, apple_of(house), None, serial, moment(house.clock.now()) // SECOND, "en")
    if one.changed_s <= _known_s(request):
        return Response(status_code=304)
    return await file_of(house, one)


async def post_log(request: Request) -> Response:
    """A telephone complains of a pass: how much it said goes into our log, and no word of it, since names may be in it.

    So much a minute, the rest is dropped: anybody may send some.
    """
    house = house_of(request)
    apple_of(house)
    said = await body(request, PassLog)
    if COMPLAINTS.take(time.monotonic()):
        log.info("a telephone complains of a pass", lines=len(said.logs), chars=sum(len(line) for line in said.logs))
    return Response(status_code=200)


class Complaints:
    """How many of them this minute still has room for."""

    def __init__(self) -> None:
        self._minute, self._left = -1, 0

    def take(self, now: float) -> bool:
        """`now`: seconds of the machine's own clock."""
        minute = int(now // 60)
        if minute != self._minute:
            self._minute, self._left = minute, COMPLAINTS_A_MINUTE_MAX
        self._left -= 1
        return self._left >= 0


COMPLAINTS = Complaints()


def _shown(request: Request) -> tuple[House, str]:
    """The house, and the serial of the pass that the telephone has proved to have."""
    house, serial = house_of(request), request.path_params["serial"]
    _check_kind(apple_of(house), request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    right = house.line.vault.pass_token(serial)
    if scheme != SCHEME or not hmac.compare_digest(right.encode(), token.strip().encode()):
        raise _not_ours()
    return house, serial


def _check_kind(keys: Apple, request: Request) -> None:
    if request.path_params["kind"] != keys.kind:
        raise _not_ours()


def _not_ours() -> NoKey:
    return NoKey("this is not the token of that pass; expected a header `Authorization: ApplePass <token>`")


async def _business(house: House, serial: str) -> str:
    one = await house.reader.ask(lambda view: store.of_serial(view.session, serial))
    if one is None:
        raise NoKey("whose pass this was has been erased", code="unknown-pass")
    return one.business


def _device(request: Request) -> str:
    found: str = request.path_params["device"]
    if not DEVICE.fullmatch(found):
        raise Unfit("expected letters, digits and hyphens, at most 64", at="device")
    return found


def _tag(request: Request) -> int:
    """What we said last, or all of it."""
    said = request.query_params.get("passesUpdatedSince", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= TAG_DIGITS_MAX else -1


def _known_s(request: Request) -> int:
    """The change that the telephone has (seconds since the epoch); what cannot be read is none."""
    try:
        return int(parsedate_to_datetime(request.headers.get("if-modified-since", "")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return -1
