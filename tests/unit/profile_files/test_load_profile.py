# SPDX-License-Identifier: LGPL-3.0-or-later
"""A profile file becomes a value, or every mistake in it a sentence with file, line and key."""

from dataclasses import replace
from hashlib import sha256
from math import inf
from pathlib import Path

import pytest

from optimage.errors import ProfileError, UsageError
from optimage.model.control_rule import ControlRule, Spread
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.model.profile import (
    Between,
    Equals,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    RecordRule,
)
from optimage.model.tolerance import Band, Bound
from optimage.profile_files.defaults import with_default_inputs
from optimage.profile_files.load import load_profile

HEAD = 'id = "p"\ntitle = "P"\nphantom = "ct_level_b"\n'
INFO = PhantomInfo(
    "ct_level_b",
    "CT B",
    "1",
    frozenset({"CT"}),
    inputs=(InputSpec("series"), InputSpec("scout", minimum=0)),
    measures=(MeasurementSpec("hu_teflon", "HU", "Teflon"), MeasurementSpec("noise", "HU", "Noise")),
)
WHOLE = """\
id = "ct2_catphan_monthly"
title = "CT 2, CATPHAN, monthly"
site = "Main hospital"
device = "CT 2"
phantom = "ct_level_b"
phantom_serial = "CTP500-1234"
schedule = "monthly"
quiet_period_s = 30

[match]
Modality = { equals = "CT", required = true }
KVP = { near = 120, within = 1, required = true }
ImageType = { equals = ["ORIGINAL", "PRIMARY"] }
Exposure = { between = [190, 210] }
SeriesDescription = { matches = "(?i)catphan" }

[inputs.series]
min = 2
max = 40
same = ["SeriesInstanceUID", "AcquisitionNumber"]
within = "10 min"
match = { ImageType = { equals = "AXIAL" } }

[parameters]
model = "500"
smoothing = 3

[record]
CTDIvol = { unit = "mGy" }

[tolerances.hu_teflon]
reference = 990
warning = 15.0
fail = 25.0
source = "acceptance 2026-03-02"

[tolerances.noise]
reference = 5.0
fail = "10 %"
floor = 0.2
verified = false

[tolerances.lcv]
at_least = 3

[tolerances.CTDIvol]
at_most = { warning = 20.0, fail = 25.0 }

[control]
alarm_sigma = 3.5
full_points = 20

[control.keys.lcv]
spread = "log"
rules = ["R1", "N3"]
"""


def problems(text, **checks):
    with pytest.raises(ProfileError) as refused:
        load_profile(text, **checks)
    assert refused.value.code == "profile_invalid"
    return [str(problem) for problem in refused.value.problems]


def tolerance(lines):
    return load_profile(f"{HEAD}[tolerances.k]\n{lines}")[0].tolerances["k"]


def test_a_whole_file_becomes_a_value():
    profile, text, digest = load_profile(WHOLE)
    assert text == WHOLE
    assert digest == sha256(WHOLE.encode()).hexdigest()
    assert profile == Profile(
        id="ct2_catphan_monthly",
        title="CT 2, CATPHAN, monthly",
        phantom="ct_level_b",
        match=(
            MatchRule("Modality", Equals(("CT",)), required=True),
            MatchRule("KVP", Near(120.0, 1.0), required=True),
            MatchRule("ImageType", Equals(("ORIGINAL", "PRIMARY"))),
            MatchRule("Exposure", Between(190.0, 210.0)),
            MatchRule("SeriesDescription", Matches("(?i)catphan")),
        ),
        inputs=(
            InputRule(
                "series",
                2,
                40,
                ("SeriesInstanceUID", "AcquisitionNumber"),
                600.0,
                (MatchRule("ImageType", Equals(("AXIAL",)), required=True),),
            ),
        ),
        parameters={"model": "500", "smoothing": 3},
        record=(RecordRule("CTDIvol", "mGy"),),
        tolerances={
            "hu_teflon": Band(990.0, 15.0, 25.0, source="acceptance 2026-03-02"),
            "noise": Band(5.0, 0.1, 0.1, relative=True, floor=0.2, verified=False),
            "lcv": Bound(3.0, 3.0, upper=False),
            "CTDIvol": Bound(20.0, 25.0, upper=True),
        },
        control=ControlRule(alarm_sigma=3.5, full_points=20),
        control_of_keys={"lcv": ControlRule(alarm_sigma=3.5, full_points=20, spread=Spread.LOG, rules=("R1", "N3"))},
        site="Main hospital",
        device="CT 2",
        phantom_serial="CTP500-1234",
        schedule="monthly",
        quiet_period_s=30.0,
    )


def test_the_text_of_a_file_is_kept_byte_for_byte(tmp_path):
    path = tmp_path / "p.toml"
    path.write_bytes(HEAD.replace("\n", "\r\n").encode())
    _, text, digest = load_profile(path)
    assert text.encode() == path.read_bytes()
    assert digest == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("reference = 1\nwarning = 2\nfail = 3", Band(1.0, 2.0, 3.0)),
        ("reference = 1\nfail = 3", Band(1.0, 3.0, 3.0)),
        ("reference = 1\nwarning = 2", Band(1.0, 2.0, inf)),
        ("reference = 1\nwarning = '5 %'\nfail = '10%'", Band(1.0, 0.05, 0.1, relative=True)),
        ("at_most = 5\nreference = 4", Bound(5.0, 5.0, upper=True, reference=4.0)),
        ("at_most = { warning = 5 }", Bound(5.0, inf, upper=True)),
        ("at_least = { warning = 5 }", Bound(5.0, -inf, upper=False)),
        ("at_least = { fail = 5 }", Bound(5.0, 5.0, upper=False)),
    ],
)
def test_tolerances_have_three_forms_and_one_limit_is_enough(lines, expected):
    assert tolerance(lines) == expected


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("reference = 1\nwarning = 9.0\nfail = 8.0", "tolerances.k: need 0 <= warning <= fail, got 9.0 and 8.0"),
        ("reference = 1\nwarning = -1\nfail = 8.0", "tolerances.k: need 0 <= warning <= fail, got -1 and 8.0"),
        ("reference = 1\nwarning = '5 %'\nfail = 8.0", "both be numbers or both percentages, got 5 % and 8.0"),
        ("reference = 1\nwarning = '5 HU'", 'need a number or a text like "10 %", got 5 HU'),
        ("reference = 1", "tolerances.k: need reference with warning and fail, or at_least, or at_most"),
        ("warning = 1", "tolerances.k: need reference with warning and fail, or at_least, or at_most"),
        ("at_most = 1\nat_least = 1", "at_least and at_most exclude each other"),
        ("at_most = 1\nfail = 2", "warning, fail and floor belong to a reference"),
        ("at_most = { warning = 3, fail = 2 }", "at_most needs warning <= fail, got 3.0 and 2.0"),
        ("at_least = { warning = 2, fail = 3 }", "at_least needs fail <= warning, got 2.0 and 3.0"),
        ("at_least = { warn = 2 }", "need a number or a table of warning and fail"),
        ("reference = nan\nfail = 1", "tolerances.k.reference: need a finite number, got nan"),
        ("reference = '1'\nfail = 1", "tolerances.k.reference: need a number, got 1"),
        ("reference = 1\nfail = 1\nfloor = -1", "tolerances.k.floor: need 0"),
        ("reference = 1\nfail = 1\nverified = 'no'", "tolerances.k.verified: need true or false, got no"),
    ],
)
def test_a_wrong_tolerance_is_told_with_what_was_found(lines, sentence):
    [problem] = problems(f"{HEAD}[tolerances.k]\n{lines}")
    assert sentence in problem


def test_three_mistakes_are_told_at_once_with_their_lines(tmp_path):
    path = tmp_path / "daily.toml"
    path.write_text(f"""{HEAD}
schedul = "daily"

[match]
Modality = {{ equals = "CT", required = "yes" }}
Description = {{ matches = '''
[tolerances.not_a_table]
''' }}

[tolerances.ct_water]
reference = 0.0
warning = 9.0
fail = 8.0
""")
    with pytest.raises(ProfileError) as refused:
        load_profile(path)
    assert [str(problem) for problem in refused.value.problems] == [
        f"{path}:5: schedul: is unknown here; did you mean schedule?",
        f"{path}:8: match.Modality.required: need true or false, got yes",
        f"{path}:13: tolerances.ct_water: need 0 <= warning <= fail, got 9.0 and 8.0",
    ]


def test_mistakes_of_form_and_of_content_are_told_together():
    text = f"""{HEAD}
[match]
Modaliti = {{ equals = "CT" }}
KVP = {{ near = 120 }}
[inputs.serie]
[record]
CTDIvoll = {{ unit = "mGy" }}
[tolerances.hu_teflo]
at_most = 5
[parameters]
modle = "500"
"""

    def check(info, given):
        raise UsageError("unknown_parameter", "no parameter {name}", name=next(iter(given)))

    known = {"Modality", "KVP", "SeriesInstanceUID", "CTDIvol"}
    assert problems(text, is_keyword=known.__contains__, modules={"ct_level_b": INFO}, check_parameters=check) == [
        "profile:6: match.Modaliti: Modaliti is no DICOM keyword",
        "profile:7: match.KVP: need one of equals, near with within, between or matches",
        "profile:8: inputs.serie: is unknown here; did you mean series?",
        "profile:8: inputs: the input series of the module ct_level_b is missing",
        "profile:10: record.CTDIvoll: CTDIvoll is no DICOM keyword",
        "profile:11: tolerances.hu_teflo: is unknown here; did you mean hu_teflon?",
        "profile:14: parameters.modle: no parameter modle",
    ]


def test_a_recorded_attribute_can_have_a_tolerance():
    text = f'{HEAD}[record]\nCTDIvol = {{ unit = "mGy" }}\n[tolerances.CTDIvol]\nat_most = 20\n'
    assert load_profile(text, modules={"ct_level_b": INFO})[0].tolerances["CTDIvol"] == Bound(20.0, 20.0, upper=True)


def test_an_unknown_phantom_is_told_with_the_known_ones():
    assert problems(HEAD, modules={"mri_level_a": INFO}) == [
        "profile:3: phantom: there is no phantom module ct_level_b; known: mri_level_a"
    ]


def test_roles_that_could_never_come_together_are_refused():
    text = f'{HEAD}[inputs.a]\nsame = ["StudyInstanceUID"]\n[inputs.b]\n'
    [problem] = problems(text)
    assert "profile:6: inputs.b.same: every role needs the same attributes" in problem


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD.replace('"p"', '"P 1"'), "profile:1: id: need 1 to 64 of a-z, 0-9 and _, got P 1"),
        (HEAD.replace('"p"', '"p\\n"'), "profile:1: id: need 1 to 64 of a-z, 0-9 and _"),
        (HEAD.replace('title = "P"\n', ""), "profile:1: title: is missing"),
        (HEAD.replace('"P"', '""'), "profile:2: title: is empty"),
        (HEAD + 'schedule = "sometimes"', "profile:4: schedule: need one of"),
        (HEAD + "match = 3", "profile:4: match: need a table, got 3"),
        (HEAD + "[match]\nKVP = 120", "profile:5: match.KVP: need a table, got 120"),
        (HEAD + "[match]\nKVP = { equals = [] }", "match.KVP.equals: equals needs a text, a number, or a list"),
        (HEAD + "[match]\nKVP = { equals = true }", "match.KVP.equals: equals needs a text, a number, or a list"),
        (HEAD + "[match]\nKVP = { near = 1, within = -1 }", "match.KVP.within: need 0"),
        (HEAD + "[match]\nKVP = { between = [3, 1] }", "the smaller first, got [3, 1]"),
        (HEAD + "[match]\nKVP = { equals = 1, matches = '1' }", "need one of equals, near with within, between or"),
        (HEAD + "[match]\nKVP = { matches = '(' }", "match.KVP.matches: ( is no regular expression"),
        (HEAD + "[inputs.series]\nmin = 3\nmax = 2", "inputs.series: need 0 <= min <= max, got 3 and 2"),
        (HEAD + "[inputs.series]\nsame = []", "inputs.series.same: the list is empty"),
        (HEAD + "[inputs.series]\nwithin = '10 days'", 'need seconds or a text like "10 min", got 10 days'),
        (HEAD + "[record]\nCTDIvol = {}", "profile:5: record.CTDIvol.unit: is missing"),
        (HEAD + "[parameters]\nx = [1]", "profile:4: parameters: need text, a number, true or false"),
        (HEAD + "[control]\ncontrol_sigma = 4", "need 0 < control_sigma <= alarm_sigma, got 4.0 and 3.0"),
        (HEAD + "[control.keys.noise]\nalarm_sigma = 1", "need 0 < control_sigma <= alarm_sigma, got 2.0 and 1.0"),
        (HEAD + "[control]\nrules = ['R9']", "control.rules: R9 is no rule; choose from R1, R1w"),
        (HEAD + "[control]\nmoving_average = 4", "the moving average needs an odd number of points, got 4"),
        (HEAD + "[control]\nalarm_steps = 0.5", "need 0 < control_steps <= alarm_steps, got 1.0 and 0.5"),
        (HEAD + "[control]\nspread = 'wide'", "control.spread: "),
        (HEAD + "[control]\nfull_points = 5", "need 2 <= provisional_points <= full_points, got 10 and 5"),
    ],
)
def test_each_mistake_says_where_what_was_expected_and_what_was_found(text, sentence):
    [problem] = problems(text)
    assert sentence in problem


def test_a_text_that_is_no_toml_is_told_with_its_line():
    [problem] = problems('id = "p"\ntitle = \n')
    assert problem.startswith("profile:2: ")


def test_a_file_that_cannot_be_read_is_a_profile_error(tmp_path):
    with pytest.raises(ProfileError) as refused:
        load_profile(tmp_path / "none.toml")
    assert refused.value.code == "profile_unreadable"


def test_a_profile_without_inputs_takes_those_of_its_module():
    bare = load_profile(HEAD)[0]
    assert with_default_inputs(bare, INFO).inputs == (InputRule("series"), InputRule("scout", 0))
    given = load_profile(HEAD + "[inputs.series]\nmin = 3")[0]
    assert with_default_inputs(given, INFO).inputs == (InputRule("series", 3, wanted=3),)


def test_a_profile_tells_how_far_apart_the_images_of_a_set_may_be_acquired():
    text = HEAD + '[inputs.series]\nsame = ["EchoTime"]\nacquired_within = "1 h"'
    (rule,) = load_profile(text)[0].inputs
    assert (rule.acquired_within_s, rule.within_s) == (3600.0, None)


def test_what_a_module_wants_stays_wanted_where_the_profile_names_the_inputs():
    info = replace(INFO, inputs=(InputSpec("series", wanted=2, acquired_within_s=60.0),))
    assert with_default_inputs(load_profile(HEAD)[0], info).inputs[0].acquired_within_s == 60.0
    given = load_profile(HEAD + "[inputs.series]\nmin = 1")[0]
    assert with_default_inputs(given, info).inputs[0].wanted == 2


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[3] / "profiles").rglob("*.toml")), ids=lambda p: p.stem)
def test_shipped_profiles_are_correct_and_named_like_their_file(path):
    from pydicom.datadict import tag_for_keyword

    from optimage.plugins.manager import load_plugins
    from optimage.plugins.parameters import check_parameters

    profile = load_profile(
        path,
        is_keyword=lambda keyword: tag_for_keyword(keyword) is not None,
        modules={name: module.info for name, module in load_plugins().modules.items()},
        check_parameters=check_parameters,
    ).profile
    assert profile.id == path.stem
    assert any(rule.required for rule in profile.match)
    assert all(tolerance.source for tolerance in profile.tolerances.values())
