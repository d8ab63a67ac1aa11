"""Using a reward: reserved at the counter, ended by somebody's hand or by its age. Sales do the rest in the line."""

from __future__ import annotations

from typing import Literal

from loyalty.acts import limits
from loyalty.acts.deeds import OWNER, Hand, What, record
from loyalty.core.facts import CueRow
from loyalty.core.redemption import End, Redemption, Reserve
from loyalty.errors import Conflict, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import merges, redemptions
from loyalty.store.rows import cue_of
from loyalty.store.secrets import new_id
from loyalty.store.shops import home_shop
from loyalty.store.view import View
from loyalty.wire import NewRedemption

SWEEP_MAX = 500  # reservations that run out in one turn


def reserve(line: Line, business: str, wanted: NewRedemption, hand: Hand = OWNER) -> Redemption:
    """The same key is the same redemption, answered as the first time."""
    person = merges.kept_id(line.session, business, wanted.customer, "customer")
    known = redemptions.of_key(line.session, business, wanted.key)
    if known is not None:
        _same(known, wanted, person)
        return known
    if wanted.cue is not None:
        _check_word(line, wanted.cue, business, told=wanted.word)
    shop = wanted.shop or home_shop(line.session, business, person)
    limits.check(line, business, shop=shop, till=wanted.till, hand=hand, customer=person)
    mine, everybody = _used_today(line, shop, person, wanted.reward)
    origin = wanted.customer if wanted.customer != person else None
    who = (new_id(), business, shop, wanted.till, person)
    [made] = _run(line, [Reserve(*who, wanted.reward, wanted.key, mine, everybody, origin)])
    _note(line, made, "redeem", hand.staff, -made.points, hand.screen)
    return made


def _check_word(line: Line, cue: str, business: str, *, told: bool) -> None:
    """A card that may be anybody's greets and earns; what it collected goes to who says whose it is."""
    row = line.session.row("SELECT shop, body FROM cues WHERE id = ?", (cue,))
    if row is None or line.settings.shops[row[0]].business != business:
        raise Unknown("there is no such cue here", at="cue", code="unknown-cue")
    if cue_of(row[1]).bare and not told:
        said = "this card may be anybody's: ask for the name on it, and say that you did"
        raise Conflict(said, at="word", code="ask-first")


def _used_today(line: Line, shop: str, person: str, reward: str) -> tuple[int, int]:
    """How often the customer used this reward on this business day, and everybody in this shop."""
    calendar = line.settings.shops[shop].calendar
    since = calendar.starts(calendar.read(line.now)[0])
    count = "SELECT COUNT(*) FROM redemptions WHERE reward = ? AND at >= ? AND state <> 'released'"
    mine = line.session.row(f"{count} AND customer = ?", (reward, since, person))
    everybody = line.session.row(f"{count} AND shop = ?", (reward, since, shop))
    return mine[0] if mine else 0, everybody[0] if everybody else 0


def confirm(line: Line, business: str, shop: str | None, redemption: str, staff: str | None = None) -> Redemption:
    return _end(line, _redemption(line, business, shop, redemption), "confirm", staff)


def release(line: Line, business: str, shop: str | None, redemption: str, staff: str | None = None) -> Redemption:
    return _end(line, _redemption(line, business, shop, redemption), "release", staff)


def _end(line: Line, found: Redemption, how: Literal["confirm", "release"], staff: str | None) -> Redemption:
    """Doing it again is answered as the first time, and nobody did anything then."""
    [ended] = _run(line, [End(found, how)])
    if ended.state != found.state:
        _note(line, ended, how, staff, found.points if how == "release" else 0)
    return ended


def _note(line: Line, one: Redemption, what: What, staff: str | None, points: int, screen: str | None = None) -> None:
    record(
        line,
        business=one.business,
        shop=one.shop,
        till=one.till,
        staff=staff,
        screen=screen,
        what=what,
        customer=one.person,
        points=points,
        redemption=one.id,
    )


def taken(line: Line, cue: CueRow) -> None:
    """The barista says that the reward of this cue was used: it is, also where no sale ever says so."""
    here = _of_cue(line, cue)
    if here:
        _run(line, [End(here[-1], "taken")])


def let_go(line: Line, cue: CueRow, staff: str | None = None) -> None:
    """What was reserved by a cue whose answer is taken back, or which was for somebody else."""
    for one in _of_cue(line, cue):
        _end(line, one, "release", staff)


def _of_cue(line: Line, cue: CueRow) -> list[Redemption]:
    found = redemptions.all_of(line.session, cue.person)
    mine = [one for one in found if one.state == "reserved" and one.at >= cue.at]
    return [one for one in mine if (one.shop, one.till) == (cue.shop, cue.till)]


def with_run_out(view: View) -> list[str]:
    """The businesses that have reservations whose time is over."""
    return sorted({one.business for one in redemptions.run_out(view.session, view.now, SWEEP_MAX)})


def run_out(line: Line, business: str) -> int:
    """A business's reservations whose time is over give their points back; how many."""
    found = [one for one in redemptions.run_out(line.session, line.now, SWEEP_MAX) if one.business == business]
    if found:
        _run(line, [End(one, "age") for one in found])
    return len(found)


def _run(line: Line, requests: list[Reserve | End]) -> list[Redemption]:
    answers = line.run(requests)
    return [answer.redemption for answer in answers if answer.redemption is not None]


def _same(known: Redemption, wanted: NewRedemption, person: str) -> None:
    for field, was, now in (
        ("customer", known.person, person),
        ("reward", known.reward, wanted.reward),
        ("till", known.till, wanted.till),
        ("shop", known.shop, wanted.shop or known.shop),
    ):
        if was != now:
            said = f"this key was used for another redemption, with another {field}; every redemption takes a new one"
            raise Unfit(said, at="key", code="key-reused")


def _redemption(line: Line, business: str, shop: str | None, id: str) -> Redemption:
    """`shop`: of a screen's key, which ends what was reserved in its own."""
    found = redemptions.of_ids(line.session, [id]).get(id)
    if found is None or found.business != business or shop not in (None, found.shop):
        raise Unknown("there is no such redemption here", code="unknown-redemption")
    return found
