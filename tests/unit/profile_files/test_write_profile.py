# SPDX-License-Identifier: LGPL-3.0-or-later
"""A profile written as TOML reads back as the same profile, whatever texts a header put into it."""

import tomllib
from dataclasses import fields
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimage.model.control_rule import ControlRule, Repeats, Spread
from optimage.model.profile import (
    Between,
    Equals,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    ReadingRule,
    RecordRule,
)
from optimage.model.tolerance import Band, Bound
from optimage.profile_files.load import load_profile
from optimage.profile_files.write import Remarks, plain_line, write_profile

HOSTILE = (
    "quotes \" and \"\"\" and ' and '''",
    "two\nlines\r\nand = 1",
    "\n[match]\nKVP = { equals = 80 }",
    "back\\slash \\u0041",
    "Müller 東京 \U0001f600",
    "\0\x01\x1b[31m\x7f\x85\u2028\u202e",
    "# no comment",
    "{field} {0}",
)
SIGNS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(SIGNS, min_size=1, max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)
WIDTHS = st.floats(min_value=0, max_value=1e6)
CONDITIONS = st.one_of(
    st.lists(TEXTS | NUMBERS, min_size=1, max_size=3).map(lambda values: Equals(tuple(values))),
    st.builds(Near, NUMBERS, WIDTHS),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: Between(*sorted(pair))),
)
PAIRS = st.tuples(WIDTHS, WIDTHS | st.just(inf)).map(sorted)
BANDS = st.builds(lambda r, w, s, v: Band(r, *w, source=s, verified=v), NUMBERS, PAIRS, TEXTS, st.booleans())
UPPER = st.builds(lambda w, r: Bound(*w, upper=True, reference=r), PAIRS, st.none() | NUMBERS)
PERCENTAGES = st.tuples(st.integers(1, 9999), st.integers(0, 9999)).map(
    lambda pair: Band(5.0, pair[0] / 10000, (pair[0] + pair[1]) / 10000, relative=True, floor=0.2)
)


def profile(**changes):
    return Profile(id="p", title="P", phantom="ct_level_a", **changes)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_the_text_it_is(text):
    given_ = profile(
        device=text,
        match=(MatchRule("StationName", Equals((text,))), MatchRule("ImageType", Equals((text, "B")), required=True)),
        tolerances={"noise": Band(5.0, 0.1, 0.2, source=text)},
        inputs=(InputRule("series"),),
    )
    assert load_profile(write_profile(given_)).profile == given_


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_remark_stays_in_its_comment(text):
    remarks = Remarks([text], [text], {name: [text] for name in ("match", "record", "tolerances")}, {"noise": [text]})
    given_ = profile(tolerances={"noise": Band(5.0, 0.1, 0.2)})
    written = write_profile(given_, remarks)
    assert load_profile(written).profile == given_
    assert written.count(f"# {plain_line(text)}\n") == 6


def test_the_no_break_space_of_a_french_remark_stays_what_it_is():
    remark = "KVP\u00a0: 120 vus\u00a0; décider"
    assert f"# {remark}\n" in write_profile(profile(), Remarks([remark]))


def test_remarks_stand_in_sections_that_have_nothing_else():
    written = write_profile(profile(), Remarks(sections={"match": ["decide"], "tolerances": ["[tolerances.x]"]}))
    assert load_profile(written).profile == profile()
    assert "[match]\n# decide\n" in written
    assert "# [tolerances.x]" in written


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.text(SIGNS, max_size=12),
    st.lists(CONDITIONS, max_size=4),
    st.dictionaries(TEXTS, BANDS | UPPER | PERCENTAGES, max_size=3),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_profile_reads_back_as_it_was(device, conditions, tolerances, required):
    rules = tuple(
        MatchRule(keyword, condition, needed)
        for keyword, condition, needed in zip(("KVP", "Rows", "ImageType", "Grid"), conditions, required, strict=False)
    )
    given_ = profile(device=device, match=rules, tolerances=tolerances)
    assert load_profile(write_profile(given_)).profile == given_


def test_every_part_of_a_profile_is_written():
    whole = Profile(
        id="whole",
        title="Whole",
        phantom="ct_level_a",
        site="Main hospital",
        device="CT 2",
        phantom_serial="W-1",
        schedule="monthly",
        report="short",
        quiet_period_s=30.0,
        match=(MatchRule("SeriesDescription", Matches("(?i)water")),),
        inputs=(
            InputRule("series", 2, 40, ("SeriesInstanceUID",), 600.0, (MatchRule("KVP", Near(120, 1), required=True),)),
            InputRule("scout", 0, match=(MatchRule("KVP", Near(80, 1), required=False),)),
        ),
        parameters={"model": "500", "detrend": 2, "air_clearance_mm": 15.0, "allow_lossy": True},
        record=(RecordRule("CTDIvol", "mGy"),),
        readings=(
            ReadingRule("dose_index", "mGy", "Dose", 0.5, 20.0, required=True, help="at the console"),
            ReadingRule("steps", "1"),
        ),
        beside=True,
        tolerances={
            "a": Band(990.0, 0.1, inf, relative=True, floor=0.2, source="s", verified=False),
            "b": Bound(4.0, 3.0, upper=False, reference=5.0),
            "c": Bound(1.0, inf, upper=True),
        },
        control=ControlRule(2.5, 3.5, 12, 24, rules=("R1", "EWMA")),
        control_of_keys={
            "steps": ControlRule(2.5, 3.5, 12, 24, Spread.STEPS, ("R1",), 2.0, 3.0, repeats=Repeats.ALL),
            "a": ControlRule(2.5, 3.5, 12, 24, rules=("R1", "EWMA"), ewma_weight=0.1, moving_average=7),
        },
    )
    same = [f.name for f in fields(Profile) if getattr(whole, f.name) == getattr(profile(), f.name)]
    assert same == ["phantom"], "a part at its default would not prove that it is written"
    written = write_profile(whole)
    assert load_profile(written).profile == whole
    assert list(tomllib.loads(written))[:3] == ["id", "title", "site"]
