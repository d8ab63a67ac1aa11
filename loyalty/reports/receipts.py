"""Which sale is this receipt of? For the customer who claims it; and what can be claimed at all."""

from __future__ import annotations

from datetime import date

from loyalty.core.money import digits
from loyalty.core.receipts import DAY_MINUTES, DAYS, Found, Receipt, find, plain
from loyalty.errors import Conflict, SlowDown, Unfit
from loyalty.reports.standing import home_shop
from loyalty.store import receipts
from loyalty.store.view import View
from loyalty.wire_card import CardClaim, CardReceipts


def offered(view: View, shop: str) -> CardReceipts:
    """For the form: the days that a receipt may be of, the newest first."""
    facts = view.settings.shops[shop]
    first, last = _days(view, shop)
    days = tuple(date.fromordinal(day) for day in range(last, first - 1, -1))
    return CardReceipts(days=days, currency=facts.currency, digits=digits(facts.currency))


def look(view: View, business: str, person: str, wanted: CardClaim) -> Found:
    """Unfit or Conflict where no sale could be looked for, SlowDown where they tried too often; neither is a try."""
    receipt = _receipt(wanted)
    first, last = _days(view, home_shop(view, business, person))
    if receipt.day > last:
        raise Unfit("this day is still to come; choose the one that is printed on the receipt", at="day")
    if receipt.day < first:
        raise Conflict(f"a receipt can be claimed for {DAYS} days; ask at the counter", at="day", code="too-late")
    shops = [facts for facts in view.settings.shops.values() if facts.business == business]
    try:
        receipts.check(view.session, person, view.now)
    except SlowDown:  # what is theirs is answered as ever; whatever else there is, is not looked at
        found = find(receipt, receipts.bills(view.session, shops, person, receipt.day, theirs=True))
        if found.theirs:
            return found
        raise
    return find(receipt, receipts.bills(view.session, shops, person, receipt.day))


def _days(view: View, shop: str) -> tuple[int, int]:
    """The first and the last date that can be printed on a receipt: after midnight there is one more."""
    calendar = view.settings.shops[shop].calendar
    return calendar.read(view.now)[0] - DAYS, calendar.wall(view.now) // DAY_MINUTES


def _receipt(wanted: CardClaim) -> Receipt:
    number = plain(wanted.number or "")
    if wanted.time is None and not number:
        raise Unfit("give the time that is printed on the receipt, or its number", at="time")
    minute = None
    if wanted.time is not None:
        hours, minutes = wanted.time.split(":")
        minute = int(hours) * 60 + int(minutes)
    return Receipt(wanted.day.toordinal(), minute, number, wanted.total)
