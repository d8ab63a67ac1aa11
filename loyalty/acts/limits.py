"""How many rewards may be used at a till, within a shift, and by a customer: counted in the turn in which one more is
asked for, so that two tills at once cannot pass the limit between them."""

from __future__ import annotations

from typing import Literal

from loyalty.acts.deeds import Hand
from loyalty.acts.staff import SHIFT
from loyalty.core.days import MINUTE
from loyalty.errors import Conflict
from loyalty.ingest import Line
from loyalty.store import staff as roster
from loyalty.store.session import Session
from loyalty.store.view import View
from loyalty.wire_staff import SHIFT_HOURS, Limits

HOUR = 60 * MINUTE
USED = "(r.state = 'confirmed' OR (r.state = 'reserved' AND r.expires_at > ?))"  # or soon will be
NONE = Limits()


def read(view: View, business: str) -> Limits:
    row = view.session.row("SELECT till_hour, shift, customer_day FROM limits WHERE business = ?", (business,))
    return Limits(till_hour=row[0], shift=row[1], customer_day=row[2]) if row is not None else NONE


def put(line: Line, business: str, wanted: Limits) -> None:
    line.session.run(
        "INSERT INTO limits (business, till_hour, shift, customer_day, set_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (business) DO UPDATE SET till_hour = excluded.till_hour, shift = excluded.shift,"
        " customer_day = excluded.customer_day, set_at = excluded.set_at",
        (business, wanted.till_hour, wanted.shift, wanted.customer_day, line.now),
    )


def check(line: Line, business: str, *, shop: str, till: str | None, hand: Hand, customer: str) -> None:
    """Before one more reward is used; one that was given back, or whose reservation ran out, does not count."""
    most, session, now = read(line, business), line.session, line.now
    if most.till_hour is not None and _in_hour(session, shop, till, hand, now) >= most.till_hour:
        raise _beyond("till", f"this till has used {_rewards(most.till_hour)} within an hour")
    if most.shift is not None:
        _check_shift(line, business, shop, hand, most.shift)
    if most.customer_day is not None:
        calendar = line.settings.shops[shop].calendar
        today = calendar.starts(calendar.read(now)[0])
        if _by_customer(session, customer, today, now) >= most.customer_day:
            raise _beyond("customer", f"this customer has used {_rewards(most.customer_day)} today")


def _check_shift(line: Line, business: str, shop: str, hand: Hand, most: int) -> None:
    """Nobody's shift has no limit: where somebody works, they take the screen first."""
    if hand.staff is not None:
        if _by_staff(line.session, hand.staff, line.now) >= most:
            raise _beyond("staff", f"you have used {_rewards(most)} within {SHIFT_HOURS} hours")
    elif not hand.owner and any(one.works_in(shop) for one in roster.members(line.session, line.vault, business)):
        said = "somebody has to take this screen with their PIN first, since rewards are limited by shift"
        raise Conflict(said, at="staff", code="sign-on")


def _rewards(n: int) -> str:
    return "as many rewards as are allowed, which is none," if n == 0 else f"{n} reward{'s' if n > 1 else ''}"


def _beyond(at: str, said: str) -> Conflict:
    return Conflict(f"{said}, the most that the owner allows; the owner may raise it", at=at, code="limit")


def _in_hour(session: Session, shop: str, till: str | None, hand: Hand, now: int) -> int:
    """At the till that the screen says it is, or by the screen whatever it says: whichever is more."""
    by_screen = 0 if hand.screen is None else _by_deeds(session, "screen", hand.screen, now - HOUR, now)
    return max(by_screen, _at_till(session, shop, till, now))


def _at_till(session: Session, shop: str, till: str | None, now: int) -> int:
    """What is dated later than now, by a clock that was put right since, is not within the hour."""
    of_till, tills = ("r.till IS NULL", ()) if till is None else ("r.till = ?", (till,))
    row = session.row(
        f"SELECT COUNT(*) FROM redemptions r WHERE r.shop = ? AND r.at > ? AND r.at <= ? AND {USED} AND {of_till}",
        (shop, now - HOUR, now, now, *tills),
    )
    return row[0] if row is not None else 0


def _by_staff(session: Session, staff: str, now: int) -> int:
    """On whatever screen: who signs off and on again has not begun another shift."""
    return _by_deeds(session, "staff", staff, now - SHIFT, now)


def _by_deeds(session: Session, column: Literal["screen", "staff"], whose: str, since: int, now: int) -> int:
    row = session.row(
        f"SELECT COUNT(*) FROM deeds d JOIN redemptions r ON r.id = d.redemption WHERE d.{column} = ? AND d.at > ?"
        f" AND d.at <= ? AND d.what = 'redeem' AND {USED}",
        (whose, since, now, now),
    )
    return row[0] if row is not None else 0


def _by_customer(session: Session, customer: str, since: int, now: int) -> int:
    """In whichever shop of the business. What was reserved since then runs out after it."""
    row = session.row(
        "SELECT COUNT(*) FROM redemptions r WHERE r.customer = ? AND r.expires_at > ? AND r.at >= ? AND r.at <= ?"
        f" AND {USED}",
        (customer, since, since, now, now),
    )
    return row[0] if row is not None else 0
