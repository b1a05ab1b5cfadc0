# SPDX-License-Identifier: LGPL-3.0-or-later
import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from math import inf, isnan, nan

import pytest

from optimage.export.cells import DIALECTS, write_sheet
from optimage.export.wide import LEAD, Column, wide_sheet, wide_table, wide_to_json
from optimage.export.xlsx import write_xlsx
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
    Review,
)
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Verdict
from tests.integration.export.workbook import cells, parts, table

DAY = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
EXCEL_DAY = datetime(1899, 12, 30, tzinfo=UTC)
NOISE, WATER = Column("noise", "HU", "noise@1"), Column("ct_water", "HU", "water@1")


def measured(column, value, item=""):
    return JudgedMeasurement(
        Measurement(column.key, value, column.unit, method=column.method, item=item), Judgement(Verdict.PASS)
    )


def result(number, *values, device="CT 1", **more):
    given = {
        "phantom": "ct_level_a",
        "verdict": Verdict.PASS,
        "acquisition": Acquisition(DAY + timedelta(days=number), device=DeviceIdentity(name=device)),
        "provenance": Provenance("1", "1"),
        "profile": ProfileReference("daily", 2),
        "measurements": values,
        "id": number,
    }
    return Result(**given | more)


def written(given, dialect="standard"):
    stream = StringIO(newline="")
    write_sheet(wide_sheet(given), stream, DIALECTS[dialect])
    return stream.getvalue()


def series(*values):
    return [result(number, measured(NOISE, value)) for number, value in enumerate(values, 1)]


def test_there_is_a_row_for_each_result_and_a_column_for_each_measurement():
    one = result(1, measured(NOISE, 5.5), measured(WATER, -0.25), measured(NOISE, 9.0, "slice=1"))
    shown = list(csv.reader(StringIO(written(wide_table("daily", [one])), newline="")))
    assert shown[0] == [*LEAD, "noise [HU]", "ct_water [HU]"]
    assert shown[1] == ["2026-03-02T06:30:00", "CT 1", "1", "2", "pass", "", "measured", "5.5", "-0.25"]
    assert [row[0] for row in shown[2:]] == ["mean", "2 SD", "n"]


def test_the_foot_is_mean_and_two_standard_deviations_with_n_minus_1():
    (foot,) = wide_table("daily", series(1.0, 2.0, 4.0, 5.0)).feet
    assert foot.mean == (3.0,)
    assert foot.two_sd[0] == pytest.approx(2 * (10 / 3) ** 0.5, rel=1e-15)  # squares 4 + 1 + 1 + 4 over n - 1 = 3
    assert foot.n == (4,)


def test_what_was_not_measured_is_left_out_and_n_says_so():
    given = wide_table("daily", series(1.0, nan, 3.0, inf))
    assert (given.feet[0].mean, given.feet[0].n) == ((2.0,), (2,))
    rows = written(given).splitlines()
    assert rows[2].endswith(',"measured",""')
    assert rows[4].endswith(',"measured",inf')


@pytest.mark.parametrize(("values", "mean"), [((), nan), ((2.5,), 2.5)])
def test_too_few_values_have_no_standard_deviation(values, mean):
    (foot,) = wide_table("daily", series(nan, *values)).feet
    assert foot.mean[0] == mean or (isnan(mean) and isnan(foot.mean[0]))
    assert isnan(foot.two_sd[0])


def test_rejected_and_excluded_results_are_shown_and_do_not_count():
    first, second, third = series(1.0, 2.0, 9.0)
    said = (Review("reject", "anna", DAY), Review("exclude", "anna", DAY))
    given = wide_table("daily", [first, replace(second, reviews=said[1:]), replace(third, reviews=said[:1])])
    assert [(line.review, line.counts) for line in given.lines] == [
        ("", True),
        ("excluded", False),
        ("rejected", False),
    ]
    assert given.feet[0].n == (1,)


def test_superseded_results_have_no_row():
    first, second = series(1.0, 2.0)
    assert [line.result_id for line in wide_table("daily", [replace(first, current=False), second]).lines] == [2]


def test_each_device_has_a_foot_of_its_own():
    given = wide_table("daily", [result(1, measured(NOISE, 1.0)), result(2, measured(NOISE, 3.0), device="CT 2")])
    assert [(foot.device, foot.mean) for foot in given.feet] == [("CT 1", (1.0,)), ("CT 2", (3.0,))]
    assert [row[:2] for row in wide_sheet(given).foot][::3] == [("mean", "CT 1"), ("mean", "CT 2")]


def test_values_of_another_method_are_never_averaged_with_these():
    newer = replace(NOISE, method="noise@2")
    given = wide_table("daily", [result(1, measured(NOISE, 1.0)), result(2, measured(newer, 3.0))])
    assert given.columns == (newer, NOISE)
    assert wide_sheet(given).head[len(LEAD) :] == ("noise [HU] noise@2", "noise [HU] noise@1")
    assert given.feet[0].n == (1, 1)


def test_a_value_that_failed_makes_no_column_beside_the_measured_ones():
    failed = measured(replace(NOISE, method=""), nan)
    assert wide_table("daily", [result(1, measured(NOISE, 1.0)), result(2, failed)]).columns == (NOISE,)
    assert wide_table("daily", [result(2, failed)]).columns == (replace(NOISE, method=""),)


def test_chosen_measurements_come_in_the_chosen_order():
    one = result(1, measured(NOISE, 5.5), measured(WATER, 0.25))
    assert wide_table("daily", [one], ["ct_water", "noise"]).columns == (WATER, NOISE)
    assert wide_table("daily", [one], ["noise"]).columns == (NOISE,)


def test_the_semicolon_dialect_has_decimal_commas_and_no_quotes_about_numbers():
    lines = written(wide_table("daily", series(-1.5, 2.5)), "semicolon").splitlines()
    assert lines[0] == ";".join((*LEAD, "noise [HU]"))
    assert lines[1] == "2026-03-02T06:30:00;CT 1;1;2;pass;;measured;-1,5"
    assert lines[3] == "mean;;;;;;;0,5"


def test_a_workbook_holds_numbers_as_numbers_and_times_as_times():
    shown = table(write_xlsx(wide_sheet(wide_table("daily", series(0.1 + 0.2, nan, 2.5)))))
    assert shown[0] == [*LEAD, "noise [HU]"]
    days = (DAY + timedelta(days=1) - EXCEL_DAY) / timedelta(days=1)
    assert shown[1][0] == pytest.approx(days, abs=1e-9)  # a ten thousandth of a second
    assert shown[1][1:-1] == ["CT 1", 1.0, 2.0, "pass", None, "measured"]
    assert shown[1][-1] == pytest.approx(0.1 + 0.2, rel=5e-16)  # written with 16 digits, which is more than Excel keeps
    assert shown[2][-1] is None
    assert [row[0] for row in shown[4:]] == ["mean", "2 SD", "n"]
    assert shown[6][-1] == 2.0


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "https://example.org", "{=1}", "1e5", "007", "_x0041_"]


@pytest.mark.parametrize("text", EVIL)
def test_no_text_in_a_workbook_is_formula_link_or_number(text):
    column = replace(NOISE, unit=text)
    workbook = write_xlsx(wide_sheet(wide_table("daily", [result(1, measured(column, 1.0), device=text)])))
    found = cells(workbook)
    escaped = {"\r=1": "_x000D_=1", "_x0041_": "_x005F_x0041_"}.get(text, text)  # ECMA-376, 22.9.2.19 (ST_Xstring)
    assert found["B2"] == escaped
    every = parts(workbook)
    assert "<f" not in every["xl/worksheets/sheet1.xml"].replace("<formula", "").replace("<family", "")
    assert not [name for name in every if "hyperlink" in every[name]]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_no_text_in_a_csv_is_a_formula_in_either_dialect(text, dialect):
    given = wide_table("daily", [result(1, measured(NOISE, 1.0), device=text)])
    rows = list(csv.reader(StringIO(written(given, dialect), newline=""), delimiter=DIALECTS[dialect].delimiter))
    assert rows[1][1] == "'" + text


def test_the_same_table_gives_the_same_workbook():
    sheets = [wide_sheet(wide_table("daily", series(1.0, 2.0))) for _ in range(2)]
    assert write_xlsx(sheets[0]) == write_xlsx(sheets[1])


def test_an_empty_table_is_a_head_alone():
    empty = wide_table("daily", [])
    assert table(write_xlsx(wide_sheet(empty))) == [list(LEAD)]
    assert written(empty) == ",".join(f'"{name}"' for name in LEAD) + "\r\n"


def test_the_wide_table_is_strict_json_with_columns_rows_and_foot():
    plain = json.loads(json.dumps(wide_to_json(wide_table("daily", series(1.0, nan))), allow_nan=False))
    assert plain["columns"] == [{"key": "noise", "unit": "HU", "method": "noise@1"}]
    assert [row["values"] for row in plain["rows"]] == [[1.0], [None]]
    assert plain["rows"][0]["acquired_at"] == "2026-03-02T06:30:00+00:00"
    assert plain["foot"] == [{"device": "CT 1", "mean": [1.0], "two_sd": [None], "n": [1]}]
