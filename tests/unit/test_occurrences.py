# SPDX-License-Identifier: LGPL-3.0-or-later
"""Occurrences: counted days at a time of day become instants that never go back, skip or repeat."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimage.errors import UsageError
from optimage.occurrences import Calendar, find_zone, instant
from optimage.schedule import INTERVALS

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Luxembourg", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
]


def calendar(anchor: str, every: str, at: str = "06:00", zone: ZoneInfo = LUXEMBOURG) -> Calendar:
    return Calendar(date.fromisoformat(anchor), every, time.fromisoformat(at), zone)


def locals_of(one: Calendar, number: int, *, after: str = "2000-01-01") -> list[str]:
    found = islice(one.following(datetime.fromisoformat(after).replace(tzinfo=UTC)), number)
    return [f"{moment.astimezone(one.zone):%Y-%m-%d %H:%M}" for moment in found]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_31st_comes_back_after_shorter_months_and_leap_days():
    days = [text[5:10] for text in locals_of(calendar("2027-10-31", "monthly"), 6)]
    assert days == ["10-31", "11-30", "12-31", "01-31", "02-29", "03-31"]


def test_the_29th_of_february_is_the_28th_in_common_years():
    days = [text[:10] for text in locals_of(calendar("2024-02-29", "yearly"), 5)]
    assert days == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("daily", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("weekly", ["2026-12-30", "2027-01-06", "2027-01-13"]),
        ("quarterly", ["2026-12-30", "2027-03-30", "2027-06-30"]),
        ("half_yearly", ["2026-12-30", "2027-06-30", "2027-12-30"]),
        ("yearly", ["2026-12-30", "2027-12-30", "2028-12-30"]),
    ],
)
def test_each_interval_goes_on_over_the_turn_of_the_year(every, days):
    assert [text[:10] for text in locals_of(calendar("2026-12-30", every), 3)] == days


def test_the_time_of_day_stays_the_same_through_summer_and_winter():
    assert {text[11:] for text in locals_of(calendar("2026-01-01", "daily"), 365)} == {"06:00"}


# From the rules of each zone in the tz database: the clocks go forward over the hour (half an hour) that is named.
GAPS = [
    ("Europe/Luxembourg", "2026-03-29", "02:30", "2026-03-29T01:00"),  # 2:00 CET becomes 3:00 CEST, at 1:00 UTC
    ("Europe/Luxembourg", "2026-03-29", "02:00", "2026-03-29T01:00"),
    ("America/New_York", "2026-03-08", "02:59", "2026-03-08T07:00"),  # 2:00 EST becomes 3:00 EDT, at 7:00 UTC
    ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30"),  # 2:00 at +10:30 becomes 2:30 at +11
    ("Pacific/Apia", "2011-12-30", "06:00", "2011-12-30T10:00"),  # the whole day was left out, from -10 to +14
]


@pytest.mark.parametrize(("zone", "day", "at", "expected"), GAPS)
def test_a_time_that_clocks_leap_over_is_the_first_moment_after_the_gap(zone, day, at, expected):
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(at))
    assert instant(local, ZoneInfo(zone)) == utc(expected)


# The clocks go back and show the time that is named twice.
REPEATED = [
    ("Europe/Luxembourg", "2026-10-25", "02:30", "2026-10-25T00:30"),  # in CEST
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # in EDT
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),  # at +11
]


@pytest.mark.parametrize(("zone", "day", "at", "expected"), REPEATED)
def test_a_time_that_clocks_show_twice_is_taken_once_the_first_time(zone, day, at, expected):
    one = calendar(day, "daily", at, ZoneInfo(zone))
    assert one.moment(0) == utc(expected)
    assert one.first_after(utc(expected)) == one.moment(1)
    assert one.moment(1) - one.moment(0) >= timedelta(hours=24)


def test_the_period_before_the_first_occurrence_is_one_interval_back():
    one = calendar("2026-03-31", "monthly")
    assert one.one_before(one.moment(0)) == one.moment(-1) == utc("2026-02-28T05:00")
    assert one.last_until(one.moment(0)) == one.moment(0)
    assert one.last_until(one.moment(0) - timedelta(seconds=1)) is None
    assert one.first_after(utc("2020-01-01")) == one.moment(0)


@settings(max_examples=200, deadline=None)
@given(
    anchor=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    every=st.sampled_from(sorted(INTERVALS)),
    at=st.times(),
    zone=st.sampled_from(ZONES),
    seconds=st.integers(0, 40 * 366 * 86400),
)
def test_every_moment_lies_between_two_neighbours(anchor, every, at, zone, seconds):
    one = Calendar(anchor, every, at.replace(second=0, microsecond=0), zone)
    asked = utc("2000-01-01") + timedelta(seconds=seconds)
    after, until = one.first_after(asked), one.last_until(asked)
    assert after > asked
    if until is None:
        assert after == one.moment(0)
        return
    assert until <= asked
    assert one.first_after(until) == after
    assert one.one_before(after) == until


@settings(max_examples=50, deadline=None)
@given(at=st.times(), zone=st.sampled_from(ZONES), year=st.integers(2010, 2030))
def test_moments_of_a_year_never_go_back_and_show_the_time_or_end_a_gap(at, zone, year):
    one = Calendar(date(year, 1, 1), "daily", at.replace(second=0, microsecond=0), zone)
    moments = [one.moment(number) for number in range(366)]
    assert all(a <= b for a, b in pairwise(moments))
    for number, moment in enumerate(moments):
        shown = moment.astimezone(zone)
        if shown.replace(tzinfo=None) != datetime.combine(one.day(number), one.at):
            before = (moment - timedelta(seconds=1)).astimezone(zone)
            assert shown.utcoffset() > before.utcoffset()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Luxembourg", "Europe/Luxembourg"),
        ("Europe/Luxemburg", "Europe/Luxembourg"),
        ("new york", "America/New_York"),
        ("../../etc/passwd", ""),
        ("", ""),
        ("Europe", ""),
        ("a\0b", ""),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_names(name, near):
    with pytest.raises(UsageError) as refused:
        find_zone(name)
    assert refused.value.code == "unknown_zone"
    assert near in refused.value.advice.render()


def test_a_zone_is_found_by_its_name():
    assert find_zone("Europe/Luxembourg") == LUXEMBOURG
