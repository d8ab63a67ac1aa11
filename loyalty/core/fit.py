"""What the types cannot say: currencies and zones that exist, times that can be, one identifier a check-in."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loyalty.core import money
from loyalty.errors import Unfit
from loyalty.wire import Enrolment, NewShop, Presence, Transaction

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before: a till whose clock was reset
LEAP_YEAR = 2000
# Controls, line breaks, directions.
CONTROLS = re.compile("[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")
AHEAD_MAX = timedelta(days=1)  # a till's clock may run fast, but not by more than a day
IDENTIFIERS = ("card", "phone", "email", "fingerprint", "pos_id", "reference", "customer")


def check_transaction(sale: Transaction, now: datetime) -> None:
    """Raises Unfit with the path of the first field that cannot be."""
    if not money.exists(sale.currency):
        raise Unfit(f"there is no currency {sale.currency}; expected an ISO 4217 code such as KES", at="currency")
    _check_time(sale.at, now, "at")
    if sale.changed_at is not None:
        _check_time(sale.changed_at, now, "changed_at")
    for place, refund in enumerate(sale.refunds):
        _check_time(refund.at, now, f"refunds[{place}].at")
    if sale.refund_of is not None and sale.refund_of.id == sale.id:
        raise Unfit("a receipt cannot be the refund of itself", at="refund_of.id")


def check_presence(presence: Presence, now: datetime) -> tuple[str, str]:
    """The one identifier of a check-in, as (kind, value)."""
    given = [(kind, value) for kind in IDENTIFIERS if (value := getattr(presence, kind))]
    if len(given) != 1:
        raise Unfit(f"expected exactly one of {', '.join(IDENTIFIERS)}, got {len(given)}", at="")
    if presence.at is not None:
        _check_time(presence.at, now, "at")
    return given[0]


def _check_time(at: datetime, now: datetime, path: str) -> None:
    if at < EARLIEST:
        raise Unfit(f"{at.isoformat()} is before 2000: is the till's clock set?", at=path, code="bad-time")
    if at - now > AHEAD_MAX:
        raise Unfit(f"{at.isoformat()} is more than a day ahead: is the till's clock set?", at=path, code="bad-time")


def sums_up(sale: Transaction) -> bool:
    """Whether the lines, discount, tax, tip and charges come to the total. One that does not is kept and marked.

    Payment terminals say no lines: there is nothing to sum."""
    if not sale.lines:
        return True
    due = sum([line.total for line in sale.lines]) - sale.order_discount + sale.tip + sale.service_charge
    return due + (0 if sale.tax_included else sale.tax) == sale.total


def check_enrolment(wanted: Enrolment) -> None:
    """A name that can be seen, and e-mail addresses that could be ones."""
    check_name(wanted.name)
    check_birthday(wanted.birthday)
    for place, identifier in enumerate(wanted.identifiers):
        if identifier.kind == "email" and "@" not in identifier.value.strip()[1:-1]:
            raise Unfit("expected an e-mail address such as amina@example.com", at=f"identifiers[{place}].value")


def check_name(name: str) -> None:
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise Unfit("expected a name that can be seen", at="name")


def one_line(text: str) -> str:
    """What somebody wrote, on one line and without what would act on its surroundings wherever it is read."""
    return " ".join(CONTROLS.sub(" ", text).split())


def check_birthday(birthday: str | None) -> None:
    """A day that is in some year."""
    try:
        if birthday is not None:
            date.fromisoformat(f"{LEAP_YEAR}-{birthday}")
    except ValueError as error:
        raise Unfit(f"there is no day {birthday}; expected month and day such as 05-17", at="birthday") from error


def check_shop(shop: NewShop) -> None:
    if not shop.name.strip():
        raise Unfit("expected a name, as customers read it", at="name")
    if not money.exists(shop.currency):
        raise Unfit(f"there is no currency {shop.currency}; expected an ISO 4217 code such as KES", at="currency")
    try:
        ZoneInfo(shop.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unfit(
            f"there is no time zone {shop.timezone}; expected one such as Africa/Nairobi", at="timezone"
        ) from error
