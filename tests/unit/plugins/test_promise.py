# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a module returns is held against its card; nothing it did not promise is kept, nothing is silent."""

from math import inf, nan

import numpy as np
import pytest

from optimage.errors import PluginError
from optimage.messages import Message
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.model.results import AnalysisResult, Failure, Measurement
from optimage.model.shapes import Localisation
from optimage.plugins.promise import check_localisation, keep_promise

INFO = PhantomInfo(
    "ring",
    "Ring",
    "1",
    frozenset({"MR"}),
    inputs=(InputSpec("series"),),
    measures=(
        MeasurementSpec("piu", "%", "Integral uniformity"),
        MeasurementSpec("diameter", "mm", "Diameter"),
        MeasurementSpec("drift", "%", "Drift between two images", optional=True),
    ),
)
DIAMETER = Measurement("diameter", 190.0, "mm")
KEPT = (Measurement("piu", 91.0, "%"), Measurement("piu", 88.0, "%", item="slice=1"), DIAMETER)


def held(*measurements, failures=()):
    return keep_promise(INFO, AnalysisResult(measurements, failures=failures))


def test_a_kept_promise_changes_nothing():
    result = AnalysisResult((*KEPT, Measurement("drift", 0.1, "%")))
    assert keep_promise(INFO, result) == result


@pytest.mark.parametrize(
    ("strange", "sentence"),
    [
        (
            Measurement("PIU2", 1.0, "%"),
            "the module ring measured PIU2, which its card does not promise; it is left out",
        ),
        (
            Measurement("drift", 1.0, "HU"),
            "the module ring measured drift in HU, its card promises %; it is left out",
        ),
        (Measurement("drift", "1", "%"), "the module ring gave for drift what is no number ('1'); it is left out"),
        (
            Measurement("drift", None, "%", item="slice=1"),
            "the module ring gave for drift what is no number (None); it is left out",
        ),
    ],
)
def test_what_was_not_promised_is_left_out_and_told(strange, sentence):
    result = held(*KEPT, strange)
    assert result.measurements == KEPT
    (failure,) = result.failures
    assert failure.code == "contract_broken"
    assert str(failure.message) == sentence
    assert str(failure.advice) == "tell the author of the plugin"


def test_an_unpromised_key_of_many_slices_is_told_once():
    strange = (Measurement("odd", float(item), "%", item=f"slice={item}") for item in range(5))
    assert len(held(*KEPT, *strange).failures) == 1


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_summary_that_is_not_finite_needs_a_reason(value):
    result = held(Measurement("piu", value, "%"), DIAMETER)
    assert [str(one.message) for one in result.failures] == [
        "the module ring gave neither a value nor a reason for piu"
    ]


def test_missing_summaries_need_a_reason():
    (failure,) = held(Measurement("piu", 1.0, "%", item="slice=1")).failures
    assert str(failure.message).endswith("for diameter, piu")


def test_a_reason_of_the_module_explains_what_is_missing():
    reason = Failure("geometry", "too_dark", Message("the ring is too dark"))
    result = held(Measurement("piu", nan, "%"), failures=(reason,))
    assert result.failures == (reason,)


def test_numbers_of_numpy_become_plain_numbers():
    result = held(Measurement("piu", np.float32(91.5), "%", uncertainty=np.int64(2)), DIAMETER)
    assert (type(result["piu"].value), type(result["piu"].uncertainty)) == (float, float)
    assert result["piu"].value == 91.5
    assert not result.failures


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (None, "NoneType"),
        ({"piu": 1.0}, "dict"),
        (AnalysisResult(measurements=(("piu", 1.0),)), "tuple"),
        (AnalysisResult(failures=("too dark",)), "str"),
    ],
)
def test_what_is_no_result_is_an_error(found, kind):
    with pytest.raises(PluginError, match=f"of type {kind}") as refused:
        keep_promise(INFO, found)
    assert refused.value.code == "contract_broken"


def test_what_is_no_localisation_is_an_error():
    assert check_localisation(INFO, Localisation()) == Localisation()
    with pytest.raises(PluginError, match=r"of type NoneType \(locate\)"):
        check_localisation(INFO, None)
