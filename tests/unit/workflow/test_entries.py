# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person types is a number of a known reading, or is refused with a sentence that helps."""

from datetime import UTC, datetime
from math import isnan

import pytest

from optimage.errors import UsageError
from optimage.model.profile import ReadingRule
from optimage.workflow.entries import Entries, parse_number, readings_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
RULES = (ReadingRule("dose_index", "mGy", minimum=0, maximum=100), ReadingRule("offset", "mm", maximum=5))


def read(values, uncertainties=(), text=""):
    return readings_of(Entries(dict(values), dict(uncertainties), text), RULES, operator="anna", at=NOW)


def refused(values, uncertainties=()):
    with pytest.raises(UsageError) as error:
        read(values, uncertainties)
    return error.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("-0,125", -0.125),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1.234", 1.234),
        (" 7 ", 7.0),
        ("+3.", 3.0),
        (",5", 0.5),
        ("1.5e-3", 0.0015),
    ],
)
def test_a_number_has_a_decimal_point_or_an_unambiguous_comma(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["1,234", "12,345", "-999,999"])
def test_a_comma_that_can_separate_thousands_is_refused(text):
    with pytest.raises(UsageError) as error:
        parse_number(text)
    assert error.value.code == "ambiguous_number"
    assert text.replace(",", "") in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "abc", "nan", "inf", "-inf", "1e999", "1_000", "2.5 mGy", "1.234,5", "1,2,3", "٣", ".", "--1", "0x10"]
)
def test_anything_else_is_no_number(text):
    with pytest.raises(UsageError) as error:
        parse_number(text)
    assert error.value.code == "no_number"


def test_a_reading_remembers_unit_operator_time_and_remark():
    (reading,) = read({"dose_index": "21,3"}, {"dose_index": "0.4"}, "chamber 7")
    assert (reading.key, reading.value, reading.unit, reading.uncertainty) == ("dose_index", 21.3, "mGy", 0.4)
    assert (reading.operator, reading.at, reading.text) == ("anna", NOW, "chamber 7")
    assert isnan(read({"offset": "1"})[0].uncertainty)


def test_an_unknown_reading_is_refused_with_the_known_ones():
    error = refused({"dose": "1"})
    assert error.code == "unknown_reading"
    assert "dose_index, offset" in str(error)


@pytest.mark.parametrize("value", ["0", "100", "55.5"])
def test_the_ends_of_the_plausible_range_are_inside(value):
    assert read({"dose_index": value})[0].value == float(value)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [("dose_index", "-0.1", "0 … 100"), ("dose_index", "100.1", "0 … 100"), ("offset", "6", "≤ 5")],
)
def test_a_value_beyond_what_is_plausible_is_refused_with_the_range(key, value, shown):
    error = refused({key: value})
    assert error.code == "implausible_reading"
    assert shown in str(error)


def test_an_uncertainty_belongs_to_a_value_and_is_not_negative():
    assert refused({"offset": "1"}, {"dose_index": "0.1"}).code == "uncertainty_without_reading"
    assert refused({"offset": "1"}, {"offset": "-0.1"}).code == "implausible_uncertainty"
