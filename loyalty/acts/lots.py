"""Points by hand, and points whose time is over."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.acts.deeds import record
from loyalty.core import account, earning, referral
from loyalty.core.redemption import Adjust, Adjustment, LetEnd
from loyalty.errors import Unfit
from loyalty.ingest import Line
from loyalty.store import merges, redemptions
from loyalty.store.secrets import new_id
from loyalty.store.shops import home_shop
from loyalty.store.view import View
from loyalty.wire_ledger import Adjusted, NewAdjustment

SWEEP_MAX = 500  # people whose points end in one turn


def adjust(line: Line, business: str, customer: str, wanted: NewAdjustment, by: str) -> Adjusted:
    """The same key is the same adjustment, answered as the first time."""
    if wanted.key.startswith(referral.OURS):
        raise Unfit("expected a key that begins with no control character", at="key")
    asked, customer = customer, merges.kept_id(line.session, business, customer)
    made = redemptions.adjustment_of_key(line.session, business, wanted.key)
    if made is None:
        made = _adjustment(line, business, customer, wanted, by)
        made = made if asked == customer else replace(made, origin=asked)
        line.run([Adjust(made)])
        _note(line, made)
    elif (made.person, made.points, made.note) != (customer, wanted.points, wanted.note):
        said = "this key was used for another adjustment; every adjustment takes a new one"
        raise Unfit(said, at="key", code="key-reused")
    state = line.session.row("SELECT points, account FROM states WHERE customer = ?", (customer,))
    assert state is not None, customer
    return Adjusted(id=made.id, points=made.points, balance=account.available(state[0], state[1] or b"", line.now))


def _note(line: Line, made: Adjustment) -> None:
    """By the owner's hand: on their page nobody of the staff is signed on."""
    record(
        line,
        business=made.business,
        shop=made.shop,
        till=None,
        staff=None,
        what="adjust",
        customer=made.person,
        points=made.points,
    )


def _adjustment(line: Line, business: str, customer: str, wanted: NewAdjustment, by: str) -> Adjustment:
    shop = home_shop(line.session, business, customer)
    facts = line.settings.shops[shop]
    until = earning.ends(line.settings.programs[business, facts.program], facts.calendar, line.now)
    made = new_id(), business, shop, customer, wanted.points
    return Adjustment(*made, "adjust", line.now, until if wanted.points > 0 else 0, by, wanted.note, wanted.key)


def with_ended(view: View) -> list[str]:
    """The businesses in which somebody's points have ended and are not booked out yet."""
    rows = view.session.rows(
        "SELECT DISTINCT c.business FROM states s JOIN customers c ON c.id = s.customer WHERE s.ends <= ?", (view.now,)
    )
    return sorted(row[0] for row in rows)


def let_end(line: Line, business: str) -> int:
    """A business's points whose time is over are booked out; of how many people."""
    rows = line.session.rows(
        "SELECT s.customer FROM states s JOIN customers c ON c.id = s.customer WHERE s.ends <= ? AND c.business = ?"
        " ORDER BY s.ends LIMIT ?",
        (line.now, business, SWEEP_MAX),
    )
    if rows:
        line.run([LetEnd(row[0], home_shop(line.session, business, row[0])) for row in rows])
    return len(rows)
