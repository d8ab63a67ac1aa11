"""Who of the staff is asking: a screen says it beside its key, where somebody has taken it."""

from __future__ import annotations

from starlette.requests import Request

from loyalty.acts.deeds import Hand
from loyalty.errors import NoKey
from loyalty.ingest import Line
from loyalty.store.keys import Grant
from loyalty.store.staff import at_screen
from loyalty.store.view import View
from loyalty.web.gate import house_of

HEADER = "regulars-staff"
SIGNED_OFF = "nobody works at this screen any more: the shift is over, or somebody signed off; sign on again"


def token_of(request: Request) -> str | None:
    """The hash of the token that the screen sent, if it sent one."""
    token = request.headers.get(HEADER, "")
    return house_of(request).line.vault.key_hash(token) if token else None


async def acting(request: Request, grant: Grant) -> str | None:
    """The id of whoever has taken the screen; None where nobody has, as in every shop without staff.

    A token that holds no more is refused, so that nothing is done in the name of who is not there: 401
    `staff-signed-off`. It opens nothing by itself and belongs to the screens of one shop.
    """
    token = token_of(request)
    if token is None:
        return None
    house = house_of(request)
    if grant.role != "screen" or grant.shop is None:
        raise signed_off()
    shop = grant.shop
    found = await house.reader.ask(lambda view: at_screen(view.session, token, shop, view.now))
    if found is None:
        raise signed_off()
    return found


async def hand(request: Request, grant: Grant) -> Hand:
    """By whose hand something is put right: whose screen, and who has taken it; or the owner's."""
    staff = await acting(request, grant)
    return Hand(grant.shop, grant.key, staff) if grant.role == "screen" else Hand()


def held(view: View | Line, token: str, shop: str) -> str | None:
    """The same of a token that came over a socket."""
    return at_screen(view.session, view.vault.key_hash(token), shop, view.now)


def signed_off() -> NoKey:
    return NoKey(SIGNED_OFF, at="staff", code="staff-signed-off")
