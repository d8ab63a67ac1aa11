"""The shop's own time: days that end at its closing hour, parts of the day, and both across daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.days import PARTS, SECOND, Calendar, moment, when

ZONES = ("Africa/Nairobi", "America/New_York", "Europe/Kyiv", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
NAIROBI, NEW_YORK, KYIV = (ZoneInfo(name) for name in ZONES[:3])
HAVANA = ZoneInfo("America/Havana")  # where midnight is skipped in spring and comes twice in autumn


def at(text: str, zone: ZoneInfo) -> int:
    return moment(datetime.fromisoformat(text).replace(tzinfo=zone))


def utc(text: str) -> int:
    return moment(datetime.fromisoformat(text).replace(tzinfo=UTC))


def day_of(calendar: Calendar, at: int) -> str:
    return date.fromordinal(calendar.read(at)[0]).isoformat()


PART_EDGES = [
    ("04:00:00", "morning"),
    ("08:12:00", "morning"),
    ("10:59:59.999999", "morning"),
    ("11:00:00", "midday"),
    ("13:59:59.999999", "midday"),
    ("14:00:00", "afternoon"),
    ("16:59:59.999999", "afternoon"),
    ("17:00:00", "evening"),
    ("23:59:59.999999", "evening"),
    ("00:00:00", "evening"),  # still the evening of the day before
    ("03:59:59.999999", "evening"),
]
DAY_EDGES = [
    # zone, closing minute, wall clock, business day
    (NAIROBI, 240, "2026-10-05T04:00:00", "2026-10-05"),
    (NAIROBI, 240, "2026-10-05T03:59:59.999999", "2026-10-04"),
    (NAIROBI, 240, "2026-10-06T00:30:00", "2026-10-05"),
    (NAIROBI, 0, "2026-10-05T00:00:00", "2026-10-05"),
    (NAIROBI, 0, "2026-10-04T23:59:59.999999", "2026-10-04"),
    (NAIROBI, 90, "2026-10-05T01:29:59", "2026-10-04"),
    (NAIROBI, 90, "2026-10-05T01:30:00", "2026-10-05"),
    (NEW_YORK, 240, "2026-03-08T03:30:00", "2026-03-07"),  # the day on which two o'clock is skipped
    (NEW_YORK, 240, "2026-03-08T04:00:00", "2026-03-08"),
    (NEW_YORK, 240, "2026-11-01T01:30:00", "2026-10-31"),  # the hour that comes twice
    (NEW_YORK, 240, "2026-11-01T04:00:00", "2026-11-01"),
    (KYIV, 240, "2026-03-29T02:59:59", "2026-03-28"),
    (KYIV, 240, "2026-10-25T03:30:00", "2026-10-24"),
    (HAVANA, 0, "2026-03-08T01:00:00", "2026-03-08"),
]


@pytest.mark.parametrize(("clock", "part"), PART_EDGES)
def test_parts_of_the_day_begin_and_end_on_the_wall_clock(clock, part):
    assert PARTS[Calendar(NAIROBI).read(at(f"2026-10-05T{clock}", NAIROBI))[1]] == part


def test_without_a_closing_hour_after_midnight_the_day_begins_with_the_morning():
    assert Calendar(NAIROBI, 0).read(at("2026-10-05T00:00", NAIROBI))[1] == PARTS.index("morning")


@pytest.mark.parametrize(("zone", "ends", "wall", "day"), DAY_EDGES)
def test_a_business_day_ends_at_the_closing_hour(zone, ends, wall, day):
    assert day_of(Calendar(zone, ends), at(wall, zone)) == day


def test_the_part_is_read_off_the_wall_clock_on_both_sides_of_daylight_saving():
    calendar = Calendar(NEW_YORK)
    winter, summer = utc("2026-03-07T15:30"), utc("2026-03-08T15:30")  # 10:30 and 11:30 there
    assert [PARTS[calendar.read(each)[1]] for each in (winter, summer)] == ["morning", "midday"]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (NEW_YORK, date(2026, 3, 7), 23),  # ends at four on the morning that is an hour short
        (NEW_YORK, date(2026, 3, 8), 24),
        (NEW_YORK, date(2026, 10, 31), 25),
        (KYIV, date(2026, 3, 28), 23),
        (KYIV, date(2026, 10, 24), 25),
        (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 4), 24.5),  # half an hour of daylight saving
        (NAIROBI, date(2026, 3, 28), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone, day, hours):
    calendar = Calendar(zone)
    starts, ends = (when(calendar.starts(ordinal)) for ordinal in (day.toordinal(), day.toordinal() + 1))
    assert (ends - starts) / timedelta(hours=1) == hours


@given(st.sampled_from(ZONES), st.sampled_from([0, 240, 300]), st.integers(utc("2012-01-02"), utc("2039-01-01")))
def test_a_moment_is_in_the_day_that_has_started_and_the_next_has_not(zone, ends, at):
    calendar = Calendar(ZoneInfo(zone), ends)
    day, part = calendar.read(at)
    assert calendar.starts(day) <= at < calendar.starts(day + 1)
    assert 0 <= part < len(PARTS)


@pytest.mark.parametrize("ends", [60, 90, 120, 150, 180])
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (NEW_YORK, date(2026, 3, 8)),
        (NEW_YORK, date(2026, 11, 1)),
        (KYIV, date(2026, 3, 29)),
        (KYIV, date(2026, 10, 25)),
    ],
)
def test_a_day_that_ends_within_the_changing_hour_ends_once(zone, day, ends):
    calendar, first = Calendar(zone, ends), utc(f"{day}T00:00") - 6 * 3600 * SECOND
    moments = [first + quarter * 900 * SECOND for quarter in range(72)]
    days = [calendar.read(each)[0] for each in moments]
    assert days == sorted(days)
    for each, ordinal in zip(moments, days, strict=True):
        assert calendar.starts(ordinal) <= each < calendar.starts(ordinal + 1)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_exact_to_the_microsecond(at):
    assert when(moment(at)) == at


def test_an_hour_that_comes_twice_is_two_moments():
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    assert moment(first.replace(fold=1)) - moment(first) == 3600 * SECOND


def test_moments_count_microseconds_from_the_epoch():
    assert moment(datetime(1970, 1, 1, 3, 0, 0, 1, NAIROBI)) == 1
    assert when(-1) == datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)
