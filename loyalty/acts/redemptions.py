"""Using a reward: reserved at the counter, ended by somebody's hand or by its age. Sales do the rest in the line."""

from __future__ import annotations

from loyalty.core.facts import CueRow
from loyalty.core.redemption import End, Redemption, Reserve
from loyalty.errors import Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import merges, redemptions
from loyalty.store.secrets import new_id
from loyalty.store.view import View
from loyalty.wire import NewRedemption

SWEEP_MAX = 500  # reservations that run out in one turn


def reserve(line: Line, business: str, wanted: NewRedemption) -> Redemption:
    """The same key is the same redemption, answered as the first time."""
    person = merges.kept_id(line.session, business, wanted.customer, "customer")
    known = redemptions.of_key(line.session, business, wanted.key)
    if known is not None:
        _same(known, wanted, person)
        return known
    shop = wanted.shop or _shop_of(line, business, person)
    origin = wanted.customer if wanted.customer != person else None
    request = Reserve(new_id(), business, shop, wanted.till, person, wanted.reward, wanted.key, origin)
    return _run(line, [request])[0]


def confirm(line: Line, business: str, shop: str | None, redemption: str) -> Redemption:
    return _run(line, [End(_redemption(line, business, shop, redemption), "confirm")])[0]


def release(line: Line, business: str, shop: str | None, redemption: str) -> Redemption:
    return _run(line, [End(_redemption(line, business, shop, redemption), "release")])[0]


def let_go(line: Line, cue: CueRow) -> None:
    """What was reserved by a cue whose answer is taken back, or which was for somebody else."""
    found = redemptions.all_of(line.session, cue.person)
    mine = [one for one in found if one.state == "reserved" and one.at >= cue.at]
    here = [one for one in mine if (one.shop, one.till) == (cue.shop, cue.till)]
    if here:
        _run(line, [End(one, "release") for one in here])


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


def _shop_of(line: Line, business: str, customer: str) -> str:
    """For an owner who names none: where the customer was last, else the first."""
    row = line.session.row(
        "SELECT shop FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1",
        (customer,),
    ) or line.session.row("SELECT id FROM shops WHERE business = ? ORDER BY created_at, id LIMIT 1", (business,))
    assert row is not None, business
    return str(row[0])


def _redemption(line: Line, business: str, shop: str | None, id: str) -> Redemption:
    """`shop`: of a screen's key, which ends what was reserved in its own."""
    found = redemptions.of_ids(line.session, [id]).get(id)
    if found is None or found.business != business or shop not in (None, found.shop):
        raise Unknown("there is no such redemption here", code="unknown-redemption")
    return found
