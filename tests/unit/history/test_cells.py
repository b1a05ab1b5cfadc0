# SPDX-License-Identifier: LGPL-3.0-or-later
"""Cells of older tables: what people write as numbers and moments, and what could be meant in two ways."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimage.history.cells import CellError, moment, number
from optimage.profile_files.mapping_tables import TimeTable

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def rule(*formats, zone="Europe/Berlin"):
    return TimeTable(column="when", formats=formats or ("iso",), zone=zone)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(".,"))
def test_every_number_comes_back_as_it_was_written(value, decimal):
    assert repr(number(repr(value).replace(".", decimal), decimal)) == repr(value)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        *[("1,234", "."), ("1.234", ","), ("1.234,5", ","), ("1 234", "."), ("1_000", "."), ("nan", "."), ("inf", ".")],
        *[("", "."), ("5 HU", "."), ("1e999", "."), ("0x10", "."), ("٣", ".")],
    ],
)
def test_what_could_mean_another_number_or_none_is_refused(text, decimal):
    with pytest.raises(CellError):
        number(text, decimal)


def test_a_minus_of_typographers_is_a_minus():
    assert number("−0,5", ",") == -0.5


@pytest.mark.parametrize(
    ("text", "formats", "utc"),
    [
        ("2026-03-02 07:30", ["iso"], "2026-03-02T06:30:00+00:00"),
        ("2026-07-02 07:30", ["iso"], "2026-07-02T05:30:00+00:00"),
        ("2026-03-02T07:30:05+05:00", ["iso"], "2026-03-02T02:30:05+00:00"),
        ("2026-03-02", ["iso"], "2026-03-02T11:00:00+00:00"),
        ("2.3.2026", ["%d.%m.%Y"], "2026-03-02T11:00:00+00:00"),
        ("02.03.2026 00:00", ["%d.%m.%Y", "%d.%m.%Y %H:%M"], "2026-03-01T23:00:00+00:00"),
        ("03/02/26 7:30 PM", ["%m/%d/%y %I:%M %p"], "2026-03-02T18:30:00+00:00"),
        ("2026-03-29 01:59", ["iso"], "2026-03-29T00:59:00+00:00"),
        ("2026-03-29 03:00", ["iso"], "2026-03-29T01:00:00+00:00"),
        ("2026-10-25 03:00", ["iso"], "2026-10-25T02:00:00+00:00"),
    ],
)
def test_moments_are_those_of_the_zone_and_a_date_alone_is_noon(text, formats, utc):
    assert moment(text, rule(*formats), NOW).isoformat() == utc


@pytest.mark.parametrize(
    "text",
    [
        *[
            "2026-03-29 02:00",
            "2026-03-29 02:59",
            "2026-10-25 02:00",
            "2026-10-25 02:59:59",
            "1969-12-31",
            "2026-11-22",
        ],
        *["", "0001-01-01", "9999-12-31", "02.03.2026", "2026-02-29"],
    ],
)
def test_moments_that_do_not_exist_happened_twice_or_cannot_be_are_refused(text):
    with pytest.raises(CellError):
        moment(text, rule(), NOW)


def test_a_moment_without_any_zone_is_refused_and_one_with_its_offset_is_not():
    with pytest.raises(CellError):
        moment("2026-03-02 07:30", rule(zone=""), NOW)
    assert moment("2026-03-02 07:30Z", rule(zone=""), NOW).hour == 7


@given(st.datetimes(NOW.replace(1980, tzinfo=None), NOW.replace(day=19, tzinfo=None)))
def test_an_hour_by_the_clock_is_an_hour_in_truth_or_refused(at):
    try:
        first, second = (moment(one.isoformat(" "), rule(), NOW) for one in (at, at + timedelta(hours=1)))
    except CellError:
        assert at.month in (3, 10), "clocks are changed in these months only"
        return
    assert second - first == timedelta(hours=1)
