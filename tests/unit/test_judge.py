# SPDX-License-Identifier: LGPL-3.0-or-later
"""Verdicts: limits as written on paper, and what a whole result is called."""

from math import inf, nan

import pytest

from optimage.judge import judge, judge_all, limits_of, overall
from optimage.messages import Message
from optimage.model.outcome import JudgedMeasurement
from optimage.model.profile import RECORDED_METHOD
from optimage.model.results import AnalysisResult, Failure, Measurement
from optimage.model.tolerance import Band, Bound, Judgement, Limits, Verdict

SOME_LIMITS = Limits()
FAILURE = Failure("", "phantom_not_found", Message("no phantom"))


def hu(value, **more):
    return Measurement("ct_water", value, "HU", **more)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (2.0, Verdict.PASS),
        (-2.0, Verdict.PASS),
        (2.000001, Verdict.WARNING),
        (4.0, Verdict.WARNING),
        (-4.0, Verdict.WARNING),
        (4.000001, Verdict.FAIL),
        (-4.000001, Verdict.FAIL),
    ],
)
def test_a_limit_itself_is_inside(value, verdict):
    assert judge(hu(value), Band(reference=0.0, warning=2.0, fail=4.0)).verdict is verdict


def test_limits_are_added_up_in_decimal_as_on_paper():
    band = Band(reference=0.7, warning=0.1, fail=0.3)
    assert 0.7 + 0.1 != 0.8, "binary floating point would put the written limit outside"
    assert limits_of(band) == Limits(0.6, 0.8, 0.4, 1.0)
    assert judge(hu(0.8), band).verdict is Verdict.PASS
    assert limits_of(Band(reference=0.1, warning=0.2, fail=0.2)).warning_high == 0.3


def test_relative_bands_are_fractions_of_the_magnitude_of_the_reference():
    limits = limits_of(Band(reference=-200.0, warning=0.05, fail=0.1, relative=True))
    assert limits == Limits(-210.0, -190.0, -220.0, -180.0)


@pytest.mark.parametrize(("reference", "half_width"), [(1.0, 0.2), (2.0, 0.2), (5.0, 0.5)])
def test_the_wider_of_floor_and_percentage_counts(reference, half_width):
    limits = limits_of(Band(reference=reference, warning=0.1, fail=0.1, relative=True, floor=0.2))
    assert limits.fail_high == pytest.approx(reference + half_width, abs=1e-12)
    assert limits.fail_low == pytest.approx(reference - half_width, abs=1e-12)


def test_a_band_without_fail_never_fails():
    band = Band(reference=0.0, warning=0.1, fail=inf, relative=True)
    assert judge(hu(1e9), band).verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("bound", "value", "verdict"),
    [
        (Bound(warning=3.0, fail=5.0, upper=True), -1e9, Verdict.PASS),
        (Bound(warning=3.0, fail=5.0, upper=True), 3.0, Verdict.PASS),
        (Bound(warning=3.0, fail=5.0, upper=True), 5.0, Verdict.WARNING),
        (Bound(warning=3.0, fail=5.0, upper=True), 5.1, Verdict.FAIL),
        (Bound(warning=90.0, fail=85.0, upper=False), 1e9, Verdict.PASS),
        (Bound(warning=90.0, fail=85.0, upper=False), 90.0, Verdict.PASS),
        (Bound(warning=90.0, fail=85.0, upper=False), 85.0, Verdict.WARNING),
        (Bound(warning=90.0, fail=85.0, upper=False), 84.9, Verdict.FAIL),
    ],
)
def test_one_sided_limits_leave_the_other_side_open(bound, value, verdict):
    assert judge(hu(value), bound).verdict is verdict


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_not_finite_was_not_measured_but_keeps_its_limits(value):
    judgement = judge(hu(value), Band(reference=1.0, warning=2.0, fail=3.0, source="acceptance"))
    assert judgement == Judgement(Verdict.NOT_MEASURED, 1.0, Limits(-1.0, 3.0, -2.0, 4.0), "acceptance")
    assert judge(hu(value), None).verdict is Verdict.NOT_MEASURED


def test_a_judgement_stands_alone_with_reference_limits_and_source():
    band = Band(reference=0.0, warning=2.0, fail=4.0, source="IEC", verified=False)
    assert judge(hu(3.0), band) == Judgement(Verdict.WARNING, 0.0, Limits(-2.0, 2.0, -4.0, 4.0), "IEC", verified=False)
    assert judge(hu(3.0), None) == Judgement(Verdict.NOT_JUDGED)


def test_only_summaries_are_judged():
    analysis = AnalysisResult((hu(9.0, item="slice=3"), hu(1.0)))
    judged = judge_all(analysis, {"ct_water": Band(0.0, 2.0, 4.0)})
    assert [one.judgement.verdict for one in judged] == [Verdict.NOT_JUDGED, Verdict.PASS]


def test_a_key_with_limits_that_was_not_measured_is_told():
    analysis = AnalysisResult((Measurement("noise", 5.0, "HU", item="slice=1"), hu(1.0)))
    judged = judge_all(analysis, {"noise": Band(5.0, 0.5, 0.5), "ct_water": Band(0.0, 2.0, 4.0)})
    missing = judged[-1]
    assert (missing.measurement.key, missing.measurement.unit, missing.measurement.item) == ("noise", "HU", "")
    assert missing.judgement.verdict is Verdict.NOT_MEASURED
    assert missing.judgement.limits == Limits(4.5, 5.5, 4.5, 5.5)
    assert len(judged) == 3


def test_a_repeated_measurement_counts_once_and_the_first_stays():
    judged = judge_all(AnalysisResult((hu(1.0), hu(2.0), hu(3.0, method="other@1"))), {})
    assert [one.measurement.value for one in judged] == [1.0, 3.0]


def judged(*verdicts, value=1.0, method="", limits=SOME_LIMITS):
    return tuple(JudgedMeasurement(hu(value, method=method), Judgement(verdict, 0.0, limits)) for verdict in verdicts)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((Verdict.PASS, Verdict.WARNING, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.PASS, Verdict.WARNING, Verdict.NOT_JUDGED), Verdict.WARNING),
        ((Verdict.PASS, Verdict.NOT_JUDGED), Verdict.PASS),
        ((Verdict.NOT_JUDGED,), Verdict.NOT_JUDGED),
        ((Verdict.PASS, Verdict.NOT_MEASURED), Verdict.WARNING),
    ],
)
def test_a_result_is_as_good_as_its_worst_value(verdicts, expected):
    assert overall(judged(*verdicts), ()) is expected


def test_a_missing_value_without_limits_does_not_warn():
    missing = judged(Verdict.NOT_MEASURED, value=nan, limits=None)
    assert overall((*judged(Verdict.PASS), *missing), (FAILURE,)) is Verdict.PASS


def test_a_result_without_any_value_was_not_measured_even_where_limits_ask_for_some():
    assert overall((), (FAILURE,)) is Verdict.NOT_MEASURED
    assert overall(judged(Verdict.NOT_MEASURED, value=nan), (FAILURE,)) is Verdict.NOT_MEASURED


def test_attributes_of_the_header_alone_do_not_make_a_refused_set_measured():
    recorded = judged(Verdict.NOT_JUDGED, method=RECORDED_METHOD)
    assert overall(recorded, (FAILURE,)) is Verdict.NOT_MEASURED
    assert overall(recorded, ()) is Verdict.NOT_JUDGED
