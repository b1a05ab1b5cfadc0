# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which pixels belong to a region, and what is said of them."""

from math import isnan, pi

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.rois import (
    box_of,
    clipped,
    extremes,
    mask_of,
    measure_roi,
    share_inside,
    statistics,
    weighted_mean,
    weights_of,
)
from optimage.model.images import Box, Image
from optimage.model.shapes import Disc, Rectangle

UNIT = (1.0, 1.0)


def image(values, *, spacing=UNIT, padding=None) -> Image:
    return Image(np.asarray(values, dtype=np.int16), "1.2.3", spacing_mm=spacing, padding=padding)


def members(shape) -> set[tuple[int, int]]:
    box = box_of(shape)
    rows, columns = np.nonzero(mask_of(shape, box))
    return {(int(r) + box.row, int(c) + box.column) for r, c in zip(rows, columns, strict=True)}


def test_a_pixel_belongs_to_a_disc_by_its_centre_boundary_included():
    assert members(Disc(5, 5, 1.0, UNIT)) == {(5, 5), (4, 5), (6, 5), (5, 4), (5, 6)}
    assert members(Disc(5, 5, 0.999999, UNIT)) == {(5, 5)}


def test_the_boundary_survives_rounding():
    third = 1 / 3
    assert (0, 3) in members(Disc(0, 0, 3 * 0.1, (0.1, 0.1)))
    assert (0, 3) in members(Disc(0, 0, third + third + third - 1e-16, (third, third)))


def test_distances_are_taken_in_mm_with_both_spacings():
    wide = members(Disc(0, 0, 2.0, (2.0, 0.5)))
    assert (1, 0) in wide
    assert (0, 4) in wide
    assert (2, 0) not in wide
    assert (0, 5) not in wide


@pytest.mark.parametrize(("size", "first", "last"), [(4, 3, 6), (5, 3, 7), (1, 5, 5)])
def test_a_rectangle_of_n_pixels_holds_n_with_the_half_pixel_on_the_low_side(size, first, last):
    rows = {row for row, _ in members(Rectangle(5, 5, size, size))}
    assert (min(rows), max(rows), len(rows)) == (first, last, size)


def test_covered_fractions_add_up_to_the_area():
    disc = Disc(10.3, 9.8, 3.7, (0.9, 1.1))
    weights = weights_of(disc, Box(0, 0, 20, 20))
    assert weights.sum() * 0.9 * 1.1 == pytest.approx(pi * 3.7**2, rel=5e-3)  # 64 points in each of 27 edge pixels


def test_a_weighted_mean_depends_less_on_the_grid_than_whole_pixels():
    ramp = image(np.tile(np.arange(40), (40, 1)) * 10)
    assert weighted_mean(ramp, Disc(20.0, 20.37, 2.0, UNIT)) == pytest.approx(203.7, abs=0.3)


def test_a_weighted_mean_leaves_padding_out():
    values = np.full((20, 20), 7)
    values[:, 10:] = -2000
    assert weighted_mean(image(values, padding=(-2000, -2000)), Disc(10, 9.5, 4, UNIT)) == pytest.approx(7.0)
    assert isnan(weighted_mean(image(np.full((9, 9), -1), padding=(-1, -1)), Disc(4, 4, 2, UNIT)))


def test_statistics_are_those_of_the_textbook():
    found = statistics(np.array([1.0, 2.0, 3.0, 4.0, np.nan]), 0.25)
    assert (found.mean, found.median, found.minimum, found.maximum, found.n) == (2.5, 2.5, 1.0, 4.0, 4)
    assert found.sd == pytest.approx(np.sqrt(5 / 3))
    assert found.area_mm2 == 1.0


def test_statistics_of_nothing_are_nan():
    assert isnan(statistics(np.array([np.nan]), 1.0).mean)
    assert isnan(statistics(np.array([3.0]), 1.0).sd)


def test_a_region_that_leaves_the_image_is_refused_below_95_percent_and_noted_above():
    flat = image(np.arange(10_000).reshape(100, 100))
    edge = Disc(50, 24.0, 25.0, UNIT)  # its first column of pixels is outside: 5 of 1961 centres
    assert [note.code for note in measure_roi(flat, edge).notes] == ["roi_clipped"]
    with pytest.raises(AnalysisError) as refused:
        measure_roi(flat, edge.moved(right_mm=-5))
    assert refused.value.code == "roi_outside"
    assert measure_roi(flat, edge.moved(right_mm=5)).notes == ()


def test_padding_counts_as_outside():
    values = np.zeros((60, 60))
    values[:, :30] = -2000
    padded = image(values, padding=(-2000, -2000))
    assert share_inside(padded, Disc(30, 29.5, 10, UNIT)) == pytest.approx(0.5)
    with pytest.raises(AnalysisError, match="50 %"):
        measure_roi(padded, Disc(30, 29.5, 10, UNIT))


def test_a_region_entirely_outside_is_refused():
    with pytest.raises(AnalysisError, match="only 0 %"):
        measure_roi(image(np.zeros((9, 9))), Disc(-40, -40, 3, UNIT))


@pytest.mark.parametrize(("radius", "code"), [(1.0, "roi_too_small"), (1.5, "roi_small"), (3.0, "")])
def test_few_pixels_are_noted_and_very_few_refused(radius, code):
    flat, disc = image(np.zeros((20, 20))), Disc(10, 10, radius, UNIT)
    if code == "roi_too_small":
        with pytest.raises(AnalysisError) as refused:
            measure_roi(flat, disc)
        assert refused.value.code == code
        return
    assert [note.code for note in measure_roi(flat, disc).notes] == ([code] if code else [])


def test_boxes_are_clipped_to_the_image():
    assert clipped(Box(-2, 3, 5, 20), (10, 10)) == Box(0, 3, 3, 7)
    assert clipped(Box(20, 20, 5, 5), (10, 10)).rows == 0


def test_extremes_are_those_of_the_pixels_inside():
    values = np.arange(100.0).reshape(10, 10)
    assert extremes(values, Rectangle(4.5, 4.5, 2, 2)) == (44.0, 55.0)
    values[4, 4] = np.nan
    assert extremes(values, Rectangle(4.5, 4.5, 2, 2)) == (45.0, 55.0)
    assert extremes(values, Rectangle(0.0, 0.0, 4, 4)) == (0.0, 11.0)  # what lies outside the image is not there


def test_extremes_of_nothing_are_no_numbers():
    assert all(isnan(value) for value in extremes(np.full((5, 5), np.nan), Disc(2.0, 2.0, 1.5, UNIT)))
    assert all(isnan(value) for value in extremes(np.zeros((5, 5)), Disc(50.0, 2.0, 1.5, UNIT)))
