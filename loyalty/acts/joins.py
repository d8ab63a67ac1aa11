"""A customer joins on their own phone: a code on the counter's screen, used once and soon, or the one on the poster."""

from __future__ import annotations

from contextlib import suppress

from msgspec import Struct

from loyalty.acts.deeds import record
from loyalty.acts.people import take_in
from loyalty.acts.whose import adopt, hand_over, rung_up, rung_up_after, taken_off
from loyalty.core.days import SECOND
from loyalty.core.facts import CueRow, Ident, Mark, PresenceIn
from loyalty.errors import Conflict, SlowDown, Unknown
from loyalty.ingest import Line
from loyalty.store.joins import Code, keep_code, open_codes, poster_uses, use_code
from loyalty.store.people import Enrolled, joined_by
from loyalty.store.secrets import new_code, new_id
from loyalty.wire import Enrolment, Presence
from loyalty.wire_joins import NewJoin

CODE_SECONDS = 600  # to scan the code and to fill in the page
CODES_MAX = 60  # of one shop, open at a time
POSTER_MAX = 60  # people who join by one shop's poster within an hour
HOUR = 3_600 * SECOND


class Made(Struct, frozen=True):
    """A fresh code, in the only moment in which its token can be read."""

    id: str
    token: str
    expires_at: int


def make_code(line: Line, business: str, wanted: NewJoin) -> Made:
    """For whoever stands at the till now: the sale that was just rung up is remembered with it."""
    if open_codes(line.session, wanted.shop, line.now) >= CODES_MAX:
        raise SlowDown(f"more than {CODES_MAX} codes are open; wait a moment")
    sale = rung_up(line, wanted.shop, wanted.till) if wanted.instead is None else None
    made = Made(new_id(), new_code(), line.now + CODE_SECONDS * SECOND)
    code = Code(
        id=made.id,
        business=business,
        shop=wanted.shop,
        till=wanted.till,
        instead=wanted.instead,
        source=sale.source if sale else None,
        ref=sale.id if sale else None,
        made_at=line.now,
    )
    keep_code(line.session, line.vault.key_hash(made.token), code, made.expires_at)
    return made


def join(line: Line, code: Code, token: str, wanted: Enrolment, marks: list[tuple[Mark, str]]) -> Enrolled:
    """A new customer by their own hand; the screen that showed the code greets them, and the sale there is theirs."""
    if code.poster and poster_uses(line.session, code.shop, line.now - HOUR) >= POSTER_MAX:
        raise SlowDown("many people joined within the last hour; try again a little later")
    if not use_code(line.session, line.vault.key_hash(token), code, line.now):
        raise Conflict("this code was used already; ask at the counter for a new one", code="used")
    made = take_in(line, code.business, wanted, marks)
    who, till = made.person, code.till
    joined_by(line.session, who, "phone")
    record(line, business=code.business, shop=code.shop, till=till, staff=None, what="join", customer=who)
    if not code.poster:
        _greet(line, code, made)
    return made


def _greet(line: Line, code: Code, made: Enrolled) -> None:
    presence, mark = Presence(shop=code.shop, till=code.till), Mark("customer", made.person)
    wrong = _wrong(line, code)
    sale = wrong.sale if wrong is not None else None
    line.run([PresenceIn(presence, code.business, mark, line.now, sale=sale, join=code.id)])
    if wrong is not None:
        hand_over(line, wrong, made.person)
    else:
        adopt(line, _theirs(line, code), made.person)


def _wrong(line: Line, code: Code) -> CueRow | None:
    """The cue of somebody else whose sale this is; nobody's any more where they took too long."""
    if code.instead is None:
        return None
    with suppress(Conflict, Unknown):  # or the cue is gone, with whoever was erased
        return taken_off(line, code.shop, code.instead)
    return None


def _theirs(line: Line, code: Code) -> Ident | None:
    """The sale rung up before the code was shown, or the first one after."""
    if code.source is not None and code.ref is not None:
        return Ident(code.shop, code.source, code.ref)
    return rung_up_after(line, code.shop, code.till, code.made_at)
