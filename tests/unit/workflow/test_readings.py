# SPDX-License-Identifier: LGPL-3.0-or-later
"""Readings join a result, are judged with it, and outlive a new analysis."""

from dataclasses import replace
from math import isnan, nan

from optimage.judge import judge_all, overall
from optimage.messages import Message
from optimage.model.outcome import Acquisition, InputReference, Provenance, Reading, Result
from optimage.model.profile import READING_METHOD, RECORDED_METHOD, Profile, ReadingRule
from optimage.model.results import AnalysisResult, Failure, Measurement
from optimage.model.tolerance import Band, Bound, Verdict
from optimage.workflow.readings import MISSING, carry_over, open_rules, with_readings

PROFILE = Profile(
    id="p",
    title="P",
    phantom="ct",
    readings=(
        ReadingRule("dose_index", "mGy", "CTDI", required=True, help="centre"),
        ReadingRule("room", "°C"),
    ),
    tolerances={
        "noise": Bound(5.0, 6.0, upper=True),
        "dose_index": Band(20.0, 2.0, 4.0),
        "room": Bound(25.0, 30.0, upper=True),
    },
)
NOISE = Measurement("noise", 4.0, "HU", method="noise@1")
FAILURE = Failure("", "phantom_not_found", Message("no phantom"))


def analysed(*measurements, failures=(), profile=PROFILE):
    """A result as `evaluate` makes it."""
    judged = judge_all(AnalysisResult(measurements), profile.tolerances)
    verdict = overall(judged, failures)
    result = Result("ct", verdict, Acquisition(), Provenance("1", "1"), measurements=judged, failures=failures)
    inputs = (InputReference("1.2", "series", "ab"),)
    return with_readings(replace(result, inputs=inputs, id=7), (), profile)


BLANK = Result("ct", Verdict.NOT_MEASURED, Acquisition(), Provenance("1", ""))  # nothing but readings is to come


def dose(value, unit="mGy"):
    return Reading("dose_index", value, unit, 0.5, "anna")


def verdicts(result):
    return {one.measurement.key: one.judgement.verdict for one in result.measurements}


def test_a_required_reading_that_is_missing_warns_and_says_how_to_enter_it():
    result = analysed(NOISE)
    assert verdicts(result) == {"noise": Verdict.PASS, "dose_index": Verdict.NOT_MEASURED}
    assert result.verdict is Verdict.WARNING
    (failure,) = result.failures
    assert (failure.subtest, failure.code) == ("dose_index", MISSING)
    assert "optimage results add RESULT_ID dose_index=VALUE (centre)" in str(failure.advice)
    found = result.find("dose_index").measurement
    assert isnan(found.value)
    assert (found.unit, found.method) == ("mGy", READING_METHOD)


def test_a_required_reading_without_limits_warns_as_well():
    profile = replace(PROFILE, tolerances={"noise": PROFILE.tolerances["noise"]})
    assert analysed(NOISE, profile=profile).verdict is Verdict.WARNING


def test_an_optional_reading_that_is_missing_changes_nothing_though_it_has_limits():
    profile = replace(
        PROFILE, readings=PROFILE.readings[1:], tolerances={k: PROFILE.tolerances[k] for k in ("noise", "room")}
    )
    result = analysed(NOISE, profile=profile)
    assert verdicts(result) == {"noise": Verdict.PASS}
    assert (result.verdict, result.failures) == (Verdict.PASS, ())


def test_readings_are_judged_like_measurements_and_keep_what_was_measured():
    before = analysed(NOISE, Measurement("noise", 4.5, "HU", method="noise@1", item="slice=2"))
    for value, verdict in ((20.5, Verdict.PASS), (23.0, Verdict.WARNING), (25.0, Verdict.FAIL)):
        result = with_readings(before, (dose(value),), PROFILE)
        assert result.verdict is verdict
        assert result.find("dose_index").judgement.verdict is verdict
        assert result.find("dose_index").measurement == Measurement("dose_index", value, "mGy", 0.5, READING_METHOD)
        assert result.find("noise") == before.find("noise")
        assert result.find("noise", "slice=2") == before.find("noise", "slice=2")
        assert result.failures == ()
        assert result.provenance.readings == (dose(value),)


def test_another_value_takes_the_place_of_the_first():
    first = with_readings(analysed(NOISE), (dose(25.0),), PROFILE)
    second = with_readings(first, (dose(20.0),), PROFILE)
    assert [one.measurement.key for one in second.measurements] == ["noise", "dose_index"]
    assert second.verdict is Verdict.PASS


def test_taking_a_reading_away_gives_the_result_without_it():
    before = analysed(NOISE)
    assert str(with_readings(with_readings(before, (dose(20.0),), PROFILE), (), PROFILE)) == str(before)  # NaN != NaN


def test_readings_do_not_hide_that_the_images_could_not_be_measured():
    result = with_readings(analysed(failures=(FAILURE,)), (dose(20.0),), PROFILE)
    assert result.verdict is Verdict.NOT_MEASURED
    assert result.failures == (FAILURE,)
    with_header = analysed(Measurement("KVP", 120.0, "kV", method=RECORDED_METHOD), failures=(FAILURE,))
    assert with_readings(with_header, (dose(20.0),), PROFILE).verdict is Verdict.NOT_MEASURED


def test_a_result_without_images_is_judged_by_the_limits_of_readings_alone():
    result = with_readings(BLANK, (dose(20.0),), PROFILE)
    assert verdicts(result) == {"dose_index": Verdict.PASS}
    assert result.verdict is Verdict.PASS
    room = with_readings(BLANK, (Reading("room", 20.0, "°C"),), PROFILE)
    assert verdicts(room) == {"dose_index": Verdict.NOT_MEASURED, "room": Verdict.PASS}
    assert room.verdict is Verdict.WARNING


def test_what_the_module_measures_cannot_be_read():
    result = analysed(NOISE, Measurement("dose_index", 19.0, "mGy", method="dose@1"))
    assert [rule.key for rule in open_rules(result, PROFILE)] == ["room"]
    assert result.find("dose_index").measurement.value == 19.0
    assert result.failures == ()


def test_a_gap_that_the_module_explains_stays_its_own():
    result = analysed(NOISE, Measurement("dose_index", nan, "mGy", method="dose@1"), failures=(FAILURE,))
    assert [rule.key for rule in open_rules(result, PROFILE)] == ["room"]
    assert result.failures == (FAILURE,)


def test_a_profile_without_readings_changes_nothing():
    profile = replace(PROFILE, readings=(), tolerances={})
    result = analysed(NOISE, profile=profile)
    assert with_readings(result, (), profile) is result


def test_a_new_analysis_takes_the_readings_over_and_says_so():
    previous = with_readings(analysed(NOISE), (dose(20.0),), PROFILE)
    late = analysed(replace(NOISE, value=4.2))
    result = carry_over(late, previous, PROFILE)
    assert result.find("noise").measurement.value == 4.2
    assert result.find("dose_index").measurement.value == 20.0
    assert result.verdict is Verdict.PASS
    (note,) = result.notes
    assert (note.code, str(note.message)) == ("readings_carried", "readings of result 7 were carried over: dose_index")


def test_a_reading_whose_unit_changed_is_left_behind_with_a_note():
    previous = with_readings(analysed(NOISE), (dose(2.0, "cGy"),), PROFILE)
    result = carry_over(analysed(NOISE), previous, PROFILE)
    assert isnan(result.find("dose_index").measurement.value)
    assert [note.code for note in result.notes] == ["readings_left"]
    assert result.provenance.readings == ()


def test_a_first_analysis_is_left_as_it_is():
    result = analysed(NOISE)
    assert carry_over(result, None, PROFILE) is result
    assert carry_over(result, analysed(NOISE), PROFILE) is result
