"""Business days that end at the shop's closing hour in the shop's time zone, across DST; money of 0, 2 and 3 digits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.days import Calendar, moment, when
from loyalty.wire_program import EarnSpend, Program
from tests import make
from tests.promises.guests import guest
from tests.running import Service, Shop

ZONES = (
    *("Africa/Nairobi", "America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "UTC", "Africa/Casablanca"),
)
DAYS = [
    # zone, wall clock (with fold), the business day it belongs to
    ("Africa/Nairobi", "2026-10-05T03:59:59", 0, "2026-10-04"),
    ("Africa/Nairobi", "2026-10-05T04:00:00", 0, "2026-10-05"),
    ("Africa/Nairobi", "2026-10-05T23:59:59", 0, "2026-10-05"),
    ("America/New_York", "2026-11-01T01:30:00", 0, "2026-10-31"),  # the hour that comes twice
    ("America/New_York", "2026-11-01T01:30:00", 1, "2026-10-31"),
    ("America/New_York", "2026-11-01T04:00:00", 0, "2026-11-01"),
    ("America/New_York", "2026-03-08T01:59:59", 0, "2026-03-07"),
    ("America/New_York", "2026-03-08T03:00:00", 0, "2026-03-07"),  # a second later: two o'clock never comes
    ("America/New_York", "2026-03-08T04:00:00", 0, "2026-03-08"),
    ("Australia/Lord_Howe", "2026-04-05T03:59:00", 0, "2026-04-04"),  # half an hour of daylight saving
    ("Australia/Lord_Howe", "2026-04-05T04:00:00", 0, "2026-04-05"),
    ("Asia/Kathmandu", "2027-01-01T03:59:00", 0, "2026-12-31"),
    ("Pacific/Kiritimati", "2026-10-05T04:00:00", 0, "2026-10-05"),
    ("Pacific/Pago_Pago", "2026-10-05T03:59:00", 0, "2026-10-04"),
]


@pytest.mark.parametrize(("zone", "wall", "fold", "day"), DAYS)
def test_a_business_day_ends_at_the_closing_hour_of_the_shops_own_clock(
    zone: str, wall: str, fold: int, day: str
) -> None:
    at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold)
    ordinal, _ = Calendar(ZoneInfo(zone)).read(moment(at))
    assert date.fromordinal(ordinal).isoformat() == day


moments = st.integers(moment(datetime(2015, 1, 1, tzinfo=UTC)), moment(datetime(2035, 1, 1, tzinfo=UTC)))


@given(zone=st.sampled_from(ZONES), at=moments, ends=st.sampled_from((0, 60, 90, 150, 180, 240, 359)))
def test_business_days_follow_one_another_without_gap_or_overlap(zone: str, at: int, ends: int) -> None:
    """Every moment lies in the day it is read as, and days only grow."""
    calendar = Calendar(ZoneInfo(zone), ends)
    day, part = calendar.read(at)
    assert calendar.starts(day) <= at < calendar.starts(day + 1)
    assert part in range(4)
    later, _ = calendar.read(at + 3_600_000_000)
    assert day <= later <= day + 1
    assert abs((when(at).astimezone(ZoneInfo(zone)).date() - date.fromordinal(day)).days) <= 1


@pytest.mark.slow
def test_a_visit_is_measured_in_minutes_also_in_the_hour_that_comes_twice(service: Service) -> None:
    zone = ZoneInfo("America/New_York")
    shop = service.open_shop("Brooklyn", "USD", zone.key)
    amina = shop.enrol()
    first = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    again = first.replace(fold=1)
    service.move(again.astimezone(UTC) + timedelta(hours=3))
    shop.post([shop.sale(who=make.AMINA, at=one.astimezone(UTC)) for one in (first, again)])
    known = shop.customer(amina)
    assert known["recognition"]["visits"] == len(known["visits"]) == 2, "an hour lies between them"
    assert service.one("SELECT COUNT(DISTINCT day) FROM sales WHERE shop = ?", shop.id) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("minutes", "visits"), [(0, 1), (29.999, 1), (30, 2), (31, 2)])
def test_sales_less_than_thirty_minutes_apart_are_one_visit(shop: Shop, minutes: float, visits: int) -> None:
    amina = shop.enrol()
    at = shop.service.now - timedelta(hours=3)
    shop.post([shop.sale(who=make.AMINA, at=at), shop.sale(who=make.AMINA, at=at + timedelta(minutes=minutes))])
    known = shop.customer(amina)
    assert (known["recognition"]["visits"], len(known["visits"]), known["points"]) == (visits, visits, visits)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("currency", "zone", "price", "per", "points"),
    [("JPY", "Asia/Tokyo", 450, 100, 4), ("KWD", "Asia/Kuwait", 1_250, 500, 2), ("EUR", "Europe/Berlin", 450, 100, 4)],
)
def test_money_is_an_integer_in_the_minor_unit_whatever_that_is(
    service: Service, currency: str, zone: str, price: int, per: int, points: int
) -> None:
    shop = service.open_shop("Abroad", currency, zone)
    shop.owner("PUT", "/v1/program", Program(earn=(EarnSpend(points=1, per=per),)))
    known = shop.enrol(guest(1))
    shop.post(shop.sale(make.line(price=price), who=guest(1)))
    assert shop.customer(known)["points"] == points
    assert shop.customer(known)["visits"][0]["total"] == price


@pytest.mark.slow
def test_a_sale_in_another_currency_is_a_visit_and_no_spend(shop: Shop) -> None:
    shop.owner("PUT", "/v1/program", Program(earn=(EarnSpend(points=1, per=1),)))
    amina = shop.enrol()
    shop.post(shop.sale(who=make.AMINA, currency="USD"))
    known = shop.customer(amina)
    assert (known["points"], known["recognition"]["visits"]) == (0, 1)
