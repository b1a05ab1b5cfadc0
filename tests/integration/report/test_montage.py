# SPDX-License-Identifier: LGPL-3.0-or-later
"""The montage of measured slices and the curves, opened again from the PDF."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from optimage.charts.curve import curve_charts
from optimage.charts.picture import cropped
from optimage.model.results import Curve
from optimage.model.shapes import Overlay, Rectangle
from optimage.report.measurement import build_measurement_report
from optimage.report.montage_block import montage

AXES = ("position", "CT number", "mm", "HU")


def on_slices(context, image, names):
    """Return `context` with one slice for each of `names`, a region of that name on it."""
    slices = [
        replace(
            image,
            pixels=image.pixels[:, :: (-1) ** i],  # no two alike: what is alike is stored in a PDF once
            uid=f"1.2.{i}",
            position_mm=(0.0, 0.0, 5.0 * i),
            orientation=(1, 0, 0, 0, 1, 0),
        )
        for i in range(len(names))
    ]
    square = Rectangle(100.0, 90.0, 40.0, 20.0)
    overlays = tuple(Overlay(name, square, one.uid) for name, one in zip(names, slices, strict=True))
    return replace(
        context, images={(one.uid, 0): one for one in slices}, result=replace(context.result, overlays=overlays)
    )


def test_each_kind_of_slice_is_shown_once_in_the_order_of_the_positions(context, image):
    told = on_slices(context, image, ("bars", "discs", "discs", "discs", "ramps"))
    _heading, shown = montage(told)
    assert [caption for _, caption in shown.pictures] == [f"Image –, at {at} mm" for at in ("0.0", "10.0", "20.0")]


def test_a_slice_with_some_regions_of_another_is_no_kind_of_its_own(context, image):
    told = on_slices(context, image, ("discs", "discs", "bars"))
    more = Overlay("ramp", Rectangle(50.0, 50.0, 9.0, 9.0), "1.2.1")
    told = replace(told, result=replace(told.result, overlays=(*told.result.overlays, more)))
    assert [caption for _, caption in list(montage(told))[1].pictures] == ["Image –, at 5.0 mm", "Image –, at 10.0 mm"]


def test_no_more_pictures_are_shown_than_the_template_asks_for(context, image):
    told = on_slices(context, image, ("a", "b", "c", "d"))
    assert len(list(montage(told, most=3))[1].pictures) == 3


def test_slices_of_one_kind_need_no_montage(context, image):
    assert list(montage(on_slices(context, image, ("discs", "discs")))) == []


def test_montage_and_curves_are_pages_of_the_report(context, image):
    told = on_slices(context, image, ("bars", "discs"))
    curve = Curve("slice_profile:top", (0.0, 1.0, 2.0), (1.0, 9.0, 1.0), *AXES)
    told = replace(told, result=replace(told.result, curves=(curve,)))
    reader = PdfReader(BytesIO(build_measurement_report(told)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("Slices measured", "at 5.0 mm", "bars", "Curves", "slice profile", "position / mm", "solid: top"):
        assert words in text
    assert sum(len(page.images) for page in reader.pages) == 3  # the central slice, and one of each kind


def test_curves_of_one_group_share_a_chart_and_those_of_other_axes_do_not():
    x, y = (0.0, 1.0), (2.0, 3.0)
    charts = curve_charts(
        (
            Curve("ramp:top", x, y, *AXES),
            Curve("mtf", x, y),
            Curve("ramp:left", x, y, *AXES),
            Curve("ramp:sum", x, y, "position", "sum", "mm", "1"),
        )
    )
    assert [[series.name for series in chart.series] for chart in charts] == [
        ["ramp:top", "ramp:left"],
        ["mtf"],
        ["ramp:sum"],
    ]
    assert charts[0].notes == ("solid: top · dashed: left",)


def test_a_cropped_picture_shows_the_region_where_it_is(image):
    square = Rectangle(100.0, 90.0, 40.0, 20.0)
    spec = cropped(image, (Overlay("square", square, image.uid),))
    (outline,) = spec.outlines
    top, left = outline.points[0]
    assert spec.grey.shape[0] < image.shape[0]
    margin = 0.06 * 40.0 + 1.0  # of the larger extent, rounded outwards to whole pixels
    assert (top, left) == (pytest.approx(margin, abs=1.0), pytest.approx(margin, abs=1.0))
    assert spec.grey.shape[0] == pytest.approx(
        40.0 + 2 * margin, abs=3.0
    )  # both ends rounded, the last one belongs to it
