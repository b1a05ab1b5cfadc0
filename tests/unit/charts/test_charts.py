# SPDX-License-Identifier: LGPL-3.0-or-later
from datetime import UTC, datetime, timedelta
from math import isnan, nan

import numpy as np
import pytest

from optimage.charts.control_chart import control_chart
from optimage.charts.curve import curve_chart
from optimage.charts.history import of_one_piece
from optimage.charts.picture import picture, window, window_of_regions
from optimage.charts.spec import Glyph, Role
from optimage.charts.ticks import number_axis, time_axis
from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.images import Image
from optimage.model.results import Curve
from optimage.model.shapes import Disc, Overlay, Polyline, Rectangle, RoiStatistics
from optimage.model.tolerance import Judgement, Limits, Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
TIGHT = Judgement(Verdict.PASS, 0.0, Limits(-2, 2, -4, 4))
WIDE = Judgement(Verdict.PASS, 0.0, Limits(-3, 3, -6, 6))


def point(index, value, judgement=TIGHT, *, counts=True):
    return TrendPoint(index, START + timedelta(days=index), value, "HU", judgement, nan, 1, counts)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")


def test_every_point_of_the_history_is_in_the_chart():
    points = [point(i, float(i % 3)) for i in range(250)]
    points[7] = point(7, nan)
    points[9] = point(9, 1.0, counts=False)
    chart = control_chart(of_one_piece(points, None), title="Noise", unit="HU")
    assert len(chart.series[0].x) == len(chart.markers) == 250
    assert isnan(chart.series[0].y[7])
    assert [i for i, marker in enumerate(chart.markers) if marker.hollow] == [9]
    assert [i for i, marker in enumerate(chart.markers) if marker.highlighted] == [249]


def test_a_chart_says_which_results_came_from_a_file():
    points = [point(i, float(i))._replace(imported=i < 2) for i in range(5)]
    (*_, note) = control_chart(of_one_piece(points, None), title="Noise", unit="HU").notes
    assert note == f"imported from a file: 2 results, the last of {points[1].at:%Y-%m-%d}"


def test_the_judged_point_can_be_any_of_the_history():
    chart = control_chart(of_one_piece([point(i, 0.0) for i in range(5)], None), title="", unit="HU", highlighted=2)
    assert [marker.highlighted for marker in chart.markers] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("verdict", "glyph"),
    [(Verdict.PASS, Glyph.CIRCLE), (Verdict.WARNING, Glyph.TRIANGLE), (Verdict.FAIL, Glyph.CROSS)],
)
def test_each_verdict_has_a_shape_of_its_own(verdict, glyph):
    chart = control_chart(of_one_piece([point(0, 1.0, Judgement(verdict))], None), title="", unit="HU")
    assert chart.markers[0].glyph is glyph


def test_a_revised_tolerance_shows_as_a_step_where_its_first_point_lies():
    points = [point(0, 0.0), point(1, 0.0), point(2, 0.0, WIDE), point(3, 0.0, WIDE)]
    chart = control_chart(of_one_piece(points, None), title="", unit="HU")
    inner = [band for band in chart.bands if band.role is Role.PASS]
    step = points[2].at.timestamp()
    assert [(band.y_low, band.y_high) for band in inner] == [(-2, 2), (-3, 3)]
    assert (inner[0].x_low, inner[0].x_high) == (chart.x_axis.low, step)
    assert (inner[1].x_low, inner[1].x_high) == (step, chart.x_axis.high)


def test_a_one_sided_limit_leaves_the_other_side_open():
    judgement = Judgement(Verdict.PASS, None, Limits(warning_high=2, fail_high=4))
    chart = control_chart(of_one_piece([point(0, 1.0, judgement)], None), title="", unit="HU")
    assert [band.role for band in chart.bands] == [Role.PASS, Role.WARNING, Role.FAIL]
    assert chart.bands[0].y_low == chart.y_axis.low


def test_control_lines_are_drawn_with_their_names_and_the_axis_holds_them():
    lines = ControlLines(Phase.PROVISIONAL, 12, 1.0, 5.0)
    chart = control_chart(of_one_piece([point(0, 1.0)], lines), title="", unit="HU")
    drawn = {line.label: line.y for line in chart.lines if line.label}
    assert drawn == {"LAL": -14, "LCL": -9, "CL": 1, "UCL": 11, "UAL": 16}
    assert chart.y_axis.low < -14 < 16 < chart.y_axis.high
    assert chart.notes == ("control lines are provisional: 12 previous results",)


def test_a_chart_without_points_can_still_be_built():
    chart = control_chart(of_one_piece([], None), title="Noise", unit="HU")
    assert chart.series[0].x == ()
    assert chart.markers == ()


@pytest.mark.parametrize("width_days", [0.01, 1, 20, 90, 400, 4000])
def test_time_ticks_are_few_and_inside(width_days):
    start = START.timestamp()
    axis = time_axis([start, start + 86400 * width_days], title="")
    assert 2 <= len(axis.ticks) <= 8
    assert all(axis.low <= tick.at <= axis.high for tick in axis.ticks)
    assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)


@pytest.mark.parametrize("values", [(0, 1), (-1000, 1000), (1e-5, 3e-5), (5, 5), (nan, 2), ()])
def test_number_ticks_are_few_and_inside_and_told_apart(values):
    axis = number_axis(values, title="")
    assert axis.low < axis.high
    assert 3 <= len(axis.ticks) <= 8
    assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)


def test_ticks_carry_the_decimal_mark_of_the_language(monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "de")
    assert "0,5" in [tick.label for tick in number_axis((0, 1), title="", count=3).ticks]


def test_a_curve_keeps_its_points_and_names_its_axes():
    curve = Curve("mtf", (0.0, 0.5), (1.0, nan), "frequency", "MTF", "1/mm", "1")
    chart = curve_chart(curve)
    assert chart.series[0].x == (0.0, 0.5)
    assert (chart.x_axis.title, chart.y_axis.title) == ("frequency / 1/mm", "MTF")


def test_one_dead_pixel_and_missing_ones_do_not_turn_the_picture_grey():
    values = np.linspace(0, 100, 10_000).reshape(100, 100)
    values[0, 0], values[0, 1] = 1e6, np.nan
    low, high = window(values)
    assert (low, high) == pytest.approx((0.5, 99.5), abs=0.2)  # half a percent of 0..100 each side


def test_an_even_picture_and_an_empty_one_have_a_window():
    assert window(np.full((4, 4), 7.0)) == (6.5, 7.5)
    assert window(np.full((4, 4), np.nan)) == (0.0, 1.0)


def test_only_regions_of_this_image_are_drawn_and_they_lie_where_they_were_measured():
    image = Image(np.zeros((20, 30), np.int16), uid="1.2", spacing_mm=(0.5, 1.0))
    spec = picture(
        image,
        [
            Overlay("disc", Disc(10.0, 15.0, 4.0, (0.5, 1.0)), "1.2"),
            Overlay("box", Rectangle(5.0, 6.0, 4.0, 2.0), "1.2"),
            Overlay("edge", Polyline(((1.0, 2.0), (3.0, 4.0))), "1.2"),
            Overlay("other image", Rectangle(5.0, 6.0, 4.0, 2.0), "1.3"),
            Overlay("other frame", Rectangle(5.0, 6.0, 4.0, 2.0), "1.2", frame=1),
        ],
    )
    assert [outline.name for outline in spec.outlines] == ["disc", "box", "edge"]
    disc = np.array(spec.outlines[0].points)
    assert disc.mean(axis=0) == pytest.approx((10, 15))
    assert np.ptp(disc, axis=0) == pytest.approx((16, 8))  # 4 mm are 8 rows of 0.5 mm and 4 columns of 1 mm
    assert spec.outlines[1].points == ((3, 5), (3, 7), (7, 7), (7, 5))
    assert (spec.outlines[2].closed, spec.aspect) == (False, 0.5)


def region(mean, sd, n):
    return Overlay("", Rectangle(0, 0, 1, 1), "1.2", statistics=RoiStatistics(mean, sd, mean, mean, mean, n, n))


def test_the_picture_is_windowed_on_what_was_measured_and_air_beside_it_does_not_matter():
    water, air = region(1.0, 5.0, 4000), region(-1000.0, 3.0, 900)
    assert window_of_regions([air, water, region(0.5, 5.0, 100)]) == (-29.0, 31.0)


def test_regions_without_statistics_or_scatter_give_no_window():
    assert window_of_regions([]) is None
    assert (
        window_of_regions([region(nan, 1.0, 9), region(5.0, 0.0, 9), Overlay("", Rectangle(0, 0, 1, 1), "1")]) is None
    )
