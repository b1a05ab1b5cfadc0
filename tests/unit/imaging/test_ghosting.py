# SPDX-License-Identifier: LGPL-3.0-or-later
"""Percent signal ghosting: the ellipses fit, and known ghosts come back."""

from math import isnan, pi

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.ghosting import ghost_ellipses, percent_signal_ghosting

UNIT = (1.0, 1.0)


def block(shape, top, bottom, left, right):
    mask = np.zeros(shape, bool)
    mask[top : bottom + 1, left : right + 1] = True
    return mask


def extent(ellipse):
    return (
        ellipse.row - ellipse.half_rows,
        ellipse.row + ellipse.half_rows,
        ellipse.column - ellipse.half_columns,
        ellipse.column + ellipse.half_columns,
    )


@pytest.mark.parametrize(
    ("shape", "box", "spacing"),
    [
        ((256, 256), (40, 215, 40, 215), UNIT),
        ((256, 256), (60, 225, 26, 205), UNIT),  # off-centre, narrow below and left
        ((256, 128), (50, 205, 24, 103), (0.9, 1.8)),
        ((200, 300), (40, 120, 90, 250), (1.2, 0.8)),
    ],
)
def test_the_ellipses_have_their_area_keep_their_distance_and_lie_midway(shape, box, spacing):
    phantom = block(shape, *box)
    top, bottom, left, right = box
    found = ghost_ellipses(phantom, spacing)
    for ellipse in found:
        area = pi * ellipse.half_rows * ellipse.half_columns * spacing[0] * spacing[1]
        assert area == pytest.approx(1000.0)
        high, low, near, far = extent(ellipse)
        assert min(high, near) >= -0.5 + 5 - 1e-9
        assert low <= shape[0] - 0.5 - 5 + 1e-9
        assert far <= shape[1] - 0.5 - 5 + 1e-9
        # Pixels are counted by their centre; an ellipse of n pixels misses its area by about the root of its rim.
        pixels = ellipse.mask(shape)
        assert pixels.sum() * spacing[0] * spacing[1] == pytest.approx(1000.0, rel=0.02)
        assert not (pixels & phantom).any()
    above, below, before, behind = found
    assert above.row == pytest.approx((top - 1) / 2)
    assert below.row == pytest.approx((bottom + shape[0]) / 2)
    assert before.column == pytest.approx((left - 1) / 2)
    assert behind.column == pytest.approx((right + shape[1]) / 2)
    assert above.row + above.half_rows <= top - 0.5 - 5 + 1e-9
    assert behind.column - behind.half_columns >= right + 0.5 + 5 - 1e-9


def test_an_ellipse_with_room_is_four_to_one_in_mm():
    above, _, before, _ = ghost_ellipses(block((256, 128), 80, 175, 40, 87), (0.9, 1.8))
    assert above.half_columns * 1.8 == pytest.approx(4 * above.half_rows * 0.9)
    assert before.half_rows * 0.9 == pytest.approx(4 * before.half_columns * 1.8)


def test_a_long_ellipse_beside_a_phantom_in_the_corner_stays_in_the_image():
    ellipses = ghost_ellipses(block((256, 256), 30, 70, 30, 70), UNIT)
    assert ellipses[2].row - ellipses[2].half_rows >= 4.5 - 1e-9


@pytest.mark.parametrize("box", [(5, 250, 5, 250), (100, 150, 0, 200), (12, 215, 40, 215)])
def test_without_room_it_is_refused(box):
    with pytest.raises(AnalysisError) as refused:
        ghost_ellipses(block((256, 256), *box), UNIT)
    assert refused.value.code == "no_room_for_ghost_regions"
    assert refused.value.advice.template


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (30, 30)])
def test_tiny_images_and_empty_phantoms_are_refused(shape):
    with pytest.raises(AnalysisError):
        ghost_ellipses(np.zeros(shape, bool), UNIT)
    with pytest.raises(AnalysisError):
        ghost_ellipses(np.ones(shape, bool), UNIT)


def ghosted(*, rows=0.0, columns=0.0, signal=1000.0, level=10.0):
    """Return a phantom with `rows` of its signal above and below it and `columns` beside it."""
    phantom = block((256, 256), 48, 207, 48, 207)
    values = np.full(phantom.shape, level)
    values[:, 48:208] += rows * signal
    values[48:208, :] += columns * signal
    values[phantom] = signal
    return values, phantom


def test_known_ghosts_come_back_with_their_direction():
    values, phantom = ghosted(rows=0.03)
    found = percent_signal_ghosting(values, phantom, phantom, UNIT)
    assert found.percent == pytest.approx(3.0)
    assert (found.along, found.signal, found.uncertainty) == ("COL", 1000.0, 0.0)
    values, phantom = ghosted(columns=0.02, rows=0.005)
    found = percent_signal_ghosting(values, phantom, phantom, UNIT)
    assert found.signed_percent == pytest.approx(-1.5)
    assert (found.percent, found.along) == (pytest.approx(1.5), "ROW")
    assert [one.side for one in found.regions] == ["top", "bottom", "left", "right"]
    assert [one.statistics.mean for one in found.regions] == pytest.approx([15.0, 15.0, 30.0, 30.0])


def test_the_uncertainty_is_what_repetition_shows():
    clean, phantom = ghosted(rows=0.01)
    random = np.random.default_rng(2)
    found = [
        percent_signal_ghosting(np.abs(clean + random.normal(0, 20.0, clean.shape)), phantom, phantom, UNIT)
        for _ in range(60)
    ]
    seen = np.std([one.signed_percent for one in found], ddof=1)
    assert 0.6 < seen / np.mean([one.uncertainty for one in found]) < 1.4  # 60 values know their SD to 9 %


def test_a_masked_background_is_told_by_its_zeros_and_missing_data_are_left_out():
    values, phantom = ghosted(level=0.0)
    assert percent_signal_ghosting(values, phantom, phantom, UNIT).zero_share == 1.0
    values, phantom = ghosted(rows=0.03)
    values[:20, 100:120] = np.nan
    assert percent_signal_ghosting(values, phantom, phantom, UNIT).percent == pytest.approx(3.0)
    values[:40] = np.nan
    assert isnan(percent_signal_ghosting(values, phantom, phantom, UNIT).percent)


def test_without_signal_there_is_no_ratio():
    values, phantom = ghosted(rows=0.03)
    assert isnan(percent_signal_ghosting(values, phantom, np.zeros_like(phantom), UNIT).percent)


def test_the_outline_is_drawn_as_a_closed_line_on_the_ellipse():
    ellipse = ghost_ellipses(block((256, 256), 48, 207, 48, 207), UNIT)[0]
    outline = ellipse.outline()
    assert outline.closed
    rows, columns = np.transpose(outline.points)
    off = ((rows - ellipse.row) / ellipse.half_rows) ** 2 + ((columns - ellipse.column) / ellipse.half_columns) ** 2
    assert off == pytest.approx(1.0)
