# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which profile takes an image, in which role, and why not."""

import pytest

from optimage.matching.choice import Match, NoMatch, Tie, best_match
from optimage.matching.comparison import LineState, compare
from optimage.matching.conditions import LONGEST_TEXT
from optimage.matching.recording import recorded
from optimage.model.profile import (
    RECORDED_METHOD,
    Between,
    Equals,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    ProfileRevision,
    RecordRule,
)

CT = MatchRule("Modality", Equals(("CT",)), required=True)
HEADER = {"Modality": "CT", "KVP": 120.0, "ConvolutionKernel": "Br38", "SeriesInstanceUID": "1.2.3"}
SERIES = (InputRule("series"),)


def profile(*rules, inputs=SERIES, name="p"):
    return Profile(name, name, "ct_level_a", match=rules, inputs=inputs)


def revision(*rules, name="p", **more):
    return ProfileRevision(profile(*rules, name=name, **more), 1, "", "")


def state(value, condition):
    return compare({"A": value}, profile(MatchRule("A", condition))).state


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("CT", Equals(("CT",))),
        (" ct ", Equals(("CT",))),
        ("PT", Equals(("CT", "PT"))),
        (120.0, Equals((120.0,))),
        ("120.00", Equals((120.0,))),
        (120.0, Equals(("120",))),
        (0.10000000149, Equals((0.1,))),
        ("", Equals(("",))),
        (("ORIGINAL", "PRIMARY", "AXIAL"), Equals(("ORIGINAL\\PRIMARY\\AXIAL",))),
        (("ORIGINAL", "PRIMARY", "AXIAL"), Equals(("AXIAL",))),
        (("ORIGINAL", "PRIMARY", "AXIAL"), Equals(("ORIGINAL", "PRIMARY"))),
        (("ORIGINAL", "PRIMARY", "AXIAL"), Equals(("DERIVED\\PRIMARY", "original\\primary\\axial"))),
        ((0.5, 0.5), Equals((0.5,))),
        ("121", Near(120.0, 1.0)),
        ((0.5, 0.502), Near(0.5, 0.005)),
        (10, Between(10.0, 20.0)),
        (20, Between(10.0, 20.0)),
        ("Catphan 500 monthly", Matches("(?i)CATPHAN")),
        (("ORIGINAL", "PRIMARY"), Matches(r"^ORIGINAL\\")),
    ],
)
def test_these_values_match(value, condition):
    assert state(value, condition) is LineState.MATCH


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("MR", Equals(("CT",))),
        ("007", Equals(("7",))),
        ("", Equals(("CT",))),
        ("0", Equals(("",))),
        (("ORIGINAL", "PRIMARY", "AXIAL"), Equals(("ORIGINAL", "SECONDARY"))),
        ((0.5, 0.6), Near(0.5, 0.005)),
        ((), Near(0.0, 1.0)),
        ("", Near(0.0, 1.0)),
        ("high", Near(120.0, 1.0)),
        (121.1, Near(120.0, 1.0)),
        (9.9, Between(10.0, 20.0)),
        ("nan", Between(10.0, 20.0)),
        ("water", Matches("catphan")),
    ],
)
def test_these_values_do_not_match(value, condition):
    assert state(value, condition) is LineState.COMPARABLE


def test_a_pattern_sees_only_the_beginning_of_a_long_text():
    assert state("x" * LONGEST_TEXT + "water", Matches("water")) is LineState.COMPARABLE
    assert state("x" * (LONGEST_TEXT - 5) + "water", Matches("water")) is LineState.MATCH


def test_absent_empty_and_different_are_told_apart():
    rules = [MatchRule(name, Equals(("x",))) for name in ("Absent", "Empty", "Other")]
    lines = compare({"Empty": "", "Other": "y"}, profile(*rules)).lines
    assert [line.found for line in lines] == [None, "", "y"]
    assert [str(line.reason) for line in lines] == [
        "Absent is absent, expected x",
        "Empty is empty, expected x",
        "Other is y, expected x",
    ]


def test_a_required_rule_that_fails_excludes_and_an_optional_one_lowers_the_score():
    optional = [MatchRule("KVP", Near(120.0, 1.0)), MatchRule("ConvolutionKernel", Equals(("Br40",)))]
    comparable = compare(HEADER, profile(CT, *optional))
    assert (comparable.admitted, comparable.score, comparable.matched) == (True, 0.5, 1)
    assert comparable.state is LineState.COMPARABLE
    assert [str(reason) for reason in comparable.reasons] == ["ConvolutionKernel is Br38, expected Br40"]
    refused = compare(HEADER | {"Modality": "MR"}, profile(*optional, CT))
    assert not refused.admitted
    assert str(refused.reasons[0]) == "Modality is MR, expected CT"
    assert compare(HEADER, profile(CT)).score == 1.0


def test_the_higher_share_wins():
    near = MatchRule("KVP", Near(120.0, 1.0))
    kernel = MatchRule("ConvolutionKernel", Equals(("Br40",)))
    best = best_match(HEADER, [revision(CT, near, kernel, name="half"), revision(CT, near, name="all")])
    assert isinstance(best, Match)
    assert (best.revision.profile.id, best.role) == ("all", "series")


def test_of_equal_shares_the_more_specific_profile_wins():
    near = MatchRule("KVP", Near(120.0, 1.0))
    best = best_match(HEADER, [revision(CT, name="generic"), revision(CT, near, name="specific")])
    assert isinstance(best, Match)
    assert best.revision.profile.id == "specific"


def test_a_tie_is_never_guessed_whatever_the_order():
    first, second = revision(CT, name="a"), revision(CT, name="b")
    worse = revision(CT, MatchRule("KVP", Near(80.0, 1.0)), name="c")
    for order in ([first, second, worse], [worse, second, first]):
        tie = best_match(HEADER, order)
        assert isinstance(tie, Tie)
        assert {one.profile.id for one in tie.revisions} == {"a", "b"}


def test_without_a_match_the_nearest_profile_comes_first():
    far = revision(
        MatchRule("Modality", Equals(("MR",)), required=True),
        MatchRule("KVP", Near(80.0, 1.0), required=True),
        name="far",
    )
    near = revision(CT, MatchRule("KVP", Near(80.0, 1.0), required=True), name="near")
    nothing = best_match(HEADER, [far, near])
    assert isinstance(nothing, NoMatch)
    assert [one.revision.profile.id for one in nothing.rejections] == ["near", "far"]
    assert [str(reason) for reason in nothing.rejections[0].reasons] == ["KVP is 120, expected 80 ± 1"]
    assert best_match(HEADER, []) == NoMatch(())


def test_the_first_role_that_admits_the_image_is_taken():
    low = InputRule("low", match=(MatchRule("KVP", Near(80.0, 1.0), required=True),))
    high = InputRule("high", match=(MatchRule("KVP", Near(120.0, 1.0), required=True),))
    best = best_match(HEADER, [revision(CT, inputs=(low, high, InputRule("rest")))])
    assert isinstance(best, Match)
    assert best.role == "high"


def test_a_profile_without_a_role_for_the_image_does_not_take_it():
    low = InputRule("low", match=(MatchRule("KVP", Near(80.0, 1.0), required=True),))
    nothing = best_match(HEADER, [revision(CT, inputs=(low,))])
    assert isinstance(nothing, NoMatch)
    assert [str(reason) for reason in nothing.rejections[0].reasons] == ["KVP is 120, expected 80 ± 1"]
    assert isinstance(best_match(HEADER, [revision(CT, inputs=())]), NoMatch)


def test_recorded_attributes_are_measurements_under_their_keyword():
    headers = [{"CTDIvol": 10.0}, {"CTDIvol": "12.0"}, {"CTDIvol": 20}, {"CTDIvol": ""}]
    measurements, failures = recorded(headers, [RecordRule("CTDIvol", "mGy")])
    assert failures == ()
    only = measurements[0]
    assert (only.key, only.value, only.unit, only.method) == ("CTDIvol", 12.0, "mGy", RECORDED_METHOD)


@pytest.mark.parametrize("header", [{}, {"CTDIvol": ""}, {"CTDIvol": "high"}, {"CTDIvol": ()}])
def test_a_recorded_attribute_without_number_is_a_failure(header):
    measurements, failures = recorded([header], [RecordRule("CTDIvol", "mGy"), RecordRule("KVP", "kV")])
    assert measurements == ()
    assert [(one.subtest, one.code) for one in failures] == [
        ("record_CTDIvol", "missing_attribute"),
        ("record_KVP", "missing_attribute"),
    ]
