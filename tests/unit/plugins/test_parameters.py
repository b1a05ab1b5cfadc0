# SPDX-License-Identifier: LGPL-3.0-or-later
"""Parameters: defaults filled in, texts converted, mistakes named."""

import pytest

from optimage.errors import UsageError
from optimage.model.phantom import InputSpec, MeasurementSpec, ParameterSpec, PhantomInfo
from optimage.plugins.parameters import COMMON_PARAMETERS, check_parameters

INFO = PhantomInfo(
    "ring",
    "Ring",
    "1",
    frozenset({"MR"}),
    inputs=(InputSpec("series"),),
    measures=(MeasurementSpec("piu", "%", "Integral uniformity"),),
    parameters=(
        ParameterSpec("kernel", int, 9, "px", minimum=1, maximum=99),
        ParameterSpec("diameter_mm", float, 200.0, "mm", minimum=0.0),
        ParameterSpec("detrend", bool, False),
        ParameterSpec("model", str, "large", choices=("large", "small")),
    ),
)
DEFAULTS = {"kernel": 9, "diameter_mm": 200.0, "detrend": False, "model": "large", "allow_lossy": False}


def test_defaults_are_filled_in_with_the_common_parameters():
    assert check_parameters(INFO, {}) == DEFAULTS
    assert [spec.name for spec in COMMON_PARAMETERS] == ["allow_lossy"]


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("kernel", "7", 7),
        ("kernel", 7.0, 7),
        ("diameter_mm", "180.5", 180.5),
        ("diameter_mm", 180, 180.0),
        ("detrend", "yes", True),
        ("detrend", "False", False),
        ("detrend", True, True),
        ("model", "small", "small"),
        ("allow_lossy", "1", True),
    ],
)
def test_texts_and_numbers_are_converted(name, given, value):
    converted = check_parameters(INFO, {name: given})
    assert converted == DEFAULTS | {name: value}
    assert type(converted[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("kernel", "7.5", "parameter kernel: need a whole number, got 7.5"),
        ("kernel", True, "parameter kernel: need a whole number, got True"),
        ("kernel", "0", "parameter kernel: need 1 … 99, got 0"),
        ("kernel", "100", "parameter kernel: need 1 … 99, got 100"),
        ("diameter_mm", "wide", "parameter diameter_mm: need a number, got wide"),
        ("diameter_mm", "nan", "parameter diameter_mm: need a number, got nan"),
        ("diameter_mm", "inf", "parameter diameter_mm: need a number, got inf"),
        ("diameter_mm", "-1", "parameter diameter_mm: need >= 0, got -1"),
        ("detrend", "maybe", "parameter detrend: need true or false, got maybe"),
        ("detrend", 1, "parameter detrend: need true or false, got 1"),
        ("model", "huge", "parameter model: need one of large, small, got huge"),
        ("model", 5, "parameter model: need text, got 5"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(name, given, sentence):
    with pytest.raises(UsageError) as refused:
        check_parameters(INFO, {name: given})
    assert refused.value.code == "invalid_parameter"
    assert str(refused.value) == sentence


def test_an_unknown_parameter_is_told_with_the_nearest():
    with pytest.raises(UsageError) as refused:
        check_parameters(INFO, {"kernal": 7})
    assert refused.value.code == "unknown_parameter"
    assert str(refused.value) == "the module ring has no parameter kernal; did you mean kernel?"
    with pytest.raises(UsageError, match="it has: kernel, diameter_mm, detrend, model, allow_lossy"):
        check_parameters(INFO, {"xyz": 7})
