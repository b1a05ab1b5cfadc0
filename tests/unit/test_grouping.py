# SPDX-License-Identifier: LGPL-3.0-or-later
"""When two images belong to one measurement set."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from optimage.matching.grouping import ABSOLUTE, RELATIVE, differing, key_of, parse_key
from optimage.model.profile import InputRule

NOON = datetime(2026, 1, 3, 12, tzinfo=UTC)
RULE = InputRule("series", same=("SeriesInstanceUID", "AcquisitionNumber", "KVP"))
HEADER = {"SeriesInstanceUID": "1.2.3", "KVP": 120.0, "InstanceNumber": 7}


def key(header, rule=RULE, at=None):
    return key_of(header, rule, at)


def agree(one, other):
    rule = InputRule("series", same=("A",))
    return key({"A": one}, rule).agrees(parse_key(key({"A": other}, rule).text))


def test_a_key_is_readable_and_holds_what_images_of_a_set_share():
    assert json.loads(key(HEADER).text) == {"SeriesInstanceUID": "1.2.3", "AcquisitionNumber": None, "KVP": 120.0}
    assert key(HEADER).agrees(key(HEADER | {"InstanceNumber": 8, "AcquisitionNumber": ""}))
    assert not key(HEADER).agrees(key(HEADER | {"SeriesInstanceUID": "1.2.4"}))
    assert not key(HEADER).agrees(key(HEADER | {"AcquisitionNumber": 1}))


NOISE = [
    (0.9765625, 0.976562),
    (0.9765625, 0.976563),
    (0.9765625, 0.9766),
    (-4.897e-12, 0.0),
    (-0.0, 0.0),
    (1.642740608e-05, 0.0),
    ((1.0, -4.897e-12, 0.0), (1.0, 0.0, -0.0)),
    (30, 30.0),
    (" Head ", "Head"),
    ("", ()),
]


@pytest.mark.parametrize(("one", "other"), NOISE)
def test_the_same_setting_agrees_however_it_is_written(one, other):
    assert agree(one, other)
    assert agree(other, one)


OTHERS = [(30.0, 30.01), (0.9766, 0.9768), (256, 512), (10000, 10001), ("Head", "head"), ("7", 7), ((1.0,), (1.0, 0.0))]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_setting_does_not_agree(one, other):
    assert not agree(one, other)


# A key keeps six digits, so each of both numbers moves by at most 5e-6 of itself: 8e-5 of noise stays below 1e-4.
@given(floats(1e-3, 1e6), floats(-8e-5, 8e-5))
def test_no_number_lies_on_a_border_that_parts_it_from_its_neighbours(number, noise):
    assert agree(number, number * (1 + noise))


@given(floats(10.0, 1e6), floats(1.2e-4, 1.0))
def test_what_differs_by_more_than_the_precision_is_apart(number, more):
    assert RELATIVE * number > ABSOLUTE
    assert not agree(number, number * (1 + more))


def test_a_key_comes_back_out_of_its_text():
    rule = InputRule("series", same=("B", "A", "C"), acquired_within_s=60)
    for at in (None, NOON):
        one = key({"A": (1.5, "x", 2), "B": ""}, rule, at)
        assert parse_key(one.text) == one
    assert parse_key("no key") is None
    assert parse_key("7") is None


def test_whole_numbers_and_texts_are_exact_and_decimals_and_times_are_not():
    assert key({"A": "1.2", "B": 3}, InputRule("s", same=("A", "B"))).is_exact
    assert not key({"A": 1.5}, InputRule("s", same=("A",))).is_exact
    assert not key({"A": "1.2"}, InputRule("s", same=("A",), acquired_within_s=60)).is_exact


def test_only_known_times_have_a_distance():
    rule = InputRule("s", same=("A",), acquired_within_s=60)
    first, later = key({}, rule, NOON), key({}, rule, NOON + timedelta(minutes=5))
    assert later.apart_s(first) == first.apart_s(later) == 300
    assert first.apart_s(key({}, rule)) is None
    assert key({}, InputRule("s"), NOON).apart_s(first) is None


def test_what_differs_is_told_with_both_values_in_the_order_asked_for():
    one, other = {"EchoTime": 30.0, "A": (1.0, 2.0)}, {"EchoTime": 20.0, "A": (1.0, 2.5), "ReceiveCoilName": "Head"}
    found = differing(one, other, ("ReceiveCoilName", "A", "EchoTime", "FlipAngle"))
    assert list(found.items()) == [
        ("ReceiveCoilName", ("-", "Head")),
        ("A", ("1\\2", "1\\2.5")),
        ("EchoTime", ("30", "20")),
    ]
