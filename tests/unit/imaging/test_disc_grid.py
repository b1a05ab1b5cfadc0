# SPDX-License-Identifier: LGPL-3.0-or-later
"""Means in many equal discs, and discs packed into a region."""

from math import hypot, pi

import numpy as np
import pytest

from optimage.imaging.disc_grid import discs_on_pixels, packed_in_disc
from optimage.model.shapes import Disc


@pytest.mark.parametrize("spacing", [(0.5, 0.5), (0.7, 0.4)])
@pytest.mark.parametrize("diameter", [2.0, 5.3, 15.0])
def test_packed_discs_neither_touch_nor_leave_the_area(spacing: tuple[float, float], diameter: float) -> None:
    area = Disc(140.3, 150.8, 60.0, spacing)
    rows, columns = packed_in_disc(area, diameter_mm=diameter)
    y, x = rows * spacing[0], columns * spacing[1]
    apart = np.hypot(y[:, None] - y, x[:, None] - x)[~np.eye(rows.size, dtype=bool)]
    assert apart.min() >= diameter - 1e-9
    assert max(hypot(b - area.row * spacing[0], a - area.column * spacing[1]) for a, b in zip(x, y, strict=True)) <= (
        60.0 - diameter / 2
    )


def test_discs_fill_a_region_as_densely_as_hexagons_do() -> None:
    rows, _ = packed_in_disc(Disc(200.0, 200.0, 65.0, (0.5, 0.5)), diameter_mm=5.0)
    hexagons = pi * 62.5**2 / (5.0**2 * 0.866)
    assert rows.size == pytest.approx(hexagons, rel=0.05)  # 5.0 mm are whole pixels: only the rim makes a difference


def test_an_area_too_small_holds_no_disc() -> None:
    rows, columns = packed_in_disc(Disc(10.0, 10.0, 2.0, (0.5, 0.5)), diameter_mm=5.0)
    assert rows.size == columns.size == 0


def test_the_mean_of_a_plane_is_its_value_at_the_centre() -> None:
    y, x = np.mgrid[:60, :80]
    plane = 3.0 * y - 0.5 * x
    rows, columns = np.array([20, 31]), np.array([25, 44])
    means = discs_on_pixels(np.stack([plane, -plane]), rows, columns, radius_mm=3.3, spacing_mm=(0.5, 0.7))
    np.testing.assert_allclose(means, [plane[rows, columns], -plane[rows, columns]], atol=1e-9)


def test_a_small_disc_weighs_a_single_pixel_by_its_share_of_the_area() -> None:
    values = np.zeros((21, 21))
    values[10, 10] = 1.0
    (mean,) = discs_on_pixels(values, np.array([10]), np.array([10]), radius_mm=1.0, spacing_mm=(0.7, 0.7))
    assert mean == pytest.approx(0.7**2 / pi, rel=0.02)  # 8 × 8 points per pixel know an area to about 1/100


def test_a_disc_beyond_the_edge_or_over_a_gap_has_no_mean() -> None:
    values = np.ones((30, 30))
    values[20, 20] = np.nan
    means = discs_on_pixels(values, np.array([1, 20, 10]), np.array([15, 21, 10]), radius_mm=2.0, spacing_mm=(1.0, 1.0))
    assert np.isnan(means).tolist() == [True, True, False]
