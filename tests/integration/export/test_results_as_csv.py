# SPDX-License-Identifier: LGPL-3.0-or-later
import csv
from dataclasses import replace
from datetime import UTC
from io import BytesIO, StringIO, TextIOWrapper
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimage.errors import UsageError
from optimage.export.csv import COLUMNS, Row, read_csv, review_state, rows, write_csv
from optimage.model.outcome import Acquisition, DeviceIdentity, JudgedMeasurement, Provenance, Result, Review
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Limits, Verdict

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'quoted", "''", 'a"b', "a,b", "a\r\nb", "a\nb", "", " ", "1e5"]
)
numbers = st.floats()
limits = st.none() | st.builds(Limits, *[st.floats(allow_nan=False)] * 4)
measurements = st.builds(
    JudgedMeasurement,
    st.builds(Measurement, texts, numbers, texts, numbers, texts, texts),
    st.builds(
        Judgement, st.sampled_from(Verdict), st.none() | st.floats(allow_nan=False), limits, texts, st.booleans()
    ),
)
results = st.builds(
    Result,
    phantom=texts,
    verdict=st.sampled_from(Verdict),
    acquisition=st.builds(
        Acquisition,
        at=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)),
        device=st.builds(DeviceIdentity, name=texts),
    ),
    provenance=st.builds(Provenance, software_version=texts, module_version=texts),
    measurements=st.lists(measurements, max_size=3).map(tuple),
    id=st.none() | st.integers(1),
    current=st.booleans(),
)


def written(*results):
    stream = StringIO(newline="")
    write_csv(results, stream)
    return stream.getvalue()


def comparable(row):
    """NaN is equal to NaN here, and -0.0 is told from 0.0."""
    return tuple(repr(getattr(row, name)) for name in COLUMNS)


@given(st.lists(results, max_size=3))
def test_what_is_read_back_equals_what_was_stored(results):
    expected = [comparable(row) for result in results for row in rows(result)]
    assert [comparable(row) for row in read_csv(StringIO(written(*results), newline=""))] == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("place", ["device", "phantom", "key", "item", "unit", "source"])
def test_no_text_reaches_a_spreadsheet_as_a_formula(full_result, start, place):
    evil = f'{start}cmd|"/c calc"!A1'
    result = {
        "device": replace(full_result, acquisition=Acquisition(device=DeviceIdentity(name=evil))),
        "phantom": replace(full_result, phantom=evil),
    }.get(place) or replace(
        full_result,
        measurements=(
            JudgedMeasurement(
                Measurement(**{"key": "k", "value": 1.0, "unit": "HU"} | ({} if place == "source" else {place: evil})),
                Judgement(Verdict.PASS, source=evil if place == "source" else ""),
            ),
        ),
    )
    cells = list(csv.reader(StringIO(written(result), newline="")))[1]
    assert "'" + evil in cells
    assert evil not in cells


def test_negative_numbers_stay_numbers(full_result):
    judged = JudgedMeasurement(Measurement("ct_water", -1.5, "HU"), Judgement(Verdict.PASS))
    assert ",-1.5," in written(replace(full_result, measurements=(judged,)))


def test_a_refused_result_gives_one_row_with_an_empty_key(refused_result):
    (row,) = read_csv(StringIO(written(refused_result), newline=""))
    assert (row.key, row.verdict, row.overall_verdict) == ("", Verdict.NOT_MEASURED, Verdict.NOT_MEASURED)
    assert isnan(row.value)


def test_the_file_is_utf8_without_mark_and_its_lines_end_as_the_standard_says(full_result):
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="utf-8", newline="")
    write_csv([replace(full_result, phantom="Phantom µ")], stream)
    stream.flush()
    assert raw.getvalue().startswith(b'"result_id","profile"')
    assert raw.getvalue().endswith(b"\r\n")
    assert "Phantom µ".encode() in raw.getvalue()


def test_limits_and_values_are_those_of_the_result(full_result):
    row: Row = read_csv(StringIO(written(full_result), newline=""))[0]
    assert (row.value, row.fail_high, row.fail_low) == (0.1 + 0.2, 4.0, float("-inf"))
    assert (row.verified, row.review, row.revision, row.result_id) == (False, "accepted", 3, 7)


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ([], ""),
        (["comment"], ""),
        (["accept", "comment"], "accepted"),
        (["accept", "reject"], "rejected"),
        (["accept", "exclude"], "accepted excluded"),
        (["exclude", "include"], ""),
    ],
)
def test_the_last_word_of_each_kind_is_the_state_of_review(full_result, actions, state):
    at = full_result.acquisition.at
    assert review_state(replace(full_result, reviews=tuple(Review(a, "anna", at) for a in actions))) == state


def test_another_table_is_refused_with_a_reason():
    with pytest.raises(UsageError) as refused:
        read_csv(StringIO("a,b\r\n1,2\r\n"))
    assert refused.value.code == "not_a_result_table"
