"""A receipt and the sales of its day: the total always, and the number or the minute."""

from __future__ import annotations

from datetime import date

import pytest

from loyalty.core.days import Calendar, moment
from loyalty.core.facts import Ident
from loyalty.core.receipts import DAY_MINUTES, NONE, Bill, Found, Receipt, find, plain
from tests import make

DAY = date(2026, 10, 6).toordinal()
MINUTE = 8 * 60 + 12


def bill(ref: str = "1041", minute: int = MINUTE, total: int = 450, *, theirs: bool = False, day: int = DAY) -> Bill:
    return Bill(Ident("shop", "till", ref), day, DAY * DAY_MINUTES + minute, total, theirs)


def receipt(minute: int | None = MINUTE, number: str = "", total: int = 450, day: int = DAY) -> Receipt:
    return Receipt(day, minute, plain(number), total)


@pytest.mark.parametrize(
    ("said", "same"),
    [
        *(
            ("1041", "1041"),
            ("#1041", "1041"),
            (" # 001041 ", "1041"),
            ("a-17", "A-17"),
            ("\u0661\u0660\u0664\u0661", "1041"),
        ),
        *(("\u1041\u1040\u1044\u1041", "1041"), ("\uff11\uff10\uff14\uff11", "1041"), ("0", "#")),
    ],
)
def test_a_number_is_read_however_it_is_written(said: str, same: str) -> None:
    assert plain(said) == plain(same)


@pytest.mark.parametrize(("apart", "found"), [(0, True), (5, True), (-5, True), (6, False), (-6, False), (60, False)])
def test_a_till_prints_a_minute_near_the_one_it_tells(apart: int, found: bool) -> None:
    assert (find(receipt(MINUTE + apart), [bill()]) == Found(bill().ident)) == found


def test_the_total_is_always_needed() -> None:
    assert find(receipt(number="1041", total=451), [bill()]) == NONE


def test_a_number_tells_without_a_time_and_more_than_a_time() -> None:
    sales = [bill("1041"), bill("1042", MINUTE + 2)]
    assert find(receipt(), sales) == Found(several=True)
    assert find(receipt(number="1042"), sales).sale == sales[1].ident
    assert find(receipt(None, "1041"), sales).sale == sales[0].ident
    assert find(receipt(None, "1043"), sales) == NONE
    assert find(receipt(MINUTE + 30, "1042"), sales).sale == sales[1].ident, "whatever the clock of the printer says"


def test_a_number_that_the_till_does_not_tell_leaves_the_time() -> None:
    assert find(receipt(number="R-7"), [bill()]).sale == bill().ident


def test_two_tills_with_the_same_number_are_told_apart_by_the_time() -> None:
    other = Bill(Ident("shop", "other", "1041"), DAY, DAY * DAY_MINUTES + MINUTE + 90, 450, False)
    assert find(receipt(None, "1041"), [bill(), other]) == Found(several=True)
    assert find(receipt(MINUTE + 90, "1041"), [bill(), other]).sale == other.ident


def test_what_is_theirs_already_is_found_again_and_never_stands_for_another() -> None:
    assert find(receipt(), [bill(theirs=True)]) == Found(bill().ident, theirs=True)
    assert find(receipt(), [bill(theirs=True), bill("1042")]) == Found(several=True)
    assert find(receipt(), [bill(theirs=True), bill("1042", theirs=True)]).theirs


@pytest.mark.parametrize("printed", [DAY, DAY - 1])
def test_after_midnight_a_receipt_has_the_date_or_the_business_day(printed: int) -> None:
    late = bill(minute=30, day=DAY - 1)
    assert find(receipt(28, day=printed), [late]).sale == late.ident
    assert find(receipt(None, "1041", day=printed), [late]).sale == late.ident
    assert find(receipt(28, day=DAY - 2), [late]) == NONE
    assert find(receipt(28, day=DAY + 1), [late]) == NONE


def test_a_wall_clock_is_the_shops() -> None:
    at = moment(make.at("08:12"))
    days, minutes = divmod(Calendar(make.ZONE).wall(at), DAY_MINUTES)
    assert date.fromordinal(days) == make.at("08:12").astimezone(make.ZONE).date()
    assert minutes == Calendar(make.ZONE).minute(at)
